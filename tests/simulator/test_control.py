"""Edits, deletions, counters and validators, by HTTP, by method and by command."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from simulator import EditError, Simulator
from simulator.__main__ import main

Get = Callable[..., requests.Response]
KB = "/kb/api/v2/help_center"


def put(simulator: Simulator, path: str, fields: object) -> requests.Response:
    return requests.put(f"{simulator.url}/_control/documents/{path}", json=fields, timeout=10)


def test_an_edit_moves_version_and_time(simulator: Simulator, get: Get) -> None:
    assert put(simulator, "tdn/1001", {"title": "Outro", "text": "Um\n\n- a"}).status_code == 200
    page = get("/tdn/rest/api/content/1001", expand="version,body.view").json()
    assert (page["title"], page["version"]["number"]) == ("Outro", 3)
    assert page["version"]["when"] > "2024-01-02"
    assert page["body"]["view"]["value"] == "<p>Um</p>\n<ul><li>a</li></ul>"
    query = 'lastmodified >= "2024-06-01 00:00"'
    assert [row["id"] for row in get("/tdn/rest/api/content/search", cql=query).json()["results"]] == ["1001"]


def test_an_edit_can_leave_the_time_alone(simulator: Simulator, get: Get) -> None:
    put(simulator, "tdn/1001", {"labels": ["novo"], "touch": False})
    page = get("/tdn/rest/api/content/1001", expand="version,metadata.labels").json()
    assert page["version"]["number"] == 2
    assert page["version"]["when"].startswith("2024-01-02")
    assert page["metadata"]["labels"]["results"][0]["name"] == "novo"


def test_an_edit_of_one_translation(simulator: Simulator, get: Get) -> None:
    put(simulator, "kb/360000001000?locale=es", {"title": "Nuevo", "body": "<p>x</p>"})
    spanish = get(f"{KB}/es/articles/360000001000.json").json()["article"]
    assert spanish["title"] == "Nuevo"
    assert spanish["edited_at"] == spanish["updated_at"] > "2024-06"
    assert get(f"{KB}/pt-br/articles/360000001000.json").json()["article"]["title"] == "Rejeição 528"
    changed = get(f"{KB}/incremental/articles.json", start_time=1_720_000_000).json()
    assert [row["id"] for row in changed["articles"]] == [360000001000]


@pytest.mark.parametrize(
    ("source", "key", "where"),
    [
        ("tdn", "5000", "/tdn/rest/api/content?spaceKey=PROT&limit=200"),
        ("kb", "5000", f"{KB}/pt-br/articles.json?per_page=100"),
        ("youtube", "newvideo123", "/youtube/feeds/videos.xml?playlist_id=UU" + "a" * 22),
        ("downloads", "5000", "/downloads/protheus.json"),
        ("legislacao", "n9", "/legislacao/feed.xml"),
    ],
)
def test_an_unknown_id_makes_a_document_and_a_deletion_removes_it(
    simulator: Simulator, get: Get, source: str, key: str, where: str
) -> None:
    simulator.edit(source, key, title="Documento novo")
    assert "Documento novo" in get(where).text
    assert key in get(f"/_control/documents/{source}").json()["ids"]
    assert requests.delete(f"{simulator.url}/_control/documents/{source}/{key}", timeout=10).status_code == 200
    assert "Documento novo" not in get(where).text
    assert requests.delete(f"{simulator.url}/_control/documents/{source}/{key}", timeout=10).status_code == 404


def test_a_translation_is_deleted_alone(simulator: Simulator, get: Get) -> None:
    assert simulator.delete("kb", 360000001000, locale="pt-br")
    assert get(f"{KB}/pt-br/articles/360000001000.json").status_code == 404
    assert get(f"{KB}/es/articles/360000001000.json").json()["article"]["source_locale"] == "es"
    assert simulator.delete("kb", 360000001000, locale="es")
    assert get(f"{KB}/es/articles.json").json()["count"] == 0


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("nowhere/1", {}),
        ("tdn/1001", {"colour": "red"}),
        ("tdn/abc", {"title": "x"}),
        ("tdn/1001", {"labels": "x"}),
        ("tdn/1001", {"updated": "soon"}),
        ("tdn/1001", ["title"]),
        ("kb/360000001001", {"section": "1"}),
        ("kb/360000001001?locale=fr", {"title": "x"}),
        ("downloads/1100001", {"manifest": "winthor"}),
        ("downloads/1100001", {"files": [{"nome": "x"}]}),
    ],
)
def test_a_wrong_edit_is_a_400_that_says_why(simulator: Simulator, path: str, fields: object) -> None:
    answer = put(simulator, path, fields)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_wrong_edit_by_method_raises(simulator: Simulator) -> None:
    with pytest.raises(EditError, match="unknown field colour; tdn has"):
        simulator.edit("tdn", 1001, colour="red")


def test_requests_are_counted_by_path_and_status(simulator: Simulator, get: Get) -> None:
    get("/tdn/rest/api/content", limit=1)
    get("/tdn/rest/api/content", limit=2)
    get("/tdn/rest/api/content/7")
    counts = get("/_control/requests").json()["requests"]
    assert counts == {"/tdn/rest/api/content": {"200": 2}, "/tdn/rest/api/content/7": {"404": 1}}
    requests.delete(f"{simulator.url}/_control/requests", timeout=10)
    assert simulator.requests() == {}


@pytest.mark.parametrize(
    "path",
    [
        "/tdn/rest/api/content?limit=5&expand=body.view",
        "/tdn/rest/api/content/1001",
        f"{KB}/pt-br/articles.json",
        "/youtube/feeds/videos.xml?playlist_id=PLnormal",
        "/youtube/v3/videos?part=snippet&id=video000019&key=k",
        "/downloads/logix.csv",
        "/legislacao/feed.xml",
        "/tdn/pages/viewpage.action?pageId=1001",
    ],
)
def test_validators_give_304_until_something_changes(simulator: Simulator, get: Get, path: str) -> None:
    first = get(path)
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    for headers in (
        {"If-None-Match": etag},
        {"If-None-Match": f'"other", W/{etag}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = get(path, headers=headers)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    edits = {"tdn": "1001", "kb": "360000001001", "youtube": "video000019", "downloads": "1100004", "legislacao": "n1"}
    simulator.edit(source := path.split("/")[1], edits[source], title="Mudou", body="<p>Mudou</p>")
    assert get(path, headers={"If-None-Match": etag}).status_code == 200


def test_head_and_other_methods(simulator: Simulator) -> None:
    address = f"{simulator.url}/tdn/rest/api/content"
    head = requests.head(address, timeout=10)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(requests.get(address, timeout=10).content)
    assert requests.post(address, json={}, timeout=10).status_code == 405


def test_addresses_follow_the_host_header(get: Get) -> None:
    answer = get("/tdn/rest/api/content/1001", headers={"Host": "tdn.example:8080"}).json()
    assert answer["_links"]["base"] == "http://tdn.example:8080/tdn"


def test_the_commands_reach_a_running_simulator(
    simulator: Simulator, get: Get, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["edit", simulator.url, "tdn", "1001", "title=Pelo comando", 'labels=["a"]']) == 0
    assert get("/tdn/rest/api/content/1001").json()["title"] == "Pelo comando"
    assert main(["fault", simulator.url, "tdn", "500", "--path", "content/1001"]) == 0
    assert get("/tdn/rest/api/content/1001").status_code == 500
    assert main(["clear", simulator.url]) == 0
    assert main(["delete", simulator.url, "tdn", "1001"]) == 0
    assert get("/tdn/rest/api/content/1001").status_code == 404
    assert main(["delete", simulator.url, "tdn", "1001"]) == 1
    assert "tdn has no document 1001" in capsys.readouterr().err


def test_a_command_to_nobody_fails_with_the_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clear", "http://127.0.0.1:9"]) == 1
    assert "127.0.0.1:9" in capsys.readouterr().err
