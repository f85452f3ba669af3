"""What one transaction of the store does: documents with their change numbers, and a run's progress beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from search.model import Document
from search.store.summary import State
from search.store.tables import (
    checkpoints,
    counters,
    document_row,
    documents,
    failures,
    fingerprint,
    insert,
    removed_row,
    seen,
)

Mode = Literal["full", "incremental"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One reading of one source. `resumed` is the checkpoint from which it goes on, if it was interrupted before."""

    id: int
    source: str
    mode: Mode
    state: State
    started_at: datetime
    ended_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    error: str = ""
    resumed: Mapping[str, Any] | None = None


class Write:
    """One transaction of the store: all of it is kept, or nothing."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put_all(self, batch: Sequence[Document]) -> int:
        """Keep documents, the last of each id; return how many changed. One that says what it said costs a look-up."""
        latest = {document.id: document for document in batch}
        prints = {id: fingerprint(document) for id, document in latest.items()}
        query = sa.select(documents.c.id, documents.c.fingerprint).where(
            documents.c.id.in_(latest), ~documents.c.removed
        )
        fingerprints = {row.id: row.fingerprint for row in self._connection.execute(query)}
        changed = [document for id, document in latest.items() if fingerprints.get(id) != prints[id]]
        if changed:
            first = self._next(len(changed))
            self._replace(
                [document_row(document, prints[document.id], first + step) for step, document in enumerate(changed)]
            )
        return len(changed)

    def remove_all(self, ids: Sequence[str]) -> int:
        """Remove documents; return how many were there."""
        removed = 0
        for part in _parts(ids, 500):
            query = sa.select(documents.c.id).where(documents.c.id.in_(part), ~documents.c.removed)
            stored = sorted(self._connection.execute(query).scalars())
            if stored:
                first = self._next(len(stored))
                rows = [removed_row(id, first + step) for step, id in enumerate(stored)]
                self._replace(rows)
                removed += len(stored)
        return removed

    def mark_seen(self, run: Run, ids: Iterable[str]) -> None:
        rows = [{"run": run.id, "id": id} for id in dict.fromkeys(ids)]
        if rows:
            self._connection.execute(insert(self._connection, seen).on_conflict_do_nothing(), rows)

    def save_checkpoint(self, run: Run, data: Mapping[str, Any]) -> None:
        upsert = insert(self._connection, checkpoints).values(run=run.id, data=json.dumps(dict(data)))
        self._connection.execute(
            upsert.on_conflict_do_update(index_elements=["run"], set_={"data": upsert.excluded.data})
        )

    def add_failures(self, run: Run, errors: Sequence[tuple[str, str]]) -> None:
        rows = [{"run": run.id, "unit": unit[:500], "error": error[:2000]} for unit, error in errors]
        if rows:
            self._connection.execute(sa.insert(failures), rows)

    def _next(self, count: int) -> int:
        """Take `count` change numbers; return the first. The counter's row keeps other writers waiting until commit."""
        statement = sa.update(counters).where(counters.c.name == "change").values(value=counters.c.value + count)
        last: int = self._connection.execute(statement.returning(counters.c.value)).scalar_one()
        return last - count + 1

    def _replace(self, rows: list[dict[str, Any]]) -> None:
        upsert = insert(self._connection, documents)
        columns = {
            name: upsert.excluded[name] for name in ("source", "change", "fingerprint", "removed", "data", "body")
        }
        self._connection.execute(upsert.on_conflict_do_update(index_elements=["id"], set_=columns), rows)


def _parts(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
