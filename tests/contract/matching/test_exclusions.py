"""What every index promises about exclusions: what holds the word is kept out."""

from __future__ import annotations

from tests.documents import document
from tests.engines import Library


def test_an_excluded_word_keeps_documents_out(library: Library) -> None:
    library.put(document("1", body="boleto bancário"), document("2", body="boleto registrado"))
    assert library.keys("boleto -registrado") == ["1"]
    assert library.keys("-registrado") == ["1"]


def test_an_excluded_code_that_is_words_excludes_them(library: Library) -> None:
    library.put(document("with", body="A lei 14133 e o edital."), document("without", body="O edital."))
    assert library.keys("edital -lei-14133") == ["without"]
