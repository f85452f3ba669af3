"""`busca demo`: the whole world in one command, again and again, and never over real documents."""

from __future__ import annotations

import json
import lzma
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from search.store.store import open_store
from search.store.summary import SourceStatus
from tests.documents import document, put
from tests.machine import free_port
from tests.workplace import LIMIT_S, ROOT, Workplace, shown_sources


@contextmanager
def started(folder: Path, *words: str, port: int = 0) -> Iterator[subprocess.Popen[str]]:
    """Run the demo, with nothing left of it after the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "busca", "demo", "--port", str(port or free_port()), *words],
        env=os.environ | {"BUSCA_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=LIMIT_S)
        gone(process.pid)


def told(process: subprocess.Popen[str], beginning: str) -> list[str]:
    """Wait for a line; return all until then."""
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if line.startswith(beginning):
            return lines
    pytest.fail(f"the demo ended before it said {beginning!r}: {lines}")


@contextmanager
def demo(folder: Path, *words: str, port: int = 0) -> Iterator[str]:
    """Run the demo until the block ends; yield the page's address once it has been crawled."""
    port = port or free_port()
    with started(folder, *words, port=port) as process:
        assert f"  http://127.0.0.1:{port}\n" in told(process, "serving ")
        yield f"http://127.0.0.1:{port}"


def gone(group: int) -> None:
    """Wait until no process of the group is left: the demo ends what it started."""
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    pytest.fail("the demo left processes behind")


def refused(folder: Path, *words: str, port: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "busca", "demo", "--port", str(port or free_port()), *words],
        env=os.environ | {"BUSCA_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        cwd=ROOT,
        check=False,
    )


def found(address: str, text: str) -> dict[str, Any]:
    with urlopen(f"{address}/api/v1/search?q={quote(text)}&per_page=50", timeout=30) as answer:
        result: dict[str, Any] = json.load(answer)
    return result


def pages(folder: Path, count: int, *, packed: bool) -> Path:
    rows = [
        {"id": f"p{number}", "title": f"Página {number}", "text": f"Texto marcado{number} xyzzyx", "lang": "pt"}
        for number in range(count)
    ]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path = folder / ("pages.jsonl.xz" if packed else "pages.jsonl")
    path.write_bytes(lzma.compress(text.encode()) if packed else text.encode())
    return path


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo's folder, its page's port, and what that answers."""

    folder: Path
    port: int
    answers: dict[str, dict[str, Any]]


TEXTS = ("rejeição 528", "mata 410", "boleto", "12.1.2310")


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo that has ended. Some ten seconds on a busy machine: simulator, crawl, index and server, each started."""
    folder, port = tmp_path_factory.mktemp("left"), free_port()
    with demo(folder, port=port) as address:
        return Demo(folder, port, {text: found(address, text) for text in TEXTS})


