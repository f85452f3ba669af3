"""Documents become posting lists: a word costs one look-up, a batch of documents one sort.

    text ──words──▶ form numbers ──(expand)──▶ term, document, position ──(sort)──▶ Run

A surface form is analyzed once, when it is first met; from then on it is a number that stands for its terms and their
steps. A batch is what fits into the memory limit; its runs go to files, and are merged when the segment is written.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from indexes.postings import Ints, Run, spread
from search.analysis import WORD, forms

GAP = 10
"""Positions between two texts of one field, so that no phrase spans them."""

BYTES_PER_TOKEN = 100
"""What a token costs while its batch is sorted: the key, the order, and the arrays before and after."""


class Vocabulary:
    """Numbers for terms and surface forms, for the life of a writer."""

    def __init__(self) -> None:
        self.terms: list[bytes] = []
        self._numbers: dict[str, int] = {}
        self._langs: dict[str, _Forms] = {}
        # Form f stands for the terms form_terms[form_starts[f]:form_starts[f + 1]], at these steps after its place.
        self.form_starts, self.form_terms, self.form_steps = array("I", [0, 0]), array("I"), array("H")
        self.advances = array("H", [GAP])

    def forms_of(self, lang: str) -> _Forms:
        """Surface form → number, in that language; a new form gets the next number."""
        if lang not in self._langs:
            self._langs[lang] = _Forms(self, lang)
        return self._langs[lang]

    def term(self, term: str) -> int:
        number = self._numbers.get(term)
        if number is None:
            number = self._numbers[term] = len(self.terms)
            self.terms.append(term.encode())
        return number

    def add_form(self, word: str, lang: str) -> int:
        step = 0
        for term, step, _, _ in forms(word, lang):
            self.form_terms.append(self.term(term))
            self.form_steps.append(step)
        self.form_starts.append(len(self.form_terms))
        self.advances.append(step + 1)
        return len(self.advances) - 1


GAP_FORM = 0
"""The form that stands for no term and takes GAP positions."""


class _Forms(dict[str, int]):
    def __init__(self, vocabulary: Vocabulary, lang: str) -> None:
        super().__init__()
        self._vocabulary, self._lang = vocabulary, lang

    def __missing__(self, word: str) -> int:
        number = self[word] = self._vocabulary.add_form(word, self._lang)
        return number


class TextBatch:
    """The texts of one field of some documents."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._forms = array("I")
        self._docs, self._ends = array("I"), array("Q")

    def __len__(self) -> int:
        return len(self._forms)

    def add(self, doc: int, texts: Iterable[str], lang: str) -> None:
        """Add a document's texts; documents come in ascending order."""
        number_of = self._vocabulary.forms_of(lang).__getitem__
        began = len(self._forms)
        for text in texts:
            words = WORD.findall(text)
            if words and len(self._forms) > began:
                self._forms.append(GAP_FORM)
            self._forms.extend(map(number_of, words))
        if len(self._forms) > began:
            self._docs.append(doc)
            self._ends.append(len(self._forms))

    def finish(self) -> tuple[Run, Ints, Ints]:
        """The run, and for each document that has terms its number and how many; the batch is empty afterwards."""
        vocabulary = self._vocabulary
        found = np.frombuffer(self._forms, dtype=np.uint32) if self._forms else np.zeros(0, dtype=np.uint32)
        documents = np.array(self._docs, dtype=np.int64)
        ends = np.array(self._ends, dtype=np.int64)
        per_doc = np.diff(ends, prepend=0)
        starts = np.array(vocabulary.form_starts, dtype=np.int64)
        counts = np.diff(starts)[found]
        advances = np.array(vocabulary.advances, dtype=np.int64)[found]
        places = np.cumsum(advances) - advances
        if len(ends):
            places -= np.repeat(places[ends - per_doc], per_doc)
        owners = np.repeat(documents, per_doc)
        entries = spread(starts[found], counts)
        terms = np.array(vocabulary.form_terms, dtype=np.uint32)[entries]
        places = np.repeat(places, counts) + np.array(vocabulary.form_steps, dtype=np.int64)[entries]
        owners = np.repeat(owners, counts)
        lengths = np.bincount(np.repeat(np.arange(len(documents)), per_doc), counts, len(documents)).astype(np.int64)
        del found
        self.__init__(vocabulary)  # type: ignore[misc]
        return _sorted_run(vocabulary.terms, terms, owners, places), documents, lengths


class CodeBatch:
    """Terms without positions, at most one of each a document: identifiers, and documents' own ids."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._terms, self._docs = array("I"), array("I")

    def __len__(self) -> int:
        return len(self._terms)

    def add(self, doc: int, terms: Iterable[str]) -> None:
        for term in terms:
            self._terms.append(self._vocabulary.term(term))
            self._docs.append(doc)

    def finish(self) -> tuple[Run, Ints, Ints]:
        """See TextBatch."""
        terms = np.array(self._terms, dtype=np.uint32)
        docs = np.array(self._docs, dtype=np.int64)
        documents, lengths = np.unique(docs, return_counts=True)
        self.__init__(self._vocabulary)  # type: ignore[misc]
        return _sorted_run(self._vocabulary.terms, terms, docs, None), documents, lengths


def _sorted_run(names: Sequence[bytes], terms: Ints, docs: Ints, places: Ints | None) -> Run:
    """One sort of (term, order of arrival) makes posting lists: documents and places come in ascending order."""
    present = np.flatnonzero(np.bincount(terms, minlength=len(names)))
    ranked = sorted(present.tolist(), key=names.__getitem__)
    ranks = np.zeros(len(names), dtype=np.uint64)
    ranks[ranked] = np.arange(len(ranked), dtype=np.uint64)
    keys = ranks[terms] << np.uint64(32)
    keys |= np.arange(len(terms), dtype=np.uint64)
    keys.sort()
    order = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
    rank = (keys >> np.uint64(32)).astype(np.int64)
    docs = docs[order]
    fresh = np.ones(len(docs), dtype=np.bool_)
    fresh[1:] = (rank[1:] != rank[:-1]) | (docs[1:] != docs[:-1])
    first = np.flatnonzero(fresh)
    freqs = np.diff(first, append=len(docs))
    starts = np.searchsorted(rank[first], np.arange(len(ranked) + 1))
    if places is None:
        gaps, place_starts = np.zeros(0, dtype=np.uint32), np.zeros(len(starts), dtype=np.int64)
    else:
        ordered = places[order]
        gaps = np.diff(ordered, prepend=0)
        gaps[first] = ordered[first]
        place_starts = np.append(first, len(docs))[starts]
    return Run(
        [names[number] for number in ranked],
        starts.astype(np.int64),
        place_starts.astype(np.int64),
        docs[first].astype(np.uint32),
        freqs.astype(np.uint32),
        gaps.astype(np.uint32),
    )


def spilled(run: Run, folder: Path, name: str) -> Run:
    """The same run with its arrays in files, which the system keeps in memory only as long as there is room."""
    arrays = {}
    for part in ("starts", "place_starts", "docs", "freqs", "places"):
        path = folder / f"{name}.{part}.npy"
        np.save(path, getattr(run, part))
        arrays[part] = np.load(path, mmap_mode="r") if len(getattr(run, part)) else getattr(run, part)
    return Run(terms=run.terms, **arrays)
