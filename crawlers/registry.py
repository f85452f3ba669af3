"""The kinds of source that there are. A further kind is one folder or module with a `Kind`, and one line here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.confluence.kind import KIND as CONFLUENCE
from crawlers.downloads.kind import KIND as DOWNLOADS
from crawlers.feed.kind import KIND as FEED
from crawlers.kind import Kind
from crawlers.links import LinkShape
from crawlers.youtube.kind import KIND as YOUTUBE
from crawlers.zendesk.kind import KIND as ZENDESK
from search.config import settings as config

if TYPE_CHECKING:
    from crawlers.http.client import Client
    from crawlers.source import Source

KINDS: dict[str, Kind] = {
    "confluence": CONFLUENCE,
    "zendesk": ZENDESK,
    "youtube": YOUTUBE,
    "downloads": DOWNLOADS,
    "feed": FEED,
}


def load_settings(path: Path, environ: Mapping[str, str] = os.environ) -> config.Config:
    """The settings of a file, whose sources are of these kinds. Raise ConfigError with one sentence per problem."""
    return config.load(path, environ, kinds=tuple(kind.settings for kind in KINDS.values()))


def open_source(name: str, settings: config.SourceSettings, http: Client, root: Path) -> Source:
    """The source that the settings describe; relative file names are those of `root`."""
    return KINDS[settings.kind].open(name, settings, http, root)


def link_shapes() -> tuple[LinkShape, ...]:
    """How addresses name documents of any kind of source."""
    return tuple(shape for kind in KINDS.values() for shape in kind.links)
