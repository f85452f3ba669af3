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
from search.query.parser import parse
from tests.engines import opened
from tests.indexes.directory.test_generations import numbered

ERRORS = [RuntimeError("of no known kind"), MemoryError(), ValueError("of no known kind")]


def fails(replaced: Callable[..., Any], error: BaseException, times: int = 1) -> Callable[..., Any]:
    """The same function, whose first calls throw what nobody expects."""
    calls = iter(range(times))

    def failing(*arguments: Any) -> Any:
        if next(calls, None) is not None:
            raise error
        return replaced(*arguments)

    return failing


def followed(reader: WhooshIndex, writer: WhooshIndex) -> None:
    """While that fails, the open commit answers; afterwards the one that was there all the time."""
    documents = []
    for _ in range(3):
        reader._searchers._looked_at = float("-inf")
        documents.append(reader.status().documents)
    assert documents[-1] == 2
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


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_the_next_commit_is_served_after_an_error_in_the_middle_of_opening_one(
    indexes: tuple[WhooshIndex, WhooshIndex], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(searcher_manager, "Commit", fails(Commit, error))
    followed(*indexes)


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_the_next_commit_is_served_after_an_error_in_the_middle_of_looking_for_one(
    indexes: tuple[WhooshIndex, WhooshIndex], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(Generations, "modified", fails(Generations.modified, error))
    followed(*indexes)


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_the_open_commit_answers_while_a_newer_one_cannot_be_opened_and_that_is_said_once(
    indexes: tuple[WhooshIndex, WhooshIndex],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    reader, writer = indexes
    monkeypatch.setattr(searcher_manager, "Commit", fails(Commit, error, times=10))
    for _ in range(3):
        reader._searchers._looked_at = float("-inf")
        assert (reader.status().documents, reader.search(parse("corpo")).total) == (1, 1)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert (str(error) or repr(error)) in caplog.text
    writer.apply(numbered(3))
    reader._searchers._looked_at = float("-inf")
    assert (reader.status().documents, len(caplog.records)) == (1, 2)


def test_where_nothing_is_open_yet_the_error_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(tmp_path).apply(numbered(1))
    reader = opened(tmp_path)
    monkeypatch.setattr(searcher_manager, "Commit", fails(Commit, MemoryError()))
    with pytest.raises(MemoryError):
        reader.status()
    assert reader.status().documents == 1


def test_an_interrupted_opening_passes_the_interruption_on_and_holds_nothing(
    indexes: tuple[WhooshIndex, WhooshIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, _ = indexes
    monkeypatch.setattr(searcher_manager, "Commit", fails(Commit, KeyboardInterrupt()))
    reader._searchers._looked_at = float("-inf")
    with pytest.raises(KeyboardInterrupt):
        reader.status()
    reader._searchers._looked_at = float("-inf")
    assert reader.status().documents == 2


def test_the_next_commit_is_served_after_an_error_in_the_thread_that_opens_one(
    indexes: tuple[WhooshIndex, WhooshIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, _ = indexes
    monkeypatch.setattr(searcher_manager, "QUICK", 0)
    monkeypatch.setattr(searcher_manager, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(searcher_manager, "Commit", fails(Commit, MemoryError()))
    while reader.status().documents == 1:
        pass
    assert reader.status().documents == 2
