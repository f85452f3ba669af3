"""Of a cluster one document is a hit, the best that matches; the others of it are named with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints
from indexes.retrieval.searcher import Searcher
from search.clusters import MEMBERS
from search.model import Document, Query

Members = tuple[tuple[Document, ...], int]
"""Further documents, and how many more there are."""

Keys = NDArray[np.floating] | Ints
"""What documents are ordered by, the greatest first."""


def leaders(searcher: Searcher, query: Query, documents: Ints, keys: Keys) -> NDArray[np.intp] | None:
    """The places of the documents before which none of their cluster stands; None where that is true of all.

    Only documents with a cluster are looked at, and ordered as they are on a page.
    """
    of = searcher.clusters(query.viewer, query.cut).of[documents]
    joined = np.flatnonzero(of >= 0)
    order = joined[np.lexsort((joined, -searcher.updated[documents[joined]], -keys[joined], of[joined]))]
    ordered = of[order]
    behind = order[1:][ordered[1:] == ordered[:-1]]
    if not len(behind):
        return None
    leading = np.ones(len(documents), dtype=np.bool_)
    leading[behind] = False
    return np.flatnonzero(leading)


def members(searcher: Searcher, query: Query, hits: Ints, documents: Ints, keys: Keys) -> list[Members]:
    """What follows each of the shown documents; `documents` are all that match, with their keys."""
    clusters = searcher.clusters(query.viewer, query.cut)
    blocked = {searcher.number(id) for id in query.blocked}
    source = searcher.columns["source"].codes
    followers: list[Members] = []
    for number in hits.tolist():
        others = np.array([other for other in clusters.with_(number) if other not in blocked], dtype=np.int64)
        places = np.minimum(documents.searchsorted(others), len(documents) - 1)
        rank = np.where(documents[places] == others, -keys[places], np.inf)
        order = np.lexsort((others, -searcher.updated[others], rank, source[others] == source[number]))
        first = others[order[:MEMBERS]].tolist()
        followers.append((tuple(map(searcher.document, first)), len(others) - len(first)))
    return followers
