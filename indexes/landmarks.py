"""How many words begin before every SPAN-th character of a body: what makes its passages quick (`search.snippets`)."""

from __future__ import annotations

import sys
from functools import cache

import numpy as np

from indexes.compiling import compiled
from indexes.terms import Ints
from search.snippets import SPAN

NO_LETTERS = 0x40000
"""From here on, Unicode has none."""


@compiled
def _count(codes: Ints, letters: Ints, counts: Ints) -> None:
    """Write how many words begin before character SPAN, 2 · SPAN, …."""
    inside, count = False, 0
    for index in range(len(counts)):
        for at in range(index * SPAN, (index + 1) * SPAN):
            before, inside = inside, letters[codes[at]]
            count += inside and not before
        counts[index] = count


def landmarks_of(body: str) -> list[int]:
    """The landmarks of a body; a short one has none."""
    spans = max(len(body) - 1, 0) // SPAN
    if not spans:
        return []
    codes = np.frombuffer(body[: spans * SPAN].encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    counts = np.zeros(spans, dtype=np.int64)
    _count(codes, _letters(), counts)
    return counts.tolist()


@cache
def _letters() -> Ints:
    """Which characters are letters or digits, as PART of `search.snippets` has it."""
    letters = np.zeros(sys.maxunicode + 1, dtype=np.bool_)
    letters[:NO_LETTERS] = [chr(code).isalnum() for code in range(NO_LETTERS)]
    return letters
