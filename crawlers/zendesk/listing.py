"""Zendesk Guide, read anonymously through its Help Center API: several instances, each in several locales.

    complete      per instance and locale: categories, sections, then articles by cursor
    since         per instance: /incremental/articles.json, then each article's other locales one by one
                  where that is refused: per locale by updated_at, newest first, down to a page that is older

What real servers do, and what is done about it:
    the last page points at itself, `end_time` is 1 or null   a listing ends when it brings nothing new
    a locale that the account lacks answers 404               it is empty, if another locale of the instance answers
    an article that is gone or private vanishes               404 for one article tells the runner to remove it
    more than 10,000 rows by number answer 400                cursors; page numbers only where there are none

https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawlers import json_fields
from crawlers.http.client import Client, HttpError
from crawlers.source import Checkpoint, Failure, Record
from crawlers.zendesk import article as zendesk_article
from crawlers.zendesk.settings import ZendeskInstance, ZendeskSource
from search.errors import SourceError
from search.model import Document

MAX_CALLS = 10_000
"""Calls of one listing: a hundred times the largest known."""

EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
"""A start of 0 breaks some accounts."""

NEWEST_FIRST = {"sort_by": "updated_at", "sort_order": "desc"}

Params = Mapping[str, str | int]
Items = Iterator[Record | Failure | Checkpoint]
Breadcrumb = Callable[[str], tuple[str, ...]]
"""From a section's id to the names of its category and sections, outermost first."""


