"""How searching, opening and memory grow with the number of documents, on made text whose words follow Zipf's law.

Each engine is measured in a process of its own. `anon_mib` is that process's memory beside mapped files, once all
queries were asked; `open_ms` the time from the first call to the first answer. Peers are built up to --peers documents.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks import corpus, latency
from benchmarks.engines import ENGINES, AllCores
from benchmarks.plot import lines
from benchmarks.soak import anon_mib
from search.query.parser import parse

SIZES = (50_000, 100_000, 200_000, 500_000)
WORDS = 250


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    rows: list[dict[str, Any]] = []
    for size in options.sizes:
        engines = [name for name in options.engines if name == "busca" or size <= options.peers]
        figures = {name: _in_a_process(name, size, options) for name in engines}
        rows.append({"documents": size, "engines": figures})
        for name, row in figures.items():
            print(
                f"{size:10} {name:10}"
                + "".join(f"  {column.removesuffix('_ms')} {row[column]:10.2f}" for column in row)
            )
    if options.plot:
        options.plot.write_text(_plot(rows), encoding="utf-8")
    if options.json:
        print(json.dumps({"sizes": rows}))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="documents (default: %(default)s)")
    parser.add_argument("--peers", type=int, default=50_000, help="documents up to which peers are built")
    parser.add_argument("--limit", type=int, default=100, help="queries to ask (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="times each query is asked (default: %(default)s)")
    parser.add_argument("--engines", nargs="+", choices=tuple(ENGINES), help="default: all that are installed")
    parser.add_argument("--folder", type=Path, default=Path("var/bench/growth"), help="where the indexes are kept")
    parser.add_argument("--fresh", action="store_true", help="build the indexes anew")
    parser.add_argument("--plot", type=Path, help="write an SVG of the 95th percentiles")
    parser.add_argument("--json", action="store_true", help="end with one line that holds one object")
    options = parser.parse_args(arguments)
    options.engines = options.engines or latency.installed()
    return options


def _in_a_process(name: str, size: int, options: argparse.Namespace) -> dict[str, float]:
    folder = options.folder / f"{name}-{size}"
    done = folder.with_suffix(".done")
    if options.fresh or not done.exists():
        print(f"{name}: building the index of {size} documents …", file=sys.stderr)
        build(name, folder, size)
        done.touch()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, name, folder, options.limit, options.rounds).result()


def build(name: str, folder: Path, size: int) -> None:
    engine = (AllCores if name == "busca" else ENGINES[name])(folder)
    engine.build(corpus.made(size, words=WORDS))


def measure(name: str, folder: Path, limit: int, rounds: int) -> dict[str, float]:
    """Open the index, ask everything, and say what that took."""
    engine = ENGINES[name](folder)
    questions = [engine.prepare(parse(text)) for text in corpus.made_queries(limit)]
    began = time.perf_counter()
    engine.ask(questions[0])
    open_ms = (time.perf_counter() - began) * 1000
    figures = latency.timed({name: engine.ask}, questions, rounds)[name]
    return {**figures, "open_ms": round(open_ms, 1), "anon_mib": round(anon_mib(), 1)}


def _plot(rows: list[dict[str, Any]]) -> str:
    series: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        for name, figures in row["engines"].items():
            series.setdefault(name, []).append((row["documents"], figures["p95_ms"]))
    return lines("95th percentile of a search", "documents", "ms", series)


if __name__ == "__main__":
    sys.exit(main())
