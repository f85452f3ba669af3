"""Confluence's JSON for a page and a space: what was asked in `expand`, the rest named under `_expandable`."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from simulator.catalog.catalog import Catalog
from simulator.catalog.markup import Surroundings, render
from simulator.catalog.values import Page, Space
from simulator.sources.cql import SERVER_ZONE

_REPRESENTATIONS = ("storage", "view", "export_view")


class Renderer:
    """Renders for one request: `expands` are the names that it asked for."""

    def __init__(self, catalog: Catalog, origin: str, expands: frozenset[str]) -> None:
        self._catalog = catalog
        self._origin = origin
        self._expands = expands
        self._around = Surroundings(
            find=catalog.page_titled,
            storage=self._storage,
            children=lambda page: catalog.children(page.id),
            url=lambda key: catalog.url("tdn", key, origin),
        )

    def _asked(self, name: str) -> bool:
        return name in self._expands or any(other.startswith(f"{name}.") for other in self._expands)

    def page(self, page: Page) -> dict[str, Any]:
        self_path = f"/rest/api/content/{page.id}"
        row = self._reference(page)
        parts: dict[str, Callable[[], Any]] = {
            "space": lambda: self.space(self._catalog.spaces.get(page.space) or Space(key=page.space, name="")),
            "history": lambda: self._history(page),
            "version": lambda: self._version(page),
            "ancestors": lambda: [self._reference(parent) for parent in self._catalog.ancestors(page)],
            "metadata": lambda: self._metadata(page),
            "body": lambda: self._body(page),
        }
        expandable = {
            "container": f"/rest/api/space/{page.space}",
            "operations": "",
            "children": f"{self_path}/child",
            "restrictions": f"{self_path}/restriction/byOperation",
            "descendants": f"{self_path}/descendant",
        }
        paths = {"space": f"/rest/api/space/{page.space}", "history": f"{self_path}/history"}
        for name, make in parts.items():
            if self._asked(name):
                row[name] = make()
            else:
                expandable[name] = paths.get(name, "")
        return {**row, "extensions": {"position": "none"}, "_expandable": expandable}

    def _reference(self, page: Page) -> dict[str, Any]:
        links = {
            "webui": webui(page),
            "edit": f"/pages/resumedraft.action?draftId={page.id}",
            "tinyui": f"/x/{tiny(int(page.id))}",
            "self": f"{self._origin}/tdn/rest/api/content/{page.id}",
        }
        return {"id": page.id, "type": "page", "status": "current", "title": page.title, "_links": links}

    def space(self, space: Space) -> dict[str, Any]:
        row: dict[str, Any] = {
            "id": 1000 + list(self._catalog.spaces).index(space.key) if space.key in self._catalog.spaces else 0,
            "key": space.key,
            "name": space.name,
            "status": "current",
            "type": "global",
            "_links": {
                "webui": f"/display/{space.key}",
                "self": f"{self._origin}/tdn/rest/api/space/{space.key}",
            },
            "_expandable": {"metadata": "", "icon": "", "description": "", "retentionPolicy": ""},
        }
        homepage = self._catalog.pages.get(space.homepage)
        if homepage is not None and self._expands & {"homepage", "space.homepage"}:
            row["homepage"] = self._reference(homepage)
        elif homepage is not None:
            row["_expandable"]["homepage"] = f"/rest/api/content/{homepage.id}"
        return row

    def _version(self, page: Page) -> dict[str, Any]:
        return {
            "by": _author(self._origin),
            "when": server_time(page.updated),
            "message": "",
            "number": page.version,
            "minorEdit": False,
            "hidden": False,
            "_links": {"self": f"{self._origin}/tdn/rest/experimental/content/{page.id}/version/{page.version}"},
            "_expandable": {"content": f"/rest/api/content/{page.id}"},
        }

    def _history(self, page: Page) -> dict[str, Any]:
        row: dict[str, Any] = {
            "latest": True,
            "createdBy": _author(self._origin),
            "createdDate": server_time(page.created),
            "_links": {"self": f"{self._origin}/tdn/rest/api/content/{page.id}/history"},
            "_expandable": {"lastUpdated": "", "previousVersion": "", "contributors": "", "nextVersion": ""},
        }
        if "history.lastUpdated" in self._expands:
            row["lastUpdated"] = self._version(page)
            del row["_expandable"]["lastUpdated"]
        return row

    def _metadata(self, page: Page) -> dict[str, Any]:
        expandable = {"currentuser": "", "properties": "", "frontend": "", "editorHtml": ""}
        if not self._asked("metadata.labels"):
            return {"_expandable": {**expandable, "labels": f"/rest/api/content/{page.id}/label"}}
        results = [
            {"prefix": "global", "name": name, "id": str(500_000 + sum(name.encode())), "label": name}
            for name in page.labels
        ]
        links = {"self": f"{self._origin}/tdn/rest/api/content/{page.id}/label"}
        labels = {"results": results, "start": 0, "limit": 200, "size": len(results), "_links": links}
        return {"labels": labels, "_expandable": expandable}

    def _body(self, page: Page) -> dict[str, Any]:
        body: dict[str, Any] = {}
        expandable = {"editor": "", "styled_view": "", "anonymous_export_view": ""}
        for name in _REPRESENTATIONS:
            if f"body.{name}" not in self._expands:
                expandable[name] = ""
                continue
            body[name] = {
                "value": self.body(page, name),
                "representation": name,
                "_expandable": {"webresource": "", "content": f"/rest/api/content/{page.id}"},
            }
        return {**body, "_expandable": expandable}

    def body(self, page: Page, representation: str) -> str:
        """A page's text as storage markup, as HTML with relative addresses (view) or absolute ones (export_view)."""
        if representation == "storage":
            return self._storage(page)
        if representation == "export_view" and not page.export_view:
            return ""
        if not isinstance(page.body, str):
            return page.body.read()
        html = render(page, self._around)
        return html if representation == "export_view" else html.replace(f'="{self._origin}/', '="/')

    def _storage(self, page: Page) -> str:
        return self._catalog.linked(page.body, self._origin) if isinstance(page.body, str) else page.body.read()


