"""The settings of a wiki."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from search.config.settings import SourceSettings, Url


class ConfluenceSource(SourceSettings):
    kind: Literal["confluence"]
    base_url: Url
    spaces: tuple[str, ...] = ()
    exclude_spaces: tuple[str, ...] = ()
    page_size: int = Field(50, ge=1, le=500)
    overlap_h: int = Field(26, ge=1, le=168)
