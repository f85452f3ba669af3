"""What every index promises about weights: they are felt in the order of real hits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contract.conftest import Order
from tests.documents import document
from tests.engines import Library


def test_a_title_leads_a_heading_and_a_heading_leads_a_body(order: Order) -> None:
    body = "Antes de mais nada, o boleto é conferido."
    keys = order(
        "boleto",
        document("body", body=body),
        document("heading", headings=("Boleto",), body=body),
        document("title", title="Boleto", body=body),
    )
    assert keys == ["title", "heading", "body"]


def test_the_readers_language_comes_first_where_all_else_is_equal(order: Order) -> None:
    pair = (document("pt", body="SPED 528", lang="pt"), document("es", body="SPED 528", lang="es"))
    assert order("sped", *pair, lang="pt") == ["pt", "es"]
    assert order("sped", *pair, lang="es") == ["es", "pt"]


@pytest.mark.parametrize(
    "better",
    [{"updated": datetime.now(UTC) - timedelta(days=1)}, {"popularity": 1.0}],
    ids=lambda better: next(iter(better)),
)
def test_the_newer_and_the_more_popular_come_first_where_all_else_is_equal(
    order: Order, better: dict[str, Any]
) -> None:
    old = datetime(2010, 1, 1, tzinfo=UTC)
    keys = order(
        "boleto",
        document("a", body="O boleto", updated=old),
        document("b", body="O boleto", **{"updated": old} | better),
    )
    assert keys == ["b", "a"]


def test_new_popular_and_in_the_readers_language_is_no_match_for_a_title(order: Order) -> None:
    keys = order(
        "boleto",
        document("title", title="Boleto", body="Nada", lang="en", updated=datetime(2010, 1, 1, tzinfo=UTC)),
        document("new", body="O boleto e nada mais", popularity=1.0, updated=datetime.now(UTC)),
    )
    assert keys == ["title", "new"]


def test_where_no_document_has_all_words_the_one_with_most_leads(order: Order) -> None:
    keys = order(
        "boleto remessa inexistente",
        document("two", body="O boleto da remessa"),
        document("one", body="O boleto do boleto"),
    )
    assert keys[0] == "two"
    assert set(keys) == {"one", "two"}


def test_the_title_counts_for_more_than_the_body(library: Library) -> None:
    library.put(document("1", body="boleto " * 3 + "outros " * 20), document("2", title="Boleto", body="Como se faz."))
    assert library.keys("boleto") == ["2", "1"]