def server_time(moment: datetime) -> str:
    """As the server writes it: in its own zone, with milliseconds."""
    return moment.astimezone(SERVER_ZONE).isoformat(timespec="milliseconds")


def webui(page: Page) -> str:
    """Titles of plain letters get a readable address, all others one with the id.

    So do pages of a corpus, where two pages of a space may have one title, which Confluence does not allow.
    """
    if isinstance(page.body, str) and re.fullmatch(r"[A-Za-z0-9 _.,()-]+", page.title):
        return f"/display/{page.space}/{quote_plus(page.title)}"
    return f"/pages/viewpage.action?pageId={page.id}"


def tiny(page_id: int) -> str:
    """The short form of an id: little-endian bytes in base64 without its padding (393219 is AwAG)."""
    code = base64.b64encode(page_id.to_bytes(4 if page_id < 1 << 32 else 8, "little")).decode()
    return code.rstrip("=").rstrip("A").replace("+", "_").replace("/", "-")


def tiny_id(code: str) -> int:
    """The id of a short form. Raise ValueError when it is none."""
    text = code.replace("_", "+").replace("-", "/")
    width = 11 if len(text) > 6 else 6
    padded = text.ljust(width, "A")
    return int.from_bytes(base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True), "little")


def _author(origin: str) -> dict[str, Any]:
    return {
        "type": "known",
        "username": "tdn",
        "userKey": "ff8080810000000000000000000000d0",
        "displayName": "TDN",
        "_links": {"self": f"{origin}/tdn/rest/api/user?key=ff8080810000000000000000000000d0"},
        "_expandable": {"status": ""},
    }
