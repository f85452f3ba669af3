"""What looks like a code is one where documents carry it, and words where they hold the words."""

from __future__ import annotations

import pytest

from search.model import Viewer
from tests.documents import document
from tests.engines import Library


def readings(library: Library, text: str, **options: object) -> list[str]:
    return [clause.kind for clause in library.ask(text, **options).query.clauses]


def test_a_word_and_a_number_are_a_code_where_a_document_carries_it(library: Library) -> None:
    library.put(document("code", body="A rotina MATA410."), document("words", body="A mata tem 410 hectares."))
    assert library.keys("mata 410") == ["code"]


@pytest.mark.parametrize("text", ["lei 14133", "LEI-14133", "iso 9001", "http 404", "dados 2023"])
def test_a_word_and_a_number_are_words_where_documents_hold_them(library: Library, text: str) -> None:
    library.put(document("words", body=f"Segundo {text.replace('-', ' ')}, nada muda."), document("other"))
    assert library.keys(text) == ["words"]
    assert library.keys(f"segundo a {text}, muda") == ["words"]


def test_where_more_documents_have_the_words_than_the_code_words_were_meant(library: Library) -> None:
    library.put(
        document("code", body="O programa ISO9001."),
        document("one", body="A norma ISO 9001."),
        document("two", body="Pela ISO 9001, registre."),
    )
    assert set(library.keys("iso 9001")) == {"one", "two"}


def test_a_code_that_nothing_carries_among_others_of_its_letters_is_misspelt_and_finds_nothing(
    library: Library,
) -> None:
    library.put(document("near", body="A MATA410 e a mata."), document("far", body="São 411 itens."))
    assert readings(library, "mata 411") == ["code"]
    assert library.keys("mata 411") == []


def test_a_code_that_nothing_is_like_is_read_as_its_words(library: Library) -> None:
    library.put(document("a", body="Meta anual. São 411 itens."))
    assert readings(library, "meta 411") == ["word", "word"]
    assert library.keys("meta 411") == ["a"]


def test_a_parameter_stays_one_however_often_its_words_follow_one_another(library: Library) -> None:
    words = [document(str(number), body="O mv estados lista as UF.") for number in range(3)]
    library.put(document("code", body="O MV_ESTADO diz a UF."), *words)
    assert library.keys("mv estado") == ["code"]


def test_what_the_viewer_may_not_see_has_no_say(library: Library) -> None:
    library.put(
        document("hidden", body="O programa LEI14133.", audience=("staff",)), document("seen", body="A lei 14133.")
    )
    assert library.keys("lei 14133") == ["seen"]
    library.put(document("hidden2", body="Os programas LEI14134 e MATA410.", audience=("staff",)))
    assert readings(library, "mata 499") == ["word", "word"]
    assert readings(library, "mata 499", viewer=Viewer(groups=frozenset({"staff"}))) == ["code"]


def test_a_code_in_quotes_is_still_a_code(library: Library) -> None:
    library.put(document("named", title="MV_ESTADO - Sigla"), document("mentions", body="MV_ESTADO, MV_ESTADO"))
    assert library.keys('"mv_estado"') == ["named", "mentions"]
    assert readings(library, '"lei 14133"') == ["phrase"]
