"""The inner loops of a search, compiled by Numba: what is done once for each posting, place or document.

Where a document is an index, it is an unsigned number: of others each look-up would ask whether to count from the end.
Rows have a number of every document of the commit and are zeros between two searches; `touched` lists, in no order, the
documents whose number in a row is not. `documents` ascend.

Long because Numba compiles functions that call each other where they stand in one module.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints, Scores
from indexes.jit import compiled
from indexes.segment.postings_writer import ESCAPE_U8, ESCAPE_U16
from indexes.segment.segment_reader import Arrays, Postings

PLACE_BITS = 32
"""A place is a key: index of the document << PLACE_BITS | position."""
POSITION = (1 << PLACE_BITS) - 1
COUNT_BITS = np.uint32(16)
COUNT = np.uint32(2**16 - 1)
"""How many clauses a document may satisfy."""
CROWDED = 16
"""Where one of so many documents is touched, looking through a row is quicker than sorting what is touched."""


@compiled
def _wide(at: Ints, value: Ints, index: int) -> Any:
    """The number at an index of a narrow column where an escape stands."""
    return np.int64(value[np.searchsorted(at, index)])


@compiled
def _advanced(docs: Ints, at: int, end: int, target: int) -> int:
    """The first index from `at` on with a document not below the wanted one: steps that double, then halves."""
    if at == end or docs[at] >= target:
        return at
    step = 1
    while at + step < end and docs[at + step] < target:
        at += step
        step *= 2
    low, high = at + 1, min(at + step, end)
    while low < high:
        middle = (low + high) >> 1
        if docs[middle] < target:
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
    for posting in range(np.uint64(postings.begin), np.uint64(postings.end)):
        document = np.uint64(postings.first) + np.uint64(docs[posting])
        tf = np.float32(max(freqs[posting], 1))  # 0 is what was cut off: a document is to be touched once
        if freqs[posting] == ESCAPE_U8:
            tf = np.float32(_wide(postings.arrays.freqs_at, postings.arrays.freqs_value, posting))
        touched[count] = document  # one place more than documents, for writing it costs less than asking whether to
        count += row[document] == 0
        row[document] += factor * (tf / (tf + norms[codes[document]]))
    return count


class Lists(NamedTuple):
    """Lists of one segment: [begins[i], ends[i]) of a field, with a factor each; `last` of an alternative, or not."""

    begins: Ints
    ends: Ints
    fields: Ints
    factors: Scores
    last: NDArray[np.bool_]


Listed = tuple[Arrays, int, Lists]
"""The lists of a clause in one segment: its arrays, the number of its first document, and the lists."""


class Cells(NamedTuple):
    """A row and what is touched of it."""

    values: Scores
    touched: Ints


class Sums(NamedTuple):
    """The same of several clauses: `held` tells of each document how many it satisfies, and the number of the last one.

    That is clause << COUNT_BITS | count: a clause may come to a document several times, by several fields.
    """

    values: Scores
    held: Ints
    touched: Ints


@compiled
def add_lists(listed: Listed, codes: Ints, norms: Scores, inner: Cells, outer: Cells, count: int) -> int:
    """Add up the lists of each alternative in the inner row, and empty that into the outer one, as `best_into` does.

    Fields have a row each of codes and norms. Return how many documents the outer row touches. One call does it all:
    what is given to one is looked at by Python, which takes as long as a thousand postings.
    """
    added, (arrays, first, lists) = 0, listed
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
        document = np.uint32(touched[place])
        best_touched[best_count] = document
        best_count += best[document] == 0
        best[document] = max(best[document], row[document])
        row[document] = 0
    return best_count


@compiled
def sum_into(row: Cells, count: int, clause: int, times: int, sums: Sums, summed: int) -> int:
    """Empty the row of a clause into sums, so many times; return how many documents those touch."""
    tag = np.uint32(clause << COUNT_BITS)
    for place in range(count):
        document = np.uint32(row.touched[place])
        before = sums.held[document]
        sums.touched[summed] = document
        summed += before == 0
        sums.held[document] = tag | ((before & COUNT) + np.uint32(times))
        sums.values[document] += row.values[document] * np.float32(times)
        row.values[document] = 0
    return summed


@compiled
def sum_lists(listed: Listed, codes: Ints, norms: Scores, clause: int, times: int, sums: Sums, summed: int) -> int:
    """Add the lists of a clause without alternatives to sums; see add_lists and sum_into.

    Of a list that makes sums CROWDED no documents are put on the list of those that are touched: nobody will read it.
    """
    tag, clause_held = np.uint32(clause << COUNT_BITS), np.uint32(clause)
    arrays, first, lists = listed
    values, all_held, touched, added = sums.values, sums.held, sums.touched, np.uint32(times)
    docs, freqs, base, count = arrays.docs, arrays.freqs, np.uint64(first), np.uint64(summed)
    for index in range(len(lists.begins)):
        begin, end = lists.begins[index], lists.ends[index]
        field_codes, field_norms = codes[lists.fields[index]], norms[lists.fields[index]]
        factor, crowded = lists.factors[index] * np.float32(times), (end - begin) * CROWDED >= len(values)
        list_docs, list_freqs = docs[begin:end], freqs[begin:end]
        for place in range(len(list_docs)):
            document, tf = base + np.uint64(list_docs[place]), np.float32(list_freqs[place])
            if list_freqs[place] == ESCAPE_U8:
                tf = np.float32(_wide(arrays.freqs_at, arrays.freqs_value, begin + place))
            before = all_held[document]
            if before >> COUNT_BITS != clause_held:
                if not crowded:
                    touched[count] = document
                count += np.uint64(before == 0)
                all_held[document] = tag | ((before & COUNT) + added)
            values[document] += factor * (tf / (tf + field_norms[field_codes[document]]))
    return int(count)


@compiled
def gathered(sums: Sums, documents: Ints, shares: Scores) -> tuple[Scores, Ints]:
    """The sums of some documents, each times its count's share, and the counts; all are zeros from then on."""
    scores, counts = np.empty(len(documents), dtype=np.float32), np.empty(len(documents), dtype=np.uint16)
    for place in range(len(documents)):
        document = np.uint64(documents[place])
        counts[place] = sums.held[document] & COUNT
        scores[place] = sums.values[document] * shares[counts[place]]
        sums.values[document], sums.held[document] = 0, 0
    return scores, counts


