"""The store's database at its address: SQLite, prepared so that readers and writers get on, or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from search.errors import StoreError

PATIENCE_S = 60
"""How long a writer waits for another on SQLite."""


def connect(url: str) -> sa.Engine:
    """The database at a SQLAlchemy URL. Raise StoreError when there is none such."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (sa.exc.ArgumentError, ImportError, OSError) as error:
        raise StoreError(f"the store cannot be opened: {error}") from error
    except ValueError:  # its words may hold the password, where the host was forgotten
        forms = "sqlite:///FILE or postgresql://USER@HOST:PORT/DATABASE"
        raise StoreError(f"the store cannot be opened: its address is not of the form {forms}") from None
    if engine.dialect.name == "sqlite":
        _prepare(engine)
    return engine


def _prepare(engine: sa.Engine) -> None:
    """WAL, so that readers never wait for the writer; a writer begins at once and waits for another."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in (f"busy_timeout={PATIENCE_S * 1000}", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        _write_ahead(connection)

    @event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Set WAL, which the file remembers. While another process does so, SQLite says "locked" without waiting."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
