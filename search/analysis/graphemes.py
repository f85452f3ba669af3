"""Where a text may be cut: never inside of what a reader takes for one character.

A short form of Unicode's extended grapheme clusters (UAX 29): marks, joiners, skin tones, flags and Hangul syllables.
"""

from __future__ import annotations

import unicodedata

JOINER = "\u200d"
EXTENDING = ("Mn", "Mc", "Me")
"""Categories of marks that stand on the character before them."""
JAMO = ("\u1160", "\u11ff")
"""Vowels and finals of Hangul, which belong to the initial before them."""
REACH = 1_000
"""Characters, or halves of flags, that are looked back: no text means a longer row of them."""


def boundary(text: str, at: int) -> int:
    """The last place up to `at` where a text may be cut; at most REACH before it."""
    first = max(at - REACH, 0)
    while first < at < len(text) and _goes_on(text, at):
        at -= 1
    return at


def _goes_on(text: str, at: int) -> bool:
    """Whether the character there belongs to the one before it."""
    character = text[at]
    if character.isascii() or character.isalnum():
        return text[at - 1] == JOINER or JAMO[0] <= character <= JAMO[1]
    if _is_flag(character):
        start = at
        while start > max(at - REACH, 0) and _is_flag(text[start - 1]):
            start -= 1
        return (at - start) % 2 == 1
    return text[at - 1] == JOINER or character == JOINER or _extends(character)


def _extends(character: str) -> bool:
    return (
        unicodedata.category(character) in EXTENDING
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags, as in the flag of Scotland
        or character == "\u200c"
    )


def _is_flag(character: str) -> bool:
    """Half a flag: two regional indicators make one."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"
