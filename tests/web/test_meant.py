"""The page where a word or a code is misspelt: what is said, and where its links lead."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from tests.web.conftest import Site, document


def meant(client: FlaskClient, **query: Any) -> tuple[str, dict[str, dict[str, list[str]]]]:
    """The sentence, and where each of its links leads."""
    soup = BeautifulSoup(client.get("/", query_string=query).text, "lxml")
    said = soup.select_one(".meant")
    if said is None:
        return "", {}
    assert said["role"] == "status"
    return text(said), {text(link): parse_qs(urlsplit(str(link["href"])).query) for link in said.select("a")}


def text(tag: Tag) -> str:
    return " ".join(tag.get_text().split())


@pytest.mark.parametrize(
    ("ui", "sentence", "insist"),
    [
        ("pt", "Mostrando resultados para pedido. {}", "Pesquisar por “peddido” mesmo assim"),
        ("es", "Mostrando resultados para pedido. {}", "Buscar “peddido” de todos modos"),
        ("en", "Showing results for pedido. {}", "Search for “peddido” anyway"),
    ],
)
def test_a_corrected_search_says_so_and_leads_back(client: FlaskClient, ui: str, sentence: str, insist: str) -> None:
    said, links = meant(client, q="peddido", line="RM", ui=ui)
    assert said == sentence.format(insist)
    assert links == {insist: {"q": ["peddido"], "line": ["RM"], "exact": ["1"], "ui": [ui]}}


def test_the_box_holds_what_was_searched_and_forgets_to_insist(client: FlaskClient) -> None:
    corrected = BeautifulSoup(client.get("/?q=peddido").text, "lxml")
    assert corrected.select_one("input[name=q]")["value"] == "pedido"  # type: ignore[index]
    insisted = BeautifulSoup(client.get("/?q=peddido&exact=1&line=RM").text, "lxml")
    assert [field["name"] for field in insisted.select("form[role=search] input[type=hidden]")] == ["line"]


@pytest.mark.parametrize(
    ("ui", "sentence"),
    [
        ("pt", "Você quis dizer pedido venda?"),
        ("es", "¿Quiso decir pedido venda?"),
        ("en", "Did you mean pedido venda?"),
    ],
)
def test_a_correction_is_offered_beside_what_is_found(client: FlaskClient, ui: str, sentence: str) -> None:
    said, links = meant(client, q="pedido vneda", ui=ui, page=2)
    assert said == sentence
    assert links == {"pedido venda": {"q": ["pedido venda"], "ui": [ui]}}


def test_the_nearest_codes_are_offered_and_nothing_is_found_in_their_place(site: Site) -> None:
    site.publish(document("tdn", "1", "Outra rotina", "MATA412"))
    said, links = meant(site.client(), q="MATA411")
    assert said == "Você quis dizer MATA410, MATA412?"
    assert [query["q"] for query in links.values()] == [["MATA410"], ["MATA412"]]


@pytest.mark.parametrize("query", ["pedido", "rejeição 528", "xyzzyx", ""])
def test_nothing_is_said_where_nothing_is_misspelt(client: FlaskClient, query: str) -> None:
    assert meant(client, q=query, source="tdn") == ("", {})


def test_hostile_words_stay_text(site: Site) -> None:
    site.publish(document("kb", "1", "Palavra <b>perigosa</b>", "perigosa"))
    soup = BeautifulSoup(site.client().get("/", query_string={"q": "<i>perigoza</i>"}).text, "lxml")
    assert soup.select("main i, main b") == []
