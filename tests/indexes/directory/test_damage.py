"""A Whoosh index whose files were damaged, removed or written by another version: a sentence, never a traceback.

Long because one table of damage is tried by every use of an index.
"""

from __future__ import annotations

import errno
import gc
import os
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexes.directory.generations import Generations
from indexes.segment.postings_writer import FILES
from indexes.whoosh_index import WhooshIndex
from indexes.writing import index_writer
from search.errors import IndexUnavailable
from search.model import ANYONE, Change
from search.query.parser import parse
from tests.documents import document
from tests.engines import opened

Damage = Callable[[Path], object]

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # Whoosh leaves a broken TOC open


def numbered(*numbers: int) -> list[Change]:
    return [Change(number=number, id=f"tdn:{number}", document=document(str(number))) for number in numbers]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("sound") / "index"
    opened(folder).apply(numbered(*range(1, 6)))
    yield folder
    gc.collect()  # while the filter above holds


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """An index of five documents, to be damaged."""
    return shutil.copytree(sound, tmp_path / "index")


def served(folder: Path) -> Path:
    return folder / Generations(folder).current()


def toc(generation: Path) -> Path:
    return max(generation.glob("*.toc"))


def segment(generation: Path) -> Path:
    [path] = generation.glob("*.places")
    return path


def put(path: Path, data: bytes) -> None:
    """Replace a file by another: writing into one that a reader has mapped would take the process along."""
    path.unlink()
    path.write_bytes(data)


def cut(path: Path, share: float) -> None:
    data = path.read_bytes()
    put(path, data[: int(len(data) * share)])


