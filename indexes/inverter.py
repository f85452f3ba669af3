"""Documents become posting lists: a word costs one look-up, a batch of documents one sort.

    text ──split──▶ form numbers ──(expand)──▶ term, document, place ──(sort)──▶ Run

A form is what stands between two blanks. It is analyzed once, when it is first met; from then on it is a number that
stands for its terms, their steps, and the codes that it spells. A batch is what fits into the memory limit; its runs go
to files, and are merged when the segment is written.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import repeat

import numpy as np

from indexes.forms import Forms
from indexes.inversion import Meanings, inverted, ranked_names
from indexes.postings import Run, spread
from indexes.terms import Ints
from search import identifiers
from search.analysis import CAPITAL_INSIDE, WORD, divide, stemmed, whole
from search.model import Identifier

GAP = 10
"""Positions between two texts of one field, so that no phrase spans them."""

BATCH_TOKENS = 1_000_000
"""Tokens of all fields that a batch holds at most: arrays of more cost more to get than to fill."""
BYTES_PER_TOKEN = 64
"""What a token costs, at most, while its batch is inverted: its form, its posting, its gap, counts of its term."""
BYTES_PER_NAME = 220
"""What a form or a term costs: a string, an entry of a dictionary, its numbers."""

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

    def __init__(self, terms: Names, lang: str) -> None:
        super().__init__()
        self._terms, self._lang = terms, lang

    def __missing__(self, part: str) -> int:
        number = self[part] = self._terms[stemmed(part, self._lang)]
        return number


class Vocabulary:
    """Numbers for forms, for the terms that they stand for, and for the codes that they spell."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all numbers."""
        self.terms = Names()
        self.codes: list[str] = []
        self._langs: dict[str, Forms] = {}
        self._known: dict[str, dict[str, int]] = defaultdict(dict)  # language → form → number of its meaning
        self._stems: dict[str, Stems] = {}
        # Form f stands for the terms form_terms[form_starts[f]:form_starts[f + 1]], at these steps after its place.
        self.form_starts, self.form_terms, self.form_steps = array("I", [0, 0]), array("I"), array("I")
        self.advances = array("I", [GAP])
        self.code_starts = array("I", [0, 0])  # and for codes[code_starts[f]:code_starts[f + 1]]

    @property
    def bytes(self) -> int:
        names = sum(map(len, (*self._known.values(), *self._stems.values()))) + len(self.terms) + len(self.codes)
        return names * BYTES_PER_NAME + sum(forms.bytes for forms in self._langs.values())

    def meanings(self) -> Meanings:
        """What each form stands for."""
        columns = (self.form_starts, self.form_terms, self.form_steps, self.advances)
        return Meanings(*(np.array(column, dtype=np.uint32) for column in columns))

    def forms_of(self, lang: str) -> Forms:
        """Form → twice its number, in that language, one more where it may be a part of a code of several words."""
        if lang not in self._langs:
            self._stems[lang] = Stems(self.terms, lang)
            self._langs[lang] = Forms(partial(self._number, self._stems[lang], self._known[lang]))
        return self._langs[lang]

    def _number(self, stems: Stems, known: dict[str, int], form: str) -> int:
        """What holds no code is the same in lower case and without the punctuation around it."""
        bare = form.strip(AROUND)
        plain = bare.lower()
        if plain != form and (len(plain) != len(bare) or _is_special(bare)):
            plain = form
        number = known.get(plain)
        if number is None:
            number = known[plain] = self._add(plain, stems) << 1 | identifiers.is_hint(plain)
        return number

    def _add(self, form: str, stems: Stems) -> int:
        """Give a form the next number."""
        place = 0
        if plain := form.isalpha():
            self.form_terms.append(stems[form])
            self.form_steps.append(0)
            place = 1
        else:
            for word in WORD.findall(form):
                parts = divide(word)
                if len(parts) > 1:
                    self.form_terms.append(self.terms[whole(word)])
                    self.form_steps.append(place)
                self.form_terms.extend(map(stems.__getitem__, parts))
                self.form_steps.extend(range(place, place + len(parts)))
                place += len(parts)
        self.form_starts.append(len(self.form_terms))
        self.advances.append(place)
        if not plain or identifiers.CODE_SIGN.search(form):
            self.codes.extend(identifiers.term(each) for each in identifiers.in_word(form))
        self.code_starts.append(len(self.codes))
        return len(self.advances) - 1


