"""The batch inverter gives the postings that one walk over the tokens gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexes.writing import inverter
from indexes.writing.inverter import GAP, CodeBatch, TextBatch, Vocabulary, pieces
from search.analysis.analyzer import packaged
from search.curation.examples import indexed
from search.identifiers import recognizer
from tests.indexes.segment.test_postings_writer import read, write

words = st.lists(
    st.sampled_from(
        ["Nota", "notas,", "(NF-e)", "a-b.c_1", "É", "MATA410;", "não", "x" * 300, "1.2", "…", "-", "e/ou", "İx", "b_"]
    )
)
texts = st.lists(words.map(" ".join), max_size=4)


def by_walking(documents: dict[int, list[str]], lang: str) -> dict[int, dict[bytes, list[int]]]:
    postings: dict[int, dict[bytes, list[int]]] = {}
    for number, parts in documents.items():
        start = 0
        for part in parts:
            tokens = packaged().terms(part, lang)
            for term, position in tokens:
                postings.setdefault(number, {}).setdefault(term.encode(), []).append(start + position)
            start += (tokens[-1][1] + 1 if tokens else 0) + GAP
    return postings


def add(batch: TextBatch, number: int, parts: list[str], lang: str = "pt") -> None:
    for place, text in enumerate(parts):
        batch.add(number, text, lang, follows=place > 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(content=st.dictionaries(st.integers(0, 30), texts), lang=st.sampled_from(["pt", "es", "en"]))
def test_a_batch_is_what_its_tokens_say(tmp_path: Path, content: dict[int, list[str]], lang: str) -> None:
    batch = TextBatch(Vocabulary(packaged()), CodeBatch())
    for number in sorted(content):
        add(batch, number, content[number], lang)
    inversion = batch.finish()
    expected = by_walking(content, lang)
    write(tmp_path / "seg", {"body": [inversion.run]}, 31)
    assert read(tmp_path / "seg") == expected
    counted = {number: sum(map(len, terms.values())) for number, terms in expected.items()}
    lengths = dict(zip(inversion.documents.tolist(), inversion.lengths.tolist(), strict=True))
    assert {number: length for number, length in lengths.items() if length} == counted
    assert len(batch) == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(content=st.dictionaries(st.integers(0, 9), texts), every=st.integers(1, 4))
def test_batches_that_end_within_a_document_give_the_same(
    tmp_path: Path, content: dict[int, list[str]], every: int
) -> None:
    batch, runs, lengths = TextBatch(Vocabulary(packaged()), CodeBatch()), [], np.zeros(10, dtype=np.int64)

    def finish() -> None:
        inversion = batch.finish()
        runs.append(inversion.run)
        lengths[inversion.documents] += inversion.lengths

    for step, (number, place) in enumerate((n, p) for n in sorted(content) for p in range(len(content[n]))):
        batch.add(number, content[number][place], "pt", follows=place > 0)
        if step % every == 0:
            finish()
    finish()
    write(tmp_path / "seg", {"body": runs}, 10)
    expected = by_walking(content, "pt")
    assert read(tmp_path / "seg") == expected
    assert lengths.tolist() == [sum(map(len, expected.get(number, {}).values())) for number in range(10)]


def test_a_vocabulary_serves_batch_after_batch(tmp_path: Path) -> None:
    batch = TextBatch(Vocabulary(packaged()), CodeBatch())
    runs = []
    for number, text in enumerate(["nota fiscal", "fiscal boleto", "nota boleto nota"]):
        add(batch, number, [text])
        runs.append(batch.finish().run)
    write(tmp_path / "seg", {"body": runs}, 3)
    expected = by_walking({0: ["nota fiscal"], 1: ["fiscal boleto"], 2: ["nota boleto nota"]}, "pt")
    assert read(tmp_path / "seg") == expected


def test_more_terms_than_sixteen_bits_number_stay_in_order(tmp_path: Path) -> None:
    texts = {number: [" ".join(f"t{number * 50_000 + step}" for step in range(70_000))] for number in range(2)}
    batch = TextBatch(Vocabulary(packaged()), CodeBatch())
    for number, parts in texts.items():
        add(batch, number, parts)
    write(tmp_path / "seg", {"body": [batch.finish().run]}, 2)
    assert read(tmp_path / "seg") == by_walking(texts, "pt")


CODED = "A rotina MATA410, a Rejeição 528; (MV_ESTADO) erro: 1234 release 12.1.2310, NT 2024.001 e SIGAFAT MATA410"


def codes_of(texts: list[str]) -> dict[int, set[str]]:
    """What a batch finds in texts, one a document."""
    codes = CodeBatch()
    batch = TextBatch(Vocabulary(packaged()), codes)
    for number, text in enumerate(texts):
        batch.add(number, text, "pt")
    batch.finish()
    run, _, _ = codes.finish()
    held: dict[int, set[str]] = {}
    for place, term in enumerate(run.terms):
        for document in run.docs[run.starts[place] : run.starts[place + 1]].tolist():
            held.setdefault(document, set()).add(term.decode())
    return held


def test_a_batch_finds_the_codes_that_a_walk_over_the_text_finds() -> None:
    codes = codes_of(["nada", "Release", CODED, "528"])
    walked = {recognizer.term(span.identifier) for span in recognizer.in_text(CODED)}
    assert codes == {2: walked}
    assert {"routine:mata410", "rejection:528", "note:2024.001", "module:sigafat"} <= walked


coded = st.lists(
    st.sampled_from(
        [
            "erro",
            "(Rejeição",
            "528)",
            "release,",
            "12.1.2310",
            "MATA410;",
            "xSIGAFAT",
            "SIGA",
            "a_b",
            "²",
            "٣",
            "cStat=528",
        ]
    ),
    max_size=9,
).map(" ".join)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(coded, max_size=5))
def test_no_code_is_made_of_two_texts(texts: list[str]) -> None:
    codes = codes_of(texts)
    for number, text in enumerate(texts):
        assert codes.get(number, set()) == {recognizer.term(identifier) for identifier in indexed(text)}


@settings(max_examples=40, deadline=None)
@given(text=st.text("ab \n", max_size=40), size=st.integers(1, 9))
def test_pieces_make_up_the_text_and_part_no_word_that_fits(text: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inverter, "PIECE", size)
        parts = list(pieces(text))
    assert "".join(parts) == text
    if all(len(word) < size for word in text.split()):
        assert [word for part in parts for word in part.split()] == text.split()


def test_codes_have_documents_and_no_places() -> None:
    batch = CodeBatch()
    batch.add(1, ["routine:mata410", "version:12.1.33"])
    batch.add(4, ["routine:mata410"])
    run, documents, lengths = batch.finish()
    assert (list(run.terms), run.docs[:].tolist(), run.freqs[:].tolist()) == (
        [b"routine:mata410", b"version:12.1.33"],
        [1, 4, 1],
        [1] * 3,
    )
    assert (documents.tolist(), lengths.tolist(), len(run.places)) == ([1, 4], [2, 1], 0)
