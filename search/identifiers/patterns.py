"""How documents write and people type each kind of code: the rows of `codes.yaml`, ready to use.

    codes.yaml ──load──▶ CodeTable ── written  typed ──▶  Pattern, in order of precedence
                             └─────── one_word  hints ──▶  what is quick to see before a pattern is tried

Reading takes a few milliseconds, and a pattern is compiled when it is first looked for: most commands need none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from search.model import Identifier

CODES = Path(__file__).with_name("codes.yaml")
DIGITS = "0123456789"
NOT_DIGITS = re.compile(r"\D+")

Spelling = re.Match[str]
Value = Callable[[Spelling], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said of a kind of code whatever its spelling; the top of `codes.yaml` has what each means."""

    nouns: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    spelling: str = "{}"
    spaced: bool = False


@dataclass(frozen=True)
class Pattern:
    """One row: a way to write a kind of code. `written` holds in documents, `typed` in queries (folded, lower case).

    A text that has none of the strings in `needs` cannot match `written`, which is quicker to see than a search is to
    fail. `value` writes the canonical value of a match; where it is None, that is all groups joined. `also` gives
    further codes that the same characters may stand for.
    """

    kind: str
    in_documents: str
    in_queries: str
    in_word: str
    value: Value | None = None
    needs: tuple[str, ...] = ("",)
    sign: str = ""
    hints: tuple[str, ...] = ()
    loose: bool = False
    readings: tuple[Reading, ...] = ()

    @cached_property
    def written(self) -> re.Pattern[str]:
        return re.compile(self.in_documents, re.ASCII)

    @cached_property
    def typed(self) -> re.Pattern[str]:
        return re.compile(self.in_queries, re.ASCII)

    @cached_property
    def word(self) -> re.Pattern[str]:
        return re.compile(self.in_word, re.ASCII)

    def also(self, match: Spelling) -> tuple[Identifier, ...]:
        return tuple(identifier for reading in self.readings for identifier in reading.of(match))


@dataclass(frozen=True, slots=True)
class Reading:
    """A further code that the characters of another one may be: where all of them match `pattern`, if there is one."""

    kind: str
    value: Value
    pattern: re.Pattern[str] | None = None

    def of(self, match: Spelling) -> Iterator[Identifier]:
        whole = match if self.pattern is None else self.pattern.fullmatch(match[0])
        if whole is not None:
            yield Identifier(self.kind, self.value(whole))


@dataclass(frozen=True, slots=True)
class Hints:
    """Words around which the codes of several words are looked for, by how that is quickest to see."""

    inside: tuple[str, ...]
    endings: tuple[str, ...]
    whole: re.Pattern[str]
    last_letters: frozenset[str]

    def has(self, word: str) -> bool:
        """Whether a word in small letters is one, or holds one."""
        if word[-2:] in self.last_letters and (word.endswith(self.endings) or self.whole.search(word)):
            return True
        for hint in self.inside:  # noqa: SIM110  a generator takes three times as long
            if hint in word:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Labels:
    """The words before the number of a code, folded, and the code's kind; `pattern` is such words and what follows."""

    kinds: Mapping[str, str]
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class CodeTable:
    """All rows in order of precedence, the kinds, and the words that look like letters of a code and are none."""

    kinds: Mapping[str, Kind]
    patterns: tuple[Pattern, ...]
    words: frozenset[str]

    @cached_property
    def typed(self) -> tuple[tuple[Pattern, re.Pattern[str]], ...]:
        return tuple((pattern, pattern.typed) for pattern in self.patterns if pattern.in_queries)

    @cached_property
    def written(self) -> tuple[tuple[Pattern, re.Pattern[str]], ...]:
        return tuple((pattern, pattern.written) for pattern in self.patterns if pattern.in_documents)

    @cached_property
    def written_plainly(self) -> tuple[tuple[Pattern, re.Pattern[str]], ...]:
        """Those that need nothing."""
        return tuple(row for row in self.written if row[0].needs == ("",))

    @cached_property
    def needed(self) -> re.Pattern[str]:
        """What a text holds that may match more than the patterns that need nothing."""
        needs = dict.fromkeys(need for pattern, _ in self.written for need in pattern.needs if need)
        return re.compile("|".join(map(re.escape, needs)))

    @cached_property
    def several_words(self) -> tuple[tuple[Pattern, re.Pattern[str]], ...]:
        """Those of which a code may be spelt in several words."""
        return tuple(row for row in self.written if row[0].hints)

    @cached_property
    def words_alone(self) -> tuple[tuple[Pattern, re.Pattern[str], re.Pattern[str]], ...]:
        """Those that hold in one word only, with what it has to match from its beginning."""
        rows = (pattern for pattern in self.patterns if pattern.in_word)
        return tuple((pattern, pattern.word, re.compile(pattern.sign, re.ASCII)) for pattern in rows)

    @cached_property
    def one_word(self) -> re.Pattern[str]:
        """What a word holds that one of the patterns matches, unless it holds a hint: quicker than each of them."""
        signs = dict.fromkeys(pattern.sign for pattern in self.patterns if pattern.in_documents and pattern.sign)
        return re.compile("|".join(signs), re.ASCII)

    @cached_property
    def hints(self) -> Hints:
        hints = dict.fromkeys(hint for pattern in self.patterns for hint in pattern.hints)
        inside = tuple(hint.strip("*") for hint in hints if hint.endswith("*"))
        endings = tuple(hint.strip("*") for hint in hints if hint.startswith("*") and not hint.endswith("*"))
        whole = [hint for hint in hints if not hint.startswith("*")]
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, whole))})$")
        return Hints(inside, endings, pattern, frozenset(hint[-2:] for hint in (*endings, *whole)))

    @cached_property
    def nouns(self) -> Mapping[str, re.Pattern[str]]:
        """Kind → what people call it, right before the code."""
        return {
            name: re.compile(rf"\b(?:{'|'.join(map(re.escape, kind.nouns))})s?(?:\s+|\s?:\s*)$", re.ASCII)
            for name, kind in self.kinds.items()
            if kind.nouns
        }

    @cached_property
    def labels(self) -> Labels:
        kinds = {label: name for name, kind in self.kinds.items() for label in kind.labels}
        longest_first = sorted(kinds, key=len, reverse=True)
        return Labels(kinds, re.compile(rf"({'|'.join(longest_first)})\s+([\w.\-]+)"))


