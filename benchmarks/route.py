"""Which of our modules one search enters, in the order in which it enters them: the way of a query through the folders.

    python -m benchmarks.route "rejeição 528"

The index is a small one that is made for it, and has answered that text before: what is read once, when an index is
opened or a word list is used first, is no part of the way. `times` counts how often a module is entered from another.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
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
from search.model import Change, Document
from search.service import Answer, SearchService
from web.parameters import SearchParameters

OURS = ("busca", "web", "crawlers", "indexes", "search")
SOURCES = ("tdn", "kb", "youtube", "downloads")
DOCUMENTS, ABOUT = 200, 12
"""Documents of made text, and those about what is asked: more than a page of them."""


def main(arguments: Sequence[str] | None = None) -> int:
    made = argparse.ArgumentParser(prog="python -m benchmarks.route", description=__doc__)
    made.add_argument("text", help="what is searched for")
    text = made.parse_args(arguments).text
    with opened(text) as service:
        times = entered(partial(asked, service, text))
    for place, (module, count) in enumerate(times.items(), 1):
        print(f"{place:3}  {module}" + (f"  ({count} times)" if count > 1 else ""))
    return 0


@contextmanager
def opened(text: str) -> Iterator[SearchService]:
    """The service on an index of some documents about a text among others, which has answered it once."""
    with TemporaryDirectory(prefix="busca-route-") as folder:
        index = open_index(Path(folder), DEFAULT_INDEX.temporary)
        documents = chain(corpus.made(DOCUMENTS, words=60), about(text))
        index.rebuild(Change(number=number, id=each.id, document=each) for number, each in enumerate(documents, 1))
        service = SearchService(index=index, lexicon=lexicon.load(), zone=ZoneInfo("UTC"))
        asked(service, text)
        yield service
        index.close()


def about(text: str) -> Iterator[Document]:
    for number in range(ABOUT):
        made = page(number, f"Caso {number}: {text}", f"Como resolver {text}.", product="produto 1")
        yield replace(made, source=SOURCES[number % len(SOURCES)], key=f"about-{number}")


def asked(service: SearchService, text: str) -> Answer:
    """What the page asks."""
    return service.search(SearchParameters(q=text).query("pt"))


def entered(call: Callable[[], object]) -> Counter[str]:
    """Module → how often the call entered it from another one of ours, in the order of the first time."""
    times: Counter[str] = Counter()

    def look(frame: FrameType, event: str, _: object) -> None:
        if event != "call" or not _ours(module := _module(frame)):
            return
        before = frame.f_back
        while before is not None and not _ours(_module(before)):  # a library called back
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
    return str(frame.f_globals.get("__name__", ""))


def _ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


if __name__ == "__main__":
    sys.exit(main())
