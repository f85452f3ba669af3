"""The house is in order: rooms are small, each concept's folder says what it is, and papers name what is there."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PACKAGES = ("search", "crawlers", "indexes", "web", "busca", "simulator", "benchmarks")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
CONCEPTS = sorted(
    path.parent
    for package in ("search", "crawlers", "indexes", "web", "busca", "simulator")
    for path in (ROOT / package).rglob("__init__.py")
    if "migrations" not in path.parts
)
PAPERS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

MAX_MODULES, MAX_FUNCTION, MAX_MODULE, MAX_REPEATED = 16, 40, 300, 11
REASON = "Long because "
"""Begins the line of a docstring that says why a module or a function is longer than others may be."""


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


# -- size --------------------------------------------------------------------------------------------------------------


def test_no_folder_holds_more_than_sixteen_modules() -> None:
    counts: defaultdict[Path, int] = defaultdict(int)
    for path in (*MODULES, *TESTS):
        counts[path.parent] += 1
    assert {named(folder): count for folder, count in counts.items() if count > MAX_MODULES} == {}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_longer_than_forty_lines() -> None:
    long = {
        f"{named(path)}:{function.name}": length
        for path in (*MODULES, *TESTS)
        for function in functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > MAX_FUNCTION
        and REASON not in (ast.get_docstring(function) or "")
    }
    assert long == {}


def test_no_module_is_longer_than_three_hundred_lines_without_a_reason_at_its_top() -> None:
    long = {}
    for path in (*MODULES, *TESTS):
        text = path.read_text("utf-8")
        if (length := text.count("\n")) > MAX_MODULE and REASON not in (ast.get_docstring(ast.parse(text)) or ""):
            long[named(path)] = length
    assert long == {}


# -- repetition --------------------------------------------------------------------------------------------------------


def runs(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every run of lines that would be one too many: where it begins, and the lines without their indentation."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    size = MAX_REPEATED + 1
    for first in range(len(lines) - size + 1):
        yield lines[first][0], tuple(line for _, line in lines[first : first + size])


def repeated(texts: dict[str, str]) -> list[tuple[str, str]]:
    """The places at which a run stands that stood before, with the first place."""
    seen: dict[tuple[str, ...], str] = {}
    twice = []
    for name, text in texts.items():
        for line, run in runs(text):
            if (first := seen.setdefault(run, f"{name}:{line}")) != f"{name}:{line}":
                twice.append((first, f"{name}:{line}"))
    return twice


def test_no_run_of_twelve_lines_stands_twice() -> None:
    assert repeated({named(path): path.read_text("utf-8") for path in MODULES}) == []


def test_a_run_that_stands_twice_is_found_however_it_is_indented() -> None:
    run = "".join(f"line {number}\n" for number in range(12))
    indented = "".join(f"    {line}\n\n" for line in run.splitlines())
    assert repeated({"a.py": f"first\n{run}", "b.py": f"other\n{indented}"}) == [("a.py:2", "b.py:2")]
    assert repeated({"a.py": run, "b.py": run.replace("line 5", "line five")}) == []


# -- what folders say --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", CONCEPTS, ids=named)
def test_a_concepts_folder_says_what_it_is_with_a_picture_and_what_it_may_import(folder: Path) -> None:
    told = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    assert len(told.splitlines()) >= 4, "one sentence is no picture"
    assert set(told) & set("─│▶►→▼◀"), "a picture has lines or arrows"
    assert "import" in told.lower(), "it says what it may import"


# -- what papers name --------------------------------------------------------------------------------------------------

FOLDERS = (*PACKAGES, "tests", "docs")
PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*")
DOTTED = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
FILE = re.compile(r"[\w-]+\.(?:py|md|yaml|toml|lock|tsv)")
FILES = {path.name for top in (*FOLDERS, ".") for path in ROOT.glob(f"{top}/**/*" if top != "." else "*")}


def lost(text: str) -> list[str]:
    """What stands in backticks and names a path or a module that is not there."""
    quoted = [piece for span in re.findall(r"`([^`\n]+)`", text) for piece in span.split()]
    return [piece for piece in (quote.strip(".,;:()'\"…") for quote in quoted) if not is_there(piece)]


def is_there(name: str) -> bool:
    """Whether a path, a module, a name in a module or a file of that name is there; true of all else."""
    if PATH.fullmatch(name):
        return (ROOT / name).exists()
    if DOTTED.fullmatch(name) and not FILE.fullmatch(name):
        return defines(name.split(".")) or is_set(name.split("."))
    return not (name.endswith(".py") and FILE.fullmatch(name)) or name in FILES


def defines(parts: list[str]) -> bool:
    """Whether the parts lead to a folder or a module, or to a name that one of them defines or imports."""
    for size in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:size])
        module = next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)
        if module is not None or path.is_dir():
            rest = parts[size:]
            return not rest or (module is not None and bool(re.search(rf"\b{rest[0]}\b", module.read_text("utf-8"))))
    return False


def is_set(parts: list[str]) -> bool:
    """Whether the parts are the name of a setting."""
    value = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    for part in parts:
        if not isinstance(value, dict) or part not in value:
            return False
        value = value[part]
    return True


@pytest.mark.parametrize("paper", PAPERS, ids=named)
def test_what_a_paper_names_is_there(paper: Path) -> None:
    assert lost(paper.read_text("utf-8")) == []


def test_what_a_folder_or_a_module_names_is_there() -> None:
    docstrings = {named(path): ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "" for path in MODULES}
    assert {name: names for name, text in docstrings.items() if (names := lost(text))} == {}


def test_what_is_not_there_is_found() -> None:
    here = "`search/query/parser.py`, `search.ranking`, `search.index.Index`, `tests/`, `python -m busca`"
    assert lost(here) == []
    gone = ["search/parsing.py", "search.parsing", "search.index.Nowhere", "docs/none.md", "nowhere.py"]
    assert lost(" ".join(f"`{name}`" for name in gone)) == gone


# -- what holds for every engine ---------------------------------------------------------------------------------------


CONTRACT = sorted((ROOT / "tests" / "contract").rglob("*.py"))
INSIDE = re.compile(r"^ *(?:from|import) (?:whoosh|indexes\.)|[\"'](?:whoosh|indexes\.)", re.MULTILINE)
PAST_THE_FIXTURE = re.compile(r"\b(?:open_index|LocalIndex|opened)\(|^ *(?:from|import) indexes\b", re.MULTILINE)


def shared_by(modules: list[Path]) -> set[Path]:
    """The modules of the tests that these import, and what those import in turn."""
    seen: set[Path] = set()
    waiting = list(modules)
    while waiting:
        for name in re.findall(r"^ *from tests\.([\w.]+) import", waiting.pop().read_text("utf-8"), re.MULTILINE):
            if (path := ROOT / "tests" / f"{name.replace('.', '/')}.py") not in seen:
                seen.add(path)
                waiting.append(path)
    return seen


def test_the_contract_of_an_index_looks_into_none() -> None:
    """Promises that any engine keeps name none, and none of the folders in which one is made."""
    assert len(CONTRACT) >= 20
    shared = shared_by(CONTRACT)
    assert {"tests/engines.py", "tests/documents.py"} <= set(map(named, shared))
    assert [named(path) for path in (*CONTRACT, *shared) if INSIDE.search(path.read_text("utf-8"))] == []


def test_the_contract_opens_an_index_by_the_fixture_alone() -> None:
    """So that a further engine is one more entry in `tests/conftest.py`."""
    assert [named(path) for path in CONTRACT if PAST_THE_FIXTURE.search(path.read_text("utf-8"))] == []


# -- what is run -------------------------------------------------------------------------------------------------------


def test_the_quick_tests_are_most_tests_of_every_layer() -> None:
    """So that `make quick` does not shrink to nothing."""
    makefile = dict(re.findall(r"^(QUICK|SLOW) +:= (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    slow = [ROOT / name for name in makefile["SLOW"].split()]
    assert all(path.exists() for path in slow)
    modules = {
        module
        for name in makefile["QUICK"].split()
        for module in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("test_*.py"))
        if not any(module.is_relative_to(path) for path in slow)
    }
    counts = {top: sum(module.is_relative_to(ROOT / "tests" / top) for module in modules) for top in LAYERS}
    assert {top: count for top, count in counts.items() if count < LAYERS[top]} == {}


LAYERS = {"search": 20, "web": 12, "crawlers": 6, "contract": 8}
"""How many modules of each layer's tests are quick at least."""
