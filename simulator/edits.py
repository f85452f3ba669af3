"""Changes to the served documents while the simulator runs: edit, create, delete. Nothing reaches the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.catalog.catalog import Catalog
from simulator.catalog.paragraphs import as_markup
from simulator.catalog.values import (
    LOCALES,
    MANIFESTS,
    SOURCES,
    Article,
    Entry,
    File,
    Package,
    Page,
    Space,
    Translation,
    Video,
)
from simulator.messages import moment

Converter = Callable[[object], Any]


class EditError(ValueError):
    """The edit names a source, a document or a field that there is not, or a value that does not fit."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise EditError("must be a string")
    return value


def _key(value: object) -> str:
    return str(value)


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise EditError("must be a whole number")
    return int(value)


def _segment(value: object) -> int | None:
    return None if value is None else _number(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise EditError("must be true or false")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise EditError("must be a list of strings")
    return tuple(str(item) for item in value)


def _files(value: object) -> tuple[File, ...]:
    if not isinstance(value, list):
        raise EditError("must be a list of {name, size, sha256, os, arch}")
    try:
        return tuple(File(**row) for row in value)
    except TypeError as error:
        raise EditError(f"must be a list of {{name, size, sha256, os, arch}}: {error}") from error


def _when(value: object) -> datetime:
    return moment(_text(value))


def _markup(value: object) -> str:
    return as_markup(_text(value))


# Field names in the control API: the attribute that each sets, and how its value is read.
_FIELDS: dict[str, dict[str, tuple[str, Converter]]] = {
    "tdn": {
        "title": ("title", _text),
        "body": ("body", _text),
        "text": ("body", _markup),
        "space": ("space", _text),
        "parent": ("parent", _key),
        "labels": ("labels", _texts),
        "created": ("created", _when),
        "updated": ("updated", _when),
        "version": ("version", _number),
        "export_view": ("export_view", lambda value: value != "empty"),
    },
    "kb": {
        "title": ("title", _text),
        "body": ("body", _text),
        "text": ("body", _markup),
        "section": ("section", _key),
        "labels": ("labels", _texts),
        "created": ("created", _when),
        "updated": ("updated", _when),
        "edited": ("edited", _when),
        "promoted": ("promoted", _flag),
        "draft": ("draft", _flag),
        "user_segment_id": ("user_segment_id", _segment),
        "position": ("position", _number),
        "vote_sum": ("vote_sum", _number),
        "vote_count": ("vote_count", _number),
    },
    "youtube": {
        "title": ("title", _text),
        **dict.fromkeys(("description", "body", "text"), ("description", _text)),
        "published": ("published", _when),
        "updated": ("updated", _when),
        "duration": ("duration", _text),
        "language": ("language", _text),
        "status": ("status", _text),
        "tags": ("tags", _texts),
        "labels": ("tags", _texts),
        "playlists": ("playlists", _texts),
        "views": ("views", _number),
        "likes": ("likes", _number),
    },
    "downloads": {
        **dict.fromkeys(("name", "title"), ("name", _text)),
        **dict.fromkeys(("description", "body", "text"), ("description", _text)),
        **{name: (name, _text) for name in ("product", "module", "environment", "version", "type", "country", "doc")},
        **{name: (name, _texts) for name in ("issues", "tickets", "requires", "supersedes")},
        "files": ("files", _files),
        "manifest": ("manifest", _text),
        "released_at": ("released", _when),
        "updated": ("updated", _when),
    },
    "legislacao": {
        "title": ("title", _text),
        **dict.fromkeys(("summary", "body"), ("summary", _text)),
        "text": ("summary", _markup),
        "published": ("published", _when),
        "updated": ("updated", _when),
    },
}


class Editor:
    """Edits a catalog in memory."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def edit(self, source: str, key: str, fields: Mapping[str, object], locale: str = "") -> None:
        """Change fields of a document, or create it with sane defaults when the id is new.

        Its time of change moves to now (and a page's version by one) unless the fields say otherwise or hold
        `touch: False`. Raise EditError when a field or value is wrong.
        """
        if source not in SOURCES:
            raise EditError(f"the source must be one of {', '.join(SOURCES)}, not {source!r}")
        if locale and locale not in LOCALES:
            raise EditError(f"the locale must be one of {', '.join(LOCALES)}, not {locale!r}")
        touch = bool(fields.get("touch", True))
        changes = self._changes(source, {name: value for name, value in fields.items() if name != "touch"})
        old = self._catalog.shelf(source).get(key)
        item = old if old is not None else self._new(source, key, locale or LOCALES[0])
        now = datetime.now(UTC).replace(microsecond=0)
        if touch:
            later = now if old is None else max(now, item.updated + timedelta(seconds=1))
            changes.setdefault("updated", later)
            if isinstance(item, Page) and old is not None:
                changes.setdefault("version", item.version + 1)
            if isinstance(item, Article):
                changes.setdefault("edited", later)
        if isinstance(item, Article):
            changes |= _translated(item, changes, locale or item.source_locale)
        self._catalog.shelf(source).put(replace(item, **changes))

    def delete(self, source: str, key: str, locale: str = "") -> bool:
        """Take a document, or one translation of an article, away; False when it was not there."""
        if source not in SOURCES:
            raise EditError(f"the source must be one of {', '.join(SOURCES)}, not {source!r}")
        shelf = self._catalog.shelf(source)
        item = shelf.get(key)
        if not isinstance(item, Article) or not locale:
            return shelf.remove(key)
        left = {name: text for name, text in item.translations.items() if name != locale}
        if not left:
            return shelf.remove(key)
        first = item.source_locale if item.source_locale in left else next(iter(left))
        shelf.put(replace(item, translations=left, source_locale=first))
        return locale in item.translations

    def _changes(self, source: str, fields: Mapping[str, object]) -> dict[str, Any]:
        editable = _FIELDS[source]
        changes: dict[str, Any] = {}
        for name, value in fields.items():
            if name not in editable:
                raise EditError(f"unknown field {name}; {source} has {', '.join(sorted(editable))}")
            attribute, convert = editable[name]
            try:
                changes[attribute] = convert(value)
            except ValueError as error:
                raise EditError(f"{name}: {error}") from error
        self._check_references(changes)
        return changes

    def _check_references(self, changes: dict[str, Any]) -> None:
        space, section, manifest = changes.get("space"), changes.get("section"), changes.get("manifest")
        if space:
            self._catalog.spaces.setdefault(space, Space(key=space, name=space))
        if section and section not in self._catalog.sections:
            raise EditError(f"section: there is no section {section}")
        if manifest and manifest not in MANIFESTS:
            raise EditError(f"manifest: must be one of {', '.join(MANIFESTS)}")

    def _new(self, source: str, key: str, locale: str) -> Any:
        now = datetime.now(UTC).replace(microsecond=0)
        if source in ("tdn", "kb", "downloads") and not key.isdigit():
            raise EditError(f"an id of {source} is a number, not {key!r}")
        if source == "tdn":
            if not self._catalog.spaces:
                self._catalog.spaces["DOCS"] = Space(key="DOCS", name="Documentação")
            return Page(id=key, space=next(iter(self._catalog.spaces)), title="", body="", created=now, updated=now)
        if source == "kb":
            return self._new_article(key, locale, now)
        if source == "youtube":
            return Video(id=key, title="", description="", published=now, updated=now)
        if source == "downloads":
            return Package(
                id=key, manifest=MANIFESTS[0], name="", description="", line_id="000006", line_name="Protheus",
                released=now, updated=now,
            )  # fmt: skip
        return Entry(id=key, title="", summary="", published=now, updated=now)

    def _new_article(self, key: str, locale: str, now: datetime) -> Article:
        section = next(iter(self._catalog.sections), None)
        if section is None:
            raise EditError("there is no section that could hold a new article")
        last = self._catalog.articles.all()
        return Article(
            id=key,
            section=section,
            source_locale=locale,
            translations={},
            created=now,
            updated=now,
            edited=now,
            position=1 + max((article.position for article in last), default=-1),
        )


def _translated(item: Article, changes: dict[str, Any], locale: str) -> dict[str, Any]:
    """The article's translations with the title and body of `changes`, which are taken out of it."""
    old = item.translations.get(locale, Translation("", ""))
    new = Translation(changes.pop("title", old.title), changes.pop("body", old.body))
    return {"translations": {**item.translations, locale: new}}
