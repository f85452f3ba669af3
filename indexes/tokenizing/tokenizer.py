"""Texts are divided into words, and words get numbers: the inner loops of a writer.

    "Nota fiscal, nota de cStat=528"   ──divide──▶  nota fiscal nota de cstat 528  ──look up──▶  1 2 1 3 4 5
                                                    and, for it may spell a code: cStat=528

    slots    ──▶ high bits of a hash │ offset
    records            number │ language and length │ n o t a          one after another

A word is in lower case, unless it has a capital inside. What is new is looked at after a look-up, once a word and
language. What a look-up waits for is memory, so that it has to touch a slot and a record and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from indexes.arrays import Ints
from indexes.jit import compiled
from indexes.tokenizing.character_classes import BLANK, CAPITAL, INNER, LETTER, SIGN, SMALL, kinds, lowered

SLOTS, ROOM = 2**12, 2**15
"""Slots and numbers in records that there are at first. Slots are a power of two."""
NUMBER, KIND, HEAD = range(3)
"""What a record begins with, and how long that is. The record at offset 0 is that of the empty word: an empty slot
is 0."""
LANG = np.uint32(24)
"""From this bit on, a kind holds a language; below, the length of a word, which a piece of a text bounds."""
LENGTH = np.uint32(2**24 - 1)

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
MIXED = np.uint64(29)
"""A step of the hash multiplies, by 2^64 over the golden ratio; the last one mixes high bits into the low ones."""
TAG = np.uint64(32)
OFFSET = np.uint64(2**32 - 1)
"""A slot is the hash's high bits, from bit TAG on, and a record's offset below."""
NEXT = np.uint64(1)

S, I, G, A, UNDERSCORE = map(ord, "SIGA_")  # noqa: E741  it is what it says


class Texts(NamedTuple):
    """Texts one after another, a blank between two: characters, where each ends, its language, and whether it goes on
    where another text of its document ended, with a gap between. uint32, int64, uint32, bool."""

    characters: Ints
    ends: Ints
    langs: Ints
    follows: Ints


class Divided(NamedTuple):
    """What texts were divided into, each array with as much room as the texts can need.

    `keys` are the characters of words; word i begins at keys[begins[i]] and has its language and length in words[i],
    where a gap has the length 0. `forms` is where each form begins, which stands between two blanks; those that may
    spell codes begin at coded[i], of lengths[i]. `ends` has a row for each text: how many words, forms and coded forms
    there are up to its end.
    """

    keys: Ints
    begins: Ints
    words: Ints
    forms: Ints
    coded: Ints
    lengths: Ints
    ends: Ints


@compiled
def _divide(texts: Texts, kinds: Ints, lowered: Ints, into: Divided) -> None:  # noqa: PLR0912, PLR0915  see below
    """Divide texts into words, as WORD of `search.analysis.analyzer` has them, and note the forms that CODE_SIGN is in.

    Long because a function that is given arrays counts their references, which takes as long as a word does.
    """
    characters, keys = texts.characters, into.keys
    at, words, forms, coded = 0, 0, 0, 0
    for text in range(len(texts.ends)):
        end, lang = texts.ends[text], texts.langs[text] << LANG
        if texts.follows[text]:
            into.begins[words], into.words[words] = at, 0
            words += 1
        while at < end:
            if kinds[characters[at]] & BLANK:
                at += 1
                continue
            begin, signs = at, 0
            into.forms[forms] = begin
            forms += 1
            while at < end and not kinds[characters[at]] & BLANK:
                if not kinds[characters[at]] & LETTER:
                    signs |= kinds[characters[at]] & SIGN
                    at += 1
                    continue
                first, before, inside = at, 0, False
                while True:
                    kind = kinds[characters[at]]
                    inside |= before & SMALL != 0 and kind & CAPITAL != 0
                    signs |= kind & SIGN
                    if characters[at] == A and at >= begin + 3 and characters[at - 1] == G:
                        signs |= SIGN * (characters[at - 2] == I and characters[at - 3] == S)
                    keys[at] = lowered[characters[at]]
                    at, before = at + 1, kind
                    if at == end:
                        break
                    kind = kinds[characters[at]]
                    if not kind & LETTER and not (kind & INNER and at + 1 < end and kinds[characters[at + 1]] & LETTER):
                        break
                if at < end and characters[at] == UNDERSCORE:
                    keys[at] = UNDERSCORE
                    signs |= SIGN
                    at += 1
                if inside:
                    for place in range(first, at):
                        keys[place] = characters[place]
                into.begins[words], into.words[words] = first, lang | np.uint32(at - first)
                words += 1
            if signs:
                into.coded[coded], into.lengths[coded] = begin, at - begin
                coded += 1
        into.ends[text, 0], into.ends[text, 1], into.ends[text, 2] = words, forms, coded


@compiled
def _look_up(keys: Ints, begins: Ints, kinds: Ints, first: Any, table: Any, state: Any, offsets: Ints) -> Any:
    """Write the offset of each word's record, from the first one on, and add new ones until there is no room.

    Return how far that came, and the state then: how many words have records, and how many numbers those take.
    """
    (slots, records), (words, used) = table, state
    last = np.uint64(len(slots) - 1)
    for index in range(first, len(begins)):
        begin, kind = begins[index], kinds[index]
        length = np.int64(kind & LENGTH)
        if length == 0:
            offsets[index] = 0
            continue
        hashed = np.uint64(kind)
        for place in range(begin, begin + length):
            hashed = (hashed ^ np.uint64(keys[place])) * MULTIPLIER
        hashed ^= hashed >> MIXED
        slot = hashed & last
        while slots[slot] != 0:
            if slots[slot] >> TAG == hashed >> TAG:
                offset = np.int64(slots[slot] & OFFSET)
                if records[offset + KIND] == kind:
                    place = 0
                    while place < length and records[offset + HEAD + place] == keys[begin + place]:
                        place += 1
                    if place == length:
                        break
            slot = (slot + NEXT) & last
        if slots[slot] == 0:
            if 2 * words == len(slots) or used + HEAD + length > len(records):
                return index, (words, used)
            records[used + KIND] = kind
            for place in range(length):
                records[used + HEAD + place] = keys[begin + place]
            slots[slot] = hashed >> TAG << TAG | np.uint64(used)
            words, used = words + 1, used + HEAD + length
        offsets[index] = slots[slot] & OFFSET
    return len(begins), (words, used)


@compiled
def _fill(slots: Ints, records: Ints, used: Any) -> None:
    """Put records, which are all different, into empty slots."""
    last, offset = np.uint64(len(slots) - 1), np.int64(HEAD)
    while offset < used:
        end = offset + HEAD + np.int64(records[offset + KIND] & LENGTH)
        hashed = np.uint64(records[offset + KIND])
        for place in range(offset + HEAD, end):
            hashed = (hashed ^ np.uint64(records[place])) * MULTIPLIER
        hashed ^= hashed >> MIXED
        slot = hashed & last
        while slots[slot] != 0:
            slot = (slot + NEXT) & last
        slots[slot] = hashed >> TAG << TAG | np.uint64(offset)
        offset = end


class Divider:
    """Divides texts; what it gives is good until the next time."""

    def __init__(self) -> None:
        self._make_room(0, 0)

    def _make_room(self, size: int, texts: int) -> None:
        self._room, self._texts = size, texts
        most = size // 2 + 1
        keys, begins, words, forms, coded, lengths = (
            np.empty(length, dtype=np.uint32) for length in (size, most + texts, most + texts, most, most, most)
        )
        self._into = Divided(keys, begins, words, forms, coded, lengths, np.empty((texts, 3), dtype=np.int64))

    def divide(self, texts: Texts) -> Divided:
        """The arrays without the room that was not needed. At least one text."""
        size, count = len(texts.characters), len(texts.ends)
        if size > self._room or count > self._texts:
            self._make_room(max(size, self._room), max(count, self._texts))
        into = self._into
        _divide(texts, kinds(), lowered(), into)
        words, forms, coded = into.ends[count - 1].tolist()
        return Divided(
            keys=into.keys[:size],
            begins=into.begins[:words],
            words=into.words[:words],
            forms=into.forms[:forms],
            coded=into.coded[:coded],
            lengths=into.lengths[:coded],
            ends=into.ends[:count],
        )


class Numbers:
    """(language, word) → number, which `number` gives for each that is met first; the empty word's is 0."""

    def __init__(self, number: Callable[[int, str], int]) -> None:
        self._number = number
        self._slots, self._records = np.zeros(SLOTS, dtype=np.uint64), np.zeros(ROOM, dtype=np.uint32)
        self._known, self._used = 0, HEAD

    @property
    def bytes(self) -> int:
        return self._slots.nbytes + self._records.nbytes

    def of(self, characters: Ints, begins: Ints, kinds: Ints) -> Ints:
        """The number of each word, uint32: of a language and length, of characters from a place on."""
        offsets = np.empty(len(begins), dtype=np.uint32)
        at, before = 0, self._used
        while True:
            table, state = (self._slots, self._records), (self._known, self._used)
            at, (self._known, self._used) = _look_up(characters, begins, kinds, at, table, state, offsets)
            if at == len(begins):
                break
            self._grow(HEAD + int(kinds[at] & LENGTH))
        if self._used > before:
            self._learn(np.unique(offsets[offsets >= before]))
        numbers: Ints = self._records[offsets]
        return numbers

    def _grow(self, length: int) -> None:
        """Make room for another word, whose record is of that length."""
        if len(self._records) < self._used + length:
            room = max(2 * len(self._records), self._used + length)
            self._records = np.append(self._records, np.zeros(room - len(self._records), dtype=np.uint32))
        if len(self._slots) == 2 * self._known:
            self._slots = np.zeros(4 * self._known, dtype=np.uint64)
            _fill(self._slots, self._records, self._used)

    def _learn(self, offsets: Ints) -> None:
        """Number the words whose records stand at these offsets, to the end."""
        first = int(offsets[0])
        records, kinds = self._records[first : self._used].copy(), self._records[offsets + KIND]
        records[offsets - first + KIND] = 0  # a kind is no character
        text = records.tobytes().decode("utf-32-le", "surrogatepass")
        begins = (offsets - first + HEAD).tolist()
        langs, ends = (kinds >> LANG).tolist(), (offsets - first + HEAD + (kinds & LENGTH)).tolist()
        words = (text[begin:end] for begin, end in zip(begins, ends, strict=True))
        self._records[offsets] = [self._number(lang, word) for lang, word in zip(langs, words, strict=True)]
