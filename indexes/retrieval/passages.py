"""Where the best passage of each hit begins, from the positions of its words: no text is read for it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints
from indexes.jit import compiled
from indexes.retrieval.searcher import Searcher
from indexes.scoring import kernels
from indexes.scoring.scorer import Scorer
from search.highlighting.snippets import WINDOW, highlighted, passage, sought
from search.model import Clause, Document, Query, Range, Snippet

MANY = 6
"""Words up to which a passage with more of them wins among those that show as much of what was asked."""
BEGINNINGS = 500
"""Places of a word in a document at which passages may begin: a hundred pages of which every other sentence has it."""
MORE = 1e-4
"""What each of them adds: less than any two words' weights differ by."""


def shown(
    searcher: Searcher, query: Query, documents: Ints, records: Sequence[tuple[Document, Sequence[int]]]
) -> list[tuple[Snippet, tuple[Range, ...]]]:
    """The passage of each document, and the ranges to mark in its title; `records` have it with its word offsets."""
    wanted = highlighted(query, searcher.analyzer)
    places = best_places(searcher.scorer, sought(query, searcher.analyzer), documents)
    return [
        (passage(document, wanted, place, offsets), wanted.ranges(document.title, document.lang))
        for (document, offsets), place in zip(records, places, strict=True)
    ]


def best_places(scorer: Scorer, words: Sequence[Clause], documents: Ints) -> list[int]:
    """For each document, in any order, the position in its body of the first word of its best passage; -1 without one.

    The best is the first of those whose WINDOW words hold the different words that weigh most, then the most words. Of
    a word that a document repeats again and again, a passage begins with one of the first BEGINNINGS.
    """
    ascending = np.sort(documents)
    words_at = [(scorer.places(word, "body", ascending), scorer.lookup.idf(word)) for word in words]
    words_at = [(keys, weight) for keys, weight in words_at if len(keys)]
    if not words_at:
        return [-1] * len(documents)
    firsts = [first_of_each(keys, kernels.PLACE_BITS, BEGINNINGS) for keys, _ in words_at]
    places = np.sort(np.concatenate(firsts), kind="stable")  # which merges what ascends
    places = places[np.diff(places, prepend=-1) > 0]
    values = _values(places, words_at)
    edges = places.searchsorted(np.arange(len(documents) + 1) << kernels.PLACE_BITS).tolist()
    best = [_best(places, values, first, end) for first, end in pairwise(edges)]
    return [best[row] for row in ascending.searchsorted(documents).tolist()]


def _best(places: Ints, values: NDArray[np.float64], first: int, end: int) -> int:
    """The position of the best of the places of one document."""
    return int(places[first + values[first:end].argmax()]) & ((1 << kernels.PLACE_BITS) - 1) if first < end else -1


def _values(places: Ints, words_at: Sequence[tuple[Ints, float]]) -> NDArray[np.float64]:
    """What the WINDOW words from each place on show."""
    values = np.zeros(len(places))
    add_count(places, WINDOW, MANY, MORE, values)
    for keys, weight in words_at:
        add_near(places, keys, WINDOW, weight, values)
    return values


# -- walks along ascending keys of places (`kernels.PLACE_BITS`) -------------------------------------------------------


@compiled
def first_of_each(keys: Ints, shift: int, most: int) -> Ints:
    """The first so many keys of each document, which is what remains of a key that is shifted."""
    first = np.empty(len(keys), dtype=np.int64)
    count, run, document = 0, 0, np.int64(-1)
    for key in keys:
        if key >> shift != document:
            run, document = 0, key >> shift
        if run < most:
            first[count] = key
            count += 1
        run += 1
    return first[:count]


@compiled
def add_count(places: Ints, window: int, most: int, value: float, values: NDArray[np.float64]) -> None:
    """Add the value for each of the places within the window that begins with a place, as for so many at most."""
    end = 0
    for index in range(len(places)):
        while end < len(places) and places[end] < places[index] + window:
            end += 1
        values[index] += value * min(end - index, most)


@compiled
def add_near(places: Ints, keys: Ints, window: int, value: float, values: NDArray[np.float64]) -> None:
    """Add the value where one of the found keys is within the window that begins with a place."""
    at = 0
    for index in range(len(places)):
        while at < len(keys) and keys[at] < places[index]:
            at += 1
        if at == len(keys):
            return
        if keys[at] < places[index] + window:
            values[index] += value
