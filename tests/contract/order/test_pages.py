"""What every index promises about pages and their order: every document once, whatever is sorted by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from search.query.parser import parse
from tests.documents import MOMENT, document
from tests.engines import Library, ids


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("text", ["", "boleto"])
def test_pages_hold_every_document_once(library: Library, sort: Any, text: str) -> None:
    library.put(*(document(str(number), body="boleto " * (1 + number % 3)) for number in range(37)))
    query = parse(text, sort=sort, per_page=5)
    hits = ids(library.pages(query))
    assert (len(hits), set(hits)) == (37, {f"tdn:{number}" for number in range(37)})
    assert {results.total for results in library.pages(query)} == {37}


def test_a_page_beyond_the_last_is_empty_and_keeps_the_total(library: Library) -> None:
    library.put(document("1"))
    results = library.ask("", page=10**9)
    assert (results.hits, results.total, results.pages) == ((), 1, 1)


def test_sorting_by_date_sorts_by_date(library: Library) -> None:
    library.put(*(document(str(day), body="boleto", updated=MOMENT + timedelta(days=day)) for day in (2, 5, 1)))
    assert library.keys("boleto", sort="newest") == ["5", "2", "1"]
    assert library.keys("boleto", sort="oldest") == ["1", "2", "5"]
