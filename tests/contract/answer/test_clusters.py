"""One hit of each family: totals, order, pages and members are what a plain reference says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import fold
from search.clusters import LINKED_BY, MEMBERS, SHARED_BY, STATED
from search.duplicates import alike, bare_title
from search.model import Document, Hit, Identifier, Viewer
from search.query.parser import parse
from tests.documents import document
from tests.engines import Engine, Library, ids

FIRST = datetime(2024, 1, 1, tzinfo=UTC)


ISSUES = [Identifier("issue", f"DSERFIN1-{number}") for number in range(1000, 1006)]


PACKAGES = [Identifier("package", str(number)) for number in range(1100100, 1100103)]


KEYS = [f"{source}{key}" for source in ("tdn", "kb", "youtube") for key in range(4)]


INSIDE = Viewer(groups=frozenset({"clientes"}))


documents = st.builds(
    lambda source, key, title, body, group, links, codes, day, lang, audience: document(
        f"{source}{key}",
        source=source,
        title=title,
        body=body,
        group=group,
        links=tuple(links),
        identifiers=tuple(codes),
        updated=FIRST + timedelta(days=day),
        lang=lang,
        audience=audience,
    ),
    st.sampled_from(["tdn", "kb", "youtube"]),
    st.integers(0, 7),
    st.sampled_from(["Nota", "1234567 DT Nota", "Pedido", "Nota fiscal", "Boleto", *map(str, range(20))]),
    st.sampled_from(["nota", "nota fiscal", "pedido", "boleto"]),
    st.sampled_from(["", "", "", "kb:1", "kb:2"]),
    st.lists(st.sampled_from(KEYS), max_size=2, unique=True),
    st.lists(st.sampled_from([*ISSUES, *PACKAGES]), max_size=STATED + 1, unique=True),
    st.integers(0, 400),
    st.sampled_from(["pt", "es"]),
    st.sampled_from([(), (), ("clientes",)]),
)


steps = st.lists(st.lists(documents, min_size=1, max_size=14, unique_by=lambda page: page.id), min_size=1, max_size=3)


names = st.sampled_from([f"{key[:-1]}:{key}" for key in KEYS])


asked = st.fixed_dictionaries(
    {
        "text": st.sampled_from(["", "nota", "nota fiscal", "-pedido", "boleto OR pedido"]),
        "filters": st.sampled_from([{}, {}, {"source": ("kb",)}, {"lang": ("es",)}, {"year": ("2024",)}]),
        "sort": st.sampled_from(["relevance", "newest", "oldest"]),
        "viewer": st.sampled_from([Viewer(), INSIDE]),
        "blocked": st.lists(names, max_size=1).map(tuple),
        "pinned": st.lists(names, max_size=1).map(tuple),
    }
)


def clusters(held: Sequence[Document]) -> dict[str, set[str]]:
    """Id → ids of its family, by joining whatever is joined until nothing changes."""
    sets = [{page.id} for page in held]
    codes = {page.id: {code for code in page.identifiers if code.kind in ("issue", "package")} for page in held}
    few = {id: identifiers for id, identifiers in codes.items() if len(identifiers) <= STATED}
    edges = [{one.id, other.id} for one, other in combinations(held, 2) if one.group and one.group == other.group]
    for code in {*ISSUES, *PACKAGES}:
        naming = {id for id, identifiers in few.items() if code in identifiers}
        if 2 <= len(naming) <= SHARED_BY:
            edges.append(naming)
    family = joined(sets, edges + copies(held))
    return joined(list(family.values()), links(held, family))


def joined(sets: list[set[str]], edges: list[set[str]]) -> dict[str, set[str]]:
    for edge in edges:
        touched = [family for family in sets if family & edge]
        sets = [family for family in sets if not family & edge] + [set().union(*touched)]
    return {id: family for family in sets for id in family}


def copies(held: Sequence[Document]) -> list[set[str]]:
    edges = []
    for whole in {*(fold(page.title) for page in held), *(bare_title(page.title) for page in held)} - {""}:
        titled = [page for page in held if fold(page.title) == whole]
        behind = [page for page in held if bare_title(page.title) == whole]
        for among in (titled, behind, titled + behind):
            if len(among) <= SHARED_BY:
                edges += [{one.id, other.id} for one, other in combinations(among, 2) if alike(one, other)]
    return edges


def links(held: Sequence[Document], family: dict[str, set[str]]) -> list[set[str]]:
    pairs = [(one, other) for one in held for other in held if one.key in other.links and one.source != other.source]
    edges = []
    for target in held:
        linking = [other for one, other in pairs if one is target]
        times = Counter(other.id for one, other in pairs if one.source == target.source)
        if len({frozenset(family[page.id]) for page in linking}) <= LINKED_BY:
            edges.append({target.id, *(page.id for page in linking if times[page.id] == 1)})
    return edges


def grouped(hits: Sequence[Hit], family: dict[str, set[str]]) -> list[Hit]:
    """The first hit of each family."""
    seen: set[str] = set()
    kept = []
    for hit in hits:
        if hit.document.id not in seen:
            kept.append(hit)
            seen |= family[hit.document.id]
    return kept


def expected_members(hit: Hit, hits: Sequence[Hit], family: dict[str, set[str]], held: dict[str, Document]) -> set[str]:
    """Which members are named, where their order says so: other sources, what matches by its rank, what is newer."""
    rank = {other.document.id: place for place, other in enumerate(hits)}
    others = [held[id] for id in family[hit.document.id] - {hit.document.id}]
    others.sort(
        key=lambda page: (page.source == hit.document.source, rank.get(page.id, len(rank)), -page.updated.timestamp())
    )
    return {page.id for page in others[:MEMBERS]}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(commits=steps, asked=asked)
def test_of_each_family_the_best_that_matches_is_a_hit(
    engine: Engine, tmp_path: Path, commits: list[list[Document]], asked: dict[str, Any]
) -> None:
    index = engine(tmp_path / uuid4().hex)
    library = Library(index)
    for commit in commits:
        library.put(*commit)
    everything = {hit.document.id: hit.document for hit in index.search(parse("", viewer=INSIDE, per_page=1000)).hits}
    visible = {
        id: candidate for id, candidate in everything.items() if not candidate.audience or asked["viewer"] == INSIDE
    }
    family = clusters(list(visible.values()))
    query = parse(**asked, per_page=1000, highlight=False)
    single, results = index.search(query), index.search(replace(query, grouped=True))
    wanted = grouped(single.hits, family)
    assert ids([results]) == [hit.document.id for hit in wanted]
    assert [hit.score for hit in results.hits] == [hit.score for hit in wanted]
    assert (results.total, results.facets) == (len(wanted), single.facets)
    unblocked = {id: relatives - set(asked["blocked"]) for id, relatives in family.items()}
    for hit in results.hits:
        members = [member.id for member in hit.members]
        others = len(unblocked[hit.document.id]) - 1
        assert (len(members), hit.more_members) == (min(others, MEMBERS), max(0, others - MEMBERS))
        if len({candidate.updated for candidate in visible.values()}) == len(visible):
            assert set(members) == expected_members(hit, single.hits, unblocked, visible)
    pages = [index.search(replace(query, grouped=True, page=page, per_page=3)) for page in range(1, 5)]
    assert ids(pages) == ids([results])[:12]
    index.close()
