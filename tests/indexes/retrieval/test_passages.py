"""The best passage that positions tell is the one that a plain reading of the text finds."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexes.retrieval import passages
from indexes.retrieval.searcher import Searcher
from search.analysis.analyzer import packaged
from search.highlighting.snippets import WINDOW, sought
from search.model import Clause, Document, Query
from search.query.parser import parse
from tests.documents import document
from tests.engines import Library
from tests.indexes.scoring.test_scorer import WORDS, filled

ANALYZER = packaged()

FILLERS = [*WORDS, "MATA 410", "NF-e", "x", "é", "fim.\n", "“aspas”", "𝗡𝗙"]


bodies = st.lists(st.sampled_from(FILLERS), max_size=120).map(" ".join)


queries = st.lists(st.sampled_from([*WORDS, "fisc*", "mata 410", "nf-e", "-venda", '"nota fiscal"']), max_size=4)


def held(words: tuple[Clause, ...], text: Document) -> list[set[int]]:
    """The positions of each word in a body."""
    tokens = ANALYZER.terms(text.body, text.lang)
    return [{at for term, at in tokens if term in word.terms[0] or _begins(word, term)} for word in words]


def _begins(word: Clause, term: str) -> bool:
    return word.kind == "prefix" and term.startswith(word.terms[0][0])


def plainly_best(searcher: Searcher, query: Query, text: Document) -> tuple[float, int]:
    """The value of the best passage, and how many positions of words it holds."""
    words = sought(query, ANALYZER)
    weights = [searcher.scorer.lookup.idf(word) for word in words]
    positions = held(words, text)
    return max((value_at(place, positions, weights) for place in set().union(*positions)), default=(0.0, -1))


def value_at(place: int, positions: list[set[int]], weights: list[float]) -> tuple[float, int]:
    window = set(range(place, place + WINDOW))
    shown = sum(weight for weight, places in zip(weights, positions, strict=True) if places & window)
    return round(shown, 6), min(len(set().union(*positions) & window), passages.MANY)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(texts=st.lists(bodies, min_size=1, max_size=6), asked=queries, lang=st.sampled_from(["pt", "es", "en"]))
def test_the_best_place_is_that_of_a_plain_reading(
    tmp_path: Path, texts: list[str], asked: list[str], lang: str
) -> None:
    several = [document(str(number), body=text, lang=lang) for number, text in enumerate(texts)]
    half = len(several) // 2
    index = filled(tmp_path / uuid4().hex, [part for part in (several[:half], several[half:]) if part])
    searcher, query = index._searchers.current(), parse(" ".join(asked))
    numbers = list(reversed(range(searcher.size)))
    places = passages.best_places(searcher.scorer, sought(query, ANALYZER), np.array(numbers))
    weights = [searcher.scorer.lookup.idf(word) for word in sought(query, ANALYZER)]
    for number, place in zip(numbers, places, strict=True):
        text = searcher.document(number)
        best = plainly_best(searcher, query, text)
        assert (value_at(place, held(sought(query, ANALYZER), text), weights) if place >= 0 else (0.0, -1)) == best
    index.close()


def test_a_word_that_is_repeated_again_and_again_has_a_passage(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passages, "BEGINNINGS", 3)
    body = "nota x " * 200 + "fiscal nota"
    library.put(document("1", body=body), document("2", body=f"nota {body}"), document("3", body="nota"))
    for hit in library.ask("nota fiscal").hits[:2]:
        assert hit.snippet.text.endswith("fiscal nota")
