"""Evaluates one clause of a query on mapped posting lists: the score of every document, in a few array operations.

Scores are Whoosh's BM25F: the sum over fields of weight · idf · tf·(K1 + 1) / (tf + K1·(1 - B + B·length / average)),
idf = ln(N / (n + 1)) + 1. A score of 0 says that the document does not satisfy the clause.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexes.mapped import FieldPostings, SegmentPostings
from indexes.postings import Ints, spread
from search import ranking
from search.model import Clause

MAX_EXPANSIONS = 128
"""Terms that a prefix stands for at most, in lexical order: `a*` on a real vocabulary would take half the index."""

PLACE_BITS = 24
"""Bits of a position in the key (document, position) that phrases are intersected by: 16 million words a document."""

Scores = NDArray[np.float32]
"""One number a document of the commit, deleted ones included."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment's postings, and the number of its first document in the commit."""

    postings: SegmentPostings
    first: int


class Clauses:
    """`lengths` gives, for each text and code field, the length of that field in every document, float32."""

    def __init__(
        self, parts: Sequence[Part], size: int, lengths: Mapping[str, Scores], totals: Mapping[str, int]
    ) -> None:
        self._parts, self._size = parts, size
        self._norms = {name: _norm(name, lengths[name], totals[name] / max(size, 1)) for name in lengths}

    def evaluate(self, clause: Clause) -> Scores:
        """The score of every document."""
        if clause.kind == "phrase":
            return self._phrase(clause)
        if clause.kind == "prefix":
            return self._prefix(clause.terms[0][0], clause.terms[0][1:])
        return self._best(self._in_all_fields(term) for term in clause.terms[0])

    def _in_all_fields(self, term: str) -> Scores | None:
        """The sum over the fields where a term may stand; None where it stands nowhere."""
        fields = ranking.CODE_FIELDS if ":" in term else ranking.FIELDS
        total: Scores | None = None
        for name, weight in fields.items():
            if found := self._find(name, term.encode()):
                total = np.zeros(self._size, dtype=np.float32) if total is None else total
                self._add(total, name, found, weight)
        return total

    def _prefix(self, start: str, stems: Sequence[str]) -> Scores:
        """The sum over the fields of the best of the terms that begin so, or are one of the stems."""
        total = np.zeros(self._size, dtype=np.float32)
        for name, weight in ranking.FIELDS.items():
            terms = dict.fromkeys((*self._expand(name, start.encode()), *(stem.encode() for stem in stems)))
            total += self._best(self._in_field(name, term, weight) for term in terms)
        return total

    def _in_field(self, name: str, term: bytes, weight: float) -> Scores | None:
        found = self._find(name, term)
        if not found:
            return None
        scores = np.zeros(self._size, dtype=np.float32)
        self._add(scores, name, found, weight)
        return scores

    def _best(self, several: Iterable[Scores | None]) -> Scores:
        best: Scores | None = None
        for scores in several:
            if scores is not None:
                best = scores if best is None else np.maximum(best, scores, out=best)
        return np.zeros(self._size, dtype=np.float32) if best is None else best

    def _find(self, name: str, term: bytes) -> list[tuple[FieldPostings, int, int]]:
        """(postings, number of the term there, first document) of each segment that has the term in that field."""
        found = []
        for part in self._parts:
            field = part.postings.fields.get(name)
            number = field.find(term) if field is not None else -1
            if field is not None and number >= 0:
                found.append((field, number, part.first))
        return found

    def _expand(self, name: str, prefix: bytes) -> list[bytes]:
        terms: set[bytes] = set()
        for part in self._parts:
            if field := part.postings.fields.get(name):
                terms.update(field.terms[number] for number in field.prefixed(prefix, MAX_EXPANSIONS))
        return sorted(terms)[:MAX_EXPANSIONS]

    def _add(self, scores: Scores, name: str, found: list[tuple[FieldPostings, int, int]], weight: float) -> None:
        """Add the scores of one term in one field."""
        count = sum(field.count(number) for field, number, _ in found)
        factor = np.float32(weight * (math.log(self._size / (count + 1)) + 1) * (ranking.K1 + 1))
        norms = self._norms[name]
        for field, number, first in found:
            docs, freqs = field.postings(number)
            at = docs.astype(np.intp)
            at += first
            tf = freqs.astype(np.float32)
            shares = tf / (tf + norms[at])
            shares *= factor
            scores[at] += shares

    # -- phrases ------------------------------------------------------------------------------------------------------

    def _phrase(self, clause: Clause) -> Scores:
        """The sum over the fields: where the words stand side by side, the weight of all of them."""
        total = np.zeros(self._size, dtype=np.float32)
        places = [[term.encode() for term in place] for place in clause.terms]
        for name, weight in ranking.FIELDS.items():
            holding = self._side_by_side(name, places)
            if holding is None:
                continue
            scores = np.zeros(self._size, dtype=np.float32)
            for term in (term for place in places for term in place):
                if found := self._find(name, term):
                    self._add(scores, name, found, weight * ranking.PHRASE_WEIGHT)
            total[holding] += scores[holding]
        return total

    def _side_by_side(self, name: str, places: Sequence[Sequence[bytes]]) -> Ints | None:
        """The documents in which the words stand side by side in that field, or None."""
        holding = []
        for part in self._parts:
            field = part.postings.fields.get(name)
            numbers = [[n for n in map(field.find, place) if n >= 0] for place in places] if field is not None else []
            if field is not None and all(numbers):
                holding.append(_side_by_side(field, numbers, part.postings.documents) + part.first)
        return np.concatenate(holding) if holding else None


def _norm(name: str, lengths: Scores, average: float) -> Scores:
    """K1·(1 - B + B·length / average) of every document."""
    share = ranking.LENGTH_NORM[name]
    return np.asarray(ranking.K1 * ((1 - share) + share * lengths / (average or 1)), dtype=np.float32)


def _side_by_side(field: FieldPostings, places: Sequence[Sequence[int]], documents: int) -> Ints:
    """The documents, ascending, in which terms of the places follow one another; each place has alternatives."""
    candidates = np.ones(documents, dtype=np.bool_)
    for numbers in places:
        here = np.zeros(documents, dtype=np.bool_)
        for number in numbers:
            here[field.postings(number)[0]] = True
        candidates &= here
    keys: Ints | None = None
    order = sorted(range(len(places)), key=lambda place: sum(field.count(number) for number in places[place]))
    for place in order:
        found = np.concatenate([_keys(field, number, candidates) for number in places[place]]) - place
        keys = found if keys is None else keys[np.isin(keys, found)]
        if not len(keys):
            break
    return np.unique(keys >> PLACE_BITS) if keys is not None else np.zeros(0, dtype=np.int64)


def _keys(field: FieldPostings, number: int, candidates: NDArray[np.bool_]) -> Ints:
    """Document << PLACE_BITS | position of every occurrence of a term in the candidates."""
    docs, freqs = field.postings(number)
    wanted = np.flatnonzero(candidates[docs])
    counts = freqs[wanted].astype(np.int64)
    ends = np.cumsum(freqs, dtype=np.int64)[wanted]
    begins = np.cumsum(counts) - counts
    gaps = field.gaps(number, spread(ends - counts, counts)).astype(np.int64)
    positions = np.cumsum(gaps)
    if len(counts):
        positions -= np.repeat(positions[begins] - gaps[begins], counts)
    return (np.repeat(docs[wanted].astype(np.int64), counts) << PLACE_BITS) | positions
