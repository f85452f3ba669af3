"""Everything that the simulator serves, and the addresses that its documents have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simulator.catalog.values import (
    LOCALES,
    Article,
    Category,
    Channel,
    Entry,
    Package,
    Page,
    Playlist,
    Section,
    Shelf,
    Space,
    Video,
)

_CHANNEL = Channel(id="UCsim7TvCanal0Portal2xQ4", title="Canal")
LINK = re.compile(r"\{(tdn|kb|video|package):([A-Za-z0-9_-]+)\}")


@dataclass(kw_only=True)
class Catalog:
    spaces: dict[str, Space] = field(default_factory=dict)
    pages: Shelf[Page] = field(default_factory=Shelf)
    categories: dict[str, Category] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    articles: Shelf[Article] = field(default_factory=Shelf)
    channel: Channel = _CHANNEL
    playlists: dict[str, Playlist] = field(default_factory=dict)
    videos: Shelf[Video] = field(default_factory=Shelf)
    packages: Shelf[Package] = field(default_factory=Shelf)
    feed_title: str = "Legislação"
    feed_description: str = ""
    entries: Shelf[Entry] = field(default_factory=Shelf)

    def shelf(self, source: str) -> Shelf[Any]:
        """The documents of a source by its name in the control API; KeyError when there is no such source."""
        shelves: dict[str, Shelf[Any]] = {
            "tdn": self.pages,
            "kb": self.articles,
            "youtube": self.videos,
            "downloads": self.packages,
            "legislacao": self.entries,
        }
        return shelves[source]

    def has(self, kind: str, key: str) -> bool:
        sources = {"tdn": "tdn", "kb": "kb", "video": "youtube", "package": "downloads"}
        return key in self.shelf(sources[kind])

    def ancestors(self, page: Page) -> list[Page]:
        """The page's parents, the root first."""
        chain: list[Page] = []
        seen = {page.id}
        parent = self.pages.get(page.parent)
        while parent is not None and parent.id not in seen:
            seen.add(parent.id)
            chain.append(parent)
            parent = self.pages.get(parent.parent)
        return chain[::-1]

    def children(self, key: str) -> list[Page]:
        """The pages right below a page, in the shelf's order."""

        def group(pages: list[Page]) -> list[Page]:
            return [page for page in pages if page.parent == key]

        return self.pages.view(("children", key), group)

    def page_titled(self, space: str, title: str) -> Page | None:
        return next((page for page in self.pages.all() if page.space == space and page.title == title), None)

    def public_videos(self) -> list[Video]:
        """The channel's uploads, the newest first."""

        def pick(videos: list[Video]) -> list[Video]:
            public = [video for video in videos if video.status == "public"]
            return sorted(public, key=lambda video: (video.published, video.id), reverse=True)

        return self.videos.view("public", pick)

    def playlist_videos(self, key: str) -> list[Video] | None:
        """A playlist's videos, placeholders for private ones included; None when there is no such playlist.

        The uploads (UU…, and UULF… for the long ones) hold public videos only.
        """
        if key in (self.channel.uploads, "UULF" + self.channel.id[2:]):
            return self.public_videos()
        if key not in self.playlists:
            return None
        return self.videos.view(("playlist", key), lambda videos: [v for v in videos if key in v.playlists])

    def section_path(self, key: str) -> Iterator[Section]:
        """A section and its parents, the innermost first."""
        seen: set[str] = set()
        section = self.sections.get(key)
        while section is not None and section.id not in seen:
            seen.add(section.id)
            yield section
            section = self.sections.get(section.parent)

    def linked(self, text: str, origin: str, locale: str = LOCALES[0]) -> str:
        """Text with its `{kind:ID}` marks replaced by addresses on this server."""
        if "{" not in text:
            return text
        return LINK.sub(lambda mark: self.url(mark[1], mark[2], origin, locale), text)

    def url(self, kind: str, key: str, origin: str, locale: str = LOCALES[0]) -> str:
        if kind == "tdn":
            return f"{origin}/tdn/pages/viewpage.action?pageId={key}"
        if kind == "video":
            return f"{origin}/youtube/watch?v={key}"
        if kind == "package":
            return f"{origin}/downloads/portal/p/10098/download?e={key}"
        article = self.articles.get(key)
        if article is not None and locale not in article.translations:
            locale = article.source_locale
        return f"{origin}/kb/hc/{locale}/articles/{key}"
