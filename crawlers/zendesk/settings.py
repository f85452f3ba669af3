"""The settings of help centers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from search.config.settings import Settings, SourceSettings, Url

Locale = Literal["pt-br", "es", "en-us"]


class ZendeskInstance(Settings):
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    base_url: Url
    locales: tuple[Locale, ...] = Field(("pt-br", "es", "en-us"), min_length=1)


class ZendeskSource(SourceSettings):
    kind: Literal["zendesk"]
    instances: tuple[ZendeskInstance, ...] = Field(min_length=1)
    page_size: int = Field(100, ge=1, le=100)
    overlap_min: int = Field(15, ge=1, le=1_440)
