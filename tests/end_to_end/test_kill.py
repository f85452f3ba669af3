"""Killed at any step of a pass, the next pass heals everything without hands.

A helper process forks a child for every step of a pass that leaves something on disk: a commit of the store, by what it
wrote last, and a change of the index's folder (`tests/indexes/writing/test_interruption.py` has every file of it). The
child is killed with SIGKILL right before that step, in a folder of its own, which the next pass then heals. A step that
follows the same step as one before counts as that one, so that each way on is tried once.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from busca.demo import CHANNEL
from search.store.store import open_store
from simulator import Simulator
from tests.simulator.conftest import small_content
from tests.workplace import LIMIT_S, ROOT, Workplace, workplace

PARTS = 3
"""Tests that share the steps, every third one each, so that none takes long."""

KILLER = """
import os, signal, shutil, sys
from itertools import count
from pathlib import Path
from sqlalchemy import Engine, event
from busca.cli import main

base, left, first, every = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
CHANGING = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree")

def child(copy, fatal):
    steps, ways, last = count(1), set(), None

    def step(*kind):
        nonlocal last
        way, last = (last, kind), kind
        if way[0] != kind and way not in ways:
            ways.add(way)
            if next(steps) == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    def hook(name, arguments):
        if name in CHANGING and str(copy / "index") in str(arguments[0]):
            step(name, Path(str(arguments[0])).suffix)

    def executed(_, __, statement, *___):
        if not statement.startswith("SELECT"):
            written.append(tuple(statement.split()[:3]))

    def commit(_):
        step("commit", *written[-1:])
        written.clear()

    written = []
    def begin():
        sys.addaudithook(hook)
        event.listen(Engine, "before_cursor_execute", executed)
        event.listen(Engine, "commit", commit)

    whole_pass(copy, begin)
    os._exit(0)

def whole_pass(copy, begin):
    shutil.copytree(base / "var", copy)
    begin()
    os.environ["BUSCA_DATA_DIR"] = str(copy)
    main(["--config", str(base / "settings.yaml"), "work", "--once"], standalone_mode=False)

whole_pass(base / "loaded", lambda: None)  # each child has all code at hand
for fatal in count(first, every):
    pid = os.fork()
    if pid == 0:
        try:
            child(left / f"{fatal:03}" / "var", fatal)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status):
        sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.fixture
def simulator(tmp_path: Path) -> Simulator:
    """A few documents of each source: two transactions of a crawl, two commits of an index."""
    content = small_content()
    content["tdn"]["pages"] = content["tdn"]["pages"][:5]
    content["kb"]["articles"] = content["kb"]["articles"][:4]
    content["youtube"]["channel"]["id"] = CHANNEL
    content["youtube"]["videos"] = content["youtube"]["videos"][:4]
    (tmp_path / "content").mkdir()
    for name, data in content.items():
        (tmp_path / "content" / f"{name}.yaml").write_text(json.dumps(data), encoding="utf-8")
    with Simulator(tmp_path / "content") as running:
        yield running


def at(folder: Path, simulator: Simulator) -> Workplace:
    """A workplace of small transactions and commits."""
    folder.mkdir(parents=True, exist_ok=True)
    place = workplace(folder, simulator.url)
    place.change(crawl={"batch": 3}, index={"batch": 4})
    return place


def change(simulator: Simulator) -> None:
    """Edit, add and remove something in every source."""
    simulator.edit("tdn", 1001, text="Texto novo.")
    simulator.edit("tdn", 1900, space="PROT", title="Página nova", text="Nova.")
    simulator.delete("tdn", 1002)
    simulator.delete("kb", 360000001001, locale="pt-br")
    simulator.edit("youtube", "video000001", description="Outra descrição")
    simulator.delete("youtube", "video000002")
    simulator.edit("downloads", 1100001, name="Pacote novo")
    simulator.delete("downloads", 1100005)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("work", ["first pass", "later pass"])
def test_a_worker_killed_at_any_step_is_healed_by_the_next_pass(
    tmp_path: Path, simulator: Simulator, work: str, part: int
) -> None:
    """Some ten seconds on a busy machine: of each step there is a pass that is killed, and one that heals."""
    base, reference = at(tmp_path / "base", simulator), at(tmp_path / "reference", simulator)
    base.config.data_dir.mkdir(exist_ok=True)
    if work == "later pass":
        base.done("work", "--once")
        change(simulator)
    reference.done("work", "--once")
    command = [sys.executable, "-c", KILLER, base.folder, tmp_path / "left", str(1 + part), str(PARTS)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=LIMIT_S)
    left = sorted((tmp_path / "left").iterdir())
    assert len(left) > 5
    whole = reference.stored()
    for folder in left:
        place = at(folder, simulator)
        place.done("work", "--once")
        position, indexed = place.indexed()
        assert (place.stored(), indexed, position) == (whole, whole, newest(place)), folder.name
        shutil.rmtree(folder)


def newest(place: Workplace) -> int:
    """The last change of the store."""
    store = open_store(place.config.store_url)
    position = store.position()
    store.close()
    return position
