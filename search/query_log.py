"""What is asked, without who asks it: which queries may be kept, and which of them complete what is typed.

    "Nota  Fiscal"  ──▶  key "nota fiscal", counted        an e-mail address, a pasted log, 11 98765-4321  ──▶  nothing

A query that was kept is offered to others after it was asked on several days, so that what one person types once, or
many times in a day, is shown to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from search import redaction
from search.analysis.analyzer import WORD, Analyzer, fold
from search.model import Completion, Range
from search.query import pasted_logs
from search.suggest import autocomplete

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
    return any(f" {' '.join(WORD.findall(key_of(each)))} " in words for each in blocked if WORD.search(each))


class Frequent:
    """The queries that may be offered, the most frequent first. A value: look-ups only read."""

    def __init__(self, analyzer: Analyzer, queries: Iterable[Asked] = (), blocked: Sequence[str] = ()) -> None:
        self._analyzer = analyzer
        self._held = [(f" {each.key}", each.text) for each in queries if not is_blocked(each.key, blocked)]

    def begun(self, typed: str, limit: int) -> list[Completion]:
        """Those that begin as typed, then those with a word from which on they do; none that is typed whole."""
        wanted = key_of(typed[: autocomplete.MAX_TYPED])
        if limit < 1 or not wanted:
            return []
        begins = f" {wanted}"
        found = [(key.find(begins), text) for key, text in self._held if begins in key and key != begins]
        first = sorted(found, key=lambda each: each[0] > 0)[:limit]
        return [Completion(text=text, kind="query", ranges=self._marked(text, wanted)) for _, text in first]

    def _marked(self, text: str, wanted: str) -> tuple[Range, ...]:
        if fold(text).startswith(wanted):
            return ((0, autocomplete.folded_length(text, len(wanted))),)
        return autocomplete.marked(text, autocomplete.typed_words(wanted, self._analyzer))
