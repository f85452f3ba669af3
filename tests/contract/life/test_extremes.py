"""Indexes and questions that nobody means well: each has an answer."""

from __future__ import annotations

from dataclasses import replace

from search.model import ANYONE, Change, Clause, Query
from tests.documents import document
from tests.engines import Library


def test_an_index_without_documents_answers_everything_with_nothing(library: Library) -> None:
    library.index.rebuild([Change(number=1, id="tdn:1", document=None)])
    for text in ("", "nota", '"nota fiscal"', "n*", "-nota", "mata410"):
        results = library.ask(text)
        assert (results.total, results.hits, results.relaxed) == (0, (), False)
        assert all(facet.values == () for facet in results.facets)
    assert library.index.complete("n", 5, ANYONE) == []
    assert library.index.document("tdn:1", ANYONE) is None
    assert (library.index.status().position, library.index.status().documents) == (1, 0)


def test_a_word_of_every_document_ranks_and_counts_all(library: Library) -> None:
    made = [document(str(number), title="nota", body="nota " * (number % 300)) for number in range(400)]
    library.put(*made)
    results = library.ask("nota")
    assert (results.total, len(results.hits)) == (400, 10)
    assert all(hit.score > 0 for hit in results.hits)
    assert library.ask("-nota").total == 0


def test_a_query_of_ten_thousand_terms_is_answered(library: Library) -> None:
    library.put(*(document(str(number), body=f"termo{number} comum") for number in range(30)))
    clauses = tuple(
        Clause(kind="word", occur="should", text=f"termo{number}", terms=((f"termo{number}", "comum"),))
        for number in range(10_000)
    )
    assert library.index.search(Query(clauses=clauses)).total == 30
    assert library.index.search(Query(clauses=clauses, min_should=10_001)).total == 0
    must = tuple(replace(clause, occur="must", terms=(clause.terms[0][:1],)) for clause in clauses)
    relaxed = library.index.search(Query(clauses=must))
    assert (relaxed.total, relaxed.relaxed) == (30, True)
    assert len(relaxed.hits[0].missing) == 9_999
    phrase = Clause(kind="phrase", occur="must", text="…", terms=(("comum",),) * 10_000)
    assert library.index.search(Query(clauses=(phrase,))).total == 0


def test_the_billionth_page_is_empty_and_counted(library: Library) -> None:
    library.put(document("1"), document("2"))
    results = library.ask("documento", page=10**9)
    assert (results.hits, results.total) == ((), 2)
    assert library.ask("", page=10**9, per_page=10**9).total == 2


def test_an_index_whose_documents_were_all_deleted_is_as_an_empty_one(library: Library) -> None:
    library.put(*(document(str(number)) for number in range(20)))
    library.put(*(f"tdn:{number}" for number in range(20)))
    results = library.ask("documento")
    assert (results.total, library.ask("").total, library.index.status().documents) == (0, 0, 0)
    assert all(facet.values == () for facet in results.facets)
    assert library.index.complete("tit", 5, ANYONE) == []
    library.put(document("7"))
    assert library.keys("documento") == ["7"]
