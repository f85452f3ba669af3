"""Any RSS or Atom feed: its newest entries. What has left a feed is not gone, so a feed never removes anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawlers.feed.parser import moment_of, parse_feed
from crawlers.feed.settings import FeedSource
from crawlers.http.client import Client
from crawlers.json_fields import items, line, mapping, string
from crawlers.links import addresses
from crawlers.source import Checkpoint, Failure, Record
from search.analysis.markup import Text, plain
from search.analysis.plain_text import lines
from search.errors import RecordError
from search.model import Document

MAX_TITLE = 80
"""Characters of the text that stand in for a title that an entry lacks."""


class Feed:
    complete = False

    def __init__(self, name: str, settings: FeedSource, http: Client) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    def records(self, since: datetime | None, resume: Checkpoint | None) -> Iterator[Record | Failure | Checkpoint]:
        """Yield every entry of the feed: it is one answer, and entries are few."""
        feed = self._read()
        head = {"title": line(feed.feed.get("title")), "updated": moment_of(feed.feed, "updated_parsed")}
        for number, entry in enumerate(feed.entries, 1):
            plain_entry = _plain_entry(entry)
            key = plain_entry["id"] or plain_entry["link"] or f"entry {number}"
            yield Record(key, {"position": f"entry {number}", "feed": head, "entry": plain_entry})

    def document(self, record: Record) -> Document:
        entry, feed = mapping(record.data.get("entry")), mapping(record.data.get("feed"))
        text = _text(string(entry.get("body")), string(entry.get("body_type")))
        title = _one_line(string(entry.get("title")), string(entry.get("title_type"))) or _beginning(text.body)
        where = f"{record.data.get('position')} ({record.key})"
        if not title:
            raise RecordError(f"{where} has neither a title nor a text: give it one")
        updated = _date(entry.get("updated")) or _date(entry.get("published")) or _date(feed.get("updated"))
        if updated is None:
            raise RecordError(f"{where} has no date that can be read: give it a pubDate or an updated")
        return Document(
            source=self.name,
            key=record.key,
            url=self._url(string(entry.get("link")), where),
            title=title,
            body=text.body,
            headings=text.headings,
            kind="article",
            lang=self._settings.lang,
            breadcrumb=tuple(filter(None, (line(feed.get("title")),))),
            labels=tuple(filter(None, map(line, items(entry.get("tags"))))),
            created=_date(entry.get("published")),
            updated=updated,
            links=addresses(text.links, text.body),
        )

    def probe(self) -> str:
        feed = self._read()
        return f"the feed {line(feed.feed.get('title')) or self._settings.url} lists {len(feed.entries)} entries"

    def _read(self) -> Any:
        return parse_feed(self._http.get(self._settings.url).content)

    def _url(self, link: str, where: str) -> str:
        url = _web_address(self._settings.url, link)
        if not url:
            raise RecordError(f"{where} has no link to a web page: give it one that begins with https://")
        return url


def _plain_entry(entry: Any) -> Mapping[str, Any]:
    """What is used of an entry, JSON-able: the whole content rather than its summary."""
    content = items(entry.get("content"))
    body = content[0] if content else entry.get("summary_detail") or {}
    title = entry.get("title_detail") or {}
    return {
        "id": lines(string(entry.get("id"))),
        "link": lines(string(entry.get("link"))),
        "title": string(title.get("value")),
        "title_type": string(title.get("type")),
        "body": string(body.get("value")),
        "body_type": string(body.get("type")),
        "published": moment_of(entry, "published_parsed"),
        "updated": moment_of(entry, "updated_parsed"),
        "tags": [string(tag.get("term")) for tag in items(entry.get("tags"))],
    }


def _text(value: str, type: str) -> Text:
    return Text(lines(value), ()) if type == "text/plain" else plain(value)


def _one_line(value: str, type: str) -> str:
    return " ".join(_text(value, type).body.split())


def _beginning(body: str) -> str:
    first = body.partition("\n")[0]
    return first if len(first) <= MAX_TITLE else first[:MAX_TITLE].rpartition(" ")[0] + "…"


def _date(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _web_address(base: str, link: str) -> str:
    """The whole address of a link, or "" when it leads to no web page."""
    try:
        parts = urlsplit(urljoin(base, link))
    except ValueError:
        return ""
    return parts.geturl() if link and parts.scheme in ("http", "https") and parts.hostname else ""
