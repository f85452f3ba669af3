"""What the page and the API say about the sources: names, states, and where each can be searched itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode, urlsplit

from search.config.settings import (
    AnySource,
    ConfluenceSource,
    DownloadsSource,
    FeedSource,
    YoutubeSource,
    ZendeskSource,
)
from search.errors import StoreError
from search.store.store import SourceStatus, Store
from web.i18n import TAGS, Words, load

log = logging.getLogger(__name__)

State = Literal["ok", "partial", "failed", "running", "never", "unknown"]
"""How a source's last reading ended; "unknown" while the store cannot be asked."""

TTL_S = 5.0  # counting a store of 100,000 documents takes longer than a search; nobody needs it fresher


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One source as it stands: `kind` is the settings' kind, `last_success` the end of its last complete reading."""

    id: str
    kind: str
    label: str
    state: State
    last_success: datetime | None
    documents: int | None

    @property
    def complete(self) -> bool:
        """Whether what is shown is all that the source has, as far as its last reading tells."""
        return self.state in ("ok", "running") and self.last_success is not None


class Standings:
    """Every source as it stands, in the settings' order, at most TTL_S old. Safe to share between threads."""

    def __init__(self, sources: Mapping[str, AnySource], store: Store) -> None:
        self._sources = sources
        self._store = store
        self._until = 0.0
        self._known: tuple[Standing, ...] = ()

    def now(self) -> tuple[Standing, ...]:
        """A search can be answered without the store, so its failure only makes the states unknown."""
        if time.monotonic() < self._until:
            return self._known
        try:
            statuses = {status.name: status for status in self._store.sources()}
        except StoreError as error:
            log.warning("the sources' states are unknown: %s", error)
            self._known = tuple(_standing(name, source, None, "unknown") for name, source in self._sources.items())
        else:
            self._known = tuple(_standing(name, source, statuses.get(name)) for name, source in self._sources.items())
        self._until = time.monotonic() + TTL_S
        return self._known


def _standing(name: str, source: AnySource, status: SourceStatus | None, otherwise: State = "never") -> Standing:
    """A source that the store does not know was never read."""
    return Standing(
        id=name,
        kind=source.kind,
        label=source.label,
        state=status.state if status else otherwise,
        last_success=status.last_success if status else None,
        documents=status.documents if status else None if otherwise == "unknown" else 0,
    )


def short_label(source: AnySource, sources: Mapping[str, AnySource], words: Words) -> str:
    """One word for a source: its kind's, unless two sources share the kind or the kind has none."""
    alone = sum(each.kind == source.kind for each in sources.values()) == 1
    return words.sentences.get(f"short.{source.kind}", source.label) if alone else source.label


def calls(sources: Mapping[str, AnySource]) -> dict[str, tuple[str, ...]]:
    """How people call each source: its label, its kind, and in each language the word for the kind, if it is alone."""
    every = [load(code) for code in TAGS]
    return {
        name: (source.label, source.kind, *(short_label(source, sources, words) for words in every))
        for name, source in sources.items()
    }


def own_search(source: AnySource, text: str, lang: str) -> str:
    """Where a person can search the source itself."""
    match source:
        case ConfluenceSource():
            return f"{source.base_url}/dosearchsite.action?{urlencode({'queryString': text})}"
        case ZendeskSource():
            locale = {"pt": "pt-br", "es": "es", "en": "en-us"}[lang]
            return f"{source.instances[0].base_url}/hc/{locale}/search?{urlencode({'query': text})}"
        case YoutubeSource():
            query = urlencode({"query": text})
            return f"{origin(source.watch_url)}/channel/{source.channel_id}/search?{query}"
        case DownloadsSource():
            return source.portal_url
        case FeedSource():
            return origin(source.url)


def elsewhere(sources: Mapping[str, AnySource], text: str, lang: str) -> list[tuple[str, str]]:
    """Label and address of each source's own search."""
    return [(source.label, own_search(source, text, lang)) for source in sources.values()]


def image_origins(sources: Mapping[str, AnySource]) -> tuple[str, ...]:
    """Where thumbnails may come from besides https: the plain-http origin of a video source, as in a demonstration."""
    origins = {origin(source.feed_url) for source in sources.values() if isinstance(source, YoutubeSource)}
    return tuple(sorted(each for each in origins if each.startswith("http://")))


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
