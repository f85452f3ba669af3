"""The packages are this tree's own, stand in their layers, and do nothing when they are imported."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("search", "crawlers", "indexes", "web", "busca", "simulator", "benchmarks")
MODULES = sorted(
    [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts and path.name != "__main__.py"
    ]
)
BIN = Path(sys.executable).parent

WATCH = """
import importlib, json, logging, os, sys, threading

written, started = [], []

def watch(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        writes = isinstance(mode, str) and set(mode) & set("wax+")
        if writes or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            written.append(str(path))
    elif event in ("os.fork", "subprocess.Popen", "socket.connect"):
        started.append(event)
    elif event in ("os.mkdir", "os.remove", "os.rename"):
        written.append(f"{event} {arguments[0]}")

def start(thread, begin=threading.Thread.start):
    started.append(thread.name)
    begin(thread)

threading.Thread.start = start
sys.addaudithook(watch)
seen = {}
for name in sys.argv[1:]:
    importlib.import_module(name)
    root = logging.getLogger()
    ours = [logging.getLogger(each.partition(".")[0]) for each in sys.argv[1:]]
    configured = {each.name for each in (root, *ours) if each.handlers or each.level not in (0, logging.WARNING)}
    structured = "structlog" in sys.modules and sys.modules["structlog"].is_configured()
    seen[name] = {"written": written[:], "started": started[:], "logs": sorted(configured) + ["structlog"] * structured}
    written.clear(); started.clear()
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is not this tree, where a process starts that imports all of it."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def effects(elsewhere: Path) -> Any:
    """What the import of each module does, in one process that does nothing else."""
    command = [sys.executable, "-B", "-c", WATCH, *MODULES]
    ended = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    (seen,) = ended.stdout.splitlines()
    return json.loads(seen)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_name_means_this_tree(name: str) -> None:
    file = importlib.import_module(name).__file__
    assert file is not None
    assert Path(file).resolve().is_relative_to(ROOT)


def test_the_names_mean_this_tree_wherever_a_process_starts(tmp_path: Path) -> None:
    code = "import importlib, sys; [print(importlib.import_module(name).__file__) for name in sys.argv[1:]]"
    command = [sys.executable, "-c", code, *PACKAGES]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    files = [Path(line).resolve() for line in ended.stdout.split()]
    assert len(files) == len(PACKAGES)
    assert all(file.is_relative_to(ROOT) for file in files), files


def test_the_modules_are_found_that_are_looked_at() -> None:
    assert {
        "search.store.store",
        "crawlers.run",
        "indexes.retrieval.executor",
        "web.app",
        "benchmarks.corpus",
        "busca.cli",
    } <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_an_import_does_nothing(effects: Any, name: str) -> None:
    assert effects[name] == {"written": [], "started": [], "logs": []}


def test_importing_everything_elsewhere_leaves_nothing_there(effects: Any, elsewhere: Path) -> None:
    assert effects.keys() == set(MODULES)
    assert list(elsewhere.iterdir()) == []


def test_an_import_that_did_something_would_be_seen(tmp_path: Path) -> None:
    module = tmp_path / "busy.py"
    module.write_text(
        "import logging, threading, pathlib\n"
        "pathlib.Path(__file__).with_suffix('.out').write_text('x')\n"
        "threading.Thread(target=int, name='t').start()\n"
        "logging.basicConfig()\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-B", "-c", WATCH, "busy"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    seen = json.loads(ended.stdout.splitlines()[-1])["busy"]
    assert seen == {
        "written": [str(module.with_suffix(".out"))],
        "started": ["t"],
        "logs": ["root"],
    }


def test_the_layers_are_kept() -> None:
    command = [BIN / "lint-imports", "--no-cache"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-3000:]
    assert "0 broken" in ended.stdout


PAST_A_BORDER = [
    ("web/portal.py", "from indexes.whoosh_index import WhooshIndex", "an index by what stands in indexes itself"),
    ("busca/report.py", "from indexes.segment import commit", "an index by what stands in indexes itself"),
    ("busca/jobs.py", "import flask", "Flask is imported in web only"),
    ("search/service.py", "from benchmarks import corpus", "Nothing imports the tests or the benchmarks"),
    ("web/api.py", "from tests.documents import document", "Nothing imports the tests or the benchmarks"),
]


def test_an_import_past_a_border_is_told_with_its_border(tmp_path: Path) -> None:
    for package in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module, line, _ in PAST_A_BORDER:
        path = tmp_path / module
        path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")
    command = [BIN / "lint-imports", "--no-cache"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    told = " ".join(ended.stdout.split())
    assert ended.returncode == 1
    for module, line, border in PAST_A_BORDER:
        imported = line.split()[1]
        assert f"{border} BROKEN" in told
        assert f"{module.removesuffix('.py').replace('/', '.')} -> {imported}" in told
