"""No cut goes through what a reader takes for one character."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.graphemes import boundary

WHOLE = [
    "a",
    "e\u0301",
    "ç",
    "❤\ufe0f",
    "\U0001f44d\U0001f3fd",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e7\U0001f1f7",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "\u1112\u1161\u11ab",
    "한",
    "की",
    " ",
    "\r\n",
    "1\ufe0f\u20e3",
    "ก\u0e33",
]
LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Mn", "Mc", "So", "Cf", "Zs", "Nd"))
HALVES = st.sampled_from("\u200d\u0301\u1100\u1161\u11a8\U0001f1e7\U0001f1f7\U0001f3fd\U0001f468\u0600\r\n a")


@given(st.text(LETTERS | HALVES, min_size=1, max_size=30), st.data())
def test_a_cut_falls_where_the_whole_text_divides(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    edges = [0, *(cluster.end() for cluster in regex.finditer(r"\X", text))]
    assert boundary(text, at) == max(edge for edge in edges if edge <= at)


@given(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=12), st.data())
def test_every_cut_falls_between_characters(characters: list[str], data: st.DataObject) -> None:
    text = "".join(characters)
    edges = {len("".join(characters[:count])) for count in range(len(characters) + 1)}
    at = data.draw(st.integers(0, len(text)))
    assert boundary(text, at) == max(edge for edge in edges if edge <= at)


@given(st.text(), st.integers(0, 50))
def test_a_cut_never_moves_forward(text: str, at: int) -> None:
    assert 0 <= boundary(text, at) <= at


@pytest.mark.parametrize("text", ["\u0301" * 5, "\u200d\u200d", ""])
def test_a_text_of_marks_alone_is_one_character(text: str) -> None:
    assert boundary(text, len(text) - 1 if text else 0) == 0
