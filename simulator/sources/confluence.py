"""TDN on the wire: the REST API (v1) of a Confluence Data Center, its caps and its paging quirks included.

As on a real server `limit` is lowered without a word (50 rows with a body, 200 without), and the `start` inside
`_links.next` of an offset listing jumps by the limit that was asked, not by the rows that were given
(CONFSERVER-95272). Cursor listings (`scan`) can be followed as they are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

from simulator.catalog.catalog import Catalog
from simulator.catalog.values import Page
from simulator.messages import Refused, Request, Response, Router, as_json
from simulator.sources.confluence_json import Renderer
from simulator.sources.cql import Selection, parse_cql

VERSION = "8.5.19"
CAP_WITH_BODY = 50
CAP = 200


class Confluence:
    """Answers under /tdn/rest/api."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        api = r"/tdn/rest/api"
        self.answer = Router(
            {
                rf"{api}/server-information": self._server,
                rf"{api}/space": self._spaces,
                rf"{api}/content": self._content,
                rf"{api}/content/scan": self._scan,
                rf"{api}/content/search": self._search,
                rf"{api}/content/(?P<key>[^/]+)": self._page,
                rf"{api}/content/(?P<key>[^/]+)/child/page": self._children,
            }
        )

    def error(self, request: Request, refused: Refused) -> Response:
        reasons = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}
        data = {"authorized": refused.status != 403, "valid": True, "errors": [], "successful": False}
        body = {
            "statusCode": refused.status,
            "data": {**data, "allowedInReadOnlyMode": True},
            "message": str(refused),
            "reason": reasons.get(refused.status, "Internal Server Error"),
        }
        return as_json(body, status=refused.status, type="application/json")

    def _server(self, request: Request) -> Response:
        return as_json({"baseUrl": f"{request.origin}/tdn", "version": VERSION, "buildNumber": 9012, "title": "TDN"})

    def _spaces(self, request: Request) -> Response:
        expands = _expands(request)
        if expands & {"permissions", "history"}:
            raise Refused(500, "java.lang.NullPointerException (CONFSERVER-99908)")
        wanted = request.first("type", "global") == "global" and request.first("status", "current") == "current"
        keys = request.query.get("spaceKey")
        spaces = [space for space in self._catalog.spaces.values() if wanted and (not keys or space.key in keys)]
        renderer = Renderer(self._catalog, request.origin, expands)
        start, limit = request.number("start", 0), min(request.number("limit", 25, least=1), CAP)
        rows = [renderer.space(space) for space in spaces[start : start + limit]]
        return self._listing(request, rows, start=start, limit=limit, total=len(spaces))

    def _content(self, request: Request) -> Response:
        key, title = request.first("spaceKey"), request.first("title")
        if request.first("type", "page") != "page" or request.first("status", "current") not in ("current", "any"):
            pages: list[Page] = []
        elif title:
            pages = [page for page in self._of_space(key) if page.title == title]
        else:
            pages = self._of_space(key)
        return self._window(request, pages)

    def _search(self, request: Request) -> Response:
        if not request.first("cql"):
            raise Refused(400, "The parameter cql is required")
        return self._window(request, self._selected(parse_cql(request.first("cql"))))

    def _children(self, request: Request, key: str) -> Response:
        self._known(key)
        return self._window(request, self._catalog.children(key))

    def _page(self, request: Request, key: str) -> Response:
        page = self._known(key)
        renderer = Renderer(self._catalog, request.origin, _expands(request))
        row = renderer.page(page)
        row["_links"] |= {"collection": "/rest/api/content", "base": f"{request.origin}/tdn", "context": "/tdn"}
        return as_json(row, modified=self._catalog.pages.modified(), type="application/json")

    def _scan(self, request: Request) -> Response:
        expands = _expands(request)
        limit = _limit(request, expands)
        rows = self._of_space(request.first("spaceKey"), by_id=True)
        cursor = request.first("cursor", "content:false:null")
        mark = cursor.rpartition(":")[2]
        if mark != "null" and not mark.isdigit():
            raise Refused(400, f"Invalid cursor: {cursor}")
        start = 0 if mark == "null" else bisect_right(rows, int(mark), key=lambda page: int(page.id))
        window = rows[start : start + limit]
        renderer = Renderer(self._catalog, request.origin, expands)
        links: dict[str, str] = {"self": f"{request.origin}{request.target}"}
        body: dict[str, Any] = {"results": [renderer.page(page) for page in window], "cursor": cursor}
        if start + limit < len(rows):
            body["nextCursor"] = f"content:false:{window[-1].id}"
            query = request.with_query(cursor=body["nextCursor"], limit=str(limit))
            links["next"] = f"/rest/api/content/scan?{query}"
        links |= {"base": f"{request.origin}/tdn", "context": "/tdn"}
        body |= {"limit": limit, "size": len(window), "_links": links}
        listed = tuple(page.id for page in window)
        return as_json(body, modified=self._catalog.pages.modified(), listed=listed, type="application/json")

    def _known(self, key: str) -> Page:
        page = self._catalog.pages.get(key)
        if page is None:
            raise Refused(404, f"No content found with id: ContentId{{id={key}}}")
        return page

    def _of_space(self, key: str, *, by_id: bool = False) -> list[Page]:
        """The pages of a space, or of all when the key is empty, in the shelf's order or by number."""

        def pick(pages: list[Page]) -> list[Page]:
            rows = [page for page in pages if not key or page.space == key]
            return sorted(rows, key=lambda page: int(page.id)) if by_id else rows

        if key and key not in self._catalog.spaces:
            raise Refused(404, f"No space with key : {key}")
        return self._catalog.pages.view(("space", key, by_id), pick)

    def _selected(self, selection: Selection) -> list[Page]:
        """The pages that a query selects; the whole shelf is walked only for a combination not seen since a change."""
        shelf = self._catalog.pages
        unknown = (selection.spaces or frozenset()) - self._catalog.spaces.keys()
        if unknown:
            raise Refused(400, f"The space {', '.join(sorted(unknown))} does not exist or you cannot see it")
        if not selection.pages_only:
            return []
        if selection.ids is not None:
            named = [page for key in selection.ids if (page := shelf.get(key)) is not None]
            rows = sorted(named, key=lambda page: (page.updated, page.id))
            rows = [page for page in rows if selection.spaces is None or page.space in selection.spaces]
        else:
            sort = selection.by_modified or selection.modified_since is not None
            source = shelf.by_updated() if sort else shelf.all()
            rows = shelf.view(
                ("cql", selection.spaces, sort),
                lambda _: [page for page in source if selection.spaces is None or page.space in selection.spaces],
            )
        if selection.modified_since is None:
            return rows
        return rows[bisect_left(rows, selection.modified_since, key=lambda page: page.updated) :]

    def _window(self, request: Request, pages: list[Page]) -> Response:
        expands = _expands(request)
        limit = _limit(request, expands)
        start = request.number("start", 0)
        window = pages[start : start + limit]
        renderer = Renderer(self._catalog, request.origin, expands)
        rows = [renderer.page(page) for page in window]
        listed = tuple(page.id for page in window)
        return self._listing(request, rows, start=start, limit=limit, total=len(pages), listed=listed)

    def _listing(
        self,
        request: Request,
        rows: list[dict[str, Any]],
        *,
        start: int,
        limit: int,
        total: int,
        listed: tuple[str, ...] = (),
    ) -> Response:
        step = request.number("limit", 25, least=1)
        path = request.path.removeprefix("/tdn")
        links = {"self": f"{request.origin}{request.target}", "base": f"{request.origin}/tdn", "context": "/tdn"}
        if start + limit < total:
            links["next"] = f"{path}?{request.with_query(start=str(start + step), limit=str(step))}"
        if start:
            links["prev"] = f"{path}?{request.with_query(start=str(max(0, start - step)), limit=str(step))}"
        body: dict[str, Any] = {"results": rows, "start": start, "limit": limit, "size": len(rows), "_links": links}
        if request.path.endswith("/search"):
            body |= {"totalSize": total, "cqlQuery": request.first("cql")}
        return as_json(body, modified=self._catalog.pages.modified(), listed=listed, type="application/json")


def _expands(request: Request) -> frozenset[str]:
    return frozenset(part for value in request.query.get("expand", []) for part in value.split(",") if part)


def _limit(request: Request, expands: frozenset[str]) -> int:
    with_body = any(name.startswith("body") for name in expands)
    return min(request.number("limit", 25, least=1), CAP_WITH_BODY if with_body else CAP)
