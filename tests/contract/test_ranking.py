"""The weights: complete, in proportion, and felt in the order of real hits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from indexes import open_index
from search import ranking
from search.config.settings import LocalIndex as Settings
from search.index import rebuild
from search.model import KINDS, Document
from search.query.parser import parse
from search.store.store import open_store
from tests.documents import document

Order = Callable[..., list[str]]
FILLING = tuple(
    document(f"z{number}", title="Outro assunto", body=f"Nada disso, caso {number}.") for number in range(20)
)
"""Documents about something else: words are only telling where others lack them."""


@pytest.fixture
def order(tmp_path: Path) -> Iterator[Order]:
    """The keys of what a search for `text` finds among `found`, best first."""
    store, index = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}"), open_index(tmp_path / "index", Settings())

    def search(text: str, *found: Document, **options: Any) -> list[str]:
        with store.writing() as write:
            write.put_all([*found, *FILLING])
        rebuild(store, index)
        return [hit.document.key for hit in index.search(parse(text, **options)).hits]

    yield search
    index.close()
    store.close()


# -- the table ---------------------------------------------------------------------------------------------------------


def test_every_field_has_a_weight_and_a_length_norm() -> None:
    assert ranking.LENGTH_NORM.keys() == ranking.FIELDS.keys() | ranking.CODE_FIELDS.keys()
    assert all(0 <= norm <= 1 for norm in ranking.LENGTH_NORM.values())
    assert all(weight > 0 for weight in (ranking.FIELDS | ranking.CODE_FIELDS).values())


def test_every_kind_of_document_ages() -> None:
    assert ranking.HALF_LIFE_DAYS.keys() == set(KINDS)
    assert min(ranking.HALF_LIFE_DAYS.values()) > 0


def test_all_signals_together_weigh_less_than_a_title_over_a_body() -> None:
    signals = (1 + ranking.FRESHNESS_WEIGHT) * (1 + ranking.POPULARITY_WEIGHT) * ranking.LANG_BOOST
    assert signals < (ranking.FIELDS["title"] + ranking.TITLE) / ranking.FIELDS["headings"]


# -- what it does ------------------------------------------------------------------------------------------------------


def test_a_title_leads_a_heading_and_a_heading_leads_a_body(order: Order) -> None:
    body = "Antes de mais nada, o boleto é conferido."
    found = order(
        "boleto",
        document("body", body=body),
        document("heading", headings=("Boleto",), body=body),
        document("title", title="Boleto", body=body),
    )
    assert found == ["title", "heading", "body"]


def test_a_document_named_after_a_code_leads_those_that_mention_it(order: Order) -> None:
    found = order(
        "mata 410",
        document("mentions", body="A MATA410 e a MATA410, na MATA410."),
        document("named", title="MATA410 - Pedidos de venda", body="Como incluir um pedido."),
    )
    assert found == ["named", "mentions"]


def test_the_page_of_a_code_leads_titles_that_name_it_whatever_else_was_typed(order: Order) -> None:
    popular = {"popularity": 1.0, "updated": datetime.now(UTC)}
    named = document("named", title="MATA410 - Pedido de Venda", body="MATA410, MATA415, FINA040, FINA050 e MATA461.")
    title = document("title", title="Protheus | Pedido de venda (MATA410)", body="Pedido de venda.", **popular)
    mention = document("mention", title="Pedido de venda bloqueado", body="Pedido bloqueado na MATA410.", **popular)
    assert order("mata 410", named, title, mention) == ["named", "title", "mention"]
    assert order("mata 410 pedido venda xyzzy", named, title, mention) == ["named", "title", "mention"]
    assert order("pedido bloqueado mata410", named, title, mention)[-1] == "mention"


def test_what_lacks_words_keeps_the_whole_score_of_its_code(order: Order) -> None:
    words = "fechamento mensal conferencia relatorio"
    named = document("named", title="MATA410 - Pedido de Venda", body="Fechamento.")
    mention = document("mention", title="Relatório de conferência do fechamento mensal", body="Da rotina MATA410.")
    assert order(f"mata410 {words}", named, mention) == ["named", "mention"]


def test_a_quoted_phrase_is_found_only_where_its_words_stand_together(order: Order) -> None:
    found = (
        document("apart", body="O fiscal confere cada item, depois a nota sai."),
        document("phrase", body="A nota fiscal sai depois, confere cada um item."),
    )
    assert set(order("nota fiscal", *found)) == {"phrase", "apart"}
    assert order('"nota fiscal"', *found) == ["phrase"]


@pytest.mark.parametrize("text", ["not*", "nota*", "notas*", "emiss*", "emissões*", "faturam*", "faturamento*"])
def test_a_prefix_finds_a_word_however_much_of_it_was_typed(order: Order, text: str) -> None:
    assert order(text, document("a", body="Faturamento: a emissão de notas")) == ["a"]


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
    found = order(
        "boleto",
        document("a", body="O boleto", updated=old),
        document("b", body="O boleto", **{"updated": old} | better),
    )
    assert found == ["b", "a"]


def test_new_popular_and_in_the_readers_language_is_no_match_for_a_title(order: Order) -> None:
    found = order(
        "boleto",
        document("title", title="Boleto", body="Nada", lang="en", updated=datetime(2010, 1, 1, tzinfo=UTC)),
        document("new", body="O boleto e nada mais", popularity=1.0, updated=datetime.now(UTC)),
    )
    assert found == ["title", "new"]


def test_where_no_document_has_all_words_the_one_with_most_leads(order: Order) -> None:
    found = order(
        "boleto remessa inexistente",
        document("two", body="O boleto da remessa"),
        document("one", body="O boleto do boleto"),
    )
    assert found[0] == "two"
    assert set(found) == {"one", "two"}
