"""Generations of the Whoosh index: replaced whole, kept, rolled back, and what a crash leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import index as whoosh

from indexes.directory.generations import Generations
from indexes.retrieval import searcher_manager
from indexes.retrieval.searcher import Searcher
from indexes.retrieval.searcher_manager import SearcherManager
from search.errors import BusyError, IndexUnavailable
from search.model import Change
from tests.documents import document
from tests.engines import Library, opened

KILLED = """
import os, signal, sys
from pathlib import Path
from search.model import Change
from tests.documents import document
from tests.engines import opened

folder, work, fatal = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

def changes():
    for number in range(11, 111):
        if number == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        yield Change(number=number, id=f"tdn:{number}", document=document(str(number)))

getattr(opened(folder), work)(changes())
"""


def numbered(*numbers: int) -> list[Change]:
    return [Change(number=number, id=f"tdn:{number}", document=document(str(number))) for number in numbers]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_a_rebuild_serves_a_new_generation_and_keeps_the_last_two(folder: Path) -> None:
    index, names = opened(folder), []
    for last in (1, 2, 3):
        index.rebuild(numbered(*range(1, last + 1)))
        index.close()
        names.append(index.status().generation)
        assert index.status().documents == last
    assert Generations(folder).names() == names[1:]
    index.close()


def test_a_reader_answers_from_what_it_opened_and_then_follows(folder: Path) -> None:
    writer, reader = opened(folder), opened(folder)
    writer.apply(numbered(1))
    assert reader.status().position == 1
    reader._searchers._looked_at = float("inf")  # as if it had just looked
    writer.rebuild(numbered(1, 2, 3))
    assert reader.status().position == 1
    reader._searchers._looked_at = float("-inf")
    assert reader.status().position == 3
    for index in (writer, reader):
        index.close()


@pytest.mark.parametrize("settled", [False, True])
def test_what_comes_after_a_quiet_time_is_noticed(folder: Path, *, settled: bool) -> None:
    writer, reader = opened(folder), opened(folder)
    writer.apply(numbered(1))
    if settled:
        for path in (folder / "CURRENT", folder / reader.status().generation):
            os.utime(path, (10**9, 10**9))
    for last, write in ((2, writer.apply), (3, writer.apply), (4, writer.rebuild), (5, writer.apply)):
        for _ in range(2):
            reader._searchers._looked_at = float("-inf")
            assert reader.status().position == last - 1
        assert reader._searchers._seen or not settled
        write(numbered(*range(1, last + 1)))
        reader._searchers._looked_at = float("-inf")
        assert reader.status().position == last
    for index in (writer, reader):
        index.close()


def test_where_the_pointer_names_a_broken_generation_the_newest_whole_one_is_served(folder: Path) -> None:
    index, other = opened(folder), opened(folder)
    index.apply(numbered(1))
    assert index.status().problem == ""
    (folder / "CURRENT").write_text("20300101T000000-000009\n")
    index._searchers._looked_at = float("-inf")
    assert index.status().documents == other.status().documents == 1
    assert "20300101T000000-000009 cannot be opened" in other.status().problem
    for handle in (index, other):
        handle.close()


@pytest.mark.parametrize("pointer", ["", "../../etc", "x" * 500, "\x00\xff"])
def test_a_pointer_that_names_nothing_is_told(folder: Path, pointer: str) -> None:
    index = opened(folder)
    index.apply(numbered(1))
    (folder / "CURRENT").write_text(pointer, encoding="latin-1")
    with pytest.raises(IndexUnavailable, match="busca rebuild"):
        opened(folder).status()


def test_a_missing_file_of_a_segment_is_told_with_what_to_do(folder: Path) -> None:
    opened(folder).apply(numbered(1))
    for path in folder.rglob("*.docs"):
        path.unlink()
    with pytest.raises(IndexUnavailable, match="busca rebuild"):
        opened(folder).status()
    opened(folder).rebuild(numbered(1))
    assert opened(folder).status().documents == 1


def test_a_rebuild_that_fails_leaves_the_old_generation_and_nothing_else(folder: Path) -> None:
    index = opened(folder)
    index.apply(numbered(1))
    before = Generations(folder).names()

    def breaking() -> Iterator[Change]:
        yield from numbered(1, 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.rebuild(breaking())
    assert (Generations(folder).names(), index.status().documents) == (before, 1)
    index.close()


@pytest.mark.parametrize("work", ["apply", "rebuild"])
@pytest.mark.parametrize("fatal", [11, 12, 60, 110])
def test_killed_while_it_writes_the_last_commit_is_whole_and_the_next_heals(
    folder: Path, work: str, fatal: int
) -> None:
    index = opened(folder)
    index.apply(numbered(*range(1, 11)))
    served = Generations(folder).current()
    ended = subprocess.run([sys.executable, "-c", KILLED, str(folder), work, str(fatal)], check=False, cwd=_root())
    assert ended.returncode == -signal.SIGKILL
    index.close()
    assert (index.position(), index.status().documents, Generations(folder).current()) == (10, 10, served)
    index.apply(numbered(*range(11, 111)))
    index.close()
    assert (index.position(), index.status().documents) == (110, 110)
    index.rebuild(numbered(*range(1, 111)))
    assert len(Generations(folder).names()) == 2
    index.close()


def test_a_second_writer_is_refused(folder: Path) -> None:
    index = opened(folder)
    index.apply(numbered(1))
    with (
        whoosh.open_dir(str(folder / Generations(folder).current())).writer(),
        pytest.raises(BusyError, match="writes"),
    ):
        index.apply(numbered(2))
    assert index.apply(numbered(2)) == 2


def test_without_changes_nothing_is_committed(folder: Path) -> None:
    index = opened(folder)
    index.apply(numbered(1))
    before = {path.name: path.stat().st_mtime_ns for path in folder.rglob("*.toc")}
    assert index.apply([]) == 1
    assert {path.name: path.stat().st_mtime_ns for path in folder.rglob("*.toc")} == before


def test_an_empty_store_is_an_empty_generation(folder: Path) -> None:
    index = opened(folder)
    index.rebuild([])
    assert (index.status().documents, Library(index).ask("boleto").total) == (0, 0)
    index.close()


def test_rolling_back_serves_the_generation_before(folder: Path) -> None:
    index = opened(folder)
    index.rebuild(numbered(1))
    with pytest.raises(IndexUnavailable, match="oldest"):
        index.roll_back()
    first = Generations(folder).current()
    index.rebuild(numbered(1, 2))
    assert index.roll_back() == first
    index.close()
    assert (index.status().generation, index.position()) == (first, 1)
    index.rebuild(numbered(1, 2, 3))
    assert len(Generations(folder).names()) == 2
    assert Generations(folder).names()[0] == first
    index.close()


def test_names_go_on_where_a_clock_went_back(folder: Path) -> None:
    generations = Generations(folder)
    (folder / "20990101T000000-000007").mkdir(parents=True)
    generations.publish("20990101T000000-000007")
    name = generations.create("words")
    assert name.endswith("-000008")
    generations.publish(name)
    assert generations.older() == ["20990101T000000-000007"]


def test_the_pointer_is_replaced_as_a_whole(folder: Path) -> None:
    generations = Generations(folder)
    name = generations.create("words")
    generations.publish(name)
    held = os.open(folder / "CURRENT", os.O_RDONLY)
    generations.publish(generations.create("words"))
    assert os.read(held, 100).decode().strip() == name, "who had it open reads the old one, not a mixture"
    os.close(held)
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["CURRENT"]


def _root() -> Path:
    return Path(__file__).parents[3]


def test_a_large_commit_is_opened_beside_the_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searcher_manager, "QUICK", 1)
    monkeypatch.setattr(searcher_manager, "LOOK_EVERY_S", 0.0)
    writer, reader = opened(folder), opened(folder)
    writer.apply(numbered(1, 2, 3))
    assert reader.status().documents == 3
    opening, entered = threading.Event(), threading.Event()
    searcher_of = SearcherManager._searcher_of

    def slow(self: SearcherManager, *arguments: Any) -> Searcher:
        entered.set()
        assert opening.wait(60)
        return searcher_of(self, *arguments)

    monkeypatch.setattr(SearcherManager, "_searcher_of", slow)
    writer.apply(numbered(4))
    while not entered.is_set():
        assert reader.status().documents == 3
    assert reader.status().documents == 3
    opening.set()
    while reader.status().documents == 3:
        pass
    assert reader.status().documents == 4
    for index in (writer, reader):
        index.close()
