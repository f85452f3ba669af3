"""The row of the registry for feeds: any one, without a short name, for each is of something else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.feed.settings import FeedSource
from crawlers.kind import Kind
from crawlers.links import origin

if TYPE_CHECKING:
    from crawlers.feed.listing import Feed
    from crawlers.http.client import Client


def _open(name: str, settings: FeedSource, http: Client, _: Path) -> Feed:
    from crawlers.feed.listing import Feed

    return Feed(name, settings, http)


KIND = Kind(
    settings=FeedSource,
    open=_open,
    own_search=lambda settings, text, lang: origin(settings.url),
    about={
        "pt": "Mudanças na legislação que afetam os sistemas",
        "es": "Cambios en la legislación que afectan a los sistemas",
        "en": "Changes in legislation that affect the systems",
    },
    colour="amber",
    icon="M10 2.5v15M5 17.5h10M3 5.5h14M5 5.5l-2.5 6h5zM15 5.5l-2.5 6h5z",
)
