"""Codes: one canonical value for every spelling that people write or type.

Long because most of it is tables of what is typed or written beside what it has to give.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from search.analysis.analyzer import WORD, packaged
from search.curation.examples import indexed
from search.identifiers import recognizer
from search.identifiers.patterns import Pattern, code_table
from search.identifiers.recognizer import (
    in_text,
    in_word,
    kinds,
    named,
    nearest,
    spelled,
    stated,
    typed,
    versions_in,
)
from search.model import Identifier
from tests.documents import document

ANALYZER = packaged()

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
TABLE = Path(__file__).with_name("code_spellings.tsv").read_text("utf-8").splitlines()
SPELLINGS = [(code, texts) for code, _, texts in (line.partition("\t") for line in TABLE if not line.startswith("#"))]
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
    "file": "25-10-22-BRA-MENUS_12_1_2510.ZIP",
    "record": "Registro C197",
    "fiscal": "CFOP 5.102",
    "oracle": "ORA-00060",
    "function": "U_XTESTE",
    "table": "SE1",
}


def spellings(pattern: Pattern) -> st.SearchStrategy[str]:
    """Texts that a pattern takes for its kind of code."""
    return st.from_regex(pattern.typed, fullmatch=True)


PIECES = (
    "A B D E1 É º ° n x v P NT S R SIGA FAT CST CFOP ORA PCREQ MV_ U_ _ - . : = / ( ) , 1 12 33 024 528 2024 2310 "
    "rejeição cStat erro registro C170 Bloco release"
).split()

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
        ("MV-ESTADO", "parameter", "MV_ESTADO"),
        ("mvestado", "parameter", "MV_ESTADO"),
        ("e1 vencrea", "field", "E1_VENCREA"),
        ("E1-VENCREA", "field", "E1_VENCREA"),
        ("e1vencrea", "field", "E1_VENCREA"),
        ("dserfin1 1234", "issue", "DSERFIN1-1234"),
        ("dmina_3611", "issue", "DMINA-3611"),
        ("#10848508", "ticket", "10848508"),
        ("pacote 1100208", "package", "1100208"),
        ("rejeicao da nfe 528", "rejection", "528"),
        ("528 nfe", "rejection", "528"),
        ("cte 600", "rejection", "600"),
        ("evento 2299", "event", "S-2299"),
        ("evento 4020", "event", "R-4020"),
        ("nt 2024 001", "note", "2024.001"),
        ("NT 1/2024", "note", "2024.001"),
        ("registro c197", "record", "C197"),
        ("bloco k200", "record", "K200"),
        ("CFOP 5.102", "fiscal", "CFOP 5102"),
        ("ncm 8471.30.12", "fiscal", "NCM 84713012"),
        ("ora 942", "oracle", "ORA-00942"),
        ("u_teste", "function", "U_TESTE"),
        ("tabela se1", "table", "SE1"),
        ("módulo fin", "module", "SIGAFIN"),
        ("siga fat", "module", "SIGAFAT"),
        ("mt410-tok", "entry_point", "MT410TOK"),
        ("12_1_2510_TSS_OP.ptm", "file", "12_1_2510_TSS_OP"),
        ("25-10-22-BRA-MENUS.ZIP", "file", "25-10-22-BRA-MENUS"),
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
    assert [span.identifier for span in typed(text)] == expected


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
        ),
        *("2024", "01/2024", "12/10/2023", "2023-10-12", "1.234,56", "192.168.0.1", "r$ 1000", "cpf 12345678901"),
        *("123456789", "abc_", "_abc", "porta 8080", "100%", "12.1", "11.5.3", "+55 11 1234-5678"),
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
    assert typed(text, ANALYZER.stop_words) == []


@pytest.mark.parametrize("text", ["porta 8080", "erro na nota 404", "nfe 4.00", "registro 2024", "siga com o processo"])
def test_a_word_of_the_trade_and_its_number_are_no_code(text: str) -> None:
    assert typed(text) == []


@pytest.mark.parametrize("code, spelled_so", [(code, texts) for code, texts in SPELLINGS if code not in "!?"])
def test_all_spellings_of_a_code_have_its_value(code: str, spelled_so: str) -> None:
    for text in spelled_so.split(" | "):
        several = (identifier for span in typed(text) for identifier in (span.identifier, *span.also))
        assert code in {f"{identifier.kind}:{identifier.value}" for identifier in several}, text


@pytest.mark.parametrize("sign, text", [(code, text) for code, text in SPELLINGS if code in "!?"])
def test_numbers_of_other_things_are_no_code_for_certain(sign: str, text: str) -> None:
    spans = typed(text, ANALYZER.stop_words)
    assert bool(spans) == (sign == "?")
    assert all(span.loose for span in spans)


def test_a_number_or_a_key_without_its_hyphen_may_be_several_codes() -> None:
    [number], [key], [function] = typed("1100208"), typed("dserfin11234"), typed("u_mt410tok")
    assert (number.identifier, number.also) == (Identifier("ticket", "1100208"), (Identifier("package", "1100208"),))
    assert Identifier("issue", "DSERFIN1-1234") in key.also
    assert function.also == (Identifier("entry_point", "MT410TOK"),)


@pytest.mark.parametrize(
    "text, noun", [("a tabela se1", 2), ("pe mt410tok", 0), ("erro no campo e1_vencrea", 8), ("se1", 0)]
)
def test_the_word_that_says_what_a_code_is_goes_with_it(text: str, noun: int) -> None:
    [span] = typed(text)
    assert span.noun == noun
    assert span.start == text.rindex(" ") + 1 if " " in text else span.start == 0


@pytest.mark.parametrize("text", ["Protheus 12", "protheus 11", "P12 12", "versão 10", "do Protheus 11 para o 12"])
def test_the_number_of_a_product_is_no_release_of_it(text: str) -> None:
    assert (typed(text), list(in_text(text)), versions_in(text)) == ([], [], ())


@pytest.mark.parametrize(
    "text", ["Protheus 12.1.33", "Protheus 12 33", "release 33", "12.1.033", "P12.1.33", "versao 33"]
)
def test_a_release_is_the_same_version_in_a_document_and_in_a_query(text: str) -> None:
    assert versions_in(text) == ("12.1.33",)
    assert [span.identifier.value for span in typed(text)] == ["12.1.33"]


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
    assert Identifier(kind, value) in [span.identifier for span in in_text(text)]


@pytest.mark.parametrize("text", ["a mata410 em minúsculas", "o campo e1_vencrea", "HTTP404", "do mv_estado"])
def test_a_document_writes_its_codes_in_capitals(text: str) -> None:
    assert list(in_text(text)) == []


def test_every_kind_of_code_is_tried_in_a_document() -> None:
    assert WRITTEN.keys() == set(kinds()) - {"package"}  # whose number only its source knows
    for kind, text in WRITTEN.items():
        assert kind in {span.identifier.kind for span in in_text(text)} | {code.kind for code in indexed(text)}


def test_a_document_states_what_its_title_and_its_source_name() -> None:
    identifiers = stated(
        document(
            title="MATA410: rejeição 528",
            body="Veja MV_ESTADO.",
            identifiers=(Identifier("package", "P1"),),
            versions=("12.1.33",),
        )
    )
    title = {Identifier("routine", "MATA410"), Identifier("rejection", "528")}
    assert identifiers == title | {Identifier("package", "P1"), Identifier("version", "12.1.33")}


@pytest.mark.parametrize(
    "title, value",
    [
        ("MATA410 - Pedido de Venda", {"MATA410"}),
        ("PE - MT410TOK - Validação", {"MT410TOK"}),
        ("P.E. MT410TOK", {"MT410TOK"}),
        ("Ponto de entrada MT410TOK - MATA410", {"MT410TOK"}),
        ("Release 12.1.2310 - Novidades", {"12.1.2310"}),
        ("10848508 DSERFIS1-20528 DT Rejeição 528 - MATA461", {"10848508", "DSERFIS1-20528", "528"}),
        ("FAQ - MATA300 Saldo atual", {"MATA300"}),
        ("Cross Segmentos - SIGAFAT - MATA410 - Pedido", set()),
        ("Pedido de venda (MATA410)", set()),
        ("", set()),
    ],
)
def test_a_document_is_named_after_the_code_that_its_title_begins_with(title: str, value: set[str]) -> None:
    assert {identifier.value for identifier in named(title)} == value


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
    whole = {span.identifier for span in in_text(body)}
    assert indexed(body) == {code for code in whole if code.kind != "ticket"}  # which only a title begins with


@given(free_text)
def test_every_typed_text_is_read_and_codes_never_overlap(text: str) -> None:
    spans = typed(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert {span.identifier.kind for span in spans} <= set(kinds())


@given(free_text)
def test_every_document_is_read_and_codes_never_overlap(text: str) -> None:
    spans = sorted(in_text(text), key=lambda span: span.start)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(span.identifier.value for span in spans)


@given(
    st.from_regex("[A-Z]{4}", fullmatch=True),
    st.integers(0, 999),
    st.sampled_from(["{}{}", "{}-{}", "{} {}", "{}{}.PRW", "x {} {} y", "({}-{})", "{}{},"]),
)
def test_a_routine_is_one_code_in_every_spelling_and_case(letters: str, number: int, spelling: str) -> None:
    assume(letters not in code_table().words and not ANALYZER.is_stop_word(letters))
    assume(not letters.startswith(("D", "MV")))  # DMI-123 is an issue, MV_ESTADO is a parameter
    text = spelling.format(letters, f"{number:03}")
    wanted = [Identifier("routine", f"{letters}{number:03}")]
    for typing in (text, text.lower(), text.title()):
        assert [span.identifier for span in typed(typing)] == wanted


@given(st.sampled_from([pattern for pattern, _ in code_table().typed]).flatmap(spellings))
def test_a_canonical_spelling_is_read_as_itself(text: str) -> None:
    for code in typed(text):
        for again in (spelled(code.identifier), spelled(code.identifier).lower()):
            assert [span.identifier for span in typed(again)] == [code.identifier]


HOSTILE = [
    "a",
    "1",
    "_",
    ".",
    "-",
    " ",
    "mv_",
    "rejeicao ",
    "nt ",
    "a1_",
    "25-10-22-",
    "d1-",
    "cfop .",
    "erro nfe ",
    "(",
    "12.",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hundred_thousand_characters_of_anything_are_read(piece: str) -> None:
    """In time that grows with the text alone: a pattern that looks back again and again would not end here."""
    for end in ("", "!", "x"):
        text = piece * (100_000 // len(piece)) + end
        assert all(span.end <= len(text) for span in (*typed(text), *in_text(text.upper())))


# -- near misses -------------------------------------------------------------------------------------------------------

KNOWN = [
    *("routine:mata410", "routine:mata103", "routine:mata460a", "routine:fina050", "parameter:mv_estado"),
    *("parameter:mv_estneg", "issue:dserfin1-1234", "issue:dserfin2-9999", "module:sigafin", "field:e1_vencrea"),
    *("rejection:528", "event:s-2299", "version:12.1.2310", "entry_point:mt410tok"),
]


@pytest.mark.parametrize(
    "text, first",
    [
        ("mata41", "routine:mata410"),
        ("matta410", "routine:mata410"),
        ("amta410", "routine:mata410"),
        ("mata4100", "routine:mata410"),
        ("mata-410", "routine:mata410"),
        ("mv_estdo", "parameter:mv_estado"),
        ("mv_etsado", "parameter:mv_estado"),
        ("MV_ESTNEGG", "parameter:mv_estneg"),
        ("dserfin-1234", "issue:dserfin1-1234"),
        ("sigafim", "module:sigafin"),
        ("e1_vencra", "field:e1_vencrea"),
        ("mt410tkk", "entry_point:mt410tok"),
    ],
)
def test_a_misspelt_code_has_its_nearest_first(text: str, first: str) -> None:
    assert nearest(text, KNOWN, 3)[0] == first


@pytest.mark.parametrize("text", ["pedido", "nota fiscal", "", "2024", "528", "xyzw99999", "a1", "é_" * 50])
def test_what_is_no_code_or_near_none_has_no_nearest(text: str) -> None:
    assert nearest(text, KNOWN, 3) == []


@given(st.text(max_size=20) | st.sampled_from(KNOWN), st.integers(-1, 5), st.randoms())
def test_the_nearest_codes_are_known_and_do_not_depend_on_their_order(text: str, limit: int, random: Random) -> None:
    shuffled = random.sample(KNOWN, len(KNOWN))
    terms = nearest(text, [*shuffled, *shuffled], limit)
    assert terms == nearest(text, KNOWN, limit)
    assert len(terms) == len(set(terms)) <= max(limit, 0)
    assert set(terms) <= set(KNOWN)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join))
@example("MV__")
@example("CST:12")
@example("NTnº2024/001")
def test_a_word_has_the_codes_that_it_has_as_a_text(word: str) -> None:
    identifiers = [identifier for identifier in in_word(word) if identifier.kind != "file"]
    assert identifiers == [span.identifier for span in in_text(word)]


def test_no_word_of_a_text_can_be_taken_for_the_term_of_a_code() -> None:
    term = recognizer.term(Identifier("routine", "MATA410"))
    assert term == "routine:mata410"
    assert WORD.fullmatch(term) is None
