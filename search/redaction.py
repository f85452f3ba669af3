"""What tells of a person, a machine or a secret, found by its shape, so that nothing keeps it.

    "erro de maria@cliente.com no 11 98765-4321, cfop 5102"  ──spans──▶  the address and the telephone, not the code

The shapes are the rows of `private.yaml`, each with examples. They are for any text: a query, an element, a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from search.analysis.analyzer import fold
from search.identifiers.patterns import pieces_of, source_of

SHAPES = Path(__file__).with_name("private.yaml")
HIDDEN = "hidden"
"""The group of a shape that is private, where not all of it is."""
PARTS = ("honest", "private", "numbers", "names")
"""The parts of the file that have rows."""
ASIDE = "¤"
"""What stands in the place of something honest: no digit, no letter, no sign between digits."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One row: what it finds is private, or honest."""

    name: str
    pattern: re.Pattern[str]
    capitals: bool = False
    only: str = ""
    needs: tuple[str, ...] = ("",)
    digits: int = 0

    def may_match(self, small: str, digits: int) -> bool:
        """Whether a text with so many digits may hold it: quicker to see than a search is to fail."""
        return digits >= self.digits and any(map(small.__contains__, self.needs))


@dataclass(frozen=True, slots=True)
class Labels:
    """What labels of a pasted text say about what follows them; all folded."""

    named: frozenset[str]
    naming: tuple[str, ...]
    address: frozenset[str]
    closing: frozenset[str]
    number: frozenset[str]
    telling: frozenset[str]

    def names(self, label: str) -> bool:
        """Whether somebody or something is named after it, or somewhere and some time is."""
        return label in self.named or any(part in label for part in self.naming)


@dataclass(frozen=True, slots=True)
class Shapes:
    """The rows of a file, by when they are tried."""

    honest: tuple[Shape, ...]
    private: tuple[Shape, ...]
    numbers: tuple[Shape, ...]
    names: tuple[Shape, ...]
    labels: Labels

    def spans(self, text: str, *, pasted: bool = False) -> Iterator[tuple[int, int]]:
        """Where something private stands in a text, in any order; several may overlap."""
        small, kinds = same_length(text), ("", "pasted" if pasted else "typed")
        digits = sum(map(str.isdigit, small))
        for shape in self.private:
            if shape.only in kinds and shape.may_match(small, digits):
                yield from _spans(shape, text, small)
        numbers = [shape for shape in self.numbers if shape.may_match(small, digits) and shape.pattern.search(small)]
        if numbers:  # most texts hold none, and cost no look at what is honest
            small = self._without_honest(small)
            for shape in numbers:
                yield from _spans(shape, text, small)

    def unnamed(self, text: str) -> str:
        """A pasted text without who or what is named after the word for it; the words around make a sentence."""
        for shape in self.names:
            text = shape.pattern.sub(_without_hidden, text)
        return text

    def alone(self, shape: Shape, text: str, *, among_numbers: bool) -> list[str]:
        """What one row finds in a text."""
        small = same_length(text)
        if not shape.may_match(small, sum(map(str.isdigit, small))):
            return []
        small = self._without_honest(small) if among_numbers else small
        return [text[start:end] for start, end in _spans(shape, text, small)]

    def _without_honest(self, small: str) -> str:
        for shape in self.honest:
            small = shape.pattern.sub(_aside, small)
        return small


def tells_of_someone(text: str) -> bool:
    """Whether a text holds anything private."""
    return next(shapes().spans(text), None) is not None


def redacted(text: str, instead: str = " | ") -> str:
    """A pasted text with `instead` in the place of what is private."""
    return instead.join(rest(text))


def unnamed(text: str) -> str:
    """See `Shapes.unnamed`."""
    return shapes().unnamed(text)


def rest(text: str) -> list[str]:
    """A pasted text in the parts between what is private."""
    parts, end = [], 0
    for start, stop in _joined(shapes().spans(text, pasted=True)):
        parts.append(text[end:start])
        end = stop
    return [*parts, text[end:]]


def same_length(text: str) -> str:
    """A text in small letters without accents, character by character."""
    small = fold(text)
    return small if len(small) == len(text) else "".join(fold(character)[:1] or " " for character in text)


def load(text: str) -> Shapes:
    """The rows of a text as `private.yaml` has them, which are trusted: `curation.examples` tells what is wrong."""
    data = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 # both are safe
    pieces = pieces_of(data["pieces"])
    parts = {part: tuple(_shape(row, pieces) for row in data[part]) for part in PARTS}
    labels = Labels(**{name: _words(words, name) for name, words in data["labels"].items()})
    return Shapes(**parts, labels=labels)


def _words(words: str | Sequence[str], name: str) -> Any:
    tokens = (words if isinstance(words, str) else " ".join(words)).split()
    return tuple(tokens) if name == "naming" else frozenset(tokens)


@cache
def shapes() -> Shapes:
    return load(SHAPES.read_text(encoding="utf-8"))


def _shape(row: Mapping[str, Any], pieces: Mapping[str, str]) -> Shape:
    pattern = re.compile(source_of(row["shape"], pieces))
    return Shape(
        row["name"],
        pattern,
        row.get("capitals", False),
        row.get("only", ""),
        tuple(row.get("needs", ("",))),
        row.get("digits", 0),
    )


def _spans(shape: Shape, text: str, small: str) -> Iterator[tuple[int, int]]:
    hidden = shape.pattern.groupindex.get(HIDDEN, 0)
    return (match.span(hidden) for match in shape.pattern.finditer(text if shape.capitals else small))


def _aside(match: re.Match[str]) -> str:
    return ASIDE * len(match[0])


def _without_hidden(match: re.Match[str]) -> str:
    start, end = (place - match.start() for place in match.span(HIDDEN))
    return f"{match[0][:start]} {match[0][end:]}"


def _joined(spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ascending spans, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
