"""Documents that stand first for a query, or are left out of its results, because an operator says so.

"nota fiscal"  ──steering, by day──▶  pinned ("kb:7", "tdn:1")  blocked ("kb:9",)
                                          └──raised──▶ above every score, the first one most
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from search import ranking
from search.analysis.analyzer import Analyzer
from search.curation.entries import Pin, query_key
from search.model import Query


class Steering(NamedTuple):
    """The ids that stand first, in their order, and those that are left out."""

    pinned: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()


def steering(pins: Iterable[Pin], text: str, day: date, analyzer: Analyzer) -> Steering:
    """What the first entry says that holds on a day for a typed text, whatever the order of its words."""
    key = query_key(text, analyzer)
    for pin in pins:
        if pin.holds(day) and any(query_key(query, analyzer) == key for query in pin.queries):
            return Steering(pin.pin, pin.block)
    return Steering()


def leading(query: Query) -> tuple[str, ...]:
    """The ids that stand first in the order that a query asks for: none in one by dates."""
    return query.pinned if query.sort == "relevance" else ()


def raised(place: int, of: int) -> float:
    """What is added to the score of the pinned document at a place, from 0 on, of so many that there are."""
    return ranking.PINNED * (of - place)
