"""What a person typed becomes a query: every text has a reading, and none raises.

Long because most of it is tables of what is typed or written beside what it has to give.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.analyzer import packaged
from search.analysis.plain_text import lines
from search.curation.lexicon import load
from search.highlighting.snippets import highlighted
from search.identifiers.recognizer import in_text
from search.identifiers.recognizer import term as term_of
from search.model import LANGS, Clause, Query
from search.query.expansion import MAX_CLAUSES, query
from search.query.expansion import table as table_of
from search.query.parser import MAX_TEXT, QUOTES, Reader, parse

ANALYZER = packaged()

TYPED = ['"', "-", "*", "“", "»", "nota", "-nota", "fat*", "mata 410", "MV_ESTADO", "nf-e", "\0", "\ud800", "de", "AND"]
typed_text = st.lists(st.sampled_from(TYPED) | st.text(max_size=8), max_size=30).map(" ".join)


def read(text: str) -> list[tuple[str, str, str]]:
    """(kind, occur, text) of every clause, however it was widened."""
    return [(clause.typed.kind, clause.occur, clause.text) for clause in parse(text).clauses]


def accepts(text: str, document: str, lang: str = "pt") -> bool:
    """Whether every clause's terms are among a document's, or among its codes."""
    held = {term for term, _ in ANALYZER.terms(document, lang)}
    held |= {term_of(span.identifier) for span in in_text(document)}
    return all(
        any(all(map(held.intersection, alternative.terms)) for alternative in clause.either or (clause,))
        == (clause.occur != "not")
        for clause in parse(text).clauses
    )


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, document",
    [
        ("rejeicao", "A rejeição da nota"),
        ("rejeição", "As REJEIÇÕES"),
        ("notas fiscais", "nota fiscal"),
        ("nota fiscal", "Notas Fiscais de saída"),
        ("emissao de boleto", "emissões do boleto"),
        ("mata 410", "Rotina MATA410"),
        ("MATA410", "rotina mata410"),
        ("mata410", "MATA410.PRX"),
        ("mv_estado", "Parâmetro MV_ESTADO"),
        ("nf-e", "A NFe foi rejeitada"),
        ("nfe", "A NF-e foi rejeitada"),
        ("12.1.2310", "release 12.1.2310"),
        ("protheus 2310", "na versão 12.1.2310"),
        ("rejeicao 528", "Rejeição: 528 do ICMS"),
        ("pré-nota", "Pré-nota de entrada"),
        ("pre nota", "Pré-nota de entrada"),
        ("titulo", "DT_Titulo_ a receber"),
        ("como emitir a nota?", "Emitir nota"),
        ("dirf 2024", "Entrega da DIRF 2024"),
        ("notas em 2024", "Notas de 2024"),
        ("cfop 5102", "O CFOP 5102 na nota"),
        ("protheus 12", "Atualização do Protheus 12"),
        ("configuracoes", "A configuração"),
        ("<b>nota</b>", "b nota"),
        ("nota; DROP TABLE notas", "drop table nota"),
    ],
)
def test_what_is_typed_meets_what_is_written(text: str, document: str) -> None:
    assert accepts(text, document)


@pytest.mark.parametrize(
    "text, document",
    [
        ("mata 410", "MATA411"),
        ("rejeição 528", "rejeição 529"),
        ("12.1.2310", "12.1.2210"),
        ("nota -fiscal", "nota fiscal"),
        ("pedido -mata410", "pedido na MATA410"),
        ("emitir nota sem pedido", "emitir nota"),
        ("protheus 12.1.33", "protheus 12.1.34"),
        ("mv_estado", "mv_estados"),
        ("dirf 2024", "DIRF 2023"),
        ("fatura*x", "fatura"),
    ],
)
def test_what_is_typed_does_not_meet_something_else(text: str, document: str) -> None:
    assert not accepts(text, document)


def test_the_readme_example_is_read_as_drawn() -> None:
    assert read('mata 410 "pedido bloqueado" -orçamento fat*') == [
        ("code", "must", "mata 410"),
        ("phrase", "must", "pedido bloqueado"),
        ("word", "not", "orçamento"),
        ("prefix", "must", "fat*"),
    ]


def test_codes_and_words_keep_the_order_in_which_they_were_typed() -> None:
    assert [text for _, _, text in read("erro mv_estado na mata 410 pedido")] == [
        "erro",
        "mv_estado",
        "mata 410",
        "pedido",
    ]


@pytest.mark.parametrize("text", ["", " ", "\0", "\u200b", "?!", "-", "--", "*", '"', '""', '" "', "«»", "\n\t"])
def test_what_says_nothing_asks_for_everything(text: str) -> None:
    query = parse(text)
    assert query.clauses == ()
    assert query.warnings == ()


def test_words_that_say_little_go_where_others_remain() -> None:
    assert read("como emitir a nota") == [("word", "must", "emitir"), ("word", "must", "nota")]


def test_of_more_than_two_words_some_may_be_missing() -> None:
    assert {occur for _, occur, _ in read("emitir nota")} == {"must"}
    query = parse("como emitir a nota fiscal de entrada -saída mata410")
    assert [(clause.text, clause.occur) for clause in query.clauses] == [
        *(("emitir", "should"), ("nota", "should"), ("fiscal", "should"), ("entrada", "should")),
        *(("saída", "not"), ("mata410", "must")),
    ]
    assert (query.min_should, query.enough) == (3, 100)


@pytest.mark.parametrize("text", ["de", "de para", "o que é", "the", "de -nota"])
def test_a_query_of_nothing_else_keeps_them(text: str) -> None:
    assert len(read(text)) == len(text.split())


@pytest.mark.parametrize(
    "text", ["pedido AND nota", "pedido E nota", "pedido or nota", "pedido ou nota", "pedido O nota"]
)
def test_operators_of_other_engines_are_words_that_say_little(text: str) -> None:
    assert read(text) == read("pedido nota")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "body:nota",
            "(nota)",
            "nota^4",
            "nota~2",
            "[a TO b]",
            "nota && pedido",
            "a/b",
            "+nota",
            "not nota",
            "!nota",
        ),
        *("<b>nota</b>", "<!-- nota -->", "<nota>", "&lt;nota&gt;", "nota?", "n?ta", "/nota.*x/", "nota NEAR pedido"),
        *("nota'; DROP TABLE x", "{{nota}}", "${nota}", "%00nota", "nota\\", "nota | pedido", "site:tdn nota", "@nota"),
    ],
)
def test_the_syntax_of_other_engines_means_nothing(text: str) -> None:
    assert {(kind, occur) for kind, occur, _ in read(text)} <= {("word", "must"), ("word", "should")}


# -- phrases -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ['"nota fiscal"', "“nota fiscal”", "«nota fiscal»", '  "nota  fiscal" '])
def test_quoted_words_are_one_phrase(text: str) -> None:
    (clause,) = parse(text).clauses
    assert (clause.kind, clause.text) == ("phrase", "nota fiscal")
    assert [set(alternatives) for alternatives in clause.terms] == [{"not", "nota"}, {"fiscal"}]


def test_a_phrase_of_one_word_is_a_word() -> None:
    assert read('"nota"') == [("word", "must", "nota")]


def test_a_phrase_keeps_the_words_that_say_little() -> None:
    (clause,) = parse('"nota de entrada"').clauses
    assert len(clause.terms) == 3


@pytest.mark.parametrize(
    "text, expected",
    [
        ('"nota fiscal', ["nota", "fiscal"]),
        ('nota" fiscal', ["nota", "fiscal"]),
        ('"nota fiscal" "pedido', ["nota fiscal", "pedido"]),
        ('""nota" fiscal', ["nota", "fiscal"]),
    ],
)
def test_an_unbalanced_quote_is_no_quote(text: str, expected: list[str]) -> None:
    assert [text for _, _, text in read(text)] == expected


# -- exclusion ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, excluded",
    [
        ("nota -fiscal", ("word", "not", "fiscal")),
        ("-fiscal nota", ("word", "not", "fiscal")),
        ("nota -mata410", ("code", "not", "mata410")),
        ("nota -fat*", ("prefix", "not", "fat*")),
        ("nota -nf-e", ("word", "not", "nf-e")),
        ("nota -pré-nota", ("word", "not", "pré-nota")),
        ('nota -"pedido de venda"', ("phrase", "not", "pedido de venda")),
        ('-"pedido de venda" nota', ("phrase", "not", "pedido de venda")),
        ('"a b" -"pedido de venda"', ("phrase", "not", "pedido de venda")),
    ],
)
def test_a_minus_before_a_word_or_a_phrase_excludes_it(text: str, excluded: tuple[str, str, str]) -> None:
    assert [clause for clause in read(text) if clause[1] == "not"] == [excluded]


@pytest.mark.parametrize("text", ["nota - fiscal", "nota-fiscal", "nota –fiscal", "nota --fiscal", 'nota-"fiscal x"'])
def test_any_other_minus_excludes_nothing(text: str) -> None:
    assert {occur for _, occur, _ in read(text)} == {"must"}


@pytest.mark.parametrize(("text", "occur"), [("TOPCONN -35", "must"), ("erro -2", "must"), ("nota -2023", "not")])
def test_the_number_of_an_error_may_be_negative(text: str, occur: str) -> None:
    assert read(text)[-1][1] == occur


# -- prefixes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["mata410*", "mt4*", "mv_est*", "se1*"])
def test_the_beginning_of_a_code_is_a_prefix(text: str) -> None:
    assert read(text) == [("prefix", "must", text)]


@pytest.mark.parametrize(
    "text, code", [("tabela se1", "se1"), ("pe mt410tok", "mt410tok"), ("o campo e1_cod", "e1_cod")]
)
def test_what_a_code_is_called_is_not_asked_for(text: str, code: str) -> None:
    assert read(text) == [("code", "must", code)]


def test_a_code_that_may_be_words_is_read_as_both() -> None:
    typed, table = Reader(packaged()).read(Query(text="edital lei 14133 -nota", per_page=3)), table_of(load(), Reader)
    code, words = query(typed, table), query(typed, table, {"lei 14133"})
    assert [clause.words for clause in code.clauses] == [(), (("lei",), ("14133",)), ()]
    assert [clause.text for clause in words.clauses] == ["edital", "lei", "14133", "nota"]
    assert (words.text, words.per_page, words.min_should) == (code.text, 3, 2)


SPACED = ["lei 14133", "iso 9001", "mata 410", "nbr 5410"]
BESIDE = ["nota fiscal", "pe", "-venda", "OR", "boleto", "nfe", '"a lei"', "versao:12.1.33", "de", "titulo:lei"]


@given(typed=st.lists(st.sampled_from(SPACED + BESIDE), min_size=1, max_size=8), plain=st.sets(st.sampled_from(SPACED)))
def test_codes_read_as_words_are_what_is_read_where_no_code_is_seen(typed: list[str], plain: set[str]) -> None:
    """Empty quotes hide a code from the reader: "lei" and "14133" are words then."""
    reader, table = Reader(packaged()), table_of(load(), Reader)
    words = query(reader.read(Query(text=" ".join(typed))), table, plain)
    pieces = (piece.replace(" ", ' "" ') if piece in plain else piece for piece in typed)
    hidden = query(reader.read(Query(text=" ".join(pieces))), table)
    assert [clause.typed.terms for clause in words.clauses] == [clause.typed.terms for clause in hidden.clauses]
    assert words.min_should == hidden.min_should


def test_a_prefix_also_stands_for_the_word_that_was_typed_so_far() -> None:
    (clause,) = parse("notas*").clauses
    assert (clause.kind, clause.terms) == ("prefix", (("notas", "not", "nota"),))


@pytest.mark.parametrize("text", ["MV_EST*", "CFDI401*", "mata410*"])
def test_what_a_code_begins_with_is_a_prefix_and_no_code(text: str) -> None:
    assert read(text) == [("prefix", "must", text)]


@pytest.mark.parametrize("text", ["f*", "*", "fat*ura", "* fat"])
def test_a_star_elsewhere_or_after_one_letter_is_no_prefix(text: str) -> None:
    assert "prefix" not in [kind for kind, _, _ in read(text)]


# -- limits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part", ["nota fiscal ", "x", "-", '"', '"a b" ', '-"a" ', "a*", "<b>", "&amp;", "mata 410 ", "\u0301", "ﷺ", "9"]
)
def test_a_hundred_thousand_characters_are_cut_and_told(part: str) -> None:
    query = parse(part * (100_000 // len(part)))
    assert len(query.text) <= MAX_TEXT
    assert len(query.clauses) <= MAX_CLAUSES
    assert query.warnings[0] == f"cut:{MAX_TEXT}"


def test_a_long_text_is_cut_between_words() -> None:
    query = parse("palavra " * 200)
    assert {clause.text for clause in query.clauses} == {"palavra"}


def test_too_many_words_are_told() -> None:
    query = parse(" ".join(f"a{letter}{other}" for letter in "bcdfghjklm" for other in "bcdfghjklm"))
    assert (len(query.clauses), query.warnings) == (MAX_CLAUSES, (f"clauses:{MAX_CLAUSES}",))


def test_other_fields_are_taken_as_they_are() -> None:
    query = parse("nota", lang="es", page=3, filters={"source": ("tdn",)}, warnings=("x",))
    assert (query.lang, query.page, query.filters, query.warnings) == ("es", 3, {"source": ("tdn",)}, ("x",))


@given(typed_text)
@example("\0\ud800" * 100)
@example("<script>alert(1)</script>")
@example("' OR 1=1; DROP TABLE documents; --")
@example("../../etc/passwd %00 ${jndi:x} {{7*7}}")
@example("ﷺ ﾞ İ ﬁ ß \u0301")
@example("9" * 5000)
def test_any_text_is_read(text: str) -> None:
    query = parse(text)
    query.text.encode()
    assert len(query.clauses) <= MAX_CLAUSES
    for clause in query.clauses:
        assert (clause.kind == "either") == (not clause.terms) == bool(clause.either)
        for alternative in clause.either or (clause,):
            assert alternative.terms
            assert all(alternative.terms)
            assert (alternative.kind == "phrase") == (len(alternative.terms) > 1)


@given(st.lists(st.text("bcdfgjlmnprtu", min_size=4, max_size=9), min_size=1, max_size=30))
def test_no_typed_word_is_lost_and_none_is_made_up(words: list[str]) -> None:
    occur = "should" if len(words) > 2 else "must"
    assert read(" ".join(words)) == [("word", occur, word) for word in words]


@given(typed_text)
def test_every_clause_shows_what_was_typed(text: str) -> None:
    query = parse(text)
    shown = query.text.translate(QUOTES)
    for clause in query.clauses:
        assert clause.text in shown
        assert clause.text.strip()
    assert all(term for clause in query.clauses for alternatives in clause.terms for term in alternatives)


@given(st.lists(st.sampled_from(["nota", "pedido", "mata410", "fat*"]), min_size=1, max_size=5, unique=True))
def test_every_excluded_word_is_excluded_and_no_other(words: list[str]) -> None:
    text = " ".join(f"{'-' if place % 2 else ''}{word}" for place, word in enumerate(words))
    assert [(occur, text) for _, occur, text in read(text)] == [
        ("not" if place % 2 else "must", word) for place, word in enumerate(words)
    ]


@given(typed_text)
def test_case_and_surrounding_blanks_make_no_difference(text: str) -> None:
    assert parse(f"  {text}\n") == parse(text)


@given(st.lists(st.sampled_from(["rejeição", "nota", "Pedido", "émissões", "MATA410", "título"]), min_size=1))
def test_typing_words_of_a_document_meets_it(words: list[str]) -> None:
    text = " ".join(words)
    for lang in LANGS:
        assert accepts(text, text, lang)


@given(typed_text)
def test_an_interpreted_text_is_read_the_same_way_again(text: str) -> None:
    query = parse(text)
    assert parse(query.text).clauses == query.clauses
    assert query.text == " ".join(lines(query.text).split())


# -- what is marked ----------------------------------------------------------------------------------------------------


def test_every_form_of_what_is_asked_for_is_marked() -> None:
    assert {"not", "nota", "mata410", "fiscal"} <= highlighted(parse('nota mata410 "fiscal x" -pedido'), ANALYZER).terms


def test_what_is_excluded_and_what_no_text_holds_is_not_marked() -> None:
    marked = highlighted(parse("mata 410 -pedido"), ANALYZER).terms
    assert not any(":" in term for term in marked)
    assert not marked & {"ped", "pedido"}
    assert {"mata", "410"} <= marked


def test_a_query_of_nothing_marks_nothing() -> None:
    assert highlighted(Query(), ANALYZER).terms == frozenset()
    unwanted = Clause(kind="word", occur="not", text="x", terms=(("x",),))
    assert highlighted(Query(clauses=(unwanted,)), ANALYZER).terms == frozenset()
