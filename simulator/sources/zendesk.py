"""The Base de Conhecimento on the wire: the Help Center API of Zendesk Guide.

Listings page by cursor (`page[size]`) or by number (`page`, `per_page`; not beyond 10,000 rows). The incremental
listing has one row an article, in its source locale; its start is inclusive, so a page's last rows come again.
"""

from __future__ import annotations

import base64
import binascii
import json
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from simulator.catalog.catalog import Catalog
from simulator.catalog.values import LOCALES, Article
from simulator.messages import Refused, Request, Response, Router, as_json, iso
from simulator.sources.zendesk_json import article_json, category_json, section_json

PAGE = 100
DEFAULT_PER_PAGE = 30
DEEPEST = 10_000
API = "/kb/api/v2/help_center"

Row = TypeVar("Row")
Mark = tuple[int | str, int]


class Zendesk:
    """Answers under /kb/api/v2/help_center."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        locale = rf"{API}/(?P<locale>{'|'.join(LOCALES)})"
        self.answer = Router(
            {
                rf"{API}/incremental/articles(?:\.json)?": self._incremental,
                rf"{locale}/articles(?:\.json)?": self._articles,
                rf"{locale}/sections(?:\.json)?": self._sections,
                rf"{locale}/categories(?:\.json)?": self._categories,
                rf"{locale}/articles/(?P<key>\d+)(?:-[^/]*?)?(?:\.json)?": self._article,
                rf"{API}/articles/(?P<key>\d+)(?:-[^/]*?)?(?:\.json)?": self._article,
            }
        )

    def error(self, request: Request, refused: Refused) -> Response:
        names = {400: "InvalidParameter", 403: "Forbidden", 404: "RecordNotFound", 429: "APIRateLimitExceeded"}
        description = "Not found" if refused.status == 404 else str(refused)
        name = refused.reason if refused.reason[:1].isupper() else names.get(refused.status, "InternalError")
        return as_json({"error": name, "description": description}, status=refused.status)

    def _articles(self, request: Request, locale: str) -> Response:
        sort_by = request.first("sort_by", "position")
        if sort_by not in _SORTS:
            raise Refused(400, f"sort_by must be one of {', '.join(_SORTS)}, not {sort_by!r}")
        descending = request.first("sort_order", "asc") == "desc"
        labels = frozenset(filter(None, request.first("label_names").split(",")))

        def key(article: Article) -> Mark:
            return _SORTS[sort_by](article, locale), int(article.id)

        def pick(articles: list[Article]) -> list[Article]:
            matches = [a for a in articles if locale in a.translations and labels <= set(a.labels)]
            return sorted(matches, key=key, reverse=descending)

        rows = self._catalog.articles.view((locale, sort_by, descending, labels), pick)
        body, window = self._paged(request, "articles", rows, key, descending=descending)
        if "meta" not in body:
            body |= {"sort_by": sort_by, "sort_order": "desc" if descending else "asc"}
        body["articles"] = [self._json(request, article, locale) for article in window]
        self._sideload(request, body, window, locale)
        return self._answer(body, window)

    def _sections(self, request: Request, locale: str) -> Response:
        rows = list(enumerate(self._catalog.sections.values()))
        body, window = self._paged(request, "sections", rows, lambda row: (row[0], row[0]))
        modified = self._modified()
        body["sections"] = [section_json(section, locale, request.origin, n, modified) for n, section in window]
        return self._answer(body)

    def _categories(self, request: Request, locale: str) -> Response:
        rows = list(enumerate(self._catalog.categories.values()))
        body, window = self._paged(request, "categories", rows, lambda row: (row[0], row[0]))
        modified = self._modified()
        body["categories"] = [category_json(category, locale, request.origin, n, modified) for n, category in window]
        return self._answer(body)

    def _article(self, request: Request, key: str, locale: str = "") -> Response:
        article = self._catalog.articles.get(key)
        if article is None or (locale and locale not in article.translations):
            raise Refused(404, "Not found")
        locale = locale or article.source_locale
        body = {"article": self._json(request, article, locale)}
        self._sideload(request, body, [article], locale)
        return as_json(body, modified=article.updated)

    def _incremental(self, request: Request) -> Response:
        if not request.first("start_time"):
            raise Refused(400, "start_time is required")
        since = datetime.fromtimestamp(min(request.number("start_time", 0), 1 << 35), tz=UTC)
        rows = self._catalog.articles.by_updated()
        start = bisect_left(rows, since, key=lambda article: article.updated)
        end = _end_of_batch(rows, start)
        window = rows[start:end]
        end_time = int(window[-1].updated.timestamp()) if window else None
        next_page = f"{request.origin}{request.path}?{request.with_query(start_time=str(end_time))}"
        body: dict[str, Any] = {
            "count": len(window),
            "next_page": next_page if end < len(rows) else None,
            "end_time": end_time,
            "articles": [self._json(request, article, article.source_locale) for article in window],
        }
        self._sideload(request, body, window, LOCALES[0])
        return self._answer(body, window)

    def _json(self, request: Request, article: Article, locale: str) -> dict[str, Any]:
        return article_json(
            self._catalog, article, locale, request.origin, translations=_includes(request, "translations")
        )

    def _sideload(self, request: Request, body: dict[str, Any], window: Sequence[Article], locale: str) -> None:
        modified = self._modified()
        chains = [list(self._catalog.section_path(article.section)) for article in window]
        sections = {section.id: section for chain in chains for section in chain}
        if _includes(request, "sections"):
            body["sections"] = [section_json(s, locale, request.origin, 0, modified) for s in sections.values()]
        if _includes(request, "categories"):
            keys = dict.fromkeys(section.category for section in sections.values())
            categories = [self._catalog.categories[key] for key in keys if key in self._catalog.categories]
            body["categories"] = [category_json(c, locale, request.origin, 0, modified) for c in categories]

    def _modified(self) -> datetime:
        return self._catalog.articles.modified() or datetime(2024, 1, 1, tzinfo=UTC)

    def _answer(self, body: dict[str, Any], window: Sequence[Article] = ()) -> Response:
        return as_json(body, modified=self._modified(), listed=tuple(article.id for article in window))

    def _paged(
        self, request: Request, name: str, rows: list[Row], key: Callable[[Row], Mark], *, descending: bool = False
    ) -> tuple[dict[str, Any], list[Row]]:
        """The window of rows that the request asks for, and the envelope around it."""
        if "page[size]" in request.query:
            return _by_cursor(request, rows, key, descending=descending)
        per_page = min(request.number("per_page", DEFAULT_PER_PAGE, least=1), PAGE)
        page = request.number("page", 1, least=1)
        if page * per_page > DEEPEST:
            raise Refused(400, f"offset paging ends at {DEEPEST} rows: use cursor paging", "InvalidPaginationDepth")

        def link(number: int) -> str:
            return f"{request.origin}{request.path}?{request.with_query(page=str(number), per_page=str(per_page))}"

        pages = -(-len(rows) // per_page)
        body: dict[str, Any] = {
            "count": len(rows),
            "next_page": link(page + 1) if page < pages else None,
            "page": page,
            "page_count": pages,
            "per_page": per_page,
            "previous_page": link(page - 1) if page > 1 else None,
            name: [],
        }
        return body, rows[(page - 1) * per_page : page * per_page]


_SORTS: dict[str, Callable[[Article, str], int | str]] = {
    "position": lambda article, locale: article.position,
    "title": lambda article, locale: article.translations[locale].title,
    "created_at": lambda article, locale: iso(article.created),
    "updated_at": lambda article, locale: iso(article.updated),
    "edited_at": lambda article, locale: iso(article.edited),
}


def _by_cursor(
    request: Request, rows: list[Row], key: Callable[[Row], Mark], *, descending: bool
) -> tuple[dict[str, Any], list[Row]]:
    size = min(request.number("page[size]", PAGE, least=1), PAGE)
    cursor = request.first("page[after]")
    start = _position_after(rows, _unsealed(cursor), key, descending=descending) if cursor else 0
    window = rows[start : start + size]
    more = start + size < len(rows)
    after = _sealed(key(window[-1])) if window else None
    link = f"{request.origin}{request.path}?"
    following = {"page[after]": after, "page[size]": str(size)}
    body: dict[str, Any] = {
        "meta": {"has_more": more, "after_cursor": after, "before_cursor": _sealed(key(window[0])) if window else None},
        "links": {
            "first": link + request.with_query(**{"page[after]": None}),
            "next": link + request.with_query(**following) if more else None,
            "prev": None,
        },
    }
    return body, window


def _position_after(rows: list[Row], mark: Mark, key: Callable[[Row], Mark], *, descending: bool) -> int:
    """The first row beyond the mark, which itself may be gone."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        here = key(rows[middle])
        try:
            beyond = here < mark if descending else here > mark
        except TypeError:
            raise Refused(400, "the cursor belongs to another sort order", "InvalidCursor") from None
        low, high = (low, middle) if beyond else (middle + 1, high)
    return low


def _sealed(mark: Mark) -> str:
    return base64.urlsafe_b64encode(json.dumps(mark).encode()).decode()


def _unsealed(cursor: str) -> Mark:
    try:
        value, number = json.loads(base64.urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError, TypeError):
        raise Refused(400, f"page[after] is not a cursor: {cursor!r}", "InvalidCursor") from None
    return value, number


def _end_of_batch(rows: Sequence[Article], start: int) -> int:
    """Where a batch ends: rows of one second stay together, and one later second is in it, or it would not advance."""
    end = min(start + PAGE, len(rows))
    while end < len(rows) and (rows[end].updated in (rows[end - 1].updated, rows[start].updated)):
        end += 1
    if end < len(rows) and rows[end - 1].updated == rows[start].updated:
        later = rows[end].updated
        while end < len(rows) and rows[end].updated == later:
            end += 1
    return end


def _includes(request: Request, name: str) -> bool:
    return any(name in value.split(",") for value in request.query.get("include", []))
