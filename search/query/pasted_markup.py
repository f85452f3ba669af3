"""What elements and members of a pasted text say: XML, SOAP and JSON are left out, but for messages and codes.

<xNome>MARIA</xNome><cStat>778</cStat><xMotivo>Rejeicao: NCM inexistente</xMotivo>
                          ──▶  | | rejeição 778 | Rejeicao: NCM inexistente |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from search import redaction
from search.analysis.analyzer import WORD, Analyzer, fold
from search.identifiers import recognizer

SIGN = re.compile(
    r"erro|exce[pc]|falh|fail|fatal|rejei|rechaz|invalid|mismatch|not found"
    r"|nao (?:encontrad|existe|foi|pode|localizad|e |esta|corresp|confer|permit|autoriz|possui)"
    r"|does not|denied|negad|out of|time.?out|cannot|could not|unable|duplic|overflow|ora-|cstat|violat|deadlock"
    r"|bloquead|locked|inconsisten|divergen|incorret|obrigatori|no se |(?:ja|ya|already) exist|inexist|indisponiv"
    r"|refused|recusad"
)
"""How a folded text says what went wrong."""
TAG = re.compile(r"<([/?!]?)(?:[\w-]{1,40}:)?([\w-]{1,40})(?![\w-])[^<>]{0,2000}>", re.ASCII)
ESCAPED_TAG = re.compile(r"&lt;/?[\w:]{1,40}")
TEXT = re.compile(r'"((?:[^"\\]|\\.){0,1000})"(?:\s{0,3}(:)(?:\s{0,3}(-?\d[\d.]{0,20}))?)?')
"""A text of JSON; with what says that it is a name, and its number if it has one."""
PUNCTUATION = re.compile(r"[{}\[\],:]+|\b(?:true|false|null)\b")
ESCAPED = re.compile(r"\\(?:[nrt]|u[0-9a-f]{4}|.)")
MEMBER = re.compile(r'"[^"\\]{1,100}"\s?:\s?["\d\[{tfn-]')


def unmarked(text: str, analyzer: Analyzer) -> str:
    """A text without markup: of what stands in elements and members, only messages and codes, each between bars."""
    if ESCAPED_TAG.search(text):
        text = unescape(text)
    if TAG.search(text):
        text = "".join(_elements(text, analyzer))
    members = list(MEMBER.finditer(text))
    if not members:
        return text
    start, end = members[0].start(), max(text.rfind("}"), text.rfind('"')) + 1
    return f"{text[:start]} | {' | '.join(_members(text[start:end], analyzer))} | {text[end:]}"


def _elements(text: str, analyzer: Analyzer) -> Iterator[str]:
    """What stands outside of elements as it is, and what the innermost ones say."""
    label, end = "", 0
    for tag in TAG.finditer(text):
        value = text[end : tag.start()]
        yield (
            (f"{message_or_codes(label, value, analyzer)} | " if label else f"{value} | ")
            if value.strip()
            else ("\n" if "\n" in value else "")
        )
        label, end = "" if tag[1] else tag[2], tag.end()
    yield message_or_codes(label, text[end:], analyzer) if label else text[end:]


def _members(text: str, analyzer: Analyzer) -> Iterator[str]:
    """What the members of JSON say, its texts without a name, and what stands between objects."""
    label, end = "", 0
    for match in TEXT.finditer(text):
        yield PUNCTUATION.sub(" ", text[end : match.start()])
        end = match.end()
        if match[2]:
            label = match[1]
            if match[3]:
                yield message_or_codes(label, match[3], analyzer)
        else:
            yield message_or_codes(label, ESCAPED.sub(" ", match[1]), analyzer)
            label = ""


def message_or_codes(label: str, value: str, analyzer: Analyzer) -> str:
    """A value if it is a message; else the codes that it spells, also together with its label, as in "cStat 778"."""
    name = fold(label).rpartition(".")[2]
    if is_message(name, value, analyzer):
        return value
    if redaction.shapes().labels.names(name) and name not in redaction.shapes().labels.telling:
        return ""
    codes = recognizer.in_text(f"{label} {value}")
    return " | ".join(dict.fromkeys(recognizer.spelled(code.identifier) for code in codes))


def is_message(label: str, value: str, analyzer: Analyzer) -> bool:
    """Whether a value says what went wrong, or is a sentence under a label that tells."""
    signed, telling = SIGN.search(fold(value)) is not None, label in redaction.shapes().labels.telling
    return (signed or telling) if says(value, analyzer) else (signed and telling)


def says(text: str, analyzer: Analyzer) -> bool:
    """Whether a text has two words or more that say something."""
    return sum(not analyzer.is_stop_word(word) and not word.isdigit() for word in WORD.findall(text)) > 1
