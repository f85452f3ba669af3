"""The inner loops of a search, compiled by Numba: what is done once for each posting, place or document.

Rows have a number of every document of the commit and are zeros between two searches; `touched` lists, in no order, the
documents whose number in a row is not. `documents` ascend.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexes.compiling import compiled
from indexes.mapped import Arrays, Postings
from indexes.postings import ESCAPE_U8, ESCAPE_U16
from indexes.terms import Ints

Scores = NDArray[np.float32]

PLACE_BITS = 32
"""A place is a key: index of the document << PLACE_BITS | position."""
POSITION = (1 << PLACE_BITS) - 1


@compiled
def _wide(at: Ints, value: Ints, index: int) -> Any:
    """The number at an index of a narrow column where an escape stands."""
    return np.int64(value[np.searchsorted(at, index)])


@compiled
def _advanced(docs: Ints, at: int, end: int, wanted: int) -> int:
    """The first index from `at` on with a document not below the wanted one: steps that double, then halves."""
    if at == end or docs[at] >= wanted:
        return at
    step = 1
    while at + step < end and docs[at + step] < wanted:
        at += step
        step *= 2
    low, high = at + 1, min(at + step, end)
    while low < high:
        middle = (low + high) >> 1
        if docs[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


# -- scores ------------------------------------------------------------------------------------------------------------


@compiled
def add_list(
    postings: Postings, codes: Ints, norms: Scores, factor: Any, row: Scores, touched: Ints, count: int
) -> int:
    """Add factor · tf / (tf + norm) to the row, for each posting; return how many are touched now.

    The norm of document d is norms[codes[d]].
    """
    docs, freqs = postings.arrays.docs, postings.arrays.freqs
    for posting in range(postings.begin, postings.end):
        document = postings.first + np.int64(docs[posting])
        tf = np.float32(max(freqs[posting], 1))  # 0 is what was cut off: a document is to be touched once
        if freqs[posting] == ESCAPE_U8:
            tf = np.float32(_wide(postings.arrays.freqs_at, postings.arrays.freqs_value, posting))
        if row[document] == 0:
            touched[count] = document
            count += 1
        row[document] += factor * (tf / (tf + norms[codes[document]]))
    return count


class Lists(NamedTuple):
    """Lists of one segment: [begins[i], ends[i]) of a field, with a factor each; `last` of an alternative, or not."""

    begins: Ints
    ends: Ints
    fields: Ints
    factors: Scores
    last: NDArray[np.bool_]


class Cells(NamedTuple):
    """A row and what is touched of it."""

    values: Scores
    touched: Ints


@compiled
def add_lists(
    arrays: Arrays, first: int, lists: Lists, codes: Ints, norms: Scores, inner: Cells, outer: Cells, count: int
) -> int:
    """Add up the lists of each alternative in the inner row, and empty that into the outer one, as `best_into` does.

    Fields have a row each of codes and norms. Return how many documents the outer row touches. One call does it all:
    what is given to one is looked at by Python, which takes as long as a thousand postings.
    """
    added = 0
    for index in range(len(lists.begins)):
        postings = Postings(arrays, lists.begins[index], lists.ends[index], 0, first)
        field, factor = lists.fields[index], lists.factors[index]
        added = add_list(postings, codes[field], norms[field], factor, inner.values, inner.touched, added)
        if lists.last[index]:
            count = best_into(inner.values, inner.touched, added, outer.values, outer.touched, count)
            added = 0
    return count


@compiled
def add_scores(postings: Postings, codes: Ints, norms: Scores, factor: Any, documents: Ints, scores: Scores) -> None:
    """The same for some documents only: scores[i] is documents[i]'s."""
    docs, freqs, posting = postings.arrays.docs, postings.arrays.freqs, postings.begin
    for place in range(len(documents)):
        document = documents[place]
        posting = _advanced(docs, posting, postings.end, document - postings.first)
        if posting == postings.end:
            return
        if docs[posting] == document - postings.first:
            tf = np.float32(freqs[posting])
            if freqs[posting] == ESCAPE_U8:
                tf = np.float32(_wide(postings.arrays.freqs_at, postings.arrays.freqs_value, posting))
            scores[place] += factor * (tf / (tf + norms[codes[document]]))


@compiled
def best_into(row: Scores, touched: Ints, count: int, best: Scores, best_touched: Ints, best_count: int) -> int:
    """Empty a row into another, of which each document keeps the better score; return how many that one touches."""
    for place in range(count):
        document = touched[place]
        if best[document] == 0:
            best_touched[best_count] = document
            best_count += 1
        best[document] = max(best[document], row[document])
        row[document] = 0
    return best_count


@compiled
def sum_into(
    row: Scores, touched: Ints, count: int, times: int, total: Scores, held: Ints, all_touched: Ints, all_count: int
) -> int:
    """Empty a row into a total, to which it counts so many times, as it does to what each document holds."""
    for place in range(count):
        document = touched[place]
        if held[document] == 0:
            all_touched[all_count] = document
            all_count += 1
        total[document] += row[document] * np.float32(times)
        held[document] += times
        row[document] = 0
    return all_count


@compiled
def gathered(row: Scores, documents: Ints) -> Scores:
    """The numbers of some documents, which are zeros in the row from then on."""
    found = np.empty_like(row[: len(documents)])
    for place in range(len(documents)):
        found[place] = row[documents[place]]
        row[documents[place]] = 0
    return found


@compiled
def gathered_both(total: Scores, held: Ints, documents: Ints) -> tuple[Scores, Ints]:
    """The same of two rows at once."""
    scores, counts = np.empty_like(total[: len(documents)]), np.empty_like(held[: len(documents)])
    for place in range(len(documents)):
        document = documents[place]
        scores[place], counts[place] = total[document], held[document]
        total[document], held[document] = 0, 0
    return scores, counts