class Zendesk:
    complete = True

    def __init__(self, name: str, settings: ZendeskSource, http: Client) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    def records(self, since: datetime | None, resume: Checkpoint | None) -> Items:
        return self._every_instance(since, resume.data if resume else {})

    def document(self, record: Record) -> Document | None:
        return zendesk_article.document(self.name, record.data)

    def probe(self) -> str:
        counts, failed = [], []
        for instance in self._settings.instances:
            locale = instance.locales[0]
            try:
                answer = self._list(instance, f"{locale}/articles.json", {"per_page": 1}, "articles")
                counts.append(f"{instance.name} {json_fields.number(answer.get('count'))} articles in {locale}")
            except HttpError as error:
                failed.append(str(error))
        if not counts:
            raise SourceError(failed[0])
        return f"{len(self._settings.instances)} instances: {', '.join((*counts, *failed))}"

    def _every_instance(self, since: datetime | None, place: Mapping[str, Any]) -> Items:
        """Raise SourceError when no instance answers at all."""
        instances = list(self._settings.instances)
        names = [instance.name for instance in instances]
        if place.get("instance") in names:
            instances = instances[names.index(place["instance"]) :]
        else:
            place = {}
        answered, errors = bool(place), list[str]()
        for instance in instances:
            mine = place if place.get("instance") == instance.name else {}
            for item in self._every_locale(instance, mine) if since is None else self._changed(instance, since, mine):
                if isinstance(item, Failure):
                    errors.append(item.error)
                else:
                    answered = True
                yield item
        if errors and not answered:
            raise SourceError(f"no instance could be read: {errors[0]}")

    def _every_locale(
        self, instance: ZendeskInstance, place: Mapping[str, Any], until: datetime | None = None
    ) -> Items:
        """All articles of an instance, or those updated since `until`. A locale may fail alone."""
        locales = list(instance.locales)
        if place.get("locale") in locales:
            locales = locales[locales.index(place["locale"]) :]
        answered, missing = bool(place.get("locale")), dict[str, str]()
        for locale in locales:
            params = json_fields.mapping(place.get("params")) if place.get("locale") == locale else {}
            try:
                breadcrumb = self._breadcrumbs(instance, locale)
                answered = True
                yield from self._articles(instance, locale, breadcrumb, params, until)
            except _NoSuchLocale as error:
                missing[locale] = str(error)
            except HttpError as error:
                yield _failure(f"{instance.name} {locale}", error)
        if not answered:
            yield from (Failure(f"{instance.name} {locale}", error) for locale, error in missing.items())

    def _articles(
        self,
        instance: ZendeskInstance,
        locale: str,
        breadcrumb: Breadcrumb,
        place: Params,
        until: datetime | None,
    ) -> Items:
        params: Params = place or {"page[size]": self._settings.page_size, **(NEWEST_FIRST if until else {})}
        for rows, following in self._pages(instance, f"{locale}/articles.json", params, "articles"):
            yield from (_record(instance, locale, row, breadcrumb) for row in rows)
            if until and all(_updated(row) < until for row in rows):
                return
            if following:
                yield Checkpoint({"instance": instance.name, "locale": locale, "params": following})

    def _changed(self, instance: ZendeskInstance, since: datetime, place: Mapping[str, Any]) -> Items:
        start = max(since - timedelta(minutes=self._settings.overlap_min), EARLIEST)
        pages = self._incremental(instance, json_fields.number(place.get("start_time")) or int(start.timestamp()))
        try:
            try:
                first = next(pages, ([], 0))
            except HttpError as error:
                if error.status not in (401, 403, 404):
                    raise
                yield from self._every_locale(instance, place, until=start)
                return
            breadcrumbs = cache(lambda locale: self._known_breadcrumbs(instance, locale))
            for rows, following in chain([first], pages):
                for row in rows:
                    yield from self._in_every_locale(instance, row, breadcrumbs)
                if following:
                    yield Checkpoint({"instance": instance.name, "start_time": following})
        except HttpError as error:
            yield _failure(instance.name, error)

    def _incremental(self, instance: ZendeskInstance, start: int) -> Iterator[tuple[list[Mapping[str, Any]], int]]:
        """Changed articles, each once in its source locale, and from when the next page starts (0: there is none)."""
        seen: set[str] = set()
        for _ in range(MAX_CALLS):
            answer = self._list(instance, "incremental/articles.json", {"start_time": start}, "articles")
            rows = {
                json_fields.string(json_fields.mapping(row).get("id")): json_fields.mapping(row)
                for row in answer["articles"]
            }
            link = _query(answer.get("next_page"))
            named = int(link["start_time"]) if link.get("start_time", "").isdecimal() else 0
            following = max(named, json_fields.number(answer.get("end_time"))) if link else 0
            advances = following > start
            yield [row for key, row in rows.items() if key not in seen], following if advances else 0
            if not advances:
                return
            seen.update(rows)
            start = following

    def _in_every_locale(
        self, instance: ZendeskInstance, row: Mapping[str, Any], breadcrumbs: Callable[[str], Breadcrumb]
    ) -> Iterator[Record]:
        """A changed article in all locales: which of its translations was edited is not said."""
        key = json_fields.string(row.get("id"))
        for locale in instance.locales:
            article = (
                row if json_fields.string(row.get("locale")).lower() == locale and row.get("body") is not None else None
            )
            try:
                article = article or json_fields.mapping(
                    self._call(instance, f"{locale}/articles/{key}.json", {})["article"]
                )
            except HttpError as error:
                if error.status != 404:
                    raise
                gone = {"instance": instance.name, "locale": locale, "base_url": instance.base_url, "gone": True}
                yield Record(f"{instance.name}/{key}/{locale}", gone)
                continue
            yield _record(instance, locale, article, breadcrumbs(locale))

    def _breadcrumbs(self, instance: ZendeskInstance, locale: str) -> Breadcrumb:
        """Raise _NoSuchLocale when the account has not got the locale."""
        size = {"page[size]": self._settings.page_size}
        categories, sections = dict[str, Mapping[str, Any]](), dict[str, Mapping[str, Any]]()
        try:
            for rows, _ in self._pages(instance, f"{locale}/categories.json", size, "categories"):
                categories |= {json_fields.string(row.get("id")): row for row in rows}
        except HttpError as error:
            raise _NoSuchLocale(str(error)) if error.status == 404 else error from error
        for rows, _ in self._pages(instance, f"{locale}/sections.json", size, "sections"):
            sections |= {json_fields.string(row.get("id")): row for row in rows}

        def breadcrumb(section: str) -> tuple[str, ...]:
            path: dict[str, Mapping[str, Any]] = {}
            while section in sections and section not in path:
                path[section] = sections[section]
                section = json_fields.string(sections[section].get("parent_section_id"))
            outermost = next(reversed(path.values()), {})
            category = categories.get(json_fields.string(outermost.get("category_id")), {})
            return json_fields.lines([row.get("name") for row in (category, *reversed(path.values()))])

        return cache(breadcrumb)

    def _known_breadcrumbs(self, instance: ZendeskInstance, locale: str) -> Breadcrumb:
        try:
            return self._breadcrumbs(instance, locale)
        except _NoSuchLocale:
            return lambda section: ()

    def _pages(
        self, instance: ZendeskInstance, path: str, params: Params, name: str
    ) -> Iterator[tuple[list[Mapping[str, Any]], Params | None]]:
        """The new rows of each page, and the parameters of the next. Raise HttpError when it turns in circles."""
        seen: set[str] = set()
        for _ in range(MAX_CALLS):
            answer = self._list(instance, path, params, name)
            rows = {
                json_fields.string(json_fields.mapping(row).get("id")): json_fields.mapping(row) for row in answer[name]
            }
            fresh = [row for key, row in rows.items() if key not in seen]
            following = _following(params, answer)
            yield fresh, following
            if following is None:
                return
            if not fresh:
                break
            seen.update(rows)
            params = following
        raise HttpError(f"{instance.base_url} lists {path} in circles after {len(seen)} rows: tell its operators")

    def _list(self, instance: ZendeskInstance, path: str, params: Params, name: str) -> Mapping[str, Any]:
        answer = self._call(instance, path, params)
        if not isinstance(answer.get(name), list):
            raise HttpError(f"{instance.base_url} answered {path} without {name}: check the address in the settings")
        return answer

    def _call(self, instance: ZendeskInstance, path: str, params: Params) -> Mapping[str, Any]:
        return json_fields.mapping(self._http.json(f"{instance.base_url}/api/v2/help_center/{path}", params=params))


