"""The settings of a feed."""

from __future__ import annotations

from typing import Literal

from search.config.settings import SourceSettings, Url


class FeedSource(SourceSettings):
    kind: Literal["feed"]
    url: Url
    lang: Literal["pt", "es", "en"] = "pt"
