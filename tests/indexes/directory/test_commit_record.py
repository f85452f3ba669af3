"""What is served is told from the record of a commit where everything is whole, and by opening it where not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indexes import status
from indexes.directory import commit_record
from search.analysis.analyzer import packaged
from search.config.settings import LocalIndex
from search.errors import IndexUnavailable
from search.facets import FILTERS
from search.index import IndexStatus
from search.model import Change
from tests.documents import document
from tests.engines import opened

FINGERPRINT = packaged().fingerprint


def changes(*numbers: int) -> list[Change]:
    return [Change(number=n, id=f"tdn:{n}", document=document(str(n))) for n in numbers]


def recorded(folder: Path) -> IndexStatus | None:
    return commit_record.status(folder, FINGERPRINT)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded") / "index"
    opened(folder).rebuild(changes(1, 2, 3))
    opened(folder).apply([*changes(4), Change(number=5, id="tdn:2", document=None)])
    return folder


def test_a_record_says_what_opening_says(sound: Path) -> None:
    assert recorded(sound) == opened(sound).status()
    assert (opened(sound).status().documents, opened(sound).status().position) == (3, 5)


def test_a_generation_that_is_served_again_has_its_record(sound: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound, tmp_path / "index")
    before = recorded(folder)
    opened(folder).rebuild(changes(6))
    assert recorded(folder) == opened(folder).status()
    opened(folder).roll_back()
    assert recorded(folder) == before == opened(folder).status()


def test_other_words_are_told_by_opening(sound: Path) -> None:
    assert commit_record.status(sound, "others") is None


def test_a_facet_that_was_added_since_is_told_by_opening(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit_record, "FILTERS", (*FILTERS, "team"))
    assert recorded(sound) is None


def test_a_facet_that_is_gone_since_does_no_harm(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = recorded(sound)
    monkeypatch.setattr(commit_record, "FILTERS", FILTERS[:-1])
    assert before is not None
    assert recorded(sound) == before


def flipped(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def begun_otherwise(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("harm", [flipped, begun_otherwise, cut, Path.unlink])
@pytest.mark.parametrize("name", ["*.docs", "*.freqs", "*.places", "*.terms", "*.toc"])
def test_what_is_not_whole_is_never_told_from_a_record(
    sound: Path, tmp_path: Path, name: str, harm: Callable[[Path], object]
) -> None:
    folder = shutil.copytree(sound, tmp_path / "index")
    for path in folder.rglob(name):
        harm(path)
    assert recorded(folder) is None


@pytest.mark.parametrize("harm", [cut, flipped, Path.unlink, lambda path: path.write_text("[]")])
def test_without_its_record_a_commit_is_opened(sound: Path, tmp_path: Path, harm: Callable[[Path], object]) -> None:
    folder = shutil.copytree(sound, tmp_path / "index")
    for path in folder.rglob("record-*"):
        harm(path)
    assert recorded(folder) is None
    assert status(folder, LocalIndex(), packaged()) == opened(folder).status()


def test_nothing_is_served_before_anything_was_indexed(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable, match="nothing has been indexed yet"):
        status(tmp_path, LocalIndex(), packaged())
