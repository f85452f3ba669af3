"""Whole queries on arrays give what stock matchers and plain sets give on the same folder: documents, scores, order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.searching import Searcher as StockSearcher

from indexes.retrieval.searcher import Searcher
from search import ranking
from search.facets import values_of
from search.model import Document, Explanation, Occur, Query, Viewer
from search.query.parser import parse
from tests.documents import document
from tests.indexes import stock
from tests.indexes.scoring.test_scorer import WORDS, filled, texts

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
documents = st.builds(
    lambda key, title, body, lang, labels, day, audience: document(
        str(key),
        title=title,
        body=body,
        lang=lang,
        labels=labels,
        updated=FIRST + timedelta(days=day),
        audience=audience,
    ),
    st.integers(0, 12),
    texts,
    texts,
    st.sampled_from(["pt", "es", "en"]),
    st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    st.integers(0, 700),
    st.sampled_from([(), (), ("clientes",), ("parceiros", "clientes")]),
)
steps = st.lists(
    st.lists(st.one_of(documents, st.integers(0, 12).map(str)), min_size=1, max_size=8), min_size=1, max_size=5
)
TYPED = ['"nota fiscal"', '"pedido de venda"', "fisc*", "n*", "mata 410", "rejeicao 528"]
TYPED += ["nota OR mata 410", '"nota fiscal" OR fisc* OR venda', "titulo:nota", "pedido de venda", "documento de saida"]
words = st.sampled_from([*WORDS, *TYPED])


@dataclass(frozen=True)
class Asked:
    """Typed words, what is asked of each, and the rest of the query."""

    words: list[tuple[str, Occur]]
    options: dict[str, Any]

    def query(self) -> Query:
        wanted = [replace(clause, occur=occur) for text, occur in self.words for clause in parse(text).clauses]
        return Query(clauses=tuple(wanted), per_page=1000, highlight=False, **self.options)


occurs = st.sampled_from(["must", "must", "should", "should", "not"])
days = st.one_of(st.none(), st.integers(0, 700).map(lambda day: FIRST + timedelta(days=day)))
filters = st.dictionaries(
    st.sampled_from(["lang", "year", "source"]),
    st.lists(st.sampled_from(["pt", "es", "2024", "2025", "tdn", "nada"]), min_size=1, max_size=2, unique=True).map(
        tuple
    ),
    max_size=2,
)
asked = st.builds(
    Asked,
    st.lists(st.tuples(words, occurs), max_size=5),
    st.fixed_dictionaries(
        {
            "min_should": st.integers(0, 3),
            "filters": filters,
            "updated_after": days,
            "updated_before": days,
            "lang": st.sampled_from(["pt", "es"]),
            "viewer": st.sampled_from([Viewer(), Viewer(groups=frozenset({"clientes"}))]),
        }
    ),
)


def expected(stock_searcher: StockSearcher, searcher: Searcher, query: Query) -> dict[str, float]:
    """Id → score, put together from stock scores of each clause, one document at a time."""
    scores = [(clause, stock.scores(stock_searcher, clause)) for clause in query.clauses]
    alive = [number for number in range(searcher.size) if searcher.files.alive[number]]
    held = {number: searcher.document(number) for number in alive}
    seen = {number for number, page in held.items() if not page.audience or set(page.audience) & query.viewer.groups}
    must = [points for clause, points in scores if clause.occur == "must"]
    should = [points for clause, points in scores if clause.occur == "should"]
    chosen = {number for number in seen if all(number in points for points in must)}
    least = max(query.min_should, 0 if must else 1) if should else 0
    chosen = {number for number in chosen if sum(number in points for points in should) >= least}
    required, optional = must, should
    if must and not chosen:
        required, optional = [], must + should
        chosen = {number for number in seen if any(number in points for points in optional)}
    chosen -= {number for clause, points in scores if clause.occur == "not" for number in points}
    signals = searcher.signals(query.lang)
    return {
        held[number].id: (
            sum(points.get(number, 0.0) for points in required)
            + sum(points.get(number, 0.0) for points in optional)
            * (ranking.coverage(sum(number in points for points in optional), len(optional)) if optional else 1.0)
        )
        * (float(signals[number]) if must or should else 1.0)
        for number in chosen
        if passes(held[number], query)
    }


def passes(document: Document, query: Query) -> bool:
    values = values_of(document)
    return (
        all(set(values[name]) & set(wanted) for name, wanted in query.filters.items())
        and (query.updated_after is None or document.updated >= query.updated_after)
        and (query.updated_before is None or document.updated < query.updated_before)
    )


def assert_ordered(scores: Iterable[float], expected: list[float]) -> None:
    """Each place has the score that it should have; equal ones may stand in any order."""
    assert list(scores) == pytest.approx(expected, rel=1e-4, abs=1e-4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120, deadline=None)
@given(commits=steps, asked=asked)
def test_a_query_finds_what_stock_matchers_find(tmp_path: Path, commits: list[list[Any]], asked: Asked) -> None:
    folder, query = tmp_path / uuid4().hex, replace(asked.query(), rescore=False)
    index = filled(folder, commits)
    searcher = index._searchers.current()
    with stock.open_stock(folder) as stock_searcher:
        wanted = expected(stock_searcher, searcher, query)
    results = index.search(query)
    scores = {hit.document.id: hit.score for hit in results.hits}
    assert (scores.keys(), results.total) == (wanted.keys(), len(wanted))
    assert scores == pytest.approx(wanted, rel=1e-4, abs=1e-4)
    if any(clause.occur != "not" for clause in query.clauses):
        assert_ordered((hit.score for hit in results.hits), sorted(wanted.values(), reverse=True))
    pages = [
        hit.document.id for page in range(1, 5) for hit in index.search(replace(query, page=page, per_page=3)).hits
    ]
    assert pages == [hit.document.id for hit in results.hits][:12]
    index.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(commits=steps, asked=asked)
def test_an_explanation_adds_up_to_the_score(tmp_path: Path, commits: list[list[Any]], asked: Asked) -> None:
    index = filled(tmp_path / uuid4().hex, commits)
    for hit in index.search(replace(asked.query(), explain=True)).hits:
        if hit.explanation is not None:
            assert adds_up(hit.explanation)
            assert hit.explanation.value == pytest.approx(hit.score, rel=1e-4)
    index.close()


def adds_up(explanation: Explanation) -> bool:
    if not explanation.parts:
        return True
    assert all(adds_up(part) for part in explanation.parts)
    value = 0.0 if explanation.rule == "sum" else 1.0
    for part in explanation.parts:
        value = value + part.value if explanation.rule == "sum" else value * part.value
    return value == pytest.approx(explanation.value, rel=1e-6)
