"""Documents and scores as arrays: what clauses are put together with."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexes.postings import Ints

Scores = NDArray[np.float32]


class Scratch(threading.local):
    """An array of zeros for each thread, for a new one costs more than filling it; who fails does not give it back."""

    def __init__(self, dtype: Any) -> None:
        self._dtype = dtype
        self._zeros: Ints | None = None

    def take(self, size: int) -> Ints:
        taken, self._zeros = self._zeros, None
        return taken if taken is not None and len(taken) == size else np.zeros(size, dtype=self._dtype)

    def give(self, zeros: Ints) -> None:
        self._zeros = zeros


def none(documents: Ints) -> Scores:
    """A score of 0 for each of the documents."""
    return np.zeros(len(documents), dtype=np.float32)


def best_of(several: Sequence[Scores]) -> Scores:
    """The best of the scores of each document."""
    return several[0] if len(several) == 1 else reduce(np.maximum, several)


def sum_of(several: Sequence[Scores]) -> Scores:
    """The sum of the scores of each document."""
    return several[0] if len(several) == 1 else reduce(np.add, several)


def in_commit(docs: Ints, first: int) -> Ints:
    """The numbers in the commit of documents of a segment whose first has the number `first`, int64."""
    numbers: Ints = docs.astype(np.int64)
    if first:
        numbers += first
    return numbers


def union(lists: Sequence[Ints], size: int) -> Ints:
    """The documents of any of the lists, ascending, of `size` in all."""
    if len(lists) == 1:
        return lists[0]
    mask = np.zeros(size, dtype=np.bool_)
    for docs in lists:
        mask[docs] = True
    return np.flatnonzero(mask)
