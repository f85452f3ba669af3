"""What every index promises about pinned documents: they lead, once, where filters let them."""

from __future__ import annotations

import pytest

from search.query.parser import parse
from tests.engines import Library


def test_pinned_documents_come_first_in_their_order_whatever_they_hold(sheets: Library) -> None:
    assert sheets.keys("nota", pinned=("tdn:d", "tdn:c"))[:2] == ["d", "c"]
    results = sheets.ask("nota", pinned=("tdn:d", "tdn:c"))
    assert (results.total, results.hits[0].missing) == (5, ("nota",))
    assert len({hit.document.id for hit in results.hits}) == 5


@pytest.mark.parametrize("pinned", ["tdn:e", "tdn:nada", ""])
def test_what_is_hidden_or_gone_cannot_be_pinned(sheets: Library, pinned: str) -> None:
    assert sheets.keys("nota", pinned=(pinned,)) == sheets.keys("nota")


def test_filters_hold_for_what_is_pinned(sheets: Library) -> None:
    assert sheets.keys("nota", pinned=("tdn:d",), filters={"kind": ("page",)}) == sheets.keys("nota")
    assert "d" not in sheets.keys("nota produto:protheus", pinned=("tdn:d",))
    assert sheets.keys("nota", pinned=("tdn:d",), sort="newest") == sheets.keys("nota", sort="newest")


def test_pages_of_a_steered_search_hold_each_document_once(sheets: Library) -> None:
    query = parse("nota", pinned=("tdn:d",), blocked=("tdn:b",), per_page=2)
    keys = [hit.document.key for page in sheets.pages(query) for hit in page.hits]
    assert keys[0] == "d"
    assert sorted(keys) == ["a", "c", "d", "f"]
