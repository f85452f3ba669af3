"""How long a search takes: ours, stock Whoosh, Tantivy and SQLite FTS5 take turns, query by query, in one process.

All index the same tokens and answer the same question: see benchmarks/engines.py. `passages` is ours with what a result
page shows beside. Engines keep their indexes under the folder and use them again.
"""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import corpus
from benchmarks.engines import ENGINES, Engine, Passages
from busca.corpus import pages
from search.model import Document
from search.query.parser import parse

Ask = Callable[[Any], object]
Figures = dict[str, dict[str, float]]


def main(arguments: Sequence[str] | None = None) -> int:
    flags = parser("python -m benchmarks.latency", __doc__ or "")
    options = completed(flags.parse_args(arguments), passages=True)
    build(options)
    texts = queries(options)
    engines = {name: _opened(name, options) for name in options.engines}
    searches = {name: [engine.prepare(parse(text)) for text in texts] for name, engine in engines.items()}
    places = list(range(len(texts)))
    figures = timed({name: partial(_ask, engines[name], searches[name]) for name in engines}, places, options.rounds)
    print(
        f"{count(options)} documents, {len(texts)} queries asked {options.rounds} times; milliseconds, and times ours"
    )
    tell(figures)
    if options.json:
        print(json.dumps({"documents": count(options), "engines": figures}))
    return 0


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """The options of a benchmark that asks queries."""
    flags = argparse.ArgumentParser(prog=name, description=description)
    flags.add_argument("--docs", type=Path, help="JSON Lines of pages, plain or .xz (default: made text)")
    flags.add_argument("--queries", type=Path, help="one query a line (default: made from words of the text)")
    flags.add_argument("--phrases", action="store_true", help="ask each query as a phrase")
    flags.add_argument("--long", action="store_true", help="ask for 10 to 14 words in a row of the documents")
    flags.add_argument("--made", type=int, default=4_000, help="documents of made text (default: %(default)s)")
    flags.add_argument("--limit", type=int, default=100, help="queries to ask (default: %(default)s)")
    flags.add_argument("--rounds", type=int, default=3, help="times each query is asked (default: %(default)s)")
    flags.add_argument("--engines", nargs="+", choices=(*ENGINES, "passages"), help="default: all that are installed")
    flags.add_argument("--folder", type=Path, help="where the indexes are kept (default: var/bench/…)")
    flags.add_argument("--fresh", action="store_true", help="build the indexes anew")
    flags.add_argument("--json", action="store_true", help="end with one line that holds one object")
    return flags


def completed(options: argparse.Namespace, *, passages: bool = False) -> argparse.Namespace:
    """The options with the folder and the engines that were not named."""
    name = options.docs.resolve().as_posix() if options.docs else f"made-{options.made}"
    options.folder = options.folder or Path("var/bench") / blake2b(name.encode(), digest_size=6).hexdigest()
    options.engines = options.engines or [*installed()[:1], *(["passages"] if passages else []), *installed()[1:]]
    return options


def installed() -> list[str]:
    """The engines that there are, ours first: Tantivy comes with the extra `bench`."""
    return [name for name in ENGINES if name != "tantivy" or find_spec("tantivy")]


def documents(options: argparse.Namespace) -> Iterable[Document]:
    return pages(options.docs) if options.docs else corpus.made(options.made)


def count(options: argparse.Namespace) -> int:
    return sum(1 for _ in documents(options))


def build(options: argparse.Namespace) -> None:
    """Build the index of each engine that has none that is whole."""
    for name in dict.fromkeys(_index_of(name) for name in options.engines):
        folder: Path = options.folder / name
        done = folder.with_suffix(".done")
        if options.fresh or not done.exists():
            done.unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            print(f"{name}: building the index …", file=sys.stderr)
            ENGINES[name](folder).build(documents(options))
            done.touch()


def queries(options: argparse.Namespace) -> list[str]:
    """What is asked, as a person would type it."""
    if options.long:
        texts = corpus.long_queries(documents(options))
    elif options.queries:
        texts = iter(filter(str.strip, options.queries.read_text(encoding="utf-8").splitlines()))
    elif options.docs:
        texts = (" ".join(page.title.split()[:3]) for page in islice(pages(options.docs), 0, None, 37))
    else:
        texts = iter(corpus.made_queries(options.limit))
    sample = list(islice(texts, options.limit))
    return [f'"{text}"' for text in sample if len(text.split()) > 1] if options.phrases else sample


def timed(engines: Mapping[str, Ask], questions: Sequence[Any], rounds: int) -> Figures:
    """Milliseconds of each call; the engines take turns, the first round warms up and does not count.

    Garbage is collected between the questions, as timeit has it: no engine pays for what another one leaves.
    """
    times: dict[str, list[float]] = {name: [] for name in engines}
    gc.disable()
    for turn in range(rounds + 1):
        for question in questions:
            for name, ask in engines.items():
                began = time.perf_counter()
                ask(question)
                if turn:
                    times[name].append((time.perf_counter() - began) * 1000)
            gc.collect(1)
    gc.enable()
    return {name: _figures(durations) for name, durations in times.items()}


def tell(figures: Figures) -> None:
    """Print a table; in brackets stands what share, or how many times ours a figure is."""
    ours = next(iter(figures.values()))
    print(f"{'engine':10}" + "".join(f"{name.removesuffix('_ms'):>20}" for name in ours))
    for engine, row in figures.items():
        cells = (f"{value:10.3f} ({value / ours[name]:6.1f})" for name, value in row.items())
        print(f"{engine:10}" + "".join(f"{cell:>20}" for cell in cells))


def _index_of(name: str) -> str:
    return "busca" if name == "passages" else name


def _opened(name: str, options: argparse.Namespace) -> Engine:
    kinds: dict[str, type[Any]] = {**ENGINES, "passages": Passages}
    engine: Engine = kinds[name](options.folder / _index_of(name))
    return engine


def _ask(engine: Engine, prepared: list[Any], place: int) -> None:
    engine.ask(prepared[place])


def _figures(durations: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(durations, n=100)
    figures = {"min_ms": min(durations), "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
    return {name: round(value, 3) for name, value in figures.items()}


if __name__ == "__main__":
    sys.exit(main())
