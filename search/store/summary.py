"""What a store holds in numbers, read by statements that both databases take.

    Store (SQLAlchemy) ──fetch──▶ summed ◀──fetch── sqlite3, where only this is asked

A command that asks for nothing else reads SQLite by itself: SQLAlchemy takes longer to load than all of that command.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

HEAD = "0002"
"""The newest step of `search/store/migrations`; a test holds it to the folder."""
SCHEMA = "SELECT version_num FROM alembic_version"
POSITION = "SELECT value FROM counters WHERE name = 'change'"
DOCUMENTS = "SELECT source, count(*) FROM documents WHERE NOT removed GROUP BY source"
LAST_RUNS = (
    "SELECT source, state, started_at, ended_at, counts, error FROM runs"
    " WHERE id IN (SELECT max(id) FROM runs GROUP BY source)"
)
LAST_SUCCESSES = (
    "SELECT source, ended_at FROM runs WHERE id IN (SELECT max(id) FROM runs WHERE state = 'ok' GROUP BY source)"
)
SQLITE = "sqlite:///"

State = Literal["running", "ok", "partial", "failed", "never"]
Fetch = Callable[[str], Iterable[Any]]
"""Gives the rows of a statement."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceStatus:
    """What the store holds of a source, and how its last run ended. `counts` are that run's."""

    name: str
    documents: int
    state: State
    last_run: datetime | None = None
    last_success: datetime | None = None
    error: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """The number of the last change, how many documents there are, and every source that has documents or runs."""

    position: int
    documents: int
    sources: tuple[SourceStatus, ...]


def summed(fetch: Fetch) -> Summary:
    """The summary that those rows make, sources by name."""
    [(position,)] = fetch(POSITION)
    documents: dict[str, int] = dict(fetch(DOCUMENTS))
    successes = {source: _moment(ended) for source, ended in fetch(LAST_SUCCESSES)}
    statuses = {name: SourceStatus(name=name, documents=count, state="never") for name, count in documents.items()}
    for source, state, started, ended, counts, error in fetch(LAST_RUNS):
        statuses[source] = SourceStatus(
            name=source,
            documents=documents.get(source, 0),
            state=state,
            last_run=_moment(ended or started),
            last_success=successes.get(source),
            error=error,
            counts=json.loads(counts),
        )
    return Summary(
        position=position,
        documents=sum(documents.values()),
        sources=tuple(status for _, status in sorted(statuses.items())),
    )


def of_file(url: str) -> Summary | None:
    """The summary of a SQLite store at a URL.

    None where there is no such file, it cannot be read, or its schema is not this version's: whoever opens the store
    creates it, migrates it, or says what is wrong.
    """
    path = Path(url.removeprefix(SQLITE))
    if not url.startswith(SQLITE) or not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("BEGIN")  # one moment for all statements
            if connection.execute(SCHEMA).fetchall() != [(HEAD,)]:
                return None
            return summed(lambda statement: connection.execute(statement).fetchall())
    except (sqlite3.Error, ValueError):
        return None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
