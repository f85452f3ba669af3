"""Faults on demand: every kind, where it strikes and how often."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from simulator import Simulator

Get = Callable[..., requests.Response]
CHANNEL = "UC" + "a" * 22
LISTINGS = {
    "tdn": "/tdn/rest/api/content",
    "kb": "/kb/api/v2/help_center/pt-br/articles.json",
    "youtube": f"/youtube/feeds/videos.xml?channel_id={CHANNEL}",
    "downloads": "/downloads/protheus.json",
    "legislacao": "/legislacao/feed.xml",
}


@pytest.mark.parametrize("source", LISTINGS)
@pytest.mark.parametrize("status", [429, 500, 403, 503])
def test_a_status_strikes_one_source_only(simulator: Simulator, get: Get, source: str, status: int) -> None:
    simulator.fault(source, status)
    for name, path in LISTINGS.items():
        assert get(path).status_code == (status if name == source else 200)
    simulator.clear_faults()
    assert get(LISTINGS[source]).status_code == 200


@pytest.mark.parametrize("retry_after", [2, "120", "Wed, 21 Oct 2026 07:28:00 GMT", "9223372036854775807"])
def test_retry_after_is_sent_as_it_is(simulator: Simulator, get: Get, retry_after: int | str) -> None:
    simulator.fault("tdn", "429", retry_after=retry_after)
    assert get(LISTINGS["tdn"]).headers["Retry-After"] == str(retry_after)


def test_no_retry_after_unless_asked(simulator: Simulator, get: Get) -> None:
    simulator.fault("kb", "429")
    assert "Retry-After" not in get(LISTINGS["kb"]).headers


def test_times_counts_down(simulator: Simulator, get: Get) -> None:
    simulator.fault("kb", "500", times=2)
    assert [get(LISTINGS["kb"]).status_code for _ in range(3)] == [500, 500, 200]


def test_at_strikes_the_listing_that_holds_the_document(simulator: Simulator, get: Get) -> None:
    simulator.fault("tdn", "500", at=25)
    statuses = [get(LISTINGS["tdn"], start=start, limit=10).status_code for start in (10, 20, 30)]
    assert statuses == [200, 500, 200]
    assert get("/tdn/rest/api/content/1025").status_code == 200
    assert get("/tdn/rest/api/content/scan", limit=100).status_code == 500


def test_path_narrows_a_fault(simulator: Simulator, get: Get) -> None:
    simulator.fault("tdn", "500", path="content/1001")
    assert get("/tdn/rest/api/content/1001").status_code == 500
    assert get("/tdn/rest/api/content/1002").status_code == 200


def test_timeout_holds_the_line(simulator: Simulator, get: Get) -> None:
    simulator.fault("tdn", "timeout", delay_s=60, times=1)
    with requests.Session() as session, pytest.raises(requests.ReadTimeout):
        session.get(simulator.url + LISTINGS["tdn"], timeout=0.05)
    assert get(LISTINGS["tdn"]).status_code == 200
    assert simulator.requests()["/tdn/rest/api/content"]["timeout"] == 1


def test_timeout_hangs_up_in_the_end(simulator: Simulator, get: Get) -> None:
    simulator.fault("tdn", "timeout", delay_s=0)
    with pytest.raises(requests.ConnectionError):
        get(LISTINGS["tdn"])


def test_cut_promises_more_than_it_sends(simulator: Simulator, get: Get) -> None:
    simulator.fault("downloads", "cut")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(LISTINGS["downloads"])


def test_html_is_a_challenge_with_200(simulator: Simulator, get: Get) -> None:
    simulator.fault("tdn", "html")
    answer = get(LISTINGS["tdn"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Checking your browser" in answer.text


def test_malformed_keeps_the_content_type(simulator: Simulator, get: Get) -> None:
    simulator.fault("tdn", "malformed")
    answer = get(LISTINGS["tdn"])
    assert answer.headers["Content-Type"] == "application/json"
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_redirect_leads_to_another_host_or_where_it_is_told(simulator: Simulator, get: Get) -> None:
    simulator.fault("kb", "redirect", times=1)
    simulator.fault("kb", "redirect", location="/elsewhere")
    assert get(LISTINGS["kb"]).headers["Location"].startswith("http://elsewhere.invalid/kb/")
    answer = get(LISTINGS["kb"])
    assert (answer.status_code, answer.headers["Location"]) == (302, "/elsewhere")


@pytest.mark.parametrize(
    "options",
    [
        {"source": "nowhere", "kind": "500"},
        {"source": "tdn", "kind": "earthquake"},
        {"source": "tdn", "kind": "200"},
        {"source": "tdn", "kind": "500", "at": "x"},
        {"source": "tdn", "kind": "500", "when": 1},
    ],
)
def test_a_wrong_fault_is_refused(simulator: Simulator, options: dict[str, object]) -> None:
    answer = requests.post(f"{simulator.url}/_control/faults", json=options, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]
