"""A writer killed at a random moment, in the middle of its commits or its merges: the last commit is whole."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 50

ROUNDS = """
import json, os, random, signal, sys, time
from pathlib import Path
from indexes.writing import index_writer as writer
from indexes.directory.generations import Generations
from search.model import ANYONE, Change
from search.query.parser import parse
from tests.documents import document
from tests.engines import opened

folder, seed, kills, segments = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
writer.MAX_SEGMENTS = segments
dice, IDS, COMMIT = random.Random(seed), 40, 7

def change(number):
    "Change n puts document n % IDS, or takes it away every ninth time."
    key = str(number % IDS)
    made = None if number % 9 == 0 else document(key, body=f"corpo {number} " + "palavra comum " * (number % 50))
    return Change(number=number, id=f"tdn:{key}", document=made)

def expected(position):
    held = {}
    for number in range(1, position + 1):
        made = change(number)
        held.pop(made.id, None)
        if made.document is not None:
            held[made.id] = made.document.body
    return held

def write(ready):
    index = opened(folder)
    number = index.position()
    os.write(ready, b"!")
    while True:
        index.apply(change(number + step) for step in range(1, COMMIT + 1))
        number += COMMIT

index, began = opened(folder), time.monotonic()
for first in range(1, 10 * COMMIT, COMMIT):
    index.apply(change(step) for step in range(first, first + COMMIT))
commits_s = (time.monotonic() - began) / 2  # what five commits take on this machine, now
index.close()
reached, leftovers = [], 0
for turn in range(kills):
    read, ready = os.pipe()
    pid = os.fork()
    if pid == 0:
        write(ready)
    os.read(read, 1)
    time.sleep(dice.uniform(0.0, commits_s))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(read)
    os.close(ready)
    index = opened(folder)
    position = index.position()
    found = {hit.document.id: hit.document.body for hit in index.search(parse("", per_page=1000)).hits}
    assert position % COMMIT == 0 and found == expected(position), (turn, position)
    assert index.search(parse("comum")).total == sum("comum" in body for body in found.values()), (turn, position)
    assert index.status().position == position
    assert list(index.verify().values()) == [""], (turn, index.verify())
    generation = folder / Generations(folder).current()
    used = {path.name.split(".")[0] for path in generation.glob("MAIN_*")}
    leftovers += len(used) > len(index._current().segments)
    reached.append(position)
    index.close()
print(json.dumps({"reached": reached, "leftovers": leftovers}))
"""


@pytest.mark.parametrize(("work", "segments"), [("commit", 1000), ("merge", 2)])
def test_a_writer_killed_at_any_moment_leaves_its_last_commit_whole(tmp_path: Path, work: str, segments: int) -> None:
    seed = random.SystemRandom().randrange(10**6)
    command = [sys.executable, "-c", ROUNDS, str(tmp_path / "index"), str(seed), str(KILLS), str(segments)]
    ended = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{work}, seed {seed}: {ended.stderr}"
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["reached"] == sorted(told["reached"]), f"{work}, seed {seed}: a commit was lost"
    assert len(set(told["reached"])) > KILLS // 5, f"{work}, seed {seed}: the writer hardly wrote"
    assert told["leftovers"] > 0, f"{work}, seed {seed}: no writer was killed within a commit"
