"""Measures of a ranking, worked out by hand; collections, read and refused; `busca eval`, run."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import evaluation
from search.errors import BuscaError
from tests.workplace import Workplace

DOCUMENTS = [
    {"id": "a", "title": "Boleto", "text": "Como emitir um boleto de cobrança."},
    {"id": "b", "title": "Nota fiscal", "text": "Como cancelar a nota fiscal de saída."},
    {"id": "c", "title": "", "text": "A nota e o boleto saem juntos.", "lang": "pt"},
]
QUERIES = "q1\temitir boleto\nq2\tcancelar nota fiscal\nq3\tsem julgamento\n"
QRELS = "q1\ta\t2\nq1\tc\t1\nq2\tb\t1\nq2\ta\t0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "pequena"
    found.mkdir()
    (found / "docs.jsonl").write_text("\n".join(json.dumps(each) for each in DOCUMENTS), encoding="utf-8")
    (found / "queries.tsv").write_text(QUERIES, encoding="utf-8")
    (found / "qrels.tsv").write_text(QRELS, encoding="utf-8")
    return found


def test_the_measures_are_those_of_the_books(folder: Path) -> None:
    collection = evaluation.read(folder)
    answers = {"emitir boleto": ["b", "c", "a"], "cancelar nota fiscal": ["b"]}
    figures = evaluation.evaluate(collection, lambda query: answers[query.text])
    ideal = 3 / math.log2(2) + 1 / math.log2(3)
    ndcg = (1 / math.log2(3) + 3 / math.log2(4)) / ideal
    assert figures.by_query == pytest.approx({"q1": ndcg, "q2": 1.0})
    assert (figures.queries, figures.ndcg, figures.mrr, figures.recall) == pytest.approx((2, (ndcg + 1) / 2, 0.75, 1.0))


def test_hits_beyond_the_first_page_count_for_recall_only(folder: Path) -> None:
    late = [f"x{number}" for number in range(10)]
    answers = {"emitir boleto": [*late, "a", "c"], "cancelar nota fiscal": []}
    figures = evaluation.evaluate(evaluation.read(folder), lambda query: answers[query.text])
    assert (figures.ndcg, figures.mrr, figures.recall) == (0.0, 0.0, 0.5)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("docs.jsonl", '{"id": "a"}', "docs.jsonl:1"),
        ("docs.jsonl", "{", "docs.jsonl:1"),
        ("docs.jsonl", "[]", "docs.jsonl:1"),
        ("queries.tsv", "q1 boleto", "queries.tsv:1"),
        ("qrels.tsv", "q1\ta\tmuito", "muito"),
        ("qrels.tsv", "q1\ta\t0", "no query has a relevant document"),
    ],
)
def test_what_cannot_be_read_is_named(folder: Path, name: str, text: str, said: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(BuscaError, match=said):
        evaluation.read(folder)


def test_eval_prints_figures_and_the_queries_that_lost(busca: Workplace, folder: Path) -> None:
    out = busca.done("eval", str(folder)).out
    assert out.splitlines()[0].startswith("pequena: queries 2, ndcg@10 ")
    [row] = json.loads(busca.done("eval", str(folder), "--json").out)
    assert row == {"collection": "pequena", "queries": 2, "ndcg@10": 0.9131, "mrr@10": 1.0, "recall@100": 0.75}


def test_eval_writes_a_run_and_says_what_moved(busca: Workplace, folder: Path, tmp_path: Path) -> None:
    run, scores = tmp_path / "run.txt", tmp_path / "scores.json"
    busca.done("eval", str(folder), "--run", str(run), "--save", str(scores))
    assert run.read_text(encoding="utf-8").splitlines()[0] == "q1 Q0 a 1 100 busca"
    assert "0 of 2 queries moved" in busca.done("eval", str(folder), "--compare", str(scores)).out
    (folder / "qrels.tsv").write_text("q1\tc\t1\nq2\tb\t1\n", encoding="utf-8")
    out = busca.done("eval", str(folder), "--compare", str(scores)).out
    assert "1 of 2 queries moved" in out
    assert "emitir boleto  (q1)" in out


@pytest.mark.parametrize("text", ["[]", "{", '{"pequena": 1}'])
def test_eval_refuses_a_file_of_another_kind(busca: Workplace, folder: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "scores.json").write_text(text, encoding="utf-8")
    ended = busca("eval", str(folder), "--compare", str(tmp_path / "scores.json"))
    assert ended.code == 1
    assert "was not written by `busca eval --save`" in ended.err
