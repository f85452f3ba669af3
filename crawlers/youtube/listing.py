"""The Canal TOTVS: every video through the Data API where there is a key, the newest ones from Atom feeds without.

    key      channels ─▶ uploads, playlistItems (50 a page) ─▶ videos (50 ids) ─▶ records     complete
    no key   feeds of the channel and of each playlist, 15 entries each        ─▶ records     never complete

Both give records in the shape of the API's `video` resource. https://developers.google.com/youtube/v3/docs
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from crawlers.feed.parser import parse_feed
from crawlers.http.client import Client, HttpError
from crawlers.json_fields import items, line, mapping, string
from crawlers.source import Checkpoint, Failure, Record
from crawlers.youtube.settings import YoutubeSource
from crawlers.youtube.video import PLACEHOLDERS, document_of, from_entry
from search.errors import SourceError
from search.model import Document

PAGE = 50
"""The most that the API gives, and takes as ids, in one call."""

UNLISTED = 5
UNLISTED_SHARE = 0.1
"""What a listing may lack of a playlist's stated size, the larger of both: sizes count videos that nobody may see."""

HIDDEN = frozenset({"private", "privacyStatusUnspecified"})
ADVICE = {
    400: "the request was refused: check that {key} holds a valid key of the YouTube Data API v3; if it does, a page of"
    " the listing has expired and nothing is removed: run again",
    401: "the key was refused: check that {key} holds a valid key of the YouTube Data API v3",
    403: "the day's quota is used up (it comes back at midnight Pacific time) or the key may not use the YouTube Data"
    " API v3: see the quotas of its Google Cloud project",
    404: "the channel or playlist is not there, or not public: check channel_id and playlists",
    429: "the API wants fewer calls: raise every_min, or wait until midnight Pacific time for new quota",
}


class Page(NamedTuple):
    """One page of a playlist: its visible videos, the next page's token or "", its end, counted in items."""

    ids: list[str]
    token: str
    end: int


