"""What a reader's releases mean for all documents of a commit: `search.releases` is asked once for documents alike.

documents ──kind, versions──▶ classes ──factor of each class──▶ a factor of each document
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints
from indexes.segment.facet_column import FacetColumn
from search import releases

REMEMBERED = 64
"""Readers' releases whose factors are remembered: most readers run one of a few."""

Class = tuple[str, tuple[str, ...]]
"""A kind, and versions that are named."""


class Releases:
    """Thread-safe."""

    def __init__(self, version: FacetColumn, kind: FacetColumn, size: int) -> None:
        self._version, self._kind, self._size = version, kind, size
        self._factors = lru_cache(REMEMBERED)(self._factors_of)

    def factor(self, run: tuple[str, ...], documents: Ints) -> NDArray[np.float64]:
        """The factor of each of the documents for a reader who runs these releases."""
        _, numbers = self._classes
        factors: NDArray[np.float64] = self._factors(run)[numbers[documents]]
        return factors

    def _factors_of(self, run: tuple[str, ...]) -> NDArray[np.float64]:
        classes, _ = self._classes
        return np.array([releases.factor(kind, named, run) for kind, named in classes], dtype=np.float64)

    @cached_property
    def _classes(self) -> tuple[list[Class], Ints]:
        """The kinds with the versions that documents of them name, and the number of each document's."""
        rows = self._versions()
        kinds = np.full(self._size, len(self._kind.values))
        for code, kind in enumerate(self._kind.values):
            kinds[self._kind.among(np.arange(self._size), (kind,))] = code
        classes: dict[tuple[int, bytes], int] = {}
        numbers = [classes.setdefault(key, len(classes)) for key in zip(kinds.tolist(), rows, strict=True)]
        return [self._class(*key) for key in classes], np.array(numbers, dtype=np.int32)

    def _versions(self) -> list[bytes]:
        """The codes of each document's versions, as they stand in the column."""
        raw, width = self._version.codes.tobytes(), self._version.codes.itemsize
        starts = np.arange(self._size + 1) if self._version.starts is None else self._version.starts
        return [raw[start:end] for start, end in pairwise((starts * width).tolist())]

    def _class(self, kind: int, versions: bytes) -> Class:
        codes = np.frombuffer(versions, dtype=self._version.codes.dtype).tolist()
        named = tuple(self._version.values[code] for code in codes if code < len(self._version.values))
        return (*self._kind.values, "")[kind], named
