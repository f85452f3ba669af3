"""Forms get numbers: the same as str.split and a dictionary would give."""

from __future__ import annotations

import sys
from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexes import forms
from indexes.forms import Forms

BLANKS = "".join(chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace())
words = st.text(max_size=12) | st.sampled_from(["nota", "Nota", "nota,", "ção", "𝔘", "\ud800", "x" * 5_000])
texts = st.lists(st.tuples(words, st.sampled_from(BLANKS)).map("".join), max_size=40).map("".join)


def numbered() -> tuple[Forms, dict[str, int]]:
    """Forms, and the dictionary of what they had numbered."""
    seen: dict[str, int] = {}
    numbers = count()

    def number(form: str) -> int:
        assert form not in seen
        return seen.setdefault(form, next(numbers))

    return Forms(number), seen


@given(st.lists(texts, max_size=5))
@example([BLANKS, "a" + "b".join(BLANKS)])
@example(["", "a", " a"])
def test_forms_are_what_stands_between_blanks(several: list[str]) -> None:
    table, seen = numbered()
    for text in several:
        found, starts = table.split(text)
        assert [seen.get(form) for form in text.split()] == found.tolist()
        assert [text[start:].split()[0] for start in starts.tolist()] == text.split()


@pytest.mark.parametrize("length", [1, 9, 3_000])
def test_there_is_room_for_any_number_of_forms(length: int) -> None:
    table, seen = numbered()
    words = [f"{number:0{length}}" for number in range(10 if length > 1 else 1, forms.SLOTS)]
    for _ in range(2):
        found, _ = table.split(" ".join(words))
        assert found.tolist() == [seen[word] for word in words]
    assert len(seen) == len(words) == len(set(found.tolist()))
