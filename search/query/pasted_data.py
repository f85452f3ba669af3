"""Data that was pasted in one line: known by its form, and spelt the one way that the rest reads.

    {'buyer': 'Ana', 'msg': 'x'}   "{\\"buyer\\":\\"Ana\\"}"   {buyer: "Ana"}   ──▶  {"buyer":"Ana"}
    ?buyer=ana&msg=not+found       <order buyer="Ana" msg="x"/>                ──▶  a line "name= value" for each
    Ana Lima;Recife;not found      "Ana Lima","Recife","not found"             ──▶  cells between bars

Every pattern is tried in time that grows with the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import unquote_plus

from search.query.field_filters import NAMES

SUSPECT = re.compile(r"[<={}\[\]()&;|\t:]|[\"'],|\S,\S.*\S,\S")
"""What every such text holds, and few typed ones."""
ENCODED_MARK = re.compile(r"%(?:7b|22|27|3c)", re.IGNORECASE)
ESCAPED_MARK = re.compile(r"&(?:lt|quot|#34|#39|apos);")
NAME = r"(?<!\w)[^\W\d][\w.-]{0,40}"
ESCAPED_MEMBER = re.compile(r"""\\{1,4}["'][^"'\\\n]{1,60}\\{1,4}["']\s?:""")
QUOTED_MEMBER = re.compile(
    r"""(?<!\w)(["'])((?!\s)[^"'\\\n:{}\[\]]{1,60})\1\s?:\s?(?:["'\d\[{-]|(?:true|false|null|none)\b)""", re.IGNORECASE
)
BARE_MEMBER = re.compile(rf"([{{(\[,]\s{{0,3}})({NAME})\s?[:=]\s?(?=[\"'])")
"""A member whose name has no quotes: of a script, or of a class that prints itself."""
ATTRIBUTE = re.compile(rf"({NAME}(?::[\w.-]{{1,40}})?)\s?=\s?(?:\"([^\"<>]{{0,500}})\"|'([^'<>]{{0,500}})')")
OPENED = re.compile(r"<[\w:.-]{1,60}(?=[\s>])([^<>]{0,2000})>?")
ELEMENT = re.compile(r"<((?!(?:script|style)\b)[\w:.-]{1,60})(?:\s[^<>]{0,500})?>[^<>]{1,2000}</\1\s?>", re.IGNORECASE)
"""An element that holds something; what a page runs, or how it looks, is no data."""
PARAMETER = re.compile(r"(?:^|[?&])([\w.\[\]-]{1,40})=([^\s&=]{0,500})")
QUERY = re.compile(r"\?[\w.\[\]-]{1,40}=[^\s&=]*[^\W\d]|&[\w.\[\]-]{1,40}=[^\s&=]{1,500}")
QUERY_TEXT = re.compile(r"(?<!\S)\S*(?:\?|&)[\w.\[\]-]{1,40}=\S*")
PAIR = re.compile(r"(?<![\w.@%/-])([^\W\d][\w-]{1,30})\s?=\s?(?=[\"']?[^\W\d_])")
ANY_PAIR = re.compile(r"(?<![\w.@%/-])([^\W\d][\w-]{1,30})\s?=\s?(?=[\"']?\w)")
LABELLED = re.compile(r"(?m)(?:^|[,;|{}])\s?([^\W\d]{2,30})\s?:\s?(?=[\"']?[^\W\d])")
CELLS = re.compile(r"(?<=[^\s;|])[;|\t](?=[^\s;|])")
QUOTED_CELLS = re.compile(r"(?<=[^\s,])[\"'],\s?[\"'](?=[^\s,])")
COMMAS = re.compile(r"(?<=[^\W_]),(?=[^\W_])")
NAMED_CELL = re.compile(r"(?:^|,)[A-ZÀ-Þ][\w'.]{1,30} [A-ZÀ-Þ][\w'.]{1,30}(?=[ ,])")
LABELLED_LINE = re.compile(r"(?m)^([^\W\d][\w.-]{1,40})= ")
TEXT = re.compile(r"\"((?:[^\"\\]|\\.){0,1000})\"|'((?:[^'\\]|\\.){0,1000})'")
MIN_PAIRS = 2
"""Of what has no quotes, so many say that it is data: one may be a condition."""


def is_data(text: str) -> bool:
    """Whether a text holds data, whose values may tell of somebody: members, attributes, parameters, pairs, cells."""
    if SUSPECT.search(text) is None and ENCODED_MARK.search(text) is None:
        return False
    text = _decoded(text)
    return _is_marked(text) or _has_pairs(text) or _has_cells(text)


def plain(text: str) -> str:
    """The same with members as JSON has them, and all other data as lines "name= value" or between bars."""
    text = _quoted(_unescaped(_decoded(text)))
    if QUERY.search(text):
        text = QUERY_TEXT.sub(_parameters, text)
    if "<" in text:
        text = OPENED.sub(_attributes, text)
    if QUOTED_MEMBER.search(text):
        return text
    return "\n".join(_cells(line) for line in text.split("\n"))


def names(text: str) -> list[str]:
    """What the values of data are called."""
    spelt = plain(text)
    members = (match[2] for match in QUOTED_MEMBER.finditer(spelt))
    pairs = (match[1] for match in LABELLED_LINE.finditer(spelt))
    elements = (match[1] for match in ELEMENT.finditer(text))
    return list(dict.fromkeys((*members, *pairs, *elements)))


def _decoded(text: str) -> str:
    """A text without the escapes of an address or of markup, where they stand for quotes, braces or elements."""
    if ENCODED_MARK.search(text):
        text = unquote_plus(text)
    return unescape(text) if ESCAPED_MARK.search(text) else text


def _is_marked(text: str) -> bool:
    if QUOTED_MEMBER.search(text) or ESCAPED_MEMBER.search(text) or QUERY.search(text):
        return True
    if any(match[2].lower() not in NAMES for match in BARE_MEMBER.finditer(text)):
        return True
    return "<" in text and (
        ELEMENT.search(text) is not None or any(ATTRIBUTE.search(tag[1]) for tag in OPENED.finditer(text))
    )


def _has_pairs(text: str) -> bool:
    if _strange(PAIR.findall(text)) and _strange(ANY_PAIR.findall(text)) >= MIN_PAIRS:
        return True
    return _strange(LABELLED.findall(text)) >= MIN_PAIRS


def _strange(labels: Iterable[str]) -> int:
    """How many are no field of a query, nor of a table."""
    return sum(label.lower() not in NAMES and not any(map(str.isdigit, label)) for label in labels)


def _has_cells(text: str) -> bool:
    return any(_cells(line) is not line for line in text.split("\n"))


def _cells(line: str) -> str:
    """A line of a table with its cells between bars; another one is itself."""
    if len(QUOTED_CELLS.findall(line)) >= MIN_PAIRS:
        return QUOTED_CELLS.sub(" | ", line)
    if len(CELLS.findall(line)) >= MIN_PAIRS and any(" " in cell.strip() for cell in CELLS.split(line)):
        return CELLS.sub(" | ", line)
    if len(COMMAS.findall(line)) >= MIN_PAIRS and NAMED_CELL.search(line):
        return COMMAS.sub(" | ", line)
    return line


def _unescaped(text: str) -> str:
    """JSON that stands in a text of JSON as if it stood in its place."""
    for _ in range(MIN_PAIRS):
        if ESCAPED_MEMBER.search(text) is None:
            break
        text = re.sub(r"\"(?=\s?[{\[]\s?\\)|(?<=[}\]])\"", "", text)
        text = re.sub(r"\\([\\\"'])", r"\1", text)
    return text


def _quoted(text: str) -> str:
    """Members with names and values in quotes, as JSON has them."""
    text = BARE_MEMBER.sub(lambda match: match[0] if match[2].lower() in NAMES else f'{match[1]}"{match[2]}":', text)
    first = QUOTED_MEMBER.search(text)
    if first is None or "'" not in text[first.start() :]:
        return text
    return text[: first.start()] + TEXT.sub(_double, text[first.start() :])


def _double(match: re.Match[str]) -> str:
    return match[0] if match[1] is not None else '"' + match[2].replace('"', " ") + '"'


def _parameters(match: re.Match[str]) -> str:
    """The parameters of an address, each in a line of its own."""
    before, pairs = re.split(r"(?=[?&])", match[0], maxsplit=1)
    return before + "".join(f"\n{pair[1]}= {unquote_plus(pair[2])}" for pair in PARAMETER.finditer(pairs)) + "\n"


def _attributes(tag: re.Match[str]) -> str:
    """The attributes of an element, each in a line of its own before it."""
    pairs = [(match[1], match[2] or match[3] or "") for match in ATTRIBUTE.finditer(tag[1])]
    lines = (f"\n{name}= {value}\n" for name, value in pairs if not name.startswith("xmlns"))
    return "".join(lines) + tag[0] if pairs else tag[0]
