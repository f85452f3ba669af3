"""A commit that comes while another is opened: one or the other is served, whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from whoosh.filedb.filestore import FileStorage

from indexes.retrieval import searcher_manager
from indexes.segment.commit import Commit
from search.model import Change
from tests.documents import document
from tests.engines import opened

MANY = 300


def numbered(first: int, count: int = MANY, word: str = "corpo") -> list[Change]:
    """The same documents under new numbers, with another word in their bodies."""
    return [
        Change(number=first + key, id=f"tdn:{key}", document=document(str(key), body=f"corpo do documento {word}{key}"))
        for key in range(count)
    ]


def test_who_opens_a_commit_while_the_next_is_written_still_finds_its_position(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, reader = opened(tmp_path), opened(tmp_path)
    writer.apply(numbered(1, count=1))
    opened_of = searcher_manager.Commit

    def overtaken(*arguments: Any) -> Commit:
        """The commit, and another one right after its files were opened."""
        monkeypatch.setattr(searcher_manager, "Commit", opened_of)
        held = opened_of(*arguments)
        writer.apply(numbered(2, count=2))
        return held

    monkeypatch.setattr(searcher_manager, "Commit", overtaken)
    before = reader.status()
    reader._searchers._looked_at = float("-inf")
    after = reader.status()
    assert (before.position, before.documents) in {(1, 1), (3, 2)}, "one commit or the other, whole"
    assert (after.position, after.documents) == (3, 2)
    for index in (writer, reader):
        index.close()


def test_who_opens_a_commit_that_is_replaced_at_that_moment_gets_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, reader = opened(tmp_path), opened(tmp_path)
    writer.apply(numbered(1, count=1))
    open_file = FileStorage.open_file

    def overtaken(storage: FileStorage, name: str, *arguments: object, **options: object) -> object:
        """Whoosh's way to open a file, and a commit right before, which removes that file."""
        monkeypatch.setattr(FileStorage, "open_file", open_file)
        writer.apply(numbered(2, count=2))
        assert not storage.file_exists(name)
        return open_file(storage, name, *arguments, **options)

    monkeypatch.setattr(FileStorage, "open_file", overtaken)
    assert (reader.status().position, reader.status().documents) == (3, 2)
    for index in (writer, reader):
        index.close()
