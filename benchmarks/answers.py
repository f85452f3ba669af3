"""What a whole answer takes in one process: reading the query, searching, counting every facet, cutting passages.

`passages` is the share of the ten hits' passages and marks in it. `long` is that share where each of the hits has a
body of about 1,400,000 characters, and `read` what it takes to read those hits. No answer comes from a cache.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import corpus
from benchmarks.latency import Figures, build, completed, count, parser, queries, tell, timed
from indexes.retrieval import passages
from indexes.whoosh_index import WhooshIndex
from search.analysis.analyzer import packaged
from search.config import settings
from search.model import Change
from search.query.parser import parse

LONG_WORDS = 190_000
"""Words of a long body on average: about 1,400,000 characters of made text."""

Look = Callable[[str], object]


def main(arguments: Sequence[str] | None = None) -> int:
    flags = parser("python -m benchmarks.answers", __doc__ or "")
    flags.add_argument("--long-words", type=int, default=LONG_WORDS, help="words of long bodies (default: %(default)s)")
    options = completed(flags.parse_args([*(sys.argv[1:] if arguments is None else arguments), "--engines", "busca"]))
    build(options)
    index, texts = _opened(options.folder / "busca"), queries(options)
    figures = timed({"answer": lambda text: index.search(parse(text))}, texts, options.rounds)
    figures |= timed({"passages": passages_of(index, texts)}, texts, options.rounds)
    figures |= long_bodies(options)
    print(f"{count(options)} documents, {len(texts)} queries asked {options.rounds} times; milliseconds, and its share")
    tell(figures)
    if options.json:
        print(json.dumps({"documents": count(options), "figures": figures}))
    return 0


def passages_of(index: WhooshIndex, texts: Sequence[str]) -> Look:
    """What cuts the passages of a query's ten hits, which are found and read before."""
    searcher, prepared = index._searchers.current(), {}  # noqa: SLF001  as the index itself asks for them
    for text in texts:
        query = parse(text)
        places = [searcher.number(hit.document.id) for hit in index.search(query).hits]
        numbers = [number for number in places if number is not None]
        prepared[text] = query, np.array(numbers, dtype=np.int64), [searcher.stored(number) for number in numbers]
    return lambda text: passages.shown(searcher, *prepared[text])


def reading_of(index: WhooshIndex, texts: Sequence[str]) -> Look:
    """What reads a query's ten hits, which are found before; of a long body that is the beginning."""
    searcher = index._searchers.current()  # noqa: SLF001  as the index itself asks for them
    places = {text: [searcher.number(hit.document.id) for hit in index.search(parse(text)).hits] for text in texts}
    return lambda text: [searcher.stored(number) for number in places[text] if number is not None]


def long_bodies(options: argparse.Namespace) -> Figures:
    texts = corpus.made_queries(options.limit)
    with TemporaryDirectory() as folder:
        index = _opened(Path(folder))
        index.rebuild(
            Change(number=number, id=page.id, document=page)
            for number, page in enumerate(corpus.made(10, words=options.long_words), 1)
        )
        figures = timed({"long": passages_of(index, texts), "read": reading_of(index, texts)}, texts, options.rounds)
        index.close()
    return figures


def _opened(folder: Path) -> WhooshIndex:
    return WhooshIndex(folder, settings.LocalIndex(cache_mib=0, processes=1), packaged())


if __name__ == "__main__":
    sys.exit(main())
