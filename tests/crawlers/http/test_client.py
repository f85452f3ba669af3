"""The client: how long it is patient, what it refuses, and what its errors say."""

from __future__ import annotations

import gzip
import logging
import threading
import time
import traceback
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from crawlers.http.client import Client, HttpError
from search.config.settings import Http
from search.errors import SourceError
from simulator import Simulator
from tests.crawlers.conftest import QUICK

Wire = Callable[..., str]


def patient(waits: list[float], **settings: float) -> Client:
    return Client(QUICK.model_copy(update=settings), sleep=waits.append)


def refusal(client: Client, url: str, **options: dict[str, str | int]) -> HttpError:
    with pytest.raises(HttpError) as caught:
        client.json(url, **options)
    return caught.value


def test_json_is_given_with_our_honest_name(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request("/a", headers={"User-Agent": "TotvsPortalCrawler/1.0"}).respond_with_json(
        {"título": "NF-e"}
    )
    assert client.json(httpserver.url_for("/a"), params={"q": "ação"}) == {"título": "NF-e"}
    assert client.counts == {"2xx": 1}


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(httpserver: HTTPServer, client: Client, status: int) -> None:
    httpserver.expect_ordered_request("/a").respond_with_data("busy", status=status)
    httpserver.expect_ordered_request("/a").respond_with_json([1])
    assert client.json(httpserver.url_for("/a")) == [1]
    assert client.counts == {"429" if status == 429 else "5xx": 1, "2xx": 1}


def test_a_server_that_stays_busy_is_an_error_after_all_retries(httpserver: HTTPServer) -> None:
    waits: list[float] = []
    httpserver.expect_request("/a").respond_with_data("busy", status=503)
    with patient(waits, retries=3, backoff_s=1.0) as client:
        error = refusal(client, httpserver.url_for("/a"))
    assert (error.status, error.heavy) == (503, True)
    assert client.counts == {"5xx": 4}
    assert all(low <= wait <= high for wait, (low, high) in zip(waits, [(0.5, 1), (1, 2), (2, 4)], strict=True))


def test_an_internal_error_is_asked_once_more_only(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request("/a").respond_with_data("oops", status=500)
    assert refusal(client, httpserver.url_for("/a")).heavy
    assert client.counts == {"5xx": 2}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_not_asked_again(httpserver: HTTPServer, client: Client, status: int) -> None:
    httpserver.expect_request("/a").respond_with_data("no", status=status)
    error = refusal(client, httpserver.url_for("/a"))
    assert (error.status, error.heavy) == (status, False)
    assert sum(client.counts.values()) == 1
    assert isinstance(error, SourceError)


def test_retry_after_is_obeyed_in_seconds(httpserver: HTTPServer) -> None:
    waits: list[float] = []
    httpserver.expect_ordered_request("/a").respond_with_data("", status=429, headers={"Retry-After": "7"})
    httpserver.expect_ordered_request("/a").respond_with_json({})
    with patient(waits) as client:
        client.json(httpserver.url_for("/a"))
    assert waits == [7.0]


def test_retry_after_is_obeyed_as_a_date(httpserver: HTTPServer) -> None:
    waits: list[float] = []
    date = formatdate(time.time() + 90, usegmt=True)
    httpserver.expect_ordered_request("/a").respond_with_data("", status=503, headers={"Retry-After": date})
    httpserver.expect_ordered_request("/a").respond_with_json({})
    with patient(waits) as client:
        client.json(httpserver.url_for("/a"))
    assert 0 < waits[0] <= 90


@pytest.mark.parametrize("value", ["301", "9223372036854775807", "9" * 400, "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_a_retry_after_beyond_the_cap_is_a_quick_error(httpserver: HTTPServer, value: str) -> None:
    waits: list[float] = []
    httpserver.expect_request("/a").respond_with_data("", status=429, headers={"Retry-After": value})
    with patient(waits) as client:
        error = refusal(client, httpserver.url_for("/a"))
    assert (waits, client.counts, error.status) == ([], {"429": 1}, 429)
    assert "http.retry_after_max_s (300)" in str(error)


@pytest.mark.parametrize("value", ["soon", "-5", "", "Mon, 99 Foo 2026"])
def test_a_senseless_retry_after_is_an_ordinary_retry(httpserver: HTTPServer, client: Client, value: str) -> None:
    httpserver.expect_ordered_request("/a").respond_with_data("", status=429, headers={"Retry-After": value})
    httpserver.expect_ordered_request("/a").respond_with_json({})
    assert client.json(httpserver.url_for("/a")) == {}


def test_retries_end_at_the_deadline_of_the_call(httpserver: HTTPServer) -> None:
    now = 0.0

    def wait(seconds: float) -> None:
        nonlocal now
        now += seconds

    httpserver.expect_request("/a").respond_with_data("", status=503, headers={"Retry-After": "300"})
    settings = Http(retries=20, requests_per_second=10_000.0, connect_timeout_s=1.0, read_timeout_s=1.0)
    with Client(settings, clock=lambda: now, sleep=wait) as client:
        refusal(client, httpserver.url_for("/a"))
    assert now == 600  # 300 s of one longest wait and 42 s of time-outs are allowed: the second wait passes them


def test_a_page_instead_of_json_is_a_block_and_not_empty(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request("/a").respond_with_data("<html>checking your browser</html>", content_type="text/html")
    error = refusal(client, httpserver.url_for("/a"))
    assert "text/html instead of JSON" in str(error)
    assert "User-Agent" in str(error)


@pytest.mark.parametrize("body", ["", "{", '{"a": ', "[" * 100_000])
def test_broken_json_is_an_error(httpserver: HTTPServer, client: Client, body: str) -> None:
    httpserver.expect_request("/a").respond_with_data(body, content_type="application/json")
    assert "broken or cut" in str(refusal(client, httpserver.url_for("/a")))


@pytest.mark.parametrize("charset", ["", "; charset=ISO-8859-1", "; charset=nonsense", "; charset=utf-8"])
def test_json_is_utf_8_whatever_the_header_says(httpserver: HTTPServer, client: Client, charset: str) -> None:
    answer = Response('"rejeição"'.encode(), headers={"Content-Type": f"application/json{charset}"})
    httpserver.expect_request("/a").respond_with_response(answer)
    assert client.json(httpserver.url_for("/a")) == "rejeição"


def test_json_of_an_old_server_is_read_as_declared(httpserver: HTTPServer, client: Client) -> None:
    answer = Response('"rejeição"'.encode("cp1252"), headers={"Content-Type": "application/json;charset=windows-1252"})
    httpserver.expect_request("/a").respond_with_response(answer)
    assert client.json(httpserver.url_for("/a")) == "rejeição"


CUT = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[1, 2]"
CUT_CHUNKS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n[1, 2]\r\n"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 6\r\nConnection: close\r\n\r\n[1, 2]"


@pytest.mark.parametrize("cut", [CUT, CUT_CHUNKS])
def test_a_cut_body_is_an_error(wire: Wire, client: Client, cut: bytes) -> None:
    error = refusal(client, wire(cut))
    assert error.heavy
    assert "broke off" in str(error)


def test_a_cut_body_is_asked_once_more(wire: Wire, client: Client) -> None:
    assert client.json(wire(CUT, WHOLE)) == [1, 2]
    assert client.counts == {"2xx": 2, "error": 1}


def test_a_connection_that_breaks_before_the_answer_is_tried_again(wire: Wire, client: Client) -> None:
    assert client.json(wire(b"", WHOLE)) == [1, 2]


def test_a_body_beyond_the_cap_is_refused(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request("/a").respond_with_data(b"x" * (1 << 20) + b"x", content_type="application/json")
    assert "http.max_body_mib" in str(refusal(client, httpserver.url_for("/a")))


def test_a_body_that_inflates_beyond_the_cap_is_refused(httpserver: HTTPServer, client: Client) -> None:
    bomb = gzip.compress(b" " * (50 << 20))
    answer = Response(bomb, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})
    httpserver.expect_request("/a").respond_with_response(answer)
    assert "http.max_body_mib" in str(refusal(client, httpserver.url_for("/a")))


def test_a_body_that_drips_meets_the_deadline(httpserver: HTTPServer) -> None:
    def hours(step: int = 0) -> float:
        ticks.append(step)
        return 3600.0 * len(ticks)

    ticks: list[int] = []
    httpserver.expect_request("/a").respond_with_json([1])
    with Client(QUICK, clock=hours) as client:
        assert "to answer" in str(refusal(client, httpserver.url_for("/a")))


def test_silence_is_an_error_after_one_more_try(httpserver: HTTPServer) -> None:
    released = threading.Event()
    waits: list[float] = []

    def hold(_: Request) -> Response:
        released.wait(10)
        return Response("")

    httpserver.expect_request("/a").respond_with_handler(hold)
    with patient(waits, read_timeout_s=0.05, backoff_s=1.0, retries=4) as client:
        error = refusal(client, httpserver.url_for("/a"))
    released.set()
    assert len(waits) == 1
    assert (error.status, error.heavy) == (None, True)
    assert "http.read_timeout_s" in str(error)


def test_a_redirect_on_the_same_host_is_followed(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=301, headers={"Location": "/b?x=1"})
    httpserver.expect_request("/b", query_string="x=1").respond_with_json({"b": 1})
    assert client.json(httpserver.url_for("/a"), params={"x": 2}) == {"b": 1}


@pytest.mark.parametrize(
    "target",
    [
        "http://elsewhere.invalid/a",
        "//elsewhere.invalid",
        "http://127.0.0.1:1/a",
        "ftp://127.0.0.1/",
        "file:///etc",
    ],
)
def test_a_redirect_to_another_host_is_refused(httpserver: HTTPServer, client: Client, target: str) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=302, headers={"Location": target})
    error = refusal(client, httpserver.url_for("/a"))
    assert "redirects to another host" in str(error)
    assert client.counts == {"3xx": 1}


def test_a_redirect_to_no_address_is_refused(wire: Wire, client: Client) -> None:
    url = wire(b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    assert "redirects to another host" in str(refusal(client, url))


def test_redirects_in_circles_end(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=302, headers={"Location": "/a"})
    assert "in circles" in str(refusal(client, httpserver.url_for("/a")))


def test_not_modified_is_an_answer(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request("/a", headers={"If-None-Match": '"1"'}).respond_with_data("", status=304)
    assert client.get(httpserver.url_for("/a"), headers={"If-None-Match": '"1"'}).status == 304
    assert client.counts == {"304": 1}


@pytest.mark.parametrize("status", [403, 503])
def test_a_key_never_appears_in_an_error_or_a_log(
    httpserver: HTTPServer, client: Client, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    httpserver.expect_request("/a").respond_with_data("no", status=status)
    for url in (httpserver.url_for("/a"), "http://127.0.0.1:1/a", "http://user:s3cret@127.0.0.1:1/a"):
        error = refusal(client, url, params={"key": "s3cret", "part": "id"})
        ours = "".join(record.getMessage() for record in caplog.records if record.name != "werkzeug")
        assert "s3cret" not in "".join(traceback.format_exception(error)) + ours


def test_the_password_file_of_the_operator_is_not_used(
    httpserver: HTTPServer, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login me password s3cret\nmachine 127.0.0.1 login me password s3cret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    httpserver.expect_request("/a").respond_with_json({})
    client.json(httpserver.url_for("/a"))
    assert "Authorization" not in httpserver.log[0][0].headers


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/a", "http://nowhere.invalid/a", "http:///a", "gopher://x/a", "http://["]
)
def test_an_address_that_cannot_be_called_says_what_to_do(client: Client, url: str) -> None:
    error = refusal(client, url)
    assert error.status is None
    assert "check" in str(error)
    assert not error.heavy


def test_the_connection_is_kept_between_calls(simulator: Simulator, client: Client) -> None:
    for _ in range(3):
        client.json(f"{simulator.url}/tdn/rest/api/space")
    pools = client._session.get_adapter(simulator.url).poolmanager.pools  # type: ignore[attr-defined]
    assert [(pools[key].num_requests, pools[key].num_connections) for key in pools.keys()] == [(3, 1)]  # noqa: SIM118 (cannot be iterated)


def test_calls_to_one_host_are_spread_over_time() -> None:
    settings = Http(requests_per_second=2.0)
    with Client(settings) as client:
        adapter = client._session.get_adapter("http://one.example/")
        rates = adapter.limiter.bucket_factory["one.example"].rates  # type: ignore[attr-defined]
    assert [(rate.limit, rate.interval) for rate in rates] == [(2, 1000)]
