"""What every index promises about a document: it comes back whole, empty, very long, or in any letters."""

from __future__ import annotations

import pytest

from search.model import ANYONE, Viewer
from tests.documents import document
from tests.engines import Library


def test_a_document_comes_back_whole(library: Library) -> None:
    whole = document("a/b:c", body="Linha um\nLinha dois 𝔘", extra={"duration_s": 3}, versions=("12.1.33",), group="g")
    library.put(whole)
    assert library.index.document(whole.id, Viewer()) == whole
    assert library.index.document("tdn:none", Viewer()) is None


def test_a_document_without_text_is_listed(library: Library) -> None:
    library.put(document("1", title="", body=""))
    assert library.keys() == ["1"]


def test_a_very_long_document_is_found_by_its_last_word(library: Library) -> None:
    library.put(document("1", body="palavra " * 60_000 + "xyzzyx"))
    [hit] = library.ask("xyzzyx").hits
    assert len(hit.snippet.text) < 400


def test_a_document_without_text_is_kept_and_found_by_its_values(library: Library) -> None:
    library.put(document("empty", title="", body=""), document("blank", title=" ", body="… — ()"))
    assert sorted(library.keys("")) == ["blank", "empty"]
    assert library.keys("nota") == []
    assert library.ask("", filters={"source": ("tdn",)}).total == 2
    assert library.index.document("tdn:empty", ANYONE) == document("empty", title="", body="")


def test_a_document_of_206_628_words_is_found_by_its_last_ones(library: Library) -> None:
    body = " ".join(f"palavra{number % 5000}" for number in range(206_626)) + " agulha perdida"
    library.put(document("long", body=body), document("short", body="agulha de costura"))
    assert library.keys('"agulha perdida"') == ["long"]
    assert library.keys("agulha") == ["short", "long"]
    hit = library.ask("perdida").hits[0]
    assert hit.document.body == body


@pytest.mark.parametrize("word", ["𝗡𝗙", "😀nota", "𠮷野家", "nota\U0001f600", "𝕄𝔸𝕋𝔸𝟜𝟙𝟘", "\U0010ffff"])
def test_characters_beyond_the_basic_plane_are_kept_and_found(library: Library, word: str) -> None:
    library.put(document("1", title=f"{word} título", body=f"corpo {word} fim"), document("2"))
    page = library.index.document("tdn:1", ANYONE)
    assert page is not None
    assert (page.title, page.body) == (f"{word} título", f"corpo {word} fim")
    hit = library.ask("corpo fim").hits[0]
    assert hit.document.key == "1"
    if any(character.isalnum() for character in word):
        assert library.keys(word) == ["1"]
        assert library.keys(f'"corpo {word} fim"') == ["1"]
