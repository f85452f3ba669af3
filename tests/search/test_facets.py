"""A row that cannot be a facet is refused where the rows are put together, by a sentence that says what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.facets import FACETS, TYPED, FacetRow, checked
from tests.recipes.facet import ROW


def told(*rows: FacetRow) -> str:
    """What is said of the shipped rows with further ones."""
    with pytest.raises(ValueError, match=r"^FACETS in search/facets\.py: ") as refused:
        checked([*(row for row in FACETS if row.name != ROW.name), *rows])
    return str(refused.value).removeprefix("FACETS in search/facets.py: ")


def test_a_row_that_is_one_is_found_by_its_name() -> None:
    rows = [*(row for row in FACETS if row.name != ROW.name), ROW]
    assert checked(rows) == {row.name: row for row in rows}


@pytest.mark.parametrize("name", ["q", "find", "title", "text"])
def test_a_name_of_something_else_is_refused(name: str) -> None:
    assert told(replace(ROW, name=name)) == (
        f"{name} is the name of something else (a parameter, an option or a field): choose another"
    )


@pytest.mark.parametrize("name", ["", "Team", "the team", "find_team", "model_team", "2nd", "_team"])
def test_a_name_that_cannot_be_a_parameter_is_refused(name: str) -> None:
    assert told(replace(ROW, name=name)).startswith(f"{name!r} is no name: write lower-case letters, digits and _")


def test_a_second_row_of_one_name_is_refused() -> None:
    assert told(ROW, replace(ROW)) == "2 rows are named team: a facet is one row"


@pytest.mark.parametrize("call, other", [("produto", "product"), *((calls[0], name) for name, calls in TYPED.items())])
def test_what_another_facet_or_field_is_called_is_refused(call: str, other: str) -> None:
    assert told(replace(ROW, called={**ROW.called, "en": ("team", call)})) == (
        f"team is called {call!r} as {other} is: one of them needs another name"
    )


def test_a_language_without_a_name_is_told() -> None:
    assert told(replace(ROW, called={"pt": ("equipe",), "es": ()})) == (
        "team has no name to type in es, en: add it to `called`"
    )


def test_a_name_that_nobody_can_type_is_told() -> None:
    assert told(replace(ROW, called={**ROW.called, "en": ("Team",)})) == (
        "team is called 'Team': write it in lower case, whatever people type"
    )


def test_a_facet_that_is_not_there_is_above_none() -> None:
    assert (
        told(replace(ROW, above="nosuch")) == "team stands below nosuch, which is no facet: `above` names another row"
    )


def test_facets_do_not_stand_above_each_other_in_a_circle() -> None:
    assert told(replace(ROW, above="team")) == "team above team: `above` goes in a circle"
    further = replace(ROW, name="squad", called=dict.fromkeys(ROW.called, ("squad",)), above="team")
    assert told(replace(ROW, above="squad"), further).endswith("`above` goes in a circle")


def test_all_problems_are_told_at_once() -> None:
    assert told(replace(ROW, name="q", above="nosuch")).count("; ") == 1
