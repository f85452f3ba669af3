"""What every index promises about where words stand: side by side, early and in the typed title lead."""

from __future__ import annotations

import pytest

from tests.documents import FILLING, document
from tests.engines import Library


def test_words_side_by_side_lead_words_far_apart(library: Library) -> None:
    between = "assim como qualquer outro documento que passa pela conferência antes " * 3
    library.put(
        document("apart", body=f"A nota {between} fiscal."),
        document("near", body=f"{between} a nota fiscal."),
        *FILLING,
    )
    assert library.keys("nota fiscal")[:2] == ["near", "apart"]


def test_what_is_said_first_leads_what_is_said_last(library: Library) -> None:
    rest = "assim como qualquer outro documento que passa pela conferência " * 20
    library.put(document("last", body=f"{rest} boleto."), document("first", body=f"Boleto. {rest}"), *FILLING)
    assert library.keys("boleto") == ["first", "last"]


def test_the_title_that_was_typed_leads_a_longer_one_that_holds_it(library: Library) -> None:
    library.put(
        document("longer", title="Cadastro de boleto e de outros documentos de cobrança", body="O boleto é um boleto."),
        document("exact", title="Cadastro de boleto", body="O boleto."),
        *FILLING,
    )
    assert library.keys("cadastro de boleto")[0] == "exact"


def test_without_it_the_order_is_that_of_the_words(library: Library) -> None:
    library.put(document("first", body="Boleto, documento"), document("last", body="Documento, boleto"), *FILLING)
    scores = {hit.document.key: hit.score for hit in library.ask("boleto", rescore=False).hits}
    assert scores["first"] == pytest.approx(scores["last"])
