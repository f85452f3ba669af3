"""What the page, the API, the command line and the evaluation ask: the one way from a typed text to an answer.

text ──read, choose the reading, widen──▶ Query ──steer──▶ Index.search ──▶ Results ──correct──▶ Answer
  ▲                                                                           │ nothing found, a correction is certain
  └──────────────────────────── the corrected text ───────────────────────────┘
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from search import ranking
from search.curation import lexicon
from search.curation.lexicon import Lexicon
from search.curation.pins import steering
from search.model import ANYONE, Completion, Correction, Document, Query, Results, Viewer
from search.query import expansion
from search.query.field_filters import called
from search.query.intent import SourceNames, names_source
from search.query.parser import MAX_TEXT, Reader
from search.suggest import autocomplete, spelling

if TYPE_CHECKING:
    from search.config.settings import Config
    from search.index import Index

Frequent = Callable[[str, int], Sequence[Completion]]
"""The frequent queries that a text may be the beginning of, at most so many."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Results, and what else may have been meant. Where `typed` finds nothing, they are those of a corrected text."""

    results: Results
    corrections: tuple[Correction, ...] = ()
    typed: str = ""


class SearchService:
    """Share one between all threads of a process. Pins hold by the day in `zone`."""

    def __init__(
        self,
        *,
        index: Index,
        lexicon: Lexicon,
        zone: ZoneInfo,
        source_names: Mapping[str, SourceNames] | None = None,
        frequent: Frequent = lambda text, limit: (),
    ) -> None:
        self.index, self.lexicon, self.zone = index, lexicon, zone
        self._source_names, self._frequent = source_names or {}, frequent
        self._reader, self._table = Reader(lexicon.analyzer), expansion.table(lexicon, Reader)
        self._pins, self._cut = lexicon.pins.pins, lexicon.cut_edges.pairs

    def search(self, query: Query, *, exact: bool = False) -> Answer:
        """Answer a text with its filters, page and options; unless `exact`, a corrected one where it finds nothing.

        Raise IndexUnavailable.
        """
        results = self.results(query)
        corrections = self.corrections(results.query)
        if results.total or exact or not any(correction.certain for correction in corrections):
            return Answer(results=results, corrections=corrections)
        instead = self.results(replace(query, text=corrections[0].text))
        return Answer(results=instead, typed=results.query.text)

    def results(self, query: Query) -> Results:
        """What the text itself finds. Raise IndexUnavailable."""
        return self.index.search(self._steered(query.text, self._read(query)))

    def corrections(self, query: Query) -> tuple[Correction, ...]:
        """What was meant instead of the text of a query that was read, best first. Raise IndexUnavailable."""
        return spelling.corrections(query, self.index, self.lexicon.analyzer, partial(self._instead, query))

    def suggest(self, text: str, limit: int, viewer: Viewer = ANYONE) -> list[Completion]:
        """What typing may lead to, best first. Raise IndexUnavailable."""
        frequent = self._frequent(text, min(ranking.QUERIES_BESIDE, limit // 2))
        return autocomplete.led(frequent, self.index.complete(text, limit - len(frequent), viewer), text)

    def document(self, id: str, viewer: Viewer = ANYONE) -> Document | None:
        """The document of that id, or None where there is none that the viewer may see. Raise IndexUnavailable."""
        return self.index.document(id, viewer)

    def today(self) -> date:
        """The day by which pins hold."""
        return datetime.now(self.zone).date()

    def _instead(self, query: Query, text: str) -> Results:
        """What the same search finds with another text: how much, and the best hit."""
        asked = Query(
            text=text,
            lang=query.lang,
            filters=query.filters,
            updated_after=query.updated_after,
            updated_before=query.updated_before,
            viewer=query.viewer,
            facets=(),
            per_page=1,
            highlight=False,
            rescore=False,
        )
        return self.index.search(replace(self._read(asked), narrowings=query.narrowings))

    def _read(self, asked: Query) -> Query:
        """The query of a text, in the reading that what the index holds speaks for."""
        typed = self._reader.read(asked)
        query = expansion.query(typed, self._table)
        codes = expansion.doubtful(query)
        if codes and (plain := self.index.plain_words(codes, query.viewer)):
            query = expansion.query(typed, self._table, plain)
        if query.balanced and names_source(query.text, self._source_names.values()):
            query = replace(query, balanced=False)
        if not query.narrowings:
            return query
        calls = {source: names.calls for source, names in self._source_names.items()}
        return replace(query, narrowings=called(query.narrowings, "source", calls, self.lexicon.analyzer))

    def _steered(self, typed: str, query: Query) -> Query:
        """The query with what is pinned, blocked and cut today."""
        query = replace(query, cut=(*query.cut, *self._cut))
        if not self._pins:
            return query
        pinned, blocked = steering(self._pins, typed[:MAX_TEXT], self.today(), self.lexicon.analyzer)
        return replace(query, pinned=pinned, blocked=blocked)


def configured(
    config: Config, index: Index, source_names: Mapping[str, SourceNames], frequent: Frequent = lambda text, limit: ()
) -> SearchService:
    """The service that the settings describe, with the word lists of the operator. Raise ConfigError."""
    return SearchService(
        index=index,
        lexicon=lexicon.load(config.words_folder),
        zone=ZoneInfo(config.schedule.timezone),
        source_names=source_names,
        frequent=frequent,
    )
