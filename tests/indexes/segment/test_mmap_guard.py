"""Files that are cut while they are read, in processes of their own: what is tested would end them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from indexes.segment import mmap_guard
from indexes.segment.postings_writer import FILES
from tests.engines import opened
from tests.indexes.directory.test_generations import numbered

HOLDS = """
import mmap, os, sys
from pathlib import Path
import numpy as np
from indexes.segment import mmap_guard as guard

path = Path(sys.argv[1])
path.write_bytes(b"\\1" * mmap.PAGESIZE * 9)
with path.open("rb") as file:
    watched, other = (mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) for _ in range(2))
guard.install()
forget = guard.watch(watched)
os.truncate(path, mmap.PAGESIZE * 2 + 5)
print(np.frombuffer(watched, dtype=np.uint8).sum() - mmap.PAGESIZE * 2, guard.lost(), flush=True)
if sys.argv[2] == "forgotten":
    forget()
os.truncate(path, 0)
print(np.frombuffer(watched if sys.argv[2] != "other" else other, dtype=np.uint8).sum())
"""

SEARCH = """
import os, sys
from pathlib import Path
from indexes.segment import mmap_guard as guard
from indexes.retrieval.searcher import Searcher
from search.errors import IndexUnavailable
from search.query.parser import parse
from tests.engines import opened

index = opened(Path(sys.argv[1]))
if sys.argv[3] == "guarded":
    guard.install()
index.status()
[path] = Path(sys.argv[1]).glob(f"*/*.{sys.argv[2]}")
check = Searcher.check

def checked(searcher):
    check(searcher)
    os.truncate(path, 0)

Searcher.check = checked
try:
    print(index.search(parse("corpo")).total)
except IndexUnavailable as error:
    print(error)
"""


pytestmark = pytest.mark.skipif(
    not mmap_guard.KNOWN, reason="64-bit Linux only: elsewhere a cut file ends the process, as docs/decisions/0012 says"
)


def run(program: str, *arguments: object) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip()


@pytest.mark.parametrize("which", ["watched", "forgotten", "other"])
def test_only_a_watched_map_gives_zeros_where_its_file_was_cut(tmp_path: Path, which: str) -> None:
    code, said = run(HOLDS, tmp_path / "file", which)
    assert said.split("\n") == (["5 6", "0"] if which == "watched" else ["5 6"])
    assert code == (0 if which == "watched" else -signal.SIGBUS)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_after_a_search_has_looked_at_it_is_told_by_name(tmp_path: Path, name: str) -> None:
    opened(tmp_path).apply(numbered(*range(1, 6)))
    code, said = run(SEARCH, tmp_path, name, "guarded")
    [path] = tmp_path.glob(f"*/*.{name}")
    assert code == 0
    assert said == f"{path.name} was changed while it was served: run `busca rebuild`"


def test_without_a_guard_that_ends_the_process(tmp_path: Path) -> None:
    opened(tmp_path).apply(numbered(*range(1, 6)))
    assert run(SEARCH, tmp_path, "docs", "bare") == (-signal.SIGBUS, "")
