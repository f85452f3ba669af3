"""Documents and scores as arrays: what clauses are put together with."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from indexes import kernels
from indexes.terms import Ints

Scores = NDArray[np.float32]

CROWDED = 16
"""Where one of so many documents is touched, looking through the row is quicker than sorting what is touched."""


class Row:
    """A number of every document, most of them 0, and the first `count` of `touched` are those that are not."""

    def __init__(self, size: int) -> None:
        self.cells = kernels.Cells(np.zeros(size, dtype=np.float32), np.empty(size, dtype=np.int32))
        self.values, self.touched = self.cells
        self.count = 0

    def fill(self, documents: Ints, scores: Scores) -> None:
        """Put the scores of some documents into a row that is empty."""
        self.values[documents] = scores
        self.touched[: len(documents)] = documents
        self.count = len(documents)

    def emptied(self) -> tuple[Ints, Scores]:
        """The documents, ascending, and their scores, which are gone from here."""
        documents = self._ascending(self.values)
        return documents, kernels.gathered(self.values, documents)

    def _ascending(self, values: Ints) -> Ints:
        count, self.count = self.count, 0
        if count * CROWDED < len(values):
            return np.sort(self.touched[:count]).astype(np.int64)
        return kernels.occupied(values, count)


class Total(Row):
    """A row of sums, beside which stands how many were added up."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._held = np.zeros(size, dtype=np.int16)

    def add(self, other: Row, times: int = 1) -> None:
        """Empty another row into this one, counted so many times."""
        self.count = kernels.sum_into(
            other.values, other.touched, other.count, times, self.values, self._held, self.touched, self.count
        )
        other.count = 0

    def emptied_with_counts(self) -> tuple[Ints, Scores, Ints]:
        """The same, and how many were added up of each."""
        documents = self._ascending(self._held)
        return documents, *kernels.gathered_both(self.values, self._held, documents)


class Rows:
    """Rows for the searches that run at once, for new ones cost more than filling them. Who fails gives none back."""

    def __init__(self, size: int) -> None:
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


def best_of(several: Sequence[Scores]) -> Scores:
    """The best of the scores of each document."""
    return several[0] if len(several) == 1 else reduce(np.maximum, several)


def sum_of(several: Sequence[Scores]) -> Scores:
    """The sum of the scores of each document."""
    return several[0] if len(several) == 1 else reduce(np.add, several)
