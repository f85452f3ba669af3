"""The `Index` contract on Whoosh: generations on disk, one open searcher that follows commits, queries on arrays.

Reading and writing stand together: both hang on which generation is served and which of its segments are open.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import reduce
from itertools import chain, islice
from operator import or_
from pathlib import Path

from whoosh import index as whoosh

from indexes import warmup
from indexes.directory import commit_positions, commit_record
from indexes.directory.generations import Generations
from indexes.directory.opening import open_generation, readable
from indexes.retrieval import executor
from indexes.retrieval.code_disambiguation import plain_words
from indexes.retrieval.searcher import Searcher
from indexes.retrieval.searcher_manager import SearcherManager
from indexes.schema import schema
from indexes.segment.commit import Commit
from indexes.segment.whoosh_codec import open_segment
from indexes.suggest import spellcheck
from indexes.suggest.autocomplete import complete
from indexes.writing.index_writer import IndexWriter, writing
from search.analysis.analyzer import Analyzer
from search.config import settings as config
from search.errors import IndexUnavailable
from search.index import IndexStatus
from search.model import Candidate, Change, Clause, Completion, Document, Query, Results, Viewer

FEW = 2_000
"""Documents up to which a rebuild takes one process: more of them would cost more to begin than they save."""


class WhooshIndex:
    """Share one between all threads of a process. Reading opens nothing but files; writing needs `sync`'s lock.

    Where files of the served generation are damaged, the newest older one that is whole answers instead.
    """

    def __init__(self, folder: Path, settings: config.LocalIndex, analyzer: Analyzer) -> None:
        self._generations = Generations(folder)
        self._settings, self._analyzer = settings, analyzer
        self._searchers = SearcherManager(
            self._generations, analyzer, cached_mib=settings.cache_mib, warm=spellcheck.warm
        )

    # -- writing ------------------------------------------------------------------------------------------------------

    def position(self) -> int:
        if not self._generations.exists():
            return 0
        name = self._generations.current()
        return commit_positions.read(
            self._generations.path(name), open_generation(self._generations, name).latest_generation()
        )

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
        total = position = 0

        def documents() -> Iterator[Document]:
            nonlocal total, position
            for change in changes:
                position = max(position, change.number)
                if change.document is not None:
                    total += 1
                    yield change.document

        index = open_generation(self._generations, name)
        with writing(index, self._settings.memory_mib, self._analyzer) as writer:
            pending = documents()
            first = list(islice(pending, FEW))
            processes = (self._settings.processes or os.cpu_count() or 1) if len(first) == FEW else 1
            writer.add_all(chain(first, pending), processes)
            if position:
                self._commit(name, writer, position)
        count = open_generation(self._generations, name).doc_count()
        if count != total:
            raise IndexUnavailable(
                f"the new generation holds {count} of {total} documents and is not served: look at the disk, then run"
                " `busca rebuild`"
            )
        return position

    def roll_back(self) -> str:
        older = self._generations.older()
        if not older:
            served = self._generations.current()
            raise IndexUnavailable(f"{served} is the oldest generation that is kept: there is none to go back to")
        self._searchers.open(older[-1])  # where it is damaged, the served one stays
        self._generations.publish(older[-1])
        return older[-1]

    def _begin(self) -> str:
        self._generations.sweep()
        name = self._generations.create(self._analyzer.fingerprint)
        whoosh.create_in(str(self._generations.path(name)), schema())
        return name

    def _write(self, name: str, changes: Iterable[Change]) -> int:
        index, path = open_generation(self._generations, name), self._generations.path(name)
        with writing(index, self._settings.memory_mib, self._analyzer) as writer:
            position = before = commit_positions.read(path, index.latest_generation())
            with readable(name):
                commit = Commit(index.storage, writer.segments, self._searchers.segments)
            self._searchers.segments = commit.segments
            for change in changes:
                if commit.size and (number := commit.number(change.id)) is not None:
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
        index, readers = open_generation(self._generations, name), self._searchers.segments
        with readable(name):
            toc = whoosh.TOC.read(index.storage, index.indexname)
            segments = [
                readers.get(segment.segment_id()) or open_segment(index.storage, segment) for segment in toc.segments
            ]
        others = reduce(or_, (segment.others() for segment in segments), dict[str, int | None]())
        commit_record.write(self._generations.path(name), toc.generation, index.doc_count(), others)

    # -- reading ------------------------------------------------------------------------------------------------------

    def search(self, query: Query) -> Results:
        return self._searchers.ask(lambda searcher: executor.search(searcher, query))

    def complete(self, prefix: str, limit: int, viewer: Viewer) -> list[Completion]:
        return self._searchers.ask(lambda searcher: complete(searcher, prefix, limit, viewer))

    def plain_words(self, codes: Sequence[Clause], viewer: Viewer) -> frozenset[str]:
        return self._searchers.ask(lambda searcher: plain_words(searcher, codes, viewer))

    def counts(self, clauses: Sequence[Clause], viewer: Viewer) -> list[int]:
        return self._searchers.ask(lambda searcher: searcher.counts(clauses, viewer))

    def near_words(self, word: str, letters: str, viewer: Viewer) -> list[Candidate]:
        return self._searchers.ask(lambda searcher: spellcheck.near_words(searcher, word, letters, viewer))

    def near_codes(self, kind: str, value: str, begins: str, viewer: Viewer) -> list[Candidate]:
        return self._searchers.ask(lambda searcher: spellcheck.near_codes(searcher, kind, value, begins, viewer))

    def warm(self) -> None:
        """See Index: the compiled loops, what is served, and the words that misspelt ones are compared with."""
        warmup.load()
        with suppress(IndexUnavailable):
            self._searchers.ask(spellcheck.warm)

    def document(self, id: str, viewer: Viewer) -> Document | None:
        def look(searcher: Searcher) -> Document | None:
            searcher.check()
            number = searcher.number(id)
            return searcher.whole(number) if number is not None and searcher.shows(number, viewer) else None

        return self._searchers.ask(look)

    def status(self) -> IndexStatus:
        searcher = self._searchers.current()
        return IndexStatus(
            generation=searcher.generation,
            position=searcher.position,
            documents=searcher.documents,
            built_at=searcher.built_at,
            problem=self._not_served() or self._other_words(searcher.generation),
        )

    def _not_served(self) -> str:
        """What is wrong where something else answers than the generation that is to be served."""
        try:
            return self._searchers.damaged.get(self._generations.current(), "")
        except IndexUnavailable as error:
            gone = isinstance(error.__cause__, FileNotFoundError)
            return "CURRENT, which names what is served, is gone: run `busca rebuild`" if gone else str(error)

    def _other_words(self, name: str) -> str:
        """What is wrong where a generation holds other stems than those that queries get now."""
        if self._generations.words(name) == self._analyzer.fingerprint:
            return ""
        return f"generation {name} was made with another pt.txt, es.txt or en.txt: run `busca rebuild`"

    def verify(self) -> dict[str, str]:
        problems = {}
        for name in (self._generations.current(), *reversed(self._generations.older())):
            try:
                with readable(name):
                    index = open_generation(self._generations, name)
                    toc = whoosh.TOC.read(index.storage, index.indexname)
                    Commit(index.storage, toc.segments).verify()
                    commit_positions.read(self._generations.path(name), toc.generation)
                problems[name] = ""
            except IndexUnavailable as error:
                problems[name] = str(error)
        return problems

    def close(self) -> None:
        self._searchers.close()
