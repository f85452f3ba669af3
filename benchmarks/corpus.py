"""What the benchmarks index and ask beside a file of pages: text made from a Zipf distribution, and long queries."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice

from busca.corpus import page
from search.model import Document

VOCABULARY = 60_000
"""Distinct words of made text: what some ten thousand real pages of one subject hold."""
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "xo", "zu", "ção")


def made(count: int, *, words: int = 250, seed: int = 1) -> Iterator[Document]:
    """`count` documents of about `words` words each, whose frequencies follow Zipf's law (exponent 1)."""
    dice = random.Random(seed)
    vocabulary = [_word(number) for number in range(VOCABULARY)]
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    for number in range(count):
        text = dice.choices(vocabulary, cum_weights=weights, k=dice.randrange(words // 2, words * 3 // 2))
        title = " ".join(dice.choices(vocabulary, cum_weights=weights, k=6))
        yield page(number, title, " ".join(text), product=f"produto {number % 40}")


def made_queries(count: int, *, seed: int = 2) -> list[str]:
    """Queries of one to four words, rarer words more often than a text has them: people leave out the small ones."""
    dice = random.Random(seed)
    ranks = [int(VOCABULARY ** dice.random()) for _ in range(count * 4)]
    return [" ".join(_word(ranks[place * 4 + step]) for step in range(1 + place % 4)) for place in range(count)]


def long_queries(documents: Iterable[Document], *, every: int = 97, seed: int = 3) -> Iterator[str]:
    """Ten to fourteen words in a row, from the middle of every so many-th document."""
    dice = random.Random(seed)
    for document in islice(documents, 0, None, every):
        words = [word for word in document.body.split() if word.isalpha()]
        if len(words) > 50:
            start = dice.randrange(len(words) - 20)
            yield " ".join(words[start : start + dice.randrange(10, 15)])


def _word(number: int) -> str:
    """The word of that rank: the digits of a number in base 16, spelled in syllables."""
    parts = []
    number += len(SYLLABLES)
    while number:
        number, digit = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[digit])
    return "".join(parts)
