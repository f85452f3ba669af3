"""How well the ranking answers judged queries: a collection is indexed and asked with the product's own analysis.

A collection is a folder:  docs.jsonl   {"id", "title", "text"} a line, "lang" where it is known
                           queries.tsv  query id ⇥ text
                           qrels.tsv    query id ⇥ document id ⇥ grade (0: looked at and not relevant)

nDCG: Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), gain 2^grade - 1 as in Burges et
al. (2005). Queries without a relevant document are asked and not counted.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from indexes.whoosh_index import open_index
from search.analysis import detect_language
from search.config import Index as IndexSettings
from search.errors import BuscaError
from search.model import Change, Document, Query
from search.query import parse

DEPTH = 100
"""Hits that are looked at: what recall is measured on."""
BEST = 10
"""Hits of a page: what nDCG and MRR are measured on."""
WRITTEN = datetime(2025, 1, 1, tzinfo=UTC)
"""Of documents that say no date: all the same, so that age says nothing."""

Track = Callable[[Sequence[str]], Iterable[str]]
Grades = Mapping[str, int]
Ask = Callable[[Query], Sequence[str]]
"""Gives the ids of the documents that answer a query, best first."""
Scores = Mapping[str, Mapping[str, float]]
"""Collection → query id → nDCG@10: what is saved, to compare with later."""


@dataclass(frozen=True, slots=True)
class Collection:
    """`judged`: query id → document id → grade."""

    name: str
    documents: Sequence[Document]
    queries: Mapping[str, str]
    judged: Mapping[str, Grades]


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the queries that have a relevant document; `by_query`: the nDCG@10 of each; `runs`: what it found."""

    collection: str
    queries: int
    ndcg: float
    mrr: float
    recall: float
    by_query: Mapping[str, float]
    runs: Mapping[str, Sequence[str]]

    def row(self) -> dict[str, Any]:
        figures = {f"ndcg@{BEST}": self.ndcg, f"mrr@{BEST}": self.mrr, f"recall@{DEPTH}": self.recall}
        return {"collection": self.collection, "queries": self.queries} | {
            name: round(value, 4) for name, value in figures.items()
        }


def read(folder: Path) -> Collection:
    """Read a collection. Raise BuscaError, with file and line, for what cannot be read."""
    documents = [_document(row, where) for where, row in _json_lines(folder / "docs.jsonl")]
    queries = {id: text for _, (id, text) in _rows(folder / "queries.tsv", 2)}
    judged: dict[str, dict[str, int]] = {}
    for where, (query, document, grade) in _rows(folder / "qrels.tsv", 3):
        if not grade.lstrip("-").isdigit():
            raise BuscaError(f"{where}: the grade {grade!r} is not a whole number")
        judged.setdefault(query, {})[document] = int(grade)
    if not any(grade > 0 for id in queries for grade in judged.get(id, {}).values()):
        raise BuscaError(f"{folder}: no query has a relevant document")
    return Collection(folder.resolve().name, documents, queries, judged)


def evaluate(collection: Collection, ask: Ask, *, track: Track = lambda ids: ids) -> Figures:
    """Ask every query that has a relevant document; `track` passes their ids through."""
    counted = [id for id in collection.queries if any(grade > 0 for grade in collection.judged.get(id, {}).values())]
    runs, scores = {}, {}
    for id in track(counted):
        runs[id] = ask(parse(collection.queries[id], facets=(), highlight=False, per_page=DEPTH))
        scores[id] = _scores(runs[id], collection.judged[id])
    ndcg, mrr, recall = (math.fsum(column) / len(scores) for column in zip(*scores.values(), strict=True))
    by_query = {id: row[0] for id, row in scores.items()}
    return Figures(collection.name, len(counted), ndcg, mrr, recall, by_query, runs)


@contextmanager
def indexed(collection: Collection) -> Iterator[Ask]:
    """Index a collection in a temporary folder, to ask it."""
    with TemporaryDirectory(prefix="busca-eval-") as folder:
        index = open_index(Path(folder), IndexSettings(cache_mib=0, processes=1))  # each query is asked once
        index.rebuild(
            Change(number=number, id=document.id, document=document)
            for number, document in enumerate(collection.documents, 1)
        )
        yield lambda query: [hit.document.key for hit in index.search(query).hits]
        index.close()


def moved(before: Mapping[str, float], now: Mapping[str, float]) -> list[tuple[str, float]]:
    """The queries whose nDCG changed, with the difference, those that lost most first."""
    differences = [(id, now[id] - before[id]) for id in now if id in before and abs(now[id] - before[id]) > 1e-9]
    return sorted(differences, key=lambda each: each[1])


def save(path: Path, several: Iterable[Figures]) -> None:
    """Keep the scores, to compare with later."""
    path.write_text(json.dumps({each.collection: each.by_query for each in several}), encoding="utf-8")


def saved(path: Path) -> Scores:
    """Scores that were kept. Raise BuscaError for another file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {name: {id: float(score) for id, score in rows.items()} for name, rows in found.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise BuscaError(f"{path} was not written by `busca eval --save`") from error


def run_lines(figures: Figures) -> Iterator[str]:
    """A run in TREC's format: query, Q0, document, rank, score, name."""
    for query, found in figures.runs.items():
        for rank, document in enumerate(found, 1):
            yield f"{query} Q0 {document} {rank} {DEPTH + 1 - rank} busca"


def _scores(found: Sequence[str], judged: Grades) -> tuple[float, float, float]:
    """nDCG@10, the reciprocal rank within 10, recall@100."""
    gains = [2 ** max(judged.get(id, 0), 0) - 1 for id in found[:BEST]]
    ideal = sorted((2**grade - 1 for grade in judged.values() if grade > 0), reverse=True)[:BEST]
    first = next((rank for rank, gain in enumerate(gains, 1) if gain), 0)
    relevant = {id for id, grade in judged.items() if grade > 0}
    return _dcg(gains) / _dcg(ideal), 1 / first if first else 0.0, len(relevant & set(found[:DEPTH])) / len(relevant)


def _dcg(gains: Iterable[int]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _document(row: dict[str, Any], where: str) -> Document:
    if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
        raise BuscaError(f'{where}: a document needs "id" and "text", which are strings')
    title = str(row.get("title") or "")
    return Document(
        source="collection",
        key=row["id"],
        url="",
        title=title,
        body=row["text"],
        kind="page",
        lang=str(row.get("lang") or detect_language(f"{title}\n{row['text']}", "pt")),
        updated=WRITTEN,
    )


def _json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for where, line in _lines(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BuscaError(f"{where}: {error}") from error
        if not isinstance(row, dict):
            raise BuscaError(f"{where}: a document is a JSON object")
        yield where, row


def _rows(path: Path, columns: int) -> Iterator[tuple[str, list[str]]]:
    for where, line in _lines(path):
        row = line.split("\t")
        if len(row) != columns:
            raise BuscaError(f"{where}: {len(row)} columns where {columns} are expected, with tabs between them")
        yield where, row


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}:{number}", line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BuscaError(f"{path}: not UTF-8 ({error})") from error
