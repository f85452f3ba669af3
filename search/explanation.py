"""How the score of a hit came about, put together from what an engine scored.

pinned = score + raised
         score = text · freshness · popularity · language · release
                 text = clauses, each the sum of its fields, · coverage   + proximity + lead + title
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from search import ranking
from search.model import Clause, Explanation, Lane

Bonus = Literal["proximity", "lead", "title"]
"""What a second look at the positions of words adds."""
Signal = Literal["freshness", "popularity", "language", "release"]
"""What multiplies a score whatever the words are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """What an engine knows of the score of one hit.

    `fields` has, for each clause that was not excluded, the share of each field. `optional` says that clauses which
    had to be there no longer have to; `bonus` is empty where nobody looked twice; `raised` is what a pin adds.
    """

    fields: Sequence[tuple[Clause, Mapping[str, float]]]
    optional: bool
    bonus: Mapping[Bonus, float]
    signals: Mapping[Signal, float]
    raised: float


def explained(scored: Scored) -> Explanation:
    """The score as sums and products that add up to it."""
    text = [_words(scored), *_leaves(scored.bonus)]
    score = _product("score", [_sum("text", text), *_leaves(scored.signals)])
    return _sum("pinned", [score, Explanation("raised", scored.raised)]) if scored.raised else score


def lane(explanation: Explanation | None, missing: Sequence[str]) -> Lane:
    """What a hit was found by, told from its score and from the words that it lacks."""
    if explanation is None:
        return ""
    codes = {part.name for clause in _codes(explanation) for part in clause.parts if part.name in ranking.CODE_FIELDS}
    if codes:
        return "code in title" if codes - {"codes"} else "code"
    return "some words" if missing else "all words"


def _codes(explanation: Explanation) -> Iterator[Explanation]:
    """The nodes of clauses that are codes."""
    for part in explanation.parts:
        if part.name.startswith("code: "):
            yield part
        else:
            yield from _codes(part)


def _words(scored: Scored) -> Explanation:
    """The clauses' scores; of optional ones the share that a document keeps that lacks some."""
    must: list[Explanation] = []
    words: list[Explanation] = []
    for clause, fields in scored.fields:
        (must if clause.occur == "must" and not scored.optional else words).append(
            _sum(f"{clause.kind}: {clause.text}", _leaves(fields))
        )
    if not words:
        return _sum("words", must)
    share = Explanation("coverage", ranking.coverage(sum(clause.value > 0 for clause in words), len(words)))
    covered = _product("covered", [_sum("words", words), share])
    return _sum("clauses", [*must, covered]) if must else covered


def _leaves(values: Mapping[str, float] | Mapping[Bonus, float] | Mapping[Signal, float]) -> list[Explanation]:
    return [Explanation(name, value) for name, value in values.items()]


def _sum(name: str, parts: Sequence[Explanation]) -> Explanation:
    return Explanation(name, sum(part.value for part in parts), tuple(parts), "sum")


def _product(name: str, parts: Sequence[Explanation]) -> Explanation:
    return Explanation(name, math.prod(part.value for part in parts), tuple(parts), "product")
