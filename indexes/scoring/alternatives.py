"""Clauses of several alternatives, and clauses that are asked of some fields only.

Of alternatives the best counts: the greatest of their scores, each times its weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from indexes.arrays import Scores
from indexes.segment.term_dictionary import Ints
from search.model import Clause

SUITED = {"title": ("title", "title_codes")}
"""Where a clause is looked for that names a field: that field, and the codes that stand in it."""


def within(clause: Clause, weights: Mapping[str, float]) -> Mapping[str, float]:
    """The fields, with their weights, that a clause is looked for in."""
    if not clause.field:
        return weights
    named = SUITED.get(clause.field, (clause.field,))
    return {name: weight for name, weight in weights.items() if name in named}


def best_matches(clause: Clause, found: Sequence[tuple[Ints, Scores]], size: int) -> tuple[Ints, Scores]:
    """The documents of any alternative, ascending, and the best score of each; `size` documents there are."""
    best = np.zeros(size, dtype=np.float32)
    for alternative, (docs, scores) in zip(clause.either, found, strict=True):
        best[docs] = np.maximum(best[docs], scores * np.float32(alternative.weight))
    documents = np.flatnonzero(best)
    return documents, best[documents]


def best_scores(clause: Clause, found: Sequence[Scores]) -> Scores:
    """The best of the alternatives' scores of some documents."""
    best = np.zeros(len(found[0]), dtype=np.float32)
    for alternative, scores in zip(clause.either, found, strict=True):
        np.maximum(best, scores * np.float32(alternative.weight), out=best)
    return best


def best_fields(clause: Clause, found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Field → its share of the score of one document, of the best alternative."""
    weighed = [
        {name: share * alternative.weight for name, share in shares.items()}
        for alternative, shares in zip(clause.either, found, strict=True)
    ]
    return max(weighed, key=lambda shares: sum(shares.values()))
