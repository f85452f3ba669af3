"""What every index promises about blocked documents: they are left out, and not counted."""

from __future__ import annotations

from tests.engines import Library


def test_blocked_documents_are_left_out_and_not_counted(sheets: Library) -> None:
    results = sheets.ask("nota", blocked=("tdn:a", "tdn:nada"), facets=("product",))
    assert results.total == 3
    assert "a" not in [hit.document.key for hit in results.hits]
    assert "Protheus" not in [bucket.value for bucket in results.facets[0].values]
    assert sheets.keys("nota", blocked=("tdn:a",), pinned=("tdn:a",)) == sheets.keys("nota", blocked=("tdn:a",))
