"""Hostile text in documents, queries and addresses: escaped where it is shown, and never a fault of the server."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from tests.web.conftest import Site, document
from web.presenter import marked

SCRIPT = "<script>alert(1)</script>"
QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

ODD = [
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "a\x00b\x1bc",
    "\u202eatad\u202c \u200f",
    "' OR 1=1 --",
    '"' * 400,
    "-" * 400,
    "* ? ~ ( ) [ ] { } ^ : AND OR NOT",
    "😀" * 200,
    "{{ 7 * 7 }} %s %(x)s {0}",
    "x" * 100_000,
    "a " * 50_000,
]
ADDRESSES = ["/", "/api/v1/search", "/api/v1/suggest"]


def test_hostile_titles_and_bodies_are_text(site: Site) -> None:
    title, body = f"{SCRIPT} Perigo & 'aspas' \"duplas\"", f"perigo <img src=x onerror=alert(2)> {SCRIPT}"
    place = {
        "line": "<b>linha</b>",
        "product": "<i>produto</i>",
        "breadcrumb": ("<u>trilha</u>", "b"),
        "versions": ("<v>1",),
    }
    site.publish(document("kb", "evil", title, body, url='https://x.example/"onclick="alert(3)', **place))
    response = site.client().get("/?q=perigo&product=%3Ci%3Eproduto%3C/i%3E")
    page = BeautifulSoup(response.text, "lxml")
    assert SCRIPT not in response.text
    assert {script.get("src", "").split("?")[0] for script in page.select("script")} == {"/static/portal.js"}
    assert page.select_one(".hit h2").get_text() == title  # type: ignore[union-attr]
    assert page.select_one(".hit h2 a")["href"] == 'https://x.example/"onclick="alert(3)'  # type: ignore[index]
    assert not page.select(".hit b, .hit i, .hit u, .hit v, .value i, .chip i, .hit img, [onclick], [onerror]")
    assert page.select(".hit h2 mark, .hit .passage mark")


def test_a_link_that_would_run_something_is_no_link(site: Site) -> None:
    site.publish(document("kb", "evil", "Perigo", "texto", url="javascript:alert(1)"))
    response = site.client().get("/?q=perigo")
    assert "javascript:" not in response.text
    assert "Perigo" in response.text


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("path", ADDRESSES)
def test_an_odd_query_is_answered(client: FlaskClient, path: str, text: str) -> None:
    response = client.get(path, query_string={"q": text})
    assert response.status_code == 200
    assert response.is_json or not BeautifulSoup(response.text, "lxml").select("script:not([src]), img[onerror]")


@pytest.mark.parametrize(
    "query", ["q=%", "q=%zz", "q=%ED%A0%80", "q=%FF%FE", "q=%00", "%FF=%FF", "&&==&=", "q=a&q=b&Q=c", "q"]
)
@pytest.mark.parametrize("path", ADDRESSES)
def test_a_malformed_query_string_is_answered(client: FlaskClient, path: str, query: str) -> None:
    assert client.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["source", "product", "version", "year", "lang", "kind"])
@pytest.mark.parametrize("text", ODD[:9], ids=range(9))
def test_an_odd_filter_is_answered(client: FlaskClient, name: str, text: str) -> None:
    for path in ("/", "/api/v1/search"):
        response = client.get(path, query_string={"q": "528", name: text})
        assert response.status_code == 200
        assert SCRIPT not in response.text or response.is_json


@QUICK
@given(query=st.binary(max_size=80))
def test_no_query_string_is_a_fault_of_the_server(client: FlaskClient, query: bytes) -> None:
    quoted = "".join(f"%{byte:02X}" for byte in query)
    for path in ADDRESSES:
        assert client.get(f"{path}?q={quoted}").status_code == 200


@QUICK
@given(
    name=st.sampled_from(
        ["q", "page", "per_page", "sort", "facets", "updated_after", "updated_before", "ui", "year", "limit"]
    ),
    value=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_no_value_of_a_parameter_is_a_fault_of_the_server(client: FlaskClient, name: str, value: str) -> None:
    for path in ADDRESSES:
        assert client.get(path, query_string={"q": "528", name: value}).status_code in (200, 422)


@QUICK
@given(id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_no_id_is_a_fault_of_the_server(client: FlaskClient, id: str) -> None:
    assert client.get(f"/api/v1/documents/{quote(id, safe='')}").status_code in (200, 404)


@given(
    text=st.text(),
    ranges=st.lists(st.tuples(st.integers(-5, 30), st.integers(-5, 30)), max_size=5),
)
def test_marking_shows_the_text_whatever_the_ranges(text: str, ranges: list[tuple[int, int]]) -> None:
    shown = marked(text, ranges)
    assert isinstance(shown, Markup)
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert bare.count("<") == 0
    assert Markup(bare).unescape() == Markup(Markup.escape(text)).unescape()


def test_marks_stand_around_their_characters() -> None:
    assert marked("a<b é 😀!", [(4, 5), (0, 3)]) == "<mark>a&lt;b</mark> <mark>é</mark> 😀!"
