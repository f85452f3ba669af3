"""Loops run as they are written where little is searched: the answers are those of the compiled ones."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from benchmarks import corpus
from indexes import jit
from indexes.jit import COMPILED, interpreted
from search.index import Index
from search.model import ANYONE, Change, Query, Results
from search.query.parser import parse
from tests.documents import document
from tests.engines import opened

MANY = 600
"""A word that often in one document takes more than the byte that frequencies have."""


def documents() -> Iterator[Any]:
    yield from corpus.made(250, words=60)
    yield document("long", title="Nota fiscal", body="nota " * MANY + "fiscal eletrônica rejeição 528")
    yield document("code", title="Rejeição 528", body="A rotina MATA410 recusa a nota fiscal.", labels=("nota",))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    made = opened(tmp_path_factory.mktemp("loops") / "index")
    made.rebuild(Change(number=n, id=one.id, document=one) for n, one in enumerate(documents(), 1))
    yield made
    made.close()


@pytest.fixture
def as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every loop as it is before any was compiled, which other tests did."""
    for module, functions in COMPILED.items():
        space = importlib.import_module(module)
        for name, function in functions.items():
            monkeypatch.setattr(space, name, jit.compiled(function))


def asked() -> list[Query]:
    texts = [
        *corpus.made_queries(25),
        "nota fiscal",
        '"nota fiscal"',
        "not*",
        "rejeição 528",
        "mata410",
        "nota -fiscal",
        "",
    ]
    plain = [parse(text, grouped=True, balanced=True) for text in texts]
    narrowed = [replace(query, filters={"source": ("tdn",)}, sort="newest") for query in plain[:8]]
    return [*plain, *narrowed, *(replace(query, page=2) for query in plain[:4])]


def told(results: Results) -> Results:
    return replace(results, took_ms=0.0)


@pytest.mark.usefixtures("as_written")
def test_searches_answer_alike(index: Index) -> None:
    with interpreted():
        before = [told(index.search(query)) for query in asked()]
    assert before == [told(index.search(query)) for query in asked()]
    assert sum(results.total > 0 for results in before) > 20


@pytest.mark.usefixtures("as_written")
def test_completions_are_alike(index: Index) -> None:
    texts = ["nota", "mata4", "rej", *(text[:4] for text in corpus.made_queries(10))]
    with interpreted():
        before = [index.complete(text, 8, ANYONE) for text in texts]
    assert before == [index.complete(text, 8, ANYONE) for text in texts]
