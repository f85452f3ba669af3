"""Where the terms of a clause stand in the files of a commit; looked up once for all steps of a search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from indexes.arrays import Ints
from indexes.scoring import kernels
from indexes.scoring.kernels import Listed, Lists
from indexes.segment.commit import Commit
from indexes.segment.field_norms import SCORED
from indexes.segment.segment_reader import Postings
from search import ranking
from search.model import Clause

MAX_EXPANSIONS = 128
"""Terms that a prefix stands for at most, in lexical order: `a*` on a real vocabulary would take half the index."""

REMEMBERED = 10_000
"""Scorer of which it is remembered where their terms stand."""


SUITED = {"title": ("title", "title_codes")}
"""Where a clause is looked for that names a field: that field, and the codes that stand in it."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One term in one field: its postings in every segment that has it, its idf, and what that and its weight make."""

    name: str
    idf: float
    factor: np.float32
    lists: tuple[Postings, ...]

    @property
    def count(self) -> int:
        """In how many documents it stands."""
        return sum(postings.end - postings.begin for postings in self.lists)


Leaves = tuple[Leaf, ...]
Standing = tuple[str, list[Sequence[Postings]]]
"""Where a phrase may stand: a field of a segment, and the postings of each word's alternatives in it."""


def within(clause: Clause, weights: Mapping[str, float]) -> Mapping[str, float]:
    """The fields, with their weights, that a clause is looked for in."""
    if not clause.field:
        return weights
    named = SUITED.get(clause.field, (clause.field,))
    return {name: weight for name, weight in weights.items() if name in named}


def occurrences(lists: Sequence[Postings], documents: Ints) -> Ints:
    """The key of each place of some posting lists in some documents, ascending."""
    keys = [kernels.occurrences(postings, documents) for postings in lists]
    return keys[0] if len(keys) == 1 else np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *keys]))


def listed(groups: Sequence[Leaves]) -> tuple[Listed, ...]:
    """The lists of several alternatives, segment by segment."""
    rows: dict[int, list[tuple[Postings, Leaf, int]]] = {}
    for number, group in enumerate(groups):
        for leaf in group:
            for postings in leaf.lists:
                rows.setdefault(postings.first, []).append((postings, leaf, number))
    segments = []
    for first, entries in rows.items():
        numbers = [number for _, _, number in entries]
        lists = Lists(
            np.array([postings.begin for postings, _, _ in entries]),
            np.array([postings.end for postings, _, _ in entries]),
            np.array([SCORED.index(leaf.name) for _, leaf, _ in entries]),
            np.array([leaf.factor for _, leaf, _ in entries]),
            np.diff(numbers, append=-1) != 0,
        )
        segments.append((entries[0][0].arrays, first, lists))
    return tuple(segments)


class TermLookup:
    def __init__(self, commit: Commit) -> None:
        self._parts, self._size = commit.parts, commit.size
        self._known: dict[Clause, tuple[Leaves, ...]] = {}
        self._known_lists: dict[Clause, tuple[Listed, ...]] = {}
        self._known_phrases: dict[Clause, list[Standing]] = {}

    def frequency(self, clause: Clause) -> int:
        """In how many documents the clause's terms stand, counted once a field: what to look at first."""
        if clause.kind == "either":
            return sum(self.frequency(alternative) for alternative in clause.either)
        return sum(leaf.count for group in self.groups(clause) for leaf in group)

    def idf(self, clause: Clause) -> float:
        """The weight of a word or a code: that of its most frequent term."""
        return min((leaf.idf for group in self.groups(clause) for leaf in group), default=0.0)

    def codes(self, beginning: str) -> tuple[str, ...]:
        """Codes that begin so, as terms, at most MAX_EXPANSIONS of a segment."""
        expansions: set[bytes] = set()
        for part in self._parts:
            if field := part.segment.fields.get("codes"):
                expansions.update(field.terms[number] for number in field.prefixed(beginning.encode(), MAX_EXPANSIONS))
        return tuple(sorted(term.decode() for term in expansions))

    def groups(self, clause: Clause) -> tuple[Leaves, ...]:
        """What satisfies a clause, as it stands in the files.

        A group of a word is an alternative, the sum of its fields; a group of a prefix is a field, the best of its
        terms. A phrase's are its words.
        """
        leaves = self._known.get(clause)
        if leaves is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            groups = self._fields(clause) if clause.kind == "prefix" else self._alternatives(clause)
            leaves = self._known[clause] = tuple(group for group in map(tuple, groups) if group)
        return leaves

    def lists(self, clause: Clause) -> tuple[Listed, ...]:
        """The lists of a word or a code, segment by segment."""
        lists = self._known_lists.get(clause)
        if lists is None:
            if len(self._known_lists) >= REMEMBERED:
                self._known_lists.clear()
            lists = self._known_lists[clause] = listed(self.groups(clause))
        return lists

    def _alternatives(self, clause: Clause) -> Iterator[Iterator[Leaf]]:
        for term in chain(*clause.terms):
            weights = within(clause, ranking.CODE_FIELDS if ":" in term else ranking.FIELDS)
            yield self._found((name, weight, term.encode()) for name, weight in weights.items())

    def _fields(self, clause: Clause) -> Iterator[Iterator[Leaf]]:
        start, *stems = (term.encode() for term in clause.terms[0])
        for name, weight in within(clause, ranking.FIELDS).items():
            expansions: set[bytes] = set()
            for part in self._parts:
                if field := part.segment.fields.get(name):
                    expansions.update(field.terms[number] for number in field.prefixed(start, MAX_EXPANSIONS))
            terms = dict.fromkeys((*sorted(expansions)[:MAX_EXPANSIONS], *stems))
            yield self._found((name, weight, term) for term in terms)

    def _found(self, terms: Iterable[tuple[str, float, bytes]]) -> Iterator[Leaf]:
        """The leaves of terms that stand anywhere."""
        for name, weight, term in terms:
            lists, count = [], 0
            for part in self._parts:
                field = part.segment.fields.get(name)
                if field is not None and (number := field.find(term)) >= 0:
                    lists.append(field.listed(number, part.first))
                    count += field.count(number)
            if lists:
                idf = ranking.idf(self._size, count)
                yield Leaf(name, idf, np.float32(weight * idf * (ranking.K1 + 1)), tuple(lists))

    def standing(self, clause: Clause) -> list[Standing]:
        """Where a phrase may stand: every field of a segment that has each of its words, by field and segment."""
        entries = self._known_phrases.get(clause)
        if entries is None:
            if len(self._known_phrases) >= REMEMBERED:
                self._known_phrases.clear()
            entries = self._known_phrases[clause] = list(self._standing(clause))  # whole, before another thread sees it
        return entries

    def _standing(self, clause: Clause) -> Iterator[Standing]:
        words = [[term.encode() for term in place] for place in clause.terms]
        for name in within(clause, ranking.FIELDS):
            for part in self._parts:
                if field := part.segment.fields.get(name):
                    numbers = [[n for n in map(field.find, word) if n >= 0] for word in words]
                    if all(numbers):
                        yield name, [[field.listed(n, part.first) for n in word] for word in numbers]