AROUND = ".,;:!?()[]{}<>\"'“”‘’«»…-–—/\\|*=+%$#&@~`´^•→"
"""What stands before and after words, and is part of none."""
UNFOLDED = re.compile(f"{identifiers.CODE_SIGN.pattern}|{CAPITAL_INSIDE.pattern}")
"""What codes hold, and names that are not stemmed."""


def _is_special(bare: str) -> bool:
    """Whether a form differs from the same in lower case by more than capitals: it may be a code, or a name."""
    return not (bare.isalpha() and bare[1:].islower()) and UNFOLDED.search(bare) is not None


GAP_FORM = 0
"""The form that stands for no term and takes GAP positions."""


class TextBatch:
    """The texts of one field of some documents."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._doc, self._place = -1, 0  # of the document that the last batch ended with: how many places it has
        self._clear()

    def _clear(self) -> None:
        self._forms = array("I")
        self._docs, self._ends = array("I"), array("Q")

    def __len__(self) -> int:
        return len(self._forms)

    def add(self, doc: int, text: str, lang: str, *, follows: bool = False) -> Iterable[str]:
        """Add a text, or the next piece of one, to a document; documents come in ascending order.

        A text that follows another one of its document stands GAP places after it. Return the codes that several of
        its words spell.
        """
        if follows:
            self._forms.append(GAP_FORM)
        numbers, starts = self._vocabulary.forms_of(lang).split(text)
        self._forms.frombytes((numbers >> 1).tobytes())
        if self._docs and self._docs[-1] == doc:
            self._ends[-1] = len(self._forms)
        else:
            self._docs.append(doc)
            self._ends.append(len(self._forms))
        hints = np.flatnonzero(numbers & 1).tolist()
        return [identifiers.term(each) for place in hints for each in _around(text, starts, place)]

    def finish(self) -> Batch:
        """Invert what was added; the batch is empty afterwards. A document may go on in the next one."""
        vocabulary = self._vocabulary
        forms = np.array(self._forms, dtype=np.uint32)
        documents = np.array(self._docs, dtype=np.uint32)
        ends = np.array(self._ends, dtype=np.int64)
        self._clear()
        place = self._place if len(documents) and documents[0] == self._doc else 0
        run, lengths, place = inverted(forms, documents, ends, vocabulary.meanings(), place, vocabulary.terms.names)
        if len(documents):
            self._doc, self._place = int(documents[-1]), place
        return Batch(run, documents, lengths, *self._codes(forms, documents, ends))

    def _codes(self, forms: Ints, documents: Ints, ends: Ints) -> tuple[Ints, Ints]:
        """The codes that forms spell: the document of each, and its place in the vocabulary's codes."""
        starts = np.array(self._vocabulary.code_starts, dtype=np.int64)
        counts = np.diff(starts)
        spelling = np.flatnonzero(counts[forms])
        forms, docs = forms[spelling], documents[ends.searchsorted(spelling, side="right")]
        return np.repeat(docs, counts[forms]), spread(starts[forms], counts[forms])


def _around(text: str, starts: Ints, place: int) -> Iterable[Identifier]:
    """The codes that a form spells with those beside it; form i begins at text[starts[i]]."""
    first, end = max(0, place - identifiers.BEFORE), place + 1 + identifiers.AFTER
    words = text[starts[first] : starts[end] if end < len(starts) else None].split()
    return identifiers.around(words, place - first)


class Batch:
    """What a batch becomes: a run; `documents` ascending with the `lengths` (terms) of each; the `codes` that
    texts spell, as places in the vocabulary's, with the document of each."""

    def __init__(self, run: Run, documents: Ints, lengths: Ints, code_docs: Ints, codes: Ints) -> None:
        self.run, self.documents, self.lengths = run, documents, lengths
        self.code_docs, self.codes = code_docs, codes


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
        numbers = np.array([self._names[names[each]] for each in used.tolist()], dtype=np.uint32)
        self._docs.frombytes(docs.astype(np.uint32).tobytes())
        self._terms.frombytes(numbers[places].tobytes())

    def finish(self) -> tuple[Run, Ints, Ints]:
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
        run = Run(ranked, starts, np.zeros_like(starts), docs, np.ones(len(docs), dtype=np.uint8), nothing)
        return run, *np.unique(docs, return_counts=True)


def pieces(text: str) -> Iterator[str]:
    """A text in parts of at most PIECE characters, cut at blanks where there are any."""
    start = 0
    while len(text) - start > PIECE:
        end = max(text.rfind(" ", start, start + PIECE), text.rfind("\n", start, start + PIECE)) + 1 or start + PIECE
        yield text[start:end]
        start = end
    yield text[start:] if start else text
