"""The `Index` contract on Whoosh: generations on disk, one open searcher that follows commits, queries on arrays.

Reading and writing stand together: both hang on which generation is served and which of its segments are open.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import reduce
from itertools import chain, islice
from operator import or_
from pathlib import Path
from typing import TypeVar

from whoosh import index as whoosh
from whoosh.filedb.filestore import FileStorage

from indexes import warmup
from indexes.directory import commit_positions, commit_record
from indexes.directory.generations import Generations
from indexes.directory.opening import opened_under, readable
from indexes.retrieval import executor
from indexes.retrieval.code_disambiguation import plain_words
from indexes.retrieval.searcher import Searcher
from indexes.schema import schema
from indexes.segment import mmap_guard
from indexes.segment.commit import Commit
from indexes.segment.segment_reader import SegmentReader
from indexes.segment.whoosh_codec import open_segment
from indexes.suggest import spellcheck
from indexes.suggest.autocomplete import complete
from indexes.writing.index_writer import IndexWriter, writing
from search.analysis.analyzer import Analyzer
from search.config import settings as config
from search.errors import IndexUnavailable
from search.index import IndexStatus
from search.model import Candidate, Change, Clause, Completion, Document, Query, Results, Viewer

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

LOOK_EVERY_S = 0.5
SETTLED_NS = 10**9
"""What is older than that changed before it was looked at: a clock of files may tick a hundred times a second."""
QUICK = 20_000
"""Documents up to which a commit is opened by who asks first: it takes some milliseconds."""
FEW = 2_000
"""Documents up to which a rebuild takes one process: more of them would cost more to begin than they save."""


class WhooshIndex:
    """Share one between all threads of a process. Reading opens nothing but files; writing needs `sync`'s lock.

    Where files of the served generation are damaged, the newest older one that is whole answers instead.
    """

    def __init__(self, folder: Path, settings: config.LocalIndex, analyzer: Analyzer) -> None:
        self._generations = Generations(folder)
        self._settings, self._analyzer = settings, analyzer
        self._searcher: Searcher | None = None
        self._segments: Mapping[str, SegmentReader] = {}  # of the commit that was opened last, to read or to write
        self._damaged: dict[str, str] = {}  # generation → what is wrong with it
        self._opening, self._looked_at = threading.Lock(), float("-inf")
        self._seen: tuple[str, tuple[int, int]] | None = None

    # -- writing ------------------------------------------------------------------------------------------------------

    def position(self) -> int:
        if not self._generations.exists():
            return 0
        name = self._generations.current()
        return commit_positions.read(self._generations.path(name), self._open(name).latest_generation())

    def apply(self, changes: Iterable[Change]) -> int:
        """See Index. Changes of one call have different ids. Raise BusyError while another process writes."""
        if self._generations.exists():
            return self._write(self._generations.current(), changes)
        name = self._begin()
        position = self._write(name, changes)
        self._generations.publish(name)
        return position

    def rebuild(self, changes: Iterable[Change]) -> int:
        """See Index: the served generation answers until the new one is whole; a failed one leaves nothing behind."""
        name = self._begin()
        try:
            position = self._write_whole(name, changes)
        except BaseException:
            self._generations.drop(name)
            raise
        self._generations.publish(name)
        self._generations.prune(self._settings.keep)
        return position

    def _write_whole(self, name: str, changes: Iterable[Change]) -> int:
        """Fill a new generation. Raise IndexUnavailable when it does not hold what it was given."""
        given = position = 0

        def documents() -> Iterator[Document]:
            nonlocal given, position
            for change in changes:
                position = max(position, change.number)
                if change.document is not None:
                    given += 1
                    yield change.document

        opened = self._open(name)
        with writing(opened, self._settings.memory_mib, self._analyzer) as writer:
            pending = documents()
            first = list(islice(pending, FEW))
            processes = (self._settings.processes or os.cpu_count() or 1) if len(first) == FEW else 1
            writer.add_all(chain(first, pending), processes)
            if position:
                self._commit(name, writer, position)
        held = self._open(name).doc_count()
        if held != given:
            raise IndexUnavailable(
                f"the new generation holds {held} of {given} documents and is not served: look at the disk, then run"
                " `busca rebuild`"
            )
        return position

    def roll_back(self) -> str:
        older = self._generations.older()
        if not older:
            served = self._generations.current()
            raise IndexUnavailable(f"{served} is the oldest generation that is kept: there is none to go back to")
        self._searcher_of(self._open(older[-1]), older[-1])
        self._generations.publish(older[-1])
        return older[-1]

    def _begin(self) -> str:
        self._generations.sweep()
        name = self._generations.create(self._analyzer.fingerprint)
        whoosh.create_in(str(self._generations.path(name)), schema())
        return name

    def _write(self, name: str, changes: Iterable[Change]) -> int:
        opened, path = self._open(name), self._generations.path(name)
        with writing(opened, self._settings.memory_mib, self._analyzer) as writer:
            position = before = commit_positions.read(path, opened.latest_generation())
            with readable(name):
                held = Commit(opened.storage, writer.segments, self._segments)
            self._segments = held.segments
            for change in changes:
                if held.size and (number := held.number(change.id)) is not None:
                    writer.delete_document(number)
                if change.document is not None:
                    writer.add(change.document)
                position = max(position, change.number)
            if position != before:
                self._commit(name, writer, position)
        return position

    def _commit(self, name: str, writer: IndexWriter, position: int) -> None:
        path = self._generations.path(name)
        commit_positions.write(path, writer.generation, position)
        writer.commit()
        commit_positions.drop_old(path, writer.generation)
        self._record(name)

    def _record(self, name: str) -> None:
        """Write down what the newest commit of a generation holds."""
        opened = self._open(name)
        with readable(name):
            toc = whoosh.TOC.read(opened.storage, opened.indexname)
            segments = [open_segment(opened.storage, segment) for segment in toc.segments]
        others = reduce(or_, (segment.others() for segment in segments), dict[str, int | None]())
        commit_record.write(self._generations.path(name), toc.generation, opened.doc_count(), others)

    def _open(self, name: str) -> whoosh.FileIndex:
        path = self._generations.path(name)
        with readable(name):
            try:
                opened, fields = opened_under(path)
            except FileNotFoundError:  # a commit replaced the TOC between its listing and its opening
                opened, fields = opened_under(path)
        if lacking := set(schema().names()) - fields:
            raise IndexUnavailable(f"generation {name} lacks {', '.join(sorted(lacking))}: run `busca rebuild`")
        return opened

    # -- reading ------------------------------------------------------------------------------------------------------

    def search(self, query: Query) -> Results:
        return self._ask(lambda searcher: executor.search(searcher, query))

    def complete(self, prefix: str, limit: int, viewer: Viewer) -> list[Completion]:
        return self._ask(lambda searcher: complete(searcher, prefix, limit, viewer))

    def plain_words(self, codes: Sequence[Clause], viewer: Viewer) -> frozenset[str]:
        return self._ask(lambda searcher: plain_words(searcher, codes, viewer))

    def counts(self, clauses: Sequence[Clause], viewer: Viewer) -> list[int]:
        return self._ask(lambda searcher: searcher.counts(clauses, viewer))

    def near_words(self, word: str, letters: str, viewer: Viewer) -> list[Candidate]:
        return self._ask(lambda searcher: spellcheck.near_words(searcher, word, letters, viewer))

    def near_codes(self, kind: str, value: str, begins: str, viewer: Viewer) -> list[Candidate]:
        return self._ask(lambda searcher: spellcheck.near_codes(searcher, kind, value, begins, viewer))

    def warm(self) -> None:
        """See Index: the compiled loops, what is served, and the words that misspelt ones are compared with."""
        warmup.load()
        mmap_guard.install()
        with suppress(IndexUnavailable):
            self._ask(spellcheck.warm)

    def document(self, id: str, viewer: Viewer) -> Document | None:
        def look(searcher: Searcher) -> Document | None:
            searcher.check()
            number = searcher.number(id)
            return searcher.whole(number) if number is not None and searcher.shows(number, viewer) else None

        return self._ask(look)

    def status(self) -> IndexStatus:
        searcher = self._current()
        return IndexStatus(
            generation=searcher.generation,
            position=searcher.position,
            documents=searcher.documents,
            built_at=searcher.built_at,
            problem=self._damaged.get(self._generations.current(), "") or self._other_words(searcher.generation),
        )

    def _other_words(self, name: str) -> str:
        """What is wrong where a generation holds other stems than those that queries get now."""
        if self._generations.words(name) == self._analyzer.fingerprint:
            return ""
        return f"generation {name} was made with another pt.txt, es.txt or en.txt: run `busca rebuild`"

    def verify(self) -> dict[str, str]:
        found = {}
        for name in (self._generations.current(), *reversed(self._generations.older())):
            try:
                with readable(name):
                    opened = self._open(name)
                    toc = whoosh.TOC.read(opened.storage, opened.indexname)
                    Commit(opened.storage, toc.segments).verify()
                    commit_positions.read(self._generations.path(name), toc.generation)
                found[name] = ""
            except IndexUnavailable as error:
                found[name] = str(error)
        return found

    def close(self) -> None:
        self._searcher, self._segments = None, {}
        self._damaged.clear()

    def _ask(self, answer: Callable[[Searcher], Answer]) -> Answer:
        """The answer of the open searcher; where that turns out to be damaged, of the one that replaces it."""
        searcher = self._current()
        try:
            return mmap_guard.whole(lambda: answer(searcher), searcher.check)
        except IndexUnavailable as error:
            with self._opening:
                if self._searcher is searcher:
                    self._replace(searcher, str(error))
            searcher = self._current()
            return mmap_guard.whole(lambda: answer(searcher), searcher.check)

    def _replace(self, searcher: Searcher, problem: str) -> None:
        """Let go of a damaged searcher for what is served now; raise IndexUnavailable where nothing is whole."""
        self._searcher, name = None, self._generations.current()
        try:
            self._searcher = self._newest(name)
        except IndexUnavailable:
            self._damaged[name] = problem
            self._searcher = self._older(problem)
        if (self._searcher.generation, self._searcher.commit) == (searcher.generation, searcher.commit):
            self._damaged[name] = problem  # its arrays are whole, a document of it is not
            with suppress(IndexUnavailable):
                self._searcher = self._older(problem)

    def _current(self) -> Searcher:
        """The open searcher, replaced when a newer commit or generation is there.

        Every LOOK_EVERY_S one thread looks and, if need be, opens; the others go on with what is open. Where opening
        takes long, because there are many documents, nobody waits for it: a thread of its own does that. Where the
        newer one cannot be opened, the open one keeps answering.
        """
        searcher = self._searcher
        if searcher is not None and time.monotonic() - self._looked_at < LOOK_EVERY_S:
            return searcher
        if not self._opening.acquire(blocking=searcher is None):
            return self._searcher or self._current()
        if searcher is not None and not self._is_newer(searcher):
            self._looked_at = time.monotonic()
            self._opening.release()
            return searcher
        if searcher is not None and searcher.size > QUICK:
            threading.Thread(target=self._look, daemon=True).start()
            return searcher
        self._look()
        return self._searcher or self._current()

    def _is_newer(self, searcher: Searcher) -> bool:
        """Whether there is something else to open, as far as names tell, which are read where files came."""
        try:
            began = time.time_ns()
            seen = searcher.generation, self._generations.modified(searcher.generation)
            if seen == self._seen:
                return False
            name = self._generations.current()
            storage = FileStorage(str(self._generations.path(name)))
            newest = whoosh.TOC._latest_generation(storage, whoosh._DEF_INDEX_NAME)  # noqa: SLF001  opens nothing
        except (IndexUnavailable, OSError):
            return True
        if (name, newest) != (searcher.generation, searcher.commit):
            return True
        if began - max(seen[1]) > SETTLED_NS:
            self._seen = seen
        return False

    def _look(self) -> None:
        """Refresh, and let go of the lock that the caller has taken."""
        try:
            self._refresh()
        finally:
            self._looked_at = time.monotonic()
            self._opening.release()

    def _refresh(self) -> None:
        """Open the newest commit, or, where that is damaged and nothing is open, the newest that is whole."""
        name = ""
        try:
            name = self._generations.current()
            if name not in self._damaged or self._searcher is None:
                self._searcher = self._newest(name)  # the old one closes when its last reader lets go
        except IndexUnavailable as error:
            if self._searcher is None:
                if not name:
                    raise
                self._searcher = self._older(str(error))
                self._damaged[name] = str(error)
            log.warning("the index cannot be opened; what was whole before answers: %s", error)

    def _newest(self, name: str) -> Searcher:
        """The newest commit of a generation; where it is replaced while it is opened, and loses its files, the next."""
        tried = None
        while True:
            opened = self._open(name)
            newest = (name, opened.latest_generation())
            if self._searcher is not None and (self._searcher.generation, self._searcher.commit) == newest:
                return self._searcher
            try:
                return self._searcher_of(opened, name)
            except IndexUnavailable:
                if newest == tried:
                    raise
                tried = newest

    def _older(self, problem: str) -> Searcher:
        """The newest older generation that is whole. Raise IndexUnavailable, with that problem, when there is none."""
        for name in reversed(self._generations.older()):
            if name in self._damaged:
                continue
            try:
                return self._newest(name)
            except IndexUnavailable as error:
                self._damaged[name] = str(error)
        raise IndexUnavailable(problem)

    def _searcher_of(self, opened: whoosh.FileIndex, name: str) -> Searcher:
        with readable(name):
            toc = whoosh.TOC.read(opened.storage, opened.indexname)
            commit = Commit(opened.storage, toc.segments, self._segments)
            self._segments = commit.segments
            searcher = Searcher(
                commit,
                self._analyzer,
                generation=name,
                number=toc.generation,
                position=commit_positions.read(self._generations.path(name), toc.generation),
                built_at=datetime.fromtimestamp(opened.last_modified(), UTC),
                cached_mib=self._settings.cache_mib,
            )
            if self._searcher is not None and self._searcher.size > QUICK:  # which answers meanwhile
                spellcheck.warm(searcher)
            searcher.prepare(self._searcher)
            return searcher
