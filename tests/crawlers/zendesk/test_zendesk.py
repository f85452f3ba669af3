"""Zendesk: every article in every locale, by whatever paging the account has, and changes as soon as they are told.

Long because most of it is records as the source sends them, each beside what becomes of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from crawlers.http.client import Client, HttpError
from crawlers.source import Checkpoint, Failure, Record
from crawlers.zendesk import article as zendesk_article
from crawlers.zendesk.listing import Zendesk
from crawlers.zendesk.settings import ZendeskInstance, ZendeskSource
from search.errors import SourceError
from simulator import Simulator
from tests.crawlers import golden

API = "/api/v2/help_center"
SINCE = datetime(2026, 3, 10, 12, 30, tzinfo=UTC)
Found = list[Record | Failure | Checkpoint]


def settings(*bases: str, locales: tuple[str, ...] = ("pt-br", "es"), page_size: int = 3) -> ZendeskSource:
    instances = tuple(
        ZendeskInstance.model_validate({"name": f"kb{number}", "base_url": base, "locales": locales})
        for number, base in enumerate(bases, 1)
    )
    return ZendeskSource(kind="zendesk", label="KB", instances=instances, page_size=page_size)


OFFLINE = Zendesk("kb", settings("https://kb.example"), Client)  # type: ignore[arg-type]


class Desk:
    """One instance with `count` articles in pt-br and the first two in es; each quirk is one attribute."""

    def __init__(self, server: HTTPServer, client: Client, count: int = 8) -> None:
        self.server, self.client = server, client
        self.articles = {"pt-br": [article(n, "pt-br") for n in range(1, count + 1)]}
        self.articles["es"] = [article(n, "es") for n in (1, 2)]
        self.sections = [{"id": 20, "name": "Seção", "category_id": 10, "parent_section_id": None}]
        self.cursors = True
        self.stuck = False
        self.incremental: list[dict[str, Any]] = []
        self.spoil: Callable[[Request], Response | None] = lambda request: None
        self.asked: list[tuple[str, dict[str, str]]] = []
        server.expect_request(re.compile(rf"{API}/.*")).respond_with_handler(self._answer)

    def read(self, since: datetime | None = None, resume: Checkpoint | None = None, **options: Any) -> Found:
        source = Zendesk("kb", settings(self.server.url_for("/").rstrip("/"), **options), self.client)
        return list(source.records(since, resume))

    def _answer(self, request: Request) -> Response:
        path = request.path.removeprefix(f"{API}/").removesuffix(".json")
        self.asked.append((path, dict(request.args)))
        if (spoiled := self.spoil(request)) is not None:
            return spoiled
        if path == "incremental/articles":
            return as_json(self.incremental.pop(0))
        locale, name, *number = path.split("/")
        if locale not in self.articles:
            return as_json({"error": "RecordNotFound"}, 404)
        if number:
            articles = [row for row in self.articles[locale] if str(row["id"]) == number[0]]
            return as_json({"article": articles[0]}) if articles else as_json({"error": "RecordNotFound"}, 404)
        rows = {
            "categories": [{"id": 10, "name": "Categoria"}],
            "sections": self.sections,
            "articles": self.articles[locale],
        }
        return as_json(self._page(request, name, rows[name]))

    def _page(self, request: Request, name: str, rows: list[Any]) -> dict[str, Any]:
        if request.args.get("sort_by") == "updated_at":
            rows = sorted(rows, key=lambda row: str(row["updated_at"]), reverse=True)
        if not self.cursors:
            page, size = int(request.args.get("page", 1)), int(request.args.get("per_page", 2))
            more = page * size < len(rows)
            following = f"http://elsewhere.invalid/x?page={page + 1}&per_page={size}" if more else None
            return {name: rows[(page - 1) * size : page * size], "next_page": following, "count": len(rows)}
        start, size = int(request.args.get("page[after]") or 0), int(request.args["page[size]"])
        end = start if self.stuck and start else start + size
        meta = {"has_more": start + size < len(rows) or self.stuck, "after_cursor": str(end)}
        link = f"http://elsewhere.invalid/?page%5Bafter%5D={end}" if meta["has_more"] else None
        return {name: rows[start : start + size], "meta": meta, "links": {"next": link}}


def article(number: int, locale: str, **more: Any) -> dict[str, Any]:
    updated = f"2026-03-{number:02d}T10:00:00Z"
    texts = {"title": f"Artigo {number}", "body": "<p>Texto</p>", "locale": locale, "source_locale": "pt-br"}
    return {"id": number, "section_id": 20, "updated_at": updated, "edited_at": updated, **texts, **more}


def batch(*articles: dict[str, Any], next_start: int | None = None, end: int | None = None) -> dict[str, Any]:
    following = None if next_start is None else f"http://elsewhere.invalid/x.json?start_time={next_start}"
    return {"articles": list(articles), "count": len(articles), "next_page": following, "end_time": end}


def as_json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json; charset=utf-8")


def keys(listing: Found) -> list[str]:
    return [record.key.removeprefix("kb1/") for record in listing if isinstance(record, Record)]


def failures(listing: Found) -> list[str]:
    return [failure.unit for failure in listing if isinstance(failure, Failure)]


@pytest.fixture
def desk(httpserver: HTTPServer, client: Client) -> Desk:
    return Desk(httpserver, client)


ALL = [*(f"{n}/pt-br" for n in range(1, 9)), "1/es", "2/es"]


@golden.documents_of(OFFLINE, "zendesk")
def test_each_article_becomes_the_expected_document(made: Callable[[], Any], expected: Any) -> None:
    assert made() == expected


@pytest.mark.parametrize("cursors", [True, False])
def test_a_complete_listing_has_every_article_in_every_locale(desk: Desk, cursors: bool) -> None:
    desk.cursors = cursors
    listing = desk.read()
    assert keys(listing) == ALL
    assert not failures(listing)


def test_a_listing_that_points_at_itself_ends(desk: Desk) -> None:
    desk.stuck = True
    with pytest.raises(SourceError, match="in circles after 1 rows"):
        desk.read(locales=("pt-br",))
    assert len(desk.asked) == 2


def test_articles_in_circles_keep_what_was_read(desk: Desk) -> None:
    desk.articles["es"] = []

    def spoil(request: Request) -> Response | None:
        if not request.path.endswith("/pt-br/articles.json"):
            return None
        return as_json({"articles": desk.articles["pt-br"][:3], "meta": {"has_more": True, "after_cursor": "same"}})

    desk.spoil = spoil
    listing = desk.read()
    assert keys(listing) == ["1/pt-br", "2/pt-br", "3/pt-br"]
    assert failures(listing) == ["kb1 pt-br"]


def test_breadcrumbs_lead_from_the_category_to_the_section(desk: Desk) -> None:
    desk.sections = [
        {"id": 20, "name": "Dentro", "category_id": 10, "parent_section_id": 21},
        {"id": 21, "name": "Fora", "category_id": 10, "parent_section_id": None},
    ]
    record = next(item for item in desk.read() if isinstance(item, Record))
    assert record.data["breadcrumb"] == ["Categoria", "Fora", "Dentro"]


def test_sections_that_contain_each_other_do_not_hang(desk: Desk) -> None:
    desk.sections = [
        {"id": 20, "name": "A", "category_id": 10, "parent_section_id": 21},
        {"id": 21, "name": "B", "category_id": 10, "parent_section_id": 20},
    ]
    record = next(item for item in desk.read() if isinstance(item, Record))
    assert record.data["breadcrumb"] == ["Categoria", "B", "A"]


def test_an_article_of_an_unknown_section_has_no_breadcrumb(desk: Desk) -> None:
    desk.sections = []
    record = next(item for item in desk.read() if isinstance(item, Record))
    assert record.data["breadcrumb"] == []


def test_a_locale_that_the_account_lacks_is_empty(desk: Desk) -> None:
    listing = desk.read(locales=("en-us", "pt-br", "es"))
    assert keys(listing) == ALL
    assert not failures(listing)


def test_an_instance_without_any_locale_is_a_failure(httpserver: HTTPServer, desk: Desk, client: Client) -> None:
    bases = httpserver.url_for("/").rstrip("/"), httpserver.url_for("/empty")
    httpserver.expect_request("/empty").respond_with_data("", status=404)
    listing = list(Zendesk("kb", settings(*bases), client).records(None, None))
    assert keys(listing) == ALL
    assert failures(listing) == ["kb2 pt-br", "kb2 es"]


def test_articles_that_answer_404_are_a_failure(desk: Desk) -> None:
    desk.spoil = lambda request: as_json({}, 404) if request.path.endswith("es/articles.json") else None
    assert failures(desk.read()) == ["kb1 es"]


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_locale_that_fails_leaves_the_others(desk: Desk, status: int) -> None:
    desk.spoil = lambda request: as_json({}, status) if "/pt-br/articles" in request.path else None
    listing = desk.read()
    assert keys(listing) == ["1/es", "2/es"]
    assert failures(listing) == ["kb1 pt-br"]


def test_no_answer_at_all_ends_the_run(desk: Desk) -> None:
    desk.spoil = lambda request: as_json({}, 403)
    with pytest.raises(SourceError, match="no instance could be read"):
        desk.read()


def test_too_many_requests_end_the_run_at_once(desk: Desk) -> None:
    answer = Response("", status=429, headers={"Retry-After": "9223372036854775807"})
    desk.spoil = lambda request: answer
    with pytest.raises(HttpError, match=r"http\.retry_after_max_s"):
        desk.read()
    assert len(desk.asked) == 1


def test_a_page_of_html_is_a_failure_and_not_an_empty_locale(desk: Desk) -> None:
    block = Response("<html>Just a moment...</html>", content_type="text/html")
    desk.spoil = lambda request: block if "/es/" in request.path else None
    listing = desk.read()
    assert failures(listing) == ["kb1 es"]


@pytest.mark.parametrize("body", [None, [], {}, {"articles": None}, {"articles": {}}])
def test_json_of_another_shape_is_a_failure(desk: Desk, body: Any) -> None:
    desk.spoil = lambda request: as_json(body) if "/es/articles" in request.path else None
    assert failures(desk.read()) == ["kb1 es"]


@pytest.mark.parametrize("cursors", [True, False])
def test_a_listing_is_taken_up_at_each_checkpoint(desk: Desk, cursors: bool) -> None:
    desk.cursors = cursors
    whole = desk.read()
    assert sum(isinstance(item, Checkpoint) for item in whole) > 1
    for place, item in enumerate(whole):
        if isinstance(item, Checkpoint):
            checkpoint = Checkpoint(json.loads(json.dumps(item.data)))
            assert keys(desk.read(resume=checkpoint)) == keys(whole[place:])


def test_changes_are_asked_with_an_overlap(desk: Desk) -> None:
    desk.incremental = [batch()]
    desk.read(SINCE)
    start = int((SINCE - timedelta(minutes=15)).timestamp())
    assert desk.asked == [("incremental/articles", {"start_time": str(start)})]


def test_a_start_before_the_first_article_is_never_asked(desk: Desk) -> None:
    desk.incremental = [batch()]
    desk.read(datetime(1970, 1, 1, tzinfo=UTC))
    assert desk.asked[0][1] == {"start_time": "1420070400"}


def test_a_changed_article_is_read_in_every_locale(desk: Desk) -> None:
    desk.incremental = [batch(article(1, "pt-br", title="Novo"), article(3, "pt-br"))]
    records = [record for record in desk.read(SINCE) if isinstance(record, Record)]
    assert keys(list(records)) == ["1/pt-br", "1/es", "3/pt-br", "3/es"]
    assert records[0].data["article"]["title"] == "Novo"
    assert records[0].data["breadcrumb"] == ["Categoria", "Seção"]
    assert OFFLINE.document(records[3]) is None  # there is no translation: a stored one goes


def test_a_changed_article_without_its_text_is_fetched(desk: Desk) -> None:
    desk.incremental = [batch(article(1, "pt-br", body=None))]
    first = next(record for record in desk.read(SINCE) if isinstance(record, Record))
    assert first.data["article"]["body"] == "<p>Texto</p>"


def test_changes_over_several_pages_come_once_each(desk: Desk) -> None:
    later = int(SINCE.timestamp()) + 60
    desk.incremental = [
        batch(article(1, "pt-br"), article(2, "pt-br"), next_start=later, end=later),
        batch(article(2, "pt-br"), article(3, "pt-br"), end=later + 60),
    ]
    listing = desk.read(SINCE, locales=("pt-br",))
    assert keys(listing) == ["1/pt-br", "2/pt-br", "3/pt-br"]
    assert [checkpoint.data for checkpoint in listing if isinstance(checkpoint, Checkpoint)] == [
        {"instance": "kb1", "start_time": later}
    ]


def test_changes_are_taken_up_at_a_checkpoint(desk: Desk) -> None:
    desk.incremental = [batch(article(3, "pt-br"))]
    listing = desk.read(SINCE, Checkpoint({"instance": "kb1", "start_time": 1_800_000_000}), locales=("pt-br",))
    assert keys(listing) == ["3/pt-br"]
    assert desk.asked[0][1] == {"start_time": "1800000000"}


@pytest.mark.parametrize("end", [None, 0, 1])
@pytest.mark.parametrize("following", [None, 0, 1, int((SINCE - timedelta(minutes=15)).timestamp())])
def test_changes_that_point_at_themselves_or_back_end(desk: Desk, end: int | None, following: int | None) -> None:
    desk.incremental = [batch(article(1, "pt-br"), next_start=following, end=end)]
    listing = desk.read(SINCE, locales=("pt-br",))
    assert keys(listing) == ["1/pt-br"]
    assert not failures(listing)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_where_changes_are_refused_the_newest_are_listed(desk: Desk, status: int) -> None:
    desk.spoil = lambda request: as_json({}, status) if "incremental" in request.path else None
    listing = desk.read(datetime(2026, 3, 7, 11, 0, tzinfo=UTC), locales=("pt-br",), page_size=2)
    assert keys(listing) == ["8/pt-br", "7/pt-br", "6/pt-br", "5/pt-br"]
    assert not failures(listing)


@pytest.mark.parametrize("status", [400, 500])
def test_changes_that_fail_are_a_failure_of_their_instance(httpserver: HTTPServer, client: Client, status: int) -> None:
    desk = Desk(httpserver, client)
    desk.spoil = lambda request: as_json({}, status) if "/es/" in request.path else None
    desk.incremental = [batch(article(1, "pt-br"))]
    listing = desk.read(SINCE)
    assert keys(listing) == ["1/pt-br"]
    assert failures(listing) == ["kb1"]


def test_a_probe_counts_the_articles_of_each_instance(simulator: Simulator, client: Client) -> None:
    source = Zendesk("kb", settings(f"{simulator.url}/kb", f"{simulator.url}/nowhere"), client)
    sentence = source.probe()
    assert sentence.startswith("2 instances: kb1 ")
    assert "articles in pt-br, " in sentence
    assert sentence.endswith("check the source's settings")


def test_a_probe_that_reaches_nothing_is_an_error(client: Client) -> None:
    with pytest.raises(SourceError, match="check the address in the settings"):
        Zendesk("kb", settings("http://127.0.0.1:1"), client).probe()


def test_the_whole_simulated_base_becomes_documents(simulator: Simulator, client: Client) -> None:
    source = Zendesk("kb", settings(f"{simulator.url}/kb", locales=("pt-br", "es", "en-us"), page_size=20), client)
    records = [record for record in source.records(None, None) if isinstance(record, Record)]
    shown = {(a.id, locale) for a in simulator.catalog.articles.all() for locale in a.translations}
    assert {tuple(record.key.split("/")[1:]) for record in records} == shown
    documents = [source.document(record) for record in records]
    wholes = [
        (document.title, str(document.extra.get("title_whole", document.title))) for document in documents if document
    ]
    assert all(title and whole.endswith(title) for title, whole in wholes)
    assert any(title != whole for title, whole in wholes)
    assert not any(title.startswith(("Cross Segmentos", "TOTVS Backoffice")) for title, _ in wholes)
    assert not any("Tempo aproximado" in document.body for document in documents if document)


def test_changes_of_the_simulated_base_are_those_since(simulator: Simulator, client: Client) -> None:
    source = Zendesk("kb", settings(f"{simulator.url}/kb", locales=("pt-br",)), client)
    changed = {record.key.split("/")[1] for record in source.records(SINCE, None) if isinstance(record, Record)}
    assert changed == {a.id for a in simulator.catalog.articles.all() if a.updated >= SINCE - timedelta(minutes=15)}


@given(
    st.lists(st.sampled_from(["Cross Segmentos", "TOTVS", "Linha RM", "SIGAFAT", "MI", "", "Erro", "VDP"]), min_size=1)
)
def test_a_short_title_is_the_end_of_its_title_and_never_empty(parts: list[str]) -> None:
    title = " ".join(" - ".join(parts).split())
    short = zendesk_article.read_title(title).short
    assert title.endswith(short)
    assert bool(short) == bool(title)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_popularity_is_a_share(votes_sum: int, votes_count: int) -> None:
    assert 0.0 <= zendesk_article.wilson(votes_sum, votes_count) <= 1.0


def test_few_votes_weigh_less_than_many() -> None:
    few, many = zendesk_article.wilson(2, 2), zendesk_article.wilson(90, 100)
    assert 0.0 < few < many < 1.0
