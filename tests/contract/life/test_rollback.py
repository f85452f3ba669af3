"""What every index promises about going back: the generation before is served again, where one is kept."""

from __future__ import annotations

import pytest

from search.errors import IndexUnavailable
from tests.documents import document
from tests.engines import Library


def test_the_generation_before_answers_again_with_its_position(library: Library) -> None:
    library.put(document("old"))
    before = library.index.status()
    library.index.rebuild(library.changes(document("new"), document("newer")))
    library.index.close()
    assert set(library.keys()) == {"new", "newer"}
    assert library.index.roll_back() == before.generation
    library.index.close()
    assert (library.keys(), library.index.position(), library.index.status()) == (["old"], before.position, before)


def test_where_no_other_generation_is_kept_there_is_no_way_back(library: Library) -> None:
    library.put(document("1"))
    with pytest.raises(IndexUnavailable, match="none to go back to"):
        library.index.roll_back()
    assert library.keys() == ["1"]
