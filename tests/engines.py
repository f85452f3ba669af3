"""An index, and a way to give it documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from indexes import open_index
from search.analysis.analyzer import Analyzer
from search.config import settings
from search.config.settings import AnyIndex
from search.curation import lexicon
from search.curation.lexicon import Lexicon
from search.index import Index
from search.model import Change, Correction, Document, Query, Results
from search.query.parser import parse
from search.service import SearchService


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What opens an index under a folder; `look_always` lets readers look for a newer commit before every answer."""

    settings: AnyIndex
    look_always: Callable[[pytest.MonkeyPatch], None]

    def __call__(self, folder: Path, analyzer: Analyzer | None = None) -> Index:
        return open_index(folder, self.settings, analyzer)


class Library:
    """Feeds an index changes with numbers of their own, and asks it as a person would."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._numbers = count(1)

    def changes(self, *items: Document | str) -> list[Change]:
        """A document is put, an id is removed."""
        return [
            Change(number=next(self._numbers), id=item, document=None)
            if isinstance(item, str)
            else Change(number=next(self._numbers), id=item.id, document=item)
            for item in items
        ]

    def put(self, *items: Document | str) -> int:
        position = self.index.apply(self.changes(*items))
        self.index.close()  # an open index looks for newer commits only now and then
        return position

    def service(self, words: Lexicon | None = None) -> SearchService:
        return SearchService(index=self.index, lexicon=words or lexicon.load(), zone=ZoneInfo("UTC"))

    def ask(self, text: str = "", words: Lexicon | None = None, **options: object) -> Results:
        return self.service(words).results(Query(text=text, **options))  # type: ignore[arg-type]

    def corrections(self, text: str, words: Lexicon | None = None, **options: object) -> tuple[Correction, ...]:
        """What else may have been meant, whatever the text itself finds."""
        return self.service(words).corrections(parse(text, words=words, **options))

    def keys(self, text: str = "", **options: object) -> list[str]:
        """The keys of all hits, best first."""
        return [hit.document.key for hit in self.ask(text, per_page=50, **options).hits]

    def pages(self, query: Query) -> Iterator[Results]:
        """Every page of an answer."""
        for number in count(1):
            results = self.index.search(replace(query, page=number))
            if not results.hits:
                return
            yield results


def opened(folder: Path) -> Index:
    return open_index(folder, settings.LocalIndex())


def ids(results: Iterable[Results]) -> list[str]:
    return [hit.document.id for page in results for hit in page.hits]
