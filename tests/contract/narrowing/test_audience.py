"""What every index promises about restricted documents: who may not see them learns nothing of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.model import ANYONE, Document, Viewer
from tests.documents import document
from tests.engines import Engine, Library

INSIDE = Viewer(groups=frozenset({"clientes"}))


OUTSIDE = (ANYONE, Viewer(groups=frozenset({"outros", "client", "clientes2"})))


def open_to_all() -> list[Document]:
    return [
        document("1", title="Boleto aberto", body="boleto registrado", product="Financeiro"),
        document("2", title="Juros de mora", body="juros e multa", line="RM", versions=("12.1.33",)),
        document("3", title="Nota fiscal", body="nota multa MATA410", source="kb", kind="article", lang="es"),
    ]


def restricted() -> list[Document]:
    return [
        document("8", title="Boleto secreto", body="boleto juros sigilo", product="Oculto", audience=("clientes",)),
        document(
            "9",
            title="Nota interna",
            body="nota sigilo MATA410 MV_ESTADO",
            line="Interna",
            source="youtube",
            kind="video",
            versions=("12.1.2310",),
            audience=("equipe", "clientes"),
        ),
    ]


@pytest.fixture(scope="module")
def both(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Library]]:
    """The same documents twice: with the restricted ones, and as if those had never been written."""
    libraries = tuple(Library(engine(tmp_path_factory.mktemp(name))) for name in ("all", "open"))
    libraries[0].put(*open_to_all(), *restricted())
    libraries[1].put(*open_to_all())
    yield libraries[0], libraries[1]
    for library in libraries:
        library.index.close()


def seen(library: Library, text: str, **options: Any) -> dict[str, Any]:
    """All that an answer tells, but for scores: their order depends on how often a word is written anywhere."""
    results = library.ask(text, per_page=50, **options)
    return {
        "hits": {hit.document.id: (hit.missing, hit.snippet, hit.title_ranges) for hit in results.hits},
        "total": results.total,
        "facets": results.facets,
        "relaxed": results.relaxed,
        "warnings": results.warnings,
    }


WORDS = [
    *"boleto juros multa nota sigilo secreto interna mata410 mv_estado -sigilo -nota sig* bol*".split(),
    '"boleto juros"',
]


VALUES = {
    "source": ["tdn", "kb", "youtube"],
    "kind": ["page", "video"],
    "line": ["RM", "Interna"],
    "product": ["Financeiro", "Oculto"],
    "module": ["none"],
    "version": ["12.1.33", "12.1.2310"],
    "lang": ["pt", "es"],
    "year": ["2026", "1999"],
}


FILTERED = st.lists(st.sampled_from([*VALUES]), max_size=2, unique=True).flatmap(
    lambda names: st.fixed_dictionaries(
        {name: st.lists(st.sampled_from(VALUES[name]), min_size=1, unique=True).map(tuple) for name in names}
    )
)


@pytest.mark.parametrize("viewer", OUTSIDE, ids=["anyone", "other groups"])
@settings(max_examples=150, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=3), filters=FILTERED)
def test_an_answer_is_as_if_restricted_documents_did_not_exist(
    both: tuple[Library, Library], viewer: Viewer, words: list[str], filters: dict[str, tuple[str, ...]]
) -> None:
    everything, only_open = both
    options = {"filters": filters, "viewer": viewer}
    assert seen(everything, " ".join(words), **options) == seen(only_open, " ".join(words), **options)


def test_a_hidden_document_with_all_words_does_not_keep_others_from_being_offered(
    both: tuple[Library, Library],
) -> None:
    outside, inside = both[0].ask("boleto sigilo"), both[0].ask("boleto sigilo", viewer=INSIDE)
    assert (outside.relaxed, [hit.document.id for hit in outside.hits]) == (True, ["tdn:1"])
    assert (inside.relaxed, [hit.document.id for hit in inside.hits]) == (False, ["tdn:8"])


def test_a_value_that_only_hidden_documents_have_is_as_unknown_as_any(both: tuple[Library, Library]) -> None:
    asked = {"product": ("Oculto",)}
    assert both[0].ask("", filters=asked).warnings == ("unknown:product=Oculto",)
    assert both[0].ask("", filters=asked, viewer=INSIDE).warnings == ()


@pytest.mark.parametrize("prefix", ["boleto s", "Nota", "n", "b"])
def test_a_hidden_title_is_not_completed(both: tuple[Library, Library], prefix: str) -> None:
    everything, only_open = both
    assert everything.index.complete(prefix, 10, ANYONE) == only_open.index.complete(prefix, 10, ANYONE)
    hidden = {completion.id for completion in everything.index.complete(prefix, 10, INSIDE)} & {"tdn:8", "youtube:9"}
    assert hidden


@pytest.mark.parametrize("hidden", restricted(), ids=lambda hidden: hidden.id)
def test_a_hidden_document_is_fetched_only_for_its_groups(both: tuple[Library, Library], hidden: Document) -> None:
    assert [both[0].index.document(hidden.id, viewer) for viewer in (*OUTSIDE, INSIDE)] == [None, None, hidden]


def test_any_shared_group_opens_a_document(both: tuple[Library, Library]) -> None:
    team = Viewer(groups=frozenset({"outros", "equipe"}))
    assert both[0].keys("sigilo", viewer=team) == ["9"]
    assert set(both[0].keys("sigilo", viewer=INSIDE)) == {"8", "9"}


def test_a_document_that_becomes_restricted_is_hidden_and_one_that_is_opened_is_shown(library: Library) -> None:
    library.put(document("1", body="boleto"), document("2", body="boleto", audience=("clientes",)))
    assert library.keys("boleto") == ["1"]
    library.put(document("1", body="boleto", audience=("clientes",)), document("2", body="boleto"))
    assert library.keys("boleto") == ["2"]


@settings(max_examples=150, deadline=None)
@given(
    typed=st.sampled_from(["b", "bol", "sec", "bolteo", "sercet", "mata4", "mata 41", "mv est", "12.1", "nota", "jur"])
)
def test_nothing_of_hidden_documents_is_completed(both: tuple[Library, Library], typed: str) -> None:
    for viewer in OUTSIDE:
        assert both[0].index.complete(typed, 10, viewer) == both[1].index.complete(typed, 10, viewer)


def test_codes_of_hidden_documents_are_completed_for_their_groups(both: tuple[Library, Library]) -> None:
    assert [completion.text for completion in both[0].index.complete("mv est", 10, INSIDE)] == ["MV_ESTADO"]
    assert both[0].index.complete("mv est", 10, ANYONE) == []


CLIENT = Viewer(groups=frozenset({"clientes"}))


def test_what_the_viewer_may_not_see_is_not_found_counted_completed_or_fetched(library: Library) -> None:
    secret = document("2", title="Boleto secreto", product="Oculto", body="boleto", audience=("clientes", "equipe"))
    library.put(document("1", title="Boleto aberto", product="Financeiro", body="boleto"), secret)
    hidden = library.ask("boleto")
    assert (hidden.total, [hit.document.key for hit in hidden.hits]) == (1, ["1"])
    assert {bucket.value for facet in hidden.facets for bucket in facet.values} & {"Oculto"} == set()
    assert library.ask("", filters={"product": ("Oculto",)}).total == 0
    assert [completion.id for completion in library.index.complete("boleto", 10, Viewer())] == ["tdn:1"]
    assert library.index.document("tdn:2", Viewer(groups=frozenset({"outros"}))) is None

    shown = library.ask("boleto", viewer=CLIENT)
    assert shown.total == 2
    assert {bucket.value for facet in shown.facets for bucket in facet.values} >= {"Oculto"}
    assert [completion.id for completion in library.index.complete("boleto", 10, CLIENT)] == ["tdn:1", "tdn:2"]
    assert library.index.document("tdn:2", CLIENT) == secret
