"""What every index promises about edits and removals: they are seen everywhere."""

from __future__ import annotations

from search.model import ANYONE, Viewer
from tests.documents import document
from tests.engines import Library


def test_an_edited_document_is_found_by_its_new_words_only(library: Library) -> None:
    library.put(document("1", body="antigo"))
    library.put(document("1", body="novo"))
    assert (library.keys("antigo"), library.keys("novo"), library.keys()) == ([], ["1"], ["1"])


def test_a_removed_document_is_gone_everywhere(library: Library) -> None:
    library.put(document("1", product="Sumiu", title="Sumiu"), document("2"))
    library.put("tdn:1", "tdn:unknown")
    assert (library.keys(), library.ask("sumiu").total) == (["2"], 0)
    assert library.index.document("tdn:1", Viewer()) is None
    assert library.index.complete("sumiu", 5, Viewer()) == []
    assert all(bucket.value != "Sumiu" for facet in library.ask().facets for bucket in facet.values)


def test_counts_follow_an_edit_and_a_removal(library: Library) -> None:
    library.put(document("1", product="Fiscal"), document("2", product="Fiscal"), document("3", product="RH"))
    library.put(document("1", product="RH"), "tdn:2")
    [facet] = library.ask("", facets=("product",)).facets
    assert [(bucket.value, bucket.count) for bucket in facet.values] == [("RH", 2)]


def test_completions_follow_an_edit(library: Library) -> None:
    library.put(document("1", title="Boleto velho"), document("2", title="Boleto fixo"))
    library.put(document("1", title="Boleto novo"))
    assert [completion.text for completion in library.index.complete("boleto", 9, ANYONE)] == [
        "Boleto fixo",
        "Boleto novo",
    ]
