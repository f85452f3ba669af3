"""The documents that satisfy the clauses of a query, and those of recent queries, which may be asked for again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock

from cachetools import LRUCache

from indexes.arrays import Ints, Mask, Scores

NOTE_BYTES = 256
"""What it takes to remember that nothing matches."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The documents that satisfy the clauses of a query, ascending, and their scores, before signals.

    `lacking` tells of each whether it lacks an optional clause, and is None where none does. `relaxed` says that
    none has all the words, and those with some of them stand here instead; `optional`, that clauses became optional
    that were not.
    """

    documents: Ints
    scores: Scores
    relaxed: bool = False
    lacking: Mask | None = None
    optional: bool = False

    def only(self, kept: Mask) -> Matches:
        """Those of them."""
        lacking = None if self.lacking is None else self.lacking[kept]
        return replace(self, documents=self.documents[kept], scores=self.scores[kept], lacking=lacking)

    @property
    def size_bytes(self) -> int:
        lacking = 0 if self.lacking is None else self.lacking.nbytes
        return self.documents.nbytes + self.scores.nbytes + lacking


class RecentMatches:
    """The matches that may be asked for again, within a limit of bytes; the least recently used go first.

    Thread-safe. Matches that take more than half of the limit are not kept.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._largest = limit_bytes // 2
        self._matches: LRUCache[object, Matches] = LRUCache(limit_bytes, getsizeof=_size_bytes)
        self._lock = Lock()

    def get(self, key: object) -> Matches | None:
        with self._lock:
            return self._matches.get(key)

    def keep(self, key: object, matches: Matches) -> None:
        if _size_bytes(matches) <= self._largest:
            with self._lock:
                self._matches[key] = matches


def _size_bytes(matches: Matches) -> int:
    """What matches take, and the note of them at least."""
    return NOTE_BYTES + matches.size_bytes
