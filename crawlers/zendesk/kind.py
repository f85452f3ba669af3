"""The row of the registry for Zendesk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from crawlers.kind import Kind
from crawlers.links import LinkShape
from crawlers.zendesk.settings import ZendeskSource

if TYPE_CHECKING:
    from crawlers.http.client import Client
    from crawlers.zendesk.listing import Zendesk

LOCALES = {"pt": "pt-br", "es": "es", "en": "en-us"}


def _open(name: str, settings: ZendeskSource, http: Client, _: Path) -> Zendesk:
    from crawlers.zendesk.listing import Zendesk

    return Zendesk(name, settings, http)


def _own_search(settings: ZendeskSource, text: str, lang: str) -> str:
    return f"{settings.instances[0].base_url}/hc/{LOCALES[lang]}/search?{urlencode({'query': text})}"


KIND = Kind(
    settings=ZendeskSource,
    open=_open,
    own_search=_own_search,
    links=(LinkShape(r"hc/[\w-]+/articles/{key}(?:-[^/]*)?/?", r"\d{1,18}"),),
    short={"pt": "Base", "es": "Base", "en": "Base"},
    about={
        "pt": "Perguntas e respostas do atendimento",
        "es": "Preguntas y respuestas del soporte",
        "en": "Questions and answers from support",
    },
    colour="green",
    icon="M2.5 4h15v10h-8l-4 3.5v-3.5h-3zM8 7.6c0-1.3 4-1.5 4 .3 0 1.2-2 1.2-2 2.3M10 12v.2",
)
