"""What every index promises about what is typed with a name: it narrows, and is counted."""

from __future__ import annotations

import pytest

from search.model import Viewer
from tests.engines import Library


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
def test_what_is_typed_with_a_name_narrows(sheets: Library, text: str, keys: str) -> None:
    results = sheets.ask(text)
    assert sorted(hit.document.key for hit in results.hits) == list(keys)
    assert (results.total, results.warnings) == (len(keys), ())


def test_a_value_that_no_visible_document_has_is_told(sheets: Library) -> None:
    results = sheets.ask("nota produto:logix")
    assert (results.total, results.warnings) == (0, ("unknown:product=logix",))
    seen = sheets.ask("nota produto:logix", viewer=Viewer(groups=frozenset({"parceiros"})))
    assert (seen.total, seen.warnings) == (1, ())


def test_facets_count_what_is_narrowed(sheets: Library) -> None:
    (facet,) = sheets.ask("nota versao:>=12.1.2210", facets=("product",)).facets
    assert {bucket.value: bucket.count for bucket in facet.values} == {"RM": 1, "TOTVS Backoffice (Linha Protheus)": 1}
