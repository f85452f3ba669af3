"""What every index promises about the order of hits of a code: named after it, titled with it, mentioning it."""

from __future__ import annotations

from datetime import UTC, datetime

from search.model import Identifier
from tests.contract.conftest import Order
from tests.documents import document
from tests.engines import Library


def test_a_document_named_after_a_code_leads_those_that_mention_it(order: Order) -> None:
    keys = order(
        "mata 410",
        document("mentions", body="A MATA410 e a MATA410, na MATA410."),
        document("named", title="MATA410 - Pedidos de venda", body="Como incluir um pedido."),
    )
    assert keys == ["named", "mentions"]


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


def test_a_document_that_names_the_code_in_its_title_leads(library: Library) -> None:
    library.put(
        document("1", title="Pedidos", body="MATA410 " * 30),
        document("2", title="MATA410 - Pedidos de venda", body="Rotina de pedidos."),
        document("3", title="Pedidos de compra", identifiers=(Identifier("routine", "MATA410"),), body="x"),
    )
    assert library.keys("mata 410")[0] == "2"
    assert set(library.keys("mata 410")) == {"1", "2", "3"}
