"""Typed filters narrow, pins and blocks steer, a reader's releases reorder: totals stay exact, all else is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search import ranking
from search.model import Viewer
from search.query.parser import parse
from tests.documents import document
from tests.engines import Library


@pytest.fixture
def shelf(library: Library) -> Library:
    """Sheets about notes, of several products, releases and kinds."""
    library.put(
        document("a", body="nota fiscal", product="Protheus", versions=("12.1.33",)),
        document(
            "b", body="nota fiscal de saída", product="TOTVS Backoffice (Linha Protheus)", versions=("12.1.2310",)
        ),
        document("c", body="nota avulsa", product="RM", versions=("12.1.2210", "12.1.2410")),
        document("d", body="pedido", product="Datasul", kind="package", versions=("12.1.33",)),
        document("e", body="nota fiscal restrita", product="Logix", audience=("parceiros",)),
        document("f", title="Boleto bancário", body="nota", product="Datasul"),
    )
    return library


@pytest.mark.parametrize(
    "text, keys",
    [
        ("nota produto:protheus", "ab"),
        ("nota -produto:protheus", "cf"),
        ("nota produto:rm OR produto:datasul", "cf"),
        ("versao:>=12.1.2210", "bc"),
        ("versao:12.1.33..12.1.2210", "acd"),
        ("nota versao:33", "a"),
        ("tipo:pacote", "d"),
        ("titulo:boleto", "f"),
        ("nota -titulo:boleto", "abc"),
        ("avulsa OR saída", "bc"),
        ("nota avulsa OR saída", "bc"),
        ("data:<2026", ""),
        ("nota ano:2026", "abcf"),
    ],
)
def test_what_is_typed_with_a_name_narrows(shelf: Library, text: str, keys: str) -> None:
    results = shelf.ask(text)
    assert sorted(hit.document.key for hit in results.hits) == list(keys)
    assert (results.total, results.warnings) == (len(keys), ())


def test_a_value_that_no_visible_document_has_is_told(shelf: Library) -> None:
    results = shelf.ask("nota produto:logix")
    assert (results.total, results.warnings) == (0, ("unknown:product=logix",))
    seen = shelf.ask("nota produto:logix", viewer=Viewer(groups=frozenset({"parceiros"})))
    assert (seen.total, seen.warnings) == (1, ())


def test_facets_count_what_is_narrowed(shelf: Library) -> None:
    (facet,) = shelf.ask("nota versao:>=12.1.2210", facets=("product",)).facets
    assert {each.value: each.count for each in facet.values} == {"RM": 1, "TOTVS Backoffice (Linha Protheus)": 1}


# -- pins --------------------------------------------------------------------------------------------------------------


def test_pinned_documents_come_first_in_their_order_whatever_they_hold(shelf: Library) -> None:
    assert shelf.keys("nota", pinned=("tdn:d", "tdn:c"))[:2] == ["d", "c"]
    results = shelf.ask("nota", pinned=("tdn:d", "tdn:c"))
    assert (results.total, results.hits[0].missing) == (5, ("nota",))
    assert len({hit.document.id for hit in results.hits}) == 5


@pytest.mark.parametrize("pinned", ["tdn:e", "tdn:nada", ""])
def test_what_is_hidden_or_gone_cannot_be_pinned(shelf: Library, pinned: str) -> None:
    assert shelf.keys("nota", pinned=(pinned,)) == shelf.keys("nota")


def test_filters_hold_for_what_is_pinned(shelf: Library) -> None:
    assert shelf.keys("nota", pinned=("tdn:d",), filters={"kind": ("page",)}) == shelf.keys("nota")
    assert "d" not in shelf.keys("nota produto:protheus", pinned=("tdn:d",))
    assert shelf.keys("nota", pinned=("tdn:d",), sort="newest") == shelf.keys("nota", sort="newest")


def test_blocked_documents_are_left_out_and_not_counted(shelf: Library) -> None:
    results = shelf.ask("nota", blocked=("tdn:a", "tdn:nada"), facets=("product",))
    assert results.total == 3
    assert "a" not in [hit.document.key for hit in results.hits]
    assert "Protheus" not in [each.value for each in results.facets[0].values]
    assert shelf.keys("nota", blocked=("tdn:a",), pinned=("tdn:a",)) == shelf.keys("nota", blocked=("tdn:a",))


def test_pages_of_a_steered_search_hold_each_document_once(shelf: Library) -> None:
    query = parse("nota", pinned=("tdn:d",), blocked=("tdn:b",), per_page=2)
    found = [hit.document.key for page in shelf.pages(query) for hit in page.hits]
    assert found[0] == "d"
    assert sorted(found) == ["a", "c", "d", "f"]


# -- releases ----------------------------------------------------------------------------------------------------------


def test_what_applies_to_the_readers_release_leads_and_nothing_is_hidden(library: Library) -> None:
    library.put(
        document("old", body="nota", versions=("12.1.2410",)),
        document("new", body="nota", versions=("12.1.2210",)),
        document("none", body="nota"),
    )
    assert library.keys("nota", viewer=Viewer(releases=("12.1.2310",)))[0] == "new"
    assert library.keys("nota", viewer=Viewer(releases=("12.1.2410",)))[2] == "none"
    assert len(library.keys("nota", viewer=Viewer(releases=("12.1.33",)))) == 3


def test_a_package_is_for_its_releases_only(library: Library) -> None:
    library.put(
        document("past", body="nota", kind="package", versions=("12.1.33",)),
        document("mine", body="nota", kind="package", versions=("12.1.2310", "12.1.2410")),
        document("none", body="nota", kind="package"),
    )
    assert library.keys("nota", viewer=Viewer(releases=("12.1.2310",))) == ["mine", "none", "past"]
    assert library.keys("nota", viewer=Viewer(releases=("12.1.33",)))[0] == "past"
    assert library.keys("nota", viewer=Viewer(releases=("12.1.2310", "12.1.33")))[-1] == "none"


def test_release_and_pin_stand_in_the_explanation_and_add_up(shelf: Library) -> None:
    viewer = Viewer(releases=("12.1.2310",))
    query = replace(parse("nota fiscal", viewer=viewer), explain=True, pinned=("tdn:b",))
    pinned, *others = shelf.index.search(query).hits
    for hit in (pinned, *others):
        assert hit.explanation is not None
        assert hit.explanation.value == pytest.approx(hit.score, rel=1e-4)
    assert pinned.explanation is not None
    score, raised = pinned.explanation.parts
    assert (pinned.document.key, raised.name) == ("b", "raised")
    assert {part.name: part.value for part in score.parts}["release"] == ranking.RELEASE_APPLIES
