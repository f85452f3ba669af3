"""Reads and checks what analysis knows of a language: its stems and the words that say little, in one commented file.

    pt.txt  [plurals]  oes ao 2          rows: ending, what comes in its place ("-": nothing), letters before it
            [words]    tais=tal conto    pairs: a form, and its stem where that is another     ──read──▶  LanguageData
            [stop]     de da do          words

`search.analysis.stemmer` says what the sections do. Everything is folded: small letters without accents. What follows a
"#" is a comment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from search.config.near_names import nearest
from search.errors import ConfigError
from search.model import LANGS

PACKAGED = Path(__file__).parents[1] / "lists"

ROWS, PAIRS = ("plurals", "endings", "last", "bases"), ("words", "after")
PLAIN = (
    *("suffixes", "stems", "verbs", "stop", "unfinished", "finals", "prefixes", "bare", "past"),
    *("negations", "questions", "answers"),
)
GIVEN = ("bases", "finals", "prefixes", "bare", "past", "negations", "questions", "answers")
"""Sections that a file of one's own need not have: those of the packaged one count then."""

Ending = tuple[str, int, str]
"""An ending, how many letters have to stand before it, and what comes in its place."""
Endings = Mapping[str, tuple[Ending, ...]]
"""The last two letters of a word, or its last, → the endings that it may have, the longest first."""


@dataclass(frozen=True, slots=True)
class LanguageData:
    """What the file of a language says; `digest` is the same whatever the order and the comments."""

    rows: Mapping[str, Endings]
    pairs: Mapping[str, Mapping[str, str]]
    plain: Mapping[str, tuple[str, ...]]
    digest: str


class Entry(NamedTuple):
    """A row of three, or one word or pair, and the line that it stands in."""

    text: str
    line: int


Problem = tuple[int, str]


def read_all(folder: Path | None) -> dict[str, LanguageData]:
    """What the files of a folder say of each language. Raise ConfigError with one sentence for each problem of any."""
    problems: list[str] = list(_strangers(folder))
    languages = {}
    for lang in LANGS:
        try:
            languages[lang] = read(folder, lang)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return languages


def fingerprint(languages: Mapping[str, LanguageData]) -> str:
    """What names all that the files of some languages say."""
    return blake2b("".join(data.digest for data in languages.values()).encode(), digest_size=8).hexdigest()


def read(folder: Path | None, lang: str) -> LanguageData:
    """The file of a language in a folder, the packaged one where the folder has none.

    Raise ConfigError with `pt.txt:12: what is wrong: what to do` for each problem.
    """
    path = (folder or PACKAGED) / f"{lang}.txt"
    problems: list[Problem] = []
    sections = _sections(_text(path if path.exists() else PACKAGED / path.name), problems)
    gaps = [name for name in GIVEN if not sections[name]] if path.parent != PACKAGED else []
    if gaps:
        packaged = _sections(_text(PACKAGED / path.name), [])
        sections |= {name: packaged[name] for name in gaps}
    data = LanguageData(
        rows={name: _endings(sections[name], problems) for name in ROWS},
        pairs={name: _pairs(sections[name], problems) for name in PAIRS},
        plain={name: _plain(sections[name], problems) for name in PLAIN},
        digest=_digest(sections),
    )
    problems += _chains(sections["after"], data.pairs["after"])
    problems += _halted(sections["after"], sections["stems"])
    problems += _negations(sections["stop"], data.plain["negations"])
    if problems:
        raise ConfigError([f"{path.name}:{line}: {sentence}" for line, sentence in sorted(problems)])
    return data


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from error


def _strangers(folder: Path | None) -> Iterator[str]:
    """A sentence for each file that looks like a language's, and is read by nobody."""
    for path in sorted(folder.glob("*.txt")) if folder else ():
        if path.stem not in LANGS:
            yield f"{path.name}: is no list: only {', '.join(f'{lang}.txt' for lang in LANGS)} are read; rename it"


def _digest(sections: Mapping[str, list[Entry]]) -> str:
    content = [(name, sorted(entry.text for entry in entries)) for name, entries in sorted(sections.items())]
    return blake2b(repr(content).encode(), digest_size=8).hexdigest()


# -- sections, and what stands in them ---------------------------------------------------------------------------------


