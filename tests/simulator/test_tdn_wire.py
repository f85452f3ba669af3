"""TDN answers as a Confluence Data Center does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from simulator import Simulator

Get = Callable[..., requests.Response]
API = "/tdn/rest/api"


def ids(answer: requests.Response) -> list[str]:
    return [row["id"] for row in answer.json()["results"]]


def test_limit_is_lowered_without_a_word(get: Get) -> None:
    bare = get(f"{API}/content", limit=1000).json()
    with_body = get(f"{API}/content", limit=1000, expand="version,body.storage").json()
    assert (bare["limit"], bare["size"]) == (200, 71)
    assert (with_body["limit"], with_body["size"]) == (50, 50)


def test_next_of_an_offset_listing_is_host_relative_and_jumps_by_the_limit_asked(get: Get) -> None:
    answer = get(f"{API}/content", spaceKey="PROT", limit=60, expand="body.view").json()
    following = urlsplit(answer["_links"]["next"])
    assert following.path == "/rest/api/content"
    assert parse_qs(following.query)["start"] == ["60"]
    assert answer["_links"]["base"].endswith("/tdn")


def test_recomputed_starts_reach_every_page_once(get: Get) -> None:
    keys: list[str] = []
    while True:
        answer = get(f"{API}/content", spaceKey="PROT", start=len(keys), limit=60, expand="body.view")
        keys += ids(answer)
        if "next" not in answer.json()["_links"]:
            break
    assert len(keys) == len(set(keys)) == 70


@pytest.mark.parametrize("limit", [7, 70, 500])
def test_scan_can_be_followed_to_the_end(get: Get, limit: int) -> None:
    answer = get(f"{API}/content/scan", limit=limit, expand="body.storage").json()
    keys = [row["id"] for row in answer["results"]]
    while "next" in answer["_links"]:
        answer = get(answer["_links"]["base"] + answer["_links"]["next"]).json()
        keys += [row["id"] for row in answer["results"]]
    assert len(keys) == len(set(keys)) == 71
    assert keys == sorted(keys, key=int)


def test_scan_goes_on_where_it_was_when_a_page_disappears(get: Get, simulator: Simulator) -> None:
    answer = get(f"{API}/content/scan", limit=5).json()
    simulator.delete("tdn", answer["results"][-1]["id"])
    simulator.delete("tdn", answer["results"][0]["id"])
    following = get(answer["_links"]["base"] + answer["_links"]["next"])
    assert ids(following)[0] == "1005"


def test_scan_refuses_a_cursor_that_it_did_not_give(get: Get) -> None:
    assert get(f"{API}/content/scan", cursor="abc:x").status_code == 400


def test_only_what_was_asked_is_expanded(get: Get) -> None:
    bare = get(f"{API}/content/1001").json()
    for name in ("version", "space", "ancestors", "metadata", "history", "body"):
        assert name not in bare
        assert name in bare["_expandable"]
    full = get(
        f"{API}/content/1001", expand="version,space,ancestors,metadata.labels,history,body.storage,body.export_view"
    ).json()
    assert full["version"]["number"] == 2
    assert full["version"]["when"] == "2024-01-02T09:00:00.000-03:00"
    assert full["space"]["key"] == "PROT"
    assert [page["title"] for page in full["ancestors"]] == ["Início"]
    assert [label["name"] for label in full["metadata"]["labels"]["results"]] == ["versao_12"]
    assert full["history"]["createdDate"].startswith("2022-12-31T21:00")
    assert full["body"]["storage"]["value"].strip() == "<p>Texto 1 da p&aacute;gina</p>"
    assert full["body"]["export_view"]["value"].strip() == "<p>Texto 1 da página</p>"
    assert "view" not in full["body"]


def test_a_page_can_have_an_empty_export_view(get: Get) -> None:
    body = get(f"{API}/content/1080", expand="body.export_view,body.view").json()["body"]
    assert body["export_view"]["value"] == ""
    assert "Texto 80" in body["view"]["value"]


def test_addresses_of_a_page(get: Get, simulator: Simulator) -> None:
    links = get(f"{API}/content/1001").json()["_links"]
    assert links["webui"] == "/display/PROT/Rotina+1"
    assert get(f"{API}/content/1080").json()["_links"]["webui"] == "/pages/viewpage.action?pageId=1080"
    for path in (links["webui"], links["tinyui"]):
        assert "Texto 1 da" in get(links["base"] + path).text
    assert links["self"] == f"{simulator.url}/tdn/rest/api/content/1001"


def test_a_missing_page_is_a_404_in_the_api_s_shape(get: Get, simulator: Simulator) -> None:
    simulator.delete("tdn", 1001)
    answer = get(f"{API}/content/1001")
    assert answer.status_code == 404
    assert answer.json()["statusCode"] == 404
    assert answer.json()["reason"] == "Not Found"


def test_spaces(get: Get) -> None:
    spaces = get(f"{API}/space", type="global", status="current", limit=1, expand="homepage").json()
    assert spaces["results"][0]["homepage"]["id"] == "1000"
    assert "next" in spaces["_links"]
    assert get(f"{API}/space", status="archived").json()["results"] == []
    assert get(f"{API}/space", expand="permissions").status_code == 500


def test_children_and_title_look_up(get: Get) -> None:
    assert len(ids(get(f"{API}/content/1000/child/page", limit=100))) == 69
    assert get(f"{API}/content/5/child/page").status_code == 404
    assert ids(get(f"{API}/content", spaceKey="PROT", title="Rotina 7")) == ["1007"]
    assert ids(get(f"{API}/content", type="blogpost")) == []
    assert get(f"{API}/content", spaceKey="NONE").status_code == 404


@pytest.mark.parametrize(
    ("cql", "expected"),
    [
        ("type=page and id in (1003, 1001)", ["1001", "1003"]),
        ("id = 1003", ["1003"]),
        ('space = "TEC"', ["1080"]),
        ("type = page AND space in (TEC) order by lastmodified", ["1080"]),
        # 2024-01-28 12:00 UTC is 09:00 where the server stands.
        ('lastmodified >= "2024-01-28 09:00" and space=PROT order by lastmodified asc', ["1027", "1055"]),
        ('lastmodified >= "2024-01-28 09:01" order by lastmodified asc', []),
        ("type=blogpost", []),
    ],
)
def test_cql(get: Get, cql: str, expected: list[str]) -> None:
    assert ids(get(f"{API}/content/search", cql=cql)) == expected


@pytest.mark.parametrize(
    "cql",
    ["", "title ~ x", "type=page or id=1", 'lastmodified >= "yesterday"', "id in (1", "type=page order by title",
     "type=page order by lastmodified desc", "space=NONE", "type", '"'],
)  # fmt: skip
def test_cql_that_is_not_understood_is_a_400_in_the_api_s_shape(get: Get, cql: str) -> None:
    answer = get(f"{API}/content/search", cql=cql)
    assert answer.status_code == 400
    assert answer.json()["statusCode"] == 400


def test_cql_pages_like_any_listing(get: Get) -> None:
    first: dict[str, Any] = get(f"{API}/content/search", cql="type=page", limit=100, expand="body.view").json()
    assert (first["size"], first["totalSize"]) == (50, 71)
    rest = get(f"{API}/content/search", cql="type=page", limit=100, start=50, expand="body.view").json()
    assert rest["size"] == 21
    assert "next" not in rest["_links"]


def test_server_information_and_bad_numbers(get: Get) -> None:
    assert get(f"{API}/server-information").json()["version"].split(".")[0] == "8"
    assert get(f"{API}/content", limit="many").status_code == 400
    assert get(f"{API}/content", limit=0).status_code == 400
    assert get(f"{API}/nowhere").status_code == 404