@pytest.fixture(scope="module")
def running(left: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Another demo, in the folder that the first one left and at its port: nothing has changed since."""
    folder = tmp_path_factory.mktemp("running") / "data"
    shutil.copytree(left.folder, folder)
    with demo(folder, port=left.port) as address:
        yield Demo(folder, left.port, {text: found(address, text) for text in TEXTS})


def test_the_demo_shows_four_sources(left: Demo) -> None:
    assert all(answer["total"]["value"] > 0 for answer in left.answers.values())
    assert {"tdn", "kb", "youtube", "downloads"} <= shown_sources(left.answers["rejeição 528"])


def test_a_demo_starts_again_from_what_another_left(left: Demo, running: Demo) -> None:
    for text in TEXTS:
        before, after = left.answers[text], running.answers[text]
        assert (after["total"], after["index"]) == (before["total"], before["index"])


@pytest.mark.parametrize("everywhere", [True, False], ids=["ctrl+c", "kill -INT"])
def test_an_interruption_ends_the_demo_and_all_that_it_started(tmp_path: Path, everywhere: bool) -> None:
    with started(tmp_path / "data", "--pages", str(pages(tmp_path, 20, packed=False))) as process:
        told(process, "serving ")
        interrupted(process, everywhere=everywhere)


def test_a_file_of_pages_is_crawled_whole_though_the_demo_before_was_interrupted_in_it(tmp_path: Path) -> None:
    """Some ten seconds on a busy machine: two demos start, and the first has to have enough to be interrupted in."""
    file = pages(tmp_path, 250, packed=True)
    with started(tmp_path / "data", "--pages", str(file)) as process:
        address = told(process, "simulator: ")[-1].split()[-1]
        deadline = time.monotonic() + LIMIT_S
        while not asked(address, "/tdn/"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        interrupted(process, everywhere=True)
    with demo(tmp_path / "data", "--pages", str(file)) as page:
        answer = found(page, "xyzzyx")
        assert answer["total"]["value"] == 250
        [sources] = [facet["values"] for facet in answer["facets"] if facet["name"] == "source"]
        assert {source["value"] for source in sources} == {"tdn", "kb", "youtube", "downloads"}


def test_another_demos_documents_and_its_broken_index_are_replaced(left: Demo, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(left.folder, folder)
    (folder / "index" / "CURRENT").write_text("rubbish", encoding="ascii")
    with demo(folder, "--pages", str(pages(tmp_path, 20, packed=False))) as address:
        assert (found(address, "xyzzyx")["total"]["value"], found(address, "boleto")["total"]["value"]) == (20, 0)


def asked(simulator: str, path: str) -> bool:
    """Whether anybody has asked the simulator for something under a path."""
    with urlopen(f"{simulator}/_control/requests", timeout=30) as answer:
        return any(request.startswith(path) for request in json.load(answer)["requests"])


def interrupted(process: subprocess.Popen[str], *, everywhere: bool) -> None:
    """Interrupt the demo, or as Ctrl+C does all of its processes; wait until nothing is left of it."""
    (os.killpg if everywhere else os.kill)(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, "Traceback" in out) == (0, False), out
    assert out.rstrip().endswith("stopped")
    gone(process.pid)


def test_a_file_of_pages_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    ended = refused(tmp_path / "data", "--pages", str(tmp_path / "none.jsonl"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "none.jsonl" in ended.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("content", [b"\xfd7zXZ\x00 not really", b'{"id": 1}\n', b"nonsense\n"])
def test_a_file_that_holds_no_pages_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / ("pages.jsonl.xz" if content.startswith(b"\xfd") else "pages.jsonl")
    file.write_bytes(content)
    ended = refused(tmp_path / "data", "--pages", str(file))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Traceback" not in ended.stderr
    assert file.name in ended.stderr


def test_a_store_with_real_documents_is_left_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    put(store, document())
    ended = refused(tmp_path)
    assert (ended.returncode, store.count()) == (1, 1)
    assert "holds a real store" in ended.stderr
    store.close()


def test_a_port_that_is_taken_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = refused(tmp_path, port=taken.getsockname()[1])
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "is taken" in ended.stderr


def test_a_second_demo_in_the_same_folder_is_refused(running: Demo) -> None:
    ended = refused(running.folder)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "another process" in ended.stderr
    assert found(f"http://127.0.0.1:{running.port}", "boleto")["total"]["value"] > 0


@pytest.mark.parametrize("words", [("crawl", "downloads"), ("work", "--once")])
def test_real_sources_are_not_crawled_into_a_demos_store(running: Demo, words: tuple[str, ...]) -> None:
    ended = Workplace(running.folder, ROOT / "config.yaml")(*words, BUSCA_DATA_DIR=str(running.folder))
    assert (ended.code, ended.out) == (1, "")
    assert "holds a demo's documents" in ended.err
    assert {"kb", "tdn"} <= {source.name for source in _sources(running.folder)}


def _sources(folder: Path) -> list[SourceStatus]:
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}")
    sources = store.sources()
    store.close()
    return sources
