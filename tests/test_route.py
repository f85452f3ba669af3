"""The way of a search through the folders: short, and never back."""

from __future__ import annotations

import pytest

from benchmarks import route

MOST, MOST_OF_A_PAGE = 22, 25
"""Modules that a search enters: each further one is a stop on the way that somebody has to read."""


@pytest.mark.parametrize(("options", "most"), [([], MOST), (["--page"], MOST_OF_A_PAGE)])
def test_a_search_enters_few_modules(capsys: pytest.CaptureFixture[str], options: list[str], most: int) -> None:
    assert route.main(["rejeição 528", *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["1", "search.service"]
    assert len(lines) <= most, "\n".join(lines)


@pytest.mark.parametrize("text", ["rejeição 528", "lei 14133", "nota fiscal OR nfe pe", "mata 410 versao:12.1.33"])
@pytest.mark.parametrize("page", [False, True])
def test_a_text_is_read_once_whatever_it_turns_out_to_mean(text: str, *, page: bool) -> None:
    assert route.route(text, page=page)["search.query.parser"] == 1
