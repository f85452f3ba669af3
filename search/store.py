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
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import alembic.command
import alembic.config
import alembic.util
import sqlalchemy as sa
from sqlalchemy import event

from search.errors import BusyError, StoreError
from search.model import Change, Document

metadata = sa.MetaData()
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("source", sa.Text),
    sa.Column("change", sa.BigInteger),
    sa.Column("fingerprint", sa.String(32)),
    sa.Column("removed", sa.Boolean),
    sa.Column("data", sa.Text),
    sa.Column("body", sa.LargeBinary),
)
meta = sa.Table("meta", metadata, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text))
counters = sa.Table("counters", metadata, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.BigInteger))
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text),
    sa.Column("mode", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("started_at", sa.Text),
    sa.Column("ended_at", sa.Text),
    sa.Column("counts", sa.Text),
    sa.Column("error", sa.Text),
)
checkpoints = sa.Table("checkpoints", metadata, sa.Column("run", sa.Integer, primary_key=True), sa.Column("data", sa.Text))
seen = sa.Table("seen", metadata, sa.Column("run", sa.Integer, primary_key=True), sa.Column("id", sa.Text, primary_key=True))
failures = sa.Table(
    "failures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.Integer),
    sa.Column("unit", sa.Text),
    sa.Column("error", sa.Text),
)
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text),
    sa.Column("until", sa.Text),
)

HEAD = "0001"
"""The newest step of `search/migrations`; a test holds it to the folder."""

VOLATILE = frozenset({"views", "likes", "version", "votes", "representation"})
"""Names in `Document.extra` that move without the document saying anything else: no part of the fingerprint."""

Mode = Literal["full", "incremental"]
State = Literal["running", "ok", "partial", "failed", "never"]


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


def fingerprint(document: Document) -> str:
    """32 hexadecimal digits over what a document says.

    Its dates are left out: a wiki touches thousands of pages without a word changed. Popularity counts in tenths.
    """
    data = document.dump()
    del data["updated"], data["created"]
    data["extra"] = {name: value for name, value in document.extra.items() if name not in VOLATILE}
    data["popularity"] = round(document.popularity, 1)
    digest = blake2b(json.dumps(data, sort_keys=True, ensure_ascii=False).encode(), digest_size=16)
    digest.update(document.body.encode())
    return digest.hexdigest()


class Write:
    """One transaction of the store: all of it is kept, or nothing."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, document: Document) -> bool:
        """Keep a document; return whether that changed anything."""
        return self.put_all([document]) == 1

    def put_all(self, batch: Sequence[Document]) -> int:
        """Keep documents, the last of each id; return how many changed."""
        latest = {document.id: document for document in batch}
        prints = {id: fingerprint(document) for id, document in latest.items()}
        query = sa.select(documents.c.id, documents.c.fingerprint).where(documents.c.id.in_(latest), ~documents.c.removed)
        kept = {row.id: row.fingerprint for row in self._connection.execute(query)}
        changed = [document for id, document in latest.items() if kept.get(id) != prints[id]]
        if changed:
            first = self._next(len(changed))
            self._replace([_row(each, prints[each.id], first + step) for step, each in enumerate(changed)])
        return len(changed)

    def remove_all(self, ids: Sequence[str]) -> int:
        """Remove documents; return how many were there."""
        removed = 0
        for part in _parts(ids, 500):
            query = sa.select(documents.c.id).where(documents.c.id.in_(part), ~documents.c.removed)
            there = sorted(self._connection.execute(query).scalars())
            if there:
                first = self._next(len(there))
                rows = [_gone(id, first + step) for step, id in enumerate(there)]
                self._replace(rows)
                removed += len(there)
        return removed

    def mark_seen(self, run: Run, ids: Iterable[str]) -> None:
        rows = [{"run": run.id, "id": id} for id in dict.fromkeys(ids)]
        if rows:
            self._connection.execute(_insert(self._connection, seen).on_conflict_do_nothing(), rows)

    def save_checkpoint(self, run: Run, data: Mapping[str, Any]) -> None:
        insert = _insert(self._connection, checkpoints).values(run=run.id, data=json.dumps(dict(data)))
        self._connection.execute(insert.on_conflict_do_update(index_elements=["run"], set_={"data": insert.excluded.data}))

    def add_failures(self, run: Run, found: Sequence[tuple[str, str]]) -> None:
        rows = [{"run": run.id, "unit": unit[:500], "error": error[:2000]} for unit, error in found]
        if rows:
            self._connection.execute(sa.insert(failures), rows)

    def _next(self, count: int) -> int:
        """Take `count` change numbers; return the first. The counter's row keeps other writers waiting until commit."""
        taken = sa.update(counters).where(counters.c.name == "change").values(value=counters.c.value + count)
        last: int = self._connection.execute(taken.returning(counters.c.value)).scalar_one()
        return last - count + 1

    def _replace(self, rows: list[dict[str, Any]]) -> None:
        insert = _insert(self._connection, documents)
        columns = {name: insert.excluded[name] for name in ("source", "change", "fingerprint", "removed", "data", "body")}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=columns), rows)


