"""The word lists: what ships is valid, and whoever breaks one is told which entry, and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from search.analysis.analyzer import packaged
from search.analysis.language_data import PACKAGED
from search.curation.entries import query_key, words_of
from search.curation.lexicon import load
from search.errors import ConfigError

ANALYZER = packaged()

Write = Callable[[str, str], Path]
PIN = '{queries: [nota], pin: ["kb:1"], owner: fiscal, reason: velho, from: 2026-01-01}'
CUT = '{between: ["tdn:1", "tdn:2"], owner: fiscal, reason: outro}'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Puts a text in the place of one list of a folder that holds the packaged ones."""
    shutil.copytree(PACKAGED, tmp_path / "words")

    def write(name: str, text: str) -> Path:
        (tmp_path / "words" / name).write_text(text, encoding="utf-8")
        return tmp_path / "words"

    return write


def test_the_packaged_lists_are_whole() -> None:
    counts = load().counts()
    assert counts["synonyms"] >= 60
    assert counts["abbreviations"] >= 9
    assert load() is load()


def test_a_folder_of_ones_own_counts_instead(write: Write) -> None:
    folder = write("synonyms.yaml", "groups: [{forms: [nota, invoice]}]")
    mine = load(folder)
    assert [group.forms for group in mine.synonyms.groups] == [("nota", "invoice")]
    assert mine.abbreviations == load().abbreviations
    assert mine.digest != load().digest
    assert mine.digest == load(folder).digest


def test_an_empty_file_is_an_empty_list(write: Write) -> None:
    assert load(write("pins.yaml", "# nothing yet\n")).pins.pins == ()


