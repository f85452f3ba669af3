"""Every row of the packaged pattern files is tried on its own examples, so that a wrong one is told by file and line.

codes.yaml ───┬─ typed    "mata 410" ──▶ MATA410      by the row alone, and by all rows together
              ├─ written  "o campo E1_VENCREA vazio"  likewise, as documents are indexed
              └─ none     "http 404"                  in which the row sees no code
private.yaml ─┬─ hides    "maria@cliente.com"         in which the row finds something
              ├─ leaves   "caractere arroba"          in which it finds nothing
              └─ keeps    "12.1.2310 12.1.2410"       in which no row does
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from search import redaction
from search.analysis.analyzer import packaged
from search.errors import ConfigError
from search.identifiers import recognizer
from search.identifiers.patterns import CODES, Pattern, load
from search.model import Identifier
from search.redaction import SHAPES, Shape, Shapes

SHAPE_NAMES = frozenset("name shape capitals only needs digits hides leaves keeps".split())
ROW_NAMES = frozenset("kind written typed word value needs sign hints loose also examples".split())
WAYS = {"typed": ("typed",), "written": ("written", "word")}
"""A section of the examples → the patterns of a row that ask for one."""

NO_PATTERN = (re.error, ValueError, LookupError, TypeError, AttributeError)
"""What a pattern or a value raises that is written wrong."""


Row = dict[str, Any]


class Text(str):
    """A text of a YAML file, with the line where it begins."""

    __slots__ = ("line",)
    line: int


def check() -> int:
    """Try all examples; return how many there are. Raise ConfigError with a sentence for each that is wrong."""
    tried = [*tried_codes(CODES), *tried_shapes(SHAPES)]
    problems = [problem for problem in tried if problem]
    if problems:
        raise ConfigError(problems)
    return len(tried)


def tried_codes(path: Path) -> Iterator[str]:
    """For each example of a file like `codes.yaml` what is wrong with it, or ""; for a broken row what is wrong."""
    text = path.read_text(encoding="utf-8")
    rows = lined(text, path)["rows"]
    broken = [f"{path.name}:{line}: {problem}" for row in rows for line, problem in _broken_code(row)]
    try:
        patterns = load(text).patterns
    except NO_PATTERN as error:
        broken.append(f"{path.name}: cannot be used: {error!r}")
    if broken:
        yield from broken
        return
    for pattern, row in zip(patterns, rows, strict=True):
        try:
            tried = [*_tried(pattern, row)]
        except NO_PATTERN as error:
            tried = [(first_line(row), f"cannot be used: {error}")]
        yield from (f"{path.name}:{line}: {problem}" if problem else "" for line, problem in tried)


def lined(text: str, path: Path) -> Any:
    """What a YAML text holds, all scalars as `Text`. Raise ConfigError where it is none."""
    try:
        return _lined(yaml.compose(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError([f"{path.name}:{line}: is not valid YAML: {error.problem}"]) from error


def first_line(row: Row) -> int:
    return next(map(_line, row))


def _line(text: str) -> int:
    return text.line if isinstance(text, Text) else 1


def _lined(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {_lined(key): _lined(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_lined(item) for item in node.value]
    text = Text(node.value if node is not None else "")
    text.line = node.start_mark.line + 1 if node is not None else 1
    return text


def _strange(row: Row, names: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The names of a row that nobody reads."""
    for name in row:
        if name not in names:
            yield _line(name), f"there is no such name as {name}; known are {', '.join(sorted(names))}"


# -- codes -------------------------------------------------------------------------------------------------------------


def _broken_code(row: Row) -> Iterator[tuple[int, str]]:
    """What keeps a row from being used."""
    first = first_line(row)
    yield from _strange(row, ROW_NAMES)
    for way, names in WAYS.items():
        if any(name in row for name in names) and not row.get("examples", {}).get(way):
            yield first, f"has no example of how a code is {way}: add one under examples"
    if not row.get("examples", {}).get("none"):
        yield first, "has no example of what is no code: add one under examples, none"


