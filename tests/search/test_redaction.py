"""What tells of somebody is found whatever its spelling, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import fold
from search.query.parser import parse
from search.query.pasted_logs import looks_pasted
from search.query_log import MAX_LENGTH, may_be_kept
from search.redaction import redacted, rest, tells_of_someone
from tests.search.pasted_forms import HONEST_PASTED, HONEST_TYPED, PASTED
from tests.search.private_texts import HONEST, PRIVATE, around

randoms = st.builds(Random, st.integers(0, 2**32 - 1))  # forty zeros are no secret: numbers are drawn as they fall


@pytest.mark.parametrize("kind", PRIVATE)
@given(random=randoms)
def test_a_query_that_tells_of_somebody_is_not_kept(kind: str, random: Random) -> None:
    text = around(PRIVATE[kind](random), random)
    assert tells_of_someone(text), text
    assert not may_be_kept(text), text


@pytest.mark.parametrize("kind", HONEST)
@given(random=randoms)
def test_a_query_about_codes_versions_days_and_values_is_kept(kind: str, random: Random) -> None:
    text = around(HONEST[kind](random), random)
    assert not tells_of_someone(text), text
    assert may_be_kept(text) or len(text) > MAX_LENGTH, text


WRITTEN = [
    line.split(" ", 1) for line in Path(__file__).with_name("private_queries.txt").read_text("utf-8").splitlines()
]


def test_queries_written_by_hand_are_judged_as_people_judge_them() -> None:
    assert [text for sign, text in WRITTEN if sign == "-" and may_be_kept(text)] == []
    assert [text for sign, text in WRITTEN if sign == "+" and not may_be_kept(text)] == []


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", fold(text)))


@pytest.mark.parametrize("text, private, message", PASTED)
def test_a_pasted_text_of_any_form_loses_names_and_keeps_its_message(text: str, private: str, message: str) -> None:
    said = words(parse(text).text)
    assert said
    assert not words(private) & said
    assert words(message) <= said
    assert not may_be_kept(text)


@pytest.mark.parametrize("text, message", HONEST_PASTED)
def test_a_message_about_customers_users_and_servers_keeps_its_words(text: str, message: str) -> None:
    assert words(message) <= words(parse(text).text)


@pytest.mark.parametrize("text", HONEST_TYPED)
def test_a_query_with_quotes_braces_or_operators_was_not_pasted(text: str) -> None:
    assert not looks_pasted(text)
    assert not [warning for warning in parse(text).warnings if warning.startswith("pasted")]


SENTENCES = ["<{tag}>{value}</{tag}>", '{{"{tag}": "{value}", "code": 500}}', "{tag}: {value}", "{tag}={value};"]
TAGS = ["foo", "xNome", "campoLivre", "usuarioLogado", "infAdic", "obsCont", "ns2:valor", "SenderName", "Detalhe"]
ERROR = "Rejeicao: Informado NCM inexistente"
NAMED = ["MARIA APARECIDA SILVA", "Maria da Silva", "joao.souza", "Rua das Flores 12", "ACME PECAS LTDA", "jsouza"]


@pytest.mark.parametrize("kind", PRIVATE)
@given(random=randoms, tag=st.sampled_from(TAGS), form=st.sampled_from(SENTENCES))
def test_a_pasted_text_loses_it_in_any_element_or_line(kind: str, random: Random, tag: str, form: str) -> None:
    value = PRIVATE[kind](random)
    said = parse(f"linha um\n{ERROR}\n{form.format(tag=tag, value=value)}\nfim").text
    assert "NCM inexistente" in said
    assert not [part for part in value.split() if len(part) > 5 and any(map(str.isdigit, part)) and part in said], said
    assert not tells_of_someone(said), said


@given(value=st.sampled_from(NAMED), tag=st.sampled_from(TAGS), form=st.sampled_from(SENTENCES))
def test_a_value_that_is_no_message_is_left_out_whatever_its_tag(value: str, tag: str, form: str) -> None:
    said = parse(f"linha um\n{form.format(tag=tag, value=value)}\n{ERROR}\nfim").text
    assert "NCM inexistente" in said
    assert not set(value.split()) & set(said.split()), said


@pytest.mark.parametrize(
    "text",
    [
        "nome;cpf;cidade\nMaria Silva;123.456.789-09;Recife\nJoao Souza;987.654.321-00;Natal\nimportar esta planilha",
        "{'titular': 'Maria Silva', 'msg': 'Falha ao gravar'}\nfim\nfim",
        '<pedido comprador="Maria Silva" endereco="Rua A"><item>x</item></pedido>\nfalha ao gravar\nfim',
        '{"contatos": ["Maria Silva", "Joao Souza"], "erro": "Falha ao gravar"}\n\n',
        "falha ao gravar o pedido\nMaria Silva\nRecife",
        "Solicitante: Maria Silva\nAprovador = Joao Souza\nfalha ao gravar o pedido",
    ],
)
def test_names_are_left_out_of_what_is_no_sentence(text: str) -> None:
    said = parse(text).text
    assert said
    assert not {"Maria", "Silva", "Joao", "Souza", "Recife"} & set(said.split()), said


@pytest.mark.parametrize("label", ["<cStat>", '"cStat": ', "cStat: "])
def test_the_codes_of_values_stay(label: str) -> None:
    end = "</cStat>" if label[0] == "<" else ""
    lines = f"x\n{label}778{end}\n<programa>MATA410</programa>\n" + '{"a": 1, "b": "no campo E1_VENCREA", "c": "d"}'
    said = parse(f"{lines}\n{ERROR}").text
    assert "778" in said
    assert "MATA410" in said
    assert "E1_VENCREA" in said


def test_what_is_found_is_taken_out_and_the_rest_stays() -> None:
    text = "erro de maria@cliente.com no 11 98765-4321, cfop 5102"
    assert redacted(text, "*") == "erro de * no *, cfop 5102"
    assert rest(text) == ["erro de ", " no ", ", cfop 5102"]
    assert redacted("nota fiscal") == "nota fiscal"


@given(st.text(max_size=300))
def test_any_text_is_read_and_what_is_left_is_part_of_it(text: str) -> None:
    left = redacted(text, "")
    assert len(left) <= len(text)
    assert tells_of_someone(text) <= (len(rest(text)) > 1)


HOSTILE = [
    "a",
    "1",
    "_",
    ".",
    "-",
    " ",
    "@",
    "a@",
    "1.",
    "1 ",
    "a1",
    "aA",
    "user:",
    "\\",
    "/",
    "eyj.",
    "a:",
    "12/",
    "%40",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_text_of_anything_is_read(piece: str) -> None:
    """In time that grows with the text alone: a shape that looks back again and again would not end here."""
    for end in ("", "!", "x"):
        assert len(redacted(piece * (50_000 // len(piece)) + end, "")) <= 50_001
