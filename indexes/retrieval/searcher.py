"""One commit of one generation, opened for reading: posting lists mapped, values and columns as arrays.

Segments that the commit before already had are taken over from its searcher, so that opening a small commit is quick.
The documents that satisfy the clauses of a recent query are remembered with it, for they may be asked for again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from threading import Lock

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from indexes.arrays import Ints, Mask, Scores
from indexes.clustering.clusters import Clusters, Edges, Pair
from indexes.retrieval.signals import Releases
from indexes.scoring.scorer import Scorer
from indexes.segment.commit import Commit, Part
from indexes.segment.doc_store import BlockCodec
from indexes.segment.facet_column import facet_column, parents
from search import ranking
from search.analysis.analyzer import Analyzer
from search.errors import IndexUnavailable
from search.explanation import Signal
from search.facets import ABOVE, FILTERS
from search.model import ANYONE, Clause, Document, Excerpted, Viewer

UNREADABLE = (OSError, ValueError, LookupError, TypeError)
"""What a document raises that is damaged, or that the disk cannot read."""
DAY_S = 86_400.0
PREPARED = 4
"""Audiences whose clusters are worked out before anyone asks a new commit."""

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

    def only(self, mask: Mask) -> Matches:
        """Those of them."""
        lacking = None if self.lacking is None else self.lacking[mask]
        return replace(self, documents=self.documents[mask], scores=self.scores[mask], lacking=lacking)

    @property
    def size_bytes(self) -> int:
        mask_bytes = 0 if self.lacking is None else self.lacking.nbytes
        return self.documents.nbytes + self.scores.nbytes + mask_bytes


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


class Searcher:
    """Thread-safe. Files are closed when nobody holds it any more.

    `analyzer` reads what is asked and shown. `cached_mib` is what the matches of recent queries may take: another page,
    filter or order of the same words costs no second evaluation.
    """

    def __init__(
        self,
        commit: Commit,
        analyzer: Analyzer,
        *,
        generation: str,
        number: int,
        position: int,
        built_at: datetime,
        cached_mib: int,
    ) -> None:
        self.analyzer = analyzer
        self.generation, self.commit, self.position, self.built_at = generation, number, position, built_at
        self.files = commit
        self.size, self.documents = commit.size, commit.documents
        self.segments = commit.segments
        self.columns = {name: facet_column(commit, f"f_{name}") for name in (*FILTERS, "audience")}
        self.updated, self._popularity = commit.column("updated"), commit.column("popularity")
        self._title_lengths = commit.column("length_title")
        self.scorer = Scorer(commit)
        self._signals: dict[str, NDArray[np.float32]] = {}
        self._parents: dict[tuple[str, frozenset[str]], dict[str, str]] = {}
        self._clusters: dict[tuple[frozenset[str], tuple[Pair, ...]], Clusters] = {}
        self._releases = Releases(self.columns["version"], self.columns["kind"], self.size)
        self._blocks = BlockCodec()
        self.matches = RecentMatches(cached_mib * 2**20)

    def check(self) -> None:
        """Raise IndexUnavailable for a file that was written to while it is served."""
        for segment in self.segments.values():
            segment.check()

    # -- documents ----------------------------------------------------------------------------------------------------

    def document(self, number: int) -> Document:
        """The document of a number below `size`."""
        return self.stored(number)[0]

    def whole(self, number: int) -> Document:
        """The same with its body in memory, so that no later look at it can fail."""
        document = self.document(number)
        return document.whole() if isinstance(document, Excerpted) else document

    def stored(self, number: int) -> tuple[Document, list[int]]:
        """The document of a number below `size`, and the word offsets of its body (`search.highlighting.snippets`).

        A long body is read when it is asked for, and raises IndexUnavailable then where it is damaged.
        """
        part = self.files.parts[bisect_right(self.files.firsts, number) - 1]
        try:
            return self._blocks.unpack(part.segment.stored(number - part.first), partial(self._told, part))
        except UNREADABLE as error:
            raise self._damaged(part) from error

    @contextmanager
    def _told(self, part: Part) -> Iterator[None]:
        """Raise IndexUnavailable where a stored document of the part is damaged."""
        try:
            yield
        except UNREADABLE as error:
            raise self._damaged(part) from error

    def _damaged(self, part: Part) -> IndexUnavailable:
        name = f"{part.segment.prefix.name}.stored"
        return IndexUnavailable(f"{name} of {self.generation} is damaged: run `busca rebuild`")

    def number(self, id: str) -> int | None:
        """The number of the document with that id."""
        return self.files.number(id)

    def visible(self, viewer: Viewer) -> Mask | None:
        """Which documents the viewer may see: those without an audience, and those of a shared group. None: all."""
        audience = self.columns["audience"]
        if not audience.values:
            return self.files.alive if self.files.deleted else None
        everything = np.arange(self.size)
        restricted = audience.among(everything, audience.values)
        return self.files.alive & (~restricted | audience.among(everything, viewer.groups))

    def shows(self, number: int, viewer: Viewer) -> bool:
        """Whether the viewer may see that document."""
        visible = self.visible(viewer)
        return visible is None or bool(visible[number])

    def everything(self, viewer: Viewer) -> Ints:
        """All documents that the viewer may see."""
        visible = self.visible(viewer)
        return np.arange(self.size) if visible is None else np.flatnonzero(visible)

    def parents(self, name: str, viewer: Viewer) -> dict[str, str]:
        """Value of a facet → its value of the facet above, as the documents say that the viewer may see."""
        if (above := ABOVE.get(name)) is None:
            return {}
        key = name, viewer.groups
        if key not in self._parents:
            self._parents[key] = parents(self.columns[name], self.columns[above], self.everything(viewer))
        return self._parents[key]

    def clusters(self, viewer: Viewer, cut: tuple[Pair, ...]) -> Clusters:
        """The documents on one subject, of those that the viewer may see; kept for each audience."""
        key = viewer.groups, cut
        if key not in self._clusters:
            self._clusters[key] = self._edges.clusters(self.visible(viewer), cut)
        return self._clusters[key]

    def prepare(self, before: Searcher | None) -> None:
        """Work out what searches would wait for: the clusters for those who asked the searcher before this one."""
        audiences = () if before is None else list(before._clusters)[-PREPARED:]
        for groups, cut in dict.fromkeys([(ANYONE.groups, ()), *audiences]):
            self.clusters(Viewer(groups=groups), cut)

    @cached_property
    def _edges(self) -> Edges:
        return Edges(self.files, self.columns["source"].codes)

    # -- clauses ------------------------------------------------------------------------------------------------------

    def holds(self, clause: Clause, documents: Ints) -> Mask:
        """Which of the documents, ascending, satisfy a clause."""
        return self.scorer.holds(clause, documents)

    def counts(self, clauses: Iterable[Clause], viewer: Viewer) -> list[int]:
        """In how many documents that the viewer may see each clause holds."""
        self.check()
        visible = self.visible(viewer)
        return [self.count(clause, visible) for clause in clauses]

    def count(self, clause: Clause, visible: Mask | None) -> int:
        """How many of the documents that are visible, None for all, satisfy a clause."""
        documents = self.scorer.documents(clause)
        return len(documents) if visible is None else int(visible[documents].sum())

    def signals(self, lang: str, releases: tuple[str, ...] = ()) -> NDArray[np.float32]:
        """The factor of each document, float32, that does not depend on the words, for a reader of `lang`.

        `releases` are those that the reader runs.
        """
        if releases:
            factor = self._releases.factor(releases, np.arange(self.size))
            return self.signals(lang) * factor.astype(np.float32)
        if lang not in self._signals:
            factors = self.factors(lang, np.arange(self.size))
            self._signals[lang] = np.asarray(np.prod(list(factors.values()), axis=0), dtype=np.float32)
        return self._signals[lang]

    def factors(self, lang: str, documents: Ints, releases: tuple[str, ...] = ()) -> dict[Signal, NDArray[np.float64]]:
        """What makes up `signals`, by name, of some documents."""
        now = datetime.now(UTC).timestamp()
        age_days = np.maximum((now - self.updated[documents]) / DAY_S, 0.0)
        half_life = np.full(len(documents), ranking.HALF_LIFE_DAYS["page"])
        for kind in self.columns["kind"].values:
            half_life[self.columns["kind"].among(documents, (kind,))] = ranking.HALF_LIFE_DAYS[kind]
        popularity = np.clip(self._popularity[documents].astype(np.float64), 0.0, 1.0)
        reads = self.columns["lang"].among(documents, (lang,))
        return {
            "freshness": 1.0 + ranking.FRESHNESS_WEIGHT * np.exp2(-age_days / half_life),
            "popularity": 1.0 + ranking.POPULARITY_WEIGHT * popularity,
            "language": np.where(reads, ranking.LANG_BOOST, 1.0),
            **({"release": self._releases.factor(releases, documents)} if releases else {}),
        }

    # -- completion ---------------------------------------------------------------------------------------------------

    def title_order(self, documents: Ints) -> NDArray[np.uint64]:
        """What titles are offered by, the least first: popular ones, short ones, new ones."""
        unpopular = 255 - np.clip(self._popularity[documents] * 255, 0, 255).astype(np.uint64)
        age = np.uint64(2**32 - 1) - np.clip(self.updated[documents], 0, 2**32 - 1).astype(np.uint64)
        lengths = self._title_lengths[documents].astype(np.uint64)
        keys: NDArray[np.uint64] = (unpopular << np.uint64(40)) | (lengths << np.uint64(32)) | age
        return keys
