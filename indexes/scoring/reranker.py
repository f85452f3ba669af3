"""A second look at the best documents: words close to each other or early, and a title that says what was asked.

Pairs of words that were typed near each other are counted where they follow one another and where they stand within a
window, as in Metzler & Croft, "A Markov random field model for term dependencies" (2005); a count becomes a score as
BM25 has it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints, Scores
from indexes.scoring import kernels
from indexes.scoring.scorer import Scorer
from search import ranking
from search.explanation import Bonus
from search.model import Clause


def bonus(scorer: Scorer, clauses: Sequence[Clause], documents: Ints) -> dict[Bonus, Scores]:
    """What is added to the score of each of the documents, ascending, by name: none is below 0."""
    words = [clause.typed for clause in clauses if clause.typed.kind in ("word", "code")]
    weights = [scorer.lookup.idf(clause) for clause in words]
    places = [scorer.places(word, "body", documents) for word in words]
    return {
        "proximity": _proximity(scorer, words, weights, places, documents),
        "lead": _lead(weights, places, len(documents)),
        "title": _title(scorer, words, weights, documents),
    }


def _proximity(
    scorer: Scorer, words: Sequence[Clause], weights: Sequence[float], places: Sequence[Ints], documents: Ints
) -> Scores:
    total = np.zeros(len(documents), dtype=np.float32)
    norms = scorer.norms("body", documents)
    rows = list(zip(words, weights, places, strict=True))
    for apart, share in enumerate(ranking.PAIRS, 1):
        for (one, weight, first), (other, other_weight, second) in zip(rows, rows[apart:], strict=False):
            if len(first) and len(second) and one.terms != other.terms:
                least = share * min(weight, other_weight) * (ranking.K1 + 1)
                follow = _counts(first, second, -1, ranking.FOLLOWING, len(documents))
                near = _counts(first, second, ranking.WINDOW, ranking.WINDOW, len(documents))
                total += np.float32(ranking.ORDERED * least) * follow / (follow + norms)
                total += np.float32(ranking.NEAR * least) * near / (near + norms)
    return total


def _lead(weights: Sequence[float], places: Sequence[Ints], documents: int) -> Scores:
    """Words that stand early: an article begins with what it is about."""
    total = np.zeros(documents, dtype=np.float32)
    for weight, positions in zip(weights, places, strict=True):
        rows = positions >> kernels.PLACE_BITS
        fresh = np.flatnonzero(np.append(True, rows[1:] != rows[:-1])[: len(rows)])
        position = (positions[fresh] & kernels.POSITION).astype(np.float32)
        total[rows[fresh]] += np.float32(ranking.LEAD * weight) / (1 + position / np.float32(ranking.LEAD_HALF))
    return total


def _counts(first: Ints, second: Ints, before: int, after: int, documents: int) -> NDArray[np.float32]:
    """How many of the first places have one of the second from `before` places before them to `after` after them."""
    nearest = second.searchsorted(first - before)
    nearest[nearest == len(second)] = 0
    distance = second[nearest] - first
    near = first[(distance <= after) & (distance >= -before)]
    return np.bincount(near >> kernels.PLACE_BITS, minlength=documents).astype(np.float32)


def _title(scorer: Scorer, words: Sequence[Clause], weights: Sequence[float], documents: Ints) -> Scores:
    """The weight of the words that the title has, the less the more words only one of title and query has."""
    total, weight, count = (np.zeros(len(documents), dtype=np.float32) for _ in range(3))
    for word, idf in zip(words, weights, strict=True):
        rows = scorer.in_title(word, documents)
        weight[rows] += idf
        count[rows] += 1
    lengths = np.maximum(scorer.title_lengths(documents), np.maximum(count, 1))
    if (whole := sum(weights)) > 0:
        total = weight * (weight / np.float32(whole)) * np.sqrt(count / lengths) * np.float32(ranking.TITLE)
    return total
