"""Codes: one canonical value for every spelling that people write or type."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from search import identifiers
from search.analysis import WORD, is_stop_word
from search.identifiers import KINDS, NOT_ROUTINES, in_text, of_texts, stated, typed, versions_in
from search.model import Identifier
from tests.documents import document

codes = st.sampled_from(
    [
        "MATA410",
        "mv_estado",
        "DSERFIN1-12345",
        "12.1.2310",
        "rejeição 528",
        "S-1000",
        "CC2_EST",
        "NT 2020.006",
        "7.00.1.2",
    ]
)
WRITTEN = {
    "issue": "DSERFIN1-12345",
    "version": "12.1.2310",
    "note": "NT 2020.006",
    "rejection": "Rejeição 528",
    "event": "S-1000",
    "parameter": "MV_ESTADO",
    "field": "E1_VENCREA",
    "routine": "MATA410",
    "module": "SIGAFAT",
    "entry_point": "MT410TOK",
    "datasul": "FT0904",
    "logix": "VDP20000",
    "build": "7.0.21.3",
    "ticket": "7654321 DMI-12",
}
free_text = st.lists(codes | st.text(max_size=10), max_size=10).map(" ".join)


@pytest.mark.parametrize(
    "text, kind, value",
    [
        ("mata 410", "routine", "MATA410"),
        ("MATA410", "routine", "MATA410"),
        ("mata-410", "routine", "MATA410"),
        ("MATA410.PRX", "routine", "MATA410"),
        ("Mata410", "routine", "MATA410"),
        ("mv_estado", "parameter", "MV_ESTADO"),
        ("MV_ESTADO", "parameter", "MV_ESTADO"),
        ("mv estado", "parameter", "MV_ESTADO"),
        ("e1_vencrea", "field", "E1_VENCREA"),
        ("12.1.2310", "version", "12.1.2310"),
        ("12_1_2310", "version", "12.1.2310"),
        ("p12.1.33", "version", "12.1.33"),
        ("12.1.033", "version", "12.1.33"),
        ("release 2310", "version", "12.1.2310"),
        ("protheus 2310", "version", "12.1.2310"),
        ("2310", "version", "12.1.2310"),
        ("versão 33", "version", "12.1.33"),
        ("rejeição 528", "rejection", "528"),
        ("rejeicao 528", "rejection", "528"),
        ("REJEIÇÃO: 528", "rejection", "528"),
        ("cstat=528", "rejection", "528"),
        ("erro 3174", "rejection", "3174"),
        ("528 - rejeição", "rejection", "528"),
        ("rechazo 528", "rejection", "528"),
        ("dserfin1-12345", "issue", "DSERFIN1-12345"),
        ("nt 2020.006", "note", "2020.006"),
        ("s1000", "event", "S-1000"),
        ("s-1000", "event", "S-1000"),
        ("sigafat", "module", "SIGAFAT"),
        ("cc0304", "datasul", "CC0304"),
        ("chamado 1234567", "ticket", "1234567"),
        ("MV-ESTADO", None, None),
        ("7.00.210324.1", None, None),
        # the six codes that the README promises, and what stands beside them
        ("MATA-410", "routine", "MATA410"),
        ("a rotina mata 410 não abre", "routine", "MATA410"),
        ("finа 050", None, None),  # a Cyrillic а
        ("parametro mv estado", "parameter", "MV_ESTADO"),
        ("REJEICAO  528", "rejection", "528"),
        ("rejeições nº 528", "rejection", "528"),
        ("rej 528", "rejection", "528"),
        ("R12.1.2310", "version", "12.1.2310"),
        ("v12.1.2310", "version", "12.1.2310"),
        ("Protheus 12 2310", "version", "12.1.2310"),
        ("protheus 12 33", "version", "12.1.33"),
        ("release 17", "version", "12.1.17"),
        ("nf-e", None, None),
        ("nfe 4.00", None, None),
        ("NT 2020/006", "note", "2020.006"),
        ("nota técnica 2020.006", "note", "2020.006"),
        ("ft 0904", "datasul", "FT0904"),
        ("vdp 20000", "logix", "VDP20000"),
        ("a1_cod", "field", "A1_COD"),
        ("mt410tok", "entry_point", "MT410TOK"),
        ("12345678", "ticket", "12345678"),
    ],
)
def test_a_typed_code_has_one_value_whatever_its_spelling(text: str, kind: str | None, value: str | None) -> None:
    expected = [] if kind is None else [Identifier(kind, value or "")]
    assert [found.identifier for found in typed(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "nota fiscal",
            "pedido de venda",
            "http 404",
            "iso8 859",
            "12",
            "2313",
            "202310",
            "erro ao gerar",
            "mv_par01",
        ),
        *(
            "mv",
            "mv_",
            "mv 2",
            "528",
            "rejeição",
            "rejeicao abc",
            "nf-e",
            "nfs-e",
            "a1",
            "d-12",
            "covid-19",
            "bloco k200",
        ),
        *("2024", "01/2024", "12/10/2023", "2023-10-12", "1.234,56", "192.168.0.1", "r$ 1000", "cpf 12345678901"),
        *("123456789", "u_teste", "abc_", "_abc", "porta 8080", "100%", "12.1", "11.5.3", "+55 11 1234-5678"),
        *("a@b.example", "https://tdn.totvs.com/x", "<b>410</b>", "mata", "mata 41", "mata 41000", "mata  410"),
    ],
)
def test_what_only_looks_like_a_code_is_none(text: str) -> None:
    assert typed(text) == []


@pytest.mark.parametrize(
    "text", ["dirf 2024", "ecd 2024", "rais 1999", "icms 2025", "jan 2026", "notas de maio 2024", "nt 2024", "cbs 2026"]
)
def test_a_word_and_a_year_are_no_code(text: str) -> None:
    assert typed(text) == []


@pytest.mark.parametrize("text", ["notas em 2024", "de 1000 a 2000", "por 12345", "com 1234", "mais 100", "para 120"])
def test_a_word_that_says_little_and_a_number_are_no_code(text: str) -> None:
    assert typed(text) == []


@pytest.mark.parametrize("text", ["cfop 5102", "CFOP 6102", "erro na nota 404"])
def test_a_word_of_the_trade_and_its_number_are_no_routine(text: str) -> None:
    assert typed(text) == []


@pytest.mark.parametrize("text", ["Protheus 12", "protheus 11", "P12 12", "versão 10", "do Protheus 11 para o 12"])
def test_the_number_of_a_product_is_no_release_of_it(text: str) -> None:
    assert (typed(text), list(in_text(text)), versions_in(text)) == ([], [], ())


@pytest.mark.parametrize(
    "text", ["Protheus 12.1.33", "Protheus 12 33", "release 33", "12.1.033", "P12.1.33", "versao 33"]
)
def test_a_release_is_the_same_version_in_a_document_and_in_a_query(text: str) -> None:
    assert versions_in(text) == ("12.1.33",)
    assert [found.identifier.value for found in typed(text)] == ["12.1.33"]


@pytest.mark.parametrize(
    "text, kind, value",
    [
        ("A rotina MATA410 não libera", "routine", "MATA410"),
        ("Ajuste o MV_ESTADO.", "parameter", "MV_ESTADO"),
        ("o campo E1_VENCREA vazio", "field", "E1_VENCREA"),
        ("Rejeição 528: valor do ICMS", "rejection", "528"),
        ("DSERFIN1-12345_DT_Geracao", "issue", "DSERFIN1-12345"),
        ("no release 12.1.2310 ou superior", "version", "12.1.2310"),
        ("ponto de entrada MT410TOK", "entry_point", "MT410TOK"),
        ("evento S-1000 do eSocial", "event", "S-1000"),
        ("o programa VDP20000", "logix", "VDP20000"),
        ("o programa FT0904", "datasul", "FT0904"),
        ("no SIGAFAT", "module", "SIGAFAT"),
        ("build 7.0.21.3", "build", "7.0.21.3"),
        ("Nota Técnica 2020.006", "note", "2020.006"),
        ("7654321 DSERFIN1-12345", "ticket", "7654321"),
    ],
)
def test_a_code_is_read_where_a_document_writes_it(text: str, kind: str, value: str) -> None:
    assert Identifier(kind, value) in [found.identifier for found in in_text(text)]


@pytest.mark.parametrize("text", ["a mata410 em minúsculas", "o campo e1_vencrea", "HTTP404", "do mv_estado"])
def test_a_document_writes_its_codes_in_capitals(text: str) -> None:
    assert list(in_text(text)) == []


def test_every_kind_of_code_is_tried_in_a_document() -> None:
    assert WRITTEN.keys() == set(KINDS) - {"package"}  # whose number only its source knows
    for kind, text in WRITTEN.items():
        assert kind in {found.identifier.kind for found in in_text(text)}


def test_a_document_states_what_its_title_and_its_source_name() -> None:
    found = stated(
        document(
            title="MATA410: rejeição 528",
            body="Veja MV_ESTADO.",
            identifiers=(Identifier("package", "P1"),),
            versions=("12.1.33",),
        )
    )
    title = {Identifier("routine", "MATA410"), Identifier("rejection", "528")}
    assert found == title | {Identifier("package", "P1"), Identifier("version", "12.1.33")}


def test_versions_are_listed_in_reading_order_each_once() -> None:
    assert versions_in("Da 12.1.033 à 12.1.2310, release 2210 e 12.1.33") == ("12.1.33", "12.1.2310", "12.1.2210")


PARTS = [
    "palavra " * 30,
    "Nota Técnica 2020.006",
    "7654321 DSERFIN1-12345_DT",
    "528 - Rejeição",
    "SIGAFAT",
    "\n",
    "x" * 99,
]
long_text = st.lists(st.sampled_from(PARTS) | codes | st.text(max_size=10), max_size=12).map(" ".join)


@given(long_text)
@example("palavra " * 30 + "7654321 DSERFIN1-12345")
@example("palavra " * 30 + "Rejeição" + " " * 39 + "528")
def test_a_body_is_read_whole(body: str) -> None:
    whole = {found.identifier for found in in_text(body)}
    assert of_texts([body]) == {each for each in whole if each.kind != "ticket"}  # which only a title begins with


@given(free_text)
def test_every_typed_text_is_read_and_codes_never_overlap(text: str) -> None:
    found = typed(text)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert {each.identifier.kind for each in found} <= set(KINDS)


@given(free_text)
def test_every_document_is_read_and_codes_never_overlap(text: str) -> None:
    found = sorted(in_text(text), key=lambda each: each.start)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(each.identifier.value for each in found)


@given(
    st.from_regex("[A-Z]{4}", fullmatch=True),
    st.integers(0, 999),
    st.sampled_from(["{}{}", "{}-{}", "{} {}", "{}{}.PRW", "x {} {} y", "({}-{})", "{}{},"]),
)
def test_a_routine_is_one_code_in_every_spelling_and_case(letters: str, number: int, spelling: str) -> None:
    assume(letters not in NOT_ROUTINES and not is_stop_word(letters))
    assume(not letters.startswith(("D", "MV")))  # DMI-123 is an issue, MV_ESTADO is a parameter
    text = spelling.format(letters, f"{number:03}")
    wanted = [Identifier("routine", f"{letters}{number:03}")]
    for typing in (text, text.lower(), text.title()):
        assert [found.identifier for found in typed(typing)] == wanted


@given(codes)
def test_a_canonical_value_is_read_as_itself(code: str) -> None:
    for found in typed(code):
        if found.identifier.kind not in ("rejection", "note"):  # these need their word before them
            assert [again.identifier for again in typed(found.identifier.value)] == [found.identifier]


def test_no_word_of_a_text_can_be_taken_for_the_term_of_a_code() -> None:
    term = identifiers.term(Identifier("routine", "MATA410"))
    assert term == "routine:mata410"
    assert WORD.fullmatch(term) is None
