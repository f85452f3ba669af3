"""Which documents an operator puts first, or leaves out."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from search.analysis.analyzer import packaged
from search.curation.entries import Pin
from search.curation.pins import Steering, leading, raised, steering
from search.model import Query

DAY = date(2026, 3, 1)
PINS = [
    Pin.model_validate(
        {"queries": ("nota fiscal",), "pin": ("kb:1",), "owner": "a", "reason": "b", "from": start, "until": end}
        | options
    )
    for start, end, options in (
        (date(2026, 1, 1), date(2026, 2, 1), {"pin": ("kb:ended",)}),
        (DAY, DAY, {"block": ("kb:2",)}),
        (DAY, None, {"pin": ("kb:later",)}),
    )
]


def test_the_first_entry_that_holds_on_the_day_counts_in_any_order_of_its_words() -> None:
    assert steering(PINS, "Fiscal, NOTA", DAY, packaged()) == Steering(("kb:1",), ("kb:2",))
    assert steering(PINS, "nota fiscal", date(2026, 1, 1), packaged()).pinned == ("kb:ended",)
    assert steering(PINS, "nota fiscal", date(2026, 3, 2), packaged()).pinned == ("kb:later",)


def test_other_words_and_other_days_steer_nothing() -> None:
    assert steering(PINS, "nota", DAY, packaged()) == Steering()
    assert steering(PINS, "nota fiscal", date(2025, 1, 1), packaged()) == Steering()


def test_the_first_pinned_is_raised_most_and_dates_know_no_pin() -> None:
    query = Query(pinned=("kb:1", "kb:2"))
    assert leading(query) == ("kb:1", "kb:2")
    assert leading(Query(pinned=("kb:1",), sort="newest")) == ()
    assert all(first > second > 0 for first, second in pairwise(raised(place, 3) for place in range(3)))
