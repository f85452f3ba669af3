"""Versions are ordered values, however they are spelled."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.identifiers.versions import applies_from, canonical, order, within
from search.model import Span
from tests.documents import document


@pytest.mark.parametrize(
    "typed, version",
    [
        *(
            (spelling, "12.1.33")
            for spelling in ("12.1.33", "12.1.033", "P12.1.33", "p12.1.033", "release 33", "33", "12_1_33")
        ),
        *(
            (spelling, "12.1.2310")
            for spelling in ("12.1.2310", "2310", "release 2310", "versão 12.1.2310", "protheus 2310")
        ),
        ("11.80", "11.80"),
        ("12", "12"),
        ("12.1", "12.1"),
        ("24.3.0.5", "24.3.0.5"),
    ],
)
def test_every_spelling_is_one_version(typed: str, version: str) -> None:
    assert canonical(typed) == version


@pytest.mark.parametrize("typed", ["", "abc", "12.1.x", "-", "1.2.3.4.5", "12..1", "9" * 40, "12.1.33 extra"])
def test_what_is_none_is_none(typed: str) -> None:
    assert canonical(typed) is None


def test_releases_stand_in_the_order_in_which_they_came() -> None:
    releases = ["11.80", "12.1.7", "12.1.27", "12.1.33", "12.1.2210", "12.1.2310", "12.1.2410"]
    assert all(order(older) < order(newer) for older, newer in pairwise(releases))


@pytest.mark.parametrize(
    "span, inside, outside",
    [
        (Span(low="12.1.2310"), ["12.1.2310", "12.1.2410"], ["12.1.33", "12.1.2210"]),
        (Span(low="12.1.2310", above=True), ["12.1.2410"], ["12.1.2310", "12.1.33"]),
        (Span(high="12.1.33"), ["12.1.33", "12.1.27", "11.80"], ["12.1.2210"]),
        (Span(high="12.1.33", below=True), ["12.1.27"], ["12.1.33"]),
        (Span(low="12.1.33", high="12.1.2310"), ["12.1.33", "12.1.2210", "12.1.2310"], ["12.1.27", "12.1.2410"]),
        (Span(low="12.1", high="12.1"), ["12.1.7", "12.1.2410"], ["11.80", "12.2.1"]),
        (Span(low="2022", high="2024"), ["2022", "2024"], ["2021", "2025", "nenhum"]),
    ],
)
def test_a_span_holds_what_lies_between(span: Span, inside: list[str], outside: list[str]) -> None:
    assert [version for version in inside if not within(span, version)] == []
    assert [version for version in outside if within(span, version)] == []


@pytest.mark.parametrize(
    "fields, release",
    [
        ({"versions": ("12.1.2310", "12.1.33")}, "12.1.33"),
        ({"title": "Novidades do release 12.1.2210"}, "12.1.2210"),
        ({"body": "Disponível a partir da versão 12.1.2210 do Protheus.", "versions": ("12.1.33",)}, "12.1.2210"),
        ({"body": "Disponible a partir de la versión 12.1.2310."}, "12.1.2310"),
        ({"body": "Available from release 2310."}, "12.1.2310"),
        ({"body": "A partir da versão 11.80 do TSS."}, ""),
        ({"versions": ("2.0",)}, ""),
        ({}, ""),
        ({"kind": "package", "versions": ("12.1.2310",)}, ""),
    ],
)
def test_a_document_applies_from_the_release_that_it_names(fields: dict[str, object], release: str) -> None:
    assert applies_from(document(**fields)) == release


@given(st.text(max_size=60))
def test_any_text_is_a_version_or_none(text: str) -> None:
    version = canonical(text)
    assert version is None or canonical(version) == version
