"""What every index says of words and codes, for others to decide by: how common, what is near, which are words."""

from __future__ import annotations

from string import ascii_lowercase

import pytest

from search.analysis.analyzer import packaged
from search.model import ANYONE, Candidate, Viewer
from search.query.expansion import doubtful
from search.query.parser import parse
from search.suggest.spelling import word_clause
from tests.documents import document
from tests.engines import Library

STAFF = Viewer(groups=frozenset({"staff"}))


@pytest.fixture
def shelf(library: Library) -> Library:
    library.put(
        document("1", title="Nota fiscal", body="A rotina MATA410."),
        document("2", title="Nota fatal", body="A lei 14133."),
        document("3", title="Nota", body="O fiscal e a MATA411.", audience=("staff",)),
    )
    return library


def test_counts_are_of_what_the_viewer_may_see(shelf: Library) -> None:
    clauses = [word_clause(word, packaged()) for word in ("nota", "fiscal", "ausente")]
    assert shelf.index.counts(clauses, ANYONE) == [2, 1, 0]
    assert shelf.index.counts(clauses, STAFF) == [3, 2, 0]
    assert shelf.index.counts([], ANYONE) == []


def test_near_words_are_written_as_texts_write_them_with_how_far_and_how_common_they_are(shelf: Library) -> None:
    assert shelf.index.near_words("fisal", "f", ANYONE) == [Candidate("fiscal", 1, 1)]
    assert shelf.index.near_words("fisal", "f", STAFF) == [Candidate("fiscal", 1, 2)]
    assert shelf.index.near_words("fisal", "abc", ANYONE) == []
    assert shelf.index.near_words("xyzzy", ascii_lowercase, ANYONE) == []


def test_near_codes_are_those_of_the_kind_that_begin_so(shelf: Library) -> None:
    assert shelf.index.near_codes("routine", "mata412", "ma", ANYONE) == [Candidate("MATA410", 1, 1)]
    both = [Candidate("MATA410", 1, 1), Candidate("MATA411", 1, 1)]
    assert shelf.index.near_codes("", "mata412", "", STAFF) == both
    assert shelf.index.near_codes("routine", "mata412", "fi", STAFF) == []
    assert shelf.index.near_codes("parameter", "mata412", "", STAFF) == []


def test_codes_are_words_where_the_documents_of_the_viewer_hold_the_words(shelf: Library) -> None:
    codes = doubtful(parse("lei 14133 mata 411 mata 410"))
    assert [code.text for code in codes] == ["lei 14133", "mata 411", "mata 410"]
    assert shelf.index.plain_words(codes, ANYONE) == {"lei 14133"}
