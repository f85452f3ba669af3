"""The Canal TOTVS on the wire: YouTube's Data API v3, for channels, playlists, their items and videos."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from simulator.catalog.catalog import Catalog
from simulator.catalog.values import Playlist, Video, text_of
from simulator.messages import Refused, Request, Response, Router, as_json, iso
from simulator.sources.feeds import not_found, video_feed

MOST = 50
_SIZES = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}
_CATEGORY = "27"
_LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)


class YouTube:
    """Answers under /youtube/v3 and /youtube/feeds."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.answer = Router(
            {
                r"/youtube/feeds/videos\.xml": lambda request: video_feed(catalog, request),
                r"/youtube/v3/channels": self._channels,
                r"/youtube/v3/playlists": self._playlists,
                r"/youtube/v3/playlistItems": self._items,
                r"/youtube/v3/videos": self._videos,
            }
        )

    def error(self, request: Request, refused: Refused) -> Response:
        if "/v3/" not in request.path:
            return not_found(refused)
        reason = refused.reason or {403: "quotaExceeded", 429: "rateLimitExceeded"}.get(refused.status, "backendError")
        one = {"message": str(refused), "domain": "youtube.parameter", "reason": reason}
        error = {"code": refused.status, "message": str(refused), "errors": [one]}
        return as_json({"error": error}, status=refused.status, type="application/json; charset=UTF-8")

    def _channels(self, request: Request) -> Response:
        parts = _parts(request)
        channel = self._catalog.channel
        rows = []
        if channel.id in _ids(request, "id"):
            row = {"kind": "youtube#channel", "id": channel.id}
            full = {
                "snippet": {"title": channel.title, "description": "", "thumbnails": self._thumbnails(request, "")},
                "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": channel.uploads}},
                "statistics": {"videoCount": str(len(self._catalog.public_videos())), "hiddenSubscriberCount": True},
            }
            rows = [_resource(row, full, parts)]
        return self._answer("channel", rows, total=len(rows), size=5)

    def _playlists(self, request: Request) -> Response:
        parts = _parts(request)
        if request.first("id"):
            shelf = self._catalog.playlists
            playlists = [shelf[key] for key in _ids(request, "id") if key in shelf]
        elif request.first("channelId"):
            mine = request.first("channelId") == self._catalog.channel.id
            playlists = list(self._catalog.playlists.values()) if mine else []
        else:
            raise Refused(400, "No filter selected. Expected one of: id, channelId", "missingRequiredParameter")
        start, size = _window(request)
        rows = [self._playlist(request, playlist, parts) for playlist in playlists[start : start + size]]
        return self._answer("playlist", rows, total=len(playlists), size=size, start=start)

    def _playlist(self, request: Request, playlist: Playlist, parts: set[str]) -> dict[str, Any]:
        items = self._catalog.playlist_videos(playlist.id) or []
        full = {
            "snippet": {
                "publishedAt": iso(min((video.published for video in items), default=_LONG_AGO)),
                "channelId": self._catalog.channel.id,
                "title": playlist.title,
                "description": "",
                "thumbnails": self._thumbnails(request, items[0].id if items else ""),
                "channelTitle": self._catalog.channel.title,
                "defaultLanguage": playlist.locale,
                "localized": {"title": playlist.title, "description": ""},
            },
            "status": {"privacyStatus": "public"},
            "contentDetails": {"itemCount": len(items)},
        }
        return _resource({"kind": "youtube#playlist", "id": playlist.id}, full, parts)

    def _items(self, request: Request) -> Response:
        parts = _parts(request)
        key = request.first("playlistId")
        if not key:
            raise Refused(400, "No filter selected. Expected one of: id, playlistId", "missingRequiredParameter")
        videos = self._catalog.playlist_videos(key)
        if videos is None:
            raise Refused(
                404, f"The playlist identified with the request's playlistId {key} cannot be found.", "playlistNotFound"
            )
        start, size = _window(request)
        window = videos[start : start + size]
        rows = [self._item(request, key, start + n, video, parts) for n, video in enumerate(window)]
        listed = tuple(video.id for video in window)
        return self._answer("playlistItem", rows, total=len(videos), size=size, start=start, listed=listed)

    def _item(self, request: Request, key: str, position: int, video: Video, parts: set[str]) -> dict[str, Any]:
        channel = self._catalog.channel
        public = video.status == "public"
        snippet: dict[str, Any] = {
            "publishedAt": iso(video.published),
            "channelId": channel.id,
            "title": video.title if public else "Private video",
            "description": self._description(request, video) if public else "This video is private.",
            "thumbnails": self._thumbnails(request, video.id) if public else {},
            "channelTitle": channel.title,
            "playlistId": key,
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": video.id},
        }
        details = {"videoId": video.id}
        if public:
            snippet |= {"videoOwnerChannelTitle": channel.title, "videoOwnerChannelId": channel.id}
            details["videoPublishedAt"] = iso(video.published)
        full = {
            "snippet": snippet,
            "contentDetails": details,
            "status": {"privacyStatus": "public" if public else "private"},
        }
        item_id = base64.b64encode(f"{key}.{video.id}".encode()).decode()
        return _resource({"kind": "youtube#playlistItem", "id": item_id}, full, parts)

    def _videos(self, request: Request) -> Response:
        parts = _parts(request)
        keys = _ids(request, "id")
        if not keys:
            raise Refused(400, "No filter selected. Expected one of: id, chart, myRating", "missingRequiredParameter")
        if len(keys) > MOST:
            raise Refused(400, "The request specifies an invalid filter parameter: too many ids.", "invalidFilters")
        videos = [video for key in dict.fromkeys(keys) if (video := self._catalog.videos.get(key)) is not None]
        rows = [self._video(request, video, parts) for video in videos if video.status != "private"]
        return self._answer("video", rows, total=len(rows), size=len(rows))

    def _video(self, request: Request, video: Video, parts: set[str]) -> dict[str, Any]:
        description = self._description(request, video)
        full = {
            "snippet": {
                "publishedAt": iso(video.published),
                "channelId": self._catalog.channel.id,
                "title": video.title,
                "description": description,
                "thumbnails": self._thumbnails(request, video.id),
                "channelTitle": self._catalog.channel.title,
                **({"tags": list(video.tags)} if video.tags else {}),
                "categoryId": _CATEGORY,
                "liveBroadcastContent": "none",
                "defaultLanguage": video.language,
                "localized": {"title": video.title, "description": description},
                "defaultAudioLanguage": video.language,
            },
            "contentDetails": {
                "duration": video.duration,
                "dimension": "2d",
                "definition": "hd",
                "caption": "false",
                "licensedContent": False,
                "projection": "rectangular",
            },
            "status": {"uploadStatus": "processed", "privacyStatus": video.status, "embeddable": True},
            "statistics": {"viewCount": str(video.views), "likeCount": str(video.likes), "commentCount": "0"},
        }
        return _resource({"kind": "youtube#video", "id": video.id}, full, parts)

    def _description(self, request: Request, video: Video) -> str:
        return self._catalog.linked(text_of(video.description), request.origin)

    def _thumbnails(self, request: Request, key: str) -> dict[str, Any]:
        return {
            name: {"url": f"{request.origin}/youtube/vi/{key}/{name}.jpg", "width": width, "height": height}
            for name, (width, height) in _SIZES.items()
        }

    def _answer(
        self,
        kind: str,
        rows: list[dict[str, Any]],
        *,
        total: int,
        size: int,
        start: int = 0,
        listed: tuple[str, ...] = (),
    ) -> Response:
        body: dict[str, Any] = {"kind": f"youtube#{kind}ListResponse", "etag": _etag(rows)}
        if start + size < total:
            body["nextPageToken"] = _token(start + size)
        if start:
            body["prevPageToken"] = _token(max(0, start - size))
        body |= {"items": rows, "pageInfo": {"totalResults": total, "resultsPerPage": size}}
        modified = self._catalog.videos.modified()
        return as_json(body, modified=modified, listed=listed, type="application/json; charset=UTF-8")


