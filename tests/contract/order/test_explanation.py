"""What every index promises about explanations: they add up to the score."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search import ranking
from search.model import Viewer
from search.query.parser import parse
from tests.documents import document
from tests.engines import Library


def test_release_and_pin_stand_in_the_explanation_and_add_up(sheets: Library) -> None:
    viewer = Viewer(releases=("12.1.2310",))
    query = replace(parse("nota fiscal", viewer=viewer), explain=True, pinned=("tdn:b",))
    pinned, *others = sheets.index.search(query).hits
    for hit in (pinned, *others):
        assert hit.explanation is not None
        assert hit.explanation.value == pytest.approx(hit.score, rel=1e-4)
    assert pinned.explanation is not None
    score, raised = pinned.explanation.parts
    assert (pinned.document.key, raised.name) == ("b", "raised")
    assert {part.name: part.value for part in score.parts}["release"] == ranking.RELEASE_APPLIES


def test_an_explanation_adds_up_behind_a_large_family(library: Library) -> None:
    library.put(*(document(f"n{number}", body="nota fiscal " * (number % 7 + 1), group="g") for number in range(150)))
    library.put(
        *(document(f"p{number}", title=f"Pedido {number}", body="nota " * 30 + "fiscal") for number in range(9))
    )
    results = library.ask("nota fiscal", grouped=True, explain=True, per_page=50)
    assert results.total == 10
    for hit in results.hits:
        assert hit.explanation is not None
        assert abs(hit.explanation.value - hit.score) <= 1e-4 * hit.score
