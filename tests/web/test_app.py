"""The application as a whole: headers on every answer, health, static files, the OpenAPI document."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import given, settings

from search.facets import FILTERS, FOUND_IN
from tests.web.conftest import MANY, ROOT, Site

PAGES = ["/", "/?q=528", "/?q=xyzzy&source=kb", "/?page=0", "/nada"]
ANSWERS = ["/api/v1/search", "/api/v1/search?page=0", "/health/live", "/openapi.json", "/static/portal.css"]


@pytest.mark.parametrize("path", PAGES + ANSWERS)
def test_every_answer_has_the_security_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' https:"
    assert policy["frame-ancestors"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


@pytest.mark.parametrize("path", PAGES)
def test_the_page_has_nothing_inline_and_asks_nobody_else(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text)
    asked = re.findall(r"<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=\"([^\"]+)", text)
    assert asked
    assert all(address.startswith(("/static/", "https://i.ytimg.com/")) for address in asked)


def test_static_files_are_kept_for_long_under_an_address_of_their_release(client: FlaskClient) -> None:
    match = re.search(r'href="(/static/portal\.css\?v=[0-9a-f]{16})"', client.get("/").text)
    assert match
    with client.get(match[1]) as response:
        assert response.cache_control.max_age == 31_536_000


def test_styles_and_script_stay_small() -> None:
    static = ROOT / "web" / "static"
    assert len((static / "portal.css").read_text().splitlines()) < 400
    assert len((static / "portal.js").read_text().splitlines()) < 250


def test_alive_even_without_an_index(bare: Site) -> None:
    response = bare.client().get("/health/live")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_ready_says_what_is_served(site: Site) -> None:
    answer = site.client().get("/health/ready").json
    assert list(answer) == ["status", "generation", "position", "documents", "built_at"]
    assert answer["documents"] == MANY + 5
    assert answer["position"] == site.store.position()


def test_the_openapi_document_describes_what_is_there(client: FlaskClient) -> None:
    spec = client.get("/openapi.json").json
    assert spec["openapi"].startswith("3.1")
    assert list(spec["paths"]) == [
        "/health/live",
        "/health/ready",
        "/api/v1/search",
        "/api/v1/suggest",
        "/api/v1/documents/{id}",
    ]
    search = spec["paths"]["/api/v1/search"]["get"]
    names = [parameter["name"] for parameter in search["parameters"]]
    assert names == [
        "q", "page", "per_page", *FILTERS, "release", "updated_after", "updated_before", "sort", "facets", "exact",
        *(f"find_{name}" for name in FOUND_IN), "explain", "ui",
    ]  # fmt: skip
    assert set(search["responses"]) == {"200", "304", "422", "503"}
    assert "application/problem+json" in search["responses"]["422"]["content"]
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(spec)))
    assert references <= set(spec["components"]["schemas"])


def test_the_openapi_document_does_not_repeat_the_host_of_who_asked_first(site: Site) -> None:
    assert "evil.example" not in site.client().get("/openapi.json", headers={"Host": "evil.example"}).text


def test_the_api_keeps_what_its_document_promises(shared: Site) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", shared.app)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == 5
    for operation in operations:

        @settings(max_examples=20, deadline=None, derandomize=True, database=None)
        @given(case=operation.as_strategy())
        def keeps_its_promises(case: Any) -> None:
            case.call_and_validate()

        keeps_its_promises()
