"""What every view needs, put together once by `create_app`: settings, index, store, and how an answer is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIFlask
from flask import Request, Response

from crawlers.registry import KINDS
from search.config.settings import Config, SourceSettings
from search.index import Index
from search.service import Answer, SearchService
from web.i18n import NAMES, TAGS, Translation, choose, load
from web.parameters import SearchParameters
from web.presenter import digest
from web.query_log import QueryLog
from web.source_status import SourceState, SourceStates, short_label

FOLDER = Path(__file__).parent
SHOWN_FOLDERS = ("static", "templates", "translations")


@dataclass(frozen=True, kw_only=True, slots=True)
class Serving:
    """`release` names the state of templates, styles, scripts and sentences: it changes whenever one of them does."""

    app: APIFlask
    config: Config
    service: SearchService
    states: SourceStates
    release: str
    query_log: QueryLog

    @property
    def sources(self) -> Mapping[str, SourceSettings]:
        return self.config.enabled_sources

    @property
    def index(self) -> Index:
        return self.service.index

    @property
    def zone(self) -> ZoneInfo:
        return self.service.zone

    def translation(self, request: Request) -> Translation:
        return load(choose(request, self.config.web.default_lang))

    def count(self, parameters: SearchParameters, answer: Answer) -> None:
        """Count what was asked of everything there is, once for all its pages, with what everybody finds."""
        results = answer.results
        first = parameters.page == 1 and parameters.sort == "relevance" and not parameters.find
        if first and not parameters.narrowed and not parameters.explain and not results.query.warnings:
            self.query_log.count(answer.typed or results.query.text, 0 if answer.typed else results.total)

    def tag(
        self, request: Request, translation: Translation, states: tuple[SourceState, ...], release: tuple[str, ...] = ()
    ) -> str:
        """The entity tag of an answer: what is served, how sources stand, what is asked, in which language.

        The generation alone would not do: documents are committed to a generation while it is served. Raise
        IndexUnavailable when nothing is served.
        """
        status = self.index.status()
        parts = (
            self.release,
            self.service.lexicon.digest,
            self.service.today(),  # pins have dates
            status.generation,
            status.position,
            states,
            request.full_path,
            translation.code,
            release,
        )
        return digest(repr(parts).encode("utf-8", "surrogatepass"))

    def frame(self, translation: Translation) -> dict[str, Any]:
        """The template values that every page has."""
        return {
            "t": translation,
            "languages": language_links(SearchParameters().href, "/"),
            "release": self.release,
            "marks": {
                name: {
                    "kind": source.kind,
                    "colour": KINDS[source.kind].colour,
                    "label": short_label(source, self.sources, translation.code),
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
