"""How long a command takes from its start to its end, as a process, beside `python -c 'import flask'` in the same run.

The commands take turns; a first round warms up and does not count. Without --config it is about made documents in a
folder that is gone afterwards. `times` is what travels from one machine to another: docs/performance.md has the limits.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import corpus
from crawlers.registry import load_settings
from indexes import open_index
from search.analysis import analyzer
from search.index import sync
from search.store.store import open_store

PEER = "import flask"
QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
SETTINGS = "data_dir: data\nsources: {tdn: {kind: feed, label: TDN, url: 'https://portal.example/feed'}}\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.commands", description=__doc__)
    parser.add_argument("--config", type=Path, help="settings to run with (default: those of made documents)")
    parser.add_argument("--made", type=int, default=400, help="made documents (default: %(default)s)")
    parser.add_argument("--text", default="nota fiscal", help="what is searched (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=10, help="times each command is run (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="end with one line that holds one object")
    options = parser.parse_args(arguments)
    with _settings(options.config, options.made) as settings:
        figures = timed(commands(settings, options.text), options.rounds)
    print(f"{'command':<24} {'median ms':>9}  times")
    for name, figure in figures.items():
        print(f"{name:<24} {figure['median_ms']:9.0f}  {figure['times']:5.2f}")
    if options.json:
        print(json.dumps(figures))
    return 0


def commands(settings: Path, text: str) -> dict[str, list[str]]:
    """Name → command; the peer comes first."""
    script = Path(sys.executable).with_name("busca")
    busca = [str(script)] if script.exists() else [sys.executable, "-m", "busca"]
    command = [*busca, "--config", str(settings)]
    return {
        PEER: [sys.executable, "-c", PEER],
        "busca --help": [*busca, "--help"],
        "busca status": [*command, "status"],
        "busca search TEXT": [*command, "search", text],
    }


def timed(calls: dict[str, list[str]], rounds: int) -> dict[str, dict[str, float]]:
    """The median of each command in milliseconds, and how many times that of the first it is."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    durations: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds + 1):
        for name, command in calls.items():
            began = time.perf_counter()
            subprocess.run(command, check=True, env=environment, **QUIET)  # noqa: S603  our own commands
            durations[name].append((time.perf_counter() - began) * 1000)
    medians = {name: statistics.median(times[1:]) for name, times in durations.items()}
    peer = next(iter(medians.values()))
    return {name: {"median_ms": round(median, 1), "times": round(median / peer, 2)} for name, median in medians.items()}


@contextmanager
def _settings(path: Path | None, documents: int) -> Iterator[Path]:
    """The settings to run with, of a store and an index that are filled."""
    if path is not None:
        yield path
        return
    with TemporaryDirectory(prefix="busca-commands-") as folder:
        settings = Path(folder) / "config.yaml"
        settings.write_text(SETTINGS, encoding="utf-8")
        config = load_settings(settings)
        store = open_store(config.store_url)
        with store.writing() as write:
            write.put_all(list(corpus.made(documents)))
        index = open_index(config.index_dir, config.index, analyzer.read(config.words_folder))
        sync(store, index, batch=documents)
        index.close()
        store.close()
        yield settings


if __name__ == "__main__":
    sys.exit(main())
