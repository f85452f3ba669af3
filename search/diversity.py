"""The first places of an answer, shared by the sources that have hits about as good, unless one source is meant.

by score   A A A A A A A A A A │ A A B A C       B about as good as the last A, C not
shown      A A A A A A A A A B │ A A A A C
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from search import ranking
from search.analysis.analyzer import WORD, fold
from search.facets import BY_NAME
from search.model import Clause, Hit, Query

NARROWING = ("source", "kind")
"""The filters that choose a source."""
MEANT = frozenset(
    f"{BY_NAME['kind'].known['video']} {BY_NAME['kind'].known['package']} videoaula videoaulas youtube canal assistir"
    " downloads baixar descargar descarga instalador tdn kb".split()
)
"""Words, folded, by which people say which source they mean."""

Lifted = tuple[int, ...]
"""Of each hit of a page the place, from 1 on, that it was lifted from, or 0."""


def wanted(query: Query) -> bool:
    """Whether an answer is balanced: ordered by relevance, with no filter, word or code that means a source."""
    return (
        query.balanced
        and query.sort == "relevance"
        and not any(query.filters.get(name) for name in NARROWING)
        and not any(each.name in NARROWING for each in query.narrowings)
        and not any(map(_is_code, query.clauses))
        and MEANT.isdisjoint(WORD.findall(fold(query.text)))
    )


def order(sources: NDArray[np.integer], scores: NDArray[np.floating]) -> NDArray[np.intp]:
    """The order of the best hits, given by the sources and the scores of the first CONSIDERED of them, best first.

    For each source that the first places lack, its best hit takes the place of the last one of a source that has
    others there, if it is about as good. The first hit stays, and so does the order of all others.
    """
    of, held = sources.tolist(), scores.tolist()
    first = list(range(min(ranking.FIRST_PLACES, len(of))))
    counts = Counter(of[: len(first)])
    for place in range(len(first), len(of)):
        if of[place] in counts:
            continue
        last = next((each for each in reversed(first[1:]) if counts[of[each]] > 1), None)
        if last is not None and held[place] >= ranking.COMPARABLE * held[last]:
            counts[of[last]] -= 1
            counts[of[place]] += 1
            first[first.index(last)] = place
            first.sort()
    return np.array([*first, *sorted(set(range(len(of))) - set(first))], dtype=np.intp)


def lifted(order: NDArray[np.intp], start: int, end: int) -> Lifted:
    """Of the hits [start, end) of that order the places that they were lifted from."""
    last = min(ranking.FIRST_PLACES, len(order))
    places = [place + 1 if at < last <= place else 0 for at, place in enumerate(order.tolist())]
    return tuple(places[start:end])


def told(hits: tuple[Hit, ...], places: Lifted) -> tuple[Hit, ...]:
    """The hits, with the places that they were lifted from."""
    if not any(places):
        return hits
    return tuple(hit._replace(lifted_from=place) for hit, place in zip(hits, chain(places, repeat(0)), strict=False))


def _is_code(clause: Clause) -> bool:
    return clause.kind == "code" or any(map(_is_code, clause.either))
