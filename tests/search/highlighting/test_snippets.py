"""The passage to show: where it is cut, and that each mark stands on what was asked for.

Long because most of it is tables of what is typed or written beside what it has to give.
"""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexes.tokenizing.word_offsets import word_offsets
from search.analysis.analyzer import INNER, WORD, divide, packaged, whole
from search.analysis.graphemes import boundary
from search.highlighting import snippets
from search.highlighting.snippets import LENGTH, SPAN, WINDOW, Wanted, highlighted, offset, passage
from search.model import LANGS, Document, Snippet
from search.query.parser import parse
from tests.documents import document

ANALYZER = packaged()

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


def terms(text: str) -> Wanted:
    return highlighted(parse(text), ANALYZER)


def shown(body: str, lang: str, wanted: Wanted, length: int = LENGTH, **fields: Any) -> Snippet:
    """The passage of a document with that body, from the best place on, as positions of an index would give it."""
    place = best_place(body, lang, wanted)
    return passage(document(body=body, lang=lang, **fields), wanted, place, word_offsets(body), length)


def best_place(body: str, lang: str, wanted: Wanted) -> int:
    """Plainly: of all words that match the first that is followed, within the window, by most different ones."""
    matches = [(token.position, token.term) for token in ANALYZER.tokens(body, lang) if token.term in wanted]
    best, place = (0, 0), -1
    for first, (at, _) in enumerate(matches):
        near = list(takewhile(lambda match, at=at: match[0] < at + WINDOW, matches[first:]))
        value = len({term for _, term in near}), len({position for position, _ in near})
        if value > best:
            best, place = value, at
    return place


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
    assert [text[start:end] for start, end in terms(query).ranges(text, "pt")] == expected


def test_marks_are_plain_characters_whatever_the_markup() -> None:
    snippet = shown("<b>nota</b> & <script>alert('nota')</script>", "pt", terms("nota"))
    assert marked(snippet) == ["nota", "nota"]
    assert snippet.text == "<b>nota</b> & <script>alert('nota')</script>"


# -- where it is cut ---------------------------------------------------------------------------------------------------


def test_a_short_body_is_shown_whole() -> None:
    assert shown("Causa\nA nota foi rejeitada.", "pt", terms("outra")).text == "Causa A nota foi rejeitada."


def test_without_a_match_the_beginning_is_shown() -> None:
    body = "palavra " * 100
    snippet = shown(body, "pt", terms("outra"))
    assert snippet.ranges == ()
    assert snippet.text.startswith("palavra palavra")
    assert snippet.text.endswith("palavra …")


def test_a_passage_begins_with_the_sentence_that_matches() -> None:
    body = "Frase de antes que nada diz. " * 20 + "Ajuste a rejeição agora. " + "Frase de depois. " * 40
    snippet = shown(body, "pt", terms("rejeicao"))
    assert snippet.text.startswith("… Ajuste a rejeição agora. Frase de depois.")
    assert marked(snippet) == ["rejeição"]


def test_a_passage_after_a_line_break_has_no_ellipsis_before_it() -> None:
    snippet = shown("x\n" * 300 + "A rejeição" + " da nota" * 60, "pt", terms("rejeicao"))
    assert snippet.text.startswith("A rejeição da nota")


def test_a_passage_at_the_end_has_the_sentences_before_it() -> None:
    snippet = shown("Frase de antes. " * 40 + "A rejeição.", "pt", terms("rejeicao"))
    assert snippet.text == "… " + "Frase de antes. " * 15 + "A rejeição."


def test_the_passage_with_the_most_different_words_is_shown() -> None:
    far = "enchimento " * 60
    body = f"nota nota nota. {far} O pedido e a nota. {far} nota"
    assert set(marked(shown(body, "pt", terms("nota pedido")))) == {"nota", "pedido"}


def test_words_are_not_cut() -> None:
    body = "palavra " * 40 + "rejeição " + "palavra " * 40
    text = shown(body, "pt", terms("rejeicao")).text
    assert set(text.strip("… ").split()) == {"palavra", "rejeição"}


def test_a_word_longer_than_a_passage_is_cut() -> None:
    snippet = shown("x" * 5000, "pt", terms("nota"))
    assert snippet.text == "x" * LENGTH + " …"


