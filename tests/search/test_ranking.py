"""The table of weights: complete, and in proportion."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from search import ranking
from search.model import KINDS

ROOT = Path(__file__).parents[2]


def modules(*folders: str) -> list[Path]:
    """The modules under some folders, from the root."""
    return sorted(path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))


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


def test_the_table_is_one_screen_on_which_every_weight_has_its_reason() -> None:
    text = Path(ranking.__file__).read_text("utf-8")
    assert len(text.splitlines()) <= 110
    body = ast.parse(text).body
    for place, node in enumerate(body):
        if isinstance(node, ast.Assign):
            after = next(other for other in body[place + 1 :] if not isinstance(other, ast.Assign))
            assert isinstance(after, ast.Expr), ast.unparse(node)


@pytest.mark.parametrize("name", [name for name in vars(ranking) if name.isupper()])
def test_every_weight_is_used(name: str) -> None:
    readers = ((ROOT / path).read_text("utf-8") for path in modules("search", "indexes"))
    tree = ast.walk(ast.parse(Path(ranking.__file__).read_text("utf-8")))
    inside = {node.id for node in tree if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    assert name in inside or any(re.search(rf"ranking\.{name}\b", text) for text in readers)


@pytest.mark.parametrize("path", modules("search/query", "search/suggest", "search/curation", "indexes"), ids=str)
def test_no_other_module_weighs_with_numbers_that_have_no_name(path: Path) -> None:
    """A fraction in the middle of a formula is a weight that nobody finds; 0 and 1 weigh nothing."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    named = {id(number) for node in tree.body if isinstance(node, ast.Assign) for number in ast.walk(node)}
    numbers = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float))
    assert [number.value for number in numbers if id(number) not in named and number.value not in (0.0, 1.0)] == []
