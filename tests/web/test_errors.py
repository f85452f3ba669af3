"""Errors: one shape for programs, a page for people, the right status for both."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.web.conftest import Site

SHAPE = ["type", "title", "status", "detail", "instance", "errors"]

REFUSED = [
    ("page", "0"),
    ("page", "-1"),
    ("page", "dois"),
    ("page", "1.5"),
    ("page", "9" * 5000),
    ("page", "100001"),
    ("per_page", "0"),
    ("per_page", "51"),
    ("updated_after", "ontem"),
    ("updated_after", "2024-02-30"),
    ("updated_before", "0001-01-01T00:00:00+14:00"),
    ("sort", "cheapest"),
    ("facets", "source,colour"),
    ("ui", "fr"),
]


def assert_problem(response: Any, status: int) -> None:
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert list(response.json) == SHAPE
    assert response.json["status"] == status
    assert response.json["type"] == "about:blank"


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_a_value_that_cannot_be_used_is_refused_by_name(client: FlaskClient, name: str, value: str) -> None:
    response = client.get("/api/v1/search", query_string={"q": "nota", name: value})
    assert_problem(response, 422)
    assert response.json["instance"] == "/api/v1/search"
    assert [error["parameter"] for error in response.json["errors"]] == [name]
    assert name in response.json["detail"]


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_the_page_refuses_the_same_in_words(client: FlaskClient, name: str, value: str) -> None:
    response = client.get("/", query_string={"q": "nota", name: value})
    assert response.status_code == 422
    page = BeautifulSoup(response.text, "lxml")
    assert name in page.select_one(".note").text  # type: ignore[union-attr]
    assert page.select_one("#q")["value"] == "nota"  # type: ignore[index]


@pytest.mark.parametrize("limit", ["0", "21", "x"])
def test_suggestions_have_a_limit(client: FlaskClient, limit: str) -> None:
    response = client.get("/api/v1/suggest", query_string={"q": "re", "limit": limit})
    assert_problem(response, 422)
    assert response.json["errors"][0]["parameter"] == "limit"


def test_an_empty_value_counts_as_absent(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?q=528&page=&sort=&source=&updated_after=&ui=")
    assert response.status_code == 200
    assert response.json["total"]["value"] == 5


def test_details_are_in_the_readers_language(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?page=0", headers={"Accept-Language": "en"})
    assert response.json["detail"].startswith("page must be")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/documents/", "/api/v1/documents/kb:none", "/health/none"])
def test_what_is_not_there_is_a_problem_for_a_program(client: FlaskClient, path: str) -> None:
    assert_problem(client.get(path), 404)


def test_what_is_not_there_is_a_page_for_a_person(client: FlaskClient) -> None:
    response = client.get("/nada<script>")
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert "Página não encontrada" in response.text
    assert "<script>" not in response.text


def test_a_method_that_does_not_fit_is_answered_with_those_that_do(client: FlaskClient) -> None:
    response = client.post("/api/v1/search")
    assert_problem(response, 405)
    assert "GET" in response.headers["Allow"]
    page = client.delete("/")
    assert page.status_code == 405
    assert page.mimetype == "text/html"
    assert "GET" in page.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/api/v1/search?q=x", "/api/v1/suggest?q=x", "/api/v1/documents/kb:x", "/health/ready"]
)
def test_without_an_index_a_program_is_told_when_to_come_back(bare: Site, path: str) -> None:
    response = bare.client().get(path)
    assert_problem(response, 503)
    assert int(response.headers["Retry-After"]) > 0


def test_without_an_index_a_person_is_sent_to_the_sources(bare: Site) -> None:
    response = bare.client().get("/?q=nota+fiscal")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    page = BeautifulSoup(response.text, "lxml")
    assert page.h1 is not None
    assert page.h1.text == "A busca está indisponível agora"
    addresses = [str(link["href"]) for link in page.select(".plain a")]
    assert len(addresses) == len(bare.config.enabled_sources)
    assert "https://tdn.totvs.com/dosearchsite.action?queryString=nota+fiscal" in addresses
    assert page.select_one(".actions a")["href"] == "/?q=nota+fiscal"  # type: ignore[index]


def test_a_bug_is_a_500_in_the_same_shape_and_is_logged(site: Site, monkeypatch: Any, caplog: Any) -> None:
    def broken(_: Any) -> None:
        raise ZeroDivisionError

    site.app.testing = False
    monkeypatch.setattr(site.index, "search", broken)
    with caplog.at_level(logging.ERROR):
        assert_problem(site.client().get("/api/v1/search?q=528"), 500)
        page = site.client().get("/?q=528")
    assert page.status_code == 500
    assert "A busca falhou" in page.text
    assert any(record.exc_info and record.exc_info[0] is ZeroDivisionError for record in caplog.records)


@pytest.mark.parametrize("host", ["a" * 70, "a..b", ".a", "a b", "[::1"])
@pytest.mark.parametrize("path", ["/", "/nope", "/static/none.css", "/api/v1/search?q=a", "/health/live"])
def test_a_host_that_is_none_is_a_bad_request_and_no_crash(client: FlaskClient, host: str, path: str) -> None:
    assert client.get(path, headers={"Host": host}).status_code in (200, 400, 404)


def test_a_lost_pointer_to_what_is_served_fails_no_page_while_something_is_open(site: Site) -> None:
    client = site.client()
    assert client.get("/?q=528").status_code == 200
    (site.config.index_dir / "CURRENT").unlink()
    assert "rj528NFe0a1" in client.get("/?q=rejeição").text
    assert client.get("/api/v1/search?q=528").json["total"]["value"] == 5
    assert client.get("/health/ready").status_code == 200
