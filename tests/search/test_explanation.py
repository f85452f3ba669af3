"""How a score is told: parts that add up, and the lane that they give away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from search import ranking
from search.explanation import Scored, explained, lane
from search.model import Clause, Explanation, Occur

WORD = Clause(kind="word", occur="must", text="nota", terms=(("not",),))


def scored(*fields: tuple[Clause, Mapping[str, float]], raised: float = 0.0) -> Scored:
    return Scored(
        fields=fields, optional=False, bonus={"title": 2.0}, signals={"freshness": 1.5, "language": 2.0}, raised=raised
    )


def test_a_score_is_the_words_and_the_second_look_times_the_signals() -> None:
    told = explained(scored((WORD, {"title": 1.0, "body": 2.0})))
    assert told.value == pytest.approx((1 + 2 + 2) * 1.5 * 2)
    assert [part.name for part in told.parts] == ["text", "freshness", "language"]


@pytest.mark.parametrize(("occur", "optional"), [("should", False), ("must", True)])
def test_words_that_may_be_missing_keep_their_share(occur: Occur, optional: bool) -> None:
    held, lacking = replace(WORD, occur=occur), replace(WORD, occur=occur, text="boleto")
    told = explained(replace(scored((held, {"body": 3.0}), (lacking, {})), optional=optional, bonus={}, signals={}))
    assert told.value == pytest.approx(3 * ranking.coverage(1, 2))


def test_what_is_pinned_says_so_on_top() -> None:
    told = explained(scored((WORD, {"body": 1.0}), raised=ranking.PINNED))
    assert (told.name, [part.name for part in told.parts]) == ("pinned", ["score", "raised"])
    assert told.value == pytest.approx(told.parts[0].value + ranking.PINNED)


@pytest.mark.parametrize(
    ("fields", "missing", "expected"),
    [
        ({"title_codes": 1.0, "codes": 1.0}, (), "code in title"),
        ({"named_codes": 1.0}, ("x",), "code in title"),
        ({"codes": 1.0}, (), "code"),
        ({"body": 1.0}, (), "all words"),
        ({"body": 1.0}, ("x",), "some words"),
    ],
)
def test_the_lane_is_the_strongest_that_holds(
    fields: Mapping[str, float], missing: tuple[str, ...], expected: str
) -> None:
    code = replace(WORD, kind="code", text="MATA410")
    told: Explanation = explained(scored((WORD, {"title": 1.0}), (code, fields), raised=1.0))
    assert lane(told, missing) == expected
    assert lane(None, missing) == ""
