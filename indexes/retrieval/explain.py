"""How the score of a hit came about: clause by clause, field by field, the second look, then the signals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexes.retrieval import pinning
from indexes.retrieval.searcher import Snapshot
from indexes.schema import CODE_FIELDS
from indexes.scoring import reranker
from search import ranking
from search.model import Clause, Explanation, Lane, Query


def explained(snapshot: Snapshot, query: Query, number: int, *, optional: bool, rescored: bool) -> Explanation | None:
    """The score of one document, as a product; None where nothing is scored, because there are no words.

    `optional` and `rescored` say whether all clauses had become optional, and whether it was looked at a second time.
    """
    clauses = [clause for clause in query.clauses if clause.occur != "not"]
    if not clauses:
        return None
    documents = np.array([number])
    added = reranker.bonus(snapshot.clauses, clauses, documents) if rescored else {}
    text = [_words(snapshot, clauses, number, optional), *_explained(added)]
    factors = snapshot.factors(query.lang, documents, query.viewer.releases)
    score = _product("score", [_sum("text", text), *_explained(factors)])
    raised = pinning.raised(snapshot, query, number)
    return _sum("pinned", [score, Explanation("raised", raised)]) if raised else score


def lane(explanation: Explanation | None, missing: Sequence[str]) -> Lane:
    """What a hit was found by, told from its score and from the words that it lacks."""
    if explanation is None:
        return ""
    codes = {part.name for clause in _clauses(explanation) for part in clause.parts if part.name in CODE_FIELDS}
    if codes:
        return "code in title" if codes - {"codes"} else "code"
    return "some words" if missing else "all words"


def _clauses(explanation: Explanation) -> Iterator[Explanation]:
    """The nodes that `_clause` made."""
    for part in explanation.parts:
        if part.name.startswith("code: "):
            yield part
        else:
            yield from _clauses(part)


def _words(snapshot: Snapshot, clauses: Sequence[Clause], number: int, optional: bool) -> Explanation:
    """The clauses' scores; of optional ones the share that a document keeps that lacks some."""
    must: list[Explanation] = []
    words: list[Explanation] = []
    for clause in clauses:
        (must if clause.occur == "must" and not optional else words).append(_clause(snapshot, clause, number))
    if not words:
        return _sum("words", must)
    share = Explanation("coverage", ranking.coverage(sum(each.value > 0 for each in words), len(words)))
    covered = _product("covered", [_sum("words", words), share])
    return _sum("clauses", [*must, covered]) if must else covered


def _explained(values: Mapping[str, NDArray[Any]]) -> list[Explanation]:
    return [Explanation(name, float(value[0])) for name, value in values.items()]


def _sum(name: str, parts: Sequence[Explanation]) -> Explanation:
    return Explanation(name, sum(each.value for each in parts), tuple(parts), "sum")


def _product(name: str, parts: Sequence[Explanation]) -> Explanation:
    return Explanation(name, math.prod(each.value for each in parts), tuple(parts), "product")


def _clause(snapshot: Snapshot, clause: Clause, number: int) -> Explanation:
    fields = snapshot.clauses.by_field(clause, number)
    return _sum(f"{clause.kind}: {clause.text}", [Explanation(name, value) for name, value in fields.items()])
