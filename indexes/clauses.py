"""Evaluates one clause of a query on mapped posting lists, in a few array operations.

Scores are Whoosh's BM25F: the sum over fields of weight · idf · tf·(K1 + 1) / (tf + K1·(1 - B + B·length / average)),
with the idf of `search.ranking`. A score of 0 says that the document does not satisfy the clause. Documents are numbers
in the commit, ascending, deleted ones among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Scores, Scratch, best_of, in_commit, none, sum_of, union
from indexes.commit import Commit, Part
from indexes.draft import LENGTHS
from indexes.kept import Kept
from indexes.lookup import REMEMBERED, Leaf, Leaves, Lookup
from indexes.mapped import FieldPostings
from indexes.phrases import Phrases, occurrences
from indexes.postings import Ints
from indexes.schema import CODE_FIELDS, TEXT_FIELDS
from search import ranking
from search.model import Clause

SPARSE = 12
"""Where one of two lists is so many times longer than the other, the short one is looked up in it."""

FREQUENT = 1_000
"""Postings of a word from which on its scores are kept, once it was asked for twice: adding them up takes longer than
all else of a search."""
KEPT_BYTES = 64 * 2**20
DENSE = 4
"""Of a word in one of so many documents the score of every document is kept: a row is added faster than it is looked
up in."""


@dataclass(frozen=True, slots=True)
class Word:
    """The documents of a word, ascending, and their scores; `row` has a score of every document."""

    documents: Ints
    scores: Scores
    row: Scores | None

    @property
    def size_bytes(self) -> int:
        return self.documents.nbytes + self.scores.nbytes + (self.row.nbytes if self.row is not None else 0)


class Clauses:
    PLACE_BITS = 32

    def __init__(self, commit: Commit) -> None:
        self._parts, self._size = commit.parts, commit.size
        self._norms = {name: self._norm(commit, name) for name in (*TEXT_FIELDS, *CODE_FIELDS)}
        self.lookup = Lookup(commit)
        self._frequent: Kept[tuple[tuple[str, ...], ...], Word] = Kept(KEPT_BYTES)
        self._asked: set[tuple[tuple[str, ...], ...]] = set()
        self._sums, self._scratch, self._counts = Scratch(np.float32), Scratch(np.float32), Scratch(np.int16)
        self._phrases = Phrases()
        self.title_lengths = np.asarray(LENGTHS, dtype=np.float32)[commit.column("length_title")]

    def matches(self, clause: Clause) -> tuple[Ints, Scores]:
        """The documents that satisfy a clause, and the score of each."""
        word = self._word(clause)
        return (word.documents, word.scores) if word is not None else self._matches(clause)

    def any_of(self, clauses: Sequence[Clause]) -> tuple[Ints, Scores, Ints]:
        """The documents that satisfy any of the clauses, the sum of their scores, and how many each satisfies."""
        several = Counter(clauses)
        if len(several) == 1:  # nothing to put together
            documents, scores = self.matches(clauses[0])
            return documents, scores * len(clauses), np.full(len(documents), len(clauses), dtype=np.int16)
        sums, counts = self._scratch.take(self._size), self._counts.take(self._size)
        for clause, times in several.items():
            word = self._word(clause)
            if word is not None and word.row is not None:
                sums += word.row if times == 1 else word.row * times
                counts += (word.row > 0) if times == 1 else (word.row > 0) * np.int16(times)
            else:
                docs, scores = (word.documents, word.scores) if word is not None else self._matches(clause)
                sums[docs] += scores if times == 1 else scores * times
                counts[docs] += times
        documents = np.flatnonzero(counts)
        found = documents, sums[documents], counts[documents]
        sums[documents] = counts[documents] = 0
        self._scratch.give(sums)
        self._counts.give(counts)
        return found

    def documents(self, clause: Clause) -> Ints:
        """The documents that satisfy a clause."""
        if clause.kind == "phrase":
            return union([found for _, found in self._side_by_side(clause, None)], self._size)
        lists = (each for group in self.lookup.groups(clause) for leaf in group for each in leaf.lists)
        return union([in_commit(field.postings(number)[0], part.first) for field, number, part in lists], self._size)

    def scores(self, clause: Clause, documents: Ints) -> Scores:
        """The clause's score of each of the documents."""
        return self._scores(clause, documents, self._word(clause))

    def holds(self, clause: Clause, documents: Ints) -> NDArray[np.bool_]:
        """Which of the documents, ascending, satisfy a clause."""
        return self._scores(clause, documents, self._frequent.get(clause.terms)) > 0

    def _scores(self, clause: Clause, documents: Ints, word: Word | None) -> Scores:
        if word is not None:
            return self._looked_up(word, documents)
        if clause.kind == "phrase":
            return self._phrase(clause, documents, self._side_by_side(clause, documents))
        within, across = (best_of, sum_of) if clause.kind == "prefix" else (sum_of, best_of)
        groups = (within([self._leaf(leaf, documents) for leaf in group]) for group in self.lookup.groups(clause))
        return across(list(groups)) if self.lookup.groups(clause) else none(documents)

    def by_field(self, clause: Clause, document: int) -> dict[str, float]:
        """Field → its share of the score of one document, of the alternative that counts."""
        documents = np.array([document])
        if clause.kind == "phrase":
            held = self._side_by_side(clause, documents)
            return {name: float(self._words(clause, name, found)[0]) for name, found in held if len(found)}
        shares: list[dict[str, float]] = [
            {leaf.name: float(found[0]) for leaf in group if (found := self._leaf(leaf, documents))[0] > 0}
            for group in self.lookup.groups(clause)
        ]
        if clause.kind == "prefix":  # a group is a field, the best of its terms counts
            return {
                group[0].name: max(float(self._leaf(leaf, documents)[0]) for leaf in group)
                for group, share in zip(self.lookup.groups(clause), shares, strict=True)
                if share
            }
        return max(shares, key=lambda each: sum(each.values()), default={})

    # -- where words stand --------------------------------------------------------------------------------------------

    def norms(self, name: str) -> Scores:
        """K1·(1 - B + B·length / average) of a field of every document."""
        return self._norms[name]

    def places(self, clause: Clause, name: str, documents: Ints) -> Ints:
        """The places of a word in a field of some documents, ascending: index of the document << PLACE_BITS | position.

        Documents ascend.
        """
        found = []
        for leaf in (leaf for group in self.lookup.groups(clause) for leaf in group if leaf.name == name):
            for field, number, part in leaf.lists:
                low, high = documents.searchsorted((part.first, part.end)).tolist()
                if low < high:
                    docs, positions = occurrences(field, number, documents[low:high] - part.first)
                    found.append((documents.searchsorted(docs + part.first) << self.PLACE_BITS) + positions)
        if not found:
            return np.zeros(0, dtype=np.int64)
        return found[0] if len(found) == 1 else np.sort(np.concatenate(found))

    def in_title(self, clause: Clause, documents: Ints) -> NDArray[np.bool_]:
        """Which of the documents, ascending, have a word in their titles."""
        leaves = [leaf for group in self.lookup.groups(clause) for leaf in group if leaf.name == "title"]
        return sum_of([self._leaf(leaf, documents) for leaf in leaves] or [none(documents)]) > 0

    # -- frequent words -----------------------------------------------------------------------------------------------

    def _word(self, clause: Clause) -> Word | None:
        """What is kept of a word or a code, if it is frequent and was asked for by a search before this one."""
        key = clause.terms
        if clause.kind not in ("word", "code"):
            return None
        if (word := self._frequent.get(key)) is not None:
            return word
        if self.lookup.frequency(clause) < FREQUENT:
            return None
        if key not in self._asked:
            if len(self._asked) >= REMEMBERED:
                self._asked.clear()
            self._asked.add(key)
            return None
        documents, scores = self._alternative(clause)
        row = None
        if len(documents) * DENSE > self._size:
            row = np.zeros(self._size, dtype=np.float32)
            row[documents] = scores
            row.setflags(write=False)
        documents.setflags(write=False)
        scores.setflags(write=False)
        word = Word(documents, scores, row)
        self._frequent.keep(key, word, word.size_bytes)
        return word

    def _looked_up(self, word: Word, documents: Ints) -> Scores:
        """The word's score of each of the documents."""
        if word.row is not None:
            return word.row[documents]
        if len(word.documents) > SPARSE * len(documents):
            at = word.documents.searchsorted(documents)
            at[at == len(word.documents)] = 0
            return np.where(word.documents[at] == documents, word.scores[at], np.float32(0))
        row = self._sums.take(self._size)
        row[word.documents] = word.scores
        scores: Scores = row[documents]
        row[word.documents] = 0
        self._sums.give(row)
        return scores

    # -- words, codes and prefixes ------------------------------------------------------------------------------------

    def _matches(self, clause: Clause) -> tuple[Ints, Scores]:
        """The documents that satisfy a clause, and the score of each, worked out."""
        if clause.kind == "phrase":
            held = list(self._side_by_side(clause, None))
            documents = union([found for _, found in held], self._size)
            return documents, self._phrase(clause, documents, held)
        if clause.kind == "prefix":
            documents = self.documents(clause)
            return documents, self._scores(clause, documents, None)
        return self._alternative(clause)

    def _alternative(self, clause: Clause) -> tuple[Ints, Scores]:
        """The documents of a word or a code, and the score of the best alternative."""
        groups = self.lookup.groups(clause)
        if not groups:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        found = [self._group(group) for group in groups]
        if len(found) == 1:
            return found[0]
        documents = union([docs for docs, _ in found], self._size)
        best = none(documents)
        for docs, scores in found:
            at = documents.searchsorted(docs)
            best[at] = np.maximum(best[at], scores)
        return documents, best

    def _group(self, leaves: Leaves) -> tuple[Ints, Scores]:
        """The documents of some leaves, and the sum of their scores, put together where each document has a place."""
        [(field, number, part), *others] = leaves[0].lists
        if len(leaves) == 1 and not others:
            return self._list(leaves[0], field, number, part)
        sums, first = self._sums.take(self._size), True
        for leaf in sorted(leaves, key=lambda leaf: -leaf.count):
            for field, number, part in leaf.lists:
                at, shares = self._list(leaf, field, number, part)
                if first:
                    sums[at], first = shares, False  # half the work of adding to zeros
                else:
                    sums[at] += shares
        documents = np.flatnonzero(sums > 0)
        scores = sums[documents]
        sums[documents] = 0
        self._sums.give(sums)
        return documents, scores

    def _list(self, leaf: Leaf, field: FieldPostings, number: int, part: Part) -> tuple[Ints, Scores]:
        """The documents of one posting list, and their scores."""
        docs, freqs = field.postings(number)
        at = in_commit(docs, part.first)
        shares = self._norms[leaf.name][at]
        tf = freqs.astype(np.float32)
        shares += tf
        np.divide(tf, shares, out=shares)
        shares *= leaf.factor
        return at, shares

    def _leaf(self, leaf: Leaf, documents: Ints) -> Scores:
        """The scores of one term in one field."""
        norms, [(field, number, part), *others] = self._norms[leaf.name], leaf.lists
        if not others and part.first == 0 and part.end == self._size:
            return _shares(field, number, documents, norms) * leaf.factor
        scores = none(documents)
        for field, number, part in leaf.lists:
            low, high = documents.searchsorted((part.first, part.end)).tolist()
            inside = documents[low:high] - part.first
            scores[low:high] = _shares(field, number, inside, norms[part.first : part.end])
        scores *= leaf.factor
        return scores

    def _norm(self, commit: Commit, name: str) -> Scores:
        """K1·(1 - B + B·length / average) of every document."""
        total = sum(part.segment.totals[name] for part in commit.parts)
        share, average = ranking.LENGTH_NORM[name], total / max(commit.size, 1) or 1
        table = np.asarray(ranking.K1 * ((1 - share) + share * LENGTHS / average), dtype=np.float32)
        return table[commit.column(f"length_{name}")]

    # -- phrases ------------------------------------------------------------------------------------------------------

    def _phrase(self, clause: Clause, documents: Ints, held: Iterable[tuple[str, Ints]]) -> Scores:
        """The sum over the fields: where the words stand side by side, the weight of all of them."""
        total = none(documents)
        for name, found in held:
            if len(found):
                total[documents.searchsorted(found)] += self._words(clause, name, found)
        return total

    def _words(self, clause: Clause, name: str, documents: Ints) -> Scores:
        """The sum of the scores of all words of a phrase in one field."""
        leaves = (leaf for group in self.lookup.groups(clause) for leaf in group if leaf.name == name)
        return sum_of([self._leaf(leaf, documents) for leaf in leaves]) * np.float32(ranking.PHRASE_WEIGHT)

    def _side_by_side(self, clause: Clause, among: Ints | None) -> Iterator[tuple[str, Ints]]:
        """(field, documents) for each field in which the words stand side by side, of all documents or of some."""
        for name, several in groupby(self.lookup.standing(clause), key=lambda each: each[0]):
            holding = []
            for _, part, field, places in several:
                inside = None if among is None else among[slice(*among.searchsorted((part.first, part.end)))]
                if part.first and inside is not None:
                    inside = inside - part.first
                found = self._phrases.side_by_side(field, places, inside, part.segment.documents)
                holding.append(in_commit(found, part.first))
            yield name, holding[0] if len(holding) == 1 else np.concatenate(holding)


def _shares(field: FieldPostings, number: int, documents: Ints, norms: Scores) -> Scores:
    """tf / (tf + norm) of each document, 0 where the term does not stand; `norms` of all documents of the segment."""
    docs, freqs = field.postings(number)
    if len(docs) > SPARSE * len(documents):
        at = docs.searchsorted(documents.astype(docs.dtype))
        at[at == len(docs)] = 0
        tf = np.where(docs[at] == documents, freqs[at], 0).astype(np.float32)
        return tf / (tf + norms[documents])
    if len(documents) > SPARSE * len(docs):
        shares = np.zeros(len(documents), dtype=np.float32)
        at = documents.searchsorted(docs)
        at[at == len(documents)] = 0
        there = documents[at] == docs
        at, tf = at[there], freqs[there].astype(np.float32)
        shares[at] = tf / (tf + norms[documents[at]])
        return shares
    dense = np.zeros(len(norms), dtype=freqs.dtype)
    dense[docs] = freqs
    everything = len(documents) == len(norms)
    tf = (dense if everything else dense[documents]).astype(np.float32)
    shares = tf + (norms if everything else norms[documents])
    np.divide(tf, shares, out=shares)
    return shares
