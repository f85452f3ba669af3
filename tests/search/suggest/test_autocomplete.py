"""The rules of completing: what is near, what is marked, how a code begins, what is mixed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import fold, packaged
from search.identifiers.recognizer import kinds, term, typed
from search.model import Completion, Identifier
from search.query.parser import parse
from search.suggest.autocomplete import (
    code_beginnings,
    marked,
    marked_code,
    mixed,
    spelled,
    title_words,
    typed_words,
)
from search.suggest.spelling import beginning_distance, distance, wrong_letters

ANALYZER = packaged()


@pytest.mark.parametrize(
    ("word", "wrong"),
    [("nof", 0), ("nota", 1), ("boletos", 1), ("rejeicao", 2), ("mata410", 0), ("mv_estado", 0), ("", 0), ("отчёт", 0)],
)
def test_the_longer_a_word_the_more_of_it_may_be_wrong(word: str, wrong: int) -> None:
    assert wrong_letters(word) == wrong


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("fsical", "fiscal", 1), ("boletto", "boleto", 1), ("nta", "nota", 1), ("nots", "nota", 1), ("toan", "nota", 3)],
)
def test_letters_that_changed_places_are_one_mistake(one: str, other: str, apart: int) -> None:
    assert distance(one, other) == apart


@pytest.mark.parametrize(
    ("begun", "word", "near"),
    [("emisa", "emissao", True), ("debto", "debito", True), ("notasf", "notafiscal", True), ("emix", "emissao", True),
     ("boxx", "boleto", False), ("not", "nata", False)],
)  # fmt: skip
def test_a_beginning_is_near_to_a_word_whatever_follows(begun: str, word: str, near: bool) -> None:
    assert (beginning_distance(begun, word) <= wrong_letters(begun)) is near


def test_a_title_is_completed_by_parts_and_wholes_without_words_that_say_little() -> None:
    words = {"emissao", "nfe", "nf", "mv_estado", "mv", "estado"}
    assert title_words("Emissão da NF-e: MV_ESTADO", ANALYZER) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [("Nota de déb", ["nota", "deb"]), ("de", ["de"]), ("nf-e", ["nf"]), ("nota nota", ["nota"]), ("...", [])],
)
def test_typed_words_that_say_little_count_only_alone(text: str, words: list[str]) -> None:
    assert typed_words(text, ANALYZER) == words


@pytest.mark.parametrize(
    ("title", "words", "nearly", "parts"),
    [
        ("Emissão de nota", ["nota", "emis"], False, ["Emis", "nota"]),
        ("Notas e nota", ["nota", "not"], False, ["Nota", "not"]),
        ("NF-e nova", ["nfe"], False, ["NF-e"]),
        ("NF-e nova", ["nf"], False, ["NF"]),
        ("Ação ﬁnal", ["fin", "acao"], False, ["Ação", "ﬁn"]),
        ("Emissão fiscal", ["emisao"], True, ["Emissão"]),
        ("Emissão fiscal", ["emisao"], False, []),
    ],
)
def test_what_was_typed_is_marked(title: str, words: list[str], nearly: bool, parts: list[str]) -> None:
    assert [title[start:end] for start, end in marked(title, words, nearly=nearly)] == parts


@given(title=st.text(max_size=30), words=st.lists(st.text(min_size=1, max_size=5), max_size=4), nearly=st.booleans())
def test_marks_are_apart_and_inside_of_the_title(title: str, words: list[str], nearly: bool) -> None:
    ends = [0]
    for start, end in marked(title, map(fold, words), nearly=nearly):
        assert ends[-1] <= start < end <= len(title)
        ends.append(end)


# -- codes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("mata 41", "routine:mata410"),
        ("MV-EST", "parameter:mv_estado"),
        ("mvest", "parameter:mv_estado"),
        ("mv nfs jo", "parameter:mv_nfs_job"),
        ("s22", "event:s-2299"),
        ("S-22", "event:s-2299"),
        ("dserfin 1-12", "issue:dserfin1-1234"),
        ("rejeição 5", "rejection:528"),
        ("nt 2024", "note:2024.001"),
        ("Nota técnica 2024.0", "note:2024.001"),
        ("protheus 231", "version:12.1.2310"),
        ("release 12.1.2", "version:12.1.2310"),
        ("chamado 1084", "ticket:10848508"),
        ("52", "rejection:528"),
        ("registro c1", "record:c197"),
    ],
)
def test_a_code_begins_with_any_spelling_of_its_beginning(text: str, begins: str) -> None:
    kinds = [f"{kind}:{way}" for kind, way in code_beginnings(text)]
    assert any(
        begins.startswith(beginning) or begins.partition(":")[2].startswith(beginning[1:]) for beginning in kinds
    )


@pytest.mark.parametrize("text", ["", "m", "-", "a b c d e f g h i j"])
def test_too_little_or_too_much_begins_no_code(text: str) -> None:
    assert code_beginnings(text) == []


VALUES = {
    "issue": "DSERFIN1-1234", "version": "12.1.2310", "note": "2024.001", "rejection": "528", "event": "S-2299",
    "parameter": "MV_ESTADO", "field": "E1_VENCREA", "routine": "MATA410", "module": "SIGAFAT",
    "entry_point": "M410STTS", "datasul": "CD0402", "logix": "VDP20000", "build": "7.00.21.3", "ticket": "10848508",
    "record": "C197", "fiscal": "CFOP 5102", "oracle": "ORA-00942", "function": "U_MATA410", "table": "SA1",
}  # fmt: skip


@pytest.mark.parametrize("kind", VALUES)
def test_a_code_is_spelled_so_that_a_query_reads_it(kind: str) -> None:
    assert kind in kinds()
    code = Identifier(kind, VALUES[kind])
    assert [span.identifier for span in typed(spelled(code))] == [code]
    [clause] = parse(spelled(code)).clauses
    assert term(code) in clause.terms[0]


@pytest.mark.parametrize(
    ("code", "text", "part"),
    [
        (Identifier("parameter", "MV_ESTADO"), "mv est", "MV_EST"),
        (Identifier("event", "S-2299"), "s22", "S-22"),
        (Identifier("rejection", "528"), "erro 52", "52"),
        (Identifier("version", "12.1.2310"), "release 23", "12.1.23"),
        (Identifier("version", "12.1.2310"), "12.1.2", "12.1.2"),
        (Identifier("routine", "MATA410"), "MATA410", "MATA410"),
    ],
)
def test_the_typed_part_of_a_code_is_marked(code: Identifier, text: str, part: str) -> None:
    spelling = spelled(code)
    [(start, end)] = marked_code(spelling, code.value, text)
    assert spelling[start:end] == part


# -- what is offered ---------------------------------------------------------------------------------------------------


def offered(kind: str, count: int) -> list[Completion]:
    return [Completion(text=f"{kind}{number}", kind=kind) for number in range(count)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "titles", "codes", "limit", "kinds"),
    [
        ("mata4", 9, 9, 8, "iiiiittt"),
        ("mata", 9, 9, 8, "tttttiii"),
        ("mata", 9, 1, 8, "ttttttti"),
        ("mata", 1, 9, 4, "tiii"),
        ("mata4", 1, 9, 4, "iiit"),
        ("mata4", 9, 9, 1, "i"),
        ("mata", 9, 9, 1, "t"),
        ("mata", 0, 9, 3, "iii"),
        ("mata4", 9, 0, 3, "ttt"),
    ],
)
def test_titles_and_codes_leave_room_for_each_other(text: str, titles: int, codes: int, limit: int, kinds: str) -> None:
    completions = mixed(offered("title", titles), offered("identifier", codes), limit, text)
    assert "".join(completion.kind[0] for completion in completions) == kinds
