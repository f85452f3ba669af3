"""How many words begin before every SPAN-th character of a body: what makes its passages quick."""

from __future__ import annotations

import numpy as np

from indexes.arrays import Ints
from indexes.jit import compiled
from indexes.tokenizing.character_classes import LETTER, kinds
from search.highlighting.snippets import SPAN


@compiled
def _count(codes: Ints, kinds: Ints, counts: Ints) -> None:
    """Write how many words begin before character SPAN, 2 · SPAN, …."""
    inside, count = False, 0
    for index in range(len(counts)):
        for at in range(index * SPAN, (index + 1) * SPAN):
            before, inside = inside, kinds[codes[at]] & LETTER != 0
            count += inside and not before
        counts[index] = count


def word_offsets(body: str) -> list[int]:
    """The word offsets of a body; a short one has none."""
    spans = max(len(body) - 1, 0) // SPAN
    if not spans:
        return []
    codes = np.frombuffer(body[: spans * SPAN].encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    counts = np.zeros(spans, dtype=np.int64)
    _count(codes, kinds(), counts)
    return counts.tolist()
