"""Documents become posting lists: a word costs one look-up, a batch of documents one sort.

    texts ──(divide)──▶ words ──(look up)──▶ numbers ──(invert)──▶ PostingRun

A word is analyzed once, when it is first met; from then on it is a number that stands for its terms and their steps. So
is a form, which is what stands between two blanks, for the codes that it spells. A batch is what fits into the memory
limit; its runs go to files, and are merged when the segment is written.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np

from indexes.arrays import Ints
from indexes.segment.posting_runs import PostingRun, spread
from indexes.tokenizing.tokenizer import Divided, Divider, Numbers, Texts
from indexes.writing.posting_lists import Meanings, inverted, ranked_names
from search.analysis.analyzer import Analyzer, divide, whole
from search.identifiers import recognizer

GAP = 10
"""Positions between two texts of one field, so that no phrase spans them."""

BATCH_TOKENS = 1_000_000
"""Tokens of all fields that a batch holds at most: arrays of more cost more to get than to fill."""
BYTES_PER_TOKEN = 64
"""What a token costs, at most, while its batch is inverted: its form, its posting, its gap, counts of its term."""
BYTES_PER_NAME = 220
"""What a form or a term costs: a string, an entry of a dictionary, its numbers."""

WAITING = 2**16
"""Characters of texts that are looked up at a time, or one text that has more."""
PIECE = 2**20
"""Characters of a text that are split at a time."""


class Names(dict[str, int]):
    """Numbers for names, from 0 on: names[name] gives a new name the next one."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[bytes] = []

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self.names)
        self.names.append(name.encode())
        return number


class Stems(dict[str, int]):
    """Part of a word → number of its term, in one language."""

    def __init__(self, terms: Names, analyzer: Analyzer, lang: str) -> None:
        super().__init__()
        self._terms, self._stemmed, self._lang = terms, analyzer.stemmed, lang

    def __missing__(self, part: str) -> int:
        number = self[part] = self._terms[self._stemmed(part, self._lang)]
        return number


