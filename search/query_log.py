"""What is asked, without who asks it: which queries may be kept.

"Nota  Fiscal"  ──▶  key "nota fiscal", counted        an e-mail address, a pasted log, 11 98765-4321  ──▶  nothing
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from search import redaction
from search.analysis.analyzer import WORD, fold
from search.query import pasted_logs

MAX_LENGTH = 60
"""Characters of a query that is kept: longer ones are sentences about somebody's case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A query as it was typed last, and how often: in all, on how many days, with how many hits the last time."""

    text: str
    count: int
    hits: int
    last_asked: date
    days: int = 1

    @property
    def key(self) -> str:
        return key_of(self.text)


def key_of(text: str) -> str:
    """By what spellings of one query are the same: case, accents and blanks make no difference."""
    return " ".join(fold(text).split())


def may_be_kept(text: str, blocked: Sequence[str] = ()) -> bool:
    """Whether a query says nothing about a person, as far as its form tells, and holds no blocked word or text."""
    key = key_of(text)
    return (
        0 < len(key) <= MAX_LENGTH
        and WORD.search(key) is not None
        and not pasted_logs.looks_pasted(text)
        and not redaction.tells_of_someone(text)
        and not is_blocked(key, blocked)
    )


def is_blocked(key: str, blocked: Sequence[str]) -> bool:
    """Whether the words of a blocked text stand in a query, side by side."""
    words = f" {' '.join(WORD.findall(key))} "
    return any(f" {' '.join(WORD.findall(key_of(text)))} " in words for text in blocked if WORD.search(text))
