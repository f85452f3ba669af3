"""The batch inverter gives the postings that one walk over the tokens gives."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexes.inverter import GAP, CodeBatch, TextBatch, Vocabulary, spilled
from indexes.postings import write
from search import analysis
from tests.indexes.test_postings import read

words = st.lists(
    st.sampled_from(["Nota", "notas", "NF-e", "a-b.c_1", "é", "MATA410", "não", "x" * 300, "1.2", "…", "-"])
)
texts = st.lists(words.map(" ".join), max_size=4)


def by_walking(documents: dict[int, list[str]], lang: str) -> dict[int, dict[bytes, list[int]]]:
    found: dict[int, dict[bytes, list[int]]] = {}
    for number, parts in documents.items():
        start = 0
        for part in parts:
            tokens = analysis.terms(part, lang)
            for term, position in tokens:
                found.setdefault(number, {}).setdefault(term.encode(), []).append(start + position)
            start += tokens[-1][1] + 1 + GAP if tokens else 0
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(
    content=st.dictionaries(st.integers(0, 30), texts), lang=st.sampled_from(["pt", "es", "en"]), spill=st.booleans()
)
def test_a_batch_is_what_its_tokens_say(tmp_path: Path, content: dict[int, list[str]], lang: str, spill: bool) -> None:
    batch = TextBatch(Vocabulary())
    for number in sorted(content):
        batch.add(number, content[number], lang)
    run, documents, lengths = batch.finish()
    expected = by_walking(content, lang)
    write(tmp_path / "seg", {"body": [spilled(run, tmp_path, "run") if spill else run]}, 31)
    assert read(tmp_path / "seg") == expected
    counted = {number: sum(map(len, terms.values())) for number, terms in expected.items()}
    found = dict(zip(documents.tolist(), lengths.tolist(), strict=True))
    assert {number: length for number, length in found.items() if length} == counted
    assert len(batch) == 0


def test_a_vocabulary_serves_batch_after_batch(tmp_path: Path) -> None:
    batch = TextBatch(Vocabulary())
    runs = []
    for number, text in enumerate(["nota fiscal", "fiscal boleto", "nota boleto nota"]):
        batch.add(number, [text], "pt")
        runs.append(batch.finish()[0])
    write(tmp_path / "seg", {"body": runs}, 3)
    expected = by_walking({0: ["nota fiscal"], 1: ["fiscal boleto"], 2: ["nota boleto nota"]}, "pt")
    assert read(tmp_path / "seg") == expected


def test_codes_have_documents_and_no_places() -> None:
    batch = CodeBatch(Vocabulary())
    batch.add(1, ["routine:mata410", "version:12.1.33"])
    batch.add(4, ["routine:mata410"])
    run, documents, lengths = batch.finish()
    assert (run.terms, run.docs.tolist(), run.freqs.tolist()) == (
        [b"routine:mata410", b"version:12.1.33"],
        [1, 4, 1],
        [1] * 3,
    )
    assert (documents.tolist(), lengths.tolist(), len(run.places)) == ([1, 4], [2, 1], 0)
