"""Where scores are added up: rows of a number for each document, and the memory that they are made of."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, reduce

import numpy as np

from indexes.arrays import Ints, Scores
from indexes.scoring import kernels
from indexes.scoring.kernels import Listed

MMAP_THRESHOLD, TRIM_THRESHOLD = -3, -1
"""Parameters of glibc's mallopt."""
LARGEST, FREE = 2**25, 2**26
"""Bytes of the largest array that is taken from memory which the process already has, and of what it keeps for that."""


@cache
def keep_memory() -> None:
    """Have arrays that are freed used again, where the C library is glibc.

    It would give those of a common word back to the system, which zeroes them, page by page, in the next search: that
    takes as long as adding up its scores.
    """
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(MMAP_THRESHOLD, LARGEST)
        mallopt(TRIM_THRESHOLD, FREE)


class Row:
    """A number of every document, most of them 0, and the first `count` of `touched` are those that are not."""

    def __init__(self, size: int) -> None:
        self.cells = kernels.Cells(np.zeros(size, dtype=np.float32), np.empty(size + 1, dtype=np.int32))
        self.count = 0

    def fill(self, documents: Ints, scores: Scores) -> None:
        """Put the scores of some documents into a row that is empty."""
        self.cells.values[documents] = scores
        self.cells.touched[: len(documents)] = documents
        self.count = len(documents)


class Total:
    """A row of sums, beside which stands of how many clauses they are."""

    def __init__(self, size: int) -> None:
        values, touched = np.zeros(size, dtype=np.float32), np.empty(size + 1, dtype=np.int32)
        self._sums = kernels.Sums(values, np.zeros(size, dtype=np.uint32), touched)
        self._count = self._clauses = 0

    def add(self, row: Row, times: int = 1) -> None:
        """Empty the row of a clause into this one, counted so many times."""
        self._clauses += 1
        self._count = kernels.sum_into(row.cells, row.count, self._clauses, times, self._sums, self._count)
        row.count = 0

    def add_lists(self, segments: Iterable[Listed], codes: Ints, norms: Scores, times: int = 1) -> None:
        """Add the lists of a clause without alternatives, counted so many times."""
        self._clauses += 1
        for lists in segments:
            self._count = kernels.sum_lists(lists, codes, norms, self._clauses, times, self._sums, self._count)

    def emptied(self, shares: Scores) -> tuple[Ints, Scores, Ints]:
        """The documents, ascending, the share of its sum that each keeps, and how many clauses each satisfies.

        Who satisfies n clauses keeps shares[n]. All is gone from here then.
        """
        count, self._count, self._clauses = self._count, 0, 0
        if count * kernels.CROWDED >= len(self._sums.values):
            return kernels.drained(self._sums, count, shares)
        documents = np.sort(self._sums.touched[:count]).astype(np.int64)
        return documents, *kernels.gathered(self._sums, documents, shares)


class Rows:
    """Rows for the searches that run at once, for new ones cost more than filling them. Who fails gives none back."""

    def __init__(self, size: int) -> None:
        keep_memory()
        self._size = size
        self._free: deque[tuple[Row, Row, Total]] = deque()

    @contextmanager
    def taken(self) -> Iterator[tuple[Row, Row, Total]]:
        """Two rows and a total, which are empty, and have to be when they are given back."""
        try:
            rows = self._free.pop()
        except IndexError:
            rows = Row(self._size), Row(self._size), Total(self._size)
        yield rows
        self._free.append(rows)


def none(documents: Ints) -> Scores:
    """A score of 0 for each of the documents."""
    return np.zeros(len(documents), dtype=np.float32)


def best_of(arrays: Sequence[Scores]) -> Scores:
    """The best of the scores of each document."""
    return arrays[0] if len(arrays) == 1 else reduce(np.maximum, arrays)


def sum_of(arrays: Sequence[Scores]) -> Scores:
    """The sum of the scores of each document."""
    return arrays[0] if len(arrays) == 1 else reduce(np.add, arrays)
