"""Measures of a ranking, worked out by hand; collections, read and refused; `busca eval`, run."""

from __future__ import annotations

import json
import lzma
import math
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from busca import corpus, evaluation, qrels
from crawlers.registry import load_settings
from indexes import open_index
from search.analysis.language_data import PACKAGED
from search.config.settings import Config
from search.errors import BuscaError
from search.index import sync
from search.model import Document, Identifier
from search.store.store import open_store
from tests.documents import document, put
from tests.workplace import ROOT, Workplace
from web.app import create_app

DOCUMENTS = [
    {"id": "a", "title": "Boleto", "text": "Como emitir um boleto de cobrança."},
    {"id": "b", "title": "Nota fiscal", "text": "Como cancelar a nota fiscal de saída."},
    {"id": "c", "title": "", "text": "A nota e o boleto saem juntos.", "lang": "pt"},
]
QUERIES = "q1\temitir boleto\nq2\tcancelar nota fiscal\nq3\tsem julgamento\n"
QRELS = "q1\ta\t2\nq1\tc\t1\nq2\tb\t1\nq2\ta\t0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "pequena"
    path.mkdir()
    (path / "docs.jsonl").write_text("\n".join(json.dumps(row) for row in DOCUMENTS), encoding="utf-8")
    (path / "queries.tsv").write_text(QUERIES, encoding="utf-8")
    (path / "qrels.tsv").write_text(QRELS, encoding="utf-8")
    return path


def test_the_measures_are_those_of_the_books(folder: Path) -> None:
    collection = qrels.read(folder)
    answers = {"emitir boleto": ["b", "c", "a"], "cancelar nota fiscal": ["b"]}
    figures = evaluation.evaluate(collection, lambda query: answers[query.text])
    ideal = 3 / math.log2(2) + 1 / math.log2(3)
    ndcg = (1 / math.log2(3) + 3 / math.log2(4)) / ideal
    assert figures.by_query == pytest.approx({"q1": ndcg, "q2": 1.0})
    assert len(figures.scores) == 2
    assert figures.mean == pytest.approx(((ndcg + 1) / 2, 0.75, 1.0))


