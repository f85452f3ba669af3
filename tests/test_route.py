"""The way of a search through the folders: short, and never back."""

from __future__ import annotations

import pytest

from benchmarks import route

WAYS = {
    "rejeição 528": (22, 25),
    "boleto": (22, 26),
    "emissão boleto": (22, 26),
    "MATA410": (23, 26),
    "mata 410": (25, 29),
    "lei 14133": (25, 29),
}
"""Text → modules that a search for it enters at most, and as the page asks: each is a stop that somebody reads."""


@pytest.mark.parametrize("text", WAYS)
@pytest.mark.parametrize("page", [False, True])
def test_a_search_enters_few_modules(capsys: pytest.CaptureFixture[str], text: str, *, page: bool) -> None:
    assert route.main([text, *["--page"] * page]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["1", "search.service"]
    assert len(lines) <= WAYS[text][page], "\n".join(lines)


@pytest.mark.parametrize("text", ["rejeição 528", "lei 14133", "nota fiscal OR nfe pe", "mata 410 versao:12.1.33"])
@pytest.mark.parametrize("page", [False, True])
def test_a_text_is_read_once_whatever_it_turns_out_to_mean(text: str, *, page: bool) -> None:
    assert route.route(text, page=page)["search.query.parser"] == 1
