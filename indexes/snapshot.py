"""One commit of one generation, opened for reading: posting lists mapped, values and columns as arrays.

Segments that the commit before already had are taken over from its snapshot, so that opening a small commit is quick.
"""

from __future__ import annotations

import pickle
import struct
import threading
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.searching import Searcher
from whoosh.util.numeric import byte_to_length

from indexes.clauses import Clauses, Part, Scores
from indexes.codec import ColumnarSegment, open_postings
from indexes.mapped import SegmentPostings
from indexes.schema import CODE_FIELDS, TEXT_FIELDS, document
from search import ranking
from search.analysis import fold
from search.errors import IndexUnavailable
from search.model import FILTERS, Clause, Document, Viewer

CACHED_BYTES = 64 * 2**20
"""What the scores of recent clauses may take: another page, filter or order of the same words costs no second walk."""

LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float32)
"""Whoosh's table: the length that each byte of a length column stands for."""


@dataclass(frozen=True, slots=True)
class Column:
    """A facet's values over all documents: entry i says that document `docs[i]` has the value `values[codes[i]]`.

    `dense[d]` is the code of document d, or -1, where no document has two values.
    """

    values: tuple[str, ...]
    docs: NDArray[np.int32]
    codes: NDArray[np.int32]
    dense: NDArray[np.int32] | None

    def holding(self, wanted: set[int], size: int) -> NDArray[np.bool_]:
        """Which of `size` documents have one of the values whose codes are `wanted`."""
        mask = np.zeros(size, dtype=np.bool_)
        mask[self.docs[np.isin(self.codes, list(wanted))]] = True
        return mask

    def counts(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many of the documents in `mask` have each value."""
        if self.dense is None:
            return np.bincount(self.codes[mask[self.docs]], minlength=len(self.values))
        return np.bincount(self.dense[mask] + 1, minlength=len(self.values) + 1)[1:]


class Snapshot:
    """Thread-safe. Its files are closed by `close`, or when nobody holds it any more."""

    def __init__(
        self,
        searcher: Searcher,
        *,
        generation: str,
        commit: int,
        position: int,
        built_at: datetime,
        known: Mapping[str, SegmentPostings],
    ) -> None:
        self.generation, self.commit, self.position, self.built_at = generation, commit, position, built_at
        self._close = weakref.finalize(self, searcher.close)
        self._lock = threading.Lock()
        self._cache: OrderedDict[Clause, Scores] = OrderedDict()
        self.size = int(searcher.reader().doc_count_all())
        self._leaves: list[tuple[Any, int]] = [
            (reader, offset) for reader, offset in searcher.reader().leaf_readers() if reader.doc_count_all()
        ]
        self.segments = {_segment_id(reader): _postings(reader, known) for reader, _ in self._leaves}
        self._parts = [Part(self.segments[_segment_id(reader)], offset) for reader, offset in self._leaves]
        # Opened now, for a later commit or generation may delete the files: what is open stays readable.
        self._bodies = {offset: reader.column_reader("c_body") for reader, offset in self._leaves}
        self._titles = [(reader.column_reader("c_title"), reader.doc_count_all()) for reader, _ in self._leaves]
        for reader, _ in self._leaves:
            reader.stored_fields(0)
        self.alive = self._alive()
        self.columns = {name: self._column(f"f_{name}") for name in (*FILTERS, "audience")}
        self.updated = self._numbers("c_updated", np.int64)
        self._popularity = self._numbers("c_popularity", np.float64)
        self._signals: dict[str, NDArray[np.float32]] = {}
        scored = (*TEXT_FIELDS, *CODE_FIELDS)
        lengths = {name: LENGTHS[self._numbers(f"_{name}_len", np.uint8)] for name in scored}
        totals = {name: sum(reader.field_length(name) for reader, _ in self._leaves) for name in scored}
        self._clauses = Clauses(self._parts, self.size, lengths, totals)

    # -- documents ----------------------------------------------------------------------------------------------------

    @property
    def documents(self) -> int:
        return int(self.alive.sum())

    def document(self, number: int) -> Document:
        """The document of a number below `size`."""
        reader, offset = self._leaf(number)
        try:
            with self._lock:
                stored = reader.stored_fields(number - offset)
                body = self._bodies[offset][number - offset]
            return document(stored, body)
        except (zlib.error, pickle.UnpicklingError, struct.error, LookupError, ValueError, EOFError) as error:
            raise IndexUnavailable(f"a document of {self.generation} is damaged: run `busca rebuild`") from error

    def number(self, id: str) -> int | None:
        """The number of the document with that id."""
        term = id.encode("utf-8", "replace")
        for part in self._parts:
            field = part.postings.fields["id"]
            if (found := field.find(term)) >= 0:
                for number in (field.postings(found)[0].astype(np.int64) + part.first).tolist():
                    if self.alive[number]:
                        return int(number)
        return None

    def visible(self, viewer: Viewer) -> NDArray[np.bool_]:
        """Which documents the viewer may see: those without an audience, and those of a shared group."""
        audience = self.columns["audience"]
        if not len(audience.docs):
            return self.alive
        restricted = np.zeros(self.size, dtype=np.bool_)
        restricted[audience.docs] = True
        shared = {code for code, value in enumerate(audience.values) if value in viewer.groups}
        return self.alive & (~restricted | audience.holding(shared, self.size))

    # -- clauses ------------------------------------------------------------------------------------------------------

    def evaluate(self, clause: Clause) -> Scores:
        """The BM25F score of every document, 0 where it does not satisfy the clause; signals are not in it."""
        with self._lock:
            if clause in self._cache:
                self._cache.move_to_end(clause)
                return self._cache[clause]
        scores = self._clauses.evaluate(clause)
        scores.flags.writeable = False
        with self._lock:
            self._cache[clause] = scores
            while len(self._cache) * scores.nbytes > CACHED_BYTES:
                self._cache.popitem(last=False)
        return scores

    def signals(self, lang: str) -> NDArray[np.float32]:
        """The factor of each document, float32, that does not depend on the words, for a reader of `lang`."""
        if lang not in self._signals:
            self._signals[lang] = self._signal_column(lang)
        return self._signals[lang]

    def _signal_column(self, lang: str) -> NDArray[np.float32]:
        now = datetime.now(UTC).timestamp()
        age_days = np.maximum((now - self.updated) / 86_400.0, 0.0)
        half_life = np.full(self.size, ranking.HALF_LIFE_DAYS["page"])
        for code, kind in enumerate(self.columns["kind"].values):
            half_life[self.columns["kind"].holding({code}, self.size)] = ranking.HALF_LIFE_DAYS[kind]
        langs = self.columns["lang"]
        reads = langs.holding({code for code, value in enumerate(langs.values) if value == lang}, self.size)
        factor = 1.0 + ranking.FRESHNESS_WEIGHT * np.power(0.5, age_days / half_life)
        factor *= 1.0 + ranking.POPULARITY_WEIGHT * np.clip(self._popularity, 0.0, 1.0)
        factor[reads] *= ranking.LANG_BOOST
        return np.asarray(factor, dtype=np.float32)

    # -- completion ---------------------------------------------------------------------------------------------------

    @cached_property
    def titles(self) -> list[tuple[str, int]]:
        """(folded title, document number) of every document, sorted; read when the first completion is asked for."""
        with self._lock:
            titles = [str(bytes(column[n]), "utf-8") for column, count in self._titles for n in range(count)]
        return sorted((fold(title), number) for number, title in enumerate(titles) if title and self.alive[number])

    def close(self) -> None:
        self._close()

    # -- reading ------------------------------------------------------------------------------------------------------

    def _leaf(self, number: int) -> tuple[Any, int]:
        return next((reader, offset) for reader, offset in reversed(self._leaves) if offset <= number)

    def _alive(self) -> NDArray[np.bool_]:
        alive = np.ones(self.size, dtype=np.bool_)
        for reader, offset in self._leaves:
            alive[[offset + number for number in reader.segment().deleted_docs()]] = False
        return alive

    def _numbers(self, name: str, dtype: Any) -> NDArray[Any]:
        """A column of numbers, which lies on disk as such, big-endian, up to the last that is not 0."""
        found = np.zeros(self.size, dtype=dtype)
        for reader, offset in self._leaves:
            if not reader._perdoc.has_column(name):
                continue
            file, begin, length = reader._perdoc._get_column_file(name)
            values = np.frombuffer(file.get(begin, length), dtype=np.dtype(dtype).newbyteorder(">"))
            found[offset : offset + len(values)] = values
            file.close()
        return found

    def _column(self, name: str) -> Column:
        known: dict[bytes, int] = {}
        docs: list[NDArray[Any]] = [np.zeros(0, dtype=np.int32)]
        codes: list[NDArray[Any]] = [np.zeros(0, dtype=np.int32)]
        for part in self._parts:
            if field := part.postings.fields.get(name):
                run = field.run()
                numbers = np.array([known.setdefault(term, len(known)) for term in run.terms], dtype=np.int32)
                docs.append(run.docs.astype(np.int32) + part.first)
                codes.append(np.repeat(numbers, np.diff(run.starts)))
        all_docs, all_codes = np.concatenate(docs), np.concatenate(codes)
        kept = self.alive[all_docs]
        all_docs, all_codes = all_docs[kept], all_codes[kept]
        dense: NDArray[np.int32] | None = np.full(self.size, -1, dtype=np.int32)
        if len(all_docs) == len(np.unique(all_docs)):
            dense[all_docs] = all_codes  # type: ignore[index]
        else:
            dense = None
        return Column(tuple(term.decode() for term in known), all_docs, all_codes, dense)


def _segment_id(reader: Any) -> str:
    return str(reader.segment().segment_id())


def _postings(reader: Any, known: Mapping[str, SegmentPostings]) -> SegmentPostings:
    """The postings of a segment, from the snapshot before or, verified, from disk."""
    if not isinstance(reader.segment(), ColumnarSegment):
        raise IndexUnavailable("the generation was made by another version of this program: run `busca rebuild`")
    if (id := _segment_id(reader)) in known:
        return known[id]
    postings = open_postings(reader.storage(), reader.segment())
    postings.verify()
    return postings
