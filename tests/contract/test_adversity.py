"""Indexes and questions that nobody means well: each has an answer."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from whoosh import fields
from whoosh import index as whoosh

from indexes import open_index
from indexes.directory.generations import Generations
from indexes.writing import index_writer
from search.config import settings
from search.errors import IndexUnavailable
from search.index import Index
from search.model import ANYONE, Change, Clause, Document, Query
from search.query.parser import parse
from tests.documents import document
from tests.engines import Library, opened

ROOT = Path(__file__).parents[2]


def indexed(folder: Path, *documents: Document) -> Index:
    index = opened(folder)
    index.apply(Change(number=number, id=each.id, document=each) for number, each in enumerate(documents, 1))
    return index


def keys(index: Index, text: str) -> list[str]:
    return Library(index).keys(text)


def test_an_index_without_documents_answers_everything_with_nothing(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.rebuild([Change(number=1, id="tdn:1", document=None)])
    for text in ("", "nota", '"nota fiscal"', "n*", "-nota", "mata410"):
        results = index.search(parse(text))
        assert (results.total, results.hits, results.relaxed) == (0, (), False)
        assert all(facet.values == () for facet in results.facets)
    assert index.complete("n", 5, ANYONE) == []
    assert index.document("tdn:1", ANYONE) is None
    assert (index.status().position, index.status().documents) == (1, 0)
    index.close()


def test_a_document_without_text_is_kept_and_found_by_its_values(tmp_path: Path) -> None:
    index = indexed(tmp_path, document("empty", title="", body=""), document("blank", title=" ", body="… — ()"))
    assert sorted(keys(index, "")) == ["blank", "empty"]
    assert keys(index, "nota") == []
    assert index.search(parse("", filters={"source": ("tdn",)})).total == 2
    assert index.document("tdn:empty", ANYONE) == document("empty", title="", body="")
    index.close()


def test_a_document_of_206_628_words_is_found_by_its_last_ones(tmp_path: Path) -> None:
    body = " ".join(f"palavra{number % 5000}" for number in range(206_626)) + " agulha perdida"
    index = indexed(tmp_path, document("long", body=body), document("short", body="agulha de costura"))
    assert keys(index, '"agulha perdida"') == ["long"]
    assert keys(index, "agulha") == ["short", "long"]
    hit = index.search(parse("perdida")).hits[0]
    assert hit.document.body == body
    index.close()


def test_a_word_of_every_document_ranks_and_counts_all(tmp_path: Path) -> None:
    made = [document(str(number), title="nota", body="nota " * (number % 300)) for number in range(400)]
    index = indexed(tmp_path, *made)
    results = index.search(parse("nota"))
    assert (results.total, len(results.hits)) == (400, 10)
    assert all(hit.score > 0 for hit in results.hits)
    assert index.search(parse("-nota")).total == 0
    index.close()


def test_a_query_of_ten_thousand_terms_is_answered(tmp_path: Path) -> None:
    index = indexed(tmp_path, *(document(str(number), body=f"termo{number} comum") for number in range(30)))
    clauses = tuple(
        Clause(kind="word", occur="should", text=f"termo{number}", terms=((f"termo{number}", "comum"),))
        for number in range(10_000)
    )
    assert index.search(Query(clauses=clauses)).total == 30
    assert index.search(Query(clauses=clauses, min_should=10_001)).total == 0
    must = tuple(replace(clause, occur="must", terms=(clause.terms[0][:1],)) for clause in clauses)
    relaxed = index.search(Query(clauses=must))
    assert (relaxed.total, relaxed.relaxed) == (30, True)
    assert len(relaxed.hits[0].missing) == 9_999
    phrase = Clause(kind="phrase", occur="must", text="…", terms=(("comum",),) * 10_000)
    assert index.search(Query(clauses=(phrase,))).total == 0
    index.close()


def test_the_billionth_page_is_empty_and_counted(tmp_path: Path) -> None:
    index = indexed(tmp_path, document("1"), document("2"))
    results = index.search(parse("documento", page=10**9))
    assert (results.hits, results.total) == ((), 2)
    assert index.search(parse("", page=10**9, per_page=10**9)).total == 2
    index.close()


def test_an_index_whose_documents_were_all_deleted_is_as_an_empty_one(tmp_path: Path) -> None:
    index = indexed(tmp_path, *(document(str(number)) for number in range(20)))
    index.apply(Change(number=100 + number, id=f"tdn:{number}", document=None) for number in range(20))
    index.close()
    results = index.search(parse("documento"))
    assert (results.total, index.search(parse("")).total, index.status().documents) == (0, 0, 0)
    assert all(facet.values == () for facet in results.facets)
    assert index.complete("tit", 5, ANYONE) == []
    index.apply([Change(number=200, id="tdn:7", document=document("7"))])
    index.close()
    assert keys(index, "documento") == ["7"]
    index.close()


def test_three_hundred_segments_answer_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_writer, "MAX_SEGMENTS", 1000)
    index, numbers = opened(tmp_path / "many"), count(1)
    made = [document(str(number), body=f"nota número {number} do lote {number % 7}") for number in range(300)]
    for each in made:
        index.apply([Change(number=next(numbers), id=each.id, document=each)])
    one = indexed(tmp_path / "one", *made)
    assert len(index._current().segments) == 300
    for text in ("nota", '"lote 3"', "not* -4", "número 12", ""):
        mine, its = index.search(parse(text, per_page=50)), one.search(parse(text, per_page=50))
        assert mine.total == its.total > 0
        assert [hit.score for hit in mine.hits] == pytest.approx([hit.score for hit in its.hits], rel=1e-5)
        assert mine.facets == its.facets
    assert len(index.complete("título 1", 500, ANYONE)) == len(one.complete("título 1", 500, ANYONE)) == 111
    monkeypatch.undo()
    index.apply([Change(number=next(numbers), id="tdn:0", document=None)])
    index.close()
    assert (len(index._current().segments) < 300, index.search(parse("nota")).total) == (True, 299)
    index.close()
    one.close()


@pytest.mark.parametrize("word", ["𝗡𝗙", "😀nota", "𠮷野家", "nota\U0001f600", "𝕄𝔸𝕋𝔸𝟜𝟙𝟘", "\U0010ffff"])
def test_characters_beyond_the_basic_plane_are_kept_and_found(tmp_path: Path, word: str) -> None:
    index = indexed(tmp_path, document("1", title=f"{word} título", body=f"corpo {word} fim"), document("2"))
    found = index.document("tdn:1", ANYONE)
    assert found is not None
    assert (found.title, found.body) == (f"{word} título", f"corpo {word} fim")
    hit = index.search(parse("corpo fim")).hits[0]
    assert hit.document.key == "1"
    if any(character.isalnum() for character in word):
        assert keys(index, word) == ["1"]
        assert keys(index, f'"corpo {word} fim"') == ["1"]
    index.close()


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


WORDS = 3_000_000
MEMORY = """
import resource, sys
from pathlib import Path
from indexes import open_index
from search.config import settings as config
from search.index import Index
from search.model import Change
from tests.documents import document

words = int(sys.argv[2])
body = "".join(f"{'palavra' if n % 3 else 'termo'}{n % 9973} " for n in range(words))
index = open_index(Path(sys.argv[1]), config.LocalIndex(memory_mib=16))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
index.rebuild([Change(number=1, id="tdn:1", document=document("1", body=body))])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, len(body) // 2**20)
"""


def test_a_document_of_millions_of_words_takes_little_more_than_itself(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MEMORY, str(tmp_path), str(WORDS)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    taken_mib, text_mib = map(int, told.split())
    assert taken_mib < 5 * text_mib + 100
    index = open_index(tmp_path, settings.LocalIndex())
    assert index.search(parse("termo9972")).total == 1
    assert index.search(parse('"palavra1 palavra2 termo3"')).total == 1
    index.close()
