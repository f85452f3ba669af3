"""Evaluates the clauses of a query on mapped posting lists.

Scores are Whoosh's BM25F: the sum over fields of weight · idf · tf·(K1 + 1) / (tf + K1·(1 - B + B·length / average)),
with the idf of `search.ranking`. A score of 0 says that the document does not satisfy the clause. Documents are numbers
in the commit, ascending, deleted ones among them.

    posting lists ──add──▶ one row ──best of the alternatives──▶ a second ──sum of the clauses──▶ a third ──▶ arrays
                  └─────add, where there are no alternatives───────────────────────────────────────────┘
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints, Scores
from indexes.scoring import kernels
from indexes.scoring.accumulators import Row, Rows, best_of, none, sum_of
from indexes.scoring.kernels import Listed
from indexes.scoring.phrase_matcher import side_by_side
from indexes.scoring.term_lookup import Leaf, Leaves, TermLookup, listed, occurrences
from indexes.segment.commit import Commit
from indexes.segment.field_norms import LENGTHS, SCORED
from search import ranking
from search.model import Clause

Found = tuple[Ints, Scores]
"""Documents, and the score of each."""


class Scorer:
    """Thread-safe."""

    def __init__(self, commit: Commit) -> None:
        self._size = commit.size
        self._all_codes = _read_only(np.stack([commit.column(f"length_{name}") for name in SCORED]))
        self._all_norms = _read_only(np.stack([_norms(commit, name) for name in SCORED]))
        self._codes, self._norms = (dict(zip(SCORED, rows, strict=True)) for rows in (self._all_codes, self._all_norms))
        self.lookup = TermLookup(commit)
        self._rows = Rows(commit.size)

    def matches(self, clause: Clause) -> Found:
        """The documents that satisfy a clause, and the score of each."""
        if clause.kind == "either":
            return _best_matches(clause, [self.matches(alternative) for alternative in clause.either], self._size)
        if clause.kind == "phrase":
            fields = list(self._side_by_side(clause, None))
            documents = _union([documents_of for _, documents_of in fields])
            return documents, self._phrase(clause, documents, fields)
        documents, scores, _ = self._sums({clause: 1}, _whole(1))
        return documents, scores

    def any_of(self, clauses: Sequence[Clause], shares: Scores) -> tuple[Ints, Scores, Ints]:
        """The documents that satisfy any of the clauses, their scores, and how many each satisfies.

        The score of who satisfies n of them is shares[n] of their sum. Raise ValueError for more clauses than COUNT.
        """
        if len(clauses) > kernels.COUNT:
            raise ValueError(f"more than {kernels.COUNT} clauses")
        return self._sums(Counter(clauses), shares)

    def documents(self, clause: Clause) -> Ints:
        """The documents that satisfy a clause."""
        return self.matches(clause)[0]

    def scores(self, clause: Clause, documents: Ints) -> Scores:
        """The clause's score of each of the documents."""
        if clause.kind == "either":
            return _best_scores(clause, [self.scores(alternative, documents) for alternative in clause.either])
        if clause.kind == "phrase":
            return self._phrase(clause, documents, self._side_by_side(clause, documents))
        within, across = (best_of, sum_of) if clause.kind == "prefix" else (sum_of, best_of)
        groups = [within([self._leaf(leaf, documents) for leaf in group]) for group in self.lookup.groups(clause)]
        return across(groups) if groups else none(documents)

    def holds(self, clause: Clause, documents: Ints) -> NDArray[np.bool_]:
        """Which of the documents, ascending, satisfy a clause."""
        return self.scores(clause, documents) > 0

    def by_field(self, clause: Clause, document: int) -> dict[str, float]:
        """Field → its share of the score of one document, of the alternative that counts."""
        documents = np.array([document])
        if clause.kind == "either":
            return _best_fields(clause, [self.by_field(alternative, document) for alternative in clause.either])
        if clause.kind == "phrase":
            fields = self._side_by_side(clause, documents)
            return {name: float(self._words(clause, name, among)[0]) for name, among in fields if len(among)}
        shares: list[dict[str, float]] = [
            {leaf.name: float(scores[0]) for leaf in group if (scores := self._leaf(leaf, documents))[0] > 0}
            for group in self.lookup.groups(clause)
        ]
        if clause.kind == "prefix":  # a group is a field, the best of its terms counts
            return {
                group[0].name: max(float(self._leaf(leaf, documents)[0]) for leaf in group)
                for group, share in zip(self.lookup.groups(clause), shares, strict=True)
                if share
            }
        return max(shares, key=lambda alternative: sum(alternative.values()), default={})

    # -- where words stand --------------------------------------------------------------------------------------------

    def norms(self, name: str, documents: Ints) -> Scores:
        """K1·(1 - B + B·length / average) of a field of some documents."""
        norms: Scores = self._norms[name][self._codes[name][documents]]
        return norms

    def title_lengths(self, documents: Ints) -> Scores:
        """How many words the titles of some documents have."""
        lengths: Scores = np.asarray(LENGTHS, dtype=np.float32)[self._codes["title"][documents]]
        return lengths

    def places(self, clause: Clause, name: str, documents: Ints) -> Ints:
        """The keys (see `kernels.PLACE_BITS`) of a word's places in a field of some documents, ascending."""
        leaves = (leaf for group in self.lookup.groups(clause) for leaf in group if leaf.name == name)
        return occurrences([postings for leaf in leaves for postings in leaf.lists], documents)

    def in_title(self, clause: Clause, documents: Ints) -> NDArray[np.bool_]:
        """Which of the documents, ascending, have a word in their titles."""
        leaves = [leaf for group in self.lookup.groups(clause) for leaf in group if leaf.name == "title"]
        return sum_of([self._leaf(leaf, documents) for leaf in leaves] or [none(documents)]) > 0

    # -- words, codes and prefixes ------------------------------------------------------------------------------------

    def _sums(self, clauses: Mapping[Clause, int], shares: Scores) -> tuple[Ints, Scores, Ints]:
        """See any_of; each clause is counted so many times."""
        with self._rows.taken() as (inner, outer, total):
            for clause, times in clauses.items():
                if clause.kind in ("phrase", "either"):
                    outer.fill(*self.matches(clause))
                elif clause.kind == "prefix":
                    outer.fill(*self._begun(self.lookup.groups(clause)))
                elif len(self.lookup.groups(clause)) > 1:
                    self._add(self.lookup.lists(clause), inner, outer)
                else:
                    total.add_lists(self.lookup.lists(clause), self._all_codes, self._all_norms, times)
                    continue
                total.add(outer, times)
            return total.emptied(shares)

    def _begun(self, fields: Sequence[Leaves]) -> Found:
        """The documents of a prefix: of each field the best term counts, of all fields the sum."""
        with self._rows.taken() as (inner, outer, total):
            for group in fields:
                self._add(listed([(leaf,) for leaf in group]), inner, outer)
                total.add(outer)
            documents, scores, _ = total.emptied(_whole(len(fields)))
        return documents, scores

    def _add(self, segments: Iterable[Listed], inner: Row, outer: Row) -> None:
        codes, norms = self._all_codes, self._all_norms
        for lists in segments:
            outer.count = kernels.add_lists(lists, codes, norms, inner.cells, outer.cells, outer.count)

    def _leaf(self, leaf: Leaf, documents: Ints) -> Scores:
        """The scores of one term in one field."""
        scores, codes, norms = none(documents), self._codes[leaf.name], self._norms[leaf.name]
        for postings in leaf.lists:
            kernels.add_scores(postings, codes, norms, leaf.factor, documents, scores)
        return scores

    # -- phrases ------------------------------------------------------------------------------------------------------

    def _phrase(self, clause: Clause, documents: Ints, fields: Iterable[tuple[str, Ints]]) -> Scores:
        """The sum over the fields: where the words stand side by side, the weight of all of them."""
        total = none(documents)
        for name, among in fields:
            if len(among):
                total[documents.searchsorted(among)] += self._words(clause, name, among)
        return total

    def _words(self, clause: Clause, name: str, documents: Ints) -> Scores:
        """The sum of the scores of all words of a phrase in one field."""
        leaves = (leaf for group in self.lookup.groups(clause) for leaf in group if leaf.name == name)
        return sum_of([self._leaf(leaf, documents) for leaf in leaves]) * np.float32(ranking.PHRASE_WEIGHT)

    def _side_by_side(self, clause: Clause, among: Ints | None) -> Iterator[tuple[str, Ints]]:
        """(field, documents) for each field in which the words stand side by side, of all documents or of some."""
        for name, group in groupby(self.lookup.standing(clause), key=lambda standing: standing[0]):
            documents = [side_by_side(words, among) for _, words in group]
            yield name, documents[0] if len(documents) == 1 else np.concatenate(documents)


