"""Which documents satisfy the clauses of a query, and how well: the rarest first, each other makes them fewer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints, Mask
from indexes.retrieval.searcher import Matches, Searcher
from search import ranking
from search.model import Clause, Query


def matches_of(searcher: Searcher, query: Query) -> Matches:
    """The visible documents that satisfy the clauses.

    What the viewer may not see has no say in whether some of the words are enough: a hidden document with all words
    would be told by its absence.
    """
    key = (query.clauses, query.min_should, query.enough, query.viewer.groups)
    if (recent := searcher.matches.get(key)) is not None:
        return recent
    must = [clause for clause in query.clauses if clause.occur == "must"]
    should = [clause for clause in query.clauses if clause.occur == "should"]
    visible = searcher.visible(query.viewer)
    if must:
        matches = _all(searcher, must, visible)
        if should:
            matches = _with(searcher, should, matches, query.min_should, query.enough)
    elif should:
        matches = _any(searcher, should, visible, max(query.min_should, 1), query.enough)
    else:
        everything = searcher.everything(query.viewer)
        matches = Matches(everything, np.zeros(len(everything), dtype=np.float32))
    if must and len(must) + len(should) > 1 and not len(matches.documents):
        matches = replace(_any(searcher, must + should, visible, 1, 0), optional=True)
    for clause in query.clauses:
        if clause.occur == "not":
            mask = ~searcher.holds(clause, matches.documents)
            matches = matches.only(mask)
    searcher.matches.keep(key, matches)
    return matches


def _all(searcher: Searcher, clauses: list[Clause], visible: Mask | None) -> Matches:
    """The documents that satisfy all clauses: those of the rarest, which each other one makes fewer."""
    times = Counter(clauses)
    order = list(times)
    if len(order) > 1:
        order.sort(key=lambda clause: (searcher.scorer.lookup.frequency(clause), clause.kind == "phrase"))
    documents, total = searcher.scorer.matches(order[0])
    if visible is not None:
        mask = visible[documents]
        documents, total = documents[mask], total[mask]
    if times[order[0]] > 1:
        total = total * times[order[0]]
    for clause in order[1:]:
        scores = searcher.scorer.scores(clause, documents) * times[clause]
        total = total + scores
        if not (holds := scores > 0).all():
            documents, total = documents[holds], total[holds]
    return Matches(documents, total)


def _any(searcher: Searcher, clauses: list[Clause], visible: Mask | None, least: int, enough: int) -> Matches:
    """The documents that satisfy that many of the clauses at least, or fewer where they are not enough."""
    documents, total, count = searcher.scorer.any_of(clauses, _shares(len(clauses)))
    if visible is not None:
        mask = visible[documents]
        documents, total, count = documents[mask], total[mask], count[mask]
    return _enough(documents, total, count, len(clauses), _loosened(count, least, enough, lowest=1))


def _loosened(count: Ints, least: int, enough: int, *, lowest: int) -> int:
    """The most clauses, up to `least`, that enough of the documents satisfy; the lowest number where none do."""
    if not enough:
        return least
    reached = np.bincount(np.minimum(count, least), minlength=least + 1)[::-1].cumsum()[::-1]
    return next((level for level in range(least, lowest, -1) if reached[level] >= enough), min(lowest, least))


def _with(searcher: Searcher, clauses: list[Clause], matches: Matches, least: int, enough: int) -> Matches:
    """The matches with what optional clauses add to their scores, without those that satisfy fewer than `least`."""
    total, count = np.zeros_like(matches.scores), np.zeros(len(matches.documents), dtype=np.int32)
    for clause in clauses:
        scores = searcher.scorer.scores(clause, matches.documents)
        total = total + scores
        count += scores > 0
    least = _loosened(count, least, enough, lowest=0)
    counted = _enough(matches.documents, total * _shares(len(clauses))[count], count, len(clauses), least)
    return replace(counted, scores=matches.scores[count >= least] + counted.scores)


def _enough(documents: Ints, total: NDArray[np.float32], count: Ints, of: int, least: int) -> Matches:
    """The documents that satisfy so many of the optional clauses at least."""
    fewest = count.min(initial=of)
    if fewest == of >= least:
        return Matches(documents, total)
    if fewest < least:
        mask = count >= least
        documents, total, count = documents[mask], total[mask], count[mask]
    lacking = count < of
    return Matches(documents, total, relaxed=len(count) > 0 and bool(lacking.all()), lacking=lacking)


@cache
def _shares(of: int) -> NDArray[np.float32]:
    """The share of its score that a document keeps that satisfies none, one, … of so many clauses."""
    return np.array([ranking.coverage(level, of) for level in range(of + 1)], dtype=np.float32)
