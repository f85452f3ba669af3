"""The Canal answers as YouTube's feeds and its Data API do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import feedparser
import pytest
import requests

from simulator import Simulator

Get = Callable[..., requests.Response]
CHANNEL = "UC" + "a" * 22
UPLOADS = "UU" + "a" * 22
FEED = "/youtube/feeds/videos.xml"
API = "/youtube/v3"


@pytest.mark.parametrize(
    "params", [{"channel_id": CHANNEL}, {"playlist_id": UPLOADS}, {"playlist_id": "UULF" + "a" * 22}]
)
def test_a_feed_has_the_fifteen_newest(get: Get, params: dict[str, str]) -> None:
    feed = feedparser.parse(get(FEED, **params).content)
    assert feed.version == "atom10"
    assert [entry.yt_videoid for entry in feed.entries] == [f"video{n:06d}" for n in range(19, 4, -1)]
    first = feed.entries[0]
    assert first.title == "Vídeo 19 & mais"
    assert first.summary == "Linha um\nLinha dois"
    assert first.media_statistics["views"] == "10"


def test_a_playlist_feed_leaves_private_videos_out(get: Get) -> None:
    feed = feedparser.parse(get(FEED, playlist_id="PLnormal").content)
    assert "video000030" not in [entry.yt_videoid for entry in feed.entries]
    assert feed.feed.title == "Normal"


def test_an_unknown_feed_is_an_html_404(get: Get) -> None:
    for params in ({"channel_id": "UCx"}, {"playlist_id": "PLx"}, {}):
        answer = get(FEED, **params)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"].startswith("text/html")


def test_the_way_from_channel_to_videos(get: Get) -> None:
    channel = get(f"{API}/channels", part="contentDetails", id=CHANNEL, key="k").json()["items"][0]
    assert channel["contentDetails"]["relatedPlaylists"]["uploads"] == UPLOADS
    assert "snippet" not in channel
    params: dict[str, Any] = {"part": "snippet,contentDetails", "playlistId": UPLOADS, "maxResults": 8, "key": "k"}
    keys: list[str] = []
    while True:
        answer = get(f"{API}/playlistItems", **params).json()
        keys += [item["contentDetails"]["videoId"] for item in answer["items"]]
        if "nextPageToken" not in answer:
            break
        params["pageToken"] = answer["nextPageToken"]
    assert len(keys) == len(set(keys)) == 20
    assert answer["pageInfo"]["totalResults"] == 20
    videos = get(f"{API}/videos", part="snippet,contentDetails,statistics,status", id=",".join(keys), key="k").json()
    assert len(videos["items"]) == 20
    assert videos["items"][0]["contentDetails"]["duration"] == "PT3M12S"
    assert videos["items"][0]["statistics"]["viewCount"] == "10"
    assert videos["items"][0]["status"]["privacyStatus"] == "public"


def test_a_playlist_keeps_a_placeholder_that_videos_does_not_know(get: Get) -> None:
    items = get(f"{API}/playlistItems", part="snippet,status", playlistId="PLnormal", maxResults=50, key="k").json()
    assert items["items"][-1]["snippet"]["title"] == "Private video"
    assert "videoOwnerChannelId" not in items["items"][-1]["snippet"]
    assert get(f"{API}/videos", part="snippet", id="video000030", key="k").json()["items"] == []


def test_playlists(get: Get) -> None:
    answer = get(f"{API}/playlists", part="snippet,contentDetails", channelId=CHANNEL, key="k").json()
    assert [(item["id"], item["contentDetails"]["itemCount"]) for item in answer["items"]] == [("PLnormal", 21)]


@pytest.mark.parametrize(
    ("path", "params", "status", "reason"),
    [
        ("channels", {"part": "id", "id": CHANNEL}, 403, "forbidden"),
        ("channels", {"part": "id", "id": CHANNEL, "key": "invalid"}, 400, "badRequest"),
        ("channels", {"id": CHANNEL, "key": "k"}, 400, "missingRequiredParameter"),
        ("videos", {"part": "id", "key": "k"}, 400, "missingRequiredParameter"),
        ("videos", {"part": "id", "key": "k", "id": ",".join(["x"] * 51)}, 400, "invalidFilters"),
        ("playlists", {"part": "id", "key": "k"}, 400, "missingRequiredParameter"),
        ("playlistItems", {"part": "id", "key": "k"}, 400, "missingRequiredParameter"),
        ("playlistItems", {"part": "id", "key": "k", "playlistId": "PLx"}, 404, "playlistNotFound"),
        ("playlistItems", {"part": "id", "key": "k", "playlistId": "PLnormal", "maxResults": 51}, 400,
         "invalidParameter"),
        ("playlistItems", {"part": "id", "key": "k", "playlistId": "PLnormal", "pageToken": "x"}, 400,
         "invalidPageToken"),
    ],
)  # fmt: skip
def test_errors_have_the_api_s_shape(get: Get, path: str, params: dict[str, str], status: int, reason: str) -> None:
    answer = get(f"{API}/{path}", **params)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == status
    assert answer.json()["error"]["errors"][0]["reason"] == reason


def test_an_edited_video_shows_in_the_feed(get: Get, simulator: Simulator) -> None:
    simulator.edit("youtube", "video000019", title="Novo\x0btítulo")
    feed = feedparser.parse(get(FEED, channel_id=CHANNEL).content)
    assert feed.bozo is False
    assert feed.entries[0].title == "Novotítulo"
    assert feed.entries[0].updated > feed.entries[0].published
