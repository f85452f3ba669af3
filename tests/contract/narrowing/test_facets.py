"""What every index promises about facets: the numbers are those of a count by hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.facets import BY_NAME, FILTERS
from search.model import Document, Query, Viewer
from search.query.parser import parse
from tests.documents import document
from tests.engines import Engine, Library

BEGIN = datetime(2023, 6, 1, 12, tzinfo=UTC)


VALUES: Mapping[str, tuple[str, ...]] = {
    "source": ("tdn", "kb", "youtube"),
    "kind": ("page", "article", "video"),
    "line": ("Protheus", "RM", ""),
    "product": ("Financeiro", "Fiscal & Contábil", "RH"),
    "module": ("SIGAFIN", "SIGAFAT", ""),
    "version": ("12.1.33", "12.1.2210", "12.1.2310"),
    "lang": ("pt", "es", "en"),
    "year": ("2023", "2024", "2025"),
}


GROUPS = ("clientes", "equipe")


def dealt(number: int, dice: random.Random) -> Document:
    single = {name: dice.choice(VALUES[name]) for name in ("source", "kind", "line", "product", "module", "lang")}
    return document(
        str(number),
        **single,
        versions=tuple(dice.sample(VALUES["version"], dice.randrange(4))),
        title="Documento",
        body=dice.choice(["boleto", "juros", "boleto juros"]),
        updated=BEGIN + timedelta(days=dice.randrange(900)),
        audience=tuple(dice.sample(GROUPS, dice.choice([0, 0, 0, 1, 2]))),
    )


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    dice = random.Random(528)
    return [dealt(number, dice) for number in range(150)]


@pytest.fixture(scope="module")
def archive(engine: Engine, documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """All documents after a life: in three commits, a third edited since, a few removed."""
    library = Library(engine(tmp_path_factory.mktemp("archive")))
    other = random.Random(410)
    library.put(*(dealt(number, other) for number in range(60)), document("gone", product="Sumido", body="boleto"))
    library.put(*documents[:100])
    library.put(*documents[100:], f"{document('gone').source}:gone", *replaced(documents, other))
    yield library
    library.index.close()


def replaced(documents: list[Document], other: random.Random) -> list[str]:
    """The ids that the first commit gave to documents whose source is another one now."""
    random_again = random.Random(410)
    before = {dealt(number, random_again).id for number in range(60)}
    return sorted(before - {page.id for page in documents})


def values(page: Document, name: str) -> tuple[str, ...]:
    if name not in VALUES:  # a further facet, whose values its row alone knows
        return BY_NAME[name].values(page)
    entries = {"version": page.versions, "year": (str(page.updated.year),)}.get(name) or (getattr(page, name, ""),)
    return tuple(value for value in entries if value)


def passes(page: Document, query: Query, *, but: str = "") -> bool:
    """Whether a document is visible, has the word, lies in the dates and passes all filters but one."""
    return (
        (not page.audience or bool(query.viewer.groups & set(page.audience)))
        and all(word in page.body for word in query.text.split())
        and (query.updated_after is None or page.updated >= query.updated_after)
        and (query.updated_before is None or page.updated < query.updated_before)
        and all(set(wanted) & set(values(page, name)) for name, wanted in query.filters.items() if name != but)
    )


def check(library: Library, documents: list[Document], query: Query) -> None:
    results = library.index.search(query)
    expected = {page.id for page in documents if passes(page, query)}
    assert (results.total, {hit.document.id for hit in results.hits}) == (len(expected), expected)
    assert [facet.name for facet in results.facets] == list(FILTERS if query.facets is None else query.facets)
    for facet in results.facets:
        counts = Counter(
            value for page in documents if passes(page, query, but=facet.name) for value in values(page, facet.name)
        )
        listed = {bucket.value: bucket.count for bucket in facet.values if bucket.count}
        assert listed == counts if facet.name in VALUES else listed.items() <= counts.items()
        assert {bucket.value for bucket in facet.values if bucket.selected} == set(query.filters.get(facet.name, ()))
        assert all(bucket.selected for bucket in facet.values if not bucket.count)


MOMENTS = st.one_of(st.none(), st.integers(-50, 950).map(lambda day: BEGIN + timedelta(days=day)))


def chosen(names: list[str]) -> st.SearchStrategy[Mapping[str, tuple[str, ...]]]:
    return st.fixed_dictionaries(
        {
            name: st.lists(
                st.sampled_from([value for value in VALUES[name] if value]), min_size=1, max_size=3, unique=True
            ).map(tuple)
            for name in names
        }
    )


@settings(max_examples=250, deadline=None)
@given(
    text=st.sampled_from(["", "boleto", "juros", "juros boleto"]),
    filters=st.lists(st.sampled_from([*VALUES]), max_size=4, unique=True).flatmap(chosen),
    after=MOMENTS,
    before=MOMENTS,
    groups=st.frozensets(st.sampled_from([*GROUPS, "outros"])),
)
def test_totals_hits_and_counts_are_those_of_a_count_by_hand(
    archive: Library,
    documents: list[Document],
    text: str,
    filters: Mapping[str, tuple[str, ...]],
    after: datetime | None,
    before: datetime | None,
    groups: frozenset[str],
) -> None:
    check(
        archive,
        documents,
        parse(
            text,
            filters=filters,
            updated_after=after,
            updated_before=before,
            viewer=Viewer(groups=groups),
            per_page=200,
        ),
    )


@pytest.mark.parametrize("name", VALUES)
def test_each_filter_alone_lets_its_values_through_and_two_of_them_together(
    archive: Library, documents: list[Document], name: str
) -> None:
    single = [value for value in VALUES[name] if value]
    totals = []
    for wanted in (*((value,) for value in single), tuple(single[:2])):
        check(archive, documents, parse("", filters={name: wanted}, per_page=200))
        totals.append(archive.ask("", filters={name: wanted}).total)
    assert all(0 < total < 150 for total in totals)
    assert totals[-1] >= max(totals[:2])


def test_a_facet_lists_the_most_frequent_values_and_counts_the_rest(library: Library) -> None:
    copies = [(product, copy) for product in range(40) for copy in range(1 + product // 10)]
    library.put(*(document(f"{product}-{copy}", product=f"P{product:02}") for product, copy in copies))
    [facet] = library.ask("", facets=("product",)).facets
    counts = [bucket.count for bucket in facet.values]
    assert counts == [4] * 10 + [3] * 10 + [2] * 10
    assert [bucket.value for bucket in facet.values[:10]] == [f"P{number}" for number in range(30, 40)]
    assert facet.other == 10


def test_a_chosen_value_is_listed_however_rare_or_unknown(library: Library) -> None:
    library.put(*(document(str(number), product=f"P{number:02}") for number in range(40)))
    [facet] = library.ask("", filters={"product": ("P39", "Nenhum")}, facets=("product",)).facets
    assert [(bucket.value, bucket.count) for bucket in facet.values if bucket.selected] == [("P39", 1), ("Nenhum", 0)]


def test_a_document_counts_for_each_version_that_it_states_or_is_titled_with(library: Library) -> None:
    library.put(document("1", title="Pacote 12.1.2310", versions=("12.1.33", "12.1.2310")), document("2"))
    [facet] = library.ask("", facets=("version",)).facets
    assert {bucket.value: bucket.count for bucket in facet.values} == {"12.1.33": 1, "12.1.2310": 1}
    assert library.keys("", filters={"version": ("12.1.2310",)}) == ["1"]
