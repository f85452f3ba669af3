"""The truth: documents with numbered changes, and the runs that brought them. SQLite in WAL mode, or PostgreSQL.

    documents  id ── source ── change (number of its last change) ── fingerprint ── removed ── data ── body (zlib)
    runs       id ── source ── mode ── state ── times ── counts ──┬─ checkpoints  where an interrupted run goes on
                                                                  ├─ seen         ids that a full run has listed
                                                                  └─ failures     what could not be read, and why

A change's number is taken from one counter in the transaction that writes the document, so numbers become visible in
order and an index may follow them. A removed document stays as a row without content: the index has to hear of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from search.errors import BusyError
from search.model import Change, Document
from search.query_log import Asked
from search.store import query_counts
from search.store.database import connect
from search.store.summary import HEAD, SCHEMA, SourceStatus, State, Summary, summed
from search.store.tables import (
    checkpoints,
    counters,
    documents,
    failures,
    insert,
    leases,
    meta,
    queries,
    row_document,
    runs,
    seen,
    translated,
)
from search.store.transaction import Mode, Run, Write


class Store:
    """Open with `open_store`. Safe to share between threads; each call is a transaction unless it says otherwise."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    # -- documents and changes ----------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Write]:
        with self._transaction() as connection:
            yield Write(connection)

    def position(self) -> int:
        """The number of the last change; 0 in an empty store."""
        with self._reading() as connection:
            value = connection.execute(sa.select(counters.c.value).where(counters.c.name == "change")).scalar_one()
        return int(value)

    def changes(self, after: int, until: int, *, batch: int = 200) -> Iterator[Change]:
        """The last change of every document with a number in (after, until], in order; at most `batch` in memory.

        No document comes twice: one that changes meanwhile gets a number above `until`.
        """
        while True:
            query = sa.select(documents).where(documents.c.change > after, documents.c.change <= until)
            query = query.order_by(documents.c.change).limit(batch)
            with self._reading() as connection:
                rows = connection.execute(query).all()
            for row in rows:
                yield Change(number=row.change, id=row.id, document=None if row.removed else row_document(row))
            if len(rows) < batch:
                return
            after = rows[-1].change

    def count_changes(self, after: int, until: int) -> int:
        query = sa.select(sa.func.count()).select_from(documents)
        query = query.where(documents.c.change > after, documents.c.change <= until)
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def document(self, id: str) -> Document | None:
        with self._reading() as connection:
            row = connection.execute(
                sa.select(documents).where(documents.c.id == id, ~documents.c.removed)
            ).one_or_none()
        return row_document(row) if row is not None else None

    def count(self, source: str | None = None) -> int:
        query = sa.select(sa.func.count()).select_from(documents).where(~documents.c.removed)
        with self._reading() as connection:
            return int(
                connection.execute(query if source is None else query.where(documents.c.source == source)).scalar_one()
            )

    # -- runs ---------------------------------------------------------------------------------------------------------

    def start_run(self, source: str, mode: Mode, *, resume_h: float = 0) -> Run:
        """Begin a run, or take up the one that was interrupted when it had the same mode and began within `resume_h`.

        Other runs of the source that still say "running" are closed as failed: whoever did them is gone.
        """
        now = datetime.now(UTC)
        with self._transaction() as connection:
            query = sa.select(runs, checkpoints.c.data).outerjoin(checkpoints, checkpoints.c.run == runs.c.id)
            stale = connection.execute(
                query.where(runs.c.source == source, runs.c.state == "running").order_by(runs.c.id.desc())
            )
            for row in stale.all():
                young = datetime.fromisoformat(row.started_at) > now - timedelta(hours=resume_h)
                if row.data is not None and row.mode == mode and young:
                    return _run(row, resumed=json.loads(row.data))
                self._close(connection, row.id, "failed", now, {}, "the process that did this run ended before it")
            values = {
                "source": source,
                "mode": mode,
                "state": "running",
                "started_at": now.isoformat(),
                "counts": "{}",
                "error": "",
            }
            id = connection.execute(sa.insert(runs).values(values).returning(runs.c.id)).scalar_one()
        return Run(id=id, source=source, mode=mode, state="running", started_at=now)

    def finish_run(self, run: Run, state: State, counts: Mapping[str, int], error: str = "") -> None:
        """Close a run; its checkpoint and its list of seen ids go."""
        with self._transaction() as connection:
            self._close(connection, run.id, state, datetime.now(UTC), counts, error)

    def unseen(self, run: Run) -> list[str]:
        """The ids of the run's source that the store holds and the run has not listed."""
        listing = sa.select(seen.c.id).where(seen.c.run == run.id)
        query = sa.select(documents.c.id).where(
            documents.c.source == run.source, ~documents.c.removed, documents.c.id.not_in(listing)
        )
        with self._reading() as connection:
            return list(connection.execute(query.order_by(documents.c.id)).scalars())

    def last_run(self, source: str, *, mode: Mode | None = None, state: State | None = None) -> Run | None:
        """The newest run of a source that fits."""
        query = sa.select(runs).where(runs.c.source == source)
        if mode is not None:
            query = query.where(runs.c.mode == mode)
        if state is not None:
            query = query.where(runs.c.state == state)
        with self._reading() as connection:
            row = connection.execute(query.order_by(runs.c.id.desc()).limit(1)).one_or_none()
        return _run(row) if row is not None else None

    def failures(self, run: Run, limit: int = 100) -> list[tuple[str, str]]:
        """(unit, error) of what the run could not read, in order."""
        query = (
            sa.select(failures.c.unit, failures.c.error)
            .where(failures.c.run == run.id)
            .order_by(failures.c.id)
            .limit(limit)
        )
        with self._reading() as connection:
            return [(row.unit, row.error) for row in connection.execute(query)]

    def summary(self) -> Summary:
        """The position, how many documents there are, and every source that has documents or runs."""
        with self._reading() as connection:
            return summed(lambda statement: connection.exec_driver_sql(statement).all())

    def sources(self) -> list[SourceStatus]:
        """Every source that has documents or runs, by name."""
        return list(self.summary().sources)

    # -- what is asked ------------------------------------------------------------------------------------------------

    def add_queries(self, entries: Sequence[Asked], *, keep_days: int) -> None:
        """Add to what was asked, in one transaction, and drop what was not asked again for so long."""
        with self._transaction() as connection:
            query_counts.add(connection, entries, keep_days)

    def queries(self, *, limit: int, min_days: int = 1, hits: bool | None = None) -> list[Asked]:
        """The most frequent, of those asked on so many days, and with or without hits if that is given."""
        with self._reading() as connection:
            return query_counts.frequent(connection, limit, min_days, hits)

    def forget_query(self, text: str) -> bool:
        """Drop a query in any spelling; return whether it was there."""
        with self._transaction() as connection:
            return query_counts.forget(connection, text)

    # -- notes, leases, upkeep ----------------------------------------------------------------------------------------

    def note(self, name: str) -> str:
        """A value kept with `set_note`; "" where there is none."""
        with self._reading() as connection:
            return connection.execute(sa.select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none() or ""

    def set_note(self, name: str, value: str) -> None:
        with self._transaction() as connection:
            upsert = insert(connection, meta).values(name=name, value=value)
            connection.execute(upsert.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    def take_lease(self, name: str, owner: str, seconds: float) -> None:
        """Claim or renew a piece of work among all machines. Raise BusyError while somebody else's claim holds."""
        now = datetime.now(UTC)
        until = (now + timedelta(seconds=seconds)).isoformat()
        with self._transaction() as connection:
            upsert = insert(connection, leases).values(name=name, owner=owner, until=until)
            free = (leases.c.owner == owner) | (leases.c.until < now.isoformat())
            connection.execute(
                upsert.on_conflict_do_update(index_elements=["name"], set_={"owner": owner, "until": until}, where=free)
            )
            holder = connection.execute(sa.select(leases).where(leases.c.name == name)).one()
        if holder.owner != owner:
            raise BusyError(f"{name} is being done by {holder.owner}, whose claim holds until {holder.until[:19]} UTC")

    def drop_lease(self, name: str, owner: str) -> None:
        with self._transaction() as connection:
            connection.execute(sa.delete(leases).where(leases.c.name == name, leases.c.owner == owner))

    def clear(self) -> None:
        """Forget everything: documents, runs, notes and what was asked. Change numbers go on from where they were."""
        with self._transaction() as connection:
            for table in (seen, checkpoints, failures, runs, documents, meta, queries):
                connection.execute(sa.delete(table))

    def close(self) -> None:
        self._engine.dispose()

    def migrate(self) -> None:
        """Bring the schema to what this version expects; several processes and threads may do so at once."""
        if self._schema() == HEAD:
            return
        from search.store import upgrade  # noqa: PLC0415  takes longer to load than most commands take

        with upgrade.MIGRATING, self._transaction() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(20260)"))
            upgrade.upgrade(connection)

    def _schema(self) -> str:
        """The step that the schema is at; "" where it does not say, as in a new database."""
        try:
            with self._engine.connect() as connection:
                return connection.exec_driver_sql(SCHEMA).scalar_one_or_none() or ""
        except sa.exc.DBAPIError:  # whoever goes on meets it again, and says what is wrong
            return ""

    def _close(
        self, connection: sa.Connection, run: int, state: State, at: datetime, counts: Mapping[str, int], error: str
    ) -> None:
        values = {"state": state, "ended_at": at.isoformat(), "counts": json.dumps(dict(counts)), "error": error[:2000]}
        connection.execute(sa.update(runs).where(runs.c.id == run).values(values))
        connection.execute(sa.delete(checkpoints).where(checkpoints.c.run == run))
        connection.execute(sa.delete(seen).where(seen.c.run == run))

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with (
            translated(self._engine),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with translated(self._engine), self._engine.connect() as connection:
            yield connection


def open_store(url: str) -> Store:
    """Open the store at a SQLAlchemy URL, creating or migrating its schema. Raise StoreError when it cannot be."""
    store = Store(connect(url))
    try:
        store.migrate()
    except BaseException:
        store.close()
        raise
    return store


def _run(row: Any, resumed: Mapping[str, Any] | None = None) -> Run:
    return Run(
        id=row.id,
        source=row.source,
        mode=row.mode,
        state=row.state,
        started_at=datetime.fromisoformat(row.started_at),
        ended_at=datetime.fromisoformat(row.ended_at) if row.ended_at else None,
        counts=json.loads(row.counts),
        error=row.error,
        resumed=resumed,
    )
