"""What elements and members of a pasted text say: XML, SOAP and JSON are left out, but for messages and codes.

<xNome>MARIA</xNome><cStat>778</cStat><xMotivo>Rejeicao: NCM inexistente</xMotivo>
                          ──▶  | | rejeição 778 | Rejeicao: NCM inexistente |
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from search import redaction
from search.analysis.analyzer import WORD, fold, is_stop_word
from search.identifiers import recognizer

SIGN = re.compile(
    r"erro|exce[pc]|falh|fail|fatal|rejei|rechaz|invalid|mismatch|not found"
    r"|nao (?:encontrad|existe|foi|pode|localizad|e |esta|corresp|confer|permit|autoriz|possui)"
    r"|does not|denied|negad|out of|time.?out|cannot|could not|unable|duplic|overflow|ora-|cstat|violat|deadlock"
    r"|bloquead|locked|inconsisten|divergen|incorret|obrigatori|no se |(?:ja|ya|already) exist|inexist|indisponiv"
    r"|refused|recusad"
)
"""How a folded text says what went wrong."""
TAG = re.compile(r"<([/?!]?)(?:[\w-]{1,40}:)?([\w-]{1,40})(?![\w-])[^<>]{0,400}>", re.ASCII)
TEXT = re.compile(r'"((?:[^"\\]|\\.){0,1000})"(?:\s{0,3}(:)(?:\s{0,3}(-?\d[\d.]{0,20}))?)?')
"""A text of JSON; with what says that it is a name, and its number if it has one."""
ESCAPED = re.compile(r"\\(?:[nrt]|u[0-9a-f]{4}|.)")
MIN_MEMBERS = 2
"""Names with a value from which on a text is JSON."""
MEMBER = re.compile(r'"\s?:\s?["\d\[{tfn-]')


def unmarked(text: str) -> str:
    """A text without markup: of what stands in elements and members, only messages and codes, each between bars."""
    if TAG.search(text):
        text = "".join(_elements(text))
    if len(MEMBER.findall(text)) < MIN_MEMBERS:
        return text
    start, end = max(text.find("{"), 0), max(text.rfind("}"), text.rfind('"')) + 1
    return f"{text[:start]} | {' | '.join(_members(text[start:end]))} | {text[end:]}"


def _elements(text: str) -> Iterator[str]:
    """What stands outside of elements as it is, and what the innermost ones say."""
    label, end = "", 0
    for tag in TAG.finditer(text):
        value = text[end : tag.start()]
        yield (
            (f"{said(label, value)} | " if label else f"{value} | ")
            if value.strip()
            else ("\n" if "\n" in value else "")
        )
        label, end = "" if tag[1] else tag[2], tag.end()
    yield said(label, text[end:]) if label else text[end:]


def _members(text: str) -> Iterator[str]:
    """What the members of JSON say, and its texts without a name."""
    label = ""
    for match in TEXT.finditer(text):
        if match[2]:
            label = match[1]
            if match[3]:
                yield said(label, match[3])
        else:
            yield said(label, ESCAPED.sub(" ", match[1]))
            label = ""


def said(label: str, value: str) -> str:
    """A value if it is a message; else the codes that it spells, also together with its label, as in "cStat 778"."""
    name = fold(label).rpartition(".")[2]
    if is_message(name, value):
        return value
    if redaction.shapes().labels.names(name) and name not in redaction.shapes().labels.telling:
        return ""
    codes = recognizer.in_text(f"{label} {value}")
    return " | ".join(dict.fromkeys(recognizer.spelled(code.identifier) for code in codes))


def is_message(label: str, value: str) -> bool:
    """Whether a value says what went wrong, or is a sentence under a label that tells."""
    return says(value) and (SIGN.search(fold(value)) is not None or label in redaction.shapes().labels.telling)


def says(text: str) -> bool:
    """Whether a text has two words or more that say something."""
    return sum(not is_stop_word(word) and not word.isdigit() for word in WORD.findall(text)) > 1
