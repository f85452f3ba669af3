"""Who adds a kind of source as one module and one row, and a facet as one row, has tests that hold as before."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import indent

from tests.documents import document
from tests.engines import Library

ROOT = Path(__file__).parents[2]
PACKAGES = ("search", "crawlers", "indexes", "web", "busca", "simulator", "tests")
TRIED = ("tests/crawlers/test_registry.py", "tests/web/test_i18n.py", "tests/search/config/test_settings.py")
ABOUT = "kind or settings_are_read or language or shipped or wrong"
"""What of them looks at every kind and every facet."""


def put_in(path: Path, after: str, text: str) -> None:
    """Write a text into a module, after the only place that says so."""
    source = path.read_text("utf-8")
    assert source.count(after) == 1
    path.write_text(source.replace(after, after + text), "utf-8")


def grown(tree: Path) -> None:
    """The tree with both recipes in it."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, tree)
    recipes = tree / "tests" / "recipes"
    shutil.copy(recipes / "source.py", tree / "crawlers" / "further_forum.py")
    registry, facets = tree / "crawlers" / "registry.py", tree / "search" / "facets.py"
    put_in(registry, "import KIND as FEED\n", "from crawlers.further_forum import KIND as FURTHER\n")
    put_in(registry, '    "feed": FEED,\n', '    "forum": FURTHER,\n')
    row = (recipes / "facet.py").read_text("utf-8").partition("\nROW = ")[2].rstrip()
    row = re.sub(r'"(team|equip[eo])"', r'"further_\1"', row)  # whatever facets of such a name there are already
    put_in(facets, "newest_first=True,\n        span=_year,\n    ),\n", indent(f"{row},\n", "    "))


STATUS = """
import sys
from pathlib import Path
from indexes import open_index, status
from search.analysis.analyzer import packaged
from search.config.settings import LocalIndex
from search.errors import IndexUnavailable
try:
    print(status(Path(sys.argv[1]), LocalIndex(), packaged()).documents)
except IndexUnavailable as error:
    print(error)
"""


def test_an_index_that_lacks_a_further_facet_is_told_until_it_is_made_again(library: Library, tmp_path: Path) -> None:
    library.put(document("1"))
    grown(tmp_path / "tree")
    command = [sys.executable, "-c", STATUS, str(tmp_path / "index")]
    asked = subprocess.run(command, cwd=tmp_path / "tree", capture_output=True, text=True, check=True)
    assert asked.stdout.endswith("lacks f_further_team: run `busca rebuild`\n")


def test_the_suite_holds_with_a_further_kind_of_source_and_a_further_facet(tmp_path: Path) -> None:
    grown(tmp_path)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", ABOUT, *TRIED]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    ended = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr
    code = "from crawlers.registry import KINDS; from search.facets import FILTERS; print(*KINDS, *FILTERS)"
    asked = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert {"forum", "further_team"} <= set(asked.stdout.split())
