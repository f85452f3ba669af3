"""Confluence: every page is read whatever the server's paging does, and what cannot be read is said.

Long because most of it is records as the source sends them, each beside what becomes of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from crawlers.confluence.listing import Confluence
from crawlers.confluence.settings import ConfluenceSource
from crawlers.http.client import Client, HttpError
from crawlers.source import Checkpoint, Failure, Record
from search.errors import SourceError
from simulator import Simulator
from tests.crawlers import golden

API = "/wiki/rest/api"
SINCE = datetime(2026, 3, 10, 12, 30, tzinfo=UTC)
OFFLINE = Confluence("tdn", ConfluenceSource(kind="confluence", label="TDN", base_url="https://tdn.example"), Client)  # type: ignore[arg-type]
Found = list[Record | Failure | Checkpoint]


class Wiki:
    """A Confluence of one space with `count` pages; each quirk is one attribute."""

    def __init__(self, server: HTTPServer, client: Client, count: int = 23) -> None:
        self.server, self.client = server, client
        self.rows: list[dict[str, Any]] = [page(number) for number in range(1, count + 1)]
        self.spaces = ["PROT"]
        self.scans = False
        self.cap = 100
        self.bad: set[str] = set()
        self.heavy: int | None = None
        self.next_jumps = False
        self.again_beyond_end = False
        self.next_always = False
        self.next_base = ""
        self.spoil: Callable[[Request], Response | None] = lambda request: None
        self.asked: list[dict[str, str]] = []
        self.limits: list[int] = []
        server.expect_request(f"{API}/space").respond_with_handler(self._spaces)
        server.expect_request(f"{API}/content").respond_with_handler(self._content)
        server.expect_request(f"{API}/content/search").respond_with_handler(self._content)
        server.expect_request(f"{API}/content/scan").respond_with_handler(self._scan)

    def source(self, **settings: Any) -> Confluence:
        url = self.server.url_for("/wiki")
        options = {"kind": "confluence", "label": "TDN", "base_url": url, "page_size": 10, **settings}
        return Confluence("tdn", ConfluenceSource(**options), self.client)

    def read(self, since: datetime | None = None, resume: Checkpoint | None = None, **settings: Any) -> Found:
        return list(self.source(**settings).records(since, resume))

    def _spaces(self, request: Request) -> Response:
        start = int(request.args.get("start", 0))
        keys = self.spaces[start : start + 2]
        links = {"next": f"/rest/api/space?start={start + 100}"} if start + 2 < len(self.spaces) else {}
        return self.spoil(request) or answer([{"key": key, "type": "global"} for key in keys], links)

    def _content(self, request: Request) -> Response:
        self.asked.append(dict(request.args))
        start, limit = int(request.args["start"]), int(request.args["limit"])
        self.limits.append(limit)
        rows = self.rows[start : start + min(limit, self.cap)]
        if not rows and self.again_beyond_end:
            rows = self.rows[-2:]
        broken = self.bad.intersection(str(row["id"]) for row in rows if isinstance(row, dict))
        if broken or (self.heavy and len(rows) > self.heavy):
            return Response("java.lang.OutOfMemoryError", status=500)
        step = limit * 3 if self.next_jumps else len(rows)
        more = start + len(rows) < len(self.rows) or self.next_always
        links = {"next": f"/rest/api/content?start={start + step}&limit={limit}"} if more else {}
        return self.spoil(request) or answer(rows, links)

    def _scan(self, request: Request) -> Response:
        if not self.scans:
            return Response(json.dumps({"statusCode": 404}), status=404, content_type="application/json")
        self.asked.append(dict(request.args))
        start, limit = int(request.args.get("cursor", 0)), int(request.args["limit"])
        rows = self.rows[start : start + limit]
        links = {"base": self.next_base or self.server.url_for("/wiki")}
        if start + limit < len(self.rows):
            links["next"] = f"/rest/api/content/scan?cursor={start + limit}&limit={limit}&expand=version"
        return self.spoil(request) or answer(rows, links)


def page(number: int, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "status": "current", "title": f"Página {number}", **more}


def answer(rows: Iterable[Any], links: dict[str, str]) -> Response:
    body = {"results": list(rows), "_links": links}
    return Response(json.dumps(body), content_type="application/json")


def keys(listing: Found) -> list[int]:
    return sorted({int(record.key) for record in listing if isinstance(record, Record)})


def failures(listing: Found) -> list[str]:
    return [failure.unit for failure in listing if isinstance(failure, Failure)]


@pytest.fixture
def wiki(httpserver: HTTPServer, client: Client) -> Wiki:
    return Wiki(httpserver, client)


ALL = list(range(1, 24))


@golden.documents_of(OFFLINE, "confluence")
def test_each_page_becomes_the_expected_document(made: Callable[[], Any], expected: Any) -> None:
    assert made() == expected


@pytest.mark.parametrize("scans", [True, False])
def test_a_complete_listing_has_every_page_once(wiki: Wiki, scans: bool) -> None:
    wiki.scans = scans
    listing = wiki.read()
    assert [record.key for record in listing if isinstance(record, Record)] == [str(number) for number in ALL]
    assert not failures(listing)


def test_one_row_fewer_than_asked_is_not_the_end(wiki: Wiki) -> None:
    wiki.cap = 4
    assert keys(wiki.read()) == ALL


def test_a_wrong_start_in_next_loses_nothing(wiki: Wiki) -> None:
    wiki.next_jumps, wiki.cap = True, 7
    assert keys(wiki.read()) == ALL


@pytest.mark.parametrize("again", [True, False])
def test_rows_beyond_the_end_or_none_end_the_listing(wiki: Wiki, again: bool) -> None:
    wiki.next_always, wiki.again_beyond_end = True, again
    listing = wiki.read()
    assert keys(listing) == ALL
    assert len(wiki.asked) == 4
    assert not failures(listing)


def test_large_answers_that_fail_are_asked_in_smaller_parts(wiki: Wiki) -> None:
    wiki.heavy = 5
    listing = wiki.read(page_size=20)
    assert keys(listing) == ALL
    assert list(dict.fromkeys(wiki.limits)) == [20, 10, 5]
    assert not failures(listing)


def test_one_page_that_breaks_the_server_costs_only_itself(wiki: Wiki) -> None:
    wiki.bad = {"12"}
    listing = wiki.read()
    assert keys(listing) == [number for number in ALL if number != 12]
    assert failures(listing) == ["space PROT, row 11"]


def test_a_broken_last_page_does_not_hide_the_end(wiki: Wiki) -> None:
    wiki.bad = {"23"}
    listing = wiki.read()
    assert keys(listing) == ALL[:-1]
    assert failures(listing) == ["space PROT, row 22"]


def test_a_page_whose_rendering_fails_is_read_as_stored(wiki: Wiki) -> None:
    def spoil(request: Request) -> Response | None:
        renders = "body.export_view" in request.args.get("expand", "")
        rows = range(int(request.args["start"]), int(request.args["start"]) + int(request.args["limit"]))
        return Response("", status=500) if renders and 11 in rows else None

    wiki.spoil = lambda request: spoil(request) if request.path == f"{API}/content" else None
    listing = wiki.read()
    assert keys(listing) == ALL
    assert not failures(listing)


def test_a_space_that_breaks_throughout_is_given_up_and_the_next_is_read(wiki: Wiki) -> None:
    wiki.spaces = ["BAD", "PROT"]
    wiki.spoil = lambda request: Response("", status=500) if request.args.get("spaceKey") == "BAD" else None
    listing = wiki.read()
    assert keys(listing) == ALL
    assert failures(listing)[-1] == "space BAD"


def test_a_space_that_is_refused_leaves_the_others(wiki: Wiki) -> None:
    wiki.spaces = ["PROT", "SECRET", "tec"]
    wiki.spoil = lambda request: Response("", status=403) if request.args.get("spaceKey") == "SECRET" else None
    assert failures(wiki.read()) == ["space SECRET"]


def test_a_server_that_goes_down_ends_the_run(wiki: Wiki) -> None:
    calls = Counter[str]()

    def spoil(request: Request) -> Response | None:
        calls[request.path] += 1
        return Response("", status=403) if sum(calls.values()) > 1 else None

    wiki.spoil = spoil
    with pytest.raises(HttpError):
        wiki.read()


def test_too_many_requests_end_the_run_at_once(wiki: Wiki) -> None:
    headers = {"Retry-After": "9223372036854775807"}
    wiki.spaces = ["PROT", "tec"]
    wiki.spoil = lambda request: Response("", status=429, headers=headers) if "spaceKey" in request.args else None
    with pytest.raises(HttpError) as caught:
        wiki.read()
    assert caught.value.status == 429
    assert len(wiki.asked) == 1


def test_a_page_of_html_is_an_error_and_not_an_empty_wiki(wiki: Wiki) -> None:
    wiki.spoil = lambda request: Response("<html>Just a moment...</html>", content_type="text/html")
    with pytest.raises(HttpError, match="instead of JSON"):
        wiki.read()


@pytest.mark.parametrize("body", ["null", "[]", "{}", '{"results": null}', '{"results": {}}', '"x"'])
def test_json_of_another_shape_is_an_error(wiki: Wiki, body: str) -> None:
    wiki.spoil = lambda request: Response(body, content_type="application/json")
    with pytest.raises(HttpError, match="without results"):
        wiki.read()


def test_rows_of_another_shape_are_records_without_a_key(wiki: Wiki) -> None:
    wiki.rows = [None, page(1), 7, {"id": True}]  # type: ignore[list-item]
    listing = wiki.read()
    assert [record.key for record in listing if isinstance(record, Record)] == ["", "1"]


def test_a_failed_cursor_is_given_up_for_offsets(wiki: Wiki) -> None:
    wiki.scans = True
    wiki.spoil = lambda request: Response("", status=500) if request.args.get("cursor") == "10" else None
    listing = wiki.read()
    assert keys(listing) == ALL
    assert not failures(listing)


def test_a_next_link_to_another_host_is_not_followed(wiki: Wiki) -> None:
    wiki.scans, wiki.next_base = True, f"http://127.0.0.1:{wiki.server.port}/wiki"  # ours is localhost
    listing = wiki.read()
    assert keys(listing) == ALL  # by offsets
    assert not any("cursor" in asked for asked in wiki.asked)


def test_scan_is_probed_once_a_run(wiki: Wiki) -> None:
    wiki.spaces = ["PROT", "tec", "TAF"]
    wiki.read()
    assert [request.path for request, _ in wiki.server.log].count(f"{API}/content/scan") == 1


def test_all_spaces_are_listed_whatever_next_says(wiki: Wiki) -> None:
    wiki.spaces = ["A", "B", "C", "D", "E"]
    wiki.read()
    assert list(dict.fromkeys(asked["spaceKey"] for asked in wiki.asked)) == ["A", "B", "C", "D", "E"]


def test_excluded_spaces_are_not_read(wiki: Wiki) -> None:
    wiki.spaces = ["A", "B"]
    wiki.read(exclude_spaces=("A",))
    assert {asked["spaceKey"] for asked in wiki.asked} == {"B"}


def test_a_wiki_without_spaces_is_an_error(wiki: Wiki) -> None:
    wiki.spaces = []
    with pytest.raises(SourceError, match="shows no space"):
        wiki.read()


def test_named_spaces_are_read_without_asking_for_a_list(wiki: Wiki) -> None:
    assert keys(wiki.read(spaces=("PROT",))) == ALL
    assert f"{API}/space" not in [request.path for request, _ in wiki.server.log]


@pytest.mark.parametrize("scans", [True, False])
def test_a_listing_is_taken_up_at_each_checkpoint(wiki: Wiki, scans: bool) -> None:
    wiki.scans, wiki.spaces = scans, ["PROT", "tec"]
    whole = wiki.read()
    for place, item in enumerate(whole):
        if isinstance(item, Checkpoint):
            checkpoint = Checkpoint(json.loads(json.dumps(item.data)))
            rest = [record.key for record in whole[place:] if isinstance(record, Record)]
            assert [record.key for record in wiki.read(resume=checkpoint) if isinstance(record, Record)] == rest


def test_an_expired_cursor_starts_its_space_again(wiki: Wiki) -> None:
    wiki.scans = True
    wiki.spoil = lambda request: Response("", status=400) if request.args.get("cursor") == "expired" else None
    url = f"{wiki.server.url_for(API)}/content/scan?cursor=expired&limit=10"
    wiki.server.expect_request(f"{API}/content/scan", query_string="cursor=expired&limit=10").respond_with_data(
        status=400
    )
    assert keys(wiki.read(resume=Checkpoint({"space": "PROT", "next": url}))) == ALL


def test_a_checkpoint_of_a_space_that_is_gone_starts_again(wiki: Wiki) -> None:
    assert keys(wiki.read(resume=Checkpoint({"space": "GONE", "start": 20}))) == ALL


def test_changes_are_asked_with_a_day_of_overlap_and_the_same_expands(wiki: Wiki) -> None:
    wiki.read()
    full = wiki.asked[-1]["expand"]
    wiki.read(SINCE)
    assert wiki.asked[-1]["cql"] == 'type = page and lastmodified >= "2026-03-09 10:30" order by lastmodified asc'
    assert wiki.asked[-1]["expand"] == full


def test_changes_are_read_over_many_pages_and_taken_up(wiki: Wiki) -> None:
    listing = wiki.read(SINCE)
    assert keys(listing) == ALL
    checkpoint = next(item for item in listing if isinstance(item, Checkpoint))
    assert keys(wiki.read(SINCE, checkpoint)) == ALL[10:]


def test_changes_of_spaces_that_are_not_read_are_left_out(wiki: Wiki) -> None:
    spaces = [("A", "global"), ("~me", "personal"), ("B", "global"), ("C", "global")]
    wiki.rows = [page(n, space={"key": key, "type": type}) for n, (key, type) in enumerate(spaces, 1)]
    assert keys(wiki.read(SINCE, exclude_spaces=("B",))) == [1, 4]
    assert keys(wiki.read(SINCE, spaces=("C",))) == [4]
    assert wiki.asked[-1]["cql"].startswith('space in ("C") and type = page')


def test_a_probe_says_version_and_spaces(simulator: Simulator, client: Client) -> None:
    settings = ConfluenceSource(kind="confluence", label="TDN", base_url=f"{simulator.url}/tdn")
    assert Confluence("tdn", settings, client).probe() == "Confluence 8.5.19, 10 spaces"


def test_a_probe_of_an_old_server_says_so(wiki: Wiki) -> None:
    assert wiki.source().probe() == "Confluence of a version before 8.4, 1 spaces"


@pytest.mark.parametrize("path", ["content/scan", "no fault"])
def test_the_whole_simulated_wiki_becomes_documents(simulator: Simulator, client: Client, path: str) -> None:
    simulator.fault("tdn", "404", path=path)
    settings = ConfluenceSource(kind="confluence", label="TDN", base_url=f"{simulator.url}/tdn", page_size=20)
    source = Confluence("tdn", settings, client)
    documents = [source.document(record) for record in source.records(None, None) if isinstance(record, Record)]
    assert {document.key for document in documents if document} == {page.id for page in simulator.catalog.pages.all()}
    table = next(document for document in documents if document and document.key == "700100101")
    assert (table.line, table.module) == ("Protheus", "Faturamento (SIGAFAT)")
    assert ("issue", "DSERFIS1-20528") in table.identifiers
