"""Scorer on arrays give what stock Whoosh's matchers give on the same folder: documents, scores and order."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexes.whoosh_index import WhooshIndex
from search.model import Change, Clause, Document
from search.query.parser import parse
from tests.documents import document
from tests.engines import opened
from tests.indexes import stock

WORDS = [
    "nota",
    "notas",
    "fiscal",
    "pedido",
    "venda",
    "NF-e",
    "MATA410",
    "MV_ESTADO",
    "rejeição",
    "528",
    "de",
    "do",
    "não",
]
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
documents = st.builds(
    lambda key, title, body, headings, lang: document(str(key), title=title, body=body, headings=headings, lang=lang),
    st.integers(0, 12),
    texts,
    texts,
    st.lists(texts, max_size=2).map(tuple),
    st.sampled_from(["pt", "es", "en"]),
)
steps = st.lists(
    st.lists(st.one_of(documents, st.integers(0, 12).map(str)), min_size=1, max_size=8), min_size=1, max_size=5
)
queries = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
        st.sampled_from(["not*", "n*", "fisc*", "mata 410", "rejeicao 528", "mv estado"]),
        st.sampled_from(["titulo:nota", "titulo:not*", "titulo:mata410", 'titulo:"nota fiscal"']),
        st.lists(st.sampled_from([*WORDS, '"nota fiscal"', "fisc*", "mata 410", "titulo:venda"]), min_size=2).map(
            " OR ".join
        ),
        st.sampled_from(["pedido de venda", "nota de saida", "nf-e rejeitada"]),  # which are widened
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


def filled(folder: Path, commits: list[list[Document | str]]) -> WhooshIndex:
    """An index after some commits of edits and removals."""
    index, numbers = opened(folder), count(1)
    for commit in commits:
        latest = {item if isinstance(item, str) else item.key: item for item in commit}
        index.apply(
            Change(number=next(numbers), id=f"tdn:{key}", document=item if isinstance(item, Document) else None)
            for key, item in latest.items()
        )
    return index


def assert_same(index: WhooshIndex, folder: Path, clause: Clause) -> None:
    searcher = index._searchers.current()
    everything, ours = np.arange(searcher.size), np.zeros(searcher.size, dtype=np.float32)
    numbers, scores = searcher.scorer.matches(clause)
    assert numbers.tolist() == searcher.scorer.documents(clause).tolist()
    ours[numbers] = searcher.scorer.scores(clause, numbers)
    np.testing.assert_allclose(ours[numbers], scores, rtol=1e-6)
    assert (ours[numbers] > 0).all()
    assert searcher.scorer.scores(clause, everything).tolist() == ours.tolist()
    for some in (everything[::3], everything[1::2], everything[2::5]):
        np.testing.assert_allclose(searcher.scorer.scores(clause, some), ours[some], rtol=1e-6)
    for number in everything[::3].tolist():
        assert sum(searcher.scorer.by_field(clause, number).values()) == pytest.approx(ours[number], rel=1e-5)
    with stock.open_stock(folder) as stock_searcher:
        theirs = np.zeros(searcher.size, dtype=np.float64)
        for number, score in stock.scores(stock_searcher, clause).items():
            theirs[number] = score
    alive = searcher.files.alive
    assert (ours > 0)[alive].tolist() == (theirs > 0)[alive].tolist(), clause
    np.testing.assert_allclose(ours[alive], theirs[alive], rtol=1e-4, atol=1e-4, err_msg=str(clause))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(commits=steps, text=queries)
def test_arrays_and_stock_matchers_agree(tmp_path: Path, commits: list[list[Any]], text: str) -> None:
    """Some ten seconds on a busy machine: sixty folders, of several commits each, asked by both."""
    folder = tmp_path / uuid4().hex
    index = filled(folder, commits)
    for clause in parse(text).clauses:
        assert_same(index, folder, clause)
    index.close()


def test_they_agree_over_many_merges(tmp_path: Path) -> None:
    commits: list[list[Document | str]] = [
        [document(str(turn * 3 + step), title=WORDS[(turn + step) % 13], body=" ".join(WORDS[turn % 7 : turn % 7 + 5]))
         for step in range(3)] + ([str(turn)] if turn % 4 == 3 else [])
        for turn in range(30)
    ]  # fmt: skip
    index = filled(tmp_path, commits)
    assert len(index._searchers.current().segments) <= 8
    for text in (*WORDS, '"pedido venda"', '"nota fiscal"', "n*", "nota OR MATA410 OR fis*", "titulo:nota", "nf-e"):
        for clause in parse(text).clauses:
            assert_same(index, tmp_path, clause)
    index.close()


@pytest.mark.parametrize("position", [10, 66_000, 200_000])
def test_a_phrase_is_found_wherever_it_stands(tmp_path: Path, position: int) -> None:
    body = "palavra " * position + "nota fiscal"
    index = filled(tmp_path, [[document("1", body=body), document("2", body="fiscal nota")]])
    [clause] = parse('"nota fiscal"').clauses
    assert index._searchers.current().scorer.documents(clause).tolist() == [0]
    index.close()
