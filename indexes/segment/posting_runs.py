"""The postings of one field in memory or in mapped files, and how those of several runs become one.

A run is what a batch of documents becomes, and what a segment gives when it is merged. Merging is done on arrays, about
a million numbers at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from indexes.arrays import Ints
from indexes.segment.term_dictionary import Terms, prefix_sums

CHUNK = 1_000_000
"""Postings and places that a merge holds in memory at a time: some 30 MiB of arrays."""


class Column(Protocol):
    """An array, or what reads parts of one."""

    def __getitem__(self, part: slice, /) -> Ints: ...


@dataclass(frozen=True, slots=True)
class PostingRun:
    """The postings of one field, sorted by term, then document.

    `terms` are sorted and distinct. Term t has the postings [starts[t], starts[t + 1]) of `docs` and `freqs` and the
    places [place_starts[t], place_starts[t + 1]); each posting has as many places as its frequency, gap-encoded. A
    field without positions has no places. Where there are `numbers`, document d is numbers[d], and none if that is
    negative: so deleted documents stay behind.
    """

    terms: Terms
    starts: Ints
    place_starts: Ints
    docs: Column
    freqs: Column
    places: Column
    numbers: Ints | None = None

    def slice(self, first: int, end: int) -> Slice:
        """The postings of the terms [first, end)."""
        starts, place_starts = self.starts[first : end + 1], self.place_starts[first : end + 1]
        docs, freqs = self.docs[starts[0] : starts[-1]], self.freqs[starts[0] : starts[-1]]
        places = self.places[place_starts[0] : place_starts[-1]]
        if self.numbers is None:
            return Slice(docs, freqs, places, np.diff(starts), np.diff(place_starts))
        docs = self.numbers[docs]
        alive = docs >= 0
        if alive.all():
            return Slice(docs, freqs, places, np.diff(starts), np.diff(place_starts))
        counts, place_counts = np.diff(prefix_sums(alive)[starts - starts[0]]), np.diff(place_starts)
        if len(places):
            places = places[np.repeat(alive, freqs)]
            place_counts = np.diff(prefix_sums(np.where(alive, freqs, 0))[starts - starts[0]])
        return Slice(docs[alive], freqs[alive], places, counts, place_counts)


@dataclass(frozen=True, slots=True)
class Slice:
    """Postings of consecutive terms; term t of them has counts[t] postings and place_counts[t] places."""

    docs: Ints
    freqs: Ints
    places: Ints
    counts: Ints
    place_counts: Ints


def spread(starts: Ints, counts: Ints) -> Ints:
    """The indices start, start + 1, …, start + count - 1 of every pair, one after another."""
    ends = counts.cumsum()
    indices: Ints = (starts - (ends - counts)).repeat(counts)
    indices += np.arange(len(indices))
    return indices


def chunks(runs: Sequence[PostingRun], numbers: Sequence[Ints], count: int) -> Iterator[tuple[int, int]]:
    """The terms [first, end) that are merged at a time: CHUNK postings and places, or one term that has more."""
    sizes = np.zeros(count, dtype=np.int64)
    for run, number in zip(runs, numbers, strict=True):
        sizes[number] += np.diff(run.starts) + np.diff(run.place_starts)
    sums, first = prefix_sums(sizes), 0
    while first < count:
        end = max(first + 1, int(np.searchsorted(sums, sums[first] + CHUNK, side="right")) - 1)
        yield first, end
        first = end


def merged(runs: Sequence[PostingRun], numbers: Sequence[Ints], first: int, end: int) -> Slice:
    """The postings of the terms [first, end) of all runs.

    The runs are in the order of documents: where those of one run go is known from how many the runs before it have.
    """
    parts = []
    for run, number in zip(runs, numbers, strict=True):
        low, high = np.searchsorted(number, (first, end)).tolist()
        if low < high:
            parts.append((number[low:high] - first, run.slice(low, high)))
    if len(parts) == 1 and len(parts[0][0]) == end - first:
        return parts[0][1]
    counts, place_counts = np.zeros(end - first, dtype=np.int64), np.zeros(end - first, dtype=np.int64)
    for terms, part in parts:
        counts[terms] += part.counts
        place_counts[terms] += part.place_counts
    filled, place_filled = prefix_sums(counts)[:-1], prefix_sums(place_counts)[:-1]
    docs, freqs, places = (
        np.empty(size, dtype=np.result_type(*(getattr(part, name) for _, part in parts)))
        for name, size in (("docs", counts.sum()), ("freqs", counts.sum()), ("places", place_counts.sum()))
    )
    for terms, part in parts:
        into = spread(filled[terms], part.counts)
        docs[into], freqs[into] = part.docs, part.freqs
        filled[terms] += part.counts
        if len(part.places):
            places[spread(place_filled[terms], part.place_counts)] = part.places
            place_filled[terms] += part.place_counts
    return _joined(Slice(docs, freqs, places, counts, place_counts))


def _joined(merged: Slice) -> Slice:
    """The same postings, those of one document and term as one: a long document may be spread over several runs."""
    docs, freqs, places = merged.docs, merged.freqs, merged.places
    terms = np.repeat(np.arange(len(merged.counts)), merged.counts)
    again = np.zeros(len(docs), dtype=np.bool_)
    np.equal(docs[1:], docs[:-1], out=again[1:])
    again[1:] &= terms[1:] == terms[:-1]
    if not again.any():
        return merged
    heads = np.flatnonzero(~again)
    if len(places):
        places = places.astype(np.int64)
        begins = prefix_sums(freqs)[:-1]
        ends = np.add.reduceat(places, begins)  # the last position of each
        places[begins[again]] -= ends[np.flatnonzero(again) - 1]
    counts = np.bincount(terms[heads], minlength=len(merged.counts))
    freqs = np.add.reduceat(freqs.astype(np.int64), heads)
    return Slice(docs[heads], freqs, places, counts, merged.place_counts)