class Youtube:
    def __init__(self, name: str, settings: YoutubeSource, http: Client) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    @property
    def complete(self) -> bool:
        return bool(self._settings.api_key_env)

    def records(self, since: datetime | None, resume: Checkpoint | None) -> Iterator[Record | Failure | Checkpoint]:
        """Yield every video with a key, the newest without. An incremental run lists all too: N/25 calls, N videos."""
        if not self.complete:
            yield from self._from_feeds()
            return
        try:
            yield from self._from_api(resume)
        except HttpError as error:
            raise self._explained(error) from error

    def document(self, record: Record) -> Document | None:
        return document_of(record, source=self.name, watch_url=self._settings.watch_url)

    def probe(self) -> str:
        if not self.complete:
            feed = self._feed(self._channel_feeds())
            title = line(feed.feed.get("title"))
            return f"the feed of {title} lists its {len(feed.entries)} newest videos; set api_key_env to read them all"
        try:
            channel = self._channel()
        except HttpError as error:
            raise self._explained(error) from error
        count = line(mapping(channel.get("statistics")).get("videoCount")) or "?"
        return f"the channel {line(mapping(channel.get('snippet')).get('title'))} has {count} videos"

    # -- the Data API --------------------------------------------------------------------------------------------------

    def _from_api(self, resume: Checkpoint | None) -> Iterator[Record | Failure | Checkpoint]:
        """Playlists first, since they label the videos; then the uploads; then what only playlists hold."""
        channel = mapping(self._channel().get("contentDetails"))
        uploads = string(mapping(channel.get("relatedPlaylists")).get("uploads"))
        labels: dict[str, list[Mapping[str, str]]] = {}
        yield from self._labels(labels)
        listed: set[str] = set()
        for page in self._uploads(uploads, resume):
            yield from self._videos([key for key in page.ids if key not in listed], labels)
            listed.update(page.ids)
            if page.token:
                yield Checkpoint({"playlist": uploads, "page_token": page.token, "count": page.end})
        if not listed:
            raise SourceError("the channel lists no video, which is taken for a fault: check channel_id, or try later")
        yield from self._videos([key for key in labels if key not in listed], labels)

    def _channel(self) -> Mapping[str, Any]:
        answer = self._call("channels", part="snippet,contentDetails,statistics", id=self._settings.channel_id)
        channels = items(answer.get("items"))
        if not channels:
            raise SourceError(f"YouTube knows no channel {self._settings.channel_id}: check channel_id")
        return mapping(channels[0])

    def _labels(self, labels: dict[str, list[Mapping[str, str]]]) -> Iterator[Failure]:
        """Note which of the playlists in the settings each video is in; a playlist that cannot be read is a Failure."""
        keys = self._settings.playlists
        playlists: dict[str, Mapping[str, Any]] = {}
        for batch in _batches(keys):
            answer = self._call("playlists", part="snippet", id=",".join(batch), maxResults=PAGE)
            playlists.update(
                {string(mapping(playlist).get("id")): mapping(playlist) for playlist in items(answer.get("items"))}
            )
        for key in keys:
            try:
                ids = [video for page in self._pages(key) for video in page.ids]
            except SourceError as error:
                yield Failure(f"playlist {key}", str(self._explained(error)))
                continue
            snippet = mapping(playlists.get(key, {}).get("snippet"))
            label = {"id": key, "title": line(snippet.get("title")), "lang": string(snippet.get("defaultLanguage"))}
            for video in dict.fromkeys(ids):
                labels.setdefault(video, []).append(label)

    def _uploads(self, uploads: str, resume: Checkpoint | None) -> Iterator[Page]:
        """The channel's videos page by page, from where the last listing stopped if its token is still good."""
        start = resume.data if resume is not None and resume.data.get("playlist") == uploads else {}
        if start:
            try:
                yield from self._pages(uploads, str(start["page_token"]), int(start["count"]))
            except HttpError as error:
                if error.status != 400:
                    raise
            else:
                return
        yield from self._pages(uploads)

    def _pages(self, playlist: str, token: str = "", count: int = 0) -> Iterator[Page]:
        """Pages of a playlist from `token` on, `count` items after its start. Raise SourceError for a short listing."""
        used = {token}
        part = "snippet,contentDetails,status"
        while True:
            page = {"pageToken": token} if token else {}
            answer = self._call("playlistItems", part=part, playlistId=playlist, maxResults=PAGE, **page)
            rows = [mapping(row) for row in items(answer.get("items"))]
            count, token = count + len(rows), string(answer.get("nextPageToken"))
            problem = _problem(answer, count, repeats=token != "" and token in used)
            if problem:
                raise SourceError(f"the listing of playlist {playlist} {problem}: nothing is removed; try again later")
            yield Page([key for row in rows if (key := _visible(row))], token, count)
            if not token:
                return
            used.add(token)

    def _videos(self, ids: Sequence[str], labels: Mapping[str, list[Mapping[str, str]]]) -> Iterator[Record]:
        """The videos that are still there. Raise SourceError when all listed ids are unknown: that is an outage."""
        for batch in _batches(tuple(dict.fromkeys(ids))):
            part = "snippet,contentDetails,statistics,status"
            videos = items(self._call("videos", part=part, id=",".join(batch)).get("items"))
            if not videos:
                raise SourceError(f"YouTube lists {len(batch)} videos and then knows none of them: try again later")
            for video in map(mapping, videos):
                key = string(video.get("id"))
                yield Record(key, {"video": video, "playlists": labels.get(key, [])})

    def _call(self, resource: str, **params: str | int) -> Mapping[str, Any]:
        name = self._settings.api_key_env
        key = os.environ.get(name, "")
        if not key:
            raise SourceError(f"{name} is not set: put the API's key there, or leave api_key_env empty to read feeds")
        answer = self._http.json(f"{self._settings.api_url}/{resource}", params={**params, "key": key})
        if not isinstance(answer, dict):
            raise SourceError(f"the API answered {type(answer).__name__} to {resource}: check api_url")
        return answer

    def _explained(self, error: SourceError) -> SourceError:
        """The error with the advice that fits the API, where its status has some."""
        status = error.status if isinstance(error, HttpError) else None
        if status not in ADVICE:
            return error
        return SourceError(f"the Data API answered {status}: {ADVICE[status].format(key=self._settings.api_key_env)}")

    # -- feeds ---------------------------------------------------------------------------------------------------------

    def _from_feeds(self) -> Iterator[Record | Failure]:
        """A feed that fails is a Failure, never an empty feed; YouTube has waves of 404 and 500 on good ones."""
        units = [(f"channel {self._settings.channel_id}", self._channel_feeds(), False)]
        units += [(f"playlist {key}", [{"playlist_id": key}], True) for key in self._settings.playlists]
        videos: dict[str, dict[str, Any]] = {}
        for unit, addresses, is_playlist in units:
            try:
                feed = self._feed(addresses)
            except SourceError as error:
                yield Failure(unit, str(error))
                continue
            for entry in feed.entries:
                video = from_entry(entry)
                data = videos.setdefault(video["id"], {"video": video, "playlists": []})
                if is_playlist:
                    label = {"id": addresses[0]["playlist_id"], "title": line(feed.feed.get("title")), "lang": ""}
                    data["playlists"].append(label)
        for key, data in videos.items():
            yield Record(key, data)

    def _channel_feeds(self) -> list[dict[str, str]]:
        """The feeds that hold the channel's newest videos: its own, that of its uploads, that of its long videos."""
        channel = self._settings.channel_id
        return [{"channel_id": channel}, {"playlist_id": f"UU{channel[2:]}"}, {"playlist_id": f"UULF{channel[2:]}"}]

    def _feed(self, addresses: Sequence[Mapping[str, str]]) -> Any:
        """The first of several addresses of one feed that gives a good one."""
        last = SourceError("no feed was asked for")
        for params in addresses:
            try:
                feed = parse_feed(self._http.get(self._settings.feed_url, params=params).content)
                if feed.version == "atom10":
                    return feed
                last = SourceError(f"the feed is {feed.version} where YouTube's are Atom: check feed_url")
            except HttpError as error:
                if error.status is None or (error.status != 404 and error.status < 500):
                    raise
                last = error
            except SourceError as error:
                last = error
        raise last


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + PAGE] for start in range(0, len(ids), PAGE))


def _problem(answer: Mapping[str, Any], count: int, *, repeats: bool) -> str:
    """What shows that a listing, `count` items long so far, is not what it should be; "" when it may be believed."""
    total = mapping(answer.get("pageInfo")).get("totalResults")
    if not isinstance(answer.get("items"), list):
        return "has no items"
    if repeats:
        return "repeats a page"
    ended = not answer.get("nextPageToken")
    if ended and isinstance(total, int) and total - count > max(UNLISTED, UNLISTED_SHARE * total):
        return f"ended after {count} of {total} videos"
    return ""


def _visible(item: Mapping[str, Any]) -> str:
    """The id of a playlist's item, or "" for the placeholder of a video that is private or deleted."""
    snippet = mapping(item.get("snippet"))
    if mapping(item.get("status")).get("privacyStatus") in HIDDEN:
        return ""
    if snippet.get("title") in PLACEHOLDERS and not snippet.get("videoOwnerChannelId"):
        return ""
    details = mapping(item.get("contentDetails"))
    return string(details.get("videoId")) or string(mapping(snippet.get("resourceId")).get("videoId"))
