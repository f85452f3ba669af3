"""Threads ask without a pause while the index is rebuilt and updated: no error, never a half-built answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from search.model import ANYONE, Change, Results
from search.query.parser import parse
from tests.documents import document
from tests.engines import Engine

pytestmark = pytest.mark.usefixtures("eager_readers")
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
def asked_all_the_time(engine: Engine, folder: Path, threads: int = 3) -> Iterator[Asked]:
    """Threads that share a reader and ask from before the block begins until it has ended."""
    reader, asked = engine(folder), Asked()
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


def test_every_answer_during_a_rebuild_is_whole_and_the_last_comes_from_the_new_generation(
    engine: Engine, tmp_path: Path
) -> None:
    writer = engine(tmp_path)
    writer.rebuild(numbered(1))
    old = writer.status().generation
    with asked_all_the_time(engine, tmp_path) as asked:
        writer.rebuild(numbered(1001))
        new = served(engine, tmp_path)
    for answers in asked.threads:
        generations = [generation_of(results) for results in answers]
        assert generations[0] == old
        assert generations == sorted(generations), "never back to the old one"
    everything = [results for answers in (*asked.threads, asked.last) for results in answers]
    assert {(results.total, len(results.hits)) for results in everything} == {(MANY, 10)}
    assert {generation_of(results) for results in everything} == {old, new}
    assert {generation_of(results) for results in asked.last} == {new}
    writer.close()


def test_every_answer_during_updates_holds_whole_commits(engine: Engine, tmp_path: Path) -> None:
    writer = engine(tmp_path)
    writer.rebuild(numbered(1, count=40))
    with asked_all_the_time(engine, tmp_path) as asked:
        for step in range(1, 7):
            writer.apply(numbered(1000 * step, count=40 + 10 * step))
    for answers in asked.threads:
        totals = [results.total for results in answers]
        assert set(totals) <= {40, 50, 60, 70, 80, 90, 100}
        assert totals == sorted(totals)
    assert {results.total for results in asked.last} == {100}
    writer.close()


def test_generations_that_are_dropped_under_readers_harm_no_answer(engine: Engine, tmp_path: Path) -> None:
    writer = engine(tmp_path)
    writer.rebuild(numbered(1, count=60))
    with asked_all_the_time(engine, tmp_path) as asked:
        for step in range(1, 6):
            writer.rebuild(numbered(1000 * step, count=60))
    assert {results.total for answers in asked.threads for results in answers} == {60}
    assert {generation_of(results) for results in asked.last} == {served(engine, tmp_path)}
    assert len(writer.verify()) == 2
    writer.close()


def served(engine: Engine, folder: Path) -> str:
    """The generation that is served to who opens the index now."""
    index = engine(folder)
    name = index.status().generation
    index.close()
    return name


def generation_of(results: Results) -> str:
    return results.generation.partition(".")[0]
