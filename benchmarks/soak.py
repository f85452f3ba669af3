"""A writer commits without a pause, readers ask all the time: no error, no stale answer, no growing memory.

The writer stamps one document with the time of its commit. A reader that is told an older time than that of the commit
before the last look is behind by the difference; `stale_ms` is the largest one.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import count, islice
from multiprocessing.synchronize import Barrier
from pathlib import Path

from benchmarks import corpus
from indexes import open_index, warmup
from search.config import settings
from search.errors import BuscaError
from search.index import Index
from search.model import ANYONE, Change, Document
from search.query.parser import parse

EVERY_S = 0.2
MARK = "marca"
WARM_SHARE = 0.25
"""Of the time, after which memory may grow no more."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    folder = Path(options.folder or tempfile.mkdtemp())
    index = open_index(folder, settings.LocalIndex(processes=1))
    documents = corpus.made(options.made, words=60)
    index.rebuild(Change(number=n, id=page.id, document=page) for n, page in enumerate(documents, 1))
    spawned = multiprocessing.get_context("spawn")
    together = spawned.Barrier(options.readers + 1)
    with ProcessPoolExecutor(options.readers, spawned, initializer=get_ready, initargs=(together,)) as pool:
        futures = [pool.submit(read, folder, options.seconds, number) for number in range(options.readers)]
        together.wait()
        commits = write(index, time.time() + options.seconds, options.made)
        rows = [future.result() for future in futures]
    figures = {
        "seconds": options.seconds,
        "commits": commits,
        "answers": sum(row["answers"] for row in rows),
        "errors": sum(row["errors"] for row in rows),
        "stale_ms": round(max(row["stale_ms"] for row in rows), 1),
        "slowest_ms": round(max(row["slowest_ms"] for row in rows), 1),
        "grown_mib": round(max(row["grown_mib"] for row in rows), 1),
    }
    for name, value in figures.items():
        print(f"{name:12}{value:>12}")
    if options.json:
        print(json.dumps(figures))
    return 1 if figures["errors"] else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (default: %(default)s)")
    parser.add_argument("--readers", type=int, default=4, help="processes that ask (default: %(default)s)")
    parser.add_argument("--made", type=int, default=2_000, help="documents to begin with (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="where the index is kept (default: a temporary folder)")
    parser.add_argument("--json", action="store_true", help="end with one line that holds one object")
    return parser.parse_args(arguments)


def write(index: Index, until: float, position: int) -> int:
    """Commit every EVERY_S: the stamp, five edits and a removal; return how many commits there were."""
    texts = list(islice(corpus.made(200, words=60, seed=9), 200))
    numbers, commits = count(position + 1), 0
    while (now := time.time()) < until:
        turn = commits * 6
        edits = [replace(texts[(turn + step) % 200], key=str((turn + step) % 400)) for step in range(5)]
        changes = [Change(number=next(numbers), id=page.id, document=page) for page in edits]
        gone = replace(texts[0], key=str((turn + 200) % 400)).id
        if gone not in {page.id for page in edits}:
            changes.append(Change(number=next(numbers), id=gone, document=None))
        stamp = stamped(texts[0])
        index.apply([*changes, Change(number=next(numbers), id=stamp.id, document=stamp)])
        commits += 1
        time.sleep(max(0.0, EVERY_S - (time.time() - now)))
    return commits


def stamped(like: Document) -> Document:
    """The document that says when it was written."""
    return replace(like, key="stamp", title=MARK, body=f"{time.time():.6f}")


def get_ready(together: Barrier) -> None:
    """Begin when all processes can."""
    warmup.load()
    together.wait()


def read(folder: Path, seconds: float, number: int) -> dict[str, float]:
    """Ask for so long: queries, completions, documents; the stamp tells how old the answers are."""
    until = time.time() + seconds
    index = open_index(folder, settings.LocalIndex())
    queries = [parse(text) for text in corpus.made_queries(50, seed=number)]
    began, warm, stale, slowest = time.time(), 0.0, 0.0, 0.0
    answers = errors = 0
    for turn in count():
        now = time.time()
        if now >= until:
            break
        try:
            index.search(queries[turn % 50])
            if turn % 10 == 0:
                results = index.search(parse(MARK))
                index.complete("ba", 5, ANYONE)
                if results.hits and now - began > 1.0:  # the first stamp takes a commit to come
                    stale = max(stale, now - float(results.hits[0].document.body))
        except BuscaError as error:  # what visitors would be told; anything else ends the benchmark
            errors += 1
            print(f"reader {number}: {type(error).__name__}: {error}", file=sys.stderr)
        slowest = max(slowest, time.time() - now)
        answers += 1
        if not warm and time.time() - began > WARM_SHARE * (until - began):
            warm = anon_mib()
    grown = max(0.0, anon_mib() - warm)
    return {
        "answers": answers,
        "errors": errors,
        "stale_ms": stale * 1000,
        "slowest_ms": slowest * 1000,
        "grown_mib": grown,
    }


def anon_mib() -> float:
    """Memory of this process beside mapped files."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
