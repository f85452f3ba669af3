"""Text as people read it: composed, without control characters, blanks collapsed. What needs no parser of markup."""

from __future__ import annotations

import html
import re
import unicodedata

BLANKS = re.compile(r"[^\S\n]+")
CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff]"
)
"""What is not text: control characters, soft hyphens, marks of direction and width."""
SURROGATES = re.compile(r"[\ud800-\udfff]")


def clean(text: str) -> str:
    """Text of one line: entities undone, composed (NFC), without control characters, blanks collapsed."""
    return " ".join(lines(html.unescape(text)).split())


def lines(text: str) -> str:
    """Text of many lines: composed (NFC), without control characters, blanks collapsed, empty lines dropped."""
    text = CONTROLS.sub("", valid(text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")))
    stripped = (BLANKS.sub(" ", line).strip() for line in unicodedata.normalize("NFC", text).split("\n"))
    return "\n".join(line for line in stripped if line)


def valid(text: str) -> str:
    """Text without lone surrogates and NUL, which neither parsers nor databases take."""
    return SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text).replace("\0", "")
