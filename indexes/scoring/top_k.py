"""The inner loops over the documents that were found, compiled by Numba: weighing them, counting, choosing the best."""

from __future__ import annotations

import numpy as np

from indexes.arrays import Ints, Scores
from indexes.jit import compiled


@compiled
def weighed(scores: Scores, signals: Scores, documents: Ints) -> Scores:
    """The scores of documents, each times the document's signal."""
    products = np.empty(len(scores), dtype=np.float32)
    for place in range(len(scores)):
        products[place] = scores[place] * signals[np.uint64(documents[place])]
    return products


@compiled
def greatest(keys: Ints, count: int) -> Ints:
    """The places, ascending, of the greatest keys: so many, or more where several equal the last of them.

    The greatest so far are a heap, the least of them on top; what is less than that will never be among them.
    """
    heap, places, candidates = keys[:count].copy(), np.empty(len(keys), dtype=np.int64), count
    for start in range(count // 2 - 1, -1, -1):
        _sink(heap, start)
    for place in range(count):
        places[place] = place
    for place in range(count, len(keys)):
        if keys[place] >= heap[0]:
            places[candidates] = place
            candidates += 1
            if keys[place] > heap[0]:
                heap[0] = keys[place]
                _sink(heap, 0)
    size = 0
    for index in range(candidates):
        places[size] = places[index]
        size += keys[places[index]] >= heap[0]
    return places[:size].copy()


@compiled
def _sink(heap: Ints, at: int) -> None:
    key = heap[at]
    while 2 * at + 1 < len(heap):
        child = 2 * at + 1
        if child + 1 < len(heap) and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = key
