"""The row of the registry for YouTube."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from crawlers.kind import Kind
from crawlers.links import LinkShape, origin
from crawlers.youtube.settings import YoutubeSource

if TYPE_CHECKING:
    from crawlers.http.client import Client
    from crawlers.youtube.listing import Youtube

VIDEO = r"[\w-]{11}"


def _open(name: str, settings: YoutubeSource, http: Client, _: Path) -> Youtube:
    from crawlers.youtube.listing import Youtube

    return Youtube(name, settings, http)


def _own_search(settings: YoutubeSource, text: str, _: str) -> str:
    return f"{origin(settings.watch_url)}/channel/{settings.channel_id}/search?{urlencode({'query': text})}"


KIND = Kind(
    settings=YoutubeSource,
    open=_open,
    own_search=_own_search,
    links=(
        LinkShape("watch", VIDEO, argument="v"),
        LinkShape("(?:embed|shorts|live)/{key}/?", VIDEO),
        LinkShape("{key}", VIDEO, host="youtu.be"),
    ),
    images=lambda settings: settings.feed_url,
    short={"pt": "Vídeo", "es": "Video", "en": "Video"},
    words=("video", "videos", "videoaula", "videoaulas", "canal", "assistir"),
    about={
        "pt": "Vídeos que mostram passo a passo",
        "es": "Videos que muestran paso a paso",
        "en": "Videos that show each step",
    },
    colour="red",
    icon="M4 4h12a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-12a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2zM8.5 7.5l4 2.5-4 2.5z",
)