@pytest.mark.parametrize(
    "name, text, sentence",
    [
        (
            "synonyms.yaml",
            "groups: [{forms: [nfe]}]",
            "synonyms.yaml: groups[1] (nfe).forms: must hold at least 2; found 1",
        ),
        ("synonyms.yaml", "groups: [{forms: []}]", "synonyms.yaml: groups[1].forms: must hold at least 2; found 0"),
        (
            "synonyms.yaml",
            "groups: [{forms: [nfe, x y], wieght: 0.2}]",
            "synonyms.yaml: groups[1] (nfe).wieght: there is no such name; did you mean weight?",
        ),
        (
            "synonyms.yaml",
            "grupos: []",
            "synonyms.yaml: grupos: there is no such name; did you mean groups?",
        ),
        (
            "synonyms.yaml",
            "zz: []",
            "synonyms.yaml: zz: there is no such name; remove it; known here: groups, one_way",
        ),
        (
            "synonyms.yaml",
            "groups: [{forms: [nfe, nota], weight: 1}]",
            "synonyms.yaml: groups[1] (nfe).weight: input should be less than 1; found '1'",
        ),
        (
            "synonyms.yaml",
            "groups: [{forms: [nfe, 55]}]",
            "synonyms.yaml: groups[1] (nfe).forms[2]: must be text: put it in quotes; found '55'",
        ),
        (
            "synonyms.yaml",
            "groups: [{forms: [nfe, a b], weight: x}]",
            "synonyms.yaml: groups[1] (nfe).weight: must be a number; found 'x'",
        ),
        (
            "synonyms.yaml",
            "groups: [{forms: [nfe, para]}]",
            (
                "synonyms.yaml: groups[1] (nfe).forms[2]: is a stop word, which queries lose: leave it out, or write"
                " the words around it; found 'para'"
            ),
        ),
        (
            "synonyms.yaml",
            'groups: [{forms: [nfe, "?!"]}]',
            "synonyms.yaml: groups[1] (nfe).forms[2]: must be a word or some words, at most 80 characters; found '?!'",
        ),
        (
            "synonyms.yaml",
            "groups: [{forms: [nfe, NF-e]}]",
            "synonyms.yaml: groups[1]: 'nfe' stands there twice, accents and capitals aside: take one out",
        ),
        (
            "synonyms.yaml",
            "groups: [{forms: [nfe, nota]}, {forms: [Nota, invoice]}]",
            "synonyms.yaml: groups[2]: 'Nota' stands in groups[1] already: join the two, or use one_way",
        ),
        (
            "synonyms.yaml",
            "one_way: [{typed: [nfe], also: [NFE]}]",
            "synonyms.yaml: one_way[1]: 'nfe' stands on both sides: take it out of `also`",
        ),
        (
            "synonyms.yaml",
            "one_way: [{typed: [nfe], also: [danfe]}, {typed: [NF-e], also: [danfe]}]",
            "synonyms.yaml: one_way[2]: 'NF-e' → 'danfe' stands in one_way[1] already: take one out",
        ),
        ("synonyms.yaml", "groups: {a: 1}", "synonyms.yaml: groups: must be a list"),
        (
            "synonyms.yaml",
            "groups: [{forms: [boleto, [título, duplicata]]}]",
            "forms[2]: must be text: put it in quotes; found the list [título, duplicata]",
        ),
        (
            "synonyms.yaml",
            "groups: [{forms: {boleto: [título]}}]",
            "or one a line after -; found the names and values {boleto: [título]}",
        ),
        ("synonyms.yaml", "- a", "synonyms.yaml: the file: must hold names and values"),
        ("synonyms.yaml", "groups: [", "is not valid YAML"),
        ("synonyms.yaml", "groups: []\ngroups: []", "groups stands here twice"),
        (
            "abbreviations.yaml",
            "abbreviations: [{short: pe, meanings: [{long: ponto de entrada}]}]",
            (
                "abbreviations.yaml: abbreviations[1] (pe): 'ponto de entrada' has neither near nor codes: say which"
                " words have to agree"
            ),
        ),
        (
            "abbreviations.yaml",
            "abbreviations: [{short: pe x, meanings: [{long: ponto de entrada, near: [x]}]}]",
            "abbreviations.yaml: abbreviations[1] (pe x).short: must be one word; found 'pe x'",
        ),
        (
            "abbreviations.yaml",
            "abbreviations: [{short: nfe, meanings: [{long: ponto de entrada, near: [x]}]}]",
            "abbreviations.yaml: abbreviations[1] (nfe): is a synonym as well, which always counts",
        ),
        (
            "abbreviations.yaml",
            "abbreviations: [{short: pe, meanings: [{long: a b, codes: [rotina]}]}]",
            "abbreviations.yaml: abbreviations[1] (pe).meanings[1].codes[1]: must be a kind of code: file, issue",
        ),
        (
            "abbreviations.yaml",
            "abbreviations: [{short: pe, meanings: [{long: a b, naer: [x]}]}]",
            "abbreviations.yaml: abbreviations[1] (pe).meanings[1].naer: there is no such name; did you mean near?",
        ),
        (
            "pins.yaml",
            "pins: [{queries: [nota], owner: fiscal, reason: velho, from: 2026-01-01}]",
            "pins.yaml: pins[1] (nota): neither pins nor blocks anything: add an id, or take it out",
        ),
        ("pins.yaml", "pins: [{queries: [nota]}]", "pins.yaml: pins[1] (nota).owner: is missing: add it"),
        (
            "pins.yaml",
            f"pins: [{PIN.replace('kb:1', '360010')}]",
            "pins.yaml: pins[1] (nota).pin[1]: must be the id of a document as the API gives it: source:key",
        ),
        (
            "pins.yaml",
            f"pins: [{PIN.replace('2026-01-01', 'ontem')}]",
            "pins.yaml: pins[1] (nota).from: must be a day such as 2026-01-31; found 'ontem'",
        ),
        (
            "pins.yaml",
            f"pins: [{PIN[:-1]}, until: 2025-01-01}}]",
            "pins.yaml: pins[1] (nota): ends on 2025-01-01, before it begins on 2026-01-01",
        ),
        (
            "pins.yaml",
            f'pins: [{PIN[:-1]}, block: ["kb:1"]}}]',
            "pins.yaml: pins[1] (nota): kb:1 is pinned and blocked: take it out of one",
        ),
        (
            "pins.yaml",
            f"pins: [{PIN}, {PIN.replace('nota', 'a Nota')}]",
            "pins.yaml: pins: the query 'nota' stands there twice: put all its ids into one entry",
        ),
        (
            "cut_edges.yaml",
            f"cut_edges: [{CUT.replace('tdn:2', 'tdn:1')}]",
            "cut_edges.yaml: cut_edges[1]: both ends are tdn:1",
        ),
        (
            "cut_edges.yaml",
            f"cut_edges: [{CUT}, {CUT}]",
            "cut_edges.yaml: cut_edges[2]: tdn:1 and tdn:2 are cut already: take one out",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_a_way_out(write: Write, name: str, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(write(name, text))
    assert any(sentence in problem for problem in error.value.problems), error.value.problems


def test_the_problems_of_all_files_are_told_at_once(write: Write) -> None:
    write("synonyms.yaml", "groups: [{forms: [nfe]}]")
    folder = write("cut_edges.yaml", f"cut_edges: [{CUT}, {CUT}]")
    (folder / "pins.yaml").unlink()
    with pytest.raises(ConfigError) as error:
        load(folder)
    assert len(error.value.problems) == 3
    assert any("pins.yaml: there is no such file; copy the packaged one" in problem for problem in error.value.problems)


def test_a_pin_that_has_ended_is_told_and_no_error(write: Write) -> None:
    held = load(write("pins.yaml", f"pins: [{PIN[:-1]}, until: 2026-03-01}}]"))
    assert held.expired(date(2026, 3, 1)) == ()
    (sentence,) = held.expired(date(2026, 3, 2))
    assert sentence == "pins.yaml: pins[1] (nota) ended on 2026-03-01: take it out, or ask fiscal"
    (pin,) = held.pins.pins
    assert [pin.holds(date(2026, month, 1)) for month in (1, 3, 4)] == [True, True, False]
    assert not pin.holds(date(2025, 12, 31))


@pytest.mark.parametrize(
    "one, other",
    [("NF-e", "nfe"), ("Pré-nota", "pre nota"), ("Rejeição da nota", "rejeicao nota"), ("MV_ESTADO", "mv_estado")],
)
def test_forms_that_are_typed_differently_are_one(one: str, other: str) -> None:
    assert words_of(one, ANALYZER) == words_of(other, ANALYZER)


def test_a_query_is_recognized_in_any_order() -> None:
    assert query_key("Emissão de NF-e", ANALYZER) == query_key("nfe emissao", ANALYZER)
    assert query_key("nfe", ANALYZER) != query_key("nfce", ANALYZER)
