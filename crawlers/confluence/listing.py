"""Confluence Data Center, read anonymously through its REST API (v1).

    spaces ─▶ per space: /content/scan by cursor (7.18 and later), else /content by offset ─▶ pages with their bodies
    since  ─▶ /content/search with CQL lastmodified >= since - overlap

What real servers do, and what is done about it:
    `limit` is lowered silently, `start` in `next` is wrong   the next start is the last one plus the rows that came
    rows come again beyond the end, `next` with no rows       a page without a new id ends the listing
    500 or silence on large answers                           half as many, down to one; what stays bad is a Failure
    CQL dates are in the server's zone, to the minute         an overlap of more than a day

https://developer.atlassian.com/server/confluence/pagination-in-the-rest-api/
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawlers import json_fields
from crawlers.confluence import page as confluence_page
from crawlers.confluence.settings import ConfluenceSource
from crawlers.http.client import Client, HttpError
from crawlers.source import Checkpoint, Failure, Record
from search.errors import SourceError
from search.model import Document

META = "version,space,ancestors,metadata.labels,history"
EXPAND = f"{META},body.export_view,body.storage"
EXPAND_STORED = f"{META},body.storage"
"""Without rendering: what breaks the server is most often a macro that it renders."""

SCAN = "content/scan"
SPACES_A_CALL = 100
FLOOR = 5
MAX_BAD = 10
"""Single pages that may fail in a row before their space is given up."""

MAX_CALLS = 100_000
"""Calls of one listing; 43,651 pages took 900."""


@dataclass(frozen=True, slots=True)
class _Listing:
    """A listing of pages. `space` is "" for the changed pages of all spaces."""

    path: str
    params: Mapping[str, str]
    space: str = ""
    cursors: bool = True

    @property
    def unit(self) -> str:
        return f"space {self.space}" if self.space else "changed pages"


class Confluence:
    complete = True

    def __init__(self, name: str, settings: ConfluenceSource, http: Client) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    def records(self, since: datetime | None, resume: Checkpoint | None) -> Iterator[Record | Failure | Checkpoint]:
        place = resume.data if resume else {}
        return self._every_page(place) if since is None else self._changed(since, place)

    def document(self, record: Record) -> Document | None:
        return confluence_page.document(self.name, self._settings.base_url, record.data)

    def probe(self) -> str:
        spaces = self._spaces()
        try:
            answer = self._http.json(f"{self._settings.base_url}/rest/api/server-information")
            version = json_fields.string(json_fields.mapping(answer).get("version"))
        except HttpError:
            version = ""  # older than 8.4
        return f"Confluence {version or 'of a version before 8.4'}, {len(spaces)} spaces"

    def _every_page(self, place: Mapping[str, Any]) -> Iterator[Record | Failure | Checkpoint]:
        spaces = self._spaces()
        if place.get("space") in spaces:
            spaces = spaces[spaces.index(place["space"]) :]
        else:
            place = {}
        scans = self._can_scan(spaces[0])
        for key in spaces:
            by_offset = _Listing("content", {"spaceKey": key, "type": "page", "status": "current"}, key, cursors=False)
            listing = _Listing(SCAN, {"spaceKey": key}, key) if scans else by_offset
            yield from self._unit(listing, by_offset, place if place.get("space") == key else {})

    def _changed(self, since: datetime, place: Mapping[str, Any]) -> Iterator[Record | Failure | Checkpoint]:
        """Pages changed after `since`; of all spaces at once, so that a quiet hour costs one call."""
        start = since - timedelta(hours=self._settings.overlap_h)
        cql = f'type = page and lastmodified >= "{start:%Y-%m-%d %H:%M}" order by lastmodified asc'
        if self._settings.spaces:
            keys = ", ".join(f'"{key}"' for key in self._settings.spaces)
            cql = f"space in ({keys}) and {cql}"
        listing = _Listing("content/search", {"cql": cql})
        for item in self._unit(listing, replace(listing, cursors=False), place):
            if not isinstance(item, Record) or self._wanted(item.data):
                yield item

    def _unit(
        self, listing: _Listing, by_offset: _Listing, place: Mapping[str, Any]
    ) -> Iterator[Record | Failure | Checkpoint]:
        """One listing that may fail alone. A cursor that fails is given up for offsets, from the start."""
        try:
            if listing.cursors:
                try:
                    yield from self._walk(listing, place)
                except HttpError as error:
                    if error.status == 429:
                        raise
                    place = {}
                else:
                    return
            yield from self._walk(by_offset, place)
        except HttpError as error:
            if error.status == 429:
                raise
            self._get("space", {"limit": 1})  # a server that is down or blocks us ends the run here
            yield Failure(listing.unit, str(error))

    def _walk(self, listing: _Listing, place: Mapping[str, Any]) -> Iterator[Record | Failure | Checkpoint]:
        seen: set[str] = set()
        limit, start, bad = self._settings.page_size, json_fields.number(place.get("start")), 0
        url = json_fields.string(place.get("next")) if listing.cursors else ""
        for _ in range(MAX_CALLS):
            try:
                answer = self._rows(listing, limit, start, url)
            except HttpError as error:
                if not error.heavy or listing.cursors:
                    raise
                if limit > FLOOR:
                    limit = max(FLOOR, limit // 2)
                    continue
                bad = yield from self._one_by_one(listing, start, bad)
                limit, start = self._settings.page_size, start + FLOOR
                yield Checkpoint({"space": listing.space, "start": start})
                continue
            rows = {json_fields.string(json_fields.mapping(row).get("id")): row for row in answer["results"]}
            fresh = {key: row for key, row in rows.items() if key not in seen}
            following = json_fields.string(json_fields.mapping(answer.get("_links")).get("next"))
            yield from (Record(key, json_fields.mapping(row)) for key, row in fresh.items())
            if not fresh or not following:
                return
            seen.update(fresh)
            start, bad = start + len(answer["results"]), 0
            by_cursor = listing.cursors and "cursor" in parse_qs(urlsplit(following).query)
            url = self._joined(json_fields.mapping(answer["_links"]), following) if by_cursor else ""
            yield Checkpoint({"space": listing.space, **({"next": url} if url else {"start": start})})
        yield Failure(listing.unit, f"its listing does not end after {MAX_CALLS} calls: tell its operators")

    def _one_by_one(self, listing: _Listing, start: int, bad: int) -> Generator[Record | Failure, None, int]:
        """The FLOOR rows from `start`, each alone. Return how many in a row, `bad` before these, have failed."""
        for place in range(start, start + FLOOR):
            try:
                answer = self._single(listing, place)
            except HttpError as error:
                bad += 1
                if not error.heavy or bad >= MAX_BAD:
                    raise
                yield Failure(f"{listing.unit}, row {place}", str(error))
                continue
            bad = 0
            yield from (
                Record(json_fields.string(row.get("id")), row) for row in map(json_fields.mapping, answer["results"])
            )
        return bad

    def _single(self, listing: _Listing, start: int) -> Mapping[str, Any]:
        try:
            return self._rows(listing, 1, start)
        except HttpError as error:
            if not error.heavy:
                raise
            return self._rows(listing, 1, start, expand=EXPAND_STORED)

    def _rows(
        self, listing: _Listing, limit: int, start: int, url: str = "", *, expand: str = EXPAND
    ) -> Mapping[str, Any]:
        if url:
            return _checked(self._http.json(self._own(url)), url)
        params: dict[str, str | int] = {**listing.params, "expand": expand, "limit": limit}
        if listing.path != SCAN:
            params["start"] = start
        return self._get(listing.path, params)

    def _get(self, path: str, params: Mapping[str, str | int]) -> Mapping[str, Any]:
        url = f"{self._settings.base_url}/rest/api/{path}"
        return _checked(self._http.json(url, params=params), url)

    def _joined(self, links: Mapping[str, Any], following: str) -> str:
        """A next link, which is given without the server's context path, as a whole address."""
        base = json_fields.string(links.get("base")) or self._settings.base_url
        return following if "://" in following else f"{base.rstrip('/')}/{following.lstrip('/')}"

    def _own(self, url: str) -> str:
        """A next link on our host and by our scheme. Raise HttpError when it leads elsewhere."""
        ours, theirs = urlsplit(self._settings.base_url), urlsplit(url)
        if theirs.netloc != ours.netloc:
            raise HttpError(f"{ours.netloc} gave a next link to another host, {theirs.netloc}: correct its base URL")
        return theirs._replace(scheme=ours.scheme).geturl()

    def _can_scan(self, space: str) -> bool:
        """Whether the server lists by cursor; asked once a run, without bodies."""
        try:
            self._get(SCAN, {"spaceKey": space, "limit": 1})
        except HttpError as error:
            if error.status == 429:
                raise
            return False
        return True

    def _spaces(self) -> list[str]:
        """The keys of the spaces to read. Raise SourceError when the listing fails: a part of it is no listing."""
        keys: dict[str, None] = dict.fromkeys(self._settings.spaces)
        start = 0
        while not self._settings.spaces:
            params: dict[str, str | int] = {
                "type": "global",
                "status": "current",
                "limit": SPACES_A_CALL,
                "start": start,
            }
            answer = self._get("space", params)
            page = [json_fields.string(json_fields.mapping(row).get("key")) for row in answer["results"]]
            fresh = [key for key in page if key and key not in keys]
            keys |= dict.fromkeys(fresh)
            start += len(page)
            if not fresh or not json_fields.mapping(answer.get("_links")).get("next"):
                break
        spaces = [key for key in keys if key not in self._settings.exclude_spaces]
        if not spaces:
            raise SourceError(
                f"{self._settings.base_url} shows no space to read: check base_url, spaces, exclude_spaces"
            )
        return spaces

    def _wanted(self, page: Mapping[str, Any]) -> bool:
        """Whether a changed page is of a space that a complete listing reads."""
        space = json_fields.mapping(page.get("space"))
        key = json_fields.string(space.get("key"))
        if key in self._settings.exclude_spaces:
            return False
        return key in self._settings.spaces or (not self._settings.spaces and space.get("type") in ("global", None))


def _checked(answer: Any, url: str) -> Mapping[str, Any]:
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        raise HttpError(f"{urlsplit(url).netloc}{urlsplit(url).path} answered JSON without results: check base_url")
    return answer
