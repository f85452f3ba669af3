"""Places that are shared: nobody is lost, nothing clearly worse is put before what is better."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from search.diversity import order
from search.ranking import COMPARABLE, CONSIDERED, FIRST_PLACES

ranked = st.lists(st.tuples(st.integers(0, 3), st.floats(0.125, 10, width=32)), max_size=CONSIDERED).map(
    lambda rows: sorted(rows, key=lambda row: -row[1])
)


@given(ranked)
def test_places_are_shared_without_loss(rows: list[tuple[int, float]]) -> None:
    sources, scores = [row[0] for row in rows], [row[1] for row in rows]
    made = order(sources, scores)
    assert sorted(made) == list(range(len(rows)))
    assert made[:1] == [0][: len(rows)]
    before, after = set(sources[:FIRST_PLACES]), {sources[place] for place in made[:FIRST_PLACES]}
    assert before <= after
    for one, other in combinations(made, 2):
        assert one < other or scores[one] >= COMPARABLE * scores[other]
        assert sources[one] != sources[other] or one < other
    for source in set(sources) - after:
        best = max(score for held, score in rows if held == source)
        assert best < COMPARABLE * scores[made[FIRST_PLACES - 1]]
