"""What the API and the page say about pins, releases, typed filters and pasted texts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from search.words import PACKAGED
from tests.web.conftest import Site
from web.app import create_app

PINS = """
pins:
  - queries: [rejeição 528]
    pin: ["downloads:1100101"]
    block: ["kb:inst/360010000101"]
    owner: equipe fiscal
    reason: the package mends it
    from: 2020-01-01
  - {queries: [pedido], block: ["tdn:9000"], owner: x, reason: x, from: 2020-01-01, until: 2020-12-31}
"""


@pytest.fixture
def steered(site: Site, tmp_path: Path) -> FlaskClient:
    """The same site with pins of its own."""
    shutil.copytree(PACKAGED, tmp_path / "words")
    (tmp_path / "words" / "pins.yaml").write_text(PINS, encoding="utf-8")
    config = site.config.model_copy(update={"words_dir": str(tmp_path / "words")})
    return create_app(config, site.index, site.store).test_client()


def asked(client: FlaskClient, **parameters: object) -> dict[str, object]:
    answer = client.get("/api/v1/search", query_string=parameters)
    assert answer.status_code == 200
    found: dict[str, object] = answer.get_json()
    return found


def test_a_pinned_document_leads_and_is_marked(steered: FlaskClient, client: FlaskClient) -> None:
    plain, found = asked(client, q="rejeicao 528"), asked(steered, q="528 Rejeição")
    assert next((each["id"], each["pinned"]) for each in found["results"]) == ("downloads:1100101", True)
    assert sum(each["pinned"] for each in found["results"]) == 1
    assert "kb:inst/360010000101" not in [each["id"] for each in found["results"]]
    assert found["total"]["value"] == plain["total"]["value"] - 1
    assert not any(each["pinned"] for each in plain["results"])
    assert not any(each["pinned"] for each in asked(steered, q="rejeição 528", sort="newest")["results"])


def test_a_pin_that_has_ended_does_nothing(steered: FlaskClient, client: FlaskClient) -> None:
    assert asked(steered, q="pedido")["total"] == asked(client, q="pedido")["total"]


def test_a_change_of_the_lists_is_a_change_of_the_answer(steered: FlaskClient, client: FlaskClient) -> None:
    tags = [each.get("/api/v1/search?q=pedido").headers["ETag"] for each in (steered, client)]
    assert tags[0] != tags[1]


def test_an_answer_says_what_was_understood(client: FlaskClient) -> None:
    found = asked(client, q='nfe boleto OR pix produto:rm -"nota de débito" pe advpl')["query"]["interpreted"]
    assert found["terms"] == ["nfe", "pe", "advpl"]
    assert found["either"] == [["boleto", "pix"]]
    assert found["narrowed"] == ["produto:rm"]
    assert found["excluded"] == ["nota de débito"]
    assert "nota fiscal eletrônica" in found["synonyms"]["nfe"]
    assert found["synonyms"]["pe"] == ["ponto de entrada"]


def test_a_result_says_from_which_release_on_it_holds(client: FlaskClient) -> None:
    results = asked(client, q="rejeição 528")["results"]
    assert {each["id"]: each["applies_from"] for each in results}["tdn:700100101"] == "12.1.33"
    page = client.get("/?q=rejeição 528&ui=pt").get_data(as_text=True)
    assert "Vale a partir de 12.1.33" in page
    assert "Applies from 12.1.33" in client.get("/?q=rejeição 528&ui=en").get_data(as_text=True)


@pytest.mark.parametrize("release", ["2310", "12.1.2310", "P12.1.2310", "nenhuma"])
def test_a_reader_names_releases_and_keeps_them(client: FlaskClient, release: str) -> None:
    found = asked(client, q="rejeição 528", release=release)
    assert found["total"] == asked(client, q="rejeição 528")["total"]
    assert f"release={release}" in found["links"]["self"]
    kept = BeautifulSoup(client.get(f"/?q=nota&release={release}").get_data(), "lxml").select_one("input[name=release]")
    assert kept is not None and kept["value"] == release


def test_of_a_pasted_log_the_page_says_what_was_searched(client: FlaskClient) -> None:
    log = "10:00:01 user: maria\nERRO Rejeição 528: valor do ICMS\nat C:\\totvs\\x.exe"
    page = BeautifulSoup(client.get("/", query_string={"q": log, "ui": "pt"}).get_data(), "lxml")
    notes = [each.get_text(strip=True) for each in page.select(".note")]
    assert any(note.startswith("Do texto colado procuramos só: ERRO Rejeição 528") for note in notes)
    assert "maria" not in page.get_text()


def test_an_odd_value_is_told_in_the_readers_language(client: FlaskClient) -> None:
    page = client.get("/?q=nota ano:ontem&ui=pt").get_data(as_text=True)
    assert "O valor não serve para o filtro e foi lido como texto — Ano: ontem" in page
