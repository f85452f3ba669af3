"""What is kept of copies is what comparing says, for as long as it is whole and of the same rules."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from indexes.clustering import near_duplicates
from indexes.segment import duplicate_pairs
from search.duplicates import alike
from tests.documents import document
from tests.engines import Library, opened

TEXT = " ".join(f"palavra{number}" for number in range(40))
DOCUMENTS = [
    document("1", title="Nota", body=TEXT),
    document("2", title="DT Nota", body=f"{TEXT} fim", source="kb"),
    document("3", title="Nota", body=f"outro {TEXT[:200]}", source="youtube"),
    document("4", title="Pedido", body=TEXT),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of two segments, both with copies."""
    library = Library(opened(tmp_path / "index"))
    library.put(*DOCUMENTS)
    library.put(document("5", title="Nota", body=TEXT, source="videos"))
    return tmp_path / "index"


def kept(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.alike"), key=lambda path: -path.stat().st_size)


def subjects(folder: Path) -> list[set[str]]:
    """The keys of each hit and of its members."""
    hits = Library(opened(folder)).ask(grouped=True).hits
    return sorted(({hit.document.key, *(member.key for member in hit.members)} for hit in hits), key=sorted)


def test_the_documents_of_a_segment_are_compared_when_it_is_written(folder: Path) -> None:
    first = kept(folder)[0]
    pairs = duplicate_pairs.read(first.with_suffix(""), 0)
    of_title = [0, 1, 2]
    assert pairs == {pair: alike(*(DOCUMENTS[number] for number in pair)) for pair in combinations(of_title, 2)}
    assert set(pairs.values()) == {True, False}
    assert duplicate_pairs.read(first.with_suffix(""), 7).keys() == {(one + 7, other + 7) for one, other in pairs}


def test_opening_compares_only_documents_of_different_segments(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr(
        near_duplicates, "alike", lambda *pair: compared.append({page.key for page in pair}) or alike(*pair)
    )
    assert subjects(folder) == [{"1", "2", "5"}, {"3"}, {"4"}]
    assert all("5" in pair for pair in compared)


def harms(path: Path) -> dict[str, bytes | None]:
    data = path.read_bytes()
    return {
        "gone": None,
        "empty": b"",
        "cut": data[:-1],
        "flipped": data.replace(b"true", b"null"),
        "no text": b"\xff" * 20,
        "other rules": rules_of(data, b"0"),
    }


def rules_of(data: bytes, number: bytes) -> bytes:
    text = data.partition(b"\n")[2].replace(b'"rules": 1', b'"rules": ' + number)
    return duplicate_pairs._checksum(text.decode()).encode() + b"\n" + text


@pytest.mark.parametrize("harm", ["gone", "empty", "cut", "flipped", "no text", "other rules"])
def test_where_it_is_not_whole_or_of_other_rules_documents_are_compared_anew(folder: Path, harm: str) -> None:
    path = kept(folder)[0]
    data = harms(path)[harm]
    path.unlink() if data is None else path.write_bytes(data)
    assert duplicate_pairs.read(path.with_suffix(""), 0) == {}
    assert subjects(folder) == [{"1", "2", "5"}, {"3"}, {"4"}]


def test_the_file_goes_with_its_segment(folder: Path) -> None:
    index = opened(folder)
    index.rebuild(Library(index).changes(*DOCUMENTS))
    generation = folder / index.status().generation
    assert len(list(generation.glob("*.alike"))) == len(list(generation.glob("*.stored"))) == 1
    Library(index).put(*(f"{page.source}:{page.key}" for page in DOCUMENTS))
    Library(index).put(document("9"))
    names = {path.with_suffix("").name for path in generation.glob("*.stored")}
    assert {path.with_suffix("").name for path in generation.glob("*.alike")} == names
