"""The Central de Download and the legislation feed: formats, spellings, and the login before the files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import defusedxml.ElementTree
import feedparser
import requests

from simulator import Simulator

Get = Callable[..., requests.Response]


def test_protheus_is_one_json_object(get: Get, simulator: Simulator) -> None:
    manifest = get("/downloads/protheus.json").json()
    first, second = manifest["items"]
    assert manifest["generated_at"] == "2024-05-06T12:00:00Z"
    assert first["id"] == 1100001
    assert first["productLine"] == {"id": "000006", "name": "Protheus"}
    assert first["releaseNotes"] == f"{simulator.url}/tdn/pages/viewpage.action?pageId=1001"
    assert first["description"] == f"Corrige {first['releaseNotes']}"
    assert first["files"][0]["size"] == 1288490189
    assert "releaseNotes" not in second


def test_rm_is_json_lines_in_portuguese(get: Get) -> None:
    rows = [json.loads(line) for line in get("/downloads/rm.jsonl").content.splitlines()]
    assert [row["codigo"] for row in rows] == ["1100002"]
    assert rows[0]["dataPublicacao"] == "2024-05-06"
    assert rows[0]["arquivos"][0]["nome"] == "a b.zip"


def test_datasul_is_xml(get: Get) -> None:
    root = defusedxml.ElementTree.fromstring(get("/downloads/datasul.xml").content)
    assert root.tag == "pacotes"
    assert [pacote.get("id") for pacote in root] == ["1100003"]
    assert root[0].findtext("nome") == "Pacote 3 – correção"
    assert [file.get("tamanho") for file in root.iter("arquivo")] == ["1288490189"]


def test_logix_is_csv_as_a_brazilian_spreadsheet_writes_it(get: Get) -> None:
    answer = get("/downloads/logix.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("cp1252"), newline=""), delimiter=";"))
    assert [row["código"] for row in rows] == ["1100004"]
    assert rows[0]["título"] == "Pacote 4 – correção"
    assert rows[0]["data"] == "06/05/2024"
    assert rows[0]["tamanho"] == "1,2 GB"


def test_a_deletion_makes_a_newer_manifest(get: Get, simulator: Simulator) -> None:
    before = get("/downloads/protheus.json").json()
    simulator.delete("downloads", 1100005)
    after = get("/downloads/protheus.json").json()
    assert len(after["items"]) == 1
    assert after["generated_at"] > before["generated_at"]


def test_files_need_a_login(get: Get) -> None:
    address = get("/downloads/protheus.json").json()["items"][0]["files"][0]["url"]
    assert get(address).status_code == 401
    assert get("/downloads/protheus.xml").status_code == 404


def test_a_new_revision_of_a_slot(get: Get, simulator: Simulator) -> None:
    simulator.edit("downloads", 1100001, files=[{"name": "new.zip", "size": 5, "sha256": "cd" * 32}])
    item = get("/downloads/protheus.json").json()["items"][0]
    assert [file["name"] for file in item["files"]] == ["new.zip"]
    assert item["updatedAt"] > item["releaseDate"]


def test_the_legislation_feed_is_rss(get: Get) -> None:
    feed = feedparser.parse(get("/legislacao/feed.xml").content)
    assert feed.version == "rss20"
    assert [entry.title for entry in feed.entries] == ["IBS", "NT 2024.001"]
    assert feed.entries[1].published == "Tue, 02 Jan 2024 03:04:05 GMT"
    assert feed.entries[1].id == "legislacao:n1"
    assert "NT 2024.001" in get(feed.entries[1].link).text
