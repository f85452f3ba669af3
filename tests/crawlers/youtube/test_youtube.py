"""The Canal: what videos become, and that no fault of YouTube makes a video look deleted.

Long because most of it is records as the source sends them, each beside what becomes of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from crawlers.http.client import Client
from crawlers.source import Checkpoint, Failure, Record
from crawlers.youtube.listing import Youtube
from crawlers.youtube.settings import YoutubeSource
from crawlers.youtube.video import duration_s, popularity
from search.errors import SourceError
from simulator import Simulator
from tests.crawlers.golden import FOLDER, documents_of, outcome

CHANNEL = "UCabcdefghijklmnopqrstuv"
UPLOADS = "UUabcdefghijklmnopqrstuv"
KEY = "a-secret-key"
FEED = (FOLDER / "youtube" / "feeds" / "channel.xml").read_bytes()
Parts = dict[str, Callable[[dict[str, str]], Any]]


def settings(url: str, **more: Any) -> YoutubeSource:
    defaults = {"kind": "youtube", "label": "Canal", "channel_id": CHANNEL}
    return YoutubeSource(**{**defaults, "feed_url": f"{url}/feeds", "api_url": f"{url}/v3", **more})


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("TEST_YOUTUBE_KEY", KEY)
    return {"api_key_env": "TEST_YOUTUBE_KEY"}


def video(key: str, **snippet: Any) -> dict[str, Any]:
    return {
        "id": key,
        "snippet": {"publishedAt": "2025-01-01T00:00:00Z", "title": f"Vídeo {key}", "description": "", **snippet},
        "contentDetails": {"duration": "PT1M"},
        "status": {"uploadStatus": "processed", "privacyStatus": "public"},
        "statistics": {"viewCount": "10"},
    }


def item(key: str, **more: Any) -> dict[str, Any]:
    return {"snippet": {"title": key, "resourceId": {"videoId": key}}, "contentDetails": {"videoId": key}, **more}


def ids(count: int, start: int = 0) -> list[str]:
    return [f"video{number:06d}" for number in range(start, start + count)]


class Api:
    """The Data API as scripted: `pages[playlist]` maps page tokens to answers."""

    def __init__(self, server: HTTPServer) -> None:
        self.pages: dict[str, dict[str, Any]] = {UPLOADS: {}}
        self.playlists: list[dict[str, Any]] = []
        self.videos: Callable[[str], dict[str, Any] | None] = video
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.url = server.url_for("")
        server.expect_request("/v3/channels").respond_with_handler(self._channels)
        server.expect_request("/v3/playlists").respond_with_handler(lambda _: self._json({"items": self.playlists}))
        server.expect_request("/v3/playlistItems").respond_with_handler(self._items)
        server.expect_request("/v3/videos").respond_with_handler(self._videos)

    def fill(self, playlist: str, *pages: list[dict[str, Any]]) -> None:
        total = sum(map(len, pages))
        for number, rows in enumerate(pages):
            following = {"nextPageToken": f"T{number + 1}"} if number + 1 < len(pages) else {}
            token = f"T{number}" if number else ""
            info = {"pageInfo": {"totalResults": total}}
            self.pages.setdefault(playlist, {})[token] = {"items": rows, **following, **info}

    @staticmethod
    def _json(value: Any, status: int = 200) -> Response:
        return Response(json.dumps(value), status, content_type="application/json; charset=UTF-8")

    def _channels(self, request: Request) -> Response:
        known = request.args["id"] == CHANNEL
        details = {"contentDetails": {"relatedPlaylists": {"uploads": UPLOADS}}}
        channel = {"snippet": {"title": "Canal"}, "statistics": {"videoCount": "7"}, **details}
        return self._json({"items": [channel]} if known else {"pageInfo": {"totalResults": 0}})

    def _items(self, request: Request) -> Response:
        self.calls.append(("playlistItems", dict(request.args)))
        pages = self.pages.get(request.args["playlistId"])
        if pages is None:
            return self._json({"error": {"code": 404}}, 404)
        answer = pages.get(request.args.get("pageToken", ""), 400)
        return self._json({"error": {"code": answer}}, answer) if isinstance(answer, int) else self._json(answer)

    def _videos(self, request: Request) -> Response:
        asked = request.args["id"].split(",")
        self.calls.append(("videos", dict(request.args)))
        return self._json({"items": [resource for key in asked if (resource := self.videos(key))]})


@pytest.fixture
def api(httpserver: HTTPServer) -> Api:
    return Api(httpserver)


def run(source: Youtube, resume: Checkpoint | None = None) -> list[Record | Failure | Checkpoint]:
    return list(source.records(None, resume))


def keys(listing: list[Record | Failure | Checkpoint]) -> list[str]:
    return [record.key for record in listing if isinstance(record, Record)]


def failures(listing: list[Record | Failure | Checkpoint]) -> list[Failure]:
    return [failure for failure in listing if isinstance(failure, Failure)]


# -- documents ---------------------------------------------------------------------------------------------------------


@documents_of(
    Youtube("youtube", YoutubeSource(kind="youtube", label="Canal", channel_id=CHANNEL), Client.__new__(Client)),
    "youtube",
)
def test_video_becomes_the_golden_document(made: Callable[[], Any], expected: Any) -> None:
    assert made() == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT15M51S", 951),
        ("PT1H2M3S", 3723),
        ("P1DT2H", 93600),
        ("P0D", 0),
        ("PT0S", 0),
        ("P1W", 604800),
        ("PT1.5S", 1),
        ("", None),
        ("P", None),
        ("PT", None),
        ("15:51", None),
        ("PT-1S", None),
        ("-PT5S", None),
        ("P1M", None),
        ("PT99999999999999H", None),
    ],
)
def test_durations_are_seconds(text: str, seconds: int | None) -> None:
    assert duration_s(text) == seconds


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_popularity_grows_with_views_between_0_and_1(one: int, other: int) -> None:
    assert 0 <= popularity(one) <= 1
    assert (popularity(one) <= popularity(other)) == (one <= other) or popularity(one) == popularity(other)


def test_a_few_views_more_change_nothing(client: Client) -> None:
    source = Youtube("youtube", settings("http://127.0.0.1:1"), client)
    made = []
    for views in ("18432", "18461"):
        data = {"video": {**video("abcdefghijk"), "statistics": {"viewCount": views}}, "playlists": []}
        made.append(source.document(Record("abcdefghijk", data)))
    assert made[0] == made[1]


FOREIGN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2),
    max_leaves=4,
)


@hypothesis.settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["title", "description", "tags", "thumbnails", "defaultLanguage", "channelTitle"]), FOREIGN
    ),
    st.dictionaries(st.sampled_from(["statistics", "contentDetails"]), FOREIGN),
)
def test_odd_fields_of_a_video_never_raise(snippet: dict[str, Any], more: dict[str, Any]) -> None:
    source = Youtube("youtube", settings("http://127.0.0.1:1"), Client.__new__(Client))
    assert outcome(source, Record("abcdefghijk", {"video": {**video("abcdefghijk", **snippet), **more}}))


# -- with a key --------------------------------------------------------------------------------------------------------


def test_every_upload_comes_with_checkpoints_between_pages(client: Client, api: Api, keyed: dict[str, str]) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(50)], [item(key) for key in ids(20, 50)])
    source = Youtube("youtube", settings(api.url, **keyed), client)
    listing = run(source)
    assert source.complete
    assert keys(listing) == ids(70) and not failures(listing)
    assert [checkpoint.data["page_token"] for checkpoint in listing if isinstance(checkpoint, Checkpoint)] == ["T1"]
    assert all(len(call["id"].split(",")) <= 50 for name, call in api.calls if name == "videos")


def test_interrupted_listing_goes_on_after_its_checkpoint(client: Client, api: Api, keyed: dict[str, str]) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(50)], [item(key) for key in ids(20, 50)])
    source = Youtube("youtube", settings(api.url, **keyed), client)
    (checkpoint,) = [entry for entry in run(source) if isinstance(entry, Checkpoint)]
    stored = Checkpoint(json.loads(json.dumps(checkpoint.data)))
    assert keys(run(source, stored)) == ids(20, 50)


def test_expired_checkpoint_starts_anew(client: Client, api: Api, keyed: dict[str, str]) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(3)])
    source = Youtube("youtube", settings(api.url, **keyed), client)
    stale = Checkpoint({"playlist": UPLOADS, "page_token": "stale", "count": 50})
    assert keys(run(source, stale)) == ids(3)


def test_checkpoint_of_another_channel_is_ignored(client: Client, api: Api, keyed: dict[str, str]) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(3)])
    source = Youtube("youtube", settings(api.url, **keyed), client)
    assert keys(run(source, Checkpoint({"playlist": "UUother", "page_token": "T1", "count": 0}))) == ids(3)


def test_playlists_label_videos_and_bring_their_own(client: Client, api: Api, keyed: dict[str, str]) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(2)])
    api.fill("PLa", [item("video000001"), item("video000001"), item("foreign0001")])
    api.playlists = [{"id": "PLa", "snippet": {"title": "Linha RM", "defaultLanguage": "es"}}]
    source = Youtube("youtube", settings(api.url, playlists=("PLa",), **keyed), client)
    made = {record.key: source.document(record) for record in run(source) if isinstance(record, Record)}
    assert [document.labels for document in made.values() if document] == [(), ("Linha RM",), ("Linha RM",)]
    labelled = made["video000001"]
    assert labelled is not None
    assert (labelled.breadcrumb, labelled.line, labelled.lang) == (("Linha RM",), "RM", "es")


def test_placeholders_of_hidden_videos_are_never_asked_for(client: Client, api: Api, keyed: dict[str, str]) -> None:
    private = item("private0001", status={"privacyStatus": "private"})
    gone = item("deleted0001", status={"privacyStatus": "privacyStatusUnspecified"})
    untold = item("deleted0002")
    untold["snippet"]["title"] = "Deleted video"
    api.fill(UPLOADS, [item(key) for key in ids(2)] + [private, gone, untold])
    assert keys(run(Youtube("youtube", settings(api.url, **keyed), client))) == ids(2)
    assert {call["id"] for name, call in api.calls if name == "videos"} == {"video000000,video000001"}


def test_video_that_the_api_no_longer_gives_is_gone(client: Client, api: Api, keyed: dict[str, str]) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(3)])
    api.videos = lambda key: None if key == "video000001" else video(key)
    assert keys(run(Youtube("youtube", settings(api.url, **keyed), client))) == ["video000000", "video000002"]


def _repeated(api: Api) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(50)], [item(key) for key in ids(50, 50)])
    api.pages[UPLOADS]["T1"]["nextPageToken"] = "T1"


def _invalid_token(api: Api) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(50)], [item(key) for key in ids(50, 50)])
    api.pages[UPLOADS]["T1"] = 400


def _short(api: Api) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(50)], [item(key) for key in ids(50, 50)])
    del api.pages[UPLOADS][""]["nextPageToken"]


def _without_items(api: Api) -> None:
    api.pages[UPLOADS][""] = {"pageInfo": {"totalResults": 3}}


def _empty(api: Api) -> None:
    api.fill(UPLOADS, [])


def _no_videos(api: Api) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(3)])
    api.videos = lambda key: None


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (_repeated, "repeats a page"),
        (_invalid_token, "a page of the listing has expired and nothing is removed: run again"),
        (_short, "ended after 50 of 100 videos"),
        (_without_items, "has no items"),
        (_empty, "lists no video"),
        (_no_videos, "knows none of them"),
    ],
)
def test_listing_that_cannot_be_believed_ends_the_run(
    client: Client, api: Api, keyed: dict[str, str], break_it: Callable[[Api], None], reason: str
) -> None:
    break_it(api)
    with pytest.raises(SourceError, match=reason):
        run(Youtube("youtube", settings(api.url, **keyed), client))


def test_listing_may_lack_a_few_of_the_stated_videos(client: Client, api: Api, keyed: dict[str, str]) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(3)])
    api.pages[UPLOADS][""]["pageInfo"]["totalResults"] = 8
    assert keys(run(Youtube("youtube", settings(api.url, **keyed), client))) == ids(3)


def test_playlist_that_fails_keeps_the_rest(client: Client, api: Api, keyed: dict[str, str]) -> None:
    api.fill(UPLOADS, [item(key) for key in ids(2)])
    api.fill("PLgood", [item("video000000")])
    api.pages["PLcut"] = {"": {"items": [], "pageInfo": {"totalResults": 40}}}
    chosen = settings(api.url, playlists=("PLgone", "PLcut", "PLgood"), **keyed)
    listing = run(Youtube("youtube", chosen, client))
    assert [failure.unit for failure in failures(listing)] == ["playlist PLgone", "playlist PLcut"]
    assert "not public: check channel_id and playlists" in failures(listing)[0].error
    assert keys(listing) == ids(2)


@pytest.mark.parametrize(
    ("status", "advice"),
    [(400, "TEST_YOUTUBE_KEY holds a valid key"), (403, "quota"), (404, "check channel_id"), (429, "fewer calls")],
)
def test_refusals_of_the_api_say_what_to_do_and_never_the_key(
    client: Client, httpserver: HTTPServer, keyed: dict[str, str], status: int, advice: str
) -> None:
    httpserver.expect_request("/v3/channels").respond_with_json({"error": {"code": status}}, status=status)
    source = Youtube("youtube", settings(httpserver.url_for(""), **keyed), client)
    for reach in (lambda: run(source), source.probe):
        with pytest.raises(SourceError, match=advice) as caught:
            reach()
        assert KEY not in str(caught.value) and KEY not in str(caught.value.__cause__)


def test_unknown_channel_is_said(client: Client, api: Api, keyed: dict[str, str]) -> None:
    other = settings(api.url, **{**keyed, "channel_id": "UC" + "z" * 22})
    with pytest.raises(SourceError, match="check channel_id"):
        run(Youtube("youtube", other, client))


def test_key_is_read_when_it_is_used(
    client: Client, api: Api, keyed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Youtube("youtube", settings(api.url, **keyed), client)
    assert source.probe() == "the channel Canal has 7 videos"
    monkeypatch.delenv("TEST_YOUTUBE_KEY")
    with pytest.raises(SourceError, match="TEST_YOUTUBE_KEY is not set: put the API's key there"):
        source.probe()


# -- without a key -----------------------------------------------------------------------------------------------------


def feeds(server: HTTPServer, **answers: tuple[int, bytes]) -> str:
    """Serve feeds by channel or playlist id; all others are not found."""

    def answer(request: Request) -> Response:
        key = request.args.get("channel_id") or request.args["playlist_id"]
        status, data = answers.get(key, (404, b"<!DOCTYPE html><html>Error 404</html>"))
        return Response(data, status, content_type="text/xml; charset=UTF-8")

    server.expect_request("/feeds").respond_with_handler(answer)
    return server.url_for("")


def test_feed_entries_become_documents(client: Client, httpserver: HTTPServer) -> None:
    url = feeds(httpserver, **{CHANNEL: (200, FEED)})
    source = Youtube("youtube", settings(url), client)
    seen = [{"key": record.key, **outcome(source, record)} for record in run(source) if isinstance(record, Record)]
    assert seen == json.loads((FOLDER / "youtube" / "feeds" / "channel.expected.json").read_text(encoding="utf-8"))
    assert not source.complete
    assert source.probe() == "the feed of Canal de exemplo lists its 2 newest videos; set api_key_env to read them all"


def test_video_of_two_feeds_comes_once_with_its_playlist(client: Client, httpserver: HTTPServer) -> None:
    playlist = FEED.replace(b"<title>Canal de exemplo</title>", "<title>Férias</title>".encode(), 1)
    url = feeds(httpserver, **{CHANNEL: (200, FEED), "PLa": (200, playlist)})
    source = Youtube("youtube", settings(url, playlists=("PLa",)), client)
    listing = run(source)
    assert keys(listing) == ["RMferias_01", "semExtras01"]
    assert isinstance(listing[0], Record) and json.loads(json.dumps(listing[0].data)) == listing[0].data
    document = source.document(listing[0])
    assert document is not None and document.labels == ("Férias",)


@pytest.mark.parametrize("status", [404, 500])
@pytest.mark.parametrize("head", ["UU", "UULF"])
def test_failing_feed_of_the_channel_gives_way_to_others(
    client: Client, httpserver: HTTPServer, status: int, head: str
) -> None:
    url = feeds(httpserver, **{CHANNEL: (status, b""), head + CHANNEL[2:]: (200, FEED)})
    listing = run(Youtube("youtube", settings(url), client))
    assert keys(listing) == ["RMferias_01", "semExtras01"] and not failures(listing)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((404, b""), "404"),
        ((403, b""), "403"),
        ((200, b""), "something else than a feed"),
        ((200, b"<!DOCTYPE html><html><body>Error</body></html>"), "something else than a feed"),
        ((200, FEED.partition(b"<entry>")[0] + b"</feed>"), "has no entry"),
        ((200, FEED[: len(FEED) // 2]), "cut or damaged"),
        ((200, (FOLDER / "feed" / "feeds" / "rss.xml").read_bytes()), "rss20 where YouTube's are Atom"),
    ],
)
def test_feed_that_cannot_be_believed_is_a_failure_never_empty(
    client: Client, httpserver: HTTPServer, answer: tuple[int, bytes], reason: str
) -> None:
    url = feeds(httpserver, **{CHANNEL: answer, "UU" + CHANNEL[2:]: answer, "UULF" + CHANNEL[2:]: answer})
    (failure,) = run(Youtube("youtube", settings(url), client))
    assert isinstance(failure, Failure)
    assert failure.unit == f"channel {CHANNEL}" and reason in failure.error


# -- the whole ---------------------------------------------------------------------------------------------------------


def simulated(simulator: Simulator, **more: Any) -> YoutubeSource:
    catalog, base = simulator.catalog, f"{simulator.url}/youtube"
    addresses = {"feed_url": f"{base}/feeds/videos.xml", "api_url": f"{base}/v3", "watch_url": f"{base}/watch"}
    return settings("", channel_id=catalog.channel.id, playlists=tuple(catalog.playlists), **addresses, **more)


def test_simulated_channel_is_read_whole_with_a_key(
    client: Client, simulator: Simulator, keyed: dict[str, str]
) -> None:
    source = Youtube("youtube", simulated(simulator, **keyed), client)
    listing = run(source)
    made = [document for record in listing if isinstance(record, Record) if (document := source.document(record))]
    public = simulator.catalog.public_videos()
    assert not failures(listing)
    assert {document.key for document in made} == {video.id for video in public}
    by_key = {document.key: document for document in made}
    assert "Fiscal: NF-e, SPED e EFD-Reinf" in by_key["rj528NFe0a1"].labels
    assert by_key["rj528NFe0a1"].extra["duration_s"] == 302
    assert {document.lang for document in made} >= {"pt", "es"}


def test_simulated_feeds_are_read_without_a_key(client: Client, simulator: Simulator) -> None:
    listing = run(Youtube("youtube", simulated(simulator), client))
    assert len(keys(listing)) >= 15 and not failures(listing)


@pytest.mark.parametrize("kind", ["500", "html", "malformed", "cut", "403"])
def test_faulty_api_ends_the_run(client: Client, simulator: Simulator, keyed: dict[str, str], kind: str) -> None:
    uploads = simulator.catalog.channel.uploads
    simulator.fault("youtube", kind, path=f"playlistId={uploads}")
    with pytest.raises(SourceError):
        run(Youtube("youtube", simulated(simulator, **keyed), client))
