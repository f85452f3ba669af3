"""The whole product as an operator meets it: the real command line, in a folder with settings of its own.

A command runs in this process, where starting costs nothing; `process` and `started` run one as a process, where that
is what is promised: signals, workers, what a shell sees.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import structlog
import yaml
from click.testing import CliRunner

from busca.cli import main
from busca.demo import simulated
from busca.services import DEMO_KEY
from crawlers.registry import load_settings
from indexes import open_index
from search.config import settings as config
from search.model import Query
from search.store.store import open_store
from tests.machine import free_port

ROOT = Path(__file__).parents[1]
LIMIT_S = 120.0
SOURCES = ("tdn", "kb", "youtube", "downloads", "legislacao")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """One JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Workplace:
    """A folder with settings that lead to a simulator, and the command line on them."""

    folder: Path
    settings: Path
    sources_at: str = ""

    @property
    def config(self) -> config.Config:
        return load_settings(self.settings, {})

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "busca", "--config", str(self.settings), *words]

    def __call__(self, *words: str, **environment: str) -> Ended:
        """Run one command to its end, in this process."""
        try:
            ended = CliRunner(env=environment, catch_exceptions=False).invoke(
                main, ["--config", str(self.settings), *words], prog_name="busca"
            )
        finally:
            structlog.reset_defaults()  # the command's log went to where nobody writes any more
        return Ended(ended.exit_code, ended.stdout, ended.stderr)

    def process(self, *words: str, **environment: str) -> Ended:
        """Run one command to its end, as a process."""
        ended = subprocess.run(
            self.command(*words),
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            cwd=ROOT,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def done(self, *words: str) -> Ended:
        """Run one command that has to succeed."""
        ended = self(*words)
        assert ended.code == 0, ended
        return ended

    @contextmanager
    def started(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Run a command until the block ends, as the leader of its own processes."""
        process = subprocess.Popen(
            self.command(*words),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.communicate(timeout=LIMIT_S)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.config.web.port}"

    @contextmanager
    def served(self) -> Iterator[str]:
        """Run `busca serve`; yield its address once it is ready."""
        with self.started("serve") as server:
            deadline = time.monotonic() + LIMIT_S
            while not answers(f"{self.address}/health/ready"):
                assert server.poll() is None, server.communicate()[0]
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield self.address

    def change(self, **sections: Any) -> None:
        """Lay settings over those in the file, section by section."""
        data = yaml.safe_load(self.settings.read_text(encoding="utf-8"))
        for name, values in sections.items():
            data[name] = (data.get(name) or {}) | values
        self.settings.write_text(yaml.safe_dump(data), encoding="utf-8")

    def stored(self) -> dict[str, str]:
        """Id → fingerprint-worthy content of every document in the store."""
        store = open_store(self.config.store_url)
        contents = {
            change.id: f"{change.document.title}\n{change.document.body}"
            for change in store.changes(0, store.position())
            if change.document is not None
        }
        store.close()
        return contents

    def indexed(self) -> tuple[int, dict[str, str]]:
        """The index's position, and id → content of every document that it finds, each found once."""
        index = open_index(self.config.index_dir, self.config.index)
        contents: dict[str, str] = {}
        page = 1
        while (results := index.search(Query(page=page, per_page=50, facets=()))).hits:
            for hit in results.hits:
                assert hit.document.id not in contents, f"{hit.document.id} is found twice"
                contents[hit.document.id] = f"{hit.document.title}\n{hit.document.body}"
            page += 1
        assert results.total == len(contents)
        position = index.position()
        index.close()
        return position, contents


def workplace(folder: Path, address: str) -> Workplace:
    """Settings in `folder` that lead to the simulator at `address`."""
    os.environ.setdefault(DEMO_KEY, "demo")
    shipped = load_settings(ROOT / "config.yaml", {"BUSCA_DATA_DIR": str(folder / "var")})
    path = folder / "settings.yaml"
    data = simulated(shipped, address, pages=None, web_port=free_port())
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return Workplace(folder, path, address)


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def shown_sources(answer: Mapping[str, Any]) -> set[str]:
    """The sources of the hits of a page, and of those that are named with them."""
    return {member["source"] for hit in answer["results"] for member in (hit, *hit["members"])}
