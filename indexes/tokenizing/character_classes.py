"""What each character is to those who divide texts: compiled loops look it up."""

from __future__ import annotations

import sys
from functools import cache

import numpy as np

from indexes.arrays import Ints

BLANK, LETTER, INNER, SIGN, SMALL, CAPITAL = (1 << bit for bit in range(6))
"""Bits: stands between forms; is a letter or digit; joins parts of a word; a code may hold it; CAPITAL_INSIDE's two."""
NO_LETTERS = 0x40000
"""From here on, Unicode has none, no digits, no blanks."""
CASELESS = 0x20000
"""From here on, it has no capitals."""


@cache
def kinds() -> Ints:
    """The bits of each character, uint8, as the analyzer and the recognizer of `search` have them."""
    classes = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    every = [chr(code) for code in range(NO_LETTERS)]
    classes[:NO_LETTERS] |= np.array([character.isalnum() for character in every]) * np.uint8(LETTER)
    classes[:NO_LETTERS] |= np.array([character.isdecimal() for character in every]) * np.uint8(SIGN)
    classes[:NO_LETTERS] |= np.array([character.isspace() for character in every]) * np.uint8(BLANK)
    classes[[ord(character) for character in "._-–·"]] |= INNER
    classes[ord("_")] |= SIGN
    classes[ord("a") : ord("z") + 1] |= SMALL
    classes[ord("à") : ord("ÿ") + 1] |= SMALL
    classes[ord("A") : ord("Z") + 1] |= CAPITAL
    return classes


@cache
def lowered() -> Ints:
    """Each character in lower case, uint32, where that is one character whatever stands beside it; else as it is."""
    letters = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    for code in range(CASELESS):
        small = chr(code).lower()
        if len(small) == 1 and code != ord("Σ"):
            letters[code] = ord(small)
    return letters