class Vocabulary:
    """Numbers for words, for the terms that they stand for, and for the codes that forms spell."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self.clear()

    def clear(self) -> None:
        """Forget all numbers."""
        self.terms = Names()
        self.codes: list[str] = []
        self.words, self.forms = Numbers(self._add), Numbers(self._add_form)
        self._langs: dict[str, int] = {}
        self._stems: list[Stems] = []
        # Word w stands for the terms word_terms[word_starts[w]:word_starts[w + 1]], at these steps after its place.
        self.word_starts, self.word_terms, self.word_steps = array("I", [0, 0]), array("I"), array("I")
        self.advances = array("I", [GAP])
        self.code_starts = array("I", [0, 0])  # and form f for codes[code_starts[f]:code_starts[f + 1]]

    @property
    def bytes(self) -> int:
        names = sum(map(len, self._stems)) + len(self.terms) + len(self.codes)
        numbers = len(self.word_terms) * 2 + len(self.advances) * 2 + len(self.code_starts)
        return names * BYTES_PER_NAME + numbers * 4 + self.words.bytes + self.forms.bytes

    def meanings(self) -> Meanings:
        """What each word stands for."""
        columns = (self.word_starts, self.word_terms, self.word_steps, self.advances)
        return Meanings(*(np.array(column, dtype=np.uint32) for column in columns))

    def lang(self, name: str) -> int:
        """The number of a language."""
        if name not in self._langs:
            self._langs[name] = len(self._stems)
            self._stems.append(Stems(self.terms, self._analyzer, name))
        return self._langs[name]

    def _add(self, lang: int, word: str) -> int:
        """Give a word the next number; return twice that, plus one for what may be a part of a code."""
        stems, place = self._stems[lang], 1
        if word.isalpha():
            self.word_terms.append(stems[word])
            self.word_steps.append(0)
        else:
            parts = divide(word)
            place = len(parts)
            if place > 1:
                self.word_terms.append(self.terms[whole(word)])
                self.word_steps.append(0)
            self.word_terms.extend(map(stems.__getitem__, parts))
            self.word_steps.extend(range(place))
        self.word_starts.append(len(self.word_terms))
        self.advances.append(place)
        return len(self.advances) - 1 << 1 | recognizer.is_hint(word)

    def _add_form(self, _: int, form: str) -> int:
        """Give a form the next number, or 0 where it spells no code."""
        codes = recognizer.in_word(form)
        if not codes:
            return 0
        self.codes.extend(map(recognizer.term, codes))
        self.code_starts.append(len(self.codes))
        return len(self.code_starts) - 2


class TextBatch:
    """The texts of one field of some documents; `codes` gets the codes that they spell."""

    def __init__(self, vocabulary: Vocabulary, codes: CodeBatch) -> None:
        self._vocabulary, self._codes = vocabulary, codes
        self._divider = Divider()
        self._doc, self._place = -1, 0  # of the document that the last batch ended with: how many places it has
        self._clear()

    def _clear(self) -> None:
        self._words, self._docs, self._ends = array("I"), array("I"), array("Q")
        self._forms, self._form_docs = array("I"), array("I")
        self._wait()

    def _wait(self) -> None:
        """Let texts wait until there are enough to be looked up: each time costs as much as a hundred words."""
        self._waiting, self._size = list[str](), 0
        self._owners, self._langs, self._follows = array("I"), array("I"), array("B")

    def __len__(self) -> int:
        """Words that were looked up: some may wait."""
        return len(self._words)

    def add(self, doc: int, text: str, lang: str, *, follows: bool = False) -> None:
        """Add a text, or the next piece of one, to a document; documents come in ascending order.

        A text that follows another one of its document stands GAP places after it.
        """
        self._waiting.append(text)
        self._owners.append(doc)
        self._langs.append(self._vocabulary.lang(lang))
        self._follows.append(follows)
        self._size += len(text) + 1
        if self._size > WAITING:
            self._look_up()

    def _look_up(self) -> None:
        """Turn the texts that wait into numbers."""
        owners = np.array(self._owners)
        text = "\n".join(self._waiting)
        sizes = np.fromiter(map(len, self._waiting), dtype=np.int64, count=len(owners))
        texts = Texts(
            np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32),
            np.cumsum(sizes + 1) - 1,
            np.array(self._langs),
            np.array(self._follows, dtype=np.bool_),
        )
        divided = self._divider.divide(texts)
        words = self._vocabulary.words.of(divided.keys, divided.begins, divided.words)
        last = np.append(owners[1:] != owners[:-1], True)  # of each document, the end of its last text
        if self._docs and self._docs[-1] == owners[0]:
            del self._docs[-1], self._ends[-1]
        self._docs.frombytes(owners[last].tobytes())
        self._ends.frombytes((divided.ends[last, 0] + len(self._words)).astype(np.uint64).tobytes())
        self._words.frombytes((words >> 1).tobytes())
        forms = self._vocabulary.forms.of(texts.characters, divided.coded, divided.lengths)
        spelling = np.flatnonzero(forms)
        self._forms.frombytes(forms[spelling].tobytes())
        self._form_docs.frombytes(owners[divided.ends[:, 2].searchsorted(spelling, side="right")].tobytes())
        for doc, near in _around(text, divided, np.flatnonzero(words & 1)):
            self._codes.add(int(owners[doc]), map(recognizer.term, recognizer.in_words(near)))
        self._wait()

    def finish(self) -> Batch:
        """Invert what was added; the batch is empty afterwards. A document may go on in the next one."""
        if self._waiting:
            self._look_up()
        vocabulary = self._vocabulary
        words, documents = np.array(self._words, dtype=np.uint32), np.array(self._docs, dtype=np.uint32)
        ends = np.array(self._ends, dtype=np.int64)
        place = self._place if len(documents) and documents[0] == self._doc else 0
        run, lengths, place = inverted(words, documents, ends, vocabulary.meanings(), place, vocabulary.terms.names)
        if len(documents):
            self._doc, self._place = int(documents[-1]), place
        starts, forms = np.array(vocabulary.code_starts, dtype=np.int64), np.array(self._forms, dtype=np.int64)
        counts = np.diff(starts)[forms]
        docs = np.array(self._form_docs, dtype=np.int64).repeat(counts)
        self._codes.add_pairs(docs, spread(starts[forms], counts), vocabulary.codes)
        self._clear()
        return Batch(run, documents, lengths)


def _around(text: str, divided: Divided, hints: Ints) -> Iterator[tuple[int, list[str]]]:
    """The forms around each word that is a hint, with the place of their text: a code may be spelled by several."""
    begins = divided.begins[hints]
    places = divided.forms.searchsorted(begins, side="right") - 1
    owners = divided.ends[:, 0].searchsorted(hints, side="right")
    firsts = np.maximum(places - recognizer.BEFORE, np.append(0, divided.ends[:, 1])[owners])
    ends = np.minimum(places + 1 + recognizer.AFTER, divided.ends[owners, 1])
    starts = np.append(divided.forms, len(text))
    for owner, first, end in zip(owners.tolist(), starts[firsts].tolist(), starts[ends].tolist(), strict=True):
        yield owner, text[first:end].split()


class Batch(NamedTuple):
    """What a batch becomes: a run; `documents` ascending with the `lengths` (terms) of each."""

    run: PostingRun
    documents: Ints
    lengths: Ints


class CodeBatch:
    """Terms without positions: identifiers, values of facets, documents' own ids. Each counts once a document."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._names = Names()
        self._terms, self._docs = array("I"), array("I")

    def __len__(self) -> int:
        return len(self._terms)

    def add(self, doc: int, terms: Iterable[str]) -> None:
        before = len(self._terms)
        self._terms.extend(map(self._names.__getitem__, terms))
        self._docs.extend(repeat(doc, len(self._terms) - before))

    def add_pairs(self, docs: Ints, terms: Ints, names: Sequence[str]) -> None:
        """Add the terms, given as indices of names, each to its document."""
        used, places = np.unique(terms, return_inverse=True)
        numbers = np.array([self._names[names[number]] for number in used.tolist()], dtype=np.uint32)
        self._docs.frombytes(docs.astype(np.uint32).tobytes())
        self._terms.frombytes(numbers[places].tobytes())

    def finish(self) -> tuple[PostingRun, Ints, Ints]:
        """The run, and the documents, ascending, with how many terms each has; the batch is empty afterwards."""
        terms, docs = np.array(self._terms, dtype=np.uint32), np.array(self._docs, dtype=np.uint64)
        ranked, order = ranked_names(self._names.names, np.unique(terms))
        ranks = np.zeros(len(self._names), dtype=np.uint64)
        ranks[order] = np.arange(len(order))
        keys = np.unique(ranks[terms] << np.uint64(32) | docs)
        self._clear()
        docs = keys.astype(np.uint32)
        starts = np.searchsorted(keys, np.arange(len(ranked) + 1, dtype=np.uint64) << np.uint64(32))
        nothing = np.zeros(0, dtype=np.uint8)
        run = PostingRun(ranked, starts, np.zeros_like(starts), docs, np.ones(len(docs), dtype=np.uint8), nothing)
        return run, *np.unique(docs, return_counts=True)


def pieces(text: str) -> Iterator[str]:
    """A text in parts of at most PIECE characters, cut at blanks where there are any."""
    start = 0
    while len(text) - start > PIECE:
        end = max(text.rfind(" ", start, start + PIECE), text.rfind("\n", start, start + PIECE)) + 1 or start + PIECE
        yield text[start:end]
        start = end
    yield text[start:] if start else text
