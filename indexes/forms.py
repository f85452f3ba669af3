"""The forms of a text as numbers. A form is what stands between two blanks, with its punctuation.

    "Nota fiscal, nota"  ──▶  0 1 2, and where each begins

    slots    ──▶ high bits of a hash │ offset
    records            number │ length │ n o t a          one after another

A text is walked once, by a compiled loop that splits, hashes and looks up. What is new is looked at afterwards, once a
form. What a look-up waits for is memory, so that it has to touch a slot and a record and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from indexes.compiling import compiled
from indexes.terms import Ints

SLOTS, ROOM = 2**12, 2**15
"""Slots and numbers in records that there are at first. Slots are a power of two."""
HEAD = 2
"""Numbers of a record before its characters. The record at offset 0 holds nothing: an empty slot is 0."""

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
MIXED = np.uint64(29)
"""A step of the hash multiplies, by 2^64 over the golden ratio; the last one mixes high bits into the low ones."""
TAG = np.uint64(32)
OFFSET = np.uint64(2**32 - 1)
"""A slot is the hash's high bits, from bit TAG on, and a record's offset below."""
NEXT = np.uint64(1)

BLANKS = np.array([chr(code).isspace() for code in range(0x3001)])
"""Which characters are blanks, as str.split has it; none follows."""


@compiled
def _is_blank(code: Any) -> Any:
    return code < len(BLANKS) and BLANKS[code]


@compiled
def _walk(text: Ints, at: Any, state: Any, tables: Any, found: Ints, starts: Ints) -> Any:
    """Look up the forms of a text from a character on, and add new ones, until there is no room for another.

    Write the offset of each one's record, and at which character it begins. Return where the walk stopped, and the
    state then: how many forms were looked up, how many have records, and how many numbers those take. All is one loop:
    a function that is given arrays counts their references, which takes as long as a look-up.
    """
    (count, known, used), (slots, records) = state, tables
    size, last = len(text), np.uint64(len(slots) - 1)
    while True:
        while at < size and _is_blank(text[at]):
            at += 1
        if at == size:
            return at, (count, known, used)
        begin, hashed = at, np.uint64(0)
        while at < size and not _is_blank(text[at]):
            hashed = (hashed ^ np.uint64(text[at])) * MULTIPLIER
            at += 1
        hashed ^= hashed >> MIXED
        slot, length = hashed & last, at - begin
        while slots[slot] != 0:
            if slots[slot] >> TAG == hashed >> TAG:
                offset = np.int64(slots[slot] & OFFSET)
                if records[offset + 1] == length:
                    place = 0
                    while place < length and records[offset + HEAD + place] == text[begin + place]:
                        place += 1
                    if place == length:
                        break
            slot = (slot + NEXT) & last
        if slots[slot] == 0:
            if 2 * known == len(slots) or used + HEAD + length > len(records):
                return begin, (count, known, used)
            records[used + 1] = length
            for place in range(length):
                records[used + HEAD + place] = text[begin + place]
            slots[slot] = hashed >> TAG << TAG | np.uint64(used)
            known, used = known + 1, used + HEAD + length
        found[count], starts[count] = slots[slot] & OFFSET, begin
        count += 1


@compiled
def _fill(slots: Ints, records: Ints, used: Any) -> None:
    """Put records, which are all different, into empty slots."""
    last, offset = np.uint64(len(slots) - 1), np.int64(HEAD)
    while offset < used:
        hashed, end = np.uint64(0), offset + HEAD + np.int64(records[offset + 1])
        for place in range(offset + HEAD, end):
            hashed = (hashed ^ np.uint64(records[place])) * MULTIPLIER
        hashed ^= hashed >> MIXED
        slot = hashed & last
        while slots[slot] != 0:
            slot = (slot + NEXT) & last
        slots[slot] = hashed >> TAG << TAG | np.uint64(offset)
        offset = end


class Forms:
    """Form → number, which `number` gives for each form that is met for the first time."""

    def __init__(self, number: Callable[[str], int]) -> None:
        self._number = number
        self._slots, self._records = np.zeros(SLOTS, dtype=np.uint64), np.zeros(ROOM, dtype=np.uint32)
        self._known, self._used = 0, HEAD
        self._found, self._starts = (np.zeros(0, dtype=np.uint32) for _ in range(2))

    @property
    def bytes(self) -> int:
        return self._slots.nbytes + self._records.nbytes

    def split(self, text: str) -> tuple[Ints, Ints]:
        """The number of each form, and at which character it begins: uint32, the second until the next call only."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        if len(self._starts) <= len(codes) // 2:
            self._found, self._starts = (np.zeros(len(codes), dtype=np.uint32) for _ in range(2))
        at, state, before = 0, (0, self._known, self._used), self._used
        while True:
            at, state = _walk(codes, at, state, (self._slots, self._records), self._found, self._starts)
            count, self._known, self._used = state
            if at == len(codes):
                break
            self._grow(HEAD + len(codes) - at)
        if self._used > before:
            self._learn(before)
        return self._records[self._found[:count]], self._starts[:count]

    def _grow(self, length: int) -> None:
        """Make room for another form, whose record is not longer than that."""
        if len(self._records) < self._used + length:
            room = max(2 * len(self._records), self._used + length)
            self._records = np.append(self._records, np.zeros(room - len(self._records), dtype=np.uint32))
        if len(self._slots) == 2 * self._known:
            self._slots = np.zeros(4 * self._known, dtype=np.uint64)
            _fill(self._slots, self._records, self._used)

    def _learn(self, before: int) -> None:
        """Number the forms whose records stand from an offset on."""
        met = list(self._read(before))
        self._records[[offset for offset, _ in met]] = [self._number(form) for _, form in met]

    def _read(self, before: int) -> Iterator[tuple[int, str]]:
        """The records from an offset on; what stands before their characters is read as if it were some, too."""
        text = self._records[before : self._used].tobytes().decode("utf-32-le", "surrogatepass")
        at = 0
        while at < len(text):
            end = at + HEAD + ord(text[at + 1])
            yield before + at, text[at + HEAD : end]
            at = end