# -- alternatives: the best of their scores counts, each times its weight ----------------------------------------------


def _best_matches(clause: Clause, matches: Sequence[tuple[Ints, Scores]], size: int) -> tuple[Ints, Scores]:
    """The documents of any alternative, ascending, and the best score of each; `size` documents there are."""
    best = np.zeros(size, dtype=np.float32)
    for alternative, (docs, scores) in zip(clause.either, matches, strict=True):
        best[docs] = np.maximum(best[docs], scores * np.float32(alternative.weight))
    documents = np.flatnonzero(best)
    return documents, best[documents]


def _best_scores(clause: Clause, rows: Sequence[Scores]) -> Scores:
    """The best of the alternatives' scores of some documents."""
    best = np.zeros(len(rows[0]), dtype=np.float32)
    for alternative, scores in zip(clause.either, rows, strict=True):
        np.maximum(best, scores * np.float32(alternative.weight), out=best)
    return best


def _best_fields(clause: Clause, fields: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Field → its share of the score of one document, of the best alternative."""
    weighed = [
        {name: share * alternative.weight for name, share in shares.items()}
        for alternative, shares in zip(clause.either, fields, strict=True)
    ]
    return max(weighed, key=lambda shares: sum(shares.values()))


# -- what stands beside the postings -----------------------------------------------------------------------------------


def _norms(commit: Commit, name: str) -> Scores:
    """K1·(1 - B + B·length / average) of each coded length."""
    total = sum(part.segment.totals[name] for part in commit.parts)
    share, average = ranking.LENGTH_NORM[name], total / max(commit.size, 1) or 1
    return np.asarray(ranking.K1 * ((1 - share) + share * LENGTHS / average), dtype=np.float32)


@cache
def _whole(clauses: int) -> Scores:
    """The shares with which nothing is lost."""
    return np.ones(clauses + 1, dtype=np.float32)


def _union(lists: Sequence[Ints]) -> Ints:
    """The documents of any of the lists, ascending."""
    if len(lists) == 1:
        return lists[0]
    return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *lists]))


def _read_only(array: Ints) -> Ints:
    """A kernel is compiled once for arrays that can be written to, and once for others: mapped ones cannot."""
    array = array.view()
    array.setflags(write=False)
    return array
