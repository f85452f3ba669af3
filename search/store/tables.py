"""The store's tables, and how documents become rows: what `search.store.store` is made of.

SQLite and PostgreSQL get the same tables from the steps in `search/store/migrations`; a test holds both descriptions
together.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from search.errors import StoreError
from search.model import Document

metadata = sa.MetaData()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _run_id(**options: Any) -> sa.Column[int]:
    return sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), **options)


documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("source"),
    sa.Column("change", sa.BigInteger, nullable=False, unique=True),
    sa.Column("fingerprint", sa.String(32), nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    _text("data"),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("documents_source", "source", "removed"),
)
meta = sa.Table("meta", metadata, sa.Column("name", sa.Text, primary_key=True), _text("value"))
counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _text("source"),
    _text("mode"),
    _text("state"),
    _text("started_at"),
    sa.Column("ended_at", sa.Text),
    _text("counts"),
    _text("error"),
    sa.Index("runs_source", "source", "id"),
)
checkpoints = sa.Table("checkpoints", metadata, _run_id(primary_key=True), _text("data"))
seen = sa.Table("seen", metadata, _run_id(primary_key=True), sa.Column("id", sa.Text, primary_key=True))
failures = sa.Table(
    "failures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _run_id(nullable=False, index=True),
    _text("unit"),
    _text("error"),
)
leases = sa.Table("leases", metadata, sa.Column("name", sa.Text, primary_key=True), _text("owner"), _text("until"))
queries = sa.Table(
    "queries",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    _text("text"),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("days", sa.BigInteger, nullable=False),
    sa.Column("hits", sa.BigInteger, nullable=False),
    _text("last_asked"),
    sa.Index("queries_last_asked", "last_asked"),
)


VOLATILE = frozenset({"views", "likes", "version", "votes", "representation"})
"""Names in `Document.extra` that move without the document saying anything else: no part of the fingerprint."""


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


def document_row(document: Document, print_: str, number: int) -> dict[str, Any]:
    return {
        "id": document.id,
        "source": document.source,
        "change": number,
        "fingerprint": print_,
        "removed": False,
        "data": json.dumps(document.dump(), ensure_ascii=False),
        "body": zlib.compress(document.body.encode(), 6),
    }


def removed_row(id: str, number: int) -> dict[str, Any]:
    source = id.split(":", 1)[0]
    return {"id": id, "source": source, "change": number, "fingerprint": "", "removed": True, "data": "", "body": b""}


def row_document(row: Any) -> Document:
    return Document.load(json.loads(row.data), zlib.decompress(row.body).decode())


def insert(connection: sa.Connection, table: sa.Table) -> Any:
    """INSERT with ON CONFLICT, which both databases have and SQLAlchemy has for each apart."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


@contextmanager
def translated(engine: sa.Engine) -> Iterator[None]:
    """Foreign database errors as StoreError, with the database's own words and without its password."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise StoreError(f"the store at {engine.url.render_as_string(hide_password=True)} failed: {reason}") from error
