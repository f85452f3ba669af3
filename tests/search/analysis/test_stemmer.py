"""The forms of a word meet, and different words do not: tables of `word_families.txt`, and properties."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import fold, packaged
from search.model import LANGS

ANALYZER = packaged()

LINES = [line.split() for line in (Path(__file__).parent / "word_families.txt").read_text("utf-8").splitlines()]
FAMILIES = [(line[0], line[2:]) for line in LINES if line[1:2] == ["="]]
STRANGERS = [(line[0], line[2:]) for line in LINES if line[1:2] == ["!"]]
words = st.text("abcdefghilmnopqrstuvxzáâãàéêíóôõúüçñ", min_size=1, max_size=20)
langs = st.sampled_from(LANGS)


@pytest.mark.parametrize("lang", LANGS)
def test_the_forms_of_a_word_meet_each_other_typed_or_written(lang: str) -> None:
    families = [family for of, family in FAMILIES if of == lang]
    apart = [family for family in families if len({ANALYZER.stem(word, lang) for word in family}) != 1]
    pairs = ((typed, written) for family in families for typed in family for written in family)
    lost = [pair for pair in pairs if ANALYZER.stem(pair[1], lang) not in ANALYZER.stems(pair[0])]
    assert (apart, lost) == ([], [])


@pytest.mark.parametrize("lang", LANGS)
def test_different_words_stay_apart(lang: str) -> None:
    strangers = [words for of, words in STRANGERS if of == lang]
    assert [words for words in strangers if len({ANALYZER.stem(word, lang) for word in words}) < len(words)] == []


def test_the_tables_are_as_long_as_they_were_meant_to_be() -> None:
    pairs = {lang: sum(len(family) - 1 for of, family in FAMILIES if of == lang) for lang in LANGS}
    assert pairs["pt"] >= 120 and pairs["es"] >= 40 and pairs["en"] >= 40
    assert len(STRANGERS) >= 60


@given(words, langs)
def test_accents_and_case_make_no_difference(word: str, lang: str) -> None:
    assert ANALYZER.stem(word, lang) == ANALYZER.stem(fold(word), lang) == ANALYZER.stem(word.upper(), lang)


@pytest.mark.parametrize("name", ["MsExecAuto", "OneDrive", "eSocial"])
def test_a_name_with_a_capital_inside_is_not_stemmed_and_found_in_lower_case(name: str) -> None:
    assert {ANALYZER.stem(name, lang) for lang in LANGS} == {name.lower()}
    assert name.lower() in ANALYZER.stems(name.lower())


@pytest.mark.parametrize("typed, other", [("ponte", "ponto"), ("conto", "conta"), ("carta", "cartão")])
def test_no_other_language_joins_what_the_words_own_keeps_apart(typed: str, other: str) -> None:
    assert ANALYZER.stem(other, "pt") not in ANALYZER.stems(typed)


@pytest.mark.parametrize(
    "typed, word",
    [
        *[("geraç", "geração"), ("faturament", "faturamento"), ("emitind", "emitindo"), ("invoicin", "invoice")],
        *[("emiss", "emissão"), ("transmiss", "transmissão"), ("devoluç", "devolução"), ("retenç", "retenção")],
        *[("feit", "feitos"), ("impress", "impressão"), ("troux", "trouxeram")],
    ],
)
def test_a_prefix_that_ends_within_an_ending_finds_the_stem(typed: str, word: str) -> None:
    assert ANALYZER.stem(word, "en" if word == "invoice" else "pt") in ANALYZER.beginnings(typed)