@compiled
def occupied(row: NDArray[Any], count: int) -> Ints:
    """The documents whose number in a row is not zero, ascending; they are so many."""
    documents = np.empty(count + 1, dtype=np.int64)  # one more, for writing each costs less than asking whether to
    found = 0
    for document in range(len(row)):
        documents[found] = document
        found += row[document] != 0
    return documents[:count]


@compiled
def cover(total: Scores, count: Ints, shares: Scores) -> tuple[NDArray[np.bool_], int]:
    """Leave each score the share that goes with its count; return which keep less than all, and how many those are."""
    lacking, lack = np.empty(len(total), dtype=np.bool_), 0
    for place in range(len(total)):
        total[place] *= shares[count[place]]
        lacking[place] = count[place] < len(shares) - 1
        lack += lacking[place]
    return lacking, lack


# -- documents ---------------------------------------------------------------------------------------------------------


@compiled
def mark(postings: Postings, documents: Ints, found: NDArray[np.bool_]) -> None:
    """Mark which of the documents stand in a posting list."""
    docs, posting = postings.arrays.docs, postings.begin
    for place in range(len(documents)):
        wanted = documents[place] - postings.first
        posting = _advanced(docs, posting, postings.end, wanted)
        if posting == postings.end:
            return
        if docs[posting] == wanted:
            found[place] = True


@compiled
def count_codes(codes: Ints, documents: Ints, counts: Ints) -> None:
    """Count the code of each document, of which everyone has one."""
    for place in range(len(documents)):
        counts[codes[documents[place]]] += 1


@compiled
def count_all_codes(starts: Ints, codes: Ints, documents: Ints, counts: Ints) -> None:
    """Count the codes of each document: those of document d are codes[starts[d]:starts[d + 1]]."""
    for place in range(len(documents)):
        document = documents[place]
        for at in range(starts[document], starts[document + 1]):
            counts[codes[at]] += 1


@compiled
def least(keys: Ints, count: int) -> Any:
    """The count-th least key, of at least so many: the root of a heap of the least, the greatest on top."""
    heap = keys[:count].copy()
    for start in range(count // 2 - 1, -1, -1):
        _sink(heap, start)
    for place in range(count, len(keys)):
        if keys[place] < heap[0]:
            heap[0] = keys[place]
            _sink(heap, 0)
    return heap[0]


@compiled
def _sink(heap: Ints, at: int) -> None:
    key = heap[at]
    while 2 * at + 1 < len(heap):
        child = 2 * at + 1
        if child + 1 < len(heap) and heap[child + 1] > heap[child]:
            child += 1
        if heap[child] <= key:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = key


# -- places ------------------------------------------------------------------------------------------------------------
# The walk to the next wanted document stands in both loops: as a function of its own it makes phrases a quarter slower.


@compiled
def occurrences(postings: Postings, documents: Ints) -> Ints:
    """The key of each place of a posting list in some documents, ascending."""
    docs, freqs, places = postings.arrays.docs, postings.arrays.freqs, postings.arrays.places
    keys, count = np.empty(len(documents) * 4, dtype=np.int64), 0
    posting, place, end = postings.begin, postings.place, postings.end
    for index in range(len(documents)):
        wanted = documents[index] - postings.first
        frequency: Any = 0
        while posting < end:
            frequency = np.int64(freqs[posting])
            if frequency == ESCAPE_U8:
                frequency = _wide(postings.arrays.freqs_at, postings.arrays.freqs_value, posting)
            if docs[posting] >= wanted:
                break
            place += frequency
            posting += 1
        if posting == end:
            break
        if docs[posting] == wanted:
            if count + frequency > len(keys):
                keys = _longer(keys, count + frequency)
            position = 0
            for at in range(place, place + frequency):
                gap: Any = np.int64(places[at])
                if gap == ESCAPE_U16:
                    gap = _wide(postings.arrays.places_at, postings.arrays.places_value, at)
                position += gap
                keys[count] = (index << PLACE_BITS) | position
                count += 1
    return keys[:count]


@compiled
def _longer(keys: Ints, least: int) -> Ints:
    longer = np.empty(max(2 * len(keys), least), dtype=keys.dtype)
    longer[: len(keys)] = keys
    return longer


@compiled
def mark_places(postings: Postings, documents: Ints, keys: Ints, shift: int, found: NDArray[np.bool_]) -> None:
    """Mark which keys have a place of the list so many positions after them in the same document."""
    docs, freqs, places = postings.arrays.docs, postings.arrays.freqs, postings.arrays.places
    posting, place, end, at = postings.begin, postings.place, postings.end, 0
    while at < len(keys):
        index = keys[at] >> PLACE_BITS
        wanted = documents[index] - postings.first
        frequency: Any = 0
        while posting < end:
            frequency = np.int64(freqs[posting])
            if frequency == ESCAPE_U8:
                frequency = _wide(postings.arrays.freqs_at, postings.arrays.freqs_value, posting)
            if docs[posting] >= wanted:
                break
            place += frequency
            posting += 1
        if posting == end:
            return
        last, position = (place + frequency if docs[posting] == wanted else place), -1
        while at < len(keys) and keys[at] >> PLACE_BITS == index:
            target = (keys[at] & POSITION) + shift
            while place < last and position < target:
                gap: Any = np.int64(places[place])
                if gap == ESCAPE_U16:
                    gap = _wide(postings.arrays.places_at, postings.arrays.places_value, place)
                position = max(position, 0) + gap
                place += 1
            found[at] |= position == target >= 0
            at += 1
        if docs[posting] == wanted:
            posting, place = posting + 1, last