def swap(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    put(path, data.replace(old, new))


def uses(index: WhooshIndex) -> Iterator[Callable[[], object]]:
    yield lambda: index.search(parse("corpo"))
    yield lambda: index.complete("tit", 5, ANYONE)
    yield lambda: index.document("tdn:1", ANYONE)
    yield index.status
    yield lambda: index.apply(numbered(6))


DAMAGES: dict[str, Damage] = {
    "generation gone": shutil.rmtree,
    "generation emptied": lambda path: (shutil.rmtree(path), path.mkdir()),
    "no TOC": lambda path: toc(path).unlink(),
    "empty TOC": lambda path: cut(toc(path), 0),
    **{
        f"TOC cut at {share}": lambda path, share=share: cut(toc(path), share) for share in (0.01, 0.3, 0.6, 0.95, 0.99)
    },
    "TOC of another machine": lambda path: put(toc(path), b"\x00" * 400),
    "TOC of another version": lambda path: swap(toc(path), struct.pack("!i", -111), struct.pack("!i", -97)),
    "a class of our schema that is no more": lambda path: swap(toc(path), b"Terms", b"Wordz"),
    "a module of our schema that is no more": lambda path: swap(toc(path), b"indexes.schema", b"indexes.sketch"),
    "a TOC pickled as future Pythons may": lambda path: swap(toc(path), b"\x80\x02c", b"\x80\xfec"),
    "a field of our schema that is not there yet": lambda path: swap(toc(path), b"whole_title", b"whole_style"),
    "a segment of another layout": lambda path: swap(segment(path), b"BUSCAPL", b"fields__"),
    "no segment": lambda path: segment(path).unlink(),
    **{f"segment cut at {share}": lambda path, share=share: cut(segment(path), share) for share in (0, 0.5, 0.99)},
    "garbled position": lambda path: next(path.glob("position-*")).write_text("zero"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_whatever_is_damaged_every_use_says_what_to_run(folder: Path, damage: Damage) -> None:
    damage(served(folder))
    for use in uses(opened(folder)):
        with pytest.raises(IndexUnavailable, match="run `busca rebuild`"):
            use()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_whatever_is_damaged_a_rebuild_heals(folder: Path, damage: Damage) -> None:
    damage(served(folder))
    index = opened(folder)
    assert index.rebuild(numbered(*range(1, 8))) == 7
    assert (index.status().documents, index.search(parse("corpo")).total) == (7, 7)
    index.close()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_reader_that_is_open_answers_on_whatever_is_damaged(folder: Path, damage: Damage) -> None:
    index = opened(folder)
    assert index.status().documents == 5
    damage(served(folder))
    index._searchers._looked_at = float("-inf")
    assert index.search(parse("corpo")).total == 5
    assert len(index.complete("tit", 9, ANYONE)) == 5
    assert index.document("tdn:3", ANYONE) == document("3")
    index.close()


def cut_under_readers(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty_under_readers(path: Path) -> None:
    os.truncate(path, 0)


def flip_under_readers(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)[0]
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last ^ 1]))


IN_PLACE = [cut_under_readers, empty_under_readers, flip_under_readers]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", IN_PLACE)
def test_a_file_that_is_written_to_under_an_open_reader_is_told_by_name(folder: Path, name: str, harm: Damage) -> None:
    index = opened(folder)
    assert index.search(parse("corpo")).total == 5
    [path] = served(folder).glob(f"*.{name}")
    harm(path)
    uses = [lambda: index.search(parse("corpo"))]
    if (name, harm) != ("stored", flip_under_readers):  # which harms one document, and all others can be had
        uses += [lambda: index.complete("tit", 5, ANYONE), lambda: index.document("tdn:1", ANYONE)]
    for use in uses:
        with pytest.raises(IndexUnavailable, match=rf"{path.name}.* run `busca rebuild`"):
            use()
    index.rebuild(numbered(*range(1, 8)))
    assert index.search(parse("corpo")).total == 7
    index.close()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", IN_PLACE)
@pytest.mark.parametrize("running", [True, False], ids=["open", "opened after"])
def test_the_generation_before_answers_where_a_file_of_the_served_one_is_damaged(
    folder: Path, name: str, harm: Damage, running: bool
) -> None:
    older = served(folder)
    opened(folder).rebuild(numbered(*range(1, 8)))
    index = opened(folder)
    if running:
        assert index.search(parse("corpo")).total == 7
    [path] = served(folder).glob(f"*.{name}")
    harm(path)
    results = index.search(parse("corpo"))
    assert (results.total, results.generation.split(".")[0]) == (5, older.name)
    assert path.name in index.status().problem
    index._searchers._looked_at = float("-inf")
    assert index.search(parse("corpo")).total == 5
    said = opened(folder).verify()
    assert path.name in said[served(folder).name]
    assert said[older.name] == ""
    index.rebuild(numbered(*range(1, 9)))
    index._searchers._looked_at = float("-inf")
    assert (index.search(parse("corpo")).total, index.status().problem) == (8, "")
    assert opened(folder).verify()[served(folder).name] == ""
    index.close()


def unreadable(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the system say that the disk cannot read a file, whoever asks it."""
    node, pread = path.stat().st_ino, os.pread

    def reading(file: int, size: int, offset: int) -> bytes:
        if os.fstat(file).st_ino == node:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return pread(file, size, offset)

    monkeypatch.setattr(os, "pread", reading)


@pytest.mark.parametrize("name", FILES)
def test_the_generation_before_answers_where_the_disk_cannot_read_a_file_of_the_served_one(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = served(folder)
    opened(folder).rebuild(numbered(*range(1, 8)))
    [path] = served(folder).glob(f"*.{name}")
    unreadable(path, monkeypatch)
    index = opened(folder)
    results = index.search(parse("corpo"))
    assert (results.total, results.generation.split(".")[0]) == (5, older.name)
    assert path.name in index.status().problem
    index.close()


def test_a_stored_document_that_the_disk_can_no_longer_read_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = opened(folder)
    assert index.search(parse("corpo")).total == 5
    [path] = served(folder).glob("*.stored")
    unreadable(path, monkeypatch)
    with pytest.raises(IndexUnavailable, match=rf"{path.name}.* run `busca rebuild`"):
        index.document("tdn:1", ANYONE)
    index.close()


def test_only_reading_a_whole_generation_finds_damage_in_a_stored_document(folder: Path) -> None:
    [path] = served(folder).glob("*.stored")
    flip_under_readers(path)
    index = opened(folder)
    assert index.search(parse("corpo", page=99)).total == 5
    assert path.name in index.verify()[served(folder).name]
    with pytest.raises(IndexUnavailable, match=path.name):
        index.search(parse("corpo"))
    index.close()


def test_a_merge_does_not_take_over_a_damaged_document(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [path] = served(folder).glob("*.stored")
    flip_under_readers(path)
    monkeypatch.setattr(index_writer, "MAX_SEGMENTS", 1)
    index = opened(folder)
    with pytest.raises(IndexUnavailable, match=path.name):
        index.apply(numbered(6))
    assert index.position() == 5
    index.close()


def test_where_nothing_was_indexed_the_error_says_how_to_begin(folder: Path) -> None:
    (folder / "CURRENT").unlink()
    index = opened(folder)
    with pytest.raises(IndexUnavailable, match="nothing has been indexed yet: run `busca crawl` and `busca sync`"):
        index.status()
    assert index.position() == 0


def test_a_pointer_that_is_a_folder_is_told(folder: Path) -> None:
    (folder / "CURRENT").unlink()
    (folder / "CURRENT").mkdir()
    with pytest.raises(IndexUnavailable, match=r"CURRENT cannot be read .* run `busca rebuild`"):
        opened(folder).status()


@pytest.mark.parametrize("pointer", [None, "", "../../etc"])
def test_an_open_index_answers_and_says_that_its_pointer_is_damaged(folder: Path, pointer: str | None) -> None:
    index = opened(folder)
    before = index.status()
    if pointer is None:
        (folder / "CURRENT").unlink()
    else:
        (folder / "CURRENT").write_text(pointer)
    index._searchers._looked_at = float("-inf")
    status = index.status()
    assert "CURRENT" in status.problem
    assert status.problem.endswith("run `busca rebuild`")
    assert replace(status, problem="") == before
    assert index.search(parse("corpo")).total == before.documents
    index.rebuild(numbered(1))
    index._searchers._looked_at = float("-inf")
    assert (index.status().problem, index.status().documents) == ("", 1)
    index.close()


def test_a_lost_position_is_that_of_an_index_that_has_to_be_built_anew(folder: Path) -> None:
    for path in served(folder).glob("position-*"):
        path.unlink()
    assert opened(folder).position() == 0


def test_a_damaged_generation_that_was_served_before_cannot_be_rolled_back_to(folder: Path) -> None:
    index, first = opened(folder), served(folder)
    index.rebuild(numbered(1, 2))
    cut(toc(first), 0.5)
    with pytest.raises(IndexUnavailable, match=f"{first.name} cannot be opened"):
        index.roll_back()
    assert served(folder) != first
    assert index.status().documents == 2
    index.close()


def test_a_refused_write_leaves_no_lock_behind(folder: Path) -> None:
    position = next(served(folder).glob("position-*"))
    kept = position.read_text()
    position.write_text("zero")
    index = opened(folder)
    with pytest.raises(IndexUnavailable) as refused:
        index.apply(numbered(6))
    position.write_text(kept)
    assert index.apply(numbered(6)) == 6, refused  # as long as the error is held, so is what it has opened
