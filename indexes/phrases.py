"""Where words stand side by side in one field of one segment.

Of the rarest word every position is read, in the documents that have all the words; then it is looked up whether the
other words stand where they should. That is one search in the running sum of the gaps of a word:

    gaps            5 4 │ 7 │ 2 1 1      three documents; the first gap of each is its first position
    running sum     6 10│18 │21 22 23    each first gap counts one more, so that it grows from document to document
    position 2 of the third document  ──▶  18 + 2 + 1 = 21: the word stands there
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexes.kept import Kept
from indexes.mapped import FieldPostings
from indexes.postings import Ints, spread

FREQUENT = 50_000
"""Places from which on the running sum of a word is kept: "de" stands a million times in 20,000 pages."""
KEPT_BYTES = 64 * 2**20
MANY = 8
"""Where one of so many places is looked up, marking all of them is quicker than searching each."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Documents that have a word, ascending, where the places of each end, and the running sum of their gaps."""

    docs: Ints
    ends: Ints
    sums: Ints

    def before(self, which: Ints) -> Ints:
        """The sum before each of the documents at those places, int64."""
        found: Ints = self.sums[self.ends[which - 1] - 1].astype(np.int64)
        found[which == 0] = 0
        return found


def _fresh(docs: Ints) -> NDArray[np.bool_]:
    """Where a document stands for the first time; ascending."""
    fresh = np.ones(len(docs), dtype=np.bool_)
    np.not_equal(docs[1:], docs[:-1], out=fresh[1:])
    return fresh


class Phrases:
    """Thread-safe; keeps the running sums of frequent words."""

    def __init__(self) -> None:
        self._kept: Kept[tuple[int, int], Sums] = Kept(KEPT_BYTES)

    def side_by_side(
        self, field: FieldPostings, places: Sequence[Sequence[int]], among: Ints | None, size: int
    ) -> Ints:
        """The documents, ascending, in which terms of the places follow one another; each place has alternatives.

        `among` are the documents that count, all where it is None; the segment has `size` documents.
        """
        order = sorted(range(len(places)), key=lambda place: sum(field.count(number) for number in places[place]))
        holding = among
        for place in order:
            holding = _holding([field.postings(number)[0] for number in places[place]], holding, size)
            if not len(holding):
                return holding
        assert holding is not None
        docs, starts = _occurrences(field, places[order[0]], holding)
        starts -= order[0]
        for place in order[1:]:
            found = np.zeros(len(docs), dtype=np.bool_)
            for number in places[place]:
                found |= self._stands(field, number, docs, starts + place)
            docs, starts = docs[found], starts[found]
        return docs[_fresh(docs)]

    def _stands(self, field: FieldPostings, number: int, docs: Ints, positions: Ints) -> NDArray[np.bool_]:
        """For each pair of a document, ascending, and a position whether the term stands there."""
        fresh = _fresh(docs)
        distinct = docs[fresh]
        term = self._frequent(field, number) if field.places(number) >= FREQUENT else _sums(field, number, distinct)
        if not len(term.docs):
            return np.zeros(len(docs), dtype=np.bool_)
        which = term.docs.searchsorted(distinct.astype(term.docs.dtype, copy=False))
        which[which == len(term.docs)] = 0
        bases = term.before(which)
        lasts = term.sums[term.ends[which] - 1].astype(np.int64)
        lasts[term.docs[which] != distinct] = -1
        if len(distinct) < len(docs):
            each = fresh.cumsum() - 1
            bases, lasts = bases[each], lasts[each]
        values = bases + positions
        values += 1
        inside: NDArray[np.bool_] = (positions >= 0) & (values <= lasts)
        values[~inside] = 0
        inside &= _among(term.sums, values)
        return inside

    def _frequent(self, field: FieldPostings, number: int) -> Sums:
        key = (id(field), number)
        found = self._kept.get(key)
        if found is None:
            found = _sums(field, number, None)
            self._kept.keep(key, found, found.docs.nbytes + found.ends.nbytes + found.sums.nbytes)
        return found


def _holding(lists: Sequence[Ints], among: Ints | None, size: int) -> Ints:
    """The documents of any of the lists, of all or of some."""
    if among is None and len(lists) == 1:
        return lists[0].astype(np.int64)
    if among is not None and len(among) * MANY < sum(map(len, lists)):
        found = np.zeros(len(among), dtype=np.bool_)
        for docs in lists:
            at = docs.searchsorted(among.astype(docs.dtype))
            at[at == len(docs)] = 0
            found |= docs[at] == among
        return among[found]
    held = np.zeros(size, dtype=np.bool_)
    for docs in lists:
        held[docs] = True
    return np.flatnonzero(held) if among is None else among[held[among]]


def occurrences(field: FieldPostings, number: int, among: Ints) -> tuple[Ints, Ints]:
    """Document and position of each occurrence of a term in those documents, by document and position."""
    term = _sums(field, number, among)
    counts = term.ends.copy()
    counts[1:] -= term.ends[:-1]
    bases = term.before(np.arange(len(counts))) + 1
    return term.docs.astype(np.int64).repeat(counts), term.sums - bases.repeat(counts)


def _occurrences(field: FieldPostings, numbers: Sequence[int], among: Ints) -> tuple[Ints, Ints]:
    """Document and position of each occurrence of any of the terms in those documents, by document."""
    found = [occurrences(field, number, among) for number in numbers]
    if len(found) == 1:
        return found[0]
    docs, positions = (np.concatenate(each) for each in zip(*found, strict=True))
    order = np.argsort(docs, kind="stable")
    return docs[order], positions[order]


def _sums(field: FieldPostings, number: int, among: Ints | None) -> Sums:
    """The running sum of a term, in all documents or in those of it that are among some."""
    docs, freqs = field.postings(number)
    if among is None:
        counts, steps = freqs.astype(np.int64), field.all_gaps(number).astype(np.int64)
    else:
        wanted = docs.searchsorted(among.astype(docs.dtype))
        wanted[wanted == len(docs)] = 0
        wanted = wanted[docs[wanted] == among]
        counts = freqs[wanted].astype(np.int64)
        begins = freqs.cumsum(dtype=np.int64)[wanted] - counts
        steps, docs = field.gaps(number, spread(begins, counts)), docs[wanted]
    ends = counts.cumsum()
    steps[ends - counts] += 1
    steps.cumsum(out=steps)
    if among is None and len(steps) and steps[-1] < 2**32:
        steps = steps.astype(np.uint32)  # what is kept is kept small
    return Sums(docs, ends, steps)


def _among(sums: Ints, values: Ints) -> NDArray[np.bool_]:
    """Which of the values, none above the last sum, are among the sums, which ascend."""
    found: NDArray[np.bool_]
    if len(values) * MANY > len(sums) and sums[-1] < 64 * len(sums):
        marks = np.zeros(int(sums[-1]) + 1, dtype=np.bool_)
        marks[sums] = True
        found = marks[values]
    else:
        found = sums[sums.searchsorted(values.astype(sums.dtype, copy=False))] == values
    return found
