"""Sorted terms: what goes in comes out, and several lists become one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexes.segment.term_dictionary import Terms, union

lists = st.sets(st.text("abç𝔘", max_size=4).map(str.encode)).map(sorted)


@given(lists)
def test_terms_are_those_that_went_in(terms: list[bytes]) -> None:
    made = Terms.of(terms)
    assert list(made) == [made[place] for place in range(len(made))] == terms


@given(st.lists(lists, min_size=1, max_size=6))
def test_a_union_is_sorted_and_knows_where_each_term_went(several: list[list[bytes]]) -> None:
    made, places = union([Terms.of(terms) for terms in several])
    assert list(made) == sorted(set().union(*several))
    assert [[made[place] for place in row.tolist()] for row in places] == several
