"""What every index promises about its position: the last change that it holds, and harmless to reach twice."""

from __future__ import annotations

import pytest

from search.errors import IndexUnavailable
from tests.documents import document
from tests.engines import Library


def test_an_empty_index_holds_nothing(library: Library) -> None:
    assert library.index.position() == 0
    with pytest.raises(IndexUnavailable, match="nothing has been indexed"):
        library.ask("boleto")


def test_the_position_is_the_last_change(library: Library) -> None:
    assert library.put(document("1"), document("2")) == 2
    assert library.put("tdn:1") == 3
    assert library.index.position() == 3
    assert (library.index.status().position, library.index.status().documents) == (3, 1)


def test_applying_twice_is_harmless(library: Library) -> None:
    changes = library.changes(document("1"), document("2"), "tdn:1")
    for _ in range(2):
        library.index.apply(changes[1:])
        library.index.close()
    assert (library.keys(), library.index.position()) == (["2"], 3)
