"""The settings of a channel."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from search.config.settings import SecretName, SourceSettings, Url


class YoutubeSource(SourceSettings):
    kind: Literal["youtube"]
    channel_id: str = Field(pattern=r"^UC[A-Za-z0-9_-]{22}$")
    playlists: tuple[str, ...] = ()
    feed_url: Url = "https://www.youtube.com/feeds/videos.xml"
    api_url: Url = "https://www.googleapis.com/youtube/v3"
    watch_url: Url = "https://www.youtube.com/watch"
    api_key_env: SecretName = ""
