"""What is added as `docs/architecture.md` says, in one module and one row, is crawled, filtered, counted and shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from pytest_httpserver import HTTPServer

from crawlers import registry
from crawlers.http.client import Client
from crawlers.run import crawl
from indexes import open_index
from search.errors import ConfigError
from search.index import sync
from search.store.store import Store, open_store
from tests.recipes import source as recipe
from web.app import create_app

WIKI = {"kind": "confluence", "label": "Wiki", "base_url": "https://wiki.example"}
TOPICS = [
    {"id": 7, "title": "Borderô em dobro", "html": "<p>Veja <a href='/topics/8'>o outro</a>.</p>"},
    {"id": 8, "title": "Borderô sem juros", "html": "<p>Recalcule os juros.</p>"},
]


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one row."""
    monkeypatch.setitem(registry.KINDS, "forum", recipe.KIND)


@pytest.fixture
def settings(httpserver: HTTPServer, tmp_path: Path) -> Path:
    topics = [topic | {"updated_at": "2026-03-14T12:00:00Z"} for topic in TOPICS]
    httpserver.expect_request("/forum/topics.json").respond_with_json(topics)
    forum = {"kind": "forum", "label": "Fórum dos clientes", "url": httpserver.url_for("/forum")}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"sources": {"tdn": WIKI, "forum": forum}}), encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'var' / 'store.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def client(registered: None, settings: Path, store: Store) -> Iterator[FlaskClient]:
    """The site, after the forum was crawled and indexed."""
    config = registry.load_settings(settings, {})
    with Client(config.http) as http:
        source = registry.open_source("forum", config.sources["forum"], http, settings.parent)
        assert source.probe() == "a forum of 2 topics"
        outcome = crawl(store, source, config.crawl, full=True)
    assert (outcome.state, outcome.counts["changed"]) == ("ok", 2)
    index = open_index(config.index_dir, config.index)
    sync(store, index, batch=100)
    app = create_app(config, index, store)
    yield app.test_client()
    app.extensions["query_log"].close()
    index.close()


def answer(client: FlaskClient, **parameters: str) -> Any:
    return client.get("/api/v1/search", query_string=parameters).get_json()


def page(client: FlaskClient, **parameters: str) -> BeautifulSoup:
    return BeautifulSoup(client.get("/", query_string=parameters).get_data(as_text=True), "lxml")


def test_without_its_row_a_kind_of_source_is_refused_by_a_sentence(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(registry.KINDS, "forum", raising=False)
    *others, last = registry.KINDS
    with pytest.raises(ConfigError) as refused:
        registry.load_settings(settings, {})
    told = f"sources.forum.kind: must say what kind of source this is: {', '.join(others)} or {last}"
    assert refused.value.problems == (told,)


def test_its_settings_are_checked_like_any_other(registered: None, settings: Path) -> None:
    settings.write_text(settings.read_text(encoding="utf-8").replace("url: http:", "ulr: http:"), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        registry.load_settings(settings, {})
    assert "sources.forum.ulr: there is no such setting; did you mean url?" in refused.value.problems


def test_its_documents_are_kept_with_their_links(client: FlaskClient, store: Store) -> None:
    document = store.document("forum:7")
    assert document is not None
    assert (document.title, document.links) == ("Borderô em dobro", ("8",))


def test_it_is_found_filtered_and_counted(client: FlaskClient) -> None:
    response = answer(client, q="borderô", source="forum", facets="source")
    assert {result["id"] for result in response["results"]} == {"forum:7", "forum:8"}
    (value,) = response["facets"][0]["values"]
    assert (value["value"], value["label"], value["count"]) == ("forum", "Fórum dos clientes", 2)
    assert answer(client, q="borderô", source="tdn")["total"]["value"] == 0
    assert answer(client, q="borderô fonte:fórum")["total"]["value"] == 2


def test_its_state_is_told(client: FlaskClient) -> None:
    states = {source["id"]: source for source in answer(client, q="borderô")["sources"]}
    assert (states["forum"]["state"], states["forum"]["documents"]) == ("ok", 2)


def test_the_page_shows_it_in_its_colour_with_its_icon_and_its_short_name(client: FlaskClient) -> None:
    soup = page(client, q="juros")
    mark = soup.select_one(".hit .source.grey")
    assert mark is not None
    assert mark.get_text() == "Fórum"
    assert mark.select_one("use[href='#icon-forum']")
    assert soup.select_one(f"#icon-forum path[d='{recipe.KIND.icon}']")
    english = page(client, q="juros", ui="en").select_one(".hit .source")
    assert english is not None
    assert english.get_text() == "Forum"


def test_the_first_page_says_what_it_holds(client: FlaskClient) -> None:
    cards = {card.a.get_text(): card.p.get_text() for card in page(client).select(".source-card") if card.a and card.p}
    assert cards["Fórum dos clientes"] == "Conversas entre clientes"


def test_where_nothing_is_found_its_own_search_is_linked(client: FlaskClient, httpserver: HTTPServer) -> None:
    links = {a.get_text(): a["href"] for a in page(client, q="xyzzyx").select("a")}
    assert links["Fórum dos clientes"] == httpserver.url_for("/forum/search?q=xyzzyx")
