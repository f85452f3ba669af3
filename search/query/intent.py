"""Whether a search means one source, between whose hits nobody should put others (`search.diversity`).

nota fiscal          any source         fonte:tdn nota       TDN, by a filter
tdn nota fiscal      TDN, by its name   vídeo nota fiscal    the channel, by a word for what it has
MATA410              the documents of one code, wherever they are
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from search.analysis.analyzer import WORD, fold
from search.model import Clause, Query

NARROWING = ("source", "kind")
"""The filters that choose a source."""


class SourceNames(NamedTuple):
    """How people call a source after `fonte:`, and by what words or phrases they mean it wherever these stand."""

    calls: tuple[str, ...]
    words: tuple[str, ...]


def shares_places(query: Query) -> bool:
    """Whether sources share the first places: in an order by relevance, with no filter or code that means one.

    To be asked when it is settled which of its codes are codes.
    """
    return (
        query.balanced
        and query.sort == "relevance"
        and not any(query.filters.get(name) for name in NARROWING)
        and not any(narrowing.name in NARROWING for narrowing in query.narrowings)
        and not any(map(_is_code, query.clauses))
    )


def names_source(text: str, sources: Iterable[SourceNames]) -> bool:
    """Whether a text holds the words of one of the sources, those of a phrase side by side."""
    words = _words(text)
    return any(_sought(name) in words for source in sources for name in source.words)


@lru_cache(maxsize=1_000)
def _sought(name: str) -> str:
    """As it is looked for; there are few names, and each search asks for all of them."""
    return _words(name)


def _words(text: str) -> str:
    return f" {' '.join(WORD.findall(fold(text)))} "


def _is_code(clause: Clause) -> bool:
    return clause.kind == "code" or any(map(_is_code, clause.either))
