"""Where a typed text has operators: quotes, -, OR and `name:value`; all else is plain.

boleto OR pix versao:>=12.1.2310 -"nota de débito"
└────┘ └┘ └─┘ └────────────────┘ └───────────────┘
plain  or plain     field          phrase, excluded
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from search.query.field_filters import NAMES

PIECE = re.compile(
    r'(?P<minus>(?<!\S)-)?(?:(?<!\w)(?P<phrase_field>[^\W\d_]{2,13}):)?"(?P<phrase>[^"]*)"'
    r'|(?P<dash>(?<!\S)-)?(?<!\w)(?P<field>[^\W\d_]{2,13}):(?P<value>[^\s":,;()]{1,100})(?=[\s,;)]|$)'
    r"|(?<!\S)(?P<either>OR|OU|O)(?!\S)"
)
"""No part of it can match the same characters in two ways: reading takes time in proportion to the text."""

OPERATORS = re.compile(r'[":]|(?<!\S)O[RU]?(?!\S)')
"""What a text holds that has an operator; most texts hold none of it."""

PieceKind = Literal["plain", "phrase", "field", "or"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """text[start:end] of what was typed; `value` is what stands in the quotes or after the colon, else all of it."""

    kind: PieceKind
    start: int
    end: int
    value: str
    field: str = ""
    excluded: bool = False


def pieces(text: str, lang: str) -> Iterator[Piece]:
    """The pieces of a text in reading order; plain ones hold all that is no operator.

    `lang` is the reader's language: O is Spanish for "or" and an article in Portuguese.
    """
    at = 0
    for match in PIECE.finditer(text):
        piece = _operator(match, text, lang)
        if piece is None:
            continue
        if text[at : piece.start].strip():
            yield Piece(kind="plain", start=at, end=piece.start, value=text[at : piece.start])
        yield piece
        at = piece.end
    if text[at:].strip():
        yield Piece(kind="plain", start=at, end=len(text), value=text[at:])


def _operator(match: re.Match[str], text: str, lang: str) -> Piece | None:
    """The operator that a match is, or None where it only looks like one."""
    start, end = match.span()
    if match["either"] is not None:
        spoken = match["either"] != "O" or (lang == "es" and not text.isupper())
        return Piece(kind="or", start=start, end=end, value=match["either"]) if spoken else None
    if match["value"] is not None:
        if (name := NAMES.get(match["field"].lower())) is None:
            return None
        excluded = match["dash"] is not None
        return Piece(kind="field", start=start, end=end, value=match["value"], field=name, excluded=excluded)
    excluded, name = match["minus"] is not None, NAMES.get((match["phrase_field"] or "").lower(), "")
    if match["phrase_field"] and not name:  # a word with a colon that stands right before quotes
        start, excluded = match.end("phrase_field") + 1, False
    kind: PieceKind = "field" if name else "phrase"
    return Piece(kind=kind, start=start, end=end, value=match["phrase"], field=name, excluded=excluded)