def test_a_match_far_inside_of_a_long_body_is_shown() -> None:
    snippet = shown("início " + "x " * 700_000 + "rejeição", "pt", terms("rejeicao"))
    assert marked(snippet) == ["rejeição"]


@pytest.mark.parametrize("unit", ["x", "a-", "nota. ", "a_", "nota", "\n", "… ", "NF-e"])
def test_a_body_of_a_hundred_thousand_characters_has_a_short_passage(unit: str) -> None:
    for query in ("nota", "nf-e a"):
        snippet = shown(unit * (100_000 // len(unit)), "pt", terms(query))
        assert len(snippet.text) <= LENGTH + len("…  …")
        assert all(0 <= start < end <= len(snippet.text) for start, end in snippet.ranges)


def test_a_passage_in_the_middle_has_an_ellipsis_at_both_ends() -> None:
    text = shown("palavra " * 100 + "rejeição " + "palavra " * 100, "pt", terms("rejeicao")).text
    assert text.startswith("… palavra")
    assert text.endswith("palavra …")
    assert text.count("…") == 2


def test_a_passage_at_the_end_has_no_ellipsis_after_it() -> None:
    text = shown("palavra " * 100 + "rejeição", "pt", terms("rejeicao")).text
    assert text.startswith("… ")
    assert text.endswith(" rejeição")


def test_a_word_of_the_passage_is_marked_each_time() -> None:
    snippet = shown("nota, Notas e NOTA.", "pt", terms("nota"))
    assert marked(snippet) == ["nota", "Notas", "NOTA"]


def test_nothing_is_marked_where_nothing_is_asked() -> None:
    assert shown("nota", "pt", Wanted(ANALYZER)) == Snippet(text="nota")
    assert Wanted(ANALYZER).ranges("nota", "pt") == ()


def test_an_empty_body_has_an_empty_passage() -> None:
    assert shown("", "pt", terms("nota")) == Snippet(text="")


# -- articles and videos -----------------------------------------------------------------------------------------------

HEADINGS = ("Dúvida", "Ambiente", "Causa", "Solução")
ARTICLE = (
    "Dúvida\nComo emitir a nota com desconto?\nAmbiente\nProtheus 12\nCausa\nO parâmetro MV_DESC está vazio.\n"
    "Solução\nAcesse o Configurador.\nInforme o desconto da nota.\nSaiba mais\nOutra coisa."
)


def test_an_article_shows_its_question_and_its_answer() -> None:
    snippet = shown(ARTICLE, "pt", terms("nota desconto"), kind="article", headings=(*HEADINGS, "Saiba mais"))
    assert snippet.text == ("Como emitir a nota com desconto? … Acesse o Configurador. Informe o desconto da nota.")
    assert marked(snippet) == ["nota", "desconto", "desconto", "nota"]


def test_a_question_that_the_title_asks_is_not_shown_again() -> None:
    title = "Faturamento - Como emitir a nota com desconto?"
    snippet = shown(ARTICLE, "pt", terms("nota"), kind="article", headings=HEADINGS, title=title)
    assert snippet.text.startswith("Acesse o Configurador.")


def test_what_only_the_rest_of_an_article_says_is_shown() -> None:
    snippet = shown(ARTICLE, "pt", terms("mv_desc vazio"), kind="article", headings=HEADINGS)
    assert marked(snippet) == ["MV_DESC", "vazio"]


def test_a_long_question_leaves_room_for_the_answer() -> None:
    body = ARTICLE.replace("Como emitir", "Como " + "se pode " * 60 + "emitir").replace("Acesse", "Acesse logo " * 60)
    snippet = shown(body, "pt", terms("zz"), kind="article", headings=HEADINGS)
    assert snippet.text.startswith("Como se pode")
    assert " … Acesse logo" in snippet.text
    assert len(snippet.text) <= LENGTH + len(" …  …")


@pytest.mark.parametrize(
    "lang, question, solution", [("es", "Ocurrencia:", "Solución"), ("en", "Question", "Solution")]
)
def test_articles_in_other_languages_are_shown_alike(lang: str, question: str, solution: str) -> None:
    body = f"{question}\nQué pasa.\nX\nNada.\n{solution}\nPulse aquí."
    snippet = shown(body, lang, terms("outra"), kind="article", headings=(question, "X", solution))
    assert snippet.text == "Qué pasa. … Pulse aquí."


def test_a_heading_that_the_body_lacks_shows_the_body() -> None:
    snippet = shown("Pulse aquí.", "es", terms("x"), kind="article", headings=("Solución", "Duda"))
    assert snippet.text == "Pulse aquí."


def test_times_of_chapters_are_not_shown() -> None:
    body = "Veja como.\n00:00 Introdução\n(1:02:03) - Cadastro da nota\nImposto – 12:45\n• 15:10 Fim às 18:30 em ponto"
    snippet = shown(body, "pt", terms("nota"), kind="video")
    assert snippet.text == "Veja como. · Introdução · Cadastro da nota Imposto · Fim às 18:30 em ponto"
    assert marked(snippet) == ["nota"]


# -- properties --------------------------------------------------------------------------------------------------------


@given(bodies, st.sampled_from(QUERIES), st.sampled_from(LANGS))
@example("nota" * 200, "nota", "pt")
@example("x " * 400 + "nota", "nota", "pt")
def test_every_mark_lies_in_the_passage_on_a_form_that_was_asked_for(body: str, query: str, lang: str) -> None:
    wanted = terms(query)
    snippet = shown(body, lang, wanted)
    assert all(0 <= start < end <= len(snippet.text) for start, end in snippet.ranges)
    assert all(one[1] <= other[0] for one, other in pairwise(snippet.ranges))
    for word in marked(snippet):
        assert (whole(word) if INNER.search(word) else ANALYZER.stem(word, lang)) in wanted


@given(bodies, st.sampled_from(QUERIES), st.sampled_from(LANGS))
def test_a_passage_is_short_and_stands_in_its_body(body: str, query: str, lang: str) -> None:
    text = shown(body, lang, terms(query)).text
    assert len(text) <= LENGTH + len("…  …")
    assert "\n" not in text
    assert text.removeprefix("… ").removesuffix(" …") in body.replace("\n", " ")


@given(bodies, st.sampled_from(QUERIES), st.sampled_from(LANGS))
def test_every_mark_in_a_title_stands_on_a_form_that_was_asked_for(title: str, query: str, lang: str) -> None:
    wanted = terms(query)
    ranges = wanted.ranges(title, lang)
    assert all(0 <= start < end <= len(title) for start, end in ranges)
    assert all(one[1] <= other[0] for one, other in pairwise(ranges))
    for word in (title[start:end] for start, end in ranges):
        assert (whole(word) if INNER.search(word) else ANALYZER.stem(word, lang)) in wanted


@given(bodies.filter(lambda body: "…" not in body), st.sampled_from(QUERIES), st.integers(80, 400))
@example("x\n" * 200 + "nota " * 100, "nota", 80)
@example("x" * 80 + "y", "nota", 80)
def test_an_ellipsis_stands_exactly_where_the_body_goes_on(body: str, query: str, length: int) -> None:
    text = shown(body, "pt", terms(query), length).text
    rest = text.removeprefix("… ").removesuffix(" …")
    flat = body.replace("\n", " ")
    assert len(rest) <= length
    assert text.endswith(" …") or flat.endswith(rest)
    assert (
        text.startswith("… ")
        or flat.startswith(rest)
        or any(line.replace("\n", " ").startswith(rest) for line in rests(body))
    )
    assert not (text.startswith("… ") and flat == shown)


def rests(body: str) -> list[str]:
    """The body from each of its line breaks on."""
    return [body[place + 1 :] for place, character in enumerate(body) if character == "\n"]


@given(bodies, st.sampled_from(["rejeicao", "nota 528", "mata 410"]))
def test_a_body_that_matches_has_a_passage_that_matches(body: str, query: str) -> None:
    wanted = terms(query)
    if wanted.ranges(body, "pt"):
        assert shown(body, "pt", wanted).ranges


# -- against a plain reading -------------------------------------------------------------------------------------------


def plainly_marked(text: str, lang: str, wanted: Wanted) -> set[tuple[int, int]]:
    """Every form of every word that is wanted; a word that is as a whole is not marked in parts."""
    forms: dict[tuple[int, int], None] = {}
    for word in WORD.finditer(text):
        spans = [(form.start, form.end) for form in ANALYZER.analyze(word[0], lang) if form.term in wanted]
        if (whole := (0, len(word[0].rstrip("_")))) in spans:
            spans = [(0, len(word[0]))] if spans[0] == whole and len(divide(word[0])) > 1 else spans
        forms |= {(word.start() + start, word.start() + end): None for start, end in spans}
    return set(forms)


@given(bodies, st.sampled_from(QUERIES), st.sampled_from(LANGS))
def test_what_is_marked_is_what_a_plain_reading_marks(text: str, query: str, lang: str) -> None:
    wanted = terms(query)
    assert set(wanted.ranges(text, lang)) == plainly_marked(text, lang, wanted)
    snippet = shown(text, lang, wanted)
    assert set(snippet.ranges) == plainly_marked(snippet.text, lang, wanted)


@given(st.lists(st.text() | st.sampled_from([*WORDS, "𝗡𝗙-e", "é\u0301", "x_", "1.2.3"]), max_size=60).map(" ".join))
@example("nota " * 1000)
@example("𝗡𝗙 nota " * 400)
@example("nota “fiscal” " * 400)
def test_a_place_is_the_character_at_which_its_word_begins(body: str) -> None:
    marks = word_offsets(body)
    begins = {token.position: token.start for token in ANALYZER.tokens(body, "pt")}
    assert marks == [sum(begin < end for begin in begins.values()) for end in range(SPAN, len(body), SPAN)]
    for place, start in begins.items():
        assert offset(body, place, marks) == offset(body, place, ()) == start
    assert offset(body, len(begins), marks) == len(body)


@given(bodies, st.sampled_from(QUERIES), st.sampled_from(LANGS), st.sampled_from(["page", "video", "article"]))
@example("A" + "\u0301" * 600, "nota", "pt", "page")
@example("\U0001f1e7\U0001f1f7" * 300, "nota", "pt", "page")
def test_a_passage_is_whole_whatever_the_text(body: str, query: str, lang: str, kind: str) -> None:
    snippet = shown(body, lang, terms(query), kind=kind, headings=("Dúvida", "nota"))
    assert all(0 <= start < end <= len(snippet.text) for start, end in snippet.ranges)
    assert len(snippet.text) <= LENGTH + len("…  …")


far = st.lists(st.sampled_from([*WORDS, "x" * 1500, "a\u0301" * 40, "\u0301" * 1200, "\U0001f1e7" * 1100]), max_size=40)


@given(st.lists(st.sampled_from(WORDS), min_size=900, max_size=1200).map(" ".join), far, st.integers(0, 2500))
def test_of_a_body_in_excerpts_the_passage_is_that_of_the_whole(around: str, odd: list[str], place: int) -> None:
    body, wanted = f"{around} {' '.join(odd)} {around}", terms("nota 528")
    read: list[int] = []

    class Late:
        def excerpt(self, first: int, end: int) -> str:
            read.append(end - first)
            return body[first:end]

        def whole(self) -> str:
            return self.excerpt(0, len(body))

    late, marks = Document.load(document().dump(), Late()), word_offsets(body)
    assert passage(late, wanted, place, marks) == passage(document(body=body), wanted, place)
    assert passage(late, wanted, -1, marks) == passage(document(body=body), wanted, -1)
    assert max(read) < 10_000


@given(
    st.lists(st.sampled_from(["Causa", "Solução", "S", "Solução x", "texto " * 3, ""]), max_size=12), st.integers(1, 9)
)
def test_a_heading_is_found_in_steps_as_in_the_whole(lines: list[str], step: int) -> None:
    body = "\n".join(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snippets, "STEP", step)
        for line in ("Solução", "S", "Causa"):
            assert snippets._line(document(body=body), line) == f"\n{body}\n".find(f"\n{line}\n")


JOINED = st.sampled_from("aé© \r\n\u00ad\u02ff\u0300\u0301\u0600\u200d\u0e33\U0001f44d\U0001f3fd")


@given(st.text(JOINED, max_size=20), st.integers(0, 20))
def test_a_passage_is_cut_where_characters_are_even_if_nobody_looks(text: str, at: int) -> None:
    assert snippets._cut(text, at) == boundary(text, at)