class _NoSuchLocale(HttpError):
    """An account without a locale answers 404 to everything in it."""


def _failure(unit: str, error: HttpError) -> Failure:
    """A part that failed; but a server that wants us to stop ends the run."""
    if error.status == 429:
        raise error
    return Failure(unit, str(error))


def _record(instance: ZendeskInstance, locale: str, article: Mapping[str, Any], breadcrumb: Breadcrumb) -> Record:
    data = {
        "instance": instance.name,
        "locale": locale,
        "base_url": instance.base_url,
        "breadcrumb": list(breadcrumb(json_fields.string(article.get("section_id")))),
        "article": article,
    }
    return Record(f"{instance.name}/{json_fields.string(article.get('id'))}/{locale}", data)


def _updated(row: Mapping[str, Any]) -> datetime:
    return json_fields.moment(row.get("updated_at")) or EARLIEST


def _following(params: Params, answer: Mapping[str, Any]) -> Params | None:
    """The next page's parameters, by cursor or by number. A next link's host is never followed, only its query."""
    meta = json_fields.mapping(answer.get("meta"))
    if "has_more" in meta:
        if not meta["has_more"]:
            return None
        link = _query(json_fields.mapping(answer.get("links")).get("next"))
        return {**params, "page[after]": json_fields.string(meta.get("after_cursor")) or link.get("page[after]", "")}
    link = _query(answer.get("next_page"))
    return {**{name: value for name, value in params.items() if "[" not in name}, **link} if link else None


def _query(link: Any) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(json_fields.string(link)).query))
