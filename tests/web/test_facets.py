"""Facets that stand below one another, and looking through the values of a long one: in the API and on the page."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.web.conftest import Site, document

PLACES = [
    ("Protheus", "Backoffice (Linha Protheus)", "Faturamento (SIGAFAT)"),
    ("Protheus", "Backoffice (Linha Protheus)", "Compras (SIGACOM)"),
    ("RM", "Folha (Linha RM)", "Folha de Pagamento (Labore)"),
    ("RM", "Folha (Linha RM)", ""),
    ("", "TSS - TOTVS Service SOA", ""),
    *(("RM", f"Produto {number:02}", f"Módulo {number:02}") for number in range(40)),
]


@pytest.fixture
def client(site: Site) -> FlaskClient:
    site.publish(
        *(
            document("tdn", str(number), f"Assunto {number}", "boletos", line=line, product=product, module=module)
            for number, (line, product, module) in enumerate(PLACES)
        )
    )
    return site.client()


def facet(client: FlaskClient, name: str, **parameters: str) -> dict[str, Any]:
    answer = client.get("/api/v1/search", query_string={"q": "boletos", **parameters}).json
    assert answer is not None
    return next(entry for entry in answer["facets"] if entry["name"] == name)


def page(client: FlaskClient, **parameters: str) -> BeautifulSoup:
    return BeautifulSoup(client.get("/", query_string={"q": "boletos", **parameters}).text, "lxml")


def labels(soup: BeautifulSoup, chosen: str) -> list[str]:
    return [tag.get_text(strip=True) for tag in soup.select(f"{chosen} > li > a .word")]


def test_a_product_names_its_line_and_a_module_its_product(client: FlaskClient) -> None:
    parents = {bucket["value"]: bucket["parent"] for bucket in facet(client, "product", find_product="linha")["values"]}
    assert parents == {"Backoffice (Linha Protheus)": "Protheus", "Folha (Linha RM)": "RM"}
    modules = {bucket["value"]: bucket["parent"] for bucket in facet(client, "module", find_module="SIGA")["values"]}
    assert set(modules.values()) == {"Backoffice (Linha Protheus)"}
    assert [bucket["parent"] for bucket in facet(client, "product", find_product="tss")["values"]] == [""]
    assert {bucket["parent"] for bucket in facet(client, "line")["values"]} == {""}


def test_values_are_found_by_words_in_any_spelling(client: FlaskClient) -> None:
    modules = facet(client, "module", find_module="MODULO 3")
    assert [bucket["value"] for bucket in modules["values"]] == [
        "Módulo 03", "Módulo 13", "Módulo 23", *(f"Módulo {number}" for number in range(30, 40))
    ]  # fmt: skip
    assert modules["other"] == 0
    assert facet(client, "module")["other"] == 43 - 30


def test_a_selected_value_is_listed_whatever_is_looked_for(client: FlaskClient) -> None:
    modules = facet(client, "module", find_module="compras", module="Módulo 07")
    assert [(bucket["value"], bucket["selected"]) for bucket in modules["values"]] == [
        ("Compras (SIGACOM)", False),
        ("Módulo 07", True),
    ]


def test_below_a_chosen_line_stand_its_products_and_below_those_their_modules(client: FlaskClient) -> None:
    soup = page(client, line="Protheus")
    assert labels(soup, "[aria-labelledby=facet-line] > ul > li > ul") == ["Backoffice (Linha Protheus)"]
    assert not soup.select("[aria-labelledby=facet-product]")
    deeper = page(client, line="Protheus", product="Backoffice (Linha Protheus)")
    assert labels(deeper, "[aria-labelledby=facet-line] > ul > li > ul > li > ul") == [
        "Compras (SIGACOM)",
        "Faturamento (SIGAFAT)",
    ]


def test_a_chosen_product_stands_below_its_line(client: FlaskClient) -> None:
    soup = page(client, product="Folha (Linha RM)")
    assert "Folha (Linha RM)" in labels(soup, "[aria-labelledby=facet-line] > ul > li > ul")
    assert "TSS - TOTVS Service SOA" not in labels(soup, "[aria-labelledby=facet-line] > ul > li > ul")


def test_a_long_facet_is_looked_through_on_the_page(client: FlaskClient) -> None:
    form = page(client, line="RM").select_one("form.find:has([name=find_module])")
    assert form is not None
    sent = {str(field["name"]): str(field.get("value", "")) for field in form.select("input")}
    assert sent == {"q": "boletos", "line": "RM", "find_module": ""}
    soup = page(client, **sent | {"find_module": "labore"})
    assert labels(soup, "[aria-labelledby=facet-module] > ul") == ["Folha de Pagamento (Labore)"]
    chosen = soup.select_one("[aria-labelledby=facet-module] > ul a")
    assert chosen is not None
    assert "find_module" not in str(chosen["href"])


def test_what_is_looked_for_in_vain_can_be_changed(client: FlaskClient) -> None:
    field = page(client, find_module="xyz").select_one("[name=find_module]")
    assert field is not None
    assert field["value"] == "xyz"
