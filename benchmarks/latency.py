"""How long a search takes: ours, stock Whoosh, Tantivy and SQLite FTS5 take turns, query by query, in one process.

All index the same tokens and answer the same question: see benchmarks/engines.py. `passages` is ours with what a result
page shows beside. Engines keep their indexes under the folder and use them again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import corpus
from benchmarks.engines import ENGINES, Busca, Engine, Passages, any_of
from search.model import Document, Query
from search.query import parse


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    engines = {name: _opened(name, options) for name in options.engines}
    queries = _queries(options)
    if options.phrases:
        queries = [f'"{query}"' for query in queries if len(query.split()) > 1]
    times = _measure(engines, queries, options.rounds)
    figures = {name: _figures(taken) for name, taken in times.items()}
    count = sum(1 for _ in _documents(options))
    print(f"{count} documents, {len(queries)} queries asked {options.rounds} times; milliseconds, and times ours")
    _print(figures)
    if options.json:
        print(json.dumps({"documents": count, "engines": figures}))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--docs", type=Path, help="JSON Lines of pages, plain or .xz (default: made text)")
    parser.add_argument("--queries", type=Path, help="one query a line (default: made from words of the text)")
    parser.add_argument("--phrases", action="store_true", help="ask each query as a phrase")
    parser.add_argument("--long", action="store_true", help="ask for 10 to 14 words in a row of the documents")
    parser.add_argument("--made", type=int, default=4_000, help="documents of made text (default: %(default)s)")
    parser.add_argument("--limit", type=int, default=100, help="queries to ask (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="times each query is asked (default: %(default)s)")
    parser.add_argument("--engines", nargs="+", choices=(*ENGINES, "passages"), help="default: all that are installed")
    parser.add_argument("--folder", type=Path, help="where the indexes are kept (default: var/bench/…)")
    parser.add_argument("--fresh", action="store_true", help="build the indexes anew")
    parser.add_argument("--json", action="store_true", help="end with one line that holds one object")
    options = parser.parse_args(arguments)
    name = options.docs.resolve().as_posix() if options.docs else f"made-{options.made}"
    options.folder = options.folder or Path("var/bench") / blake2b(name.encode(), digest_size=6).hexdigest()
    options.engines = options.engines or [
        name for name in ("busca", "passages", *list(ENGINES)[1:]) if name != "tantivy" or find_spec("tantivy")
    ]
    return options


def _documents(options: argparse.Namespace) -> Iterable[Document]:
    return corpus.pages(options.docs) if options.docs else corpus.made(options.made)


def _opened(name: str, options: argparse.Namespace) -> Engine:
    """The engine on its index, which is built where there is none that is whole."""
    folder: Path = options.folder / ("busca" if name == "passages" else name)
    done = folder.with_suffix(".done")
    if name != "passages" and (options.fresh or not done.exists()):
        done.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        engine = ENGINES[name](folder)
        print(f"{name}: building the index …", file=sys.stderr)
        engine.build(_documents(options))
        done.touch()
    kinds: dict[str, type[Any]] = {**ENGINES, "busca": Busca, "passages": Passages}
    opened: Engine = kinds[name](folder)
    return opened


def _queries(options: argparse.Namespace) -> list[str]:
    if options.long:
        return list(islice(corpus.long_queries(_documents(options)), options.limit))
    if options.queries:
        lines = options.queries.read_text(encoding="utf-8").splitlines()
        return list(islice((line for line in lines if line.strip()), options.limit))
    if options.docs:
        documents = islice(corpus.pages(options.docs), 0, None, 37)
        return [" ".join(document.title.split()[:3]) for document in islice(documents, options.limit)]
    return corpus.made_queries(options.limit)


def _measure(engines: dict[str, Engine], queries: list[str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each call; the first round warms up and does not count. Reading a query is part of none."""
    asked = {
        name: [engine.prepare(each) for each in _questions(engines, name, queries)] for name, engine in engines.items()
    }
    times: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(rounds + 1):
        for place in range(len(queries)):
            for name, engine in engines.items():
                began = time.perf_counter()
                engine.ask(asked[name][place])
                if turn:
                    times[name].append((time.perf_counter() - began) * 1000)
    return times


def _questions(engines: dict[str, Engine], name: str, queries: list[str]) -> Iterator[Query]:
    """What an engine is asked: the peers for any of the words where ours finds no document with all."""
    ours = engines.get("busca")
    for query in map(parse, queries):
        relaxed = isinstance(ours, Busca) and ours.is_relaxed(ours.prepare(query))
        yield any_of(query) if relaxed and not isinstance(engines[name], Busca) else query


def _figures(taken: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(taken, n=100)
    figures = {"min_ms": min(taken), "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
    return {name: round(value, 3) for name, value in figures.items()}


def _print(figures: dict[str, dict[str, float]]) -> None:
    ours = next(iter(figures.values()))
    print(f"{'engine':10}" + "".join(f"{name.removesuffix('_ms'):>20}" for name in ours))
    for engine, row in figures.items():
        cells = (f"{value:10.3f} ({value / ours[name]:6.1f})" for name, value in row.items())
        print(f"{engine:10}" + "".join(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
