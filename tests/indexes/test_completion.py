"""What every index promises about completions: titles that begin as typed, and how much of them was typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from search.analysis import fold
from search.model import ANYONE
from tests.documents import document
from tests.indexes.conftest import Engine, Library

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
    [found] = [each for each in titled.index.complete(typed, 50, ANYONE) if each.text == title]
    [(start, end)] = found.ranges
    wanted = " ".join(fold(typed).split())
    assert start == 0
    assert fold(title[:end]).startswith(wanted), "what is marked holds all that was typed"
    assert len(fold(title[: end - 1])) < len(wanted), "and not a character more"


@settings(max_examples=200, deadline=None)
@given(typed=st.text(st.sampled_from("emissaõ dnrçtiEN½ﬁ12.-* \u0301"), max_size=8))
def test_only_titles_that_begin_as_typed_are_completed_in_order(titled: Library, typed: str) -> None:
    found = [each.text for each in titled.index.complete(typed, 50, ANYONE)]
    wanted = " ".join(fold(typed).split())
    assert found == sorted((title for title in TITLES if wanted and fold(title).startswith(wanted)), key=fold)


def test_a_completion_leads_to_its_document(titled: Library) -> None:
    [found] = titled.index.complete("emissoes", 5, ANYONE)
    whole = titled.index.document(found.id, ANYONE)
    assert whole is not None
    assert (found.text, found.url, found.source) == (whole.title, whole.url, whole.source)


@pytest.mark.parametrize("limit", [0, -1])
def test_who_wants_none_gets_none(titled: Library, limit: int) -> None:
    assert titled.index.complete("e", limit, ANYONE) == []


def test_at_most_as_many_as_wanted_are_completed_first_ones_first(titled: Library) -> None:
    all_found = titled.index.complete("e", 50, ANYONE)
    assert len(all_found) > 2
    assert titled.index.complete("e", 2, ANYONE) == all_found[:2]


def test_completions_follow_an_edit(library: Library) -> None:
    library.put(document("1", title="Boleto velho"), document("2", title="Boleto fixo"))
    library.put(document("1", title="Boleto novo"))
    assert [each.text for each in library.index.complete("boleto", 9, ANYONE)] == ["Boleto fixo", "Boleto novo"]
