"""The rules of correcting: which words are looked at, and how a text is put together again."""

from __future__ import annotations

import pytest

from search.analysis.analyzer import packaged
from search.query.parser import parse
from search.suggest.spelling import asked_words, replaced

ANALYZER = packaged()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nota fsical", ["nota", "fsical"]),
        ("a de não nfe", []),
        ("-fsical fsic* 12345", []),
        ('"nota fsical" boleto', ["nota", "fsical", "boleto"]),
        ("mata 41 boleto", ["boleto"]),
        ("MATA411 mata41o erro", ["MATA411", "mata41o", "erro"]),
    ],
)
def test_words_that_may_be_misspelt(text: str, words: list[str]) -> None:
    assert [clause.text for clause in asked_words(parse(text), ANALYZER)] == words


def test_whole_words_are_replaced_and_nothing_else() -> None:
    assert replaced("not nota (not) -not", [("not", r"\1")]) == r"\1 nota (\1) -\1"
