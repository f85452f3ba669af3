"""What is remembered of a clause is remembered whole: threads that ask at the same time are told the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from search.query.parser import parse
from tests.documents import document
from tests.indexes.scoring.test_scorer import filled


class Overtaken(tuple[tuple[str, ...], ...]):  # noqa: SLOT001  each is overtaken by something else
    """A phrase's words; whoever begins to read them is overtaken by what `overtake` does."""

    overtake: Callable[[], None] = staticmethod(lambda: None)

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        self.overtake()
        return super().__iter__()


def test_a_phrase_that_two_threads_look_up_at_once_stands_where_it_stands_for_both(tmp_path: Path) -> None:
    index = filled(tmp_path, [[document("1", body="nota fiscal")]])
    lookup = index._searchers.current().scorer.lookup
    [clause] = parse('"nota fiscal"').clauses
    overtaken, told = Overtaken(clause.terms), []
    overtaken.overtake = lambda: told.extend(field for field, _ in lookup.standing(clause))
    assert [field for field, _ in lookup.standing(replace(clause, terms=overtaken))] == told == ["body"]
    index.close()
