"""Judged queries and the documents that they are asked of: read, written, and pages to lay around them as noise.

A collection is a folder:  docs.jsonl   {"id", "title", "text"} a line, "lang" where it is known, or whole documents as
                                        `write` puts them; without this file the documents are those of the store
                           queries.tsv  query id ⇥ text, and ⇥ the reader's language where it is not pt;
                                        ⏎ in a text is the end of a line
                           qrels.tsv    query id ⇥ document id ⇥ grade (0: looked at and not relevant)

A query id such as "typo-07" names the kind of the query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from busca.corpus import json_lines, lines
from search.analysis.analyzer import detect_language
from search.errors import BuscaError
from search.model import LANGS, Document

WRITTEN = datetime(2025, 1, 1, tzinfo=UTC)
"""Of documents that say no date: all the same, so that age says nothing."""
PLAIN = "collection"
"""The source of documents that name none; they are judged by their key alone."""
Grades = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query as it was typed, and the language of who typed it."""

    text: str
    lang: str = "pt"


@dataclass(frozen=True, slots=True)
class Collection:
    """`judged`: query id → document id → grade."""

    name: str
    documents: Sequence[Document]
    queries: Mapping[str, JudgedQuery]
    judged: Mapping[str, Grades]


def read(folder: Path, others: Callable[[], Iterable[Document]] = tuple) -> Collection:
    """Read a collection; a folder without docs.jsonl is about `others`.

    Raise BuscaError, with file and line, for what cannot be read.
    """
    path = folder / "docs.jsonl"
    documents = [_document(row, where) for where, row in json_lines(path)] if path.exists() else list(others())
    if not documents:
        raise BuscaError(f"{folder}: there are no documents, neither in docs.jsonl nor in the store: run `busca crawl`")
    queries = dict(_query(row, where) for where, row in _rows(folder / "queries.tsv", 2, 3))
    judged: dict[str, dict[str, int]] = {}
    for where, (query, document, grade) in _rows(folder / "qrels.tsv", 3, 3):
        if not grade.lstrip("-").isdigit():
            raise BuscaError(f"{where}: the grade {grade!r} is not a whole number")
        judged.setdefault(query, {})[document] = int(grade)
    if not any(grade > 0 for id in queries for grade in judged.get(id, {}).values()):
        raise BuscaError(f"{folder}: no query has a relevant document")
    return Collection(folder.resolve().name, documents, queries, judged)


def name_of(document: Document) -> str:
    """What judgements call a document."""
    return document.key if document.source == PLAIN else document.id


def _query(row: Sequence[str], where: str) -> tuple[str, JudgedQuery]:
    id, text, *lang = row
    if lang and lang[0] not in LANGS:
        raise BuscaError(f"{where}: the language {lang[0]!r} is none of {', '.join(LANGS)}")
    return id, JudgedQuery(text.replace("⏎", "\n"), *lang)


def _document(row: dict[str, Any], where: str) -> Document:
    if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
        raise BuscaError(f'{where}: a document needs "id" and "text", which are strings')
    if "source" in row:
        return _whole(row, where)
    title = str(row.get("title") or "")
    return Document(
        source=PLAIN,
        key=row["id"],
        url="",
        title=title,
        body=row["text"],
        kind="page",
        lang=str(row.get("lang") or detect_language(f"{title}\n{row['text']}", "pt")),
        updated=WRITTEN,
    )


def _whole(row: dict[str, Any], where: str) -> Document:
    rest = {name: value for name, value in row.items() if name not in ("id", "text")}
    try:
        return Document.load(rest, row["text"])
    except (KeyError, TypeError, ValueError) as error:
        raise BuscaError(f"{where}: not a document as `busca export` writes it ({error})") from error


def _rows(path: Path, least: int, most: int) -> Iterator[tuple[str, list[str]]]:
    for where, line in lines(path):
        row = line.split("\t")
        if not least <= len(row) <= most:
            width = f"{least}" if least == most else f"{least} to {most}"
            raise BuscaError(f"{where}: {len(row)} columns where {width} are expected, with tabs between them")
        yield where, row
