"""Posting lists in arrays: what goes in comes out, through merges, deletions, wide numbers and damage."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexes.segment import posting_runs, postings_writer
from indexes.segment.doc_store_writer import DocStoreWriter
from indexes.segment.posting_runs import PostingRun
from indexes.segment.postings_writer import FILES
from indexes.segment.segment_reader import SegmentReader
from indexes.segment.term_dictionary import Terms
from search.errors import IndexUnavailable

Documents = Mapping[int, Mapping[bytes, list[int]]]
"""Document → term → positions, ascending."""

places = st.sets(st.one_of(st.integers(0, 300), st.integers(65_000, 70_000), st.integers(0, 2**23)), min_size=1)
documents = st.dictionaries(
    st.integers(0, 60),
    st.dictionaries(st.text("abcç𝔘", max_size=3).map(str.encode), places.map(sorted), max_size=6),
    max_size=20,
)


def write(prefix: Path, fields: Mapping[str, list[PostingRun]], documents: int) -> None:
    """A segment whose stored documents are zeros of one byte."""
    stored = DocStoreWriter(prefix)
    stored.add_all(memoryview(bytes(documents)), np.arange(documents + 1), np.ones(documents, dtype=np.bool_))
    starts, row = stored.finish()
    postings_writer.write(
        prefix, fields, documents, columns={"/blocks": starts}, head={"totals": {}}, files={"stored": row}
    )


def run_of(documents: Documents) -> PostingRun:
    """The plain way to make a run, one posting at a time."""
    starts, place_starts, docs, freqs, gaps = [0], [0], [], [], []
    terms = sorted({term for words in documents.values() for term in words})
    for term in terms:
        for number in sorted(documents):
            if positions := documents[number].get(term, []):
                docs.append(number)
                freqs.append(len(positions))
                gaps += [positions[0], *np.diff(positions).tolist()]
        starts.append(len(docs))
        place_starts.append(len(gaps))
    return PostingRun(
        Terms.of(terms), *(np.array(column, dtype=np.int64) for column in (starts, place_starts, docs, freqs, gaps))
    )


def read(prefix: Path, name: str = "body") -> Documents:
    content: dict[int, dict[bytes, list[int]]] = {}
    field = SegmentReader(prefix).fields[name]
    for number, term in enumerate(field.terms):
        docs, freqs, flat = field.positions(number)
        assert field.find(term) == number
        assert field.count(number) == len(docs) > 0
        assert docs.tolist() == sorted(set(docs.tolist()))
        begin = 0
        for document, freq in zip(docs.tolist(), freqs.tolist(), strict=True):
            content.setdefault(document, {})[term] = flat[begin : begin + freq].tolist()
            begin += freq
    return content


def whole(documents: Documents) -> Documents:
    return {number: words for number, words in documents.items() if words}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(content=documents, cuts=st.sets(st.integers(0, 60), max_size=3), chunk=st.integers(1, 40))
def test_runs_merge_into_what_their_documents_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Documents, cuts: set[int], chunk: int
) -> None:
    monkeypatch.setattr(posting_runs, "CHUNK", chunk)
    bounds = [0, *sorted(cuts), 61]
    runs = [
        run_of({number: words for number, words in content.items() if low <= number < high})
        for low, high in pairwise(bounds)
    ]
    write(tmp_path / "seg", {"body": runs}, 61)
    assert read(tmp_path / "seg") == whole(content)
    SegmentReader(tmp_path / "seg").verify(stored=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(content=documents, deleted=st.sets(st.integers(0, 60)))
def test_renumbering_leaves_deleted_documents_behind(tmp_path: Path, content: Documents, deleted: set[int]) -> None:
    alive = [number for number in range(61) if number not in deleted]
    numbers = np.full(61, -1)
    numbers[alive] = np.arange(len(alive)) + 7
    write(tmp_path / "old", {"body": [run_of(content)]}, 61)
    run = SegmentReader(tmp_path / "old").fields["body"].run(numbers)
    write(tmp_path / "new", {"body": [run]}, 100)
    expected = {int(numbers[number]): words for number, words in content.items() if number not in deleted}
    assert read(tmp_path / "new") == whole(expected)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(content=documents, number=st.integers(0, 60), cuts=st.sets(st.integers(0, 2**23), max_size=3))
def test_a_document_that_is_spread_over_runs_comes_together(
    tmp_path: Path, content: Documents, number: int, cuts: set[int]
) -> None:
    bounds = [-1, *sorted(cuts), 2**31]
    before = {other: words for other, words in content.items() if other < number}
    after = {other: words for other, words in content.items() if other > number}
    pieces = [
        {number: {term: [place for place in positions if low < place <= high] for term, positions in words.items()}}
        for low, high in pairwise(bounds)
        for words in [content.get(number, {})]
    ]
    runs = [run_of(part) for part in (before, *pieces, after)]
    write(tmp_path / "seg", {"body": runs}, 61)
    assert read(tmp_path / "seg") == whole(content)


def test_fields_stand_apart(tmp_path: Path) -> None:
    title, body = {1: {b"a": [0]}}, {2: {b"a": [3], b"b": [4, 9]}}
    write(tmp_path / "seg", {"title": [run_of(title)], "body": [run_of(body)]}, 5)
    assert (read(tmp_path / "seg", "title"), read(tmp_path / "seg", "body")) == (title, body)


def test_numbers_that_are_too_wide_for_their_column_are_kept(tmp_path: Path) -> None:
    content = {0: {b"a": list(range(0, 1_000_000, 70_000))}, 1: {b"a": list(range(3000)), b"b": [65_535]}}
    write(tmp_path / "seg", {"body": [run_of(content)]}, 70_000)
    assert read(tmp_path / "seg") == content


def test_terms_that_begin_alike_stand_together(tmp_path: Path) -> None:
    write(tmp_path / "seg", {"body": [run_of({0: {term: [1] for term in (b"ab", b"abc", b"abd", b"b")}})]}, 1)
    field = SegmentReader(tmp_path / "seg").fields["body"]
    assert [field.terms[number] for number in field.prefixed(b"ab", 10)] == [b"ab", b"abc", b"abd"]
    assert len(field.prefixed(b"ab", 2)) == 2
    assert (list(field.prefixed(b"x", 5)), field.find(b"abx")) == ([], -1)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "empty", "head"])
def test_damage_is_told_with_the_files_name(tmp_path: Path, name: str, damage: str) -> None:
    write(tmp_path / "seg", {"body": [run_of({0: {b"a": [1, 2, 3], b"b": [4]}, 3: {b"a": [70_000]}})]}, 5)
    path = tmp_path / f"seg.{name}"
    data = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    else:
        data[-1] ^= 1 if damage == "flip" else 0
        data[0] ^= 1 if damage == "head" else 0
        path.write_bytes({"cut": data[:-1], "empty": b""}.get(damage, data))
    with pytest.raises(IndexUnavailable, match=rf"seg\.{name}"):
        SegmentReader(tmp_path / "seg").verify(stored=True)


def test_arrays_of_a_mapped_segment_cannot_be_written_to(tmp_path: Path) -> None:
    write(tmp_path / "seg", {"body": [run_of({0: {b"a": [1]}})]}, 1)
    docs: Any = SegmentReader(tmp_path / "seg").fields["body"].postings(0)[0]
    with pytest.raises(ValueError, match="read-only"):
        docs[0] = 1
