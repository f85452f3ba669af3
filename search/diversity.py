"""The first places of an answer, shared by the sources that have hits about as good.

by score   A A A A A A A A A A │ A A B A C       B about as good as the last A, C not
shown      A A A A A A A A A B │ A A A A C

Whether an answer is shared so, `search.query.intent` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import chain, repeat

from search import ranking
from search.model import Hit

Lifted = tuple[int, ...]
"""Of each hit of a page the place, from 1 on, that it was lifted from, or 0."""


def order(sources: Sequence[Hashable], scores: Sequence[float]) -> list[int]:
    """The order of the best hits, given by the sources and the scores of the first CONSIDERED of them, best first.

    For each source that the first places lack, its best hit takes the place of the last one of a source that has
    others there, if it is about as good. The first hit stays, and so does the order of all others.
    """
    first = list(range(min(ranking.FIRST_PLACES, len(sources))))
    counts = Counter(sources[: len(first)])
    for place in range(len(first), len(sources)):
        if sources[place] in counts:
            continue
        last = next((at for at in reversed(first[1:]) if counts[sources[at]] > 1), None)
        if last is not None and scores[place] >= ranking.COMPARABLE * scores[last]:
            counts[sources[last]] -= 1
            counts[sources[place]] += 1
            first[first.index(last)] = place
            first.sort()
    return [*first, *sorted(set(range(len(sources))) - set(first))]


def lifted(order: Sequence[int], start: int, end: int) -> Lifted:
    """Of the hits [start, end) of that order the places that they were lifted from."""
    last = min(ranking.FIRST_PLACES, len(order))
    places = [place + 1 if at < last <= place else 0 for at, place in enumerate(order)]
    return tuple(places[start:end])


def told(hits: tuple[Hit, ...], places: Lifted) -> tuple[Hit, ...]:
    """The hits, with the places that they were lifted from."""
    if not any(places):
        return hits
    return tuple(hit._replace(lifted_from=place) for hit, place in zip(hits, chain(places, repeat(0)), strict=False))
