"""The row of the registry for Confluence."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from crawlers.confluence.settings import ConfluenceSource
from crawlers.kind import Kind
from crawlers.links import LinkShape

if TYPE_CHECKING:
    from crawlers.confluence.listing import Confluence
    from crawlers.http.client import Client


def _open(name: str, settings: ConfluenceSource, http: Client, _: Path) -> Confluence:
    from crawlers.confluence.listing import Confluence

    return Confluence(name, settings, http)


def _own_search(settings: ConfluenceSource, text: str, _: str) -> str:
    return f"{settings.base_url}/dosearchsite.action?{urlencode({'queryString': text})}"


def _page_of(tiny: str) -> str:
    """The page that a tiny link names: its number, little-endian, in base64 without trailing "A"s."""
    coded = tiny.replace("-", "/").replace("_", "+").ljust(6, "A")
    return str(int.from_bytes(base64.b64decode(f"{coded}=="), "little"))


KIND = Kind(
    settings=ConfluenceSource,
    open=_open,
    own_search=_own_search,
    links=(
        LinkShape(r"viewpage\.action", r"\d{1,18}", argument="pageId"),
        LinkShape(r"spaces/[^/]+/pages/{key}(?:/[^/]*)?/?", r"\d{1,18}"),
        LinkShape(r"x/{key}/?", r"[\w-]{2,6}", decoded=_page_of),
    ),
    short={"pt": "TDN", "es": "TDN", "en": "TDN"},
    about={
        "pt": "Manuais e documentos técnicos dos produtos",
        "es": "Manuales y documentos técnicos de los productos",
        "en": "Manuals and technical documents of the products",
    },
    colour="blue",
    icon="M5 2.5h7l3.5 3.5v11.5h-10.5zM12 2.5v3.5h3.5M7.5 10h5.5M7.5 13.5h5.5",
)
