"""The table of weights: complete, and in proportion."""

from __future__ import annotations

from search import ranking
from search.model import KINDS


def test_every_field_has_a_weight_and_a_length_norm() -> None:
    assert ranking.LENGTH_NORM.keys() == ranking.FIELDS.keys() | ranking.CODE_FIELDS.keys()
    assert all(0 <= norm <= 1 for norm in ranking.LENGTH_NORM.values())
    assert all(weight > 0 for weight in (ranking.FIELDS | ranking.CODE_FIELDS).values())


def test_every_kind_of_document_ages() -> None:
    assert ranking.HALF_LIFE_DAYS.keys() == set(KINDS)
    assert min(ranking.HALF_LIFE_DAYS.values()) > 0


def test_all_signals_together_weigh_less_than_a_title_over_a_body() -> None:
    signals = (1 + ranking.FRESHNESS_WEIGHT) * (1 + ranking.POPULARITY_WEIGHT) * ranking.LANG_BOOST
    assert signals < (ranking.FIELDS["title"] + ranking.TITLE) / ranking.FIELDS["headings"]
