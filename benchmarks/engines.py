"""The same documents and the same tokens in four engines, and the same question asked of each.

A question is a list of words, each with alternatives (stems of three languages); a word counts in every field with its
weight. A document is found that has any of the words. Asked for are the ten best documents with their stored fields,
the exact number of all, and the counts by source and by product.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Protocol

from whoosh import columns, fields, scoring
from whoosh import index as whoosh
from whoosh import query as whoosh_query

from indexes import open_index
from indexes.schema import CODE_FIELDS, TEXT_FIELDS, Terms, exact_terms, texts
from indexes.writing.inverter import GAP
from search import ranking
from search.analysis.analyzer import packaged
from search.config import settings
from search.identifiers import recognizer
from search.model import Change, Clause, Document, Query

FACETS = ("source", "product")
FIELDS = (*TEXT_FIELDS, *CODE_FIELDS)
WEIGHTS = ranking.FIELDS | ranking.CODE_FIELDS


class Engine(Protocol):
    """Opened on a folder, which is empty before `build`."""

    def __init__(self, folder: Path) -> None: ...

    def build(self, documents: Iterable[Document]) -> None:
        """Index all documents in one process, into an empty folder."""

    def prepare(self, query: Query) -> Any:
        """The engine's own form of a question, made outside of the measured time where the engine is asked in code."""

    def ask(self, prepared: Any) -> int:
        """Answer; return how many documents there are."""


def tokens(document: Document) -> dict[str, list[tuple[str, int]]]:
    """Field → (term, position) pairs: what every engine indexes."""
    terms_of: dict[str, list[tuple[str, int]]] = {}
    for name, parts in texts(document).items():
        start = 0
        terms_of[name] = []
        for part in parts:
            terms = packaged().terms(part, document.lang)
            terms_of[name] += [(term, start + position) for term, position in terms]
            start += (terms[-1][1] + 1 if terms else 0) + GAP
    exact = {name: set(terms) for name, terms in exact_terms(document, packaged()).items()}
    for text in (*document.labels, *document.headings, document.body):
        words = text.split()
        exact["codes"].update(term for word in set(words) for term in _codes(word))
        for place in (place for place, word in enumerate(words) if _is_hint(word)):
            exact["codes"].update(map(recognizer.term, recognizer.around(words, place)))
    return terms_of | {name: [(term, 0) for term in sorted(exact[name])] for name in CODE_FIELDS}


@lru_cache(maxsize=500_000)
def _codes(word: str) -> tuple[str, ...]:
    return tuple(recognizer.term(code) for code in recognizer.in_word(word))


_is_hint = lru_cache(maxsize=500_000)(recognizer.is_hint)


def _any_of(query: Query) -> Query:
    """The question for any of the words, however many there are."""
    clauses = tuple(replace(clause, occur="should") for clause in query.clauses)
    return replace(query, clauses=clauses, min_should=1, enough=0)


def _spellings(clause: Clause) -> list[list[str]]:
    """A phrase in every combination of its words' alternatives: the peers' phrases have none."""
    return [list(words) for words in product(*clause.terms)]


class Busca:
    """Ours, without the cache of answers: every question is worked out."""

    PROCESSES = 1

    def __init__(self, folder: Path) -> None:
        self._index = open_index(folder, settings.LocalIndex(cache_mib=0, processes=self.PROCESSES))

    def build(self, documents: Iterable[Document]) -> None:
        self._index.rebuild(
            Change(number=number, id=document.id, document=document) for number, document in enumerate(documents, 1)
        )

    def prepare(self, query: Query) -> Query:
        return replace(_any_of(query), facets=FACETS, highlight=False, rescore=False)

    def ask(self, prepared: Query) -> int:
        return self._index.search(prepared).total


class AllCores(Busca):
    """Ours, built by as many processes as there are cores."""

    PROCESSES = 0


class Passages(Busca):
    """Ours as a result page asks: looked at a second time, with passages and marked words."""

    def prepare(self, query: Query) -> Query:
        return replace(query, facets=FACETS)


