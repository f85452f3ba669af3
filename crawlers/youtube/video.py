"""One video as the Data API's `video` resource, from the API or from a feed's entry, as a document. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import isodate

from crawlers.feed.parser import moment_of
from crawlers.json_fields import items, line, mapping, moment, string
from crawlers.links import addresses
from crawlers.source import Record
from crawlers.taxonomy import LINES, STANDALONE, line_of, module_of
from search.analysis.analyzer import detect_language
from search.analysis.plain_text import lines
from search.errors import RecordError
from search.model import LANGS, Document

VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
PLACEHOLDERS = frozenset({"Private video", "Deleted video", "[Private video]", "[Deleted video]"})
CHAPTER = re.compile(r"^\W*(?:\d{1,2}:)?\d{1,2}:\d{2}\W+(.*\w.*)$", re.MULTILINE)
POPULAR_VIEWS = 1_000_000
"""Views at which a video is as popular as can be; the channel's most watched have some hundred thousand."""


def document_of(record: Record, *, source: str, watch_url: str) -> Document | None:
    """Turn a video into a document; None for what is not public, not ready or a placeholder."""
    video = mapping(record.data.get("video"))
    snippet, status = mapping(video.get("snippet")), mapping(video.get("status"))
    title = line(snippet.get("title"))
    ready = status.get("privacyStatus") == "public" and status.get("uploadStatus") == "processed"
    if not ready or title in PLACEHOLDERS:
        return None
    published = moment(snippet.get("publishedAt"))
    if not VIDEO_ID.fullmatch(record.key) or not title or published is None:
        raise RecordError(f"video {record.key} lacks an id of 11 characters, a title or a date: look at it on YouTube")
    playlists = [mapping(playlist) for playlist in items(record.data.get("playlists"))]
    names = tuple(filter(None, (line(playlist.get("title")) for playlist in playlists)))
    body = lines(string(snippet.get("description")))
    views = _number(mapping(video.get("statistics")).get("viewCount"))
    return Document(
        source=source,
        key=record.key,
        url=f"{watch_url}?v={record.key}",
        title=title,
        body=body,
        headings=tuple(dict.fromkeys(chapter.strip() for chapter in CHAPTER.findall(body))),
        kind="video",
        lang=_lang(snippet, playlists, f"{title}\n{body}"),
        line=line_of(title) or _line_of_playlists(names),
        product=next((name for code, name in STANDALONE.items() if re.search(rf"\b{code}\b", title)), ""),
        module=module_of(title),
        breadcrumb=names[:1],
        labels=tuple(dict.fromkeys((*names, *map(line, items(snippet.get("tags")))))),
        created=published,
        updated=published,
        links=addresses((), body),
        popularity=popularity(views),
        extra=_extra(video, snippet, views),
    )


def popularity(views: int) -> float:
    """log(1 + views) / log(1 + 1,000,000), at most 1; in steps of 0.01, so that not every view is a change."""
    return round(min(1.0, math.log1p(views) / math.log1p(POPULAR_VIEWS)), 2)


def duration_s(text: str) -> int | None:
    """Seconds of an ISO 8601 duration: PT15M51S, P1DT2H, P0D for a live that is still to come. None when it is none."""
    try:
        duration = isodate.parse_duration(text)
    except (ValueError, OverflowError):
        return None
    # A month has no length in seconds, and isodate takes a bare "PT" for nothing rather than for nonsense.
    sensible = isinstance(duration, timedelta) and duration >= timedelta() and text != "PT"
    return int(duration.total_seconds()) if sensible else None


def from_entry(entry: Any) -> dict[str, Any]:
    """A feed's entry in the shape of the API's resource. Feeds hold public videos only; they tell no duration."""
    key = string(entry.get("yt_videoid")) or string(entry.get("id")).rpartition(":")[2]
    thumbnails = [{"url": string(thumbnail.get("url"))} for thumbnail in items(entry.get("media_thumbnail"))]
    return {
        "id": key,
        "snippet": {
            "publishedAt": moment_of(entry, "published_parsed"),
            "title": string(entry.get("title")),
            "description": string(entry.get("summary")),
            "channelTitle": string(entry.get("author")),
            "thumbnails": {"high": thumbnails[0]} if thumbnails else {},
        },
        "statistics": {"viewCount": string((entry.get("media_statistics") or {}).get("views"))},
        "status": {"privacyStatus": "public", "uploadStatus": "processed"},
    }


def _number(value: Any) -> int:
    text = string(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _line_of_playlists(names: Sequence[str]) -> str:
    """The product line of the first playlist whose title names just one."""
    for name in names:
        named = [product_line for product_line, pattern in LINES if pattern.search(name)]
        if len(named) == 1:
            return named[0]
    return ""


def _lang(snippet: Mapping[str, Any], playlists: Sequence[Mapping[str, Any]], text: str) -> str:
    stated = [
        snippet.get("defaultAudioLanguage"),
        snippet.get("defaultLanguage"),
        *(playlist.get("lang") for playlist in playlists),
    ]
    codes = (string(value)[:2].lower() for value in stated)
    return next((lang for lang in codes if lang in LANGS), None) or detect_language(text, "pt")


def _extra(video: Mapping[str, Any], snippet: Mapping[str, Any], views: int) -> dict[str, str | int]:
    """What a result shows beside its text. Views are told to two digits: a count that never rests is always new."""
    duration = duration_s(string(mapping(video.get("contentDetails")).get("duration")))
    extra: dict[str, str | int] = {
        "thumbnail": _thumbnail(mapping(snippet.get("thumbnails"))),
        "views": int(float(f"{views:.1e}")),
        "channel": line(snippet.get("channelTitle")),
    }
    facts: dict[str, str | int] = {name: value for name, value in extra.items() if value}
    return facts if duration is None else {"duration_s": duration, **facts}


def _thumbnail(thumbnails: Mapping[str, Any]) -> str:
    addresses = (string(mapping(thumbnails.get(size)).get("url")) for size in ("medium", "high", "default"))
    return next((url for url in addresses if url.startswith(("https://", "http://"))), "")
