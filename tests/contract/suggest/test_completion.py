"""What every index promises about completions: titles that begin as typed, and how much of them was typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import fold, packaged
from search.model import ANYONE, Completion, Viewer
from search.suggest.autocomplete import beginning_distance, title_words, typed_words, wrong_letters
from tests.documents import document
from tests.engines import Engine, Library

ANALYZER = packaged()

TITLES = [
    "Emissão de boletos",
    "EMISSÃO DE NF-e",
    "Emissões",
    "Emitir nota (½ via)",
    "Ação: iniciar",
    "ﬁnanceiro antigo",
    "Straße",
    "İzmir",
    "O que é o REINF?",
    "12.1.2310 – novidades",
    "Re\u0301gua decomposta",
    "Não há",
    "\u00a1Hola!",
]


@pytest.fixture(scope="module")
def titled(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(engine(tmp_path_factory.mktemp("titled")))
    library.put(*(document(str(number), title=title) for number, title in enumerate(TITLES)))
    yield library
    library.index.close()


CASES = (str, str.upper, str.lower, str.title, fold)


@settings(max_examples=300, deadline=None)
@given(title=st.sampled_from(TITLES), length=st.integers(1, 24), case=st.sampled_from(CASES))
def test_a_title_is_completed_from_each_of_its_beginnings(
    titled: Library, title: str, length: int, case: type[str]
) -> None:
    beginning = title[:length]
    typed = case(beginning)
    assume(fold(typed) == fold(beginning))  # "ß" becomes "SS" in capitals, which nobody types
    [entry] = [completion for completion in titled.index.complete(typed, 50, ANYONE) if completion.text == title]
    [(start, end)] = entry.ranges
    wanted = " ".join(fold(typed).split())
    assert start == 0
    assert fold(title[:end]).startswith(wanted), "what is marked holds all that was typed"
    assert len(fold(title[: end - 1])) < len(wanted), "and not a character more"


@settings(max_examples=200, deadline=None)
@given(typed=st.text(st.sampled_from("emissaõ dnrçtiEN½ﬁ12.-* \u0301"), max_size=8))
def test_titles_that_begin_as_typed_come_first_and_others_have_words_that_do(titled: Library, typed: str) -> None:
    completed = titled.index.complete(typed, 50, ANYONE)
    assert completed == titled.index.complete(typed, 50, ANYONE)
    titles = [completion.text for completion in completed if completion.kind == "title"]
    wanted = " ".join(fold(typed).split())
    begun = {title for title in TITLES if wanted and fold(title).startswith(wanted)}
    assert set(titles[: len(begun)]) == begun
    for title in titles[len(begun) :]:
        assert all(begins(word, title) for word in typed_words(typed, ANALYZER)), (typed, title)


def begins(typed: str, title: str) -> bool:
    """Whether a word of the title begins so, or nearly."""
    return any(beginning_distance(typed, word) <= wrong_letters(typed) for word in title_words(title, ANALYZER))


def test_a_completion_leads_to_its_document(titled: Library) -> None:
    [completion] = titled.index.complete("emissões", 5, ANYONE)
    whole = titled.index.document(completion.id, ANYONE)
    assert whole is not None
    assert (completion.text, completion.url, completion.source) == (whole.title, whole.url, whole.source)


@pytest.mark.parametrize("limit", [0, -1])
def test_who_wants_none_gets_none(titled: Library, limit: int) -> None:
    assert titled.index.complete("e", limit, ANYONE) == []


def test_at_most_as_many_as_wanted_are_completed_first_ones_first(titled: Library) -> None:
    all_found = titled.index.complete("e", 50, ANYONE)
    assert len(all_found) > 2
    assert titled.index.complete("e", 2, ANYONE) == all_found[:2]


def texts(completions: list[Completion]) -> list[str]:
    return [completion.text for completion in completions]


def marked(completion: Completion) -> list[str]:
    return [completion.text[start:end] for start, end in completion.ranges]


@pytest.fixture(scope="module")
def shelf(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(engine(tmp_path_factory.mktemp("shelf")))
    pages = [
        document("1", title="Emissão de nota fiscal", body="Use a rotina MATA410 e o parâmetro MV_ESTADO."),
        document("2", title="Nota de débito", body="A rotina MATA410 e a MATA460."),
        document("3", title="Notas fiscais canceladas", body="Rejeição 528 e rejeição 539. MV_ESTNEG"),
        document("4", title="NF-e: cancelamento de nota fiscal", popularity=0.9, body="Evento S-2299. DSERFIN1-1234"),
        document("5", title="Configuración de facturas", lang="es", body="Versión 12.1.2310 y campo E1_VENCREA"),
        document("6", title="MATA410 - Pedidos de venda", body="O SIGAFAT."),
    ]
    library.put(*pages[:3])
    library.put(*pages[3:])  # another segment
    yield library
    library.index.close()


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("fiscal nota", ["NF-e: cancelamento de nota fiscal", "Emissão de nota fiscal"]),
        ("nota de fis", ["NF-e: cancelamento de nota fiscal", "Notas fiscais canceladas", "Emissão de nota fiscal"]),
        ("CANCEL", ["NF-e: cancelamento de nota fiscal", "Notas fiscais canceladas"]),
        ("debíto", ["Nota de débito"]),
        ("nfe", ["NF-e: cancelamento de nota fiscal"]),
        ("nf-e canc", ["NF-e: cancelamento de nota fiscal"]),
        ("venda mata410", ["MATA410 - Pedidos de venda"]),
    ],
)
def test_words_are_completed_in_any_order_wherever_they_stand(shelf: Library, typed: str, wanted: list[str]) -> None:
    assert (
        texts([completion for completion in shelf.index.complete(typed, 8, ANYONE) if completion.kind == "title"])
        == wanted
    )


def test_beginnings_of_titles_come_before_beginnings_of_words(shelf: Library) -> None:
    completions = texts(shelf.index.complete("nota", 8, ANYONE))
    assert completions[:2] == ["Nota de débito", "Notas fiscais canceladas"]
    assert completions[2:] == ["NF-e: cancelamento de nota fiscal", "Emissão de nota fiscal"], "the popular one first"


def test_what_was_typed_is_marked_wherever_it_stands(shelf: Library) -> None:
    assert [marked(completion) for completion in shelf.index.complete("fis nota", 8, ANYONE)] == [
        ["nota", "fis"],
        ["Nota", "fis"],
        ["nota", "fis"],
    ]
    assert marked(shelf.index.complete("nfe cance", 1, ANYONE)[0]) == ["NF-e", "cance"]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("emisao", "Emissão de nota fiscal"),
        ("emsisao", "Emissão de nota fiscal"),
        ("debto", "Nota de débito"),
        ("conifg", "Configuración de facturas"),
        ("cofiguracion facturs", "Configuración de facturas"),
        ("fiscal emisa", "Emissão de nota fiscal"),
    ],
)
def test_a_misspelt_beginning_is_completed_where_no_title_has_it(shelf: Library, typed: str, wanted: str) -> None:
    completions = shelf.index.complete(typed, 8, ANYONE)
    assert texts(completions) == [wanted]
    assert completions[0].ranges


def test_three_letters_are_not_taken_for_others(shelf: Library) -> None:
    assert shelf.index.complete("not", 8, ANYONE)
    assert shelf.index.complete("nof", 8, ANYONE) == []


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("mata4", ("routine", "MATA410", "MATA4")),
        ("mata 41", ("routine", "MATA410", "MATA41")),
        ("MATA-46", ("routine", "MATA460", "MATA46")),
        ("mv_est", ("parameter", "MV_ESTADO", "MV_EST")),
        ("mv esta", ("parameter", "MV_ESTADO", "MV_ESTA")),
        ("mvestn", ("parameter", "MV_ESTNEG", "MV_ESTN")),
        ("e1 ven", ("field", "E1_VENCREA", "E1_VEN")),
        ("s22", ("event", "S-2299", "S-22")),
        ("dserfin1-1", ("issue", "DSERFIN1-1234", "DSERFIN1-1")),
        ("12.1.23", ("version", "12.1.2310", "12.1.23")),
        ("release 23", ("version", "12.1.2310", "12.1.23")),
        ("rejeição 52", ("rejection", "Rejeição 528", "52")),
        ("erro 53", ("rejection", "Rejeição 539", "53")),
        ("sigaf", ("module", "SIGAFAT", "SIGAF")),
    ],
)
def test_a_code_is_completed_with_its_kind_in_any_spelling(
    shelf: Library, typed: str, wanted: tuple[str, str, str]
) -> None:
    codes = [completion for completion in shelf.index.complete(typed, 8, ANYONE) if completion.kind == "identifier"]
    assert wanted in [(code.identifier, code.text, *marked(code)) for code in codes]
    assert all(shelf.ask(code.text).total for code in codes), "a code that is chosen finds something"


def test_codes_lead_where_the_text_looks_like_one_and_else_follow(shelf: Library) -> None:
    assert texts(shelf.index.complete("mata4", 8, ANYONE)) == ["MATA410", "MATA460", "MATA410 - Pedidos de venda"]
    assert texts(shelf.index.complete("mata", 8, ANYONE)) == ["MATA410 - Pedidos de venda", "MATA410", "MATA460"]
    assert texts(shelf.index.complete("mata4", 2, ANYONE)) == ["MATA410", "MATA410 - Pedidos de venda"]


def test_a_misspelt_code_is_not_completed(shelf: Library) -> None:
    assert shelf.index.complete("mtaa410", 8, ANYONE) == []
    assert shelf.index.complete("mv_etsado", 8, ANYONE) == []


@settings(max_examples=300, deadline=None)
@given(typed=st.text(max_size=40) | st.text(st.sampled_from("mata410_ -.nçã\ud800"), max_size=300))
def test_no_text_raises(shelf: Library, typed: str) -> None:
    assert len(shelf.index.complete(typed, 3, ANYONE)) <= 3


def test_titles_are_completed_whatever_accents_and_case(library: Library) -> None:
    titles = ["Emissão de boletos", "EMISSAO de NF-e", "Emissões", "Remissão"]
    library.put(*(document(str(number), title=title) for number, title in enumerate(titles)))
    completions = library.index.complete("emissã", 10, Viewer())
    assert [completion.text for completion in completions] == ["Emissão de boletos", "EMISSAO de NF-e"]
    assert [completion.text[completion.ranges[0][0] : completion.ranges[0][1]] for completion in completions] == [
        "Emissã",
        "EMISSA",
    ]
    assert len(library.index.complete("e", 2, Viewer())) == 2
    assert library.index.complete("   ", 10, Viewer()) == []


def test_a_title_that_stands_twice_is_completed_once(library: Library) -> None:
    library.put(document("1", title="Boleto"), document("2", title="BOLETO"))
    assert len(library.index.complete("bol", 10, Viewer())) == 1
