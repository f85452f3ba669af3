"""Which of our documents an address shows: each kind of source says by shapes how the addresses of its own look.

…/viewpage.action?pageId=700100101     ──▶ "700100101"
…/hc/pt-br/articles/360020000041-Como  ──▶ "360020000041"
https://youtu.be/rj528NFe0a1           ──▶ "rj528NFe0a1"

A reader gives the addresses of a document (`addresses`); the run, which knows every kind's shapes, keeps their keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, parse_qs, urlsplit

LINKS = 5
"""Links of a document to others of ours, at most: one with more is a list, which is about none of them."""
ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")


@dataclass(frozen=True, slots=True)
class LinkShape:
    """How an address names a document, whatever its host unless `host` says which.

    `path` is the end of the address's path, a regular expression of whole segments. `key` is how the key looks: it
    stands in the path where that says `{key}`, else in the argument of the query. `decoded` makes of it the
    document's own key.
    """

    path: str
    key: str
    argument: str = ""
    host: str = ""
    decoded: Callable[[str], str] = str

    def key_in(self, parts: SplitResult, host: str) -> str:
        """The key that an address says by this shape; "" where it has another."""
        match = _pattern(self.path, self.key).search(parts.path)
        if match is None or (self.host and self.host != host):
            return ""
        if not self.argument:
            return self.decoded(match["key"])
        value = parse_qs(parts.query).get(self.argument, [""])[0]
        return self.decoded(value) if re.fullmatch(self.key, value, re.ASCII) else ""


@cache
def _pattern(path: str, key: str) -> re.Pattern[str]:
    return re.compile(f"(?:^|/){path.replace('{key}', f'(?P<key>{key})')}$", re.ASCII)


def addresses(links: Iterable[str], text: str = "") -> tuple[str, ...]:
    """The addresses that a document links to, and those that stand in its text, each once, in order."""
    return tuple(dict.fromkeys(filter(None, (*links, *ADDRESS.findall(text)))))


def linked(links: Iterable[str], shapes: Sequence[LinkShape]) -> tuple[str, ...]:
    """The keys of the documents that addresses show; none of a list's."""
    keys = dict.fromkeys(filter(None, (target(link, shapes) for link in links)))
    return tuple(keys) if len(keys) <= LINKS else ()


def target(address: str, shapes: Sequence[LinkShape]) -> str:
    """The key of the document that an address shows; "" where it shows none."""
    try:
        parts = urlsplit(address.strip().rstrip(".,;:"))
        host = parts.hostname or ""
    except ValueError:
        return ""
    return next(filter(None, (shape.key_in(parts, host) for shape in shapes)), "")


def origin(url: str) -> str:
    """Scheme and host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
