"""Frequent queries that complete what is typed.

A query that was kept is offered to others after it was asked on several days, so that what one person types once, or
many times in a day, is shown to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search.analysis.analyzer import Analyzer, fold
from search.model import Completion, Range
from search.query_log import Asked, is_blocked, key_of
from search.suggest import autocomplete


class Frequent:
    """The queries that may be offered, the most frequent first. A value: look-ups only read."""

    def __init__(self, analyzer: Analyzer, queries: Iterable[Asked] = (), blocked: Sequence[str] = ()) -> None:
        self._analyzer = analyzer
        self._queries = [(f" {query.key}", query.text) for query in queries if not is_blocked(query.key, blocked)]

    def begun(self, typed: str, limit: int) -> list[Completion]:
        """Those that begin as typed, then those with a word from which on they do; none that is typed whole."""
        beginning = key_of(typed[: autocomplete.MAX_TYPED])
        if limit < 1 or not beginning:
            return []
        begins = f" {beginning}"
        matches = [(key.find(begins), text) for key, text in self._queries if begins in key and key != begins]
        first = sorted(matches, key=lambda match: match[0] > 0)[:limit]
        return [Completion(text=text, kind="query", ranges=self._marked(text, beginning)) for _, text in first]

    def _marked(self, text: str, beginning: str) -> tuple[Range, ...]:
        if fold(text).startswith(beginning):
            return ((0, autocomplete.folded_length(text, len(beginning))),)
        return autocomplete.marked(text, autocomplete.typed_words(beginning, self._analyzer))
