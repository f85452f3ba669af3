"""The part of Confluence's query language that a crawler needs, and a refusal in Confluence's shape for the rest.

type = page | space = KEY | space in (K, L) | id = N | id in (N, M) | lastmodified >= "yyyy-MM-dd HH:mm"
joined by `and`, with an optional `order by lastmodified [asc]`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from simulator.messages import Refused

SERVER_ZONE = timezone(timedelta(hours=-3))
_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'|(>=|<=|!=|[=><~(),])|([^\s=><~!(),"\']+))')


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a query asks for; None means no condition."""

    spaces: frozenset[str] | None = None
    ids: frozenset[str] | None = None
    modified_since: datetime | None = None
    by_modified: bool = False
    pages_only: bool = True


def parse_cql(text: str) -> Selection:
    """Raise Refused(400) for anything beyond the grammar above."""
    tokens = _Tokens(text)
    spaces: frozenset[str] | None = None
    ids: frozenset[str] | None = None
    since: datetime | None = None
    pages = True
    while True:
        field, operator = tokens.take().lower(), tokens.take().lower()
        if field == "type" and operator == "=":
            pages = tokens.take().lower() == "page" and pages
        elif field == "space" and operator in ("=", "in"):
            spaces = tokens.values(operator) & (spaces if spaces is not None else tokens.last)
        elif field in ("id", "content") and operator in ("=", "in"):
            ids = tokens.values(operator) & (ids if ids is not None else tokens.last)
        elif field == "lastmodified" and operator == ">=":
            since = max(_moment(tokens.take()), since or datetime.min.replace(tzinfo=UTC))
        else:
            raise _refusal(text, f"the condition {field} {operator}")
        if not tokens.skip("and"):
            break
    ordered = tokens.skip("order")
    if ordered and not (tokens.skip("by") and tokens.skip("lastmodified") and (tokens.skip("asc") or tokens.done())):
        raise _refusal(text, "this order")
    if not tokens.done():
        raise _refusal(text, repr(tokens.take()))
    return Selection(spaces=spaces, ids=ids, modified_since=since, by_modified=ordered, pages_only=pages)


def _refusal(text: str, what: str) -> Refused:
    return Refused(400, f"Could not parse cql : {text} ({what} is not supported)")


def _moment(text: str) -> datetime:
    for pattern in ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=SERVER_ZONE).astimezone(UTC)
        except ValueError:
            continue
    raise Refused(400, f"Could not parse cql : {text!r} is not a date in the format yyyy-MM-dd HH:mm")


class _Tokens:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[str] = []
        self.last: frozenset[str] = frozenset()
        position = 0
        while text[position:].strip():
            token = _TOKEN.match(text, position)
            if token is None:
                raise _refusal(text, f"the text at character {position}")
            self._tokens.append(next(group for group in token.groups() if group is not None))
            position = token.end()

    def done(self) -> bool:
        return not self._tokens

    def take(self) -> str:
        if not self._tokens:
            raise _refusal(self._text, "the end")
        return self._tokens.pop(0)

    def skip(self, word: str) -> bool:
        if self._tokens and self._tokens[0].lower() == word:
            self._tokens.pop(0)
            return True
        return False

    def values(self, operator: str) -> frozenset[str]:
        """The value after `=`, or the list after `in`; also kept as `last`."""
        if operator == "=":
            self.last = frozenset([self.take()])
            return self.last
        values: set[str] = set()
        if self.take() != "(":
            raise _refusal(self._text, "a list without a bracket")
        while True:
            values.add(self.take())
            mark = self.take()
            if mark == ")":
                self.last = frozenset(values)
                return self.last
            if mark != ",":
                raise _refusal(self._text, f"{mark!r} in a list")
