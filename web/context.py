"""What every view needs, put together once by `create_app`: settings, index, store, and how an answer is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIFlask
from flask import Request, Response

from crawlers.registry import KINDS
from search.config.settings import Config, SourceSettings
from search.curation.entries import query_key
from search.curation.lexicon import Lexicon
from search.index import Index
from search.model import ANYONE, Completion, Correction, Results
from search.query.field_filters import called
from search.query.parser import MAX_TEXT, parse
from search.suggest import autocomplete
from web.i18n import NAMES, TAGS, Words, choose, load
from web.parameters import SearchParameters
from web.query_log import AskedQueries
from web.source_status import Standing, Standings, calls, short_label

FOLDER = Path(__file__).parent
SHOWN_FOLDERS = ("static", "templates", "translations")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Results, and what else may have been meant. Where `typed` finds nothing, they are those of a corrected text."""

    results: Results
    corrections: tuple[Correction, ...] = ()
    typed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Serving:
    """`release` names the state of templates, styles, scripts and sentences: it changes whenever one of them does."""

    app: APIFlask
    config: Config
    index: Index
    standings: Standings
    release: str
    lexicon: Lexicon
    asked: AskedQueries

    @property
    def sources(self) -> Mapping[str, SourceSettings]:
        return self.config.enabled_sources

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.config.schedule.timezone)

    def words(self, request: Request) -> Words:
        return load(choose(request, self.config.web.default_lang))

    def find(self, parameters: SearchParameters, words: Words) -> Found:
        """Answer a search; where it finds nothing because of a misspelt word, and no one insists, the corrected one."""
        results = self.search(parameters, words)
        corrections = self.index.correct(results.query, self.lexicon)
        if results.total or parameters.exact or not any(each.certain for each in corrections):
            return Found(results=results, corrections=corrections)
        instead = parameters.model_copy(update={"q": corrections[0].text})
        return Found(results=self.search(instead, words), typed=results.query.text)

    def search(self, parameters: SearchParameters, words: Words, **changes: Any) -> Results:
        """Answer a search, some of whose options are changed. Raise IndexUnavailable, QueryError."""
        options: dict[str, Any] = {
            "filters": parameters.filters,
            "updated_after": parameters.updated_after,
            "updated_before": parameters.updated_before,
            "sort": parameters.sort,
            "page": parameters.page,
            "per_page": parameters.per_page,
            "facets": parameters.facets,
            "find": parameters.find,
            "explain": parameters.explain,
            "grouped": True,
            "balanced": True,
            "cut": self.lexicon.cut_edges.pairs,
            "viewer": replace(ANYONE, releases=parameters.releases),
            **self._steering(parameters.q),
        }
        query = parse(parameters.q, lang=words.code, words=self.lexicon, **options | changes)
        if query.narrowings:
            query = replace(query, narrowings=called(query.narrowings, "source", calls(self.sources)))
        return self.index.search(query)

    def count(self, parameters: SearchParameters, found: Found) -> None:
        """Count what was asked of everything there is, once for all its pages, with what everybody finds."""
        results = found.results
        first = parameters.page == 1 and parameters.sort == "relevance" and not parameters.find
        if first and not parameters.narrowed and not parameters.explain and not results.query.warnings:
            self.asked.count(found.typed or results.query.text, 0 if found.typed else results.total)

    def complete(self, text: str, limit: int) -> list[Completion]:
        """What typing may lead to, of what everybody may see."""
        frequent = self.asked.begun(text, min(autocomplete.QUERIES_BESIDE, limit // 2))
        return autocomplete.led(frequent, self.index.complete(text, limit - len(frequent), ANYONE), text)

    def _steering(self, text: str) -> dict[str, tuple[str, ...]]:
        """What is pinned and blocked today for a typed text."""
        key, today = query_key(text[:MAX_TEXT]), datetime.now(self.zone).date()
        for pin in self.lexicon.pins.pins:
            if pin.holds(today) and any(query_key(query) == key for query in pin.queries):
                return {"pinned": pin.pin, "blocked": pin.block}
        return {}

    def tag(
        self, request: Request, words: Words, standings: tuple[Standing, ...], release: tuple[str, ...] = ()
    ) -> str:
        """The entity tag of an answer: what is served, how sources stand, what is asked, in which language.

        The generation alone would not do: documents are committed to a generation while it is served. Raise
        IndexUnavailable when nothing is served.
        """
        status = self.index.status()
        today = datetime.now(self.zone).date()  # pins have dates
        parts = (
            self.release,
            self.lexicon.digest,
            today,
            status.generation,
            status.position,
            standings,
            request.full_path,
            words.code,
            release,
        )
        return digest(repr(parts).encode("utf-8", "surrogatepass"))

    def frame(self, words: Words) -> dict[str, Any]:
        """The template values that every page has."""
        return {
            "t": words,
            "languages": language_links(SearchParameters().href, "/"),
            "release": self.release,
            "marks": {
                name: {
                    "kind": source.kind,
                    "colour": KINDS[source.kind].colour,
                    "label": short_label(source, self.sources, words.code),
                }
                for name, source in self.sources.items()
            },
        }


def language_links(href: Callable[..., str], path: str) -> list[tuple[str, str, str]]:
    """Code, name and address of the present page in each language."""
    return [(code, name, href(path, ui=TAGS[code])) for code, name in NAMES.items()]


def unchanged(request: Request, tag: str) -> Response | None:
    """304 where the client holds the answer of that tag already."""
    return named(Response(status=304), tag) if request.if_none_match.contains_weak(tag) else None


def named(response: Response, tag: str) -> Response:
    """Put the tag on an answer; weak, since the time it took is part of the answer. It may be kept, and asked about."""
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Accept-Language", "Cookie"))
    return response


def release_of(folder: Path = FOLDER) -> str:
    """The name of the present state of everything that is shown."""
    files = sorted(path for name in SHOWN_FOLDERS for path in (folder / name).rglob("*") if path.is_file())
    kinds = [(name, kind.about, kind.short, kind.icon, kind.colour) for name, kind in KINDS.items()]
    return digest(b"\0".join((repr(kinds).encode(), *(path.read_bytes() for path in files))))


def digest(data: bytes) -> str:
    return blake2b(data, digest_size=8).hexdigest()
