"""Sorted terms in one run of bytes, and how those of several runs become one list."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from indexes.arrays import Ints
from indexes.jit import compiled

PARTING, TERMS_READ = 0xFF, 10_000
"""A byte that no UTF-8 has: cutting at it is ten times as fast as taking each term. Terms that are cut at a time."""

Buffer = memoryview | mmap.mmap


def prefix_sums(values: Ints) -> Ints:
    """0, then the sum of the first value, of the first two, …; int64."""
    sums = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=sums[1:])
    return sums


class Terms(Sequence[bytes]):
    """Sorted terms in one run of bytes: term i is blob[offsets[i]:offsets[i + 1]]."""

    def __init__(self, blob: Buffer, offsets: Ints) -> None:
        self.blob, self.offsets = blob, offsets
        self._ends = offsets.data  # reads a number in a third of the time that an array takes

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        return bytes(self.blob[self._ends[place] : self._ends[place + 1]])

    def __iter__(self) -> Iterator[bytes]:
        for first in range(0, len(self), TERMS_READ):
            offsets = self.offsets[first : first + TERMS_READ + 1].astype(np.int64)
            parted = np.full(offsets[-1] - offsets[0] + len(offsets) - 1, PARTING, dtype=np.uint8)
            before = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
            parted[np.arange(len(before)) + before] = np.frombuffer(self.blob[offsets[0] : offsets[-1]], dtype=np.uint8)
            yield from parted.tobytes().split(bytes([PARTING]))[:-1]

    @classmethod
    def of(cls, terms: Sequence[bytes]) -> Terms:
        """Terms that come as bytes, sorted."""
        sizes = np.fromiter(map(len, terms), dtype=np.int64, count=len(terms))
        return cls(memoryview(b"".join(terms)), prefix_sums(sizes))


class _List(NamedTuple):
    """Term i is blob[offsets[i]:offsets[i + 1]]; uint8 and int64."""

    blob: Ints
    offsets: Ints


@compiled
def _merge(one: Any, other: Any, target: Any, into_one: Ints, into_other: Ints) -> int:
    """Write the terms of two lists in order, those of both once, and where each went; return how many there are."""
    (blob, offsets), (other_blob, other_offsets), (target_blob, target_offsets) = one, other, target
    place, other_place, count, size = 0, 0, 0, 0
    while place < len(into_one) or other_place < len(into_other):
        order = 0
        if place == len(into_one):
            order = 1
        elif other_place == len(into_other):
            order = -1
        else:
            begin, other_begin = offsets[place], other_offsets[other_place]
            length, other_length = offsets[place + 1] - begin, other_offsets[other_place + 1] - other_begin
            same = 0
            while same < min(length, other_length) and blob[begin + same] == other_blob[other_begin + same]:
                same += 1
            if same < min(length, other_length):
                order = 1 if blob[begin + same] > other_blob[other_begin + same] else -1
            elif length != other_length:
                order = 1 if length > other_length else -1
        if order <= 0:
            for at in range(offsets[place], offsets[place + 1]):
                target_blob[size + at - offsets[place]] = blob[at]
            size += offsets[place + 1] - offsets[place]
            into_one[place] = count
            place += 1
        else:
            for at in range(other_offsets[other_place], other_offsets[other_place + 1]):
                target_blob[size + at - other_offsets[other_place]] = other_blob[at]
            size += other_offsets[other_place + 1] - other_offsets[other_place]
        if order >= 0:
            into_other[other_place] = count
            other_place += 1
        count += 1
        target_offsets[count] = size
    return count


def union(dictionaries: Sequence[Terms]) -> tuple[Terms, list[Ints]]:
    """All terms, sorted, and for each list the place of each of its terms among them, int64. At least one list."""
    lists = [_List(np.frombuffer(terms.blob, dtype=np.uint8), terms.offsets.astype(np.int64)) for terms in dictionaries]
    whole, places = _united(lists)
    return Terms(whole.blob.data, whole.offsets), places


def _united(lists: Sequence[_List]) -> tuple[_List, list[Ints]]:
    if len(lists) == 1:
        return lists[0], [np.arange(len(lists[0].offsets) - 1)]
    half = len(lists) // 2
    (one, places), (other, other_places) = _united(lists[:half]), _united(lists[half:])
    target = _List(
        np.empty(len(one.blob) + len(other.blob), dtype=np.uint8),
        np.zeros(len(one.offsets) + len(other.offsets) - 1, dtype=np.int64),
    )
    into, other_into = (np.empty(len(terms.offsets) - 1, dtype=np.int64) for terms in (one, other))
    count = _merge(one, other, target, into, other_into)
    offsets = target.offsets[: count + 1]
    blob = target.blob[: offsets[-1]]
    blob.setflags(write=False)
    return _List(blob, offsets), [into[numbers] for numbers in places] + [
        other_into[numbers] for numbers in other_places
    ]


def load_for_merging() -> None:
    """Have the loops of a merge ready."""
    terms = Terms.of([b"a"])
    union([terms, terms])
