"""The searcher that is open: it follows commits and generations, and gives way to an older one where files are damaged.

ask ──▶ current ──▶ the open searcher, at most LOOK_EVERY_S behind ──▶ answer
           │ something newer?                                            │ damaged
           └──▶ opened by who asks, or beside the answers            ◀───┘ what is whole takes its place
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar

from whoosh import index as whoosh
from whoosh.filedb.filestore import FileStorage

from indexes.directory import commit_positions
from indexes.directory.generations import Generations
from indexes.directory.opening import open_generation, readable
from indexes.retrieval.searcher import Searcher
from indexes.segment.commit import Commit
from indexes.segment.segment_reader import SegmentReader
from search.analysis.analyzer import Analyzer
from search.errors import IndexUnavailable

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

LOOK_EVERY_S = 0.5
SETTLED_NS = 10**9
"""What is older than that changed before it was looked at: a clock of files may tick a hundred times a second."""
QUICK = 20_000
"""Documents up to which a commit is opened by who asks first: it takes some milliseconds."""


class SearcherManager:
    """Share one between all threads of a process.

    `warm` reads what the first questions would wait for; `cached_mib` is what a searcher may keep of recent answers.
    `damaged` says of a generation what is wrong with it; `segments` are those of the commit that was opened last, to
    read or to write.
    """

    def __init__(
        self, generations: Generations, analyzer: Analyzer, *, cached_mib: int, warm: Callable[[Searcher], object]
    ) -> None:
        self._generations, self._analyzer, self._cached_mib, self._warm = generations, analyzer, cached_mib, warm
        self._searcher: Searcher | None = None
        self.segments: Mapping[str, SegmentReader] = {}
        self.damaged: dict[str, str] = {}
        self._opening, self._looked_at = threading.Lock(), float("-inf")
        self._seen: tuple[str, tuple[int, int]] | None = None
        self._warned: object = None

    def ask(self, answer: Callable[[Searcher], Answer]) -> Answer:
        """The answer of the open searcher; where that turns out to be damaged, of the one that replaces it."""
        searcher = self.current()
        try:
            return answer(searcher)
        except IndexUnavailable as error:
            with self._opening:
                if self._searcher is searcher:
                    self._replace(searcher, str(error))
            return answer(self.current())

    def current(self) -> Searcher:
        """The open searcher, replaced when a newer commit or generation is there.

        Every LOOK_EVERY_S one thread looks and, if need be, opens; the others go on with what is open. Where opening
        takes long, because there are many documents, nobody waits for it: a thread of its own does that. Where the
        newer one cannot be opened, for whatever reason, the open one keeps answering.
        """
        searcher = self._searcher
        if searcher is None:
            return self._first()
        if time.monotonic() - self._looked_at < LOOK_EVERY_S or not self._opening.acquire(blocking=False):
            return searcher
        try:
            if not self._is_newer(searcher):
                return searcher
            if searcher.size <= QUICK:
                self._refresh()
                return self._searcher or searcher
        finally:
            self._looked_at = time.monotonic()
            self._opening.release()
        try:
            threading.Thread(target=self._refresh_beside, daemon=True).start()
        except RuntimeError as error:  # the system has no thread to give
            self._warn(error)
        return searcher

    def open(self, generation: str) -> Searcher:
        """A searcher on the newest commit of a generation. Raise IndexUnavailable where it is damaged."""
        return self._searcher_of(open_generation(self._generations, generation), generation)

    def close(self) -> None:
        self._searcher, self.segments = None, {}
        self.damaged.clear()

    def _first(self) -> Searcher:
        """The searcher that whoever comes first opens; the others wait for it."""
        with self._opening:
            if (searcher := self._searcher) is None:
                self._refresh()
                self._looked_at = time.monotonic()
                searcher = self._searcher
        return searcher or self.current()  # closed meanwhile

    def _refresh_beside(self) -> None:
        """Refresh, unless somebody is at it."""
        if self._opening.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._looked_at = time.monotonic()
                self._opening.release()

    def _is_newer(self, searcher: Searcher) -> bool:
        """Whether there is something else to open, as far as names tell, which are read where files came."""
        try:
            began = time.time_ns()
            state = searcher.generation, self._generations.modified(searcher.generation)
            if state == self._seen:
                return False
            newest = self._newest_commit()
        except (IndexUnavailable, OSError):
            return True
        except Exception as error:  # noqa: BLE001  requests wait for this look: the open one answers, the log tells
            self._warn(error)
            return True
        if newest != (searcher.generation, searcher.commit):
            return True
        if began - max(state[1]) > SETTLED_NS:
            self._seen = state
        return False

    def _newest_commit(self) -> tuple[str, int]:
        """The served generation and the number of its newest commit, by names of files: nothing is opened."""
        name = self._generations.current()
        storage = FileStorage(str(self._generations.path(name)))
        return name, whoosh.TOC._latest_generation(storage, whoosh._DEF_INDEX_NAME)  # noqa: SLF001  the only way

    def _refresh(self) -> None:
        """Open the newest commit, or, where that is damaged and nothing is open, the newest that is whole.

        Where something is open, nothing is raised: it goes on.
        """
        name = ""
        try:
            name = self._generations.current()
            if name not in self.damaged or self._searcher is None:
                self._searcher = self._newest(name)  # the old one closes when its last reader lets go
        except IndexUnavailable as error:
            if self._searcher is None:
                if not name:
                    raise
                self._searcher = self._older(str(error))
                self.damaged[name] = str(error)
            self._warn(error)
        except Exception as error:  # too little memory, a bug in what opens: raised where nothing else can answer
            if self._searcher is None:
                raise
            self._warn(error)

    def _warn(self, error: Exception) -> None:
        """Say why the newest commit is not open, once for each kind of error: the next look is half a second away."""
        try:
            commit: object = self._newest_commit()
        except Exception as reason:  # noqa: BLE001  the number is for the log alone, which must tell the error itself
            commit = type(reason)
        if self._warned != (warned := (commit, type(error))):
            self._warned = warned
            log.warning("the index cannot be opened; what was whole before answers: %s", str(error) or repr(error))

    def _newest(self, name: str) -> Searcher:
        """The newest commit of a generation; where it is replaced while it is opened, and loses its files, the next."""
        tried = None
        while True:
            index = open_generation(self._generations, name)
            newest = (name, index.latest_generation())
            if self._searcher is not None and (self._searcher.generation, self._searcher.commit) == newest:
                return self._searcher
            try:
                return self._searcher_of(index, name)
            except IndexUnavailable:
                if newest == tried:
                    raise
                tried = newest

    def _older(self, problem: str) -> Searcher:
        """The newest older generation that is whole. Raise IndexUnavailable, with that problem, when there is none."""
        for name in reversed(self._generations.older()):
            if name in self.damaged:
                continue
            try:
                return self._newest(name)
            except IndexUnavailable as error:
                self.damaged[name] = str(error)
        raise IndexUnavailable(problem)

    def _replace(self, searcher: Searcher, problem: str) -> None:
        """Let go of a damaged searcher for what is served now; raise IndexUnavailable where nothing is whole."""
        self._searcher, name = None, self._generations.current()
        try:
            self._searcher = self._newest(name)
        except IndexUnavailable:
            self.damaged[name] = problem
            self._searcher = self._older(problem)
        if (self._searcher.generation, self._searcher.commit) == (searcher.generation, searcher.commit):
            self.damaged[name] = problem  # its arrays are whole, a document of it is not
            with suppress(IndexUnavailable):
                self._searcher = self._older(problem)

    def _searcher_of(self, index: whoosh.FileIndex, name: str) -> Searcher:
        with readable(name):
            toc = whoosh.TOC.read(index.storage, index.indexname)
            commit = Commit(index.storage, toc.segments, self.segments)
            self.segments = commit.segments
            searcher = Searcher(
                commit,
                self._analyzer,
                generation=name,
                number=toc.generation,
                position=commit_positions.read(self._generations.path(name), toc.generation),
                built_at=datetime.fromtimestamp(index.last_modified(), UTC),
                cached_mib=self._cached_mib,
            )
            if self._searcher is not None and self._searcher.size > QUICK:  # which answers meanwhile
                self._warm(searcher)
            searcher.prepare(self._searcher)
            return searcher
