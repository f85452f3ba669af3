"""A generation whose fields are those of another version."""

from __future__ import annotations

from pathlib import Path

import pytest
from whoosh import fields
from whoosh import index as whoosh

from indexes.directory.generations import Generations
from indexes.whoosh_index import WhooshIndex
from search.errors import IndexUnavailable
from search.model import Change, Document
from search.query.parser import parse
from tests.documents import document
from tests.engines import Library, opened


def indexed(folder: Path, *documents: Document) -> WhooshIndex:
    index = opened(folder)
    index.apply(Change(number=number, id=page.id, document=page) for number, page in enumerate(documents, 1))
    return index


def keys(index: WhooshIndex, text: str) -> list[str]:
    return Library(index).keys(text)


def test_a_field_that_was_added_later_is_told_until_a_rebuild(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = indexed(tmp_path, document("1"))
    index.close()
    generation = tmp_path / Generations(tmp_path).current()
    with whoosh.open_dir(str(generation)).writer() as older:  # what the version before knew
        older.remove_field("f_version")
    with pytest.raises(IndexUnavailable, match="lacks f_version: run `busca rebuild`"):
        index.search(parse("documento"))
    index.rebuild([Change(number=2, id="tdn:1", document=document("1", versions=("12.1.33",)))])
    assert index.search(parse("documento", filters={"version": ("12.1.33",)})).total == 1
    index.close()


def test_a_field_that_a_later_version_added_is_left_alone(tmp_path: Path) -> None:
    index = indexed(tmp_path, document("1"))
    index.close()
    generation = tmp_path / Generations(tmp_path).current()
    with whoosh.open_dir(str(generation)).writer() as newer:
        newer.add_field("f_mood", fields.ID())
    assert keys(index, "documento") == ["1"]
    index.close()
