"""What goes wrong while the open searcher is followed up: the next look goes on as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from indexes.directory.generations import Generations
from indexes.retrieval import searcher_manager
from indexes.segment.commit import Commit
from indexes.whoosh_index import WhooshIndex
from tests.engines import opened
from tests.indexes.directory.test_generations import numbered


def fails_once(replaced: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, whose first call throws what nobody expects."""
    calls = iter([True])

    def failing(*arguments: Any) -> Any:
        if next(calls, False):
            raise RuntimeError("of no known kind")
        return replaced(*arguments)

    return failing


def followed(reader: WhooshIndex, writer: WhooshIndex) -> None:
    """One question throws; the one after it is answered from the commit that was there all the time."""
    reader._searchers._looked_at = float("-inf")
    with pytest.raises(RuntimeError, match="of no known kind"):
        reader.status()
    reader._searchers._looked_at = float("-inf")
    assert reader.status().documents == 2
    writer.apply(numbered(3))
    reader._searchers._looked_at = float("-inf")
    assert reader.status().documents == 3


@pytest.fixture
def indexes(tmp_path: Path) -> tuple[WhooshIndex, WhooshIndex]:
    """A reader that has one document open, and a writer that has committed another one."""
    reader, writer = opened(tmp_path), opened(tmp_path)
    writer.apply(numbered(1))
    assert reader.status().documents == 1
    writer.apply(numbered(2))
    return reader, writer


def test_the_next_commit_is_served_after_an_error_in_the_middle_of_opening_one(
    indexes: tuple[WhooshIndex, WhooshIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searcher_manager, "Commit", fails_once(Commit))
    followed(*indexes)


def test_the_next_commit_is_served_after_an_error_in_the_middle_of_looking_for_one(
    indexes: tuple[WhooshIndex, WhooshIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Generations, "modified", fails_once(Generations.modified))
    followed(*indexes)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_next_commit_is_served_after_an_error_in_the_thread_that_opens_one(
    indexes: tuple[WhooshIndex, WhooshIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, _ = indexes
    monkeypatch.setattr(searcher_manager, "QUICK", 0)
    monkeypatch.setattr(searcher_manager, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(searcher_manager, "Commit", fails_once(Commit))
    while reader.status().documents == 1:
        pass
    assert reader.status().documents == 2