@cache
def code_table() -> CodeTable:
    """The packaged rows."""
    return load(CODES.read_text(encoding="utf-8"))


def load(text: str) -> CodeTable:
    """The rows of a text as `codes.yaml` has them, which are trusted: `curation.examples` tells what is wrong."""
    data = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 # both are safe
    pieces = pieces_of(data["pieces"])
    kinds = {name: Kind(**{key: _frozen(value) for key, value in kind.items()}) for name, kind in data["kinds"].items()}
    patterns = tuple(_pattern(row, pieces) for row in data["rows"])
    return CodeTable(kinds, patterns, frozenset(data["words"]))


def pieces_of(written: Mapping[str, str]) -> dict[str, str]:
    """Name in braces → part of a pattern, in which those before it stand as they are."""
    pieces: dict[str, str] = {}
    for name, piece in written.items():
        pieces[f"{{{name}}}"] = source_of(piece, pieces)
    return pieces


def source_of(written: str | Sequence[str], pieces: Mapping[str, str]) -> str:
    """A pattern, or the alternatives of one, with the pieces that it names."""
    source = written if isinstance(written, str) else "|".join(written)
    for name, piece in pieces.items():
        source = source.replace(name, piece)
    return source


def _pattern(row: Mapping[str, Any], pieces: Mapping[str, str]) -> Pattern:
    written, typed, word, sign = (source_of(row.get(name, ""), pieces) for name in ("written", "typed", "word", "sign"))
    return Pattern(
        row["kind"],
        written,
        typed,
        word,
        value_of(row["value"]) if "value" in row else None,
        needs=tuple(row.get("needs", ("",))),
        sign=sign,
        hints=tuple(row.get("hints", ())),
        loose=row.get("loose", False),
        readings=tuple(_reading(reading, pieces) for reading in row.get("also", ())),
    )


def _reading(row: Mapping[str, str], pieces: Mapping[str, str]) -> Reading:
    pattern = re.compile(source_of(row["pattern"], pieces), re.ASCII) if "pattern" in row else None
    return Reading(row["kind"], value_of(row["value"]), pattern)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# -- the one value of all spellings ------------------------------------------------------------------------------------


def value_of(template: str) -> Value:
    """What makes the canonical value of a match, upper case: "{0}-{1}", "ORA-{!i:05}".

    Raise ValueError where the template is none.
    """
    if template == "{}":
        return _joined
    parts = [
        (before, _field(name), _format(sign, spec or "")) for before, name, spec, sign in Formatter().parse(template)
    ]
    return lambda match: "".join(before + form(field(match)) for before, field, form in parts).upper()


def _joined(match: Spelling) -> str:
    """All groups, upper case, without what stands between them."""
    return "".join(filter(None, match.groups())).upper()


def _field(name: str | None) -> Value:
    """What gives the text of a group: by its place among those that matched, or by its name, or all groups joined."""
    if name is None:
        return lambda _: ""
    if not name:
        return _joined
    if name.isdigit():
        return lambda match: [group for group in match.groups() if group][int(name)]
    return lambda match: next(
        text for key, text in match.groupdict().items() if text and key.rstrip("0123456789") == name
    )


def _format(sign: str | None, spec: str) -> Callable[[str], str]:
    if sign == "i":
        return lambda text: format(int(text), spec)
    if sign == "d":
        return lambda text: NOT_DIGITS.sub("", text)
    if sign or spec:
        raise ValueError(f"!{sign} and :{spec} are no way to write a value: use !i or !d")
    return str
