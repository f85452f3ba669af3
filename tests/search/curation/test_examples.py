"""The examples of the pattern files: the packaged ones are right, and a wrong row is told by file and line."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import search
from search.curation import examples
from search.errors import ConfigError
from search.identifiers.patterns import CODES
from search.redaction import SHAPES

PACKAGE = Path(search.__file__).parent
SOURCE = CODES.read_text(encoding="utf-8")


def told(folder: Path, text: str) -> list[str]:
    path = folder / "codes.yaml"
    path.write_text(text, encoding="utf-8")
    return [problem for problem in examples.tried_codes(path) if problem]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_every_packaged_example_is_read_as_it_says() -> None:
    assert examples.check() > 150


RECORD = "- kind: record\n    typed: '\\b([a-np]"
LOOSE = "    loose: true\n    examples:\n      loosely: {C170"


@pytest.mark.parametrize(
    "was, becomes, line, says",
    [
        ("[mata410, mata 410", "[mata410, mata four", "[mata410, mata four", "as no code by this row, not as routine"),
        ("none: [http 404", "none: [mata 461, http 404", "none: [mata 461", "and is no code"),
        ("MATA140I: [mata 140i]", "MATA999: [mata 140i]", "MATA999", "not as routine MATA999"),
        (LOOSE, LOOSE.replace("loose", "lose"), "    lose: true", "there is no such name as lose"),
        ("none: [o100, c17]", "nothing: [o100, c17]", RECORD, "no example of what is no"),
        ("loosely: {C170: [c170]}", "also: {record C170: [c170]}", RECORD, "how a code is typed"),
        ("'\\b([a-np]\\d{3})\\b'", "'\\b([a-np]'", RECORD, "cannot be used: missing )"),
    ],
)
def test_a_wrong_row_is_told_by_file_and_line(tmp_path: Path, was: str, becomes: str, line: str, says: str) -> None:
    text = SOURCE.replace(was, becomes, 1)
    assert text != SOURCE
    problems = told(tmp_path, text)
    assert [
        problem for problem in problems if problem.startswith(f"codes.yaml:{line_of(text, line)}: ") and says in problem
    ]


def search_with(folder: Path, name: str, was: str, becomes: str) -> str:
    """What the examples say in a copy of the search in which a row was changed."""
    shutil.copytree(PACKAGE, folder / "search", ignore=shutil.ignore_patterns("__pycache__"))
    path = next((folder / "search").rglob(name))
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    check = "from search.curation import examples\nexamples.check()"
    return subprocess.run([sys.executable, "-c", check], cwd=folder, capture_output=True, text=True, check=False).stderr


@pytest.mark.parametrize(
    "name, was, becomes, says",
    [
        ("codes.yaml", "kind: table\n", "kind: tablez\n", "there is no kind tablez"),
        ("codes.yaml", "{kind: entry_point, value", "{kind: entry_pint, value", "there is no kind entry_pint"),
        (
            "codes.yaml",
            "      - {kind: issue, pattern: '(d[a-z]{2,9})(\\d{3,6})', value: '{0}-{1}'}\n",
            "",
            "DMIN-1234",
        ),
        ("codes.yaml", "    also: [{kind: entry_point, value: '{}'}]", "    also: []", "not as entry_point MT410TOK"),
        ("codes.yaml", "'*release'", "'*relese'", "*relese of hints is in no example"),
        ("codes.yaml", "'*rechazo*'", "'*rechaco*'", "*rechaco* of hints is in no example"),
        ("codes.yaml", "needs: [ORA]", "needs: [ORB]", "ORB of needs is in no example"),
        ("codes.yaml", "    loose: true\n", "    loose: false\n", "a row like this has no examples loosely"),
        ("codes.yaml", "    loose: true\n", "    loose: yes please\n", "loose cannot be 'yes please'"),
        (
            "codes.yaml",
            "    needs: ['-']\n",
            "    needs: ['-']\n    loose: true\n",
            "a row like this has no examples typed",
        ),
        ("private.yaml", "only: typed", "only: typd", "only cannot be 'typd'"),
        ("private.yaml", "\n    capitals: true", "\n    capitals: maybe", "capitals cannot be 'maybe'"),
        ("private.yaml", "  closing: atenciosamente att", "  closing: ''\n  other: att", "other"),
        ("private.yaml", "needs: [basic]", "needs: [basik]", "is found to hold nothing"),
        ("private.yaml", "'{WHERE}{SAID}", "'{WHO}{SAID}", "servidor SRV-PROD01"),
    ],
)
def test_a_row_that_lost_its_effect_is_told(tmp_path: Path, name: str, was: str, becomes: str, says: str) -> None:
    assert says in search_with(tmp_path, name, was, becomes)


def test_a_list_of_labels_without_a_word_is_told(tmp_path: Path) -> None:
    text = re.sub(r"(?m)^  closing: .*$", "  closing: ''", SHAPES.read_text(encoding="utf-8"))
    path = tmp_path / "private.yaml"
    path.write_text(text, encoding="utf-8")
    [problem] = filter(None, examples.tried_shapes(path))
    line = line_of(text, "  closing: ''")
    assert problem.startswith(f"private.yaml:{line}: labels has no word under closing")


def test_a_value_that_is_none_is_told(tmp_path: Path) -> None:
    [problem] = told(tmp_path, SOURCE.replace("value: 'MV_{}'", "value: 'MV_{!x}'", 1))
    assert problem.startswith("codes.yaml: cannot be used: ")
    assert "use !i or !d" in problem


@pytest.mark.parametrize(
    "was, becomes, says",
    [
        (
            "caractere arroba no e-mail, ",
            "caractere@arroba no e-mail, ",
            "hold caractere@arroba as an e-mail",
        ),
        ("hides: [12.345.678-9, ", "hides: [abc, ", "'abc' is found to hold nothing as a document of a person"),
        ("aliquota 12,5000]", "aliquota 123.456.789-09]", "is found to hold 123.456.789-09"),
        ("leaves: [s-1200, ", "leves: [s-1200, ", "there is no such name as leves"),
    ],
)
def test_a_wrong_shape_is_told_by_file_and_line(tmp_path: Path, was: str, becomes: str, says: str) -> None:
    text = SHAPES.read_text(encoding="utf-8").replace(was, becomes, 1)
    path = tmp_path / "private.yaml"
    path.write_text(text, encoding="utf-8")
    line = line_of(text, becomes)
    problems = [problem for problem in examples.tried_shapes(path) if problem]
    assert [problem for problem in problems if problem.startswith(f"private.yaml:{line}: ") and says in problem]


def test_a_file_that_is_no_yaml_is_told_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"codes\.yaml:\d+: is not valid YAML"):
        told(tmp_path, SOURCE + "\n  - {")
