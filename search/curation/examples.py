"""Every row of the packaged pattern files is tried on its own examples, so that a wrong one is told by file and line.

codes.yaml ───┬─ typed    "mata 410" ──▶ MATA410      by the row alone, and by all rows together
              ├─ loosely  "e1 vencrea"                likewise, where words may be meant as well
              ├─ also     "se2010" ──▶ table SE2      a further code that the same characters may be
              ├─ written  "o campo E1_VENCREA vazio"  likewise, as documents are indexed
              └─ none     "http 404"                  in which the row sees no code
private.yaml ─┬─ hides    "maria@cliente.com"         in which the row finds something
              ├─ leaves   "caractere arroba"          in which it finds nothing
              └─ keeps    "12.1.2310 12.1.2410"       in which no row does
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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
READ = {"typed": "typed", "loosely": "typed", "also": "typed", "written": "written"}
"""A section of the examples → by which patterns its texts are read."""
SHAPE_VALUES = {"only": ("pasted", "typed"), "capitals": ("true", "false")}
"""The fields of a shape that have few values."""

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
        table = load(text)
        patterns = table.patterns
        broken += [
            f"{path.name}:{line}: {problem}" for row in rows for line, problem in _strange_kinds(row, table.kinds)
        ]
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
    yield from (f"{path.name}:{line}: {problem}" for line, problem in _readings_without_example(patterns, rows))


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
    """What keeps a row from being used, or from being tried."""
    first, tried = first_line(row), row.get("examples", {})
    yield from _strange(row, ROW_NAMES)
    yield from _strange_values(row, {"loose": ("true", "false")})
    asked = [_typed_way(row)] if "typed" in row else []
    asked += ["written"] if "written" in row or "word" in row else []
    for way in asked:
        if not tried.get(way):
            yield first, f"has no example of how a code is {way if way == 'written' else 'typed'}: add one under {way}"
    for way in tried:
        if way not in (*asked, "also", "none"):
            yield _line(way), f"a row like this has no examples {way}, but {', '.join((*asked, 'also', 'none'))}"
    if not tried.get("none"):
        yield first, "has no example of what is no code: add one under examples, none"
    texts = [text for several in tried.get("written", {}).values() for text in several]
    for name in ("hints", "needs"):
        for part in row.get(name, ()):
            if not any(part.strip("*") in (text.lower() if name == "hints" else text) for text in texts):
                yield _line(part), f"{part} of {name} is in no example of written: mend it, or add one"


def _typed_way(row: Row) -> str:
    return "loosely" if row.get("loose") == "true" else "typed"


def _strange_kinds(row: Row, kinds: Iterable[str]) -> Iterator[tuple[int, str]]:
    for part in (row, *row.get("also", ())):
        if part["kind"] not in kinds:
            yield _line(part["kind"]), f"there is no kind {part['kind']}; known are {', '.join(sorted(kinds))}"


def _strange_values(row: Row, values: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    """The values of a row that nobody reads."""
    for name, known in values.items():
        if name in row and row[name] not in known:
            yield _line(row[name]), f"{name} cannot be {row[name]!r}, but {' or '.join(known)}"


def _tried(pattern: Pattern, row: Row) -> Iterator[tuple[int, str]]:
    """(line, what is wrong or "") of each example."""
    for way in READ:
        for value, texts in row["examples"].get(way, {}).items():
            kind, code = value.split(" ", 1) if way == "also" else (pattern.kind, value)
            for text in texts:
                yield text.line, _wrong(pattern, way, text, Identifier(kind, str(code)))
    for text in row["examples"]["none"]:
        read = sorted({code.value for way in ("typed", "written") for code in _alone(pattern, way, text)})
        yield text.line, f"{text!r} is read as {pattern.kind} {read[0]}, and is no code: mend the row" if read else ""


def _wrong(pattern: Pattern, way: str, text: str, wanted: Identifier) -> str:
    alone = _alone(pattern, READ[way], text)
    together = typed(text) if READ[way] == "typed" else indexed(text) if pattern.hints else written(text)
    if wanted in alone and wanted in together:
        return ""
    by = "by all rows together" if wanted in alone else "by this row"
    read = sorted(f"{code.kind} {code.value}" for code in (together if wanted in alone else alone))
    return f"{text!r} is read as {', '.join(read) or 'no code'} {by}, not as {wanted.kind} {wanted.value}: mend the row"


def _readings_without_example(patterns: Iterable[Pattern], rows: Iterable[Row]) -> Iterator[tuple[int, str]]:
    """The readings of `also` that no example of any row that has them shows."""
    lines: dict[tuple[str, ...], int] = {}
    shown: set[tuple[str, ...]] = set()
    for pattern, row in zip(patterns, rows, strict=True):
        wanted = set(row["examples"].get("also", {}))
        texts = {text for several in row["examples"].get("also", {}).values() for text in several}
        matches = [match for text in texts for match in pattern.typed.finditer(recognizer.folded(text))]
        for reading, part in zip(pattern.readings, row.get("also", ()), strict=True):
            name = tuple(part.values())
            lines.setdefault(name, first_line(part))
            if any(f"{code.kind} {code.value}" in wanted for match in matches for code in reading.of(match)):
                shown.add(name)
    for name, line in lines.items():
        if name not in shown:
            yield line, f"no example shows that a code may be {' '.join(name)}: add one under examples, also"


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
    for label, words in rows["labels"].items():
        yield (
            ""
            if " ".join([words] if isinstance(words, str) else words).strip()
            else (f"{path.name}:{_line(label)}: labels has no word under {label}: what it says is said of nothing")
        )
    for part in redaction.PARTS:
        for shape, row in zip(getattr(shapes, part), rows[part], strict=True):
            broken = (*_strange(row, SHAPE_NAMES), *_strange_values(row, SHAPE_VALUES))
            tried = broken or (*_tried_shape(shapes, shape, part, row),)
            yield from (f"{path.name}:{line}: {problem}" if problem else "" for line, problem in tried)


def _tried_shape(shapes: Shapes, shape: Shape, part: str, row: Row) -> Iterator[tuple[int, str]]:
    for name in ("keeps",) if part == "honest" else ("hides", "leaves"):
        if not row.get(name):
            yield first_line(row), f"has no example of what it {name}: add one"
        for text in row.get(name, ()):
            every = [text[start:end] for start, end in shapes.spans(text, pasted=shape.only == "pasted")]
            hidden = every if name == "keeps" else shapes.alone(shape, text, among_numbers=part == "numbers")
            if name == "hides" and part != "names" and not every:
                hidden = []
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
