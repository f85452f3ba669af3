"""What every index promises about phrases: their words side by side, in order, in one place."""

from __future__ import annotations

from tests.contract.conftest import Order
from tests.documents import document
from tests.engines import Library


def test_a_phrase_wants_its_words_side_by_side_and_in_order(library: Library) -> None:
    library.put(
        document("1", body="O pedido de venda foi liberado."),
        document("2", body="A venda do pedido foi liberada."),
        document("3", body="O pedido, e depois a venda."),
        document("4", title="Pedido de venda"),
    )
    assert set(library.keys('"pedido de venda"')) == {"1", "4"}


def test_no_phrase_spans_two_headings(library: Library) -> None:
    library.put(document("1", headings=("Cadastro de cliente", "Bloqueio de pedido"), body="x"))
    assert library.keys('"bloqueio de pedido"') == ["1"]
    assert library.keys('"cliente bloqueio"') == []


def test_a_quoted_phrase_is_found_only_where_its_words_stand_together(order: Order) -> None:
    documents = (
        document("apart", body="O fiscal confere cada item, depois a nota sai."),
        document("phrase", body="A nota fiscal sai depois, confere cada um item."),
    )
    assert set(order("nota fiscal", *documents)) == {"phrase", "apart"}
    assert order('"nota fiscal"', *documents) == ["phrase"]
