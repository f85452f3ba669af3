"""The forms of a text as numbers. A form is what stands between two blanks, with its punctuation.

    "Nota fiscal, nota"  ──▶  0 1 2, and where each begins

A text is walked once, by a compiled loop that splits, hashes and looks up. What is new is looked at
afterwards, once a form.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from indexes.compiling import compiled
from indexes.postings import Ints

FIRST = 2**12
"""Forms that a table has room for at first."""
FORM = 8
"""Characters of a form, about."""

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
SHIFT = np.uint64(29)
"""A step of the hash multiplies, by 2^64 over the golden ratio; the last one mixes high bits into the low ones."""

BLANKS = np.array([chr(code).isspace() for code in range(0x3001)])
"""Which characters are blanks, as str.split has it; none follows."""


class Table(NamedTuple):
    """Form f has the characters characters[begins[f]:begins[f + 1]] and hashes[f], and stands in a slot, as f + 1.

    Slots are a power of two and twice as many as forms; a form stands in the first free one from its hash on.
    """

    slots: Ints
    hashes: Ints
    begins: Ints
    characters: Ints


@compiled
def _is_blank(code: Any) -> Any:
    return code < len(BLANKS) and BLANKS[code]


@compiled
def _walk(text: Ints, at: Any, table: Table, met: Any, forms: Ints, starts: Ints, count: Any) -> Any:
    """Number the forms of a text from a character on, the new ones from `met` on, until there is no room for another.

    Return where it stopped, how many forms are known then, and how many were numbered. All is one loop: a function
    that is given arrays counts their references, which takes as long as the look-up.
    """
    slots, hashes, begins, characters = table.slots, table.hashes, table.begins, table.characters
    size, last = len(text), np.uint64(len(slots) - 1)
    while True:
        while at < size and _is_blank(text[at]):
            at += 1
        if at == size:
            return at, met, count
        begin, hashed = at, np.uint64(0)
        while at < size and not _is_blank(text[at]):
            hashed = (hashed ^ np.uint64(text[at])) * MULTIPLIER
            at += 1
        hashed ^= hashed >> SHIFT
        slot, length = hashed & last, at - begin
        while slots[slot] > 0:
            form = np.int64(slots[slot]) - 1
            first = begins[form]
            if hashes[form] == hashed and begins[form + 1] - first == length:
                place = 0
                while place < length and characters[first + place] == text[begin + place]:
                    place += 1
                if place == length:
                    break
            slot = (slot + np.uint64(1)) & last
        if slots[slot] == 0:
            first = begins[met]
            if met == len(hashes) or first + length > len(characters):
                return begin, met, count
            for place in range(length):
                characters[first + place] = text[begin + place]
            hashes[met] = hashed
            begins[met + 1] = first + length
            met += 1
            slots[slot] = met
        forms[count], starts[count] = slots[slot] - 1, begin
        count += 1


@compiled
def _fill(slots: Ints, hashes: Ints) -> None:
    """Put forms that are all different into empty slots."""
    last = np.uint64(len(slots) - 1)
    for form in range(len(hashes)):
        slot = hashes[form] & last
        while slots[slot]:
            slot = (slot + np.uint64(1)) & last
        slots[slot] = form + 1


class Forms:
    """Form → number, which `number` gives for each form that is met for the first time."""

    def __init__(self, number: Callable[[str], int]) -> None:
        self._number = number
        self._table = _sized(FIRST, FIRST * FORM)
        self._numbers = np.zeros(FIRST, dtype=np.uint32)
        self._met = 0
        self._forms, self._starts = (np.zeros(0, dtype=np.uint32) for _ in range(2))

    @property
    def bytes(self) -> int:
        return self._numbers.nbytes + sum(array.nbytes for array in self._table)

    def split(self, text: str) -> tuple[Ints, Ints]:
        """The number of each form, and at which character it begins: uint32, the second until the next call only."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        if len(self._starts) <= len(codes) // 2:
            self._forms, self._starts = (np.zeros(len(codes), dtype=np.uint32) for _ in range(2))
        at, count, before = 0, 0, self._met
        while True:
            at, self._met, count = _walk(codes, at, self._table, self._met, self._forms, self._starts, count)
            if at == len(codes):
                break
            self._grow(len(codes) - at)
        if self._met > before:
            self._learn(before)
        return self._numbers[self._forms[:count]], self._starts[:count]

    def _grow(self, length: int) -> None:
        """Make room for more forms, or for that many characters of them."""
        old, used = self._table, int(self._table.begins[self._met])
        forms, room = len(old.hashes), len(old.characters)
        if self._met == forms:
            forms *= 2
        else:
            room = max(2 * room, used + length)
        new = _sized(forms, room)
        new.hashes[: self._met], new.begins[: self._met + 1] = old.hashes[: self._met], old.begins[: self._met + 1]
        new.characters[:used] = old.characters[:used]
        _fill(new.slots, new.hashes[: self._met])
        self._table = new
        self._numbers = np.append(self._numbers, np.zeros(forms - len(self._numbers), dtype=np.uint32))

    def _learn(self, before: int) -> None:
        """Have those numbered that were met since."""
        begins = self._table.begins[before : self._met + 1]
        text = self._table.characters[begins[0] : begins[-1]].tobytes().decode("utf-32-le", "surrogatepass")
        places = (begins - begins[0]).tolist()
        met = (text[begin:end] for begin, end in pairwise(places))
        self._numbers[before : self._met] = [self._number(form) for form in met]


def _sized(forms: int, room: int) -> Table:
    """An empty table with room for so many forms, a power of two, of so many characters together."""
    return Table(
        np.zeros(2 * forms, dtype=np.uint32),
        np.zeros(forms, dtype=np.uint64),
        np.zeros(forms + 1, dtype=np.int64),
        np.zeros(room, dtype=np.uint32),
    )