def _tried(pattern: Pattern, row: Row) -> Iterator[tuple[int, str]]:
    """(line, what is wrong or "") of each example."""
    for way in WAYS:
        for value, texts in row["examples"].get(way, {}).items():
            target = Identifier(pattern.kind, str(value))
            for text in texts:
                yield text.line, _wrong(pattern, way, text, target)
    for text in row["examples"]["none"]:
        read = sorted({code.value for way in WAYS for code in _alone(pattern, way, text)})
        yield text.line, f"{text!r} is read as {pattern.kind} {read[0]}, and is no code: mend the row" if read else ""


def _wrong(pattern: Pattern, way: str, text: str, target: Identifier) -> str:
    alone, together = _alone(pattern, way, text), typed(text) if way == "typed" else written(text)
    if target in alone and target in together:
        return ""
    by = "by all rows together" if target in alone else "by this row"
    read = sorted(f"{code.kind} {code.value}" for code in (together if target in alone else alone))
    return f"{text!r} is read as {', '.join(read) or 'no code'} {by}, not as {target.kind} {target.value}: mend the row"


def _alone(pattern: Pattern, way: str, text: str) -> set[Identifier]:
    """What one row sees in a text."""
    if way == "typed":
        rows = [(pattern, pattern.typed)] if pattern.in_queries else []
        return _all(recognizer.scan(recognizer.folded(text), rows, packaged().stop_words))
    rows = [(pattern, pattern.written)] if pattern.in_documents else []
    rows += [(pattern, pattern.word)] if pattern.in_word else []
    return {code.identifier for code in recognizer.scan(text, rows)}


# -- shapes of what is private -----------------------------------------------------------------------------------------


def tried_shapes(path: Path) -> Iterator[str]:
    """The same for a file like `private.yaml`."""
    text = path.read_text(encoding="utf-8")
    rows = lined(text, path)
    try:
        shapes = redaction.load(text)
    except NO_PATTERN as error:
        yield f"{path.name}: cannot be used: {error!r}"
        return
    parts = (("honest", shapes.honest), ("private", shapes.private), ("numbers", shapes.numbers))
    for part, group in parts:
        for shape, row in zip(group, rows[part], strict=True):
            tried = (*_strange(row, SHAPE_NAMES), *_tried_shape(shapes, shape, part, row))
            yield from (f"{path.name}:{line}: {problem}" if problem else "" for line, problem in tried)


def _tried_shape(shapes: Shapes, shape: Shape, part: str, row: Row) -> Iterator[tuple[int, str]]:
    for name in ("keeps",) if part == "honest" else ("hides", "leaves"):
        if not row.get(name):
            yield first_line(row), f"has no example of what it {name}: add one"
        for text in row.get(name, ()):
            if name == "keeps":
                hidden = [text[start:end] for start, end in shapes.spans(text)]
            else:
                hidden = shapes.alone(shape, text, among_numbers=part == "numbers")
            wrong = bool(hidden) != (name == "hides")
            message = f"{text!r} is found to hold {', '.join(hidden) or 'nothing'} as {shape.name}: mend the row"
            yield _line(text), message if wrong else ""


# -- all rows together -------------------------------------------------------------------------------------------------


def typed(text: str) -> set[Identifier]:
    """The codes that a query may mean."""
    return _all(recognizer.typed(text, packaged().stop_words))


def _all(codes: Iterable[recognizer.CodeSpan]) -> set[Identifier]:
    return {identifier for code in codes for identifier in (code.identifier, *code.also)}


def written(text: str) -> set[Identifier]:
    """The codes of a document with that title or body."""
    return indexed(text) | {code.identifier for code in recognizer.in_text(text)}


def indexed(text: str) -> set[Identifier]:
    """The codes of a body, as an index finds them: word by word, and among a few words around a hint."""
    words = text.split()
    codes = {identifier for word in set(words) for identifier in recognizer.in_word(word)}
    for place, word in enumerate(words):
        if recognizer.is_hint(word):
            codes.update(recognizer.around(words, place))
    return codes
