"""Whether a search means one source: by its filters, its codes, or by how the settings call a source."""

from __future__ import annotations

from typing import Any

import pytest

from search.query.intent import SourceNames, names_source, shares_places
from search.query.parser import parse

SOURCES = [
    SourceNames(calls=("Espaço Legislação", "feed"), words=("legislacao", "Espaço Legislação", "feed")),
    SourceNames(calls=("Base de Conhecimento", "Base"), words=("kb", "Base de Conhecimento", "vídeo")),
]


@pytest.mark.parametrize(
    "text", ["legislacao icms", "ICMS Legislação?", "kb nota", "erro na base de conhecimento", "video nota", "(vídeo)"]
)
def test_a_text_with_the_words_of_a_source_means_it(text: str) -> None:
    assert names_source(text, SOURCES)


@pytest.mark.parametrize(
    "text", ["", "tdn nota fiscal", "base de cálculo", "conhecimento de frete", "legislacoes", "x"]
)
def test_other_words_mean_none(text: str) -> None:
    assert not names_source(text, SOURCES)
    assert not names_source(text, [])


@pytest.mark.parametrize("text", ["nota fiscal", "nota OR boleto", '"nota fiscal"', "nota -tdn", "versao:12.1.33 nota"])
def test_words_and_other_filters_leave_the_places_to_all(text: str) -> None:
    assert shares_places(parse(text, balanced=True))
    assert not shares_places(parse(text))


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("nota", {"filters": {"source": ("tdn", "youtube")}}),
        ("nota", {"filters": {"kind": ("page", "video")}}),
        ("nota", {"sort": "newest"}),
        ("nota", {"sort": "oldest"}),
        ("nota fonte:tdn", {}),
        ("nota -tipo:artigo", {}),
        ("nota MATA410", {}),
        ("nota OR MATA410", {}),
    ],
)
def test_a_filter_an_order_by_date_or_a_code_means_its_documents(text: str, options: dict[str, Any]) -> None:
    assert not shares_places(parse(text, balanced=True, **options))
