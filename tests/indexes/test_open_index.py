"""The seam: an engine is loaded when the settings choose it, and not before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path

import indexes
from search.config.settings import DEFAULT_INDEX

print("whoosh" in sys.modules)
indexes.open_index(Path(sys.argv[1]), DEFAULT_INDEX)
print("whoosh" in sys.modules)
"""


def test_an_engine_is_loaded_when_it_is_chosen(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "True"]
