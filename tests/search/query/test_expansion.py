"""Words that mean the same find each other, for less than what was typed, and only where the query agrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.analysis.analyzer import packaged
from search.analysis.language_data import PACKAGED
from search.curation import lexicon
from search.highlighting.snippets import highlighted
from search.query.parser import parse

ANALYZER = packaged()


def beside(text: str) -> dict[str, dict[str, float]]:
    """Typed word → what stands beside it, and its weight."""
    return {
        clause.text: {
            alternative.text: round(alternative.weight, 3) for alternative in clause.either if alternative.weight < 1
        }
        for clause in parse(text).clauses
        if clause.either
    }


def test_both_directions_of_a_group_and_one_of_the_others() -> None:
    assert beside("nfe") == {
        "nfe": {"nota fiscal eletrônica": 0.5, "factura electrónica": 0.5, "electronic invoice": 0.5, "danfe": 0.3}
    }
    assert "nfe" in beside("electronic invoices")["electronic"]
    assert beside("danfe") == {}


@pytest.mark.parametrize(
    "text", ["nota fiscal eletronica", "Notas Fiscais Eletrônicas", "emitir nota fiscal eletrônica"]
)
def test_a_form_of_several_words_is_recognized_and_each_of_them_bears_its_share(text: str) -> None:
    words = beside(text)
    assert len(words) == 3
    assert {alternatives["nfe"] for alternatives in words.values()} == {0.167}


def test_a_form_may_hold_words_that_say_little_and_name_a_code() -> None:
    clauses = parse("pedidos de venda").clauses
    codes = [alternative for clause in clauses for alternative in clause.either if alternative.kind == "code"]
    assert {code.terms[0][0] for code in codes} == {"routine:mata410"}
    assert [clause.typed.text for clause in clauses] == ["pedidos", "venda"]


def test_little_words_are_marked_where_they_were_typed_as_a_phrase_and_not_where_it_stands_for_others() -> None:
    assert "de" not in highlighted(parse("pedido de venda"), ANALYZER)
    assert "order" in highlighted(parse("pedido de venda"), ANALYZER)
    assert "de" in highlighted(parse('"pedido de venda"'), ANALYZER)


@pytest.mark.parametrize(
    "text", ['"nota fiscal eletrônica"', "-nfe pedido", "nfe*", "titulo:nfe", "nfe OR boleto", "nota"]
)
def test_what_was_typed_on_purpose_is_not_widened(text: str) -> None:
    assert not any(alternative.weight < 1 for clause in parse(text).clauses for alternative in clause.either)


@pytest.mark.parametrize(
    "text, meaning",
    [
        ("pe mata410", "ponto de entrada"),
        ("PE em advpl", "ponto de entrada"),
        ("icms pe", "pernambuco"),
        ("pe marcações", "ponto eletrônico"),
        ("sc aprovação", "solicitação de compra"),
        ("difal sc", "santa catarina"),
        ("op apontamento", "ordem de produção"),
        ("nc auditoria", "não conformidade"),
        ("nc devolucao", "nota de crédito"),
        ("cst icms", "situação tributária"),
        ("cst chamado", "customer support"),
        ("dt DSERFIN1-1234", "documento técnico"),
        ("cr baixa", "contas a receber"),
        ("cp fornecedor", "contas a pagar"),
        ("mi argentina", "mercado internacional"),
        ("op banco", "ordem de pagamento"),
    ],
)
def test_an_abbreviation_is_understood_where_another_word_agrees(text: str, meaning: str) -> None:
    (short,) = [word for word in beside(text) if len(word) == 2 or word == "cst"]
    assert list(beside(text)[short]) == [meaning]


@pytest.mark.parametrize(
    "text", ["pe", "pe erro", "sc", "op", "nc lista", "cst", "dt", "cr", "cp", "mi erro", "pedido -advpl pe"]
)
def test_alone_it_stays_what_it_is(text: str) -> None:
    assert beside(text) == {}


def test_what_agrees_twice_has_both_meanings() -> None:
    assert set(beside("pe rotina icms")["pe"]) == {"ponto de entrada", "pernambuco"}


def test_a_list_of_ones_own_is_taken_instead(tmp_path: Path) -> None:
    for path in PACKAGED.iterdir():
        (tmp_path / path.name).write_text("", encoding="utf-8")
    (tmp_path / "synonyms.yaml").write_text("groups: [{forms: [gato, cat]}]", encoding="utf-8")
    mine = lexicon.load(tmp_path)
    (clause,) = parse("gatos", words=mine).clauses
    assert [alternative.text for alternative in clause.either] == ["gatos", "cat"]
    (clause,) = parse("nfe", words=mine).clauses
    assert clause.kind == "word"


def test_words_that_are_widened_are_still_loosened() -> None:
    query = parse("nfe rejeitada cliente novo")
    assert {clause.occur for clause in query.clauses} == {"should"}
    assert query.clauses[0].kind == "either"
