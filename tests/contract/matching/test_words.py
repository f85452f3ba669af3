"""What every index promises about words: found wherever they stand, with or without accents, case and plural."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.documents import MOMENT, document
from tests.engines import Library


@pytest.mark.parametrize(
    "text",
    ["rejeição", "REJEICAO", "rejeições", "nota", "notas fiscais", "a rejeição da nota", "emissao", '"nota fiscal"'],
)
def test_words_are_found_with_or_without_accents_case_and_plural(library: Library, text: str) -> None:
    library.put(
        document("1", title="Rejeição na emissão", body="A nota fiscal voltou."), document("2", body="Outro assunto.")
    )
    assert library.keys(text) == ["1"]


def test_all_words_first_and_some_of_them_only_where_none_has_all(library: Library) -> None:
    library.put(document("1", body="boleto juros multa"), document("2", body="boleto"), document("3", body="juros"))
    whole = library.ask("boleto juros")
    assert ([hit.document.key for hit in whole.hits], whole.relaxed) == (["1"], False)
    relaxed = library.ask("boleto juros xyzzyx")
    assert (relaxed.relaxed, relaxed.total) == (True, 3)
    assert relaxed.hits[0].document.key == "1"
    assert {hit.document.key: hit.missing for hit in relaxed.hits} == {
        "1": ("xyzzyx",),
        "2": ("juros", "xyzzyx"),
        "3": ("boleto", "xyzzyx"),
    }


def test_nothing_typed_gives_everything_newest_first(library: Library) -> None:
    library.put(*(document(str(day), updated=MOMENT + timedelta(days=day)) for day in (2, 5, 1)))
    assert library.keys() == ["5", "2", "1"]


@pytest.mark.parametrize(
    "field",
    [{"headings": ("Boleto",)}, {"labels": ("boleto",)}, {"breadcrumb": ("Início", "Boletos")}, {"module": "Boleto"}],
)
def test_words_are_found_outside_title_and_body_too(library: Library, field: dict[str, object]) -> None:
    library.put(document("1", **field), document("2"))
    assert library.keys("boleto") == ["1"]
