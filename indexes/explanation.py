"""How the score of a hit came about: clause by clause, field by field, then the signals."""

from __future__ import annotations

import math

import numpy as np

from indexes.snapshot import Snapshot
from search import ranking
from search.model import Clause, Explanation, Query


def explained(snapshot: Snapshot, query: Query, number: int) -> Explanation | None:
    """The score of one document, as a product; None where nothing is scored, because there are no words."""
    clauses = [clause for clause in query.clauses if clause.occur != "not"]
    if not clauses:
        return None
    words = [_clause(snapshot, clause, number) for clause in clauses]
    must = [each for each, clause in zip(words, clauses, strict=True) if clause.occur == "must"]
    held = sum(each.value > 0 for each in must)
    factors = [Explanation("words", sum(each.value for each in words), tuple(words), "sum")]
    if held < len(must):
        factors.append(Explanation("coverage", 1 - ranking.RELAXED_COVERAGE * (1 - held / len(must))))
    signals = snapshot.factors(query.lang, np.array([number]))
    factors += [Explanation(name, float(value[0])) for name, value in signals.items()]
    return Explanation("score", math.prod(each.value for each in factors), tuple(factors), "product")


def _clause(snapshot: Snapshot, clause: Clause, number: int) -> Explanation:
    fields = snapshot.clauses.by_field(clause, number)
    parts = tuple(Explanation(name, value) for name, value in fields.items())
    return Explanation(f"{clause.kind}: {clause.text}", sum(fields.values()), parts, "sum")
