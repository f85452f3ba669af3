"""Where a text may be cut: never inside of what a reader takes for one character (UAX 29, as `regex` has it)."""

from __future__ import annotations

from functools import cache
from typing import Any

REACH = 1_000
"""Characters that are looked back: no text means a longer one."""


def boundary(text: str, at: int) -> int:
    """The last place up to `at` where a text may be cut; at most REACH before it."""
    around = text[at - 1 : at + 1] if at else ""
    if at >= len(text) or (around.isascii() and around != "\r\n"):
        return at
    first = max(at - REACH, 0)
    start = max(at - 1, first)
    while start > first and not text[start].isascii():  # no character goes on from there across what is ASCII
        start -= 1
    clusters = _clusters().finditer(text, start, at + 1)
    return next(int(cluster.start()) for cluster in clusters if cluster.end() > at)


@cache
def _clusters() -> Any:
    import regex  # noqa: PLC0415  most texts are cut beside a plain letter, and every command would load it

    return regex.compile(r"\X")
