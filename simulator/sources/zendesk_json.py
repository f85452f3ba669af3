"""The Help Center's JSON for an article, a section and a category."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

from simulator.catalog.catalog import Catalog
from simulator.catalog.values import Article, Category, Section, Translation, text_of
from simulator.messages import iso

_AUTHOR = 360_000_000_001


def slug(title: str) -> str:
    """The readable tail of an article's address, accents kept out: Zendesk only looks at the number before it."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:100]


def article_json(
    catalog: Catalog, article: Article, locale: str, origin: str, *, translations: bool = False
) -> dict[str, Any]:
    translation = article.translations[locale]
    tail = f"-{slug(translation.title)}" if slug(translation.title) else ""
    segments = [] if article.user_segment_id is None else [article.user_segment_id]
    row: dict[str, Any] = {
        "id": int(article.id),
        "url": f"{origin}/kb/api/v2/help_center/{locale}/articles/{article.id}.json",
        "html_url": f"{origin}/kb/hc/{locale}/articles/{article.id}{tail}",
        "author_id": _AUTHOR,
        "comments_disabled": True,
        "draft": article.draft,
        "promoted": article.promoted,
        "position": article.position,
        "vote_sum": article.vote_sum,
        "vote_count": article.vote_count,
        "section_id": int(article.section),
        "created_at": iso(article.created),
        "updated_at": iso(article.updated),
        "name": translation.title,
        "title": translation.title,
        "source_locale": article.source_locale,
        "locale": locale,
        "outdated": False,
        "outdated_locales": [],
        "edited_at": iso(article.edited),
        "user_segment_id": article.user_segment_id,
        "user_segment_ids": segments,
        "permission_group_id": 360_000_000_002,
        "content_tag_ids": [],
        "label_names": list(article.labels),
        "body": article_body(catalog, translation, locale, origin),
    }
    if translations:
        row["translations"] = [
            _translation_json(catalog, article, name, translation, origin)
            for name, translation in article.translations.items()
        ]
    return row


def article_body(catalog: Catalog, translation: Translation, locale: str, origin: str) -> str:
    text = text_of(translation.body)
    return catalog.linked(text, origin, locale) if isinstance(translation.body, str) else text


def _translation_json(
    catalog: Catalog, article: Article, locale: str, translation: Translation, origin: str
) -> dict[str, Any]:
    return {
        "id": int(article.id) * 10 + len(locale),
        "url": f"{origin}/kb/api/v2/help_center/articles/{article.id}/translations/{locale}.json",
        "html_url": f"{origin}/kb/hc/{locale}/articles/{article.id}",
        "source_id": int(article.id),
        "source_type": "Article",
        "locale": locale,
        "title": translation.title,
        "body": article_body(catalog, translation, locale, origin),
        "outdated": False,
        "draft": article.draft,
        "hidden": False,
        "created_at": iso(article.created),
        "updated_at": iso(article.updated),
        "updated_by_id": _AUTHOR,
        "created_by_id": _AUTHOR,
    }


def section_json(section: Section, locale: str, origin: str, position: int, modified: datetime) -> dict[str, Any]:
    return {
        **_group("sections", section.id, section.name, locale, origin, position, modified),
        "category_id": int(section.category),
        "parent_section_id": int(section.parent) if section.parent else None,
        "sorting": "manual",
        "theme_template": "section_page",
    }


def category_json(category: Category, locale: str, origin: str, position: int, modified: datetime) -> dict[str, Any]:
    return _group("categories", category.id, category.name, locale, origin, position, modified)


def _group(
    kind: str, key: str, names: dict[str, str], locale: str, origin: str, position: int, modified: datetime
) -> dict[str, Any]:
    """What a section and a category share; a name that is missing in a locale is taken from the first that has one."""
    source = next(iter(names))
    return {
        "id": int(key),
        "url": f"{origin}/kb/api/v2/help_center/{locale}/{kind}/{key}.json",
        "html_url": f"{origin}/kb/hc/{locale}/{kind}/{key}",
        "position": position,
        "created_at": iso(modified.replace(year=2019, month=1, day=1)),
        "updated_at": iso(modified),
        "name": names.get(locale, names[source]),
        "description": "",
        "locale": locale,
        "source_locale": source,
        "outdated": False,
    }
