"""One reader a content file: from its records to the catalog's values, checking what can be checked in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import TypeVar

from simulator.catalog.catalog import Catalog
from simulator.catalog.markup import Malformed, parse
from simulator.catalog.record import Record
from simulator.catalog.values import (
    LOCALES,
    MANIFESTS,
    Article,
    Category,
    Channel,
    Entry,
    File,
    Item,
    Package,
    Page,
    Playlist,
    Section,
    Shelf,
    Space,
    Translation,
    Video,
    text_of,
)

T = TypeVar("T", bound=Item)
V = TypeVar("V")


def _add(shelf: Shelf[T], item: T, record: Record) -> None:
    record.close()
    if item.id in shelf:
        record.problem(f"the id {item.id} is there twice")
    shelf.add(item)


def _keep(shelf: dict[str, V], key: str, value: V, record: Record) -> None:
    record.close()
    if key in shelf:
        record.problem(f"{key} is there twice")
    shelf[key] = value


def _known(record: Record, key: str, value: str, targets: Container[str]) -> None:
    if value and value not in targets:
        record.problem(f"{key} {value} does not exist")


def _read_tdn(file: Record, catalog: Catalog) -> None:
    for record in file.records("spaces"):
        space = Space(key=record.text("key"), name=record.text("name"), homepage=record.text("homepage", ""))
        _keep(catalog.spaces, space.key, space, record)
    rows = [(record, _page(record)) for record in file.records("pages")]
    for record, page in rows:
        _known(record, "space", page.space, catalog.spaces)
        _add(catalog.pages, page, record)
    for record, page in rows:
        _known(record, "parent", page.parent, catalog.pages)
        try:
            parse(text_of(page.body))
        except Malformed as error:
            record.problem(f"body is not well-formed storage markup: {error}")
    for space in catalog.spaces.values():
        _known(file, f"space {space.key}: homepage", space.homepage, catalog.pages)


def _page(record: Record) -> Page:
    page_id = record.text("id")
    if not page_id.isdigit():
        record.problem("id must be a number")
    updated = record.moment("updated")
    return Page(
        id=page_id,
        space=record.text("space"),
        title=record.text("title"),
        parent=record.text("parent", ""),
        labels=record.texts("labels"),
        created=record.moment("created", updated),
        updated=updated,
        version=record.number("version", 1),
        body=record.markup("body"),
        export_view=record.choice("export_view", ("full", "empty"), "full") == "full",
    )


def _read_kb(file: Record, catalog: Catalog) -> None:
    for record in file.records("categories"):
        category = Category(id=record.text("id"), name=record.names("name"))
        _keep(catalog.categories, category.id, category, record)
    sections = [(record, _section(record)) for record in file.records("sections")]
    for record, section in sections:
        _keep(catalog.sections, section.id, section, record)
        _known(record, "category", section.category, catalog.categories)
    for record, section in sections:
        _known(record, "parent", section.parent, catalog.sections)
    for record in file.records("articles"):
        article = _article(record, len(catalog.articles))
        _known(record, "section", article.section, catalog.sections)
        _add(catalog.articles, article, record)


def _section(record: Record) -> Section:
    return Section(
        id=record.text("id"),
        category=record.text("category"),
        parent=record.text("parent", ""),
        name=record.names("name"),
    )


def _article(record: Record, position: int) -> Article:
    article_id = record.text("id")
    if not article_id.isdigit():
        record.problem("id must be a number")
    updated = record.moment("updated")
    translations = record.inner("translations")
    texts = {}
    for locale in translations.names_within():
        inner = translations.inner(locale)
        if locale not in LOCALES:
            inner.problem(f"the locale must be one of {', '.join(LOCALES)}")
        texts[locale] = Translation(inner.text("title"), inner.markup("body"))
        inner.close()
    source_locale = record.choice("source_locale", LOCALES)
    if source_locale and source_locale not in texts:
        record.problem(f"there is no translation for its source_locale {source_locale}")
    segment = record.number("user_segment_id", 0)
    return Article(
        id=article_id,
        section=record.text("section"),
        source_locale=source_locale,
        translations=texts,
        labels=record.texts("labels"),
        created=record.moment("created", updated),
        updated=updated,
        edited=record.moment("edited", updated),
        position=position,
        promoted=record.flag("promoted"),
        draft=record.flag("draft"),
        user_segment_id=segment or None,
        vote_sum=record.number("vote_sum", 0),
        vote_count=record.number("vote_count", 0),
    )


def _read_youtube(file: Record, catalog: Catalog) -> None:
    channel = file.inner("channel")
    catalog.channel = Channel(id=channel.text("id"), title=channel.text("title"))
    if not re.fullmatch(r"UC[A-Za-z0-9_-]{22}", catalog.channel.id):
        channel.problem(f"id must be UC and 22 more characters, not {catalog.channel.id!r}")
    channel.close()
    for record in file.records("playlists"):
        locale = record.choice("locale", (*LOCALES, "pt-BR", "en"), LOCALES[0])
        playlist = Playlist(id=record.text("id"), title=record.text("title"), locale=locale)
        _keep(catalog.playlists, playlist.id, playlist, record)
    for record in file.records("videos"):
        video = _video(record)
        for playlist_id in video.playlists:
            _known(record, "playlist", playlist_id, catalog.playlists)
        _add(catalog.videos, video, record)


def _video(record: Record) -> Video:
    video_id = record.text("id")
    if not re.fullmatch(r"[A-Za-z0-9_-]{11}", video_id):
        record.problem(f"id must be 11 letters, digits, _ or -, not {video_id!r}")
    published = record.moment("published")
    duration = record.text("duration")
    if not re.fullmatch(r"P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?", duration):
        record.problem(f"duration must look like PT3M12S, not {duration!r}")
    return Video(
        id=video_id,
        title=record.text("title"),
        description=record.text("description"),
        published=published,
        updated=record.moment("updated", published),
        duration=duration,
        tags=record.texts("tags"),
        language=record.choice("language", ("pt-BR", "es", "en"), "pt-BR"),
        status=record.choice("status", ("public", "private", "unlisted"), "public"),
        views=record.number("views", 0),
        likes=record.number("likes", 0),
        playlists=record.texts("playlists"),
    )


def _read_downloads(file: Record, catalog: Catalog) -> None:
    for record in file.records("packages"):
        package = _package(record)
        if not package.id.isdigit():
            record.problem("id must be a number")
        kind, _, key = package.doc.partition(":")
        if package.doc and (kind != "tdn" or not key.isdigit()):
            record.problem(f"doc must look like tdn:700100101, not {package.doc!r}")
        _add(catalog.packages, package, record)


def _package(record: Record) -> Package:
    released = record.moment("released_at")
    line = record.inner("line")
    line_id, line_name = line.text("id"), line.text("name")
    if not re.fullmatch(r"\d{6}", line_id):
        line.problem(f'id must be six digits in quotes, like "000006", not {line_id!r}')
    line.close()
    return Package(
        id=record.text("id"),
        manifest=record.choice("manifest", MANIFESTS),
        name=record.text("name"),
        description=record.text("description"),
        line_id=line_id,
        line_name=line_name,
        product=record.text("product", ""),
        module=record.text("module", ""),
        environment=record.text("environment", ""),
        version=record.text("version", ""),
        type=record.text("type"),
        country=record.text("country", "BRA"),
        released=released,
        updated=record.moment("updated", released),
        files=tuple(_file(inner) for inner in record.records("files")),
        issues=record.texts("issues"),
        tickets=record.texts("tickets"),
        doc=record.text("doc", ""),
        requires=record.texts("requires"),
        supersedes=record.texts("supersedes"),
    )


def _file(record: Record) -> File:
    sha256 = record.text("sha256")
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        record.problem("sha256 must be 64 hexadecimal digits")
    file = File(
        name=record.text("name"),
        size=record.number("size"),
        sha256=sha256,
        os=record.text("os", ""),
        arch=record.text("arch", ""),
    )
    record.close()
    return file


def _read_legislacao(file: Record, catalog: Catalog) -> None:
    feed = file.inner("feed")
    catalog.feed_title, catalog.feed_description = feed.text("title"), feed.text("description")
    feed.close()
    for record in file.records("entries"):
        published = record.moment("published")
        entry = Entry(
            id=record.text("id"),
            title=record.text("title"),
            summary=record.markup("summary"),
            published=published,
            updated=record.moment("updated", published),
        )
        _add(catalog.entries, entry, record)


READERS: dict[str, Callable[[Record, Catalog], None]] = {
    "tdn": _read_tdn,
    "kb": _read_kb,
    "youtube": _read_youtube,
    "downloads": _read_downloads,
    "legislacao": _read_legislacao,
}
