"""A further kind of source, whole: a forum that gives its topics as JSON. In the product: `crawlers/forum.py`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from crawlers.json_fields import items, line, mapping, moment, string
from crawlers.kind import Kind
from crawlers.links import LinkShape, addresses
from crawlers.source import Checkpoint, Failure, Record
from search.config.settings import SourceSettings, Url
from search.errors import RecordError
from search.model import Document

if TYPE_CHECKING:
    from crawlers.http.client import Client


class ForumSource(SourceSettings):
    kind: Literal["forum"]
    url: Url


class Forum:
    complete = True  # the list names every topic: what it lacks is gone

    def __init__(self, name: str, settings: ForumSource, http: Client) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    def records(self, since: datetime | None, resume: Checkpoint | None) -> Iterator[Record | Failure | Checkpoint]:
        for topic in map(mapping, items(self._http.json(f"{self._settings.url}/topics.json"))):
            yield Record(string(topic.get("id")), topic)

    def document(self, record: Record) -> Document:
        from search.analysis.markup import plain  # when a record is read, not when settings are

        text, updated = plain(string(record.data.get("html"))), moment(record.data.get("updated_at"))
        if updated is None:
            raise RecordError(f"topic {record.key} has no date: look at it in the forum")
        return Document(
            source=self.name,
            key=record.key,
            url=f"{self._settings.url}/topics/{record.key}",
            title=line(record.data.get("title")),
            body=text.body,
            kind="article",
            lang="pt",
            updated=updated,
            links=addresses(text.links, text.body),
        )

    def probe(self) -> str:
        return f"a forum of {len(items(self._http.json(f'{self._settings.url}/topics.json')))} topics"


def _open(name: str, settings: ForumSource, http: Client, _: Path) -> Forum:
    return Forum(name, settings, http)


KIND = Kind(
    settings=ForumSource,
    open=_open,
    own_search=lambda settings, text, lang: f"{settings.url}/search?{urlencode({'q': text})}",
    links=(LinkShape(r"topics/{key}", r"\d+"),),
    short={"pt": "Fórum", "es": "Foro", "en": "Forum"},
    about={
        "pt": "Conversas entre clientes",
        "es": "Conversaciones entre clientes",
        "en": "Talk among customers",
    },
    colour="grey",
    icon="M3 4h14v9h-8l-4 4v-4h-2z",
)
