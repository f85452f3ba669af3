"""Texts are divided as the analysis divides them, and words get numbers as a dictionary would give."""

from __future__ import annotations

import sys
from itertools import count

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexes.tokenizing import character_classes, tokenizer
from indexes.tokenizing.tokenizer import LANG, LENGTH, Divided, Divider, Numbers, Texts
from search.analysis.analyzer import CAPITAL_INSIDE, WORD, fold
from search.identifiers.recognizer import CODE_SIGN

BLANKS = "".join(chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace())
pieces = st.text(max_size=12) | st.text("aB_.-1 SIGA", max_size=12)
named = st.sampled_from(
    ["NF-e,", "xSIGAFAT", "SIG", "SIGA", "a_", "_a", "ΟΔΟΣ", "İx", "aB-Cd", "\ud800", "𝔘n", "x" * 5_000]
)
texts = st.lists(st.tuples(pieces | named, st.sampled_from(BLANKS)).map("".join), max_size=20).map("".join)


def joined(several: list[str], langs: list[int] | None = None, follows: list[bool] | None = None) -> Texts:
    text = "\n".join(several).encode("utf-32-le", "surrogatepass")
    ends = np.cumsum([len(part) + 1 for part in several], dtype=np.int64) - 1
    languages = np.array(langs or [0] * len(several), dtype=np.uint32)
    return Texts(np.frombuffer(text, dtype=np.uint32), ends, languages, np.array(follows or [False] * len(several)))


def string(codes: np.ndarray) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def words_of(division: Divided) -> list[str]:
    lengths = (division.words & LENGTH).tolist()
    return [string(division.keys[at : at + size]) for at, size in zip(division.begins.tolist(), lengths, strict=True)]


@settings(deadline=None)
@given(st.lists(texts, min_size=1, max_size=5))
@example([BLANKS, "a" + "b".join(BLANKS)])
@example(["", "a", " a"])
def test_texts_are_divided_as_the_analysis_divides_them(several: list[str]) -> None:
    given = joined(several)
    division = Divider().divide(given)
    expected = [WORD.findall(text) for text in several]
    words = words_of(division)
    assert list(map(fold, words)) == [fold(word) for text in expected for word in text]
    for word, written in zip(words, (word for text in expected for word in text), strict=True):
        assert word == written if CAPITAL_INSIDE.search(written) else not CAPITAL_INSIDE.search(word)
    assert division.ends[:, 0].tolist() == np.cumsum([len(text) for text in expected]).tolist()
    assert division.ends[:, 1].tolist() == np.cumsum([len(text.split()) for text in several]).tolist()
    whole = "\n".join(several)
    assert [whole[start:].split()[0] for start in division.forms.tolist()] == whole.split()
    ranges = zip(division.coded.tolist(), division.lengths.tolist(), strict=True)
    assert [whole[start : start + size] for start, size in ranges] == list(filter(CODE_SIGN.search, whole.split()))


def test_a_text_that_follows_another_begins_with_an_empty_word() -> None:
    division = Divider().divide(joined(["a b", "", "c"], [0, 0, 1], [False, True, True]))
    assert words_of(division) == ["a", "b", "", "", "c"]
    assert division.ends[:, 0].tolist() == [2, 3, 5]
    assert (division.words >> LANG).tolist() == [0, 0, 0, 0, 1]


def test_a_divider_has_room_for_what_is_longer_than_before() -> None:
    divider = Divider()
    for size in (1, 50, 3):
        assert words_of(divider.divide(joined(["a"] * size))) == ["a"] * size


def test_beyond_the_last_one_there_is_no_letter_blank_or_capital() -> None:
    rest = [chr(code) for code in range(character_classes.NO_LETTERS, sys.maxunicode + 1)]
    assert not any(character.isalnum() or character.isspace() for character in rest)
    assert all(chr(code).lower() == chr(code) for code in range(character_classes.CASELESS, sys.maxunicode + 1))


def numbered() -> tuple[Numbers, dict[tuple[int, str], int]]:
    """Numbers, and the dictionary of what they had numbered."""
    seen: dict[tuple[int, str], int] = {}
    numbers = count(1)

    def number(lang: int, word: str) -> int:
        assert (lang, word) not in seen
        return seen.setdefault((lang, word), next(numbers))

    return Numbers(number), seen


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), texts), min_size=1, max_size=5))
def test_a_word_has_a_number_in_each_language(several: list[tuple[int, str]]) -> None:
    table, seen = numbered()
    for _ in range(2):
        given = joined([text for _, text in several], [lang for lang, _ in several])
        division = Divider().divide(given)
        keys = zip((division.words >> LANG).tolist(), words_of(division), strict=True)
        assert table.of(division.keys, division.begins, division.words).tolist() == [seen[key] for key in keys]


@pytest.mark.parametrize("length", [1, 9, 3_000])
def test_there_is_room_for_any_number_of_words(length: int) -> None:
    table, seen = numbered()
    words = [f"{number:0{length}}" for number in range(10 if length > 1 else 1, tokenizer.SLOTS)]
    for _ in range(2):
        division = Divider().divide(joined([" ".join(words)]))
        numbers = table.of(division.keys, division.begins, division.words)
        assert numbers.tolist() == [seen[0, word] for word in words]
    assert len(seen) == len(words) == len(set(numbers.tolist()))