def test_hits_beyond_the_first_page_count_for_recall_only(folder: Path) -> None:
    late = [f"x{number}" for number in range(10)]
    answers = {"emitir boleto": [*late, "a", "c"], "cancelar nota fiscal": []}
    figures = evaluation.evaluate(qrels.read(folder), lambda query: answers[query.text])
    assert figures.mean == (0.0, 0.0, 0.5)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("docs.jsonl", '{"id": "a"}', "docs.jsonl:1"),
        ("docs.jsonl", "{", "docs.jsonl:1"),
        ("docs.jsonl", "[]", "docs.jsonl:1"),
        ("docs.jsonl", '{"id": "kb:1", "text": "", "source": "kb", "key": "1"}', "docs.jsonl:1: not a document"),
        ("docs.jsonl", "", "there are no documents"),
        ("queries.tsv", "q1 boleto", "queries.tsv:1"),
        ("queries.tsv", "q1\tboleto\tfr", "queries.tsv:1: the language 'fr'"),
        ("qrels.tsv", "q1\ta\tmuito", "muito"),
        ("qrels.tsv", "q1\ta\t0", "no query has a relevant document"),
    ],
)
def test_what_cannot_be_read_is_named(folder: Path, name: str, text: str, said: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(BuscaError, match=said):
        qrels.read(folder)


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


# -- kinds, noise, and the documents of the store ----------------------------------------------------------------------


def test_a_query_has_its_readers_language_and_its_lines(folder: Path) -> None:
    (folder / "queries.tsv").write_text("q1\temitir⏎boleto\nq2\tnota\tes\n", encoding="utf-8")
    collection = qrels.read(folder)
    assert collection.queries == {"q1": qrels.JudgedQuery("emitir\nboleto"), "q2": qrels.JudgedQuery("nota", "es")}
    asked: list[str] = []
    evaluation.evaluate(collection, lambda query: asked.append(query.lang) or [])
    assert asked == ["pt", "es"]


def test_queries_are_counted_by_the_kind_that_their_ids_name(busca: Workplace, folder: Path) -> None:
    (folder / "queries.tsv").write_text("word-01\temitir boleto\nword-02\tnota\nlong-01\tboleto\nx\tnota\n", "utf-8")
    (folder / "qrels.tsv").write_text("word-01\ta\t1\nword-02\tnone\t1\nlong-01\tb\t1\nx\tb\t1\n", "utf-8")
    lines = busca.done("eval", str(folder)).out.splitlines()
    assert lines[1].startswith("  word: queries 2, ndcg@10 0.5, mrr@10 0.5,")
    assert lines[2].startswith("  long: queries 1, ndcg@10 0.0, mrr@10 0.0,")
    assert not lines[3].startswith("  x")


def test_pages_of_noise_take_the_places_of_worse_documents(busca: Workplace, folder: Path, tmp_path: Path) -> None:
    page = {"title": "Emitir boleto", "text": "Como emitir boleto: emitir o boleto.", "lang": "pt-br", "product": "x"}
    noise = tmp_path / "pages.jsonl.xz"
    noise.write_bytes(lzma.compress("\n".join([json.dumps(page)] * 12).encode()))
    [row] = busca.done("eval", str(folder), "--noise", str(noise), "--json").json
    assert (row["queries"], row["mrr@10"], row["recall@100"]) == (2, 0.5, 0.75)


@pytest.mark.parametrize(("name", "data"), [("p.jsonl", b"{}"), ("p.jsonl.xz", b"no"), ("p.jsonl.gz", b"no")])
def test_noise_that_cannot_be_read_is_named(
    busca: Workplace, folder: Path, tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    ended = busca("eval", str(folder), "--noise", str(tmp_path / name))
    assert ended.code == 1
    assert name in ended.err


def test_what_is_exported_is_read_as_it_was(tmp_path: Path) -> None:
    whole = document(
        "1/pt", source="kb", labels=("a",), identifiers=(Identifier("routine", "MATA410"),), extra={"n": 1}
    )
    assert corpus.write(tmp_path / "docs.jsonl", [whole, document("2", source="tdn")]) == 2
    (tmp_path / "queries.tsv").write_text("q\tmata 410\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("q\tkb:1/pt\t1\n", encoding="utf-8")
    collection = qrels.read(tmp_path)
    assert list(collection.documents) == [whole, document("2", source="tdn")]
    with evaluation.indexed(collection, shipped()) as ask:
        assert evaluation.evaluate(collection, ask).mean == (1.0, 1.0, 1.0)


def test_a_misspelt_query_is_asked_as_the_service_asks_it(tmp_path: Path) -> None:
    page = document("1", source="tdn", title="Conciliação bancária", body="extrato")
    corpus.write(tmp_path / "docs.jsonl", [page, *(document(str(n), source="tdn", body="nota") for n in range(2, 9))])
    (tmp_path / "queries.tsv").write_text("q\tconsiliasao\nr\textrat0\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("q\ttdn:1\t1\nr\ttdn:1\t1\n", encoding="utf-8")
    collection = qrels.read(tmp_path)
    with evaluation.indexed(collection, shipped()) as ask:
        runs = evaluation.evaluate(collection, ask).runs
    assert (list(runs["q"]), list(runs["r"])) == (["tdn:1"], []), "codes are offered, and never searched unasked"


def test_a_synonym_of_the_operator_changes_what_is_served_and_what_is_measured_alike(tmp_path: Path) -> None:
    """Typed as it is, and misspelt, where the answer is that to the corrected text."""
    words = tmp_path / "words"
    shutil.copytree(PACKAGED, words)
    (tmp_path / "judged").mkdir()
    texts = ("xilofone", "xilofnoe")
    assert served(tmp_path, words, texts) == measured(tmp_path, words, texts) == [["tdn:1"], ["tdn:1"]]
    (words / "synonyms.yaml").write_text("groups:\n  - forms: [xilofone, marimba]\n", encoding="utf-8")
    assert served(tmp_path, words, texts) == measured(tmp_path, words, texts) == [["tdn:1", "tdn:2"]] * 2


def instruments() -> list[Document]:
    return [document("1", title="Xilofone", body="Afinar."), document("2", title="Marimba", body="Tocar.")]


def shipped(**environment: str) -> Config:
    return load_settings(ROOT / "config.yaml", environment)


def served(folder: Path, words: Path, texts: Sequence[str]) -> list[list[str]]:
    """The ids that the API answers to each text, with the word lists of a folder."""
    config = shipped(BUSCA_DATA_DIR=str(folder / "var"), BUSCA_WORDS_DIR=str(words))
    store, index = open_store(config.store_url), open_index(config.index_dir, config.index)
    for page in instruments():
        put(store, page)
    sync(store, index, batch=10)
    client = create_app(config, index, store).test_client()
    answers = [client.get("/api/v1/search", query_string={"q": text}).json for text in texts]
    index.close()
    store.close()
    return [[hit["id"] for hit in answer["results"]] for answer in answers]


def measured(folder: Path, words: Path, texts: Sequence[str]) -> list[list[str]]:
    """The ids that `busca eval` finds for each text, with the word lists of a folder."""
    judged = folder / "judged"
    corpus.write(judged / "docs.jsonl", instruments())
    (judged / "queries.tsv").write_text("".join(f"q{n}\t{text}\n" for n, text in enumerate(texts)), "utf-8")
    (judged / "qrels.tsv").write_text("".join(f"q{n}\ttdn:1\t1\n" for n in range(len(texts))), "utf-8")
    run, place = folder / "run.txt", Workplace(folder, ROOT / "config.yaml")
    environment = {"BUSCA_DATA_DIR": str(folder / "var"), "BUSCA_WORDS_DIR": str(words)}
    assert place("eval", str(judged), "--run", str(run), **environment).code == 0
    rows = [line.split() for line in run.read_text("utf-8").splitlines()]
    return [[row[2] for row in rows if row[0] == f"q{n}"] for n in range(len(texts))]
