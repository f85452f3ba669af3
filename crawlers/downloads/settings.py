"""The settings of the Central de Download."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from search.config.settings import SourceSettings, Url, web_address


class DownloadsSource(SourceSettings):
    kind: Literal["downloads"]
    manifests: tuple[str, ...] = Field(min_length=1)
    portal_url: Url

    @field_validator("manifests")
    @classmethod
    def _addresses_or_files(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for manifest in value:
            if not manifest.strip():
                raise ValueError("holds an empty entry: give an address or a file name (with * for several)")
            if "://" in manifest:
                web_address(manifest)
        return value
