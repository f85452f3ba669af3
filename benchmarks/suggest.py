"""How long completion and correction take, keystroke by keystroke and mistake by mistake.

What is typed comes from the titles of the indexed documents: the words of every so many-th, from its first or a later
one on, cut off somewhere; codes cut off likewise; the same with one mistake. `restored` is the share of misspelt texts
of which the correction is what was there before the mistake. The index is the one of `benchmarks.latency`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks import latency
from benchmarks.soak import anon_mib
from indexes import open_index
from search.analysis.analyzer import fold
from search.config import settings
from search.curation import lexicon
from search.identifiers.recognizer import in_text
from search.index import Index
from search.model import ANYONE, Completion, Correction
from search.query.parser import parse
from search.service import SearchService
from search.suggest.spelling import wrong_letters

EVERY = 37
"""Of so many titles one is typed."""


def main(arguments: Sequence[str] | None = None) -> int:
    flags = latency.parser("python -m benchmarks.suggest", __doc__ or "")
    options = latency.completed(flags.parse_args(arguments))
    options.engines = ["busca"]
    latency.build(options)
    index = open_index(options.folder / "busca", settings.LocalIndex(cache_mib=0))
    lanes, originals = _lanes(options, random.Random(1))
    figures: dict[str, Any] = {"documents": latency.count(options), **_first(index, lanes)}
    print(f"{figures['documents']} documents; milliseconds")
    figures["lanes"] = {name: _timed(_ask(index, name), lanes[name], options.rounds) for name in lanes if lanes[name]}
    latency.tell(figures["lanes"])
    correct = _ask(index, "correct")
    meant = [[correction.text for correction in correct(text)] for text in originals]
    figures["restored"] = round(sum(map(_same, meant, originals.values())) / max(len(originals), 1), 3)
    for name in ("open_ms", "first_completion_ms", "first_correction_ms", "anon_mib", "restored"):
        print(f"{name:20} {figures[name]:10}")
    if options.json:
        print(json.dumps(figures))
    return 0


def _lanes(options: argparse.Namespace, dice: random.Random) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What is typed in each lane, and for each misspelt text what was meant."""
    documents = list(islice(latency.documents(options), 0, None, EVERY))[: options.limit * 3]
    titles = [page.title.split() for page in documents]
    beginnings = [_begun(words[dice.randrange(len(words)) :][:3], dice) for words in titles if words]
    texts = [" ".join(word for word in words if word.isalpha())[:60].rsplit(" ", 1)[0] for words in titles]
    originals = {wrong: text for text in texts if (wrong := _misspelt(text, dice)) != text}
    codes = [code.identifier.value for document in documents for code in in_text(f"{document.title} {document.body}")]
    lanes = {
        "complete": beginnings,
        "codes": [_begun([code], dice) for code in codes],
        "misspelt": [_misspelt(text, dice) for text in beginnings],
        "correct": list(originals),
        "known": texts,
    }
    return {name: list(dict.fromkeys(lane))[: options.limit] for name, lane in lanes.items()}, originals


def _begun(words: Sequence[str], dice: random.Random) -> str:
    """A text of some words, of which the last is cut off."""
    last = words[-1]
    return " ".join((*words[:-1], last[: dice.randrange(min(2, len(last)), len(last) + 1)]))


def _misspelt(text: str, dice: random.Random) -> str:
    """The text with one mistake in one of its long words: two letters changed places, one missing, doubled or wrong."""
    words = text.split()
    places = [place for place, word in enumerate(words) if wrong_letters(fold(word)) and len(word) > 4]
    if not places:
        return text
    place = dice.choice(places)
    word = words[place]
    at = dice.randrange(1, len(word) - 1)
    one, two, rest = word[at], word[at + 1], word[at + 2 :]
    wrong = dice.choice((two + one + rest, two + rest, one + one + two + rest, dice.choice("aeiorst") + two + rest))
    words[place] = word[:at] + wrong
    return " ".join(words)


def _same(offered: list[str], meant: str) -> bool:
    return bool(offered) and fold(offered[0]) == fold(meant)


def _ask(index: Index, lane: str) -> Callable[[str], Sequence[Correction | Completion]]:
    if lane in ("correct", "known"):
        service = SearchService(index=index, lexicon=lexicon.load(), zone=ZoneInfo("UTC"))
        return lambda text: service.corrections(parse(text))
    return lambda text: index.complete(text, 8, ANYONE)


def _first(index: Index, lanes: dict[str, list[str]]) -> dict[str, float]:
    """How long it takes to open, and to complete and correct for the first time; and what memory these two take."""
    open_ms, before = _taken(index.status), anon_mib()
    completed = _taken(partial(_ask(index, "misspelt"), lanes["misspelt"][0]))
    corrected = _taken(partial(_ask(index, "correct"), lanes["correct"][0])) if lanes["correct"] else 0.0
    return {
        "open_ms": open_ms,
        "first_completion_ms": completed,
        "first_correction_ms": corrected,
        "anon_mib": round(anon_mib() - before, 1),
    }


def _taken(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return round((time.perf_counter() - began) * 1000, 1)


def _timed(ask: Callable[[str], object], texts: Sequence[str], rounds: int) -> dict[str, float]:
    return latency.timed({"": ask}, texts, rounds)[""]


if __name__ == "__main__":
    sys.exit(main())
