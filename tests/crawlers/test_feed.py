"""Feeds: what entries become, and that whatever is no feed never passes for an empty one."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from crawlers.feed.listing import Feed
from crawlers.feed.parser import parse_feed
from crawlers.feed.settings import FeedSource
from crawlers.http.client import Client
from crawlers.source import Record
from search.errors import RecordError, SourceError
from simulator import Simulator
from tests.crawlers.golden import FOLDER, outcome

FEEDS = FOLDER / "feed" / "feeds"
RSS = (FEEDS / "rss.xml").read_bytes()


def feed(client: Client, url: str, lang: Any = "pt") -> Feed:
    return Feed("legislacao", FeedSource(kind="feed", label="Legislação", url=url, lang=lang), client)


def records(source: Feed) -> list[Record]:
    listing = list(source.records(None, None))
    assert all(isinstance(item, Record) for item in listing)
    return [record for record in listing if isinstance(record, Record)]


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_entries_become_documents(client: Client, httpserver: HTTPServer, name: str) -> None:
    httpserver.expect_request("/feed").respond_with_data((FEEDS / f"{name}.xml").read_bytes(), content_type="text/xml")
    source = feed(client, httpserver.url_for("/feed"))
    seen = [{"key": record.key, **outcome(source, record)} for record in records(source)]
    text = (FOLDER / "feed" / f"{name}.expected.json").read_text(encoding="utf-8")
    assert seen == json.loads(
        text.replace('"https://leg.example.test/artigo/2"', json.dumps(httpserver.url_for("/artigo/2")))
    )


def test_records_are_json(client: Client, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(RSS)
    for record in records(feed(client, httpserver.url_for("/feed"))):
        assert json.loads(json.dumps(record.data)) == record.data


def test_documents_have_the_language_of_the_settings(client: Client, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(RSS)
    source = feed(client, httpserver.url_for("/feed"), lang="es")
    assert source.document(records(source)[0]).lang == "es"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "something else than a feed"),
        (b"<!DOCTYPE html><html><body>Erro 404</body></html>", "something else than a feed"),
        (b"/etc/passwd", "something else than a feed"),
        (b"http://127.0.0.1:1/feed", "something else than a feed"),
        (RSS[: len(RSS) // 2], "cut or damaged"),
        (b'<rss version="2.0"><channel><title>x</title></channel></rss>', "has no entry"),
    ],
)
def test_what_is_no_whole_feed_ends_the_run(client: Client, httpserver: HTTPServer, data: bytes, reason: str) -> None:
    httpserver.expect_request("/feed").respond_with_data(data, content_type="text/xml")
    source = feed(client, httpserver.url_for("/feed"))
    with pytest.raises(SourceError, match=reason):
        records(source)
    with pytest.raises(SourceError, match=reason):
        source.probe()


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "http://[", "//:80/x", "ftp://leg.example.test/x", "mailto:x"]
)
def test_link_that_leads_to_no_web_page_is_a_record_error(client: Client, link: str) -> None:
    entry = {"link": link, "title": "x", "updated": "2026-01-01T00:00:00+00:00"}
    with pytest.raises(RecordError, match="no link to a web page"):
        feed(client, "https://leg.example.test/feed").document(Record("k", {"position": "entry 1", "entry": entry}))


def test_undeclared_encoding_is_read_and_is_no_damage() -> None:
    data = '<rss version="2.0"><channel><title>Ação</title><item><title>ção</title></item></channel></rss>'
    assert parse_feed(data.encode("cp1252")).entries[0].title == "ção"


def test_entities_of_a_feed_do_not_read_files() -> None:
    data = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + RSS.partition(b"?>")[2].replace(
        b"Resumo", b"&x;"
    )
    try:
        seen = str(parse_feed(data))
    except SourceError as error:
        seen = str(error)
    assert "root:" not in seen


@settings(deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.tuples(st.integers(0, len(RSS)), st.binary(max_size=10)).map(
            lambda cut: RSS[: cut[0]] + cut[1] + RSS[cut[0] :]
        ),
    )
)
def test_arbitrary_bytes_raise_nothing_but_source_error(data: bytes) -> None:
    with suppress(SourceError):
        assert parse_feed(data).entries


def test_simulated_feed_is_read_whole(client: Client, simulator: Simulator) -> None:
    source = feed(client, f"{simulator.url}/legislacao/feed.xml")
    made = [source.document(record) for record in records(source)]
    assert len(made) == len(simulator.catalog.entries)
    assert all(page.kind == "article" and page.body and page.breadcrumb for page in made)
    assert "lists" in source.probe()


@pytest.mark.parametrize("kind", ["500", "html", "malformed", "cut", "403"])
def test_faulty_feed_ends_the_run(client: Client, simulator: Simulator, kind: str) -> None:
    simulator.fault("legislacao", kind)
    with pytest.raises(SourceError):
        records(feed(client, f"{simulator.url}/legislacao/feed.xml"))
