"""What analysis knows of a language: a folder of one's own counts, and a line that is wrong is named."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from search.analysis import language_data
from search.analysis.analyzer import fold, packaged, read
from search.errors import ConfigError
from search.model import LANGS

HEAD = "[words]\nconto\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


def problems(folder: Path, text: str, lang: str = "pt") -> list[str]:
    (folder / f"{lang}.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read(folder)
    return list(error.value.problems)


def test_the_packaged_files_are_whole() -> None:
    assert packaged().fingerprint == read(language_data.PACKAGED).fingerprint
    files = [language_data.read(None, lang) for lang in LANGS]
    assert all(len(data.plain["stop"]) > 50 and data.pairs["words"] for data in files)
    assert all(word == fold(word) for word in packaged().stop_words)


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("conto\n[words]\nconta\n", "pt.txt:1: 'conto' stands before the first section: put it under one"),
        ("[words]\nconto\n[plural]\nns m 1\n", "pt.txt:3: there is no section [plural]; did you mean [plurals]?"),
        (f"{HEAD}[zzz]\n", "pt.txt:3: there is no section [zzz]; known are [plurals], [endings]"),
        (f"{HEAD}[stems]\nmercad\n[words]\nconta\n", "pt.txt:5: [words] begins in line 1 already: put all of it there"),
        (f"# a\n{HEAD}\n# more\n[verbs]\n# none\n", "pt.txt:6: [verbs] is empty: take it out"),
        ("[words]\nconto plano\nconto\n", "pt.txt:3: 'conto' stands in line 2 already: take one out"),
        ("[words]\ntais=tal\ntais\n", "pt.txt:3: 'tais' stands in line 2 already, with the stem 'tal': take one out"),
        ("[words]\ntais=\n", "pt.txt:2: 'tais=' must be a form, =, and its stem, without blanks between"),
        ("[words]\n=tal\n", "pt.txt:2: '=tal' must be a form, =, and its stem, without blanks between"),
        ("[words]\nmata410\n", "pt.txt:2: 'mata410' holds a digit, and such words are never stemmed: take it out"),
        ("[words]\nnota,conta\n", "pt.txt:2: 'nota,conta' holds more than letters: write words with blanks between"),
        ("[words]\na=b=c\n", "pt.txt:2: 'b=c' holds more than letters"),
        ("[stems]\nCrédit\n", "pt.txt:2: 'Crédit' must be written in small letters without accents"),
        ("[stems]\nmercad mercad\n", "pt.txt:2: 'mercad' stands in line 2 already: take one out"),
        ("[plurals]\noes ao\n", "pt.txt:2: 'oes ao' must be an ending, what comes in its place (or -), and a number"),
        ("[plurals]\noes ao two\n", "pt.txt:2: 'oes ao two' must be an ending, what comes in its place"),
        ("[plurals]\nões ao 2\n", "pt.txt:2: 'ões' must be written in small letters without accents"),
        ("[last]\ngu g 2\ngu - 3\n", "pt.txt:3: 'gu' stands in line 2 already: take one out"),
        ("[after]\na=b\nb=c\n", "pt.txt:2: 'a=b' ends where b=c begins, which counts no more: write a=c"),
        (
            "[stems]\nimpress\n[after]\nimpress=imprim\n",
            "pt.txt:4: 'impress' becomes 'imprim', but stays whole by [stems]",
        ),
        ("[stop]\nde\nnao\n", "pt.txt:3: 'nao' turns a meaning around, so that no query may lose it: take it out of"),
        ("[stop]\nnão\n", "pt.txt:2: 'não' must be written in small letters without accents"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_a_way_out(folder: Path, text: str, sentence: str) -> None:
    (message,) = problems(folder, text)
    assert message.startswith(sentence)


@pytest.mark.parametrize("lang, word", [("pt", "sem"), ("pt", "sin"), ("es", "no"), ("es", "sin"), ("en", "not")])
def test_a_word_that_turns_a_meaning_around_is_no_stop_word_of_any_language(folder: Path, lang: str, word: str) -> None:
    assert problems(folder, f"[stop]\nde {word}\n", lang)[0].startswith(f"{lang}.txt:2: '{word}' turns")


def test_all_problems_are_told_in_order(folder: Path) -> None:
    (folder / "verbs.txt").write_text("", encoding="utf-8")
    (folder / "es.txt").write_bytes(b"[words]\ncami\xf3n\n")
    messages = problems(folder, "[words]\nconto\nMesa\n[stop]\nsem\n[words]\n")
    assert messages[0] == "verbs.txt: is no list: only pt.txt, es.txt, en.txt are read; rename it"
    assert [message.partition(" ")[0] for message in messages[1:4]] == ["pt.txt:3:", "pt.txt:5:", "pt.txt:6:"]
    assert "es.txt: cannot be read" in messages[4]


def test_a_language_without_a_file_of_ones_own_has_the_packaged_one(folder: Path) -> None:
    assert read(folder).fingerprint == packaged().fingerprint
    (folder / "es.txt").write_text("[stop]\nde\n", encoding="utf-8")
    assert read(folder).fingerprint != packaged().fingerprint
    assert language_data.read(folder, "pt") == language_data.read(None, "pt")


def test_comments_and_order_are_not_what_a_file_says(folder: Path) -> None:
    (folder / "pt.txt").write_text("\ufeff[words]\nconto # a story\r\nplano\n[stop]\nde\n", encoding="utf-8")
    before = read(folder).fingerprint
    (folder / "pt.txt").write_text("[stop]\nde\n\n[words]\n# first\nplano conto\n", encoding="utf-8")
    assert read(folder).fingerprint == before
    (folder / "pt.txt").write_text("[stop]\nde\n[words]\nplano conto ponto\n", encoding="utf-8")
    assert read(folder).fingerprint != before


def test_two_analyzers_of_one_process_know_nothing_of_each_other(folder: Path) -> None:
    (folder / "pt.txt").write_text("[words]\nboleto=carne carne\n[stop]\nfavor\n", encoding="utf-8")
    mine, theirs = read(folder), packaged()
    before = theirs.stem("boleto", "pt")
    for _ in range(2):  # what one remembers is asked of the other
        assert mine.stem("boleto", "pt") == mine.stem("carnê", "pt") == "carne"
        assert mine.terms("o boleto", "pt") != theirs.terms("o boleto", "pt")
        assert theirs.stem("boleto", "pt") == before != "carne"
        assert mine.is_stop_word("Favor") and not mine.is_stop_word("aquela")
        assert theirs.is_stop_word("aquela") and not theirs.is_stop_word("favor")
    assert mine.fingerprint != theirs.fingerprint


def test_an_analyzer_is_the_same_in_another_process(folder: Path) -> None:
    (folder / "pt.txt").write_text("[words]\nboleto=carne carne\n[stop]\nfavor\n", encoding="utf-8")
    mine = read(folder)
    sent = pickle.loads(pickle.dumps(mine))
    assert sent.fingerprint == mine.fingerprint
    assert sent.terms("Emissão de boletos", "pt") == mine.terms("Emissão de boletos", "pt")
    assert sent.stop_words == mine.stop_words


def test_an_analyzer_stays_what_it_is_when_its_files_change(folder: Path) -> None:
    (folder / "pt.txt").write_text("[words]\nboleto=carne carne\n[stop]\nfavor\n", encoding="utf-8")
    mine = read(folder)
    (folder / "pt.txt").unlink()
    assert mine.stem("boleto", "pt") == "carne"


def test_a_file_of_ones_own_need_not_have_what_hardly_changes(folder: Path) -> None:
    text = (language_data.PACKAGED / "pt.txt").read_text("utf-8")
    for name in language_data.GIVEN:
        text = re.sub(rf"\[{name}\]\n[^\[]+?(?=\n\n|\Z)", "", text)
    assert "amente" not in text and "solucao" not in text and "[stop]" in text
    (folder / "pt.txt").write_text(text, encoding="utf-8")
    assert read(folder).fingerprint == packaged().fingerprint
    (folder / "pt.txt").write_text(f"{text}\n[prefixes]\nre\n", encoding="utf-8")
    assert read(folder).fingerprint != packaged().fingerprint
    assert read(folder).stem("desabertas", "pt") != packaged().stem("desabertas", "pt")


def test_headings_of_ones_own_take_the_place_of_the_packaged_ones_of_their_language(folder: Path) -> None:
    (folder / "pt.txt").write_text("[words]\nconto\n[questions]\npergunta\n", encoding="utf-8")
    mine = read(folder)
    assert {"pergunta", "question"} <= mine.questions and "duvida" not in mine.questions
    assert mine.answers == packaged().answers
