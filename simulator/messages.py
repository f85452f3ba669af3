"""A request and an answer as values, with the few conversions that every source needs."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlencode

JSON = "application/json;charset=UTF-8"
HTML = "text/html; charset=utf-8"


class Refused(Exception):
    """The request cannot be answered; the source gives it the error shape of its own API."""

    def __init__(self, status: int, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    path: str
    query: Mapping[str, list[str]]
    target: str
    origin: str
    headers: Mapping[str, str]
    body: bytes = b""

    def first(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        """A query parameter as a number. Raise Refused(400) when it is none, or below `least`."""
        raw = self.first(name, str(default))
        try:
            value = int(raw)
        except ValueError:
            raise Refused(400, f"{name} must be a number, not {raw!r}", "invalidParameter") from None
        if value < least:
            raise Refused(400, f"{name} must be {least} or more, not {value}", "invalidParameter")
        return value

    def with_query(self, **changes: str | None) -> str:
        """The query string with some parameters replaced, or left out when None."""
        pairs = [(name, value) for name, values in self.query.items() if name not in changes for value in values]
        return urlencode(pairs + [(name, value) for name, value in changes.items() if value is not None])


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer. `listed` names the documents that a listing holds; `cut` and `hold_s` are faults on the wire."""

    body: bytes
    type: str = JSON
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None
    listed: tuple[str, ...] = ()
    cut: bool = False
    hold_s: float | None = None

    def etag(self) -> str:
        return f'"{hashlib.blake2b(self.body, digest_size=16).hexdigest()}"'


class Service(Protocol):
    """One source on the wire."""

    def answer(self, request: Request) -> Response: ...
    def error(self, request: Request, refused: Refused) -> Response: ...


def as_json(
    value: Any, *, status: int = 200, modified: datetime | None = None, listed: tuple[str, ...] = (), type: str = JSON
) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(body=body, type=type, status=status, modified=modified, listed=listed)


def as_html(markup: str, *, status: int = 200, modified: datetime | None = None) -> Response:
    return Response(body=markup.encode("utf-8", "replace"), type=HTML, status=status, modified=modified)


Handler = Callable[..., Response]


class Router:
    """Paths to handlers: each pattern must match the whole path, its named groups become arguments."""

    def __init__(self, routes: Mapping[str, Handler]) -> None:
        self._routes = [(re.compile(pattern), handler) for pattern, handler in routes.items()]

    def __call__(self, request: Request) -> Response:
        for pattern, handler in self._routes:
            if match := pattern.fullmatch(request.path):
                return handler(request, **match.groupdict())
        raise Refused(404, f"nothing is served at {request.path}", "notFound")


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """An ISO 8601 text as an aware UTC time, whole seconds; no zone means UTC. Raise ValueError otherwise."""
    parsed = datetime.fromisoformat(text.strip())
    aware = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    return aware.replace(microsecond=0)
