"""Our own judged queries find what they should among the demo's documents, crawled and indexed for real."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from busca import corpus, qrels
from search.store.store import open_store
from tests.workplace import ROOT, Workplace

JUDGED = ROOT / "tests" / "judged"
MRR, NDCG = 0.95, 0.92
FLOORS = {
    "words": 0.95,
    "accents": 0.95,
    "question": 0.95,
    "code": 0.95,
    "error": 0.95,
    "version": 0.90,
    "synonym": 0.88,
    "spanish": 0.95,
    "english": 0.95,
    "typo": 0.95,
    "phrase": 0.95,
    "exclusion": 0.95,
    "partial": 0.95,
    "video": 0.95,
    "package": 0.86,
    "field": 0.95,
}
"""Kind of query → the MRR@10 that it must not fall under."""


@pytest.fixture(scope="module")
def measured(ready: Workplace) -> Any:
    [row] = ready.done("eval", str(JUDGED), "--json").json
    return row


def test_the_queries_keep_their_floor(measured: Any) -> None:
    assert measured["queries"] >= 120
    assert (measured["mrr@10"] >= MRR, measured["ndcg@10"] >= NDCG) == (True, True), measured


@pytest.mark.parametrize("kind", FLOORS)
def test_a_kind_of_queries_keeps_its_floor(measured: Any, kind: str) -> None:
    assert measured["kinds"][kind]["mrr@10"] >= FLOORS[kind]


def test_every_kind_has_a_floor(measured: Any) -> None:
    assert measured["kinds"].keys() == FLOORS.keys()


def test_judgements_are_about_queries_and_documents_that_there_are(ready: Workplace) -> None:
    store = open_store(ready.config.store_url)
    documents = list(corpus.stored(store))
    store.close()
    collection = qrels.read(JUDGED, lambda: documents)
    assert collection.judged.keys() == collection.queries.keys()
    assert {id for grades in collection.judged.values() for id in grades} <= {page.id for page in documents}


@pytest.mark.parametrize(("name", "columns"), [("queries.tsv", 1), ("qrels.tsv", 2)])
def test_nothing_is_said_twice(name: str, columns: int) -> None:
    lines = Path(JUDGED / name).read_text(encoding="utf-8").splitlines()
    assert max(Counter(tuple(line.split("\t")[:columns]) for line in lines).values()) == 1


def test_exported_documents_are_measured_alike(ready: Workplace, measured: Any, tmp_path: Path) -> None:
    assert "327 documents" in ready.done("export", str(tmp_path / "docs.jsonl")).out
    for name in ("queries.tsv", "qrels.tsv"):
        (tmp_path / name).write_bytes((JUDGED / name).read_bytes())
    [row] = ready.done("eval", str(tmp_path), "--json").json
    assert row == measured | {"collection": tmp_path.name}
