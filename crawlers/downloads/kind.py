"""The row of the registry for the Central de Download."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.downloads.settings import DownloadsSource
from crawlers.kind import Kind
from crawlers.links import LinkShape

if TYPE_CHECKING:
    from crawlers.downloads.listing import Downloads
    from crawlers.http.client import Client


def _open(name: str, settings: DownloadsSource, http: Client, root: Path) -> Downloads:
    from crawlers.downloads.listing import Downloads

    return Downloads(name, settings, http, root)


KIND = Kind(
    settings=DownloadsSource,
    open=_open,
    own_search=lambda settings, text, lang: settings.portal_url,  # it has no address of a search
    links=(LinkShape("download", r"[\w.-]{1,40}", argument="e"),),
    short={"pt": "Download", "es": "Descarga", "en": "Download"},
    words=(
        *("download", "baixar", "descarga", "descargar", "instalador", "patch"),
        *("pacote", "pacotes", "paquete", "paquetes", "package", "packages"),
    ),
    about={
        "pt": "Pacotes de atualização e correções",
        "es": "Paquetes de actualización y correcciones",
        "en": "Update packages and fixes",
    },
    colour="violet",
    icon="M10 2.5v9.5M6 8.5l4 4 4-4M3 13.5v4h14v-4",
)