@compiled
def drained(sums: Sums, count: int, shares: Scores) -> tuple[Ints, Scores, Ints]:
    """The same of all documents that have sums, which are so many; they come first, ascending."""
    size = count + 1  # one more, for writing each costs less than asking whether to
    documents, scores = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.float32)
    counts, filled = np.empty(size, dtype=np.uint16), 0
    for document in range(np.uint64(len(sums.values))):
        held = sums.held[document]
        documents[filled], counts[filled] = document, held & COUNT
        scores[filled] = sums.values[document] * shares[held & COUNT]
        filled += held != 0
        sums.values[document], sums.held[document] = 0, 0
    return documents[:count], scores[:count], counts[:count]


# -- documents ---------------------------------------------------------------------------------------------------------


@compiled
def mark(postings: Postings, documents: Ints, marks: NDArray[np.bool_]) -> None:
    """Mark which of the documents stand in a posting list."""
    docs, posting = postings.arrays.docs, postings.begin
    for place in range(len(documents)):
        number = documents[place] - postings.first
        posting = _advanced(docs, posting, postings.end, number)
        if posting == postings.end:
            return
        if docs[posting] == number:
            marks[place] = True


# -- places ------------------------------------------------------------------------------------------------------------
# The walk to the next wanted document stands in both loops: as a function of its own it makes phrases a quarter slower.


@compiled
def occurrences(postings: Postings, documents: Ints) -> Ints:
    """The key of each place of a posting list in some documents, ascending."""
    docs, freqs, places = postings.arrays.docs, postings.arrays.freqs, postings.arrays.places
    keys, count = np.empty(len(documents) * 4, dtype=np.int64), 0
    posting, place, end = postings.begin, postings.place, postings.end
    for index in range(len(documents)):
        number = documents[index] - postings.first
        frequency: Any = 0
        while posting < end:
            frequency = np.int64(freqs[posting])
            if frequency == ESCAPE_U8:
                frequency = _wide(postings.arrays.freqs_at, postings.arrays.freqs_value, posting)
            if docs[posting] >= number:
                break
            place += frequency
            posting += 1
        if posting == end:
            break
        if docs[posting] == number:
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
def mark_places(postings: Postings, documents: Ints, keys: Ints, shift: int, marks: NDArray[np.bool_]) -> None:
    """Mark which keys have a place of the list so many positions after them in the same document."""
    docs, freqs, places = postings.arrays.docs, postings.arrays.freqs, postings.arrays.places
    posting, place, end, at = postings.begin, postings.place, postings.end, 0
    while at < len(keys):
        index = keys[at] >> PLACE_BITS
        number = documents[index] - postings.first
        frequency: Any = 0
        while posting < end:
            frequency = np.int64(freqs[posting])
            if frequency == ESCAPE_U8:
                frequency = _wide(postings.arrays.freqs_at, postings.arrays.freqs_value, posting)
            if docs[posting] >= number:
                break
            place += frequency
            posting += 1
        if posting == end:
            return
        last, position = (place + frequency if docs[posting] == number else place), -1
        while at < len(keys) and keys[at] >> PLACE_BITS == index:
            target = (keys[at] & POSITION) + shift
            while place < last and position < target:
                gap: Any = np.int64(places[place])
                if gap == ESCAPE_U16:
                    gap = _wide(postings.arrays.places_at, postings.arrays.places_value, place)
                position = max(position, 0) + gap
                place += 1
            marks[at] |= position == target >= 0
            at += 1
        if docs[posting] == number:
            posting, place = posting + 1, last
