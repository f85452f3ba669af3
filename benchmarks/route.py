"""Which of our modules one search enters, in the order in which it enters them: the way of a query through the folders.

    python -m benchmarks.route "rejeição 528"

The index is a small one that is made for it, and has answered that text before: what is read once, when an index is
opened or a word list is used first, is no part of the way, nor are compiled loops. A module is entered where a function
of it is called from another module of ours, also by way of a library.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from zoneinfo import ZoneInfo

from benchmarks import corpus
from busca.corpus import page
from indexes import open_index
from search.config.settings import DEFAULT_INDEX
from search.curation import lexicon
from search.model import Change, Document, Query
from search.service import SearchService
from web.parameters import SearchParameters

OURS = ("busca", "web", "crawlers", "indexes", "search")
SOURCES = ("tdn", "kb", "youtube", "downloads")
BESIDE = "À emissão é atribuída a operação à qual ele está sujeito, até às últimas ações, índices e êxitos únicos, "
DOCUMENTS, ABOUT = 200, 12
"""Documents of made text, and those about what is asked: more than a page of them."""


def main(arguments: Sequence[str] | None = None) -> int:
    flags = argparse.ArgumentParser(prog="python -m benchmarks.route", description=__doc__)
    flags.add_argument("text", help="what is searched for")
    flags.add_argument("--page", action="store_true", help="ask as the page does: one hit a subject, balanced sources")
    options = flags.parse_args(arguments)
    times = route(options.text, page=options.page)
    for place, (module, count) in enumerate(times.items(), 1):
        print(f"{place:3}  {module}" + (f"  ({count} times)" if count > 1 else ""))
    return 0


def route(text: str, *, page: bool) -> Counter[str]:
    """Module → how often a search for the text enters it, in the order of the first time."""
    query = SearchParameters(q=text).query("pt") if page else Query(text=text)
    with opened(text) as service:
        service.search(query)
        return entered(lambda: service.search(query))


@contextmanager
def opened(text: str) -> Iterator[SearchService]:
    """The service on an index of some documents about a text among others."""
    with TemporaryDirectory(prefix="busca-route-") as folder:
        index = open_index(Path(folder), DEFAULT_INDEX.temporary)
        documents = chain(corpus.made(DOCUMENTS, words=60), about(text))
        index.rebuild(Change(number=n, id=document.id, document=document) for n, document in enumerate(documents, 1))
        service = SearchService(index=index, lexicon=lexicon.load(), zone=ZoneInfo("UTC"))
        yield service
        index.close()


def about(text: str) -> Iterator[Document]:
    """Documents as sources have them: the text in the middle of a body, between words with accents."""
    for number in range(ABOUT):
        body = f"{BESIDE * 3}Como resolver {text}: {BESIDE * 3}".strip()
        document = page(number, f"Caso {number}: {text}", body, product="produto 1")
        yield replace(document, source=SOURCES[number % len(SOURCES)], key=f"about-{number}")


def entered(call: Callable[[], object]) -> Counter[str]:
    """Module → how often the call entered it from another one of ours, in the order of the first time."""
    times: Counter[str] = Counter()

    def look(frame: FrameType, event: str, _: object) -> None:
        if event != "call" or not (module := _module(frame)):
            return
        before = frame.f_back
        while before is not None and not _module(before):  # a library that calls us back
            before = before.f_back
        if before is None or _module(before) != module:
            times[module] += 1

    sys.setprofile(look)
    try:
        call()
    finally:
        sys.setprofile(None)
    return times


def _module(frame: FrameType) -> str:
    """The module of ours that a frame belongs to, "" of any other."""
    name = str(frame.f_globals.get("__name__", ""))
    return name if name.partition(".")[0] in OURS else ""


if __name__ == "__main__":
    sys.exit(main())
