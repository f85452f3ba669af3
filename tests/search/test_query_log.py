"""Which queries may be kept, and which of the kept ones complete what is typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import packaged
from search.model import Completion
from search.query_log import Asked, key_of, may_be_kept
from search.suggest.autocomplete import led
from search.suggest.frequent import Frequent

ANALYZER = packaged()

DAY = date(2026, 3, 14)


def asked(text: str, count: int = 5) -> Asked:
    return Asked(text=text, count=count, hits=1, last_asked=DAY)


@pytest.mark.parametrize(
    "text",
    [
        "nota fiscal",
        "MATA410",
        "rejeição 528",
        "mv_estado",
        "12.1.2410",
        "release 12.1.2310",
        "nt 2024.001",
        "eSocial S-2299",
        "DSERFIN1-12345",
        '"pedido de venda" -boleto',
        "fonte:tdn cliente inadimplente",
        "cnab 240",
        "cfop 5102 2024",
        "24.3.0.5",
    ],
)
def test_what_everybody_may_ask_is_kept(text: str) -> None:
    assert may_be_kept(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ?! ",
        "maria.silva@cliente.com.br",
        "erro maria@cliente",
        "maria arroba cliente ponto com",
        "123.456.789-09",
        "cpf 12345678909",
        "123 456 789 09",
        "12.345.678/0001-95",
        "cnpj 12345678000195",
        "(11) 98765-4321",
        "+55 11 98765 4321",
        "11987654321",
        "11 9 8765 4321",
        "３５２４０３１２３４５６７８",
        "nota 35240312345678000195550010000012341000012345",
        "usuario: maria silva",
        "user:maria",
        "nome=Maria",
        "ticket 12345678",
        "192.168.100.12",
        "c:\\totvs\\maria",
        "https://cliente.example/x",
        "10:11:12 erro",
        "a" * 61,
        "como resolver o erro do boleto quando o cliente pede segunda via",
        "linha um\nlinha dois\nlinha três",
    ],
)
def test_what_may_tell_of_a_person_is_not_kept(text: str) -> None:
    assert not may_be_kept(text)


@given(st.text(max_size=200))
def test_no_text_is_too_odd_to_judge(text: str) -> None:
    Frequent(ANALYZER, [asked(text)], blocked=[text]).begun(text[:3], 3)
    assert not may_be_kept(text, blocked=[text])


def test_blocked_words_and_texts_keep_a_query_out_as_whole_words() -> None:
    blocked = ("Concorrente", "folha de pagamento")
    assert not may_be_kept("preço concorrente", blocked)
    assert not may_be_kept("a FÓLHA  de pagamento", blocked)
    assert may_be_kept("concorrentes", blocked)
    assert may_be_kept("folha pagamento", blocked)
    assert may_be_kept("nota", ("?", ""))
    assert Frequent(ANALYZER, [asked("preço concorrente")], blocked).begun("pre", 3) == []


def test_spellings_of_one_query_have_one_key() -> None:
    assert {key_of(text) for text in ("Nota  Fiscal", "nota fiscal ", "NÓTA FISCAL")} == {"nota fiscal"}


def test_a_query_is_offered_by_how_it_begins_and_by_how_its_words_begin() -> None:
    frequent = Frequent(ANALYZER, [asked("emissão de nota"), asked("Nota fiscal"), asked("boleto"), asked("nota")])

    def begun(typed: str, limit: int = 3) -> list[str]:
        return [completion.text for completion in frequent.begun(typed, limit)]

    assert begun("nota") == ["Nota fiscal", "emissão de nota"], "the one that begins so leads, the typed one is none"
    assert begun("nóta ") == begun("nota")
    assert begun("EMISSAO d") == ["emissão de nota"]
    assert begun("ota") == []
    assert begun("nota", 1) == ["Nota fiscal"]
    assert begun("nota", 0) == begun("", 3) == []


def test_the_typed_part_of_a_query_is_marked() -> None:
    frequent = Frequent(ANALYZER, [asked("emissão de nota")])
    assert frequent.begun("emissa", 1) == [Completion(text="emissão de nota", kind="query", ranges=((0, 6),))]
    assert frequent.begun("not", 1)[0].ranges == ((11, 14),)


def test_frequent_queries_lead_but_for_codes_and_say_nothing_twice() -> None:
    queries = [Completion(text=text, kind="query") for text in ("mata410 nota", "Pedido de venda")]
    titles = [Completion(text="Pedido de Venda"), Completion(text="Outro")]
    codes = [Completion(text="MATA410", kind="identifier", identifier="routine")]
    assert [completion.text for completion in led(queries, titles, "ped")] == [
        "mata410 nota",
        "Pedido de Venda",
        "Outro",
    ]
    assert [completion.text for completion in led(queries, [*codes, *titles], "mata4")][:2] == [
        "MATA410",
        "mata410 nota",
    ]
