"""Threads ask without a pause while the index is rebuilt and updated: no error, never a half-built answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from whoosh.filedb.filestore import FileStorage

from indexes import whoosh_index
from indexes.directory.generations import Generations
from indexes.segment.commit import Commit
from search.model import ANYONE, Change, Results
from search.query.parser import parse
from tests.documents import document
from tests.engines import opened

MANY = 300
LIMIT_S = 60.0
WORDS = ("corpo", '"corpo do documento"', "corp* -ausente", "")


def numbered(first: int, count: int = MANY, word: str = "corpo") -> list[Change]:
    """The same documents under new numbers, with another word in their bodies."""
    return [
        Change(number=first + key, id=f"tdn:{key}", document=document(str(key), body=f"corpo do documento {word}{key}"))
        for key in range(count)
    ]


@dataclass(slots=True)
class Asked:
    """What each thread was told, in order, and what the reader said once all had ended."""

    threads: list[list[Results]] = field(default_factory=list)
    last: list[Results] = field(default_factory=list)


@contextmanager
def asked_all_the_time(folder: Path, threads: int = 3) -> Iterator[Asked]:
    """Threads that share a reader and ask from before the block begins until it has ended."""
    reader, asked = opened(folder), Asked()
    begun, over = threading.Barrier(threads + 1, timeout=LIMIT_S), threading.Event()

    def ask_once() -> list[Results]:
        assert reader.complete("título 1", 5, ANYONE)
        assert reader.document("tdn:7", ANYONE) is not None
        assert reader.status().position > 0
        return [reader.search(parse(text)) for text in WORDS]

    def ask() -> list[Results]:
        answers = ask_once()
        begun.wait()
        while not over.is_set():
            answers += ask_once()
        return answers

    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(ask) for _ in range(threads)]
        begun.wait()
        try:
            yield asked
        finally:
            over.set()
    asked.threads += [future.result() for future in futures]
    asked.last += ask_once()
    reader.close()


@pytest.fixture(autouse=True)
def look_at_every_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers look for a newer commit before every answer: the hardest case."""
    monkeypatch.setattr(whoosh_index, "LOOK_EVERY_S", 0.0)


def test_every_answer_during_a_rebuild_is_whole_and_the_last_comes_from_the_new_generation(tmp_path: Path) -> None:
    writer = opened(tmp_path)
    writer.rebuild(numbered(1))
    old = Generations(tmp_path).current()
    with asked_all_the_time(tmp_path) as asked:
        writer.rebuild(numbered(1001))
        new = Generations(tmp_path).current()
    for answers in asked.threads:
        generations = [generation_of(results) for results in answers]
        assert generations[0] == old
        assert generations == sorted(generations), "never back to the old one"
    everything = [results for answers in (*asked.threads, asked.last) for results in answers]
    assert {(results.total, len(results.hits)) for results in everything} == {(MANY, 10)}
    assert {generation_of(results) for results in everything} == {old, new}
    assert {generation_of(results) for results in asked.last} == {new}
    writer.close()


def test_every_answer_during_updates_holds_whole_commits(tmp_path: Path) -> None:
    writer = opened(tmp_path)
    writer.rebuild(numbered(1, count=40))
    with asked_all_the_time(tmp_path) as asked:
        for step in range(1, 7):
            writer.apply(numbered(1000 * step, count=40 + 10 * step))
    for answers in asked.threads:
        totals = [results.total for results in answers]
        assert set(totals) <= {40, 50, 60, 70, 80, 90, 100}
        assert totals == sorted(totals)
    assert {results.total for results in asked.last} == {100}
    writer.close()


def test_generations_that_are_dropped_under_readers_harm_no_answer(tmp_path: Path) -> None:
    writer = opened(tmp_path)
    writer.rebuild(numbered(1, count=60))
    with asked_all_the_time(tmp_path) as asked:
        for step in range(1, 6):
            writer.rebuild(numbered(1000 * step, count=60))
    assert {results.total for answers in asked.threads for results in answers} == {60}
    assert {generation_of(results) for results in asked.last} == {Generations(tmp_path).current()}
    assert len(Generations(tmp_path).names()) == 2
    writer.close()


def generation_of(results: Results) -> str:
    return results.generation.partition(".")[0]


def test_who_opens_a_commit_while_the_next_is_written_still_finds_its_position(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, reader = opened(tmp_path), opened(tmp_path)
    writer.apply(numbered(1, count=1))
    opened_of = whoosh_index.Commit

    def overtaken(*arguments: Any) -> Commit:
        """The commit, and another one right after its files were opened."""
        monkeypatch.setattr(whoosh_index, "Commit", opened_of)
        held = opened_of(*arguments)
        writer.apply(numbered(2, count=2))
        return held

    monkeypatch.setattr(whoosh_index, "Commit", overtaken)
    before = reader.status()
    reader._looked_at = float("-inf")
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
