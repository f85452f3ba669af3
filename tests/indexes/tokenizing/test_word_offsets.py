"""Landmarks count the words that begin before each of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexes.tokenizing.word_offsets import word_offsets
from search.highlighting.snippets import PART, SPAN

bodies = st.lists(st.text("ab _é-𝔘\ud800. ", max_size=9), min_size=400, max_size=700).map("".join)


@given(bodies)
def test_landmarks_are_what_a_search_for_words_counts(body: str) -> None:
    begins = [word.start() for word in PART.finditer(body)]
    expected = [sum(begin < end for begin in begins) for end in range(SPAN, len(body), SPAN)]
    assert word_offsets(body) == expected
