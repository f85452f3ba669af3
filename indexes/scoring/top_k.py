"""The inner loops over the documents that were found, compiled by Numba: weighing them, counting, choosing the best."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexes.jit import compiled
from indexes.segment.term_dictionary import Ints

Scores = NDArray[np.float32]


@compiled
def weighed(scores: Scores, signals: Scores, documents: Ints) -> Scores:
    """The scores of documents, each times the document's signal."""
    found = np.empty(len(scores), dtype=np.float32)
    for place in range(len(scores)):
        found[place] = scores[place] * signals[np.uint64(documents[place])]
    return found


@compiled
def count_codes(codes: Ints, documents: Ints, counts: Ints) -> None:
    """Count the code of each document, of which everyone has one.

    Four counts take turns: to add to what was just added to takes as long as to count four documents.
    """
    turns = np.zeros((4, len(counts)), dtype=np.int64)
    whole = len(documents) // 4 * 4
    for place in range(0, whole, 4):
        turns[0, codes[np.uint64(documents[place])]] += 1
        turns[1, codes[np.uint64(documents[place + 1])]] += 1
        turns[2, codes[np.uint64(documents[place + 2])]] += 1
        turns[3, codes[np.uint64(documents[place + 3])]] += 1
    for place in range(whole, len(documents)):
        turns[0, codes[np.uint64(documents[place])]] += 1
    for code in range(len(counts)):
        counts[code] += turns[0, code] + turns[1, code] + turns[2, code] + turns[3, code]


@compiled
def count_all_codes(starts: Ints, codes: Ints, documents: Ints, counts: Ints) -> None:
    """Count the codes of each document: those of document d are codes[starts[d]:starts[d + 1]]."""
    for place in range(len(documents)):
        document = documents[place]
        for at in range(starts[document], starts[document + 1]):
            counts[codes[at]] += 1


@compiled
def greatest(keys: Ints, count: int) -> Ints:
    """The places, ascending, of the greatest keys: so many, or more where several equal the last of them.

    The greatest so far are a heap, the least of them on top; what is less than that will never be among them.
    """
    heap, places, found = keys[:count].copy(), np.empty(len(keys), dtype=np.int64), count
    for start in range(count // 2 - 1, -1, -1):
        _sink(heap, start)
    for place in range(count):
        places[place] = place
    for place in range(count, len(keys)):
        if keys[place] >= heap[0]:
            places[found] = place
            found += 1
            if keys[place] > heap[0]:
                heap[0] = keys[place]
                _sink(heap, 0)
    kept = 0
    for index in range(found):
        places[kept] = places[index]
        kept += keys[places[index]] >= heap[0]
    return places[:kept].copy()


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
