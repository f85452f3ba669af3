"""What the four sources hold: frozen values, and the shelf that keeps them in listing order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

SOURCES = ("tdn", "kb", "youtube", "downloads", "legislacao")
LOCALES = ("pt-br", "es", "en-us")
MANIFESTS = ("protheus", "rm", "datasul", "logix")


class Passage(Protocol):
    """A text that is read from elsewhere each time, so that a large corpus stays out of memory."""

    def read(self) -> str: ...


Body = str | Passage


def text_of(body: Body) -> str:
    return body if isinstance(body, str) else body.read()


class Item(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def updated(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    key: str
    name: str
    homepage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    id: str
    space: str
    title: str
    body: Body
    created: datetime
    updated: datetime
    parent: str = ""
    labels: tuple[str, ...] = ()
    version: int = 1
    export_view: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    id: str
    name: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    id: str
    category: str
    name: dict[str, str]
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    title: str
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    id: str
    section: str
    source_locale: str
    translations: dict[str, Translation]
    created: datetime
    updated: datetime
    edited: datetime
    position: int
    labels: tuple[str, ...] = ()
    promoted: bool = False
    draft: bool = False
    user_segment_id: int | None = None
    vote_sum: int = 0
    vote_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    id: str
    title: str
    locale: str = "pt-br"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    id: str
    title: str

    @property
    def uploads(self) -> str:
        return "UU" + self.id[2:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    id: str
    title: str
    description: Body
    published: datetime
    updated: datetime
    duration: str = "PT0S"
    language: str = "pt-BR"
    status: str = "public"
    views: int = 0
    likes: int = 0
    tags: tuple[str, ...] = ()
    playlists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    name: str
    size: int
    sha256: str
    os: str = ""
    arch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    id: str
    manifest: str
    name: str
    description: Body
    line_id: str
    line_name: str
    released: datetime
    updated: datetime
    product: str = ""
    module: str = ""
    environment: str = ""
    version: str = ""
    type: str = "patch"
    country: str = "BRA"
    doc: str = ""
    files: tuple[File, ...] = ()
    issues: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    id: str
    title: str
    summary: str
    published: datetime
    updated: datetime


T = TypeVar("T", bound=Item)


class Shelf(Generic[T]):
    """The documents of one source in listing order, with derived listings that live until the next change.

    Reading a window of a view costs the window, not the shelf; a change drops all views.
    """

    def __init__(self) -> None:
        self._items: dict[str, T] = {}
        self._views: dict[Hashable, list[T]] = {}
        self._lock = threading.RLock()
        self.changed: datetime | None = None

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def get(self, key: str) -> T | None:
        return self._items.get(key)

    def add(self, item: T) -> None:
        """Put an item on the shelf without it counting as a change: loading."""
        self._items[item.id] = item
        self._views.clear()

    def put(self, item: T) -> None:
        with self._lock:
            self._items[item.id] = item
            self._forget()

    def remove(self, key: str) -> bool:
        with self._lock:
            was_there = self._items.pop(key, None) is not None
            self._forget()
            return was_there

    def _forget(self) -> None:
        self._views = {}
        self.changed = datetime.now(UTC).replace(microsecond=0)

    def view(self, name: Hashable, make: Callable[[list[T]], list[T]]) -> list[T]:
        """The listing called `name`, made once from all items; the caller must not change it."""
        with self._lock:
            if name not in self._views:
                self._views[name] = make(list(self._items.values()))
            return self._views[name]

    def all(self) -> list[T]:
        return self.view("all", list)

    def by_updated(self) -> list[T]:
        return self.view("updated", lambda items: sorted(items, key=lambda item: (item.updated, item.id)))

    def nth(self, index: int) -> str | None:
        rows = self.all()
        return rows[index].id if 0 <= index < len(rows) else None

    def modified(self) -> datetime | None:
        """The last time at which anything on this shelf changed, deletions included; None when empty and untouched."""
        rows = self.by_updated()
        moments = [rows[-1].updated] if rows else []
        return max([*moments, *([self.changed] if self.changed else [])], default=None)
