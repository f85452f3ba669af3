"""How the score of a hit came about: clause by clause, field by field, then the signals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from indexes.snapshot import Snapshot
from search import ranking
from search.model import Clause, Explanation, Query


def explained(snapshot: Snapshot, query: Query, number: int) -> Explanation | None:
    """The score of one document, as a product; None where nothing is scored, because there are no words."""
    clauses = [clause for clause in query.clauses if clause.occur != "not"]
    if not clauses:
        return None
    must = [_clause(snapshot, clause, number) for clause in clauses if clause.occur == "must"]
    should = [_clause(snapshot, clause, number) for clause in clauses if clause.occur == "should"]
    held = sum(each.value > 0 for each in must)
    if held < len(must):
        coverage = Explanation("coverage", 1 - ranking.RELAXED_COVERAGE * (1 - held / len(must)))
        must = [_product("some words", [_sum("words", must), coverage])]
    signals = snapshot.factors(query.lang, np.array([number]))
    factors = [Explanation(name, float(value[0])) for name, value in signals.items()]
    return _product("score", [_sum("words", [*must, *should]), *factors])


def _sum(name: str, parts: Sequence[Explanation]) -> Explanation:
    return Explanation(name, sum(each.value for each in parts), tuple(parts), "sum")


def _product(name: str, parts: Sequence[Explanation]) -> Explanation:
    return Explanation(name, math.prod(each.value for each in parts), tuple(parts), "product")


def _clause(snapshot: Snapshot, clause: Clause, number: int) -> Explanation:
    fields = snapshot.clauses.by_field(clause, number)
    return _sum(f"{clause.kind}: {clause.text}", [Explanation(name, value) for name, value in fields.items()])
