"""Foreign JSON's fields as values: what is missing or of another shape is empty, never an error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from search.analysis.plain_text import clean


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def string(value: Any) -> str:
    """A string or a number as text, unchanged but for its type."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def line(value: Any) -> str:
    """A string or a number as one clean line."""
    return clean(string(value))


def number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def lines(values: Any) -> tuple[str, ...]:
    """A list's strings as clean lines, each once, in order, without the empty ones."""
    return tuple(dict.fromkeys(filter(None, map(line, items(values)))))


def moment(value: Any) -> datetime | None:
    """An ISO 8601 time, aware, in UTC; one without a zone is taken as UTC. None when it is no time."""
    try:
        time = datetime.fromisoformat(string(value).strip())
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def opening(body: str, most: int = 80) -> str:
    """The first words of a text, for what has no title; "" when the text is empty."""
    first = body.partition("\n")[0]
    return first if len(first) <= most else first[: most + 1].rpartition(" ")[0] or first[:most]
