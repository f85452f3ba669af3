"""Text becomes tokens: the same for what a document says and for what a person types."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.analyzer import (
    MAX_TERM,
    Token,
    detect_language,
    fold,
    packaged,
    whole,
)
from search.model import LANGS

ANALYZER = packaged()

WORDS = [
    "NF-e",
    "MV_ESTADO",
    "12.1.2310",
    "MATA410.PRX",
    "rejeições",
    "título_",
    "a",
    "·",
    "_x_",
    "𝗧𝗢𝗧𝗩𝗦",
    "ﬁscal",
    "İ",
]
free_text = st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=12).map(" ".join)
langs = st.sampled_from(LANGS)


# -- words meet whatever their form ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["MATA410", "E1_VENCREA", "4.00", "12.1.2310", "S1000", "FT001S"])
def test_codes_are_never_stemmed(code: str) -> None:
    assert {ANALYZER.stem(code, lang) for lang in LANGS} == {code.lower()}


@given(st.text("aeiosãçrtn0123456789_", min_size=1, max_size=MAX_TERM), langs)
def test_a_word_with_a_digit_or_an_underscore_is_its_own_term(word: str, lang: str) -> None:
    for code in (f"{word}1", f"9{word}", f"{word}_ões"):
        assert ANALYZER.stem(code, lang) == fold(code)[:MAX_TERM]


@pytest.mark.parametrize(
    "word, whole_term, parts",
    [
        ("pré-notas", "prenotas", ["pre", "not"]),
        ("pós-venda", "posvenda", ["pos", "vend"]),
        ("CT-e", "cte", ["ct", "e"]),
        ("e-Social", "esocial", ["e", "social"]),
        ("12.1.2310", "12.1.2310", ["12", "1", "2310"]),
        ("MATA410.PRX", "mata410.prx", ["mata410", "prx"]),
        ("TOTVS.com", "totvs.com", ["totvs", "com"]),
        ("MV_ESTADO", "mv_estado", ["mv", "estad"]),
        ("A1_COD", "a1_cod", ["a1", "cod"]),
        ("a.b-c_d", "a.bc_d", ["a", "b", "c", "d"]),
    ],
)
def test_a_word_with_an_inner_mark_is_a_whole_at_the_place_of_its_first_part(
    word: str, whole_term: str, parts: list[str]
) -> None:
    assert ANALYZER.terms(word, "pt") == [(whole_term, 0), *((part, place) for place, part in enumerate(parts))]


@pytest.mark.parametrize(
    "text", ["nota - fiscal", "nota. Fiscal", "-nota- .fiscal.", "nota... fiscal", "(nota)/fiscal"]
)
def test_a_mark_outside_a_word_joins_nothing(text: str) -> None:
    assert ANALYZER.terms(text, "pt") == [("not", 0), ("fiscal", 1)]


def test_a_phrase_stands_at_neighbouring_places_whatever_stands_between_its_words() -> None:
    expected = [("rejeit", 0), ("528", 1), ("do", 2), ("icms", 3)]
    for text in ("Rejeição 528 do ICMS", "rejeicao: 528\n(do ICMS)", "Rejeição — 528; do “ICMS”"):
        assert ANALYZER.terms(text, "pt") == expected


def test_a_compound_is_found_as_a_whole_and_by_its_parts() -> None:
    assert list(ANALYZER.tokens("Emissões da NF-e 4.00", "pt")) == [
        Token("emit", 0, 0, 8),
        Token("da", 1, 9, 11),
        Token("nfe", 2, 12, 16),
        Token("nf", 2, 12, 14),
        Token("e", 3, 15, 16),
        Token("4.00", 4, 17, 21),
        Token("4", 4, 17, 18),
        Token("00", 5, 19, 21),
    ]


@pytest.mark.parametrize("written", ["NF-e", "nf-E", "NF–e", "NF·e", "nfe", "NFe"])
def test_a_hyphen_makes_no_difference(written: str) -> None:
    assert "nfe" in {term for term, _ in ANALYZER.terms(written, "pt")}


@pytest.mark.parametrize("typed", ["MV_ESTADO", "mv_estado", "Mv_Estado"])
def test_a_parameter_is_one_term_whatever_its_case(typed: str) -> None:
    assert ANALYZER.terms(typed, "pt")[0] == ("mv_estado", 0)
    assert whole(typed) == "mv_estado"


def test_an_underscore_at_the_end_is_no_part_of_a_word() -> None:
    assert list(ANALYZER.tokens("DT_ título_", "pt")) == [Token("dt", 0, 0, 2), Token("titul", 1, 4, 10)]


def test_words_after_a_compound_keep_their_distance() -> None:
    assert [(token.term, token.position) for token in ANALYZER.tokens("pré-nota fiscal", "pt")] == [
        ("prenota", 0),
        ("pre", 0),
        ("not", 1),
        ("fiscal", 2),
    ]


# -- folding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, folded",
    [
        ("Rejeição", "rejeicao"),
        ("AÇÚCAR", "acucar"),
        ("ñandú", "nandu"),
        ("Rejeic\u0327a\u0303o", "rejeicao"),
        ("ﬁscal", "fiscal"),
        ("1ª via nº 2", "1a via no 2"),
        ("𝗧𝗢𝗧𝗩𝗦", "totvs"),
        ("", ""),
    ],
)
def test_folding_takes_case_accents_and_fancy_letters_away(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
@example("ℌ")
@example("ϓ")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


# -- properties over any text ------------------------------------------------------------------------------------------


@given(free_text, langs)
def test_every_token_points_at_the_word_that_it_came_from(text: str, lang: str) -> None:
    for token in ANALYZER.tokens(text, lang):
        source = text[token.start : token.end]
        assert source
        assert token.term in {ANALYZER.stem(source, lang), whole(source)}


@given(free_text, langs)
def test_the_quick_way_gives_the_same_terms_at_the_same_positions(text: str, lang: str) -> None:
    assert ANALYZER.terms(text, lang) == [(token.term, token.position) for token in ANALYZER.tokens(text, lang)]


@given(free_text, langs)
def test_positions_and_places_never_go_back(text: str, lang: str) -> None:
    tokens = list(ANALYZER.tokens(text, lang))
    assert all(earlier.position <= later.position for earlier, later in pairwise(tokens))
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    positions = {token.position for token in tokens}
    assert positions == set(range(len(positions)))


@given(free_text, langs)
def test_terms_are_short_lower_case_and_hold_no_colon(text: str, lang: str) -> None:
    for term, _ in ANALYZER.terms(text, lang):
        assert len(term) <= MAX_TERM
        assert term == term.lower()
        assert ":" not in term


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzáâãàéêíóôõúüç", min_size=1), langs)
def test_case_makes_no_difference(word: str, lang: str) -> None:
    assert ANALYZER.stem(word.upper(), lang) == ANALYZER.stem(word, lang)


@given(st.text(max_size=20), langs)
def test_a_typed_word_is_looked_up_in_every_language(word: str, lang: str) -> None:
    assert ANALYZER.stem(word, lang) in ANALYZER.stems(word)
    assert len(set(ANALYZER.stems(word))) == len(ANALYZER.stems(word))


def test_data_that_only_looks_like_a_word_is_cut() -> None:
    assert ANALYZER.terms("A" * 5000, "pt") == [("a" * MAX_TERM, 0)]


# -- stop words and languages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["de", "Para", "É", "the", "los", "você"])
def test_words_that_say_little_are_known_in_any_language(word: str) -> None:
    assert ANALYZER.is_stop_word(word)


@pytest.mark.parametrize("word", ["não", "nao", "sem", "nem", "no-", "not", "without", "sin", "nota", "erro"])
def test_words_that_turn_a_meaning_around_are_no_stop_words(word: str) -> None:
    assert not ANALYZER.is_stop_word(word)


@pytest.mark.parametrize(
    "text, lang",
    [
        ("A nota fiscal eletrônica foi rejeitada pela SEFAZ porque o valor do imposto não confere com a base.", "pt"),
        ("La factura electrónica fue rechazada porque el valor del impuesto no coincide con la base de cálculo.", "es"),
        ("The electronic invoice was rejected because the amount of the tax does not match the base of it.", "en"),
    ],
)
def test_the_language_of_a_text_is_told(text: str, lang: str) -> None:
    assert detect_language(text, "??") == lang


@pytest.mark.parametrize("text", ["", "MATA410", "nota fiscal", "one two three four five six seven"])
def test_a_short_text_has_the_language_of_its_source(text: str) -> None:
    assert detect_language(text, "es") == "es"
