"""How long a search takes: our index against stock Whoosh on the same folder, query by query in one process.

Both give the ten best documents with their stored fields, the exact number of all, and the counts by source and by
product. Stock Whoosh is asked with the same terms: a disjunction per word, all words required, `groupedby` on both.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from whoosh import index as whoosh
from whoosh import query as whoosh_query
from whoosh.searching import Searcher

from benchmarks import corpus
from indexes.generations import Generations
from indexes.schema import CODE_FIELDS, TEXT_FIELDS
from indexes.snapshot import weighting
from indexes.whoosh_index import WhooshIndex, open_index
from search import config, ranking
from search.model import Change
from search.query import parse

FACETS = ("source", "product")
Ask = Callable[[str], int]
"""Runs a query, returns how many documents it found."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    index = _built(options.docs, options.folder, options.made, fresh=options.fresh)
    generations = Generations(options.folder / "index")
    searcher = whoosh.open_dir(str(generations.path(generations.current()))).searcher(weighting=weighting())
    engines: dict[str, Ask] = {"busca": lambda text: _ours(index, text), "whoosh": lambda text: _stock(searcher, text)}
    times = _measure(engines, _queries(options), options.rounds)
    figures = {name: _figures(taken) for name, taken in times.items()}
    _print(figures, index.status().documents)
    if options.json:
        print(json.dumps({"documents": index.status().documents, "engines": figures}))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--docs", type=Path, help="JSON Lines of pages, plain or .xz (default: made text)")
    parser.add_argument("--queries", type=Path, help="one query a line (default: made from words of the text)")
    parser.add_argument("--made", type=int, default=4_000, help="documents of made text (default: %(default)s)")
    parser.add_argument("--limit", type=int, default=100, help="queries to ask (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="times each query is asked (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="where the index is kept (default: var/bench/…)")
    parser.add_argument("--fresh", action="store_true", help="build the index anew")
    parser.add_argument("--json", action="store_true", help="end with one line that holds one object")
    options = parser.parse_args(arguments)
    name = options.docs.resolve().as_posix() if options.docs else f"made-{options.made}"
    options.folder = options.folder or Path("var/bench") / blake2b(name.encode(), digest_size=6).hexdigest()
    return options


def _built(docs: Path | None, folder: Path, made: int, *, fresh: bool) -> WhooshIndex:
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    index = open_index(folder / "index", config.Index())
    if index.position() == 0:
        print("building the index …", file=sys.stderr)
        documents = corpus.pages(docs) if docs else corpus.made(made)
        began = time.perf_counter()
        index.rebuild(
            Change(number=number, id=document.id, document=document) for number, document in enumerate(documents, 1)
        )
        count, seconds = index.status().documents, time.perf_counter() - began
        print(f"indexed {count} documents in {seconds:.0f} s, {count / seconds:.0f} a second", file=sys.stderr)
    return index


def _queries(options: argparse.Namespace) -> list[str]:
    if options.queries:
        lines = options.queries.read_text(encoding="utf-8").splitlines()
        return list(islice((line for line in lines if line.strip()), options.limit))
    if options.docs:
        documents = islice(corpus.pages(options.docs), 0, None, 37)
        return [" ".join(document.title.split()[:3]) for document in islice(documents, options.limit)]
    return corpus.made_queries(options.limit)


def _ours(index: WhooshIndex, text: str) -> int:
    return index.search(replace(parse(text), facets=FACETS)).total


def _stock(searcher: Searcher, text: str) -> int:
    words = [
        whoosh_query.DisjunctionMax([_anywhere(term) for term in clause.terms[0]])
        for clause in parse(text).clauses
        if clause.kind in ("word", "code")
    ]
    asked = whoosh_query.And(words) if words else whoosh_query.NullQuery
    found = searcher.search(asked, limit=10, groupedby=[f"c_{name}" for name in FACETS])
    for name in found.facet_names():
        found.groups(name)
    for hit in found:
        hit.fields()
    return len(found)


def _anywhere(term: str) -> whoosh_query.Query:
    fields, weights = (CODE_FIELDS, ranking.CODE_FIELDS) if ":" in term else (TEXT_FIELDS, ranking.FIELDS)
    return whoosh_query.Or([whoosh_query.Term(field, term, boost=weights[field]) for field in fields])


def _measure(engines: dict[str, Ask], queries: list[str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each call, engines taking turns; the first round warms up and does not count."""
    times: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(rounds + 1):
        for query in queries:
            for name, ask in engines.items():
                began = time.perf_counter()
                ask(query)
                if turn:
                    times[name].append((time.perf_counter() - began) * 1000)
    return times


def _figures(taken: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(taken, n=100)
    figures = {"min_ms": min(taken), "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
    return {name: round(value, 3) for name, value in figures.items()}


def _print(figures: dict[str, dict[str, float]], documents: int) -> None:
    print(f"{documents} documents; milliseconds a search, and times ours")
    print(f"{'engine':10}" + "".join(f"{name.removesuffix('_ms'):>18}" for name in figures["busca"]))
    for engine, row in figures.items():
        cells = (f"{value:9.2f} ({value / figures['busca'][name]:5.1f})" for name, value in row.items())
        print(f"{engine:10}" + "".join(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
