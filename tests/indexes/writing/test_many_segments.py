"""Fifty segments answer as one."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from indexes.whoosh_index import WhooshIndex
from indexes.writing import index_writer
from search.model import ANYONE, Change, Document
from search.query.parser import parse
from tests.documents import document
from tests.engines import opened


def indexed(folder: Path, *documents: Document) -> WhooshIndex:
    index = opened(folder)
    index.apply(Change(number=number, id=page.id, document=page) for number, page in enumerate(documents, 1))
    return index


def test_fifty_segments_answer_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_writer, "MAX_SEGMENTS", 1000)
    index, numbers = opened(tmp_path / "many"), count(1)
    made = [document(str(number), body=f"nota número {number} do lote {number % 7}") for number in range(50)]
    for page in made:
        index.apply([Change(number=next(numbers), id=page.id, document=page)])
    one = indexed(tmp_path / "one", *made)
    assert len(index._searchers.current().segments) == 50
    for text in ("nota", '"lote 3"', "not* -4", "número 12", ""):
        mine, its = index.search(parse(text, per_page=50)), one.search(parse(text, per_page=50))
        assert mine.total == its.total > 0
        assert [hit.score for hit in mine.hits] == pytest.approx([hit.score for hit in its.hits], rel=1e-5)
        assert mine.facets == its.facets
    assert len(index.complete("título 1", 500, ANYONE)) == len(one.complete("título 1", 500, ANYONE)) == 11
    monkeypatch.undo()
    index.apply([Change(number=next(numbers), id="tdn:0", document=None)])
    index.close()
    assert (len(index._searchers.current().segments) < 50, index.search(parse("nota")).total) == (True, 49)
    index.close()
    one.close()
