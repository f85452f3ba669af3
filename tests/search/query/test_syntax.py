"""OR, fields, ranges and dates: read where they are meant, text everywhere else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import packaged
from search.model import Clause, Narrowing
from search.query.field_filters import holds
from search.query.parser import parse

ANALYZER = packaged()


def either(text: str, lang: str = "pt") -> list[list[tuple[str, str]]]:
    """The alternatives that were typed, of every clause that has several."""
    clauses = parse(text, lang=lang).clauses
    return [
        [(alternative.kind, alternative.text) for alternative in clause.either]
        for clause in clauses
        if clause.typed.kind == "either"
    ]


def narrowing(text: str) -> Narrowing:
    (query,) = parse(text).narrowings
    return query


@pytest.mark.parametrize(
    "text, alternatives",
    [
        ("gato OR cachorro", [("word", "gato"), ("word", "cachorro")]),
        ("gato OU cachorro", [("word", "gato"), ("word", "cachorro")]),
        ("um gato OR cachorro", [("word", "gato"), ("word", "cachorro")]),
        ("gato OR OR cachorro", [("word", "gato"), ("word", "cachorro")]),
        ("OR gato OR cachorro OR", [("word", "gato"), ("word", "cachorro")]),
        ("mata 410 OR mata460", [("code", "mata 410"), ("code", "mata460")]),
        ('"gato preto" OR fat* OR gato', [("phrase", "gato preto"), ("prefix", "fat*"), ("word", "gato")]),
        ("pré-nota OR gato", [("phrase", "pré-nota"), ("word", "gato")]),
        ("titulo:gato OR cachorro", [("word", "titulo:gato"), ("word", "cachorro")]),
    ],
)
def test_or_stands_between_two_alternatives(text: str, alternatives: list[tuple[str, str]]) -> None:
    assert either(text) == [alternatives]


@pytest.mark.parametrize("text", ["gato or cachorro", "OR gato", "gato OU", "gato OR -cachorro", "gato OR produto:rm"])
def test_an_or_without_two_sides_is_none(text: str) -> None:
    assert either(text) == []


def test_o_is_spanish_for_or_and_an_article_elsewhere() -> None:
    assert either("gato O perro", "es") == [[("word", "gato"), ("word", "perro")]]
    assert either("gato O perro", "pt") == []
    assert either("ERRO NO SISTEMA O BANCO", "es") == []


def test_what_was_typed_with_or_is_asked_for_among_many_words() -> None:
    query = parse("emitir nota fiscal gato OR cachorro")
    assert [clause.occur for clause in query.clauses] == ["should"] * 3 + ["must"]


@pytest.mark.parametrize(
    "text, inside, outside",
    [
        ("produto:protheus", "TOTVS Backoffice (Linha Protheus)", "Datasul"),
        ("producto:Protheus", "Protheus", "RM"),
        ('product:"linha rm"', "TOTVS RH (Linha RM)", "TOTVS RH (Linha Protheus)"),
        ("modulo:fiscal", "Livros Fiscais", "Financeiro"),
        ("módulo:fin", "Financeiro", "Fiscal"),
        ("fonte:tdn", "tdn", "kb"),
        ("tipo:vídeo", "video", "page"),
        ("type:article", "article", "page"),
        ("idioma:espanhol", "es", "pt"),
        ("lang:pt-BR", "pt", "en"),
        ("versao:12.1.33", "12.1.33", "12.1.2310"),
        ("release:2310", "12.1.2310", "12.1.33"),
        ("versao:>=12.1.2310", "12.1.2410", "12.1.33"),
        ("versão:12.1.33..12.1.2310", "12.1.2210", "12.1.2410"),
        ("version:..12.1.33", "12.1.27", "12.1.2210"),
        ("ano:2024", "2024", "2023"),
        ("año:2022..2024", "2023", "2025"),
        ("year:<2024", "2023", "2024"),
    ],
)
def test_a_field_narrows_to_the_values_that_say_so(text: str, inside: str, outside: str) -> None:
    assert parse(text).clauses == ()
    assert holds(narrowing(text), inside, ANALYZER)
    assert not holds(narrowing(text), outside, ANALYZER)


def test_single_values_of_a_filter_are_alternatives_and_ranges_all_hold() -> None:
    both = narrowing("produto:rm OR produto:datasul")
    assert holds(both, "RM", ANALYZER) and holds(both, "Datasul", ANALYZER) and not holds(both, "Protheus", ANALYZER)
    assert len(parse("versao:>=12.1.33 versao:<=12.1.2310").narrowings) == 2
    assert [condition.occur for condition in parse("produto:rm -produto:datasul").narrowings] == ["must", "not"]


@pytest.mark.parametrize(
    "text, after, before",
    [
        ("data:>=2024-01-31", (2024, 1, 31), None),
        ("data:>2024-01-31", (2024, 2, 1), None),
        ("data:<=2024-02", None, (2024, 3, 1)),
        ("data:<2024", None, (2024, 1, 1)),
        ("fecha:2024-01..2024-03", (2024, 1, 1), (2024, 4, 1)),
        ("date:31/12/2023", (2023, 12, 31), (2024, 1, 1)),
    ],
)
def test_a_date_narrows_to_what_changed_then(
    text: str, after: tuple[int, int, int] | None, before: tuple[int, int, int] | None
) -> None:
    query = parse(f"nota {text}")
    moments = [datetime(*day, tzinfo=UTC) if day else None for day in (after, before)]
    assert [query.updated_after, query.updated_before] == moments


def test_a_typed_date_and_a_chosen_one_hold_both() -> None:
    chosen = datetime(2024, 6, 1, tzinfo=UTC)
    assert parse("data:>=2024-01-01", updated_after=chosen).updated_after == chosen
    assert parse("data:>=2024-07-01", updated_after=chosen).updated_after == datetime(2024, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, warning",
    [
        ("ano:ontem", "value:year=ontem"),
        ("versao:>=nova", "value:version=>=nova"),
        ("tipo:entrada", "value:kind=entrada"),
        ("data:9999-99-99", "value:date=9999-99-99"),
        ("data:9999-12-31", "value:date=9999-12-31"),
        ("ano:..", "value:year=.."),
    ],
)
def test_an_odd_value_is_read_as_text_and_warned_of(text: str, warning: str) -> None:
    query = parse(text)
    assert (query.narrowings, query.warnings) == ((), (warning,))
    assert query.updated_after is None


@pytest.mark.parametrize(
    "text", ["sabor:doce", "http://a", "rejeição: 528", "produto: rm", "10:30", "a:b:c", "xproduto:rm"]
)
def test_what_names_no_field_is_ordinary_text(text: str) -> None:
    query = parse(text)
    assert query.narrowings == query.warnings == ()
    assert query.clauses


@pytest.mark.parametrize(
    "text, kind, occur",
    [
        ("titulo:boleto", "word", "must"),
        ("title:MATA410", "code", "must"),
        ("-título:boleto", "word", "not"),
        ('titulo:"nota fiscal"', "phrase", "must"),
        ("titulo:fat*", "prefix", "must"),
    ],
)
def test_a_title_is_asked_for_by_name(text: str, kind: str, occur: str) -> None:
    clauses: tuple[Clause, ...] = parse(f"pedido {text}").clauses
    assert [(clause.kind, clause.occur) for clause in clauses if clause.field == "title"] == [(kind, occur)]


OPERATORS = [
    "OR",
    "OU",
    "O",
    "-",
    '"',
    "produto:",
    "titulo:",
    "versao:>=",
    "ano:2024",
    "data:",
    "..",
    "nota",
    "nfe",
    "pe",
    ":",
]


@given(st.lists(st.sampled_from(OPERATORS) | st.text(max_size=4), max_size=20), st.sampled_from(["", " "]))
def test_operators_in_any_order_are_read(parts: list[str], between: str) -> None:
    query = parse(between.join(parts))
    assert parse(query.text).clauses == query.clauses
    assert all(clause.terms or len(clause.either) > 0 for clause in query.clauses)