def check_key(request: Request) -> None:
    """Any key will do, save one that begins with "invalid". Raise Refused as the service does without one."""
    key = request.first("key")
    if not key:
        raise Refused(403, "The request is missing a valid API key.", "forbidden")
    if key.startswith("invalid"):
        raise Refused(400, "API key not valid. Please pass a valid API key.", "badRequest")


def _parts(request: Request) -> set[str]:
    check_key(request)
    parts = {part.strip() for value in request.query.get("part", []) for part in value.split(",") if part.strip()}
    if not parts:
        raise Refused(400, "No value was given for the required parameter part.", "missingRequiredParameter")
    return parts


def _ids(request: Request, name: str) -> list[str]:
    return [key for value in request.query.get(name, []) for key in value.split(",") if key]


def _window(request: Request) -> tuple[int, int]:
    size = request.number("maxResults", 5)
    if size > MOST:
        raise Refused(400, f"Invalid value {size}. Values must be within the range: [0, {MOST}]", "invalidParameter")
    token = request.first("pageToken")
    return (_start(token) if token else 0), size


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(b"C" + start.to_bytes(4, "big")).decode().rstrip("=")


def _start(token: str) -> int:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 5 or not raw.startswith(b"C"):
        raise Refused(400, "The request specifies an invalid page token.", "invalidPageToken")
    return int.from_bytes(raw[1:], "big")


def _resource(head: dict[str, Any], full: dict[str, Any], parts: set[str]) -> dict[str, Any]:
    content = {name: value for name, value in full.items() if name in parts}
    return {"kind": head["kind"], "etag": _etag([head, content]), "id": head["id"], **content}


def _etag(value: object) -> str:
    digest = hashlib.blake2b(json.dumps(value).encode(), digest_size=20).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
