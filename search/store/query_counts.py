"""The statements over what is asked: one row a query, whatever the spelling, with counts and no times but days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from search.query_log import Asked, key_of
from search.store.tables import insert, queries


def add(connection: sa.Connection, entries: Sequence[Asked], keep_days: int) -> None:
    """Add counts, with the newest spelling and its hits; a day counts once. Drop what was last asked before that."""
    latest = {entry.key: entry for entry in entries}
    rows = [
        {
            "key": key,
            "text": entry.text,
            "count": entry.count,
            "days": entry.days,
            "hits": entry.hits,
            "last_asked": entry.last_asked.isoformat(),
        }
        for key, entry in sorted(latest.items())  # in one order, so that no two processes wait for each other
    ]
    if rows:
        upsert = insert(connection, queries)
        new = upsert.excluded
        another_day = sa.case((new.last_asked > queries.c.last_asked, 1), else_=0)
        changes = {
            "text": new.text,
            "hits": new.hits,
            "count": queries.c.count + new["count"],
            "days": queries.c.days + another_day,
            "last_asked": sa.case((another_day == 1, new.last_asked), else_=queries.c.last_asked),
        }
        connection.execute(upsert.on_conflict_do_update(index_elements=["key"], set_=changes), rows)
    oldest = datetime.now(UTC).date() - timedelta(days=keep_days)
    connection.execute(sa.delete(queries).where(queries.c.last_asked < oldest.isoformat()))


def frequent(connection: sa.Connection, limit: int, min_days: int, hits: bool | None) -> list[Asked]:
    """The most frequent first, of equal ones in alphabetical order."""
    query = sa.select(queries).where(queries.c.days >= min_days)
    if hits is not None:
        query = query.where(queries.c.hits > 0 if hits else queries.c.hits == 0)
    query = query.order_by(queries.c["count"].desc(), queries.c.key).limit(limit)
    return [
        Asked(
            text=row.text,
            count=row._mapping["count"],  # noqa: SLF001  a row is a tuple, whose count counts
            days=row.days,
            hits=row.hits,
            last_asked=date.fromisoformat(row.last_asked),
        )
        for row in connection.execute(query)
    ]


def forget(connection: sa.Connection, text: str) -> bool:
    """Drop the row of a query; return whether there was one."""
    return bool(connection.execute(sa.delete(queries).where(queries.c.key == key_of(text))).rowcount)