class Whoosh:
    """Stock Whoosh: its own codec, writer and matchers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._searcher: Any = None

    def build(self, documents: Iterable[Document]) -> None:
        self._folder.mkdir(parents=True)
        values = {f"c_{name}": fields.COLUMN(columns.VarBytesColumn()) for name in FACETS}
        text = {name: Terms(positions=True) for name in TEXT_FIELDS} | {name: Terms() for name in CODE_FIELDS}
        schema = fields.Schema(id=fields.ID(unique=True), doc=fields.STORED(), text=fields.STORED(), **text, **values)
        writer = whoosh.create_in(str(self._folder), schema).writer(limitmb=256, procs=1)
        for document in documents:
            facets = {f"c_{name}": getattr(document, name).encode() for name in FACETS}
            stored_fields = {"doc": json.dumps(document.dump(), ensure_ascii=False), "text": document.body}
            writer.add_document(id=document.id, **stored_fields, **tokens(document), **facets)
        writer.commit()

    def prepare(self, query: Query) -> whoosh_query.Query:
        phrases = [clause for clause in query.clauses if clause.kind == "phrase"]
        places = [place for clause in query.clauses if clause.kind != "phrase" for place in clause.terms]
        clauses = [whoosh_query.Or([self._term(term) for term in place]) for place in places]
        for clause in phrases:
            in_fields = [whoosh_query.Phrase(name, words) for name in TEXT_FIELDS for words in _spellings(clause)]
            clauses.append(whoosh_query.Or(in_fields))
        return whoosh_query.Or(clauses) if clauses else whoosh_query.NullQuery

    def ask(self, prepared: whoosh_query.Query) -> int:
        if self._searcher is None:
            norms = {f"{name}_B": b for name, b in ranking.LENGTH_NORM.items()}
            weighting = scoring.BM25F(K1=ranking.K1, **norms)
            self._searcher = whoosh.open_dir(str(self._folder)).searcher(weighting=weighting)
        results = self._searcher.search(prepared, limit=10, groupedby=[f"c_{name}" for name in FACETS])
        for name in results.facet_names():
            results.groups(name)
        for hit in results:
            hit.fields()
        return len(results)

    def _term(self, term: str) -> whoosh_query.Query:
        names = CODE_FIELDS if ":" in term else TEXT_FIELDS
        return whoosh_query.Or([whoosh_query.Term(name, term, boost=WEIGHTS[name]) for name in names])


class Tantivy:
    def __init__(self, folder: Path) -> None:
        import tantivy  # noqa: PLC0415  in the extra `bench`: the other engines run without it

        self._lib = tantivy
        builder = tantivy.SchemaBuilder()
        for name in FIELDS:
            option = "position" if name in TEXT_FIELDS else "freq"
            builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option=option)
        builder.add_text_field("doc", stored=True, tokenizer_name="raw", index_option="basic")
        for name in FACETS:
            builder.add_text_field(f"c_{name}", stored=False, fast=True, tokenizer_name="raw", index_option="basic")
        self._schema = builder.build()
        folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self._schema, path=str(folder))

    def build(self, documents: Iterable[Document]) -> None:
        writer = self._index.writer(256 * 2**20, 1)
        for document in documents:
            field_texts = {name: [" ".join(term for term, _ in pairs)] for name, pairs in tokens(document).items()}
            facets = {f"c_{name}": [getattr(document, name)] for name in FACETS}
            record = json.dumps(document.dump() | {"body": document.body}, ensure_ascii=False)
            writer.add_document(self._lib.Document(doc=[record], **field_texts, **facets))
        writer.commit()
        writer.wait_merging_threads()

    def prepare(self, query: Query) -> Any:
        lib = self._lib
        should = []
        for clause in query.clauses:
            if clause.kind == "phrase":
                in_fields = [
                    lib.Query.phrase_query(self._schema, name, words)
                    for name in TEXT_FIELDS
                    for words in _spellings(clause)
                ]
                should.append(lib.Query.boolean_query([(lib.Occur.Should, clause) for clause in in_fields]))
            else:
                should += [lib.Query.boolean_query(list(self._anywhere(place))) for place in clause.terms]
        return lib.Query.boolean_query([(lib.Occur.Should, clause) for clause in should])

    def ask(self, prepared: Any) -> int:
        self._index.reload()
        searcher = self._index.searcher()
        results: Any = searcher.search(prepared, limit=10, count=True)
        for _, address in results.hits:
            json.loads(searcher.doc(address)["doc"][0])
        searcher.aggregate(prepared, {name: {"terms": {"field": f"c_{name}", "size": 30}} for name in FACETS})
        return int(results.count)

    def _anywhere(self, place: Sequence[str]) -> Iterator[tuple[Any, Any]]:
        for term in place:
            for name in CODE_FIELDS if ":" in term else TEXT_FIELDS:
                clause = self._lib.Query.term_query(self._schema, name, term)
                yield self._lib.Occur.Should, self._lib.Query.boost_query(clause, WEIGHTS[name])


class Fts5:
    """SQLite's full-text index; bm25() with the fields' weights."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "fts.sqlite")

    def build(self, documents: Iterable[Document]) -> None:
        names = ", ".join(FIELDS)
        self._db.execute(
            f"CREATE VIRTUAL TABLE fts USING fts5({names}, content='', tokenize=\"unicode61 remove_diacritics 0"
            " tokenchars '.:_-'\")"
        )
        self._db.execute("CREATE TABLE doc (id INTEGER PRIMARY KEY, doc TEXT, source TEXT, product TEXT)")
        marks = ", ".join("?" for _ in FIELDS)
        for number, document in enumerate(documents, 1):
            terms = tokens(document)
            row = [" ".join(term for term, _ in terms[name]) for name in FIELDS]
            self._db.execute(f"INSERT INTO fts (rowid, {names}) VALUES (?, {marks})", (number, *row))  # noqa: S608
            record = json.dumps(document.dump() | {"body": document.body}, ensure_ascii=False)
            self._db.execute("INSERT INTO doc VALUES (?, ?, ?, ?)", (number, record, document.source, document.product))
        self._db.commit()

    def prepare(self, query: Query) -> str:
        def quoted(term: str) -> str:
            return '"' + term.replace('"', '""') + '"'

        alternatives = []
        for clause in query.clauses:
            phrases = [" ".join(words) for words in _spellings(clause)] if clause.kind == "phrase" else []
            alternatives += phrases or [term for place in clause.terms for term in place]
        return " OR ".join(quoted(word) for word in alternatives)

    def ask(self, prepared: str) -> int:
        weights = ", ".join(str(WEIGHTS[name]) for name in FIELDS)
        best = self._db.execute(
            f"SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY bm25(fts, {weights}) LIMIT 10",  # noqa: S608
            (prepared,),
        )
        for (number,) in best.fetchall():
            json.loads(self._db.execute("SELECT doc FROM doc WHERE id = ?", (number,)).fetchone()[0])
        [(count,)] = self._db.execute("SELECT count(*) FROM fts WHERE fts MATCH ?", (prepared,)).fetchall()
        for name in FACETS:
            self._db.execute(
                f"SELECT {name}, count(*) FROM fts JOIN doc ON doc.id = fts.rowid WHERE fts MATCH ? GROUP BY 1",  # noqa: S608
                (prepared,),
            ).fetchall()
        return int(count)


ENGINES: dict[str, type[Engine]] = {"busca": Busca, "whoosh": Whoosh, "tantivy": Tantivy, "fts5": Fts5}
