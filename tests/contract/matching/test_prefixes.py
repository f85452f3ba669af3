"""What every index promises about prefixes: every word that begins so."""

from __future__ import annotations

import pytest

from tests.contract.conftest import Order
from tests.documents import document
from tests.engines import Library


def test_a_prefix_finds_every_word_that_begins_so(library: Library) -> None:
    library.put(document("1", body="faturamento"), document("2", body="faturado"), document("3", body="fatura"))
    assert set(library.keys("fatur*")) == {"1", "2", "3"}
    assert "1" in library.keys("faturam*")


@pytest.mark.parametrize("text", ["not*", "nota*", "notas*", "emiss*", "emissões*", "faturam*", "faturamento*"])
def test_a_prefix_finds_a_word_however_much_of_it_was_typed(order: Order, text: str) -> None:
    assert order(text, document("a", body="Faturamento: a emissão de notas")) == ["a"]
