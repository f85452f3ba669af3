"""What every index promises about synonyms: they find each other, after what was typed, where the lists say so."""

from __future__ import annotations

from pathlib import Path

from search.curation import lexicon
from search.query.parser import parse
from tests.documents import FILLING, document
from tests.engines import Library


def keys(library: Library, text: str, lists: lexicon.Lexicon | None = None) -> list[str]:
    query = parse(text) if lists is None else parse(text, words=lists)
    return [hit.document.key for hit in library.index.search(query).hits]


def test_what_means_the_same_is_found_after_what_was_typed(library: Library, mine: Path) -> None:
    (mine / "synonyms.yaml").write_text("groups: [{forms: [violino, rabeca]}]", "utf-8")
    lists = lexicon.load(mine)
    library.put(document("typed", body="O violino."), document("other", body="A rabeca."), *FILLING)
    assert keys(library, "violino", lists) == ["typed", "other"]
    assert keys(library, "rabeca", lists) == ["other", "typed"]
    assert keys(library, "violino") == ["typed"], "only where the lists say so"


def test_a_phrase_is_meant_as_it_was_typed(library: Library, mine: Path) -> None:
    (mine / "synonyms.yaml").write_text("groups: [{forms: [violino, rabeca]}]", "utf-8")
    library.put(document("typed", body="O violino novo."), document("other", body="A rabeca nova."), *FILLING)
    assert keys(library, '"violino novo"', lexicon.load(mine)) == ["typed"]
