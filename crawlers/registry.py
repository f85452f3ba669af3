"""Which class reads which kind of source. A further kind is one module, one settings class and one line here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawlers.confluence.listing import Confluence
from crawlers.downloads.listing import Downloads
from crawlers.feed import Feed
from crawlers.http.client import Client
from crawlers.source import Source
from crawlers.youtube.listing import Youtube
from crawlers.zendesk.listing import Zendesk
from search.config import settings as config

KINDS: dict[str, Callable[[str, Any, Client, Path], Source]] = {
    "confluence": lambda name, settings, http, _: Confluence(name, settings, http),
    "zendesk": lambda name, settings, http, _: Zendesk(name, settings, http),
    "youtube": lambda name, settings, http, _: Youtube(name, settings, http),
    "downloads": Downloads,
    "feed": lambda name, settings, http, _: Feed(name, settings, http),
}


def open_source(name: str, settings: config.AnySource, http: Client, root: Path) -> Source:
    """The source that the settings describe; relative file names are those of `root`."""
    return KINDS[settings.kind](name, settings, http, root)
