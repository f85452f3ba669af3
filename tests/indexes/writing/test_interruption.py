"""The process dies at any step of its work on disk: position and documents agree, and the next sync heals.

A helper process opens the store and forks a child for every step of the work that touches a file; the child is killed
with SIGKILL right before that step. Each child has a copy of the index of its own, which the test then reads. Steps of
one kind in a row (twenty columns written, twenty columns merged) count as one. Between two steps nothing changes but
the content of files that no commit names yet.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from whoosh import index as whoosh

from indexes.directory.generations import Generations
from indexes.whoosh_index import WhooshIndex
from search.index import rebuild, sync
from search.model import ANYONE, Change
from search.query.parser import parse
from search.store.store import Store, open_store
from tests.documents import document, put
from tests.engines import opened

BATCH = 4

KILLER = """
import os, signal, shutil, sys
from itertools import count
from pathlib import Path
from indexes.writing import index_writer
from search.index import rebuild, sync
from search.store.store import open_store
from tests.engines import opened

folder, work, batch = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
CHANGING = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree")

def child(copy, fatal):
    steps, last = count(1), None

    def hook(event, arguments):
        nonlocal last
        touches = event in CHANGING or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR))
        if touches and str(copy) in str(arguments[0]):
            before, last = last, (event, Path(arguments[0]).suffix)
            if last != before and next(steps) == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    write(copy, lambda: sys.addaudithook(hook))
    os._exit(0)

def write(copy, begin):
    shutil.copytree(folder / "index", copy)
    store, index = open_store(f"sqlite:///{folder / 'store.sqlite'}"), opened(copy)
    begin()
    if work == "rebuild":
        rebuild(store, index)
    else:
        sync(store, index, batch=batch)
    store.close()

if work == "merge":
    index_writer.MAX_SEGMENTS = 2
write(folder / f"loaded-{work}", lambda: None)  # each child has all code at hand

for fatal in count(1):
    copy = folder / f"{work}-{fatal:04}"
    pid = os.fork()
    if pid == 0:
        child(copy, fatal)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status):
        sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A store that is ahead of its index: `held` is what the index began with, `ahead` the changes that it lacks."""

    folder: Path
    store: Store
    held: dict[str, str]
    began_at: int
    ahead: tuple[Change, ...]

    def killed(self, work: str) -> list[Path]:
        """The index as it was left by each death, in the order of the steps; the last one was finished in peace."""
        command = [sys.executable, "-c", KILLER, str(self.folder), work, str(BATCH)]
        ended = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return sorted(self.folder.glob(f"{work}-*"))

    def expected(self, position: int) -> dict[str, str]:
        """What an index holds that has applied all changes up to `position`."""
        bodies = dict(self.held)
        for change in self.ahead:
            if change.number <= position:
                bodies.pop(change.id, None)
                if change.document is not None:
                    bodies[change.id] = change.document.body
        return bodies


def contents(index: WhooshIndex) -> dict[str, str]:
    """Id → body of all documents, each found once."""
    hits = index.search(replace(parse(""), per_page=1000)).hits
    bodies = {hit.document.id: hit.document.body for hit in hits}
    assert len(bodies) == len(hits)
    assert all(index.document(id, ANYONE) is not None for id in bodies)
    return bodies


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Five documents indexed; then two edited, one removed and five new in the store."""
    folder = tmp_path_factory.mktemp("scene")
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}")
    for number in range(5):
        put(store, document(str(number), body=f"corpo antigo {number}"))
    index = opened(folder / "index")
    sync(store, index, batch=BATCH)
    held, began_at = contents(index), store.position()
    index.close()
    with store.writing() as write:
        write.put_all([document(str(key), body=f"corpo novo {key}") for key in (1, 3, 5, 6, 7, 8, 9)])
        write.remove_all(["tdn:0"])
    store.close()
    ahead = tuple(store.changes(began_at, store.position()))
    store.close()  # the killed children get no connection of ours
    return Scene(folder, store, held, began_at, ahead)


@pytest.mark.parametrize("work", ["sync", "merge"])
def test_wherever_a_sync_dies_position_and_documents_agree_and_the_next_heals(scene: Scene, work: str) -> None:
    """Some ten seconds on a busy machine: the process dies once at each step, and each folder is read and healed."""
    reached = []
    for left in scene.killed(work):
        index = opened(left)
        position = index.position()
        assert (index.status().position, contents(index)) == (position, scene.expected(position)), left.name
        assert set(index.verify().values()) == {""}, left.name
        reached.append(position)
        sync(scene.store, index, batch=BATCH)
        index.close()
        assert (index.position(), contents(index)) == (scene.store.position(), scene.expected(10**9)), left.name
        opened(left).apply([Change(number=scene.store.position() + 1, id="tdn:none", document=None)])
        assert not scraps(left), "the next commit clears away what the dead one wrote of its segment"
        index.close()
    commits = [scene.began_at, *(part[-1].number for part in (scene.ahead[:BATCH], scene.ahead[BATCH:]))]
    assert sorted(set(reached)) == commits, "each commit was reached, and nothing between two of them"
    assert reached == sorted(reached)


def test_wherever_a_rebuild_dies_the_old_generation_is_served_until_the_new_one_is_whole(scene: Scene) -> None:
    served, newest = Generations(scene.folder / "index").current(), scene.store.position()
    reached = []
    for left in scene.killed("rebuild"):
        index, generations = opened(left), Generations(left)
        position, before = index.position(), [generations.current()]
        assert position == (scene.began_at if generations.current() == served else newest)
        assert contents(index) == scene.expected(position), left.name
        reached.append(position)
        rebuild(scene.store, index)
        index.close()
        assert (index.position(), contents(index)) == (newest, scene.expected(newest)), left.name
        assert generations.names() == [*before, generations.current()], "a half-built generation is swept"
        index.close()
    assert set(reached) == {scene.began_at, newest}
    assert reached == sorted(reached)


def scraps(folder: Path) -> list[str]:
    """What the served generation's folder holds of segments that no commit names, and of batches."""
    generation = folder / Generations(folder).current()
    used = {segment.segment_id() for segment in whoosh.open_dir(str(generation))._read_toc().segments}
    segments = {path.name for path in generation.glob("MAIN_*") if path.name.split(".")[0] not in used}
    return sorted(segments | {path.name for path in generation.glob(".runs-*")})
