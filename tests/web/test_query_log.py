"""What visitors ask is counted without them, and comes back as frequent searches."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from search.analysis.analyzer import packaged
from search.config.settings import Queries
from search.query_log import Asked
from search.store.store import Store, open_store
from tests.web.conftest import Site
from web.app import create_app
from web.query_log import MAX_COUNTED, QueryLog


@pytest.fixture
def counting(site: Site) -> QueryLog:
    counting: QueryLog = site.app.extensions["query_log"]
    return counting


def kept(site: Site, counting: QueryLog) -> dict[str, tuple[int, int]]:
    """Query → how often it was asked, and what it found."""
    counting.refresh()
    return {query.text: (query.count, query.hits) for query in site.store.queries(limit=99)}


def suggested(client: FlaskClient, typed: str, **options: Any) -> list[tuple[str, str]]:
    answer = client.get("/api/v1/suggest", query_string={"q": typed} | options)
    return [(suggestion["kind"], suggestion["text"]) for suggestion in answer.get_json()["suggestions"]]


def often(site: Site, text: str, *, days: int, hits: int = 5, until: int = 0) -> None:
    """As if it had been asked on so many days, the last of them so many before today."""
    today = datetime.now(ZoneInfo(site.config.schedule.timezone)).date()
    for before in reversed(range(until, until + days)):
        asked = Asked(text=text, count=1, hits=hits, last_asked=today - timedelta(days=before))
        site.store.add_queries([asked], keep_days=180)


def test_searches_of_page_and_api_are_counted_with_what_they_find(site: Site, counting: QueryLog) -> None:
    client = site.client()
    client.get("/?q=Rejeição  528")
    client.get("/api/v1/search?q=rejeicao 528")
    client.get("/?q=xyzzy")
    client.get("/?q=peddido")  # is corrected: it found nothing itself
    assert kept(site, counting) == {"rejeicao 528": (2, 5), "xyzzy": (1, 0), "peddido": (1, 0)}


@pytest.mark.parametrize(
    "query",
    [
        "q=pedido&page=2",
        "q=pedido&line=RM",
        "q=pedido&sort=newest",
        "q=pedido&updated_after=2020-01-01",
        "q=pedido&find_product=x",
        "q=",
        "q=maria@cliente.com",
        "q=cpf 123.456.789-09",
        "q=usuario: maria",
        "q=ano:ontem",
        "q=" + "pedido " * 100,
        "q=" + "ERRO pedido%0A" * 5,
    ],
)
def test_what_is_no_new_question_or_may_tell_of_a_person_is_not_counted(
    site: Site, counting: QueryLog, query: str
) -> None:
    assert site.client().get(f"/?{query}").status_code == 200
    assert kept(site, counting) == {}


def test_a_search_is_offered_once_it_was_made_on_several_days(site: Site, counting: QueryLog) -> None:
    client = site.client()
    often(site, "pedido liberado", days=2, until=1)
    counting.refresh()
    assert ("query", "pedido liberado") not in suggested(client, "ped")
    for _ in range(2):
        client.get("/api/v1/search?q=pedido liberado")
        client.get("/api/v1/search?q=pedido caso")
    counting.refresh()
    assert [text for kind, text in suggested(client, "ped") if kind == "query"] == ["pedido liberado"]


def test_a_frequent_search_leads_is_marked_and_named_in_the_readers_language(site: Site, counting: QueryLog) -> None:
    often(site, "Pedido liberado", days=3)
    often(site, "liberação de pedido", days=3)
    often(site, "pedido sem resultado", days=9, hits=0)
    often(site, "pedido raro", days=2)
    counting.refresh()
    client = site.client()
    suggestions = client.get("/api/v1/suggest?q=pedi&ui=pt").get_json()["suggestions"]
    assert [
        (suggestion["kind"], suggestion["text"], suggestion["ranges"], suggestion["label"])
        for suggestion in suggestions[:2]
    ] == [
        ("query", "Pedido liberado", [[0, 4]], "Busca frequente"),
        ("query", "liberação de pedido", [[13, 17]], "Busca frequente"),
    ]
    assert len(suggestions) == 8
    assert {suggestion["kind"] for suggestion in suggestions[2:]} == {"title"}
    labels = [
        client.get(f"/api/v1/suggest?q=pedi&ui={ui}").get_json()["suggestions"][0]["label"] for ui in ("es", "en")
    ]
    assert labels == ["Búsqueda frecuente", "Frequent search"]
    assert [kind for kind, _ in suggested(client, "pedi", limit=2)] == ["query", "title"]
    assert [kind for kind, _ in suggested(client, "pedi", limit=1)] == ["title"]


def test_what_is_forgotten_or_blocked_is_offered_no_more(site: Site, counting: QueryLog) -> None:
    often(site, "pedido liberado", days=3)
    counting.refresh()
    assert ("query", "pedido liberado") in suggested(site.client(), "pedido")
    settings = site.config.queries.model_copy(update={"blocked": ("liberado",)})
    app = create_app(site.config.model_copy(update={"queries": settings}), site.index, site.store)
    app.extensions["query_log"].refresh()
    assert ("query", "pedido liberado") not in suggested(app.test_client(), "pedido")
    app.extensions["query_log"].close()
    assert site.store.forget_query("Pedido Liberado")
    counting.refresh()
    assert ("query", "pedido liberado") not in suggested(site.client(), "pedido")


def test_nothing_is_counted_or_offered_where_that_is_switched_off(site: Site) -> None:
    often(site, "pedido liberado", days=3)
    settings = site.config.model_copy(update={"queries": Queries(enabled=False)})
    app = create_app(settings, site.index, site.store)
    app.test_client().get("/?q=boleto")
    assert ("query", "pedido liberado") not in suggested(app.test_client(), "ped")
    app.extensions["query_log"].close()
    assert [query.text for query in site.store.queries(limit=9)] == ["pedido liberado"]


def test_what_was_counted_last_is_written_at_the_end(site: Site, counting: QueryLog) -> None:
    site.client().get("/?q=boleto")
    counting.close()
    assert [query.text for query in site.store.queries(limit=9)] == ["boleto"]


@pytest.fixture
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store whose table of queries is gone."""
    path = tmp_path_factory.mktemp("broken") / "store.sqlite"
    store = open_store(f"sqlite:///{path}")
    with store._transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE queries RENAME TO elsewhere")
    yield store
    store.close()


def test_a_store_that_fails_costs_no_search_and_no_count(broken: Store, caplog: pytest.LogCaptureFixture) -> None:
    counting = QueryLog(Queries(flush_s=3_600), broken, ZoneInfo("UTC"), packaged())
    with caplog.at_level(logging.WARNING):
        counting.count("boleto", 1)
        counting.refresh()
        counting.count("boleto", 1)
        counting.refresh()
    assert counting.begun("bol", 3) == []
    assert len([record for record in caplog.records if record.name == "web.query_log"]) == 1, "it is said once"
    with broken._transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO queries")
    counting.close()
    assert [(query.text, query.count) for query in broken.queries(limit=9)] == [("boleto", 2)]


def test_what_is_counted_while_the_store_fails_is_bounded(broken: Store) -> None:
    counting = QueryLog(Queries(flush_s=3_600), broken, ZoneInfo("UTC"), packaged())
    for number in range(MAX_COUNTED + 50):
        counting.count(f"consulta {number}", 0)
    counting.refresh()
    with broken._transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO queries")
    counting.close()
    assert len(broken.queries(limit=MAX_COUNTED * 2)) == MAX_COUNTED
