"""What the API and the page say about pins, releases, typed filters and pasted texts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from search.analysis.language_data import PACKAGED
from tests.web.conftest import Site, document
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
    body: dict[str, object] = answer.get_json()
    return body


def test_a_pinned_document_leads_and_is_marked(steered: FlaskClient, client: FlaskClient) -> None:
    plain, answer = asked(client, q="rejeicao 528"), asked(steered, q="528 Rejeição")
    assert next((result["id"], result["pinned"]) for result in answer["results"]) == ("downloads:1100101", True)
    assert sum(result["pinned"] for result in answer["results"]) == 1
    assert "kb:inst/360010000101" not in [result["id"] for result in answer["results"]]
    assert answer["total"]["value"] == plain["total"]["value"] - 1
    assert not any(result["pinned"] for result in plain["results"])
    assert not any(result["pinned"] for result in asked(steered, q="rejeição 528", sort="newest")["results"])


def test_a_pin_that_has_ended_does_nothing(steered: FlaskClient, client: FlaskClient) -> None:
    assert asked(steered, q="pedido")["total"] == asked(client, q="pedido")["total"]


def test_a_change_of_the_lists_is_a_change_of_the_answer(steered: FlaskClient, client: FlaskClient) -> None:
    tags = [visitor.get("/api/v1/search?q=pedido").headers["ETag"] for visitor in (steered, client)]
    assert tags[0] != tags[1]


def test_an_answer_says_what_was_understood(client: FlaskClient) -> None:
    interpretation = asked(client, q='nfe boleto OR pix produto:rm -"nota de débito" pe advpl')["query"]["interpreted"]
    assert interpretation["terms"] == ["nfe", "pe", "advpl"]
    assert interpretation["either"] == [["boleto", "pix"]]
    assert interpretation["narrowed"] == ["produto:rm"]
    assert interpretation["excluded"] == ["nota de débito"]
    assert "nota fiscal eletrônica" in interpretation["synonyms"]["nfe"]
    assert interpretation["synonyms"]["pe"] == ["ponto de entrada"]


def test_a_result_says_from_which_release_on_it_holds(client: FlaskClient) -> None:
    results = asked(client, q="rejeição 528")["results"]
    assert {result["id"]: result["applies_from"] for result in results}["tdn:700100101"] == "12.1.33"
    page = client.get("/?q=rejeição 528&ui=pt").get_data(as_text=True)
    assert "Vale a partir de 12.1.33" in page
    assert "Applies from 12.1.33" in client.get("/?q=rejeição 528&ui=en").get_data(as_text=True)


@pytest.mark.parametrize("release", ["2310", "12.1.2310", "P12.1.2310", "nenhuma"])
def test_a_reader_names_releases_and_keeps_them(client: FlaskClient, release: str) -> None:
    answer = asked(client, q="rejeição 528", release=release)
    assert answer["total"] == asked(client, q="rejeição 528")["total"]
    assert f"release={release}" in answer["links"]["self"]
    page = BeautifulSoup(client.get(f"/?q=nota&release={release}").get_data(), "lxml")
    assert [field["value"] for field in page.select("input[name=release]")] == [release]


def control(client: FlaskClient, address: str) -> str:
    """What the page's own control for the reader's release holds."""
    page = BeautifulSoup(client.get(address).get_data(), "lxml")
    (field,) = page.select("form.box input[name=release]")
    return str(field["value"])


@pytest.mark.parametrize(("ui", "label"), [("pt", "Minha release"), ("es", "Mi release"), ("en", "My release")])
@pytest.mark.parametrize("query", ["", "q=rejeição 528&", "q=xyzzy&"])
def test_the_page_has_a_control_for_the_readers_release(client: FlaskClient, query: str, ui: str, label: str) -> None:
    page = BeautifulSoup(client.get(f"/?{query}ui={ui}").get_data(), "lxml")
    (field,) = page.select("form.box input[name=release]")
    assert [tag.get_text() for tag in page.select(f"label[for={field['id']}]")] == [label]
    assert page.select_one(f"#{field['aria-describedby']}") is not None
    assert field["value"] == ""


def test_a_release_goes_on_with_every_link_of_the_page(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/?q=pedido&release=12.1.2310, 12.1.33&source=tdn").get_data(), "lxml")
    links = [str(anchor["href"]) for anchor in page.select(".value, .pager a, .sorts a, .chip, .languages a")]
    assert len(links) > 5
    assert all("release=12.1.2310&release=12.1.33" in link for link in links)


def test_the_browser_remembers_the_release_until_it_is_emptied(site: Site) -> None:
    client = site.client()
    client.get("/?q=nota&release=2310, P12.1.33, nenhuma")
    assert control(client, "/") == control(client, "/?q=nota") == "12.1.2310, 12.1.33"
    assert control(client, "/?q=nota&release=12.1.2410") == "12.1.2410"
    assert control(client, "/") == "12.1.2410"
    assert control(client, "/?q=nota&release=") == control(client, "/") == ""
    assert "release" not in site.client().get("/api/v1/search?q=nota").get_json()["links"]["self"]


def test_a_remembered_release_puts_first_what_applies_to_it(site: Site) -> None:
    old = document("downloads", "7", "Pacote do estorno", "estorno", versions=("12.1.27",))
    new = document("downloads", "8", "Pacote do estorno", "estorno", versions=("12.1.2410",))
    site.publish(old, new)

    def first(client: FlaskClient) -> str:
        page = BeautifulSoup(client.get("/?q=pacote estorno").get_data(), "lxml")
        return str(page.select(".hit h2 a")[0]["href"])

    for package in (old, new):
        client = site.client()
        before = client.get("/?q=pacote estorno").headers["ETag"]
        client.get("/", query_string={"release": package.versions[0]})
        assert first(client) == package.url
        assert client.get("/?q=pacote estorno").headers["ETag"] != before


def test_a_remembered_value_that_is_no_release_is_passed_over(site: Site) -> None:
    client = site.client()
    client.set_cookie("release", "<script>,,12.1.2410,x")
    assert control(client, "/?q=nota") == "12.1.2410"


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("fonte:tdn", "tdn"),
        ("fonte:kb", "kb"),
        ('fonte:"Base de Conhecimento"', "kb"),
        ("origem:base", "kb"),
        ("fonte:youtube", "youtube"),
        ("fonte:vídeos", "youtube"),
        ("source:video", "youtube"),
        ("fuente:canal", "youtube"),
        ('fonte:"Central de Download"', "downloads"),
        ("fonte:zendesk", "kb"),
        ("fonte:confluence", "tdn"),
    ],
)
def test_a_source_is_named_as_people_call_it(client: FlaskClient, typed: str, source: str) -> None:
    answer = asked(client, q=f"528 {typed}")
    assert {result["source"] for result in answer["results"]} == {source}
    assert not answer["warnings"]
    assert source not in {result["source"] for result in asked(client, q=f"528 -{typed}")["results"]}


def test_a_source_that_nobody_knows_is_told(client: FlaskClient) -> None:
    assert asked(client, q="528 fonte:lua")["warnings"] == ["unknown:source=lua"]


def test_a_word_is_corrected_within_a_source_by_its_label(client: FlaskClient) -> None:
    assert asked(client, q="rejeisao fonte:vídeos")["corrected_from"] == "rejeisao fonte:vídeos"


def test_of_a_pasted_log_the_page_says_what_was_searched(client: FlaskClient) -> None:
    log = "10:00:01 user: maria\nERRO Rejeição 528: valor do ICMS\nat C:\\totvs\\x.exe"
    page = BeautifulSoup(client.get("/", query_string={"q": log, "ui": "pt"}).get_data(), "lxml")
    notes = [note.get_text(strip=True) for note in page.select(".note")]
    assert any(note.startswith("Do texto colado procuramos só: ERRO Rejeição 528") for note in notes)
    assert "maria" not in page.get_text()


def test_an_odd_value_is_told_in_the_readers_language(client: FlaskClient) -> None:
    page = client.get("/?q=nota ano:ontem&ui=pt").get_data(as_text=True)
    assert "O valor não serve para o filtro e foi lido como texto — Ano: ontem" in page
