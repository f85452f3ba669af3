"""The words of one field of a segment as strings, bounded in number: what a misspelt word is compared with.

A segment never changes: what was read once serves every commit that holds it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from indexes.arrays import Ints
from indexes.segment.term_dictionary import Terms
from search.suggest import spelling

SHORTEST, LONGEST = 3, 24
"""Letters of a word."""
MOST = 100_000
"""Words at most, the most frequent: some 6 MiB."""
ONCE_IN = 20_000
"""A word that is rarer than once in so many documents is misspelt itself as often as not."""

ENDING = 4
"""Letters that a stem may lack of a word."""

Near = tuple[str, int, int]
"""A word, its term, and how many letters of it are other ones."""


class SpellingDictionary:
    """Words of the letters a to z, sorted; word i is the term `numbers[i]`."""

    def __init__(self, terms: Terms, counts: Ints, documents: int) -> None:
        pairs = [(terms[number], number) for number in _chosen(terms, counts, 1 + documents // ONCE_IN)]
        plain = [(term.decode(), number) for term, number in pairs if term.isalpha()]  # of bytes: nothing but a to z
        self.words, self.numbers = [word for word, _ in plain], [number for _, number in plain]
        self._alike: dict[tuple[int, str], tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))
        for word, number in plain:
            words, numbers = self._alike[len(word), word[0]]
            words.append(word)
            numbers.append(number)

    def near(self, word: str, most: int, letters: str) -> Iterator[Near]:
        """The words that are at most so far away and begin with one of the letters."""
        for length in range(len(word) - most, len(word) + most + 1):
            yield from self._near(word, length, most, letters)

    def begun(self, word: str, most: int, letters: str) -> Iterator[Near]:
        """The stems that a word, without up to ENDING letters at its end, is so near to, as in `near`."""
        for length in range(max(len(word) - ENDING, SHORTEST + most), len(word)):
            yield from self._near(word[:length], length, most, letters)

    def _near(self, word: str, length: int, most: int, letters: str) -> Iterator[Near]:
        for letter in letters:
            words, numbers = self._alike.get((length, letter), ([], []))
            for place, apart in spelling.near(word, words, most):
                yield words[place], numbers[place], apart

    def beginning(self, word: str, most: int) -> Iterator[Near]:
        """The words that begin nearly so, with one of its first two letters."""
        nearest: dict[int, int] = {}
        for letter in dict.fromkeys(word[:2]):
            first, last = bisect_left(self.words, letter), bisect_left(self.words, letter + "\x7f")
            for end in range(len(word) - most, len(word) + most + 1):
                starts = [word_of[:end] for word_of in self.words[first:last]]
                for place, apart in spelling.near(word, starts, most):
                    nearest[first + place] = min(apart, nearest.get(first + place, apart))
        for place, apart in nearest.items():
            yield self.words[place], self.numbers[place], apart


def _chosen(terms: Terms, counts: Ints, least: int) -> list[int]:
    """The numbers of the terms in so many documents that may be words, and of them the most frequent; ascending."""
    sizes = np.diff(terms.offsets)
    numbers = np.flatnonzero((sizes >= SHORTEST) & (sizes <= LONGEST) & (counts >= least))
    if len(numbers) > MOST:
        numbers = np.sort(numbers[np.argsort(-counts[numbers], kind="stable")[:MOST]])
    chosen: list[int] = numbers.tolist()
    return chosen
