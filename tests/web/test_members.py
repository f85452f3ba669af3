"""One hit, several members: what the API and the page say of documents on one subject."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from search.analysis.language_data import PACKAGED
from search.model import Document, Identifier
from tests.web.conftest import Site, document
from web.app import create_app

ISSUE = (Identifier("issue", "DSERFIN1-4242"),)
CUT = 'cut_edges:\n  - {between: ["tdn:77", "youtube:v77"], owner: x, reason: x}\n'


def solution() -> list[Document]:
    """An article in two languages, the page, the video and the package of one issue, and a page apart."""
    return [
        document("kb", "inst/77", "Borderô duplicado", "O borderô sai duplicado. DSERFIN1-4242", group="kb:inst/77",
                 identifiers=ISSUE),
        document("kb", "inst/77:es", "Borderó duplicado", "El borderó", group="kb:inst/77", lang="es"),
        document("tdn", "77", "DSERFIN1-4242 DT Borderô duplicado", "Correção do borderô."),
        document("youtube", "v77", "Borderô em dobro?", "Vídeo do borderô", identifiers=ISSUE),
        document("downloads", "p77", "Pacote do borderô", "Corrige o borderô.", identifiers=ISSUE),
        document("tdn", "78", "Borderô de pagamento", "Como gerar o borderô."),
    ]  # fmt: skip


@pytest.fixture
def site_of_one(site: Site) -> Site:
    site.publish(*solution())
    return site


def test_what_shares_an_issue_or_an_article_is_one_result(site_of_one: Site) -> None:
    answer = site_of_one.client().get("/api/v1/search", query_string={"q": "borderô"}).get_json()
    assert (answer["total"]["value"], len(answer["results"])) == (2, 2)
    card = next(result for result in answer["results"] if result["members"])
    everyone = {page.id for page in solution()} - {"tdn:78"}
    named = [member["id"] for member in card["members"]]
    assert (len(named), card["more_members"]) == (3, 1)
    assert {card["id"], *named} < everyone
    others_first = [member["source"] == card["source"] for member in card["members"]]
    assert others_first == sorted(others_first)
    assert list(card["members"][0]) == ["id", "source", "kind", "title", "url", "lang", "updated"]
    assert (
        sum(bucket["count"] for facet in answer["facets"] if facet["name"] == "kind" for bucket in facet["values"]) > 2
    )


def test_a_filter_leaves_the_best_that_passes_it(site_of_one: Site) -> None:
    answer = site_of_one.client().get("/api/v1/search?q=borderô&kind=video").get_json()
    assert [result["id"] for result in answer["results"]] == ["youtube:v77"]
    assert (len(answer["results"][0]["members"]), answer["results"][0]["more_members"]) == (3, 1)


def test_an_operator_keeps_two_documents_apart(site_of_one: Site, tmp_path: Path) -> None:
    shutil.copytree(PACKAGED, tmp_path / "words")
    (tmp_path / "words" / "cut_edges.yaml").write_text(CUT, encoding="utf-8")
    config = site_of_one.config.model_copy(update={"words_dir": str(tmp_path / "words")})
    client = create_app(config, site_of_one.index, site_of_one.store).test_client()
    answer = client.get("/api/v1/search?q=borderô").get_json()
    assert answer["total"]["value"] == 3
    for result in answer["results"]:
        held = {result["id"], *(member["id"] for member in result["members"])}
        assert not {"tdn:77", "youtube:v77"} <= held


@pytest.mark.parametrize(
    ("ui", "also", "more"),
    [("pt-BR", "Também em", "e mais 1"), ("es", "También en", "y 1 más"), ("en", "Also in", "and 1 more")],
)
def test_the_page_lists_the_members_as_links(site_of_one: Site, ui: str, also: str, more: str) -> None:
    client: FlaskClient = site_of_one.client()
    parameters = {"q": "borderô", "ui": ui, "kind": "article", "lang": "pt"}
    page = BeautifulSoup(client.get("/", query_string=parameters).get_data(), "lxml")
    (card,) = page.select(".members")
    assert card["aria-label"] == f"{also}: Borderô duplicado"
    links = [link["href"] for link in card.select("li a")]
    assert sorted(links) == ["https://downloads.example/p77", "https://tdn.example/77", "https://youtube.example/v77"]
    assert card.select("li")[-1].get_text(strip=True) == more


def test_an_article_in_another_language_says_so(site: Site) -> None:
    site.publish(*solution()[:2])
    page = BeautifulSoup(site.client().get("/?q=borderô duplicado&ui=pt-BR").get_data(), "lxml")
    (member,) = page.select(".members li")
    assert "Espanhol" in member.get_text(" ", strip=True)
    assert member.select_one("span[lang=es] a") is not None
    assert len(page.select(".hit")) == 1
