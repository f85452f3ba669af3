"""One commit of one generation, opened for reading: columns as arrays, and the documents of a clause.

Columns are read once, when a commit is opened. A clause is evaluated by Whoosh's own matchers into two arrays,
documents and scores; the most recent ones are kept, so that another page, filter or sort of the same words costs no
second walk.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query
from whoosh import scoring
from whoosh.query import spans
from whoosh.searching import SearchContext, Searcher

from indexes.schema import CODE_FIELDS, SEPARATOR, TEXT_FIELDS, document
from search import ranking
from search.analysis import fold
from search.model import FILTERS, Clause, Document, Viewer

MAX_EXPANSIONS = 128
"""Terms that a prefix stands for at most, in lexical order: `a*` on a real vocabulary would walk half the index."""
CACHED_CLAUSES = 64

Documents = NDArray[np.int32]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Column:
    """A facet's values over all documents: entry i says that document `docs[i]` has the value `values[codes[i]]`."""

    values: tuple[str, ...]
    docs: NDArray[np.int32]
    codes: NDArray[np.int32]

    def holding(self, wanted: set[int], size: int) -> NDArray[np.bool_]:
        """Which of `size` documents have one of the values whose codes are `wanted`."""
        mask = np.zeros(size, dtype=np.bool_)
        mask[self.docs[np.isin(self.codes, list(wanted))]] = True
        return mask

    def counts(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many of the documents in `mask` have each value."""
        return np.bincount(self.codes[mask[self.docs]], minlength=len(self.values))


class Snapshot:
    """Thread-safe; whoever opened it closes it when nobody reads it any more."""

    def __init__(self, searcher: Searcher, *, generation: str, commit: int, position: int, built_at: datetime) -> None:
        self.generation = generation
        self.position = position
        self.built_at = built_at
        self._searcher = searcher
        self._lock = threading.Lock()
        self._clauses: OrderedDict[Clause, tuple[Documents, Scores]] = OrderedDict()
        self.size = int(searcher.reader().doc_count_all())
        self.commit = commit
        self.alive = self._alive()
        self.columns = {name: self._column(f"c_{name}") for name in (*FILTERS, "audience")}
        self.updated = self._numbers("c_updated", np.int64)
        self._popularity = self._numbers("c_popularity", np.float64)
        self._signals: dict[str, NDArray[np.float32]] = {}

    # -- documents ----------------------------------------------------------------------------------------------------

    @property
    def documents(self) -> int:
        return int(self.alive.sum())

    def document(self, number: int) -> Document:
        """The document of a number below `size`."""
        with self._lock:
            stored = self._searcher.stored_fields(int(number))
        return document(stored)

    def number(self, id: str) -> int | None:
        """The number of the document with that id."""
        with self._lock:
            found: int | None = self._searcher.document_number(id=id)
        return found

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

    def evaluate(self, clause: Clause) -> tuple[Documents, Scores]:
        """The documents that satisfy a clause, ascending, and their BM25F scores; signals are not in them."""
        with self._lock:
            if clause in self._clauses:
                self._clauses.move_to_end(clause)
                return self._clauses[clause]
            found = self._walk(self._whoosh_query(clause))
            self._clauses[clause] = found
            if len(self._clauses) > CACHED_CLAUSES:
                self._clauses.popitem(last=False)
            return found

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

    def _whoosh_query(self, clause: Clause) -> whoosh_query.Query:
        if clause.kind == "phrase":
            return whoosh_query.Or([self._phrase(field, clause) for field in TEXT_FIELDS])
        alternatives = clause.terms[0]
        if clause.kind == "prefix":
            start, *stems = alternatives
            found = {field: (*self._expand(field, start), *stems) for field in TEXT_FIELDS}
            return whoosh_query.Or([self._any_of(field, tuple(dict.fromkeys(found[field]))) for field in TEXT_FIELDS])
        return whoosh_query.DisjunctionMax([self._term(each) for each in alternatives])

    def _term(self, term: str) -> whoosh_query.Query:
        """A term in all fields where it may stand: the sum of its scores there (BM25F)."""
        names, weights = (CODE_FIELDS, ranking.CODE_FIELDS) if ":" in term else (TEXT_FIELDS, ranking.FIELDS)
        held = [name for name in names if (name, term.encode()) in self._searcher.reader()]
        if not held:
            return whoosh_query.NullQuery
        return whoosh_query.Or([whoosh_query.Term(name, term, boost=weights[name]) for name in held])

    def _any_of(self, field: str, terms: tuple[str, ...]) -> whoosh_query.Query:
        if not terms:
            return whoosh_query.NullQuery
        return whoosh_query.DisjunctionMax(
            [whoosh_query.Term(field, term, boost=ranking.FIELDS[field]) for term in terms]
        )

    def _phrase(self, field: str, clause: Clause) -> whoosh_query.Query:
        places = []
        for alternatives in clause.terms:
            held = tuple(term for term in alternatives if (field, term.encode()) in self._searcher.reader())
            if not held:
                return whoosh_query.NullQuery
            places.append(whoosh_query.Or([whoosh_query.Term(field, term) for term in held]))
        near = spans.SpanNear2(places, slop=1, ordered=True)
        near.boost = ranking.FIELDS[field] * ranking.PHRASE_WEIGHT
        return near

    def _expand(self, field: str, prefix: str) -> tuple[str, ...]:
        found = []
        for term in self._searcher.reader().expand_prefix(field, prefix):
            found.append(term.decode())
            if len(found) == MAX_EXPANSIONS:
                break
        return tuple(found)

    def _walk(self, query: whoosh_query.Query) -> tuple[Documents, Scores]:
        numbers: list[int] = []
        scores: list[float] = []
        context = SearchContext(weighting=self._searcher.weighting)
        for segment, offset in self._searcher.leaf_searchers():
            matcher = query.matcher(segment, context)
            while matcher.is_active():
                numbers.append(matcher.id() + offset)
                scores.append(matcher.score())
                matcher.next()
        return np.array(numbers, dtype=np.int32), np.array(scores, dtype=np.float32)

    # -- completion ---------------------------------------------------------------------------------------------------

    @cached_property
    def titles(self) -> list[tuple[str, int]]:
        """(folded title, document number) of every document, sorted; read when the first completion is asked for."""
        with self._lock:
            titles = self._strings("c_title")
        return sorted((fold(title), number) for number, title in enumerate(titles) if title and self.alive[number])

    def close(self) -> None:
        self._searcher.close()

    # -- reading columns ----------------------------------------------------------------------------------------------

    def _alive(self) -> NDArray[np.bool_]:
        alive = np.ones(self.size, dtype=np.bool_)
        for reader, offset in self._searcher.reader().leaf_readers():
            if reader.has_deletions():
                for number in range(reader.doc_count_all()):
                    alive[offset + number] = not reader.is_deleted(number)
        return alive

    def _strings(self, name: str) -> list[str]:
        return [str(bytes(value), "utf-8") for value in self._values(name)]

    def _values(self, name: str) -> Iterator[Any]:
        for reader, _ in self._searcher.reader().leaf_readers():
            count = reader.doc_count_all()
            if not reader.has_column(name):
                default = reader.schema[name].column_type.default_value()
                yield from (default for _ in range(count))
                continue
            column = reader.column_reader(name)
            yield from (column[number] for number in range(count))

    def _numbers(self, name: str, dtype: Any) -> NDArray[Any]:
        return np.fromiter(self._values(name), dtype=dtype, count=self.size)

    def _column(self, name: str) -> Column:
        known: dict[str, int] = {}
        docs: list[int] = []
        codes: list[int] = []
        for number, packed in enumerate(self._strings(name)):
            if packed and self.alive[number]:
                for value in packed.split(SEPARATOR):
                    docs.append(number)
                    codes.append(known.setdefault(value, len(known)))
        return Column(tuple(known), np.array(docs, dtype=np.int32), np.array(codes, dtype=np.int32))


def weighting() -> scoring.BM25F:
    return scoring.BM25F(K1=ranking.K1, **{f"{field}_B": b for field, b in ranking.LENGTH_NORM.items()})
