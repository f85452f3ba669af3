"""The passage to show: where it is cut, and that each mark stands on what was asked for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import INNER, stem, whole
from search.model import LANGS, Snippet
from search.query import highlighted, parse
from search.snippets import LENGTH, SCANNED, passage, ranges

WORDS = [
    "rejeição",
    "Rejeições",
    "528",
    "MATA410",
    "NF-e",
    "nota",
    "notas",
    "MV_ESTADO",
    "pedido.",
    "Fim!\n",
    "título_",
]
bodies = st.lists(st.sampled_from(WORDS) | st.text(max_size=15), max_size=150).map(" ".join)
QUERIES = ["rejeicao", "nota 528", "mata 410", '"nota fiscal"', "mv_estado", "nf-e", "not*", "-nota", "", "x y z"]


def terms(text: str) -> frozenset[str]:
    return highlighted(parse(text))


def marked(snippet: Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.ranges]


# -- what is marked ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query, text, expected",
    [
        ("rejeicao", "A Rejeição e as rejeições", ["Rejeição", "rejeições"]),
        ("notas", "uma nota, duas NOTAS", ["nota", "NOTAS"]),
        ("mata 410", "a rotina MATA410 e a MATA 410", ["MATA410", "MATA", "410"]),
        ("mv_estado", "o MV_ESTADO", ["MV_ESTADO"]),
        ("estado", "o MV_ESTADO", ["ESTADO"]),
        ("nf-e", "a NF-e, a NFe", ["NF-e", "NFe"]),
        ("pré-nota", "Pré-nota", ["Pré", "nota"]),
        ("rejeição 528", "Rejeição: 528", ["Rejeição", "528"]),
        ("titulo", "título_", ["título_"]),
        ("nota -pedido", "nota do pedido", ["nota"]),
        ("nota*", "notas", ["notas"]),
        ("outra", "nota", []),
    ],
)
def test_every_form_of_a_typed_word_is_marked(query: str, text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in ranges(text, "pt", terms(query))] == expected


def test_marks_are_plain_characters_whatever_the_markup() -> None:
    found = passage("<b>nota</b> & <script>alert('nota')</script>", "pt", terms("nota"))
    assert marked(found) == ["nota", "nota"]
    assert found.text == "<b>nota</b> & <script>alert('nota')</script>"


# -- where it is cut ---------------------------------------------------------------------------------------------------


def test_a_short_body_is_shown_whole() -> None:
    assert passage("Causa\nA nota foi rejeitada.", "pt", terms("outra")).text == "Causa A nota foi rejeitada."


def test_without_a_match_the_beginning_is_shown() -> None:
    body = "palavra " * 100
    found = passage(body, "pt", terms("outra"))
    assert found.ranges == ()
    assert found.text.startswith("palavra palavra")
    assert found.text.endswith("palavra …")


def test_a_passage_begins_with_the_sentence_that_matches() -> None:
    body = "Frase de antes que nada diz. " * 20 + "Ajuste a rejeição agora. " + "Frase de depois. " * 40
    found = passage(body, "pt", terms("rejeicao"))
    assert found.text.startswith("… Ajuste a rejeição agora. Frase de depois.")
    assert marked(found) == ["rejeição"]


def test_a_passage_after_a_line_break_has_no_ellipsis_before_it() -> None:
    assert passage("x\n" * 300 + "A rejeição", "pt", terms("rejeicao")).text == "A rejeição"


def test_the_passage_with_the_most_different_words_is_shown() -> None:
    far = "enchimento " * 60
    body = f"nota nota nota. {far} O pedido e a nota. {far} nota"
    assert set(marked(passage(body, "pt", terms("nota pedido")))) == {"nota", "pedido"}


def test_words_are_not_cut() -> None:
    body = "palavra " * 40 + "rejeição " + "palavra " * 40
    text = passage(body, "pt", terms("rejeicao")).text
    assert set(text.strip("… ").split()) == {"palavra", "rejeição"}


def test_a_word_longer_than_a_passage_is_cut() -> None:
    found = passage("x" * 5000, "pt", terms("nota"))
    assert found.text == "x" * LENGTH + " …"


def test_a_match_beyond_what_is_scanned_shows_the_beginning() -> None:
    found = passage("início " + "x " * (SCANNED // 2) + "rejeição", "pt", terms("rejeicao"))
    assert found.ranges == ()
    assert found.text.startswith("início x x")


@pytest.mark.parametrize("unit", ["x", "a-", "nota. ", "a_", "nota", "\n", "… ", "NF-e"])
def test_a_body_of_a_hundred_thousand_characters_has_a_short_passage(unit: str) -> None:
    for query in ("nota", "nf-e a"):
        found = passage(unit * (100_000 // len(unit)), "pt", terms(query))
        assert len(found.text) <= LENGTH + len("…  …")
        assert all(0 <= start < end <= len(found.text) for start, end in found.ranges)


def test_a_passage_in_the_middle_has_an_ellipsis_at_both_ends() -> None:
    text = passage("palavra " * 100 + "rejeição " + "palavra " * 100, "pt", terms("rejeicao")).text
    assert text.startswith("… palavra")
    assert text.endswith("palavra …")
    assert text.count("…") == 2


def test_a_passage_at_the_end_has_no_ellipsis_after_it() -> None:
    text = passage("palavra " * 100 + "rejeição", "pt", terms("rejeicao")).text
    assert text.startswith("… ")
    assert text.endswith(" rejeição")


def test_a_word_of_the_passage_is_marked_each_time() -> None:
    found = passage("nota, Notas e NOTA.", "pt", terms("nota"))
    assert marked(found) == ["nota", "Notas", "NOTA"]


def test_nothing_is_marked_where_nothing_is_asked() -> None:
    assert passage("nota", "pt", frozenset()) == Snippet(text="nota")
    assert ranges("nota", "pt", frozenset()) == ()


def test_an_empty_body_has_an_empty_passage() -> None:
    assert passage("", "pt", terms("nota")) == Snippet(text="")


# -- properties --------------------------------------------------------------------------------------------------------


@given(bodies, st.sampled_from(QUERIES), st.sampled_from(LANGS))
@example("nota" * 200, "nota", "pt")
@example("x " * 400 + "nota", "nota", "pt")
def test_every_mark_lies_in_the_passage_on_a_form_that_was_asked_for(body: str, query: str, lang: str) -> None:
    wanted = terms(query)
    found = passage(body, lang, wanted)
    assert all(0 <= start < end <= len(found.text) for start, end in found.ranges)
    assert all(one[1] <= other[0] for one, other in pairwise(found.ranges))
    for word in marked(found):
        assert (whole(word) if INNER.search(word) else stem(word, lang)) in wanted


@given(bodies, st.sampled_from(QUERIES), st.sampled_from(LANGS))
def test_a_passage_is_short_and_stands_in_its_body(body: str, query: str, lang: str) -> None:
    text = passage(body, lang, terms(query)).text
    assert len(text) <= LENGTH + len("…  …")
    assert "\n" not in text
    assert text.removeprefix("… ").removesuffix(" …") in body.replace("\n", " ")


@given(bodies, st.sampled_from(QUERIES), st.sampled_from(LANGS))
def test_every_mark_in_a_title_stands_on_a_form_that_was_asked_for(title: str, query: str, lang: str) -> None:
    wanted = terms(query)
    found = ranges(title, lang, wanted)
    assert all(0 <= start < end <= len(title) for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    for word in (title[start:end] for start, end in found):
        assert (whole(word) if INNER.search(word) else stem(word, lang)) in wanted


@given(bodies.filter(lambda body: "…" not in body), st.sampled_from(QUERIES), st.integers(80, 400))
@example("x\n" * 200 + "nota " * 100, "nota", 80)
@example("x" * 80 + "y", "nota", 80)
def test_an_ellipsis_stands_exactly_where_the_body_goes_on(body: str, query: str, length: int) -> None:
    text = passage(body, "pt", terms(query), length).text
    shown = text.removeprefix("… ").removesuffix(" …")
    flat = body.replace("\n", " ")
    assert len(shown) <= length
    assert text.endswith(" …") or flat.endswith(shown)
    assert (
        text.startswith("… ")
        or flat.startswith(shown)
        or any(line.replace("\n", " ").startswith(shown) for line in rests(body))
    )
    assert not (text.startswith("… ") and flat == shown)


def rests(body: str) -> list[str]:
    """The body from each of its line breaks on."""
    return [body[place + 1 :] for place, character in enumerate(body) if character == "\n"]


@given(bodies, st.sampled_from(["rejeicao", "nota 528", "mata 410"]))
def test_a_body_that_matches_has_a_passage_that_matches(body: str, query: str) -> None:
    wanted = terms(query)
    if ranges(body, "pt", wanted):
        assert passage(body, "pt", wanted).ranges