class Store:
    """Open with `open_store`. Safe to share between threads; each call is its own transaction unless it says otherwise."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    # -- documents and changes ----------------------------------------------------------------------------------------

    def put(self, document: Document) -> bool:
        """Keep a document; return False, at the cost of one look-up, when it says what it said before."""
        with self.writing() as write:
            return write.put(document)

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
                yield Change(number=row.change, id=row.id, document=None if row.removed else _document(row))
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
            row = connection.execute(sa.select(documents).where(documents.c.id == id, ~documents.c.removed)).one_or_none()
        return _document(row) if row is not None else None

    def count(self, source: str | None = None) -> int:
        query = sa.select(sa.func.count()).select_from(documents).where(~documents.c.removed)
        with self._reading() as connection:
            return int(connection.execute(query if source is None else query.where(documents.c.source == source)).scalar_one())

    # -- runs ---------------------------------------------------------------------------------------------------------

    def start_run(self, source: str, mode: Mode, *, resume_h: float = 0) -> Run:
        """Begin a run, or take up the one that was interrupted when it had the same mode and began within `resume_h`.

        Other runs of the source that still say "running" are closed as failed: whoever did them is gone.
        """
        now = datetime.now(UTC)
        with self._transaction() as connection:
            query = sa.select(runs, checkpoints.c.data).outerjoin(checkpoints, checkpoints.c.run == runs.c.id)
            stale = connection.execute(query.where(runs.c.source == source, runs.c.state == "running").order_by(runs.c.id.desc()))
            for row in stale.all():
                young = datetime.fromisoformat(row.started_at) > now - timedelta(hours=resume_h)
                if row.data is not None and row.mode == mode and young:
                    return _run(row, resumed=json.loads(row.data))
                self._close(connection, row.id, "failed", now, {}, "the process that did this run ended before it")
            values = {"source": source, "mode": mode, "state": "running", "started_at": now.isoformat(), "counts": "{}", "error": ""}
            id = connection.execute(sa.insert(runs).values(values).returning(runs.c.id)).scalar_one()
        return Run(id=id, source=source, mode=mode, state="running", started_at=now)

    def finish_run(self, run: Run, state: State, counts: Mapping[str, int], error: str = "") -> None:
        """Close a run; its checkpoint and its list of seen ids go."""
        with self._transaction() as connection:
            self._close(connection, run.id, state, datetime.now(UTC), counts, error)

    def unseen(self, run: Run) -> list[str]:
        """The ids of the run's source that the store holds and the run has not listed."""
        listed = sa.select(seen.c.id).where(seen.c.run == run.id)
        query = sa.select(documents.c.id).where(
            documents.c.source == run.source, ~documents.c.removed, documents.c.id.not_in(listed)
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
        query = sa.select(failures.c.unit, failures.c.error).where(failures.c.run == run.id).order_by(failures.c.id).limit(limit)
        with self._reading() as connection:
            return [(row.unit, row.error) for row in connection.execute(query)]

    def sources(self) -> list[SourceStatus]:
        """Every source that has documents or runs, by name."""
        query = sa.select(documents.c.source, sa.func.count().label("n")).where(~documents.c.removed)
        with self._reading() as connection:
            counts = {row.source: row.n for row in connection.execute(query.group_by(documents.c.source))}
            ran = set(connection.execute(sa.select(runs.c.source).distinct()).scalars())
        return [self._status(name, counts.get(name, 0)) for name in sorted(ran | counts.keys())]

    def _status(self, name: str, count: int) -> SourceStatus:
        last, success = self.last_run(name), self.last_run(name, state="ok")
        if last is None:
            return SourceStatus(name=name, documents=count, state="never")
        return SourceStatus(
            name=name,
            documents=count,
            state=last.state,
            last_run=last.ended_at or last.started_at,
            last_success=success.ended_at if success else None,
            error=last.error,
            counts=last.counts,
        )

    # -- notes, leases, upkeep ----------------------------------------------------------------------------------------

    def note(self, name: str) -> str:
        """A value kept with `set_note`; "" where there is none."""
        with self._reading() as connection:
            return connection.execute(sa.select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none() or ""

    def set_note(self, name: str, value: str) -> None:
        with self._transaction() as connection:
            insert = _insert(connection, meta).values(name=name, value=value)
            connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    def take_lease(self, name: str, owner: str, seconds: float) -> None:
        """Claim or renew a piece of work among all machines. Raise BusyError while somebody else's claim holds."""
        now = datetime.now(UTC)
        until = (now + timedelta(seconds=seconds)).isoformat()
        with self._transaction() as connection:
            insert = _insert(connection, leases).values(name=name, owner=owner, until=until)
            free = (leases.c.owner == owner) | (leases.c.until < now.isoformat())
            taken = connection.execute(
                insert.on_conflict_do_update(index_elements=["name"], set_={"owner": owner, "until": until}, where=free)
            ).rowcount
            holder = connection.execute(sa.select(leases).where(leases.c.name == name)).one()
        if not taken and holder.owner != owner:
            raise BusyError(f"{name} is being done by {holder.owner}, whose claim holds until {holder.until[:19]} UTC")

    def drop_lease(self, name: str, owner: str) -> None:
        with self._transaction() as connection:
            connection.execute(sa.delete(leases).where(leases.c.name == name, leases.c.owner == owner))

    def clear(self) -> None:
        """Forget everything: documents, runs and notes. Change numbers go on from where they were."""
        with self._transaction() as connection:
            for table in (seen, checkpoints, failures, runs, documents, meta):
                connection.execute(sa.delete(table))

    def ping(self) -> None:
        """Raise StoreError when the store does not answer."""
        self.position()

    def close(self) -> None:
        self._engine.dispose()

    def migrate(self) -> None:
        """Bring the schema to what this version expects; several processes may do so at once."""
        config = alembic.config.Config()
        config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
        with self._transaction() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(20260)"))
            config.attributes["connection"] = connection
            try:
                alembic.command.upgrade(config, "head")
            except alembic.util.CommandError as error:
                raise StoreError(f"the store's schema is newer than this program ({error}): install the newer version") from error

    def _close(
        self, connection: sa.Connection, run: int, state: State, at: datetime, counts: Mapping[str, int], error: str
    ) -> None:
        values = {"state": state, "ended_at": at.isoformat(), "counts": json.dumps(dict(counts)), "error": error[:2000]}
        connection.execute(sa.update(runs).where(runs.c.id == run).values(values))
        connection.execute(sa.delete(checkpoints).where(checkpoints.c.run == run))
        connection.execute(sa.delete(seen).where(seen.c.run == run))

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with _translated(self._engine), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _translated(self._engine), self._engine.connect() as connection:
            yield connection


def open_store(url: str) -> Store:
    """Open the store at a SQLAlchemy URL, creating or migrating its schema. Raise StoreError when it cannot be."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (sa.exc.ArgumentError, OSError) as error:
        raise StoreError(f"the store cannot be opened: {error}") from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    store = Store(engine)
    store.migrate()
    return store


def _prepare_sqlite(engine: sa.Engine) -> None:
    """WAL, so that readers never wait for the writer; a writer begins at once and waits for another up to 60 s."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "busy_timeout=60000", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated(engine: sa.Engine) -> Iterator[None]:
    """Foreign database errors as StoreError, with the database's own words and without its password."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise StoreError(f"the store at {engine.url.render_as_string(hide_password=True)} failed: {reason}") from error


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    """INSERT with ON CONFLICT, which both databases have and SQLAlchemy has for each apart."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        return postgresql_insert(table)
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert(table)


# -- rows and values ---------------------------------------------------------------------------------------------------


def _row(document: Document, print_: str, number: int) -> dict[str, Any]:
    return {
        "id": document.id,
        "source": document.source,
        "change": number,
        "fingerprint": print_,
        "removed": False,
        "data": json.dumps(document.dump(), ensure_ascii=False),
        "body": zlib.compress(document.body.encode(), 6),
    }


def _gone(id: str, number: int) -> dict[str, Any]:
    source = id.split(":", 1)[0]
    return {"id": id, "source": source, "change": number, "fingerprint": "", "removed": True, "data": "", "body": b""}


def _document(row: Any) -> Document:
    return Document.load(json.loads(row.data), zlib.decompress(row.body).decode())


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


def _parts(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