def _sections(text: str, problems: list[Problem]) -> dict[str, list[Entry]]:
    """Section → its entries, in order; all sections are there."""
    sections: dict[str, list[Entry]] = {name: [] for name in chain(ROWS, PAIRS, PLAIN)}
    first_lines: dict[str, int] = {}
    name = ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.partition("#")[0].strip()
        if bare.startswith("["):
            name = bare.strip("[] ")
            problems += _heading(name, number, first_lines)
        elif bare and not name:
            problems.append(
                (number, f"{bare[:40]!r} stands before the first section: put it under one, such as [words]")
            )
        elif bare and name in sections:
            sections[name] += (Entry(entry, number) for entry in ([bare] if name in ROWS else bare.split()))
    problems += ((line, f"[{name}] is empty: take it out") for name, line in first_lines.items() if not sections[name])
    return sections


def _heading(name: str, number: int, first_lines: dict[str, int]) -> Iterator[Problem]:
    sections = (*ROWS, *PAIRS, *PLAIN)
    if name not in sections:
        near = nearest(name, sections)
        advice = f"did you mean [{near}]?" if near else f"known are {', '.join(f'[{section}]' for section in sections)}"
        yield number, f"there is no section [{name}]; {advice}"
    elif first_lines.setdefault(name, number) != number:
        yield number, f"[{name}] begins in line {first_lines[name]} already: put all of it there"


def _endings(rows: list[Entry], problems: list[Problem]) -> Endings:
    endings: dict[str, Ending] = {}
    lines: dict[str, int] = {}
    for text, line in rows:
        match text.split():
            case [ending, instead, least] if least.isdecimal():
                wrong = [*_wrong(ending), *(_wrong(instead) if instead != "-" else ())]
                problems += ((line, sentence) for sentence in wrong)
                if lines.setdefault(ending, line) != line:
                    problems.append((line, f"{ending!r} stands in line {lines[ending]} already: take one out"))
                endings[ending] = (ending, int(least), instead.strip("-"))
            case _:
                problems.append((line, f"{text!r} must be an ending, what comes in its place (or -), and a number"))
    longest = sorted(endings, key=len, reverse=True)
    return {
        last: tuple(endings[ending] for ending in longest if ending[-2:] == last or last.endswith(ending))
        for last in {ending[-2:] for ending in endings}
    }


def _pairs(entries: list[Entry], problems: list[Problem]) -> dict[str, str]:
    stems: dict[str, str] = {}
    lines: dict[str, int] = {}
    for text, line in entries:
        form, sign, stem = text.partition("=")
        if sign and not (form and stem):
            problems.append((line, f"{text!r} must be a form, =, and its stem, without blanks between"))
            continue
        problems += ((line, sentence) for word in (form, stem) if word for sentence in _wrong(word))
        if form in stems:
            other = f", with the stem {stems[form]!r}" if stems[form] != (stem or form) else ""
            problems.append((line, f"{form!r} stands in line {lines[form]} already{other}: take one out"))
        else:
            stems[form], lines[form] = stem or form, line
    return stems


def _plain(entries: list[Entry], problems: list[Problem]) -> tuple[str, ...]:
    lines: dict[str, int] = {}
    for word, line in entries:
        problems += ((line, sentence) for sentence in _wrong(word))
        if word in lines:
            problems.append((line, f"{word!r} stands in line {lines[word]} already: take one out"))
        lines.setdefault(word, line)
    return tuple(lines)


def _wrong(word: str) -> Iterator[str]:
    """What keeps a word from ever meeting one that analysis has folded."""
    if any(letter.isdigit() for letter in word):
        yield f"{word!r} holds a digit, and such words are never stemmed: take it out"
    elif not word.isalpha():
        yield f"{word!r} holds more than letters: write words with blanks between them"
    elif not (word.isascii() and word.islower()):
        yield f"{word!r} must be written in small letters without accents"


def _chains(entries: list[Entry], after: Mapping[str, str]) -> Iterator[Problem]:
    for text, line in entries:
        first, _, second = text.partition("=")
        if (third := after.get(second, second)) != second:
            yield line, f"{text!r} ends where {second}={third} begins, which counts no more: write {first}={third}"


def _halted(entries: list[Entry], stems: list[Entry]) -> Iterator[Problem]:
    whole = dict(stems)
    for text, line in entries:
        first, _, second = text.partition("=")
        if first in whole and second != first:
            yield line, f"{first!r} becomes {second!r}, but stays whole by [stems], line {whole[first]}: take one out"


def _negations(entries: list[Entry], negations: Collection[str]) -> Iterator[Problem]:
    for word, line in entries:
        if word in negations:
            yield line, f"{word!r} turns a meaning around, so that no query may lose it: take it out of [stop]"
