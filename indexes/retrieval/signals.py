"""What a reader's releases of Protheus say of each document: it applies to one of them, or it ended before them all.

A page applies from the first release on that it names, a package to those that it names. Documents that name no release
are neither.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray

from indexes.segment.facet_column import FacetColumn
from indexes.segment.term_dictionary import Ints
from search import ranking
from search.identifiers.versions import is_release, order

NONE = -1


class Releases:
    """The least and the greatest release that each document names, as places in the ascending `orders`."""

    def __init__(self, version: FacetColumn, kind: FacetColumn, size: int) -> None:
        self._version = version
        self._orders = sorted({order(value) for value in version.values if is_release(value)})
        places = [self._orders.index(order(value)) if is_release(value) else NONE for value in version.values]
        ranks = np.array([*places, NONE], dtype=np.int64)[version.codes]
        docs = np.arange(size) if version.starts is None else np.arange(size).repeat(np.diff(version.starts))
        held = ranks > NONE
        self._first = np.full(size, len(self._orders), dtype=np.int64)
        self._last = np.full(size, NONE, dtype=np.int64)
        np.minimum.at(self._first, docs[held], ranks[held])
        np.maximum.at(self._last, docs[held], ranks[held])
        self._packages = kind.among(np.arange(size), ("package",))

    def factor(self, releases: tuple[str, ...], documents: Ints) -> NDArray[np.float64]:
        """RELEASE_APPLIES, RELEASE_ENDED or 1 for each of the documents."""
        first, last, packages = self._first[documents], self._last[documents], self._packages[documents]
        applies, ended = np.zeros(len(documents), dtype=np.bool_), packages & (last > NONE)
        for release in filter(is_release, releases):
            numbers = order(release)
            named = self._version.among(documents, [value for value in self._version.values if order(value) == numbers])
            applies |= named | (~packages & (first < bisect_right(self._orders, numbers)))
            ended &= last < bisect_left(self._orders, numbers)
        return np.where(applies, ranking.RELEASE_APPLIES, np.where(ended, ranking.RELEASE_ENDED, 1.0))
