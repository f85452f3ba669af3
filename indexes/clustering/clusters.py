"""Which documents of a commit are about one subject, and may stand as one hit.

the same group ────────────────────────────┐
an issue or a package that few share ──────┼─▶ edges ──▶ families: each document's own, and each family's documents
one title, and nearly the same text ───────┤       ↖ none between documents that an operator keeps apart
a link to what few of other sources link to┘
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from indexes.clustering.near_duplicates import Likeness
from indexes.segment import duplicate_pairs
from indexes.segment.commit import Commit
from indexes.segment.facet_column import Mask
from indexes.segment.segment_reader import FieldPostings
from indexes.segment.term_dictionary import Ints

Pair = tuple[str, str]

SHARED_BY = 8
"""Documents that an issue, a package or a title joins at most: what more of them name is a subject of none."""
STATED = 3
"""Issues and packages of a document that is joined by them, at most: one with more is a list."""
LINKED_BY = 2
"""Subjects whose documents link to one that they are joined with, at most: what more of them link to is a reference."""
JOINING = (b"issue:", b"package:")


@dataclass(frozen=True, slots=True)
class Families:
    """Document d is of the family of[d], or of none where that is -1.

    Family f has two documents at least: documents[starts[f]:starts[f + 1]], ascending.
    """

    of: Ints
    starts: Ints
    documents: Ints

    def with_(self, number: int) -> list[int]:
        """The other documents of a document's family."""
        if (family := int(self.of[number])) < 0:
            return []
        held = self.documents[self.starts[family] : self.starts[family + 1]]
        return [other for other in held.tolist() if other != number]


class Edges:
    """What may join the documents of a commit, read once; who asks, and what is cut, says what does."""

    def __init__(self, commit: Commit, sources: Ints) -> None:
        """`sources` has a number of each document, the same for those of one source."""
        self._commit, self._sources = commit, sources
        self._likeness = Likeness(commit)
        everything = commit.alive
        self._grouped = list(_sharing(_fields(commit, "group"), b"", everything))
        self._naming = list(_naming(commit, everything))
        self._titled = list(_titled(commit, everything))
        self._linked = list(_linked(commit, everything))

    def families(self, visible: Mask | None, cut: Iterable[Pair]) -> Families:
        """The families of what is visible: nothing else has a say in them. Pairs of ids that are cut stay apart."""
        numbers = ((self._commit.number(one), self._commit.number(other)) for one, other in cut)
        joined = Joined([(one, other) for one, other in numbers if one is not None and other is not None])
        for documents in _seen(self._grouped, visible):
            joined.join_all(documents)
        for documents in _seen(self._naming, visible):
            if len(documents) <= SHARED_BY:
                joined.join_all(documents)
        for pair in _pairs(_seen(self._titled, visible)):
            if self._likeness.alike(*pair):
                joined.join_all(list(pair))
        for documents in self._linking(joined, visible):
            joined.join_all(documents)
        return joined.families(self._commit.size)

    def _linking(self, joined: Joined, visible: Mask | None) -> list[list[int]]:
        """What is linked to and what links to it, of other sources and few subjects, as these are joined so far.

        Who links to several documents of one source lists them, and is joined with none of them.
        """
        pairs = list(self._links(visible))
        source = self._sources.tolist()
        times = Counter((each, source[target]) for target, others in pairs for each in others)
        return [
            [target, *(each for each in others if times[each, source[target]] == 1)]
            for target, others in pairs
            if len({joined.first(each) for each in others}) <= LINKED_BY
        ]

    def _links(self, visible: Mask | None) -> Iterator[tuple[int, list[int]]]:
        """Each visible document that others of other sources link to, and these."""
        for both in self._linked:
            targets, linking = both if visible is None else ([each for each in some if visible[each]] for some in both)
            if targets:
                yield targets[0], [each for each in linking if self._sources[each] != self._sources[targets[0]]]


class Joined:
    """Sets of numbers that become one where something joins them, unless that would unite a pair that is cut."""

    def __init__(self, cut: list[tuple[int, int]]) -> None:
        self._above: dict[int, int] = {}  # of those that are not the first of their set
        self._cut = cut

    def join_all(self, numbers: list[int]) -> None:
        """Join each with the first one before it that it may be joined with."""
        for place, number in enumerate(numbers):
            any(self._join(before, number) for before in numbers[: place if self._cut else min(place, 1)])

    def families(self, size: int) -> Families:
        above = np.arange(size)
        above[list(self._above)] = list(self._above.values())
        while len(higher := np.flatnonzero(above[above] != above)):
            above[higher] = above[above[higher]]
        numbers = np.flatnonzero(np.bincount(above, minlength=size)[above] > 1)
        _, codes, counts = np.unique(above[numbers], return_inverse=True, return_counts=True)
        of = np.full(size, -1, dtype=np.int32)
        of[numbers] = codes
        return Families(of, np.append(0, counts.cumsum()), numbers[codes.argsort(kind="stable")])

    def first(self, number: int) -> int:
        """The number that stands for a set; what is passed on the way is put right below it."""
        first = number
        while (above := self._above.get(first)) is not None:
            first = above
        while number != first:
            self._above[number], number = first, self._above[number]
        return first

    def _join(self, one: int, other: int) -> bool:
        one, other = self.first(one), self.first(other)
        if one == other:
            return True
        low, high = (one, other) if one < other else (other, one)
        if self._cut and any({self.first(a), self.first(b)} == {low, high} for a, b in self._cut):
            return False
        self._above[high] = low
        return True


def compared(commit: Commit) -> dict[duplicate_pairs.Pair, bool]:
    """Whether the documents of each title are copies; to be kept beside the segment of a commit that has one."""
    likeness = Likeness(commit)
    for pair in _pairs(_seen(_titled(commit, commit.alive), None)):
        likeness.alike(*pair)
    return likeness.known


def _pairs(titled: Iterable[list[int]]) -> Iterator[tuple[int, int]]:
    """What is to be compared of the documents of each title."""
    for documents in titled:
        if len(documents) <= SHARED_BY:
            yield from combinations(documents, 2)


def _seen(several: Iterable[list[int]], visible: Mask | None) -> list[list[int]]:
    """Those of each list that are visible, where they are still several."""
    if visible is None:
        return list(several)
    kept = ([each for each in documents if visible[each]] for documents in several)
    return [documents for documents in kept if len(documents) > 1]


def _naming(commit: Commit, wanted: Mask) -> Iterator[list[int]]:
    """The documents that name each issue or package, where they name few."""
    fields = _fields(commit, "title_codes")
    stated = np.zeros(commit.size, dtype=np.int64)
    for field, first in fields:
        for kind in JOINING:
            found = field.documents(field.prefixed(kind, len(field.terms)))
            stated += np.bincount(found.astype(np.int64) + first, minlength=commit.size)
    for kind in JOINING:
        yield from _sharing(fields, kind, wanted & (stated <= STATED))


def _titled(commit: Commit, wanted: Mask) -> Iterator[list[int]]:
    """The documents of each title, and those that have it behind a ticket, an issue or "DT"."""
    whole, bare = _fields(commit, "whole_title"), _fields(commit, "bare_title")
    yield from _sharing(whole, b"", wanted)
    yield from _sharing(bare, b"", wanted)
    for term in sorted(_terms(bare)):
        if documents := _holding(whole, term, wanted):
            yield [*documents, *_holding(bare, term, wanted)]


def _linked(commit: Commit, wanted: Mask) -> Iterator[tuple[list[int], list[int]]]:
    """The documents of each key that others link to, and these."""
    fields, ids, groups = _fields(commit, "links"), _fields(commit, "id"), _fields(commit, "group")
    beginnings = [*((ids, head) for head in _heads(ids, b":")), *((groups, head) for head in _heads(groups, b"/"))]
    for key in sorted(_terms(fields)):
        linking = _holding(fields, key, wanted)
        targets = [number for among, head in beginnings for number in _holding(among, head + key, wanted)]
        if targets and (others := [each for each in linking if each not in targets]):
            yield targets, others


def _heads(fields: Fields, end: bytes) -> list[bytes]:
    """What terms begin with, up to the last such byte: sources of ids, places of groups. Only a few are looked at."""
    heads: set[bytes] = set()
    for field, _ in fields:
        place = 0
        while place < len(field.terms):
            head = field.terms[place].rpartition(end)[0] + end
            after = field.prefixed(head, len(field.terms)).stop
            heads |= {head} if after > place else set()
            place = max(after, place + 1)
    return sorted(heads)


Fields = list[tuple[FieldPostings, int]]
"""A field in each segment that has it, and the number of that segment's first document."""


def _fields(commit: Commit, name: str) -> Fields:
    return [(field, part.first) for part in commit.parts if (field := part.segment.fields.get(name))]


def _terms(fields: Fields) -> set[bytes]:
    return set().union(*(field.terms for field, _ in fields))


def _sharing(fields: Fields, beginning: bytes, wanted: Mask) -> Iterator[list[int]]:
    """For each term that begins so, and stands in several of the wanted documents, those documents."""
    ranges = [field.prefixed(beginning, len(field.terms)) for field, _ in fields]
    largest = max(range(len(ranges)), key=lambda place: len(ranges[place]), default=0)
    others: set[bytes] = set()
    for place, (field, _) in enumerate(fields):
        others.update(field.terms[number] for number in ranges[place] if place != largest)
    several = [_holding(fields, term, wanted) for term in sorted(others)]
    if fields:
        several += _repeated(*fields[largest], ranges[largest], others, wanted)
    return (documents for documents in several if len(documents) > 1)


def _holding(fields: Fields, term: bytes, wanted: Mask) -> list[int]:
    """The wanted documents that hold a term."""
    documents: list[int] = []
    for field, first in fields:
        if (number := field.find(term)) >= 0:
            found = field.documents(range(number, number + 1)).astype(np.int64) + first
            documents += found[wanted[found]].tolist()
    return documents


def _repeated(
    field: FieldPostings, first: int, terms: range, others: Iterable[bytes], wanted: Mask
) -> Iterator[list[int]]:
    """The wanted documents of each of the terms that several documents of its segment hold, but of the others."""
    counts: Ints = np.diff(field.starts[terms.start : terms.stop + 1].astype(np.int64))
    held = counts.copy()
    held[[place for term in others if (place := field.find(term) - terms.start) >= 0]] = 0
    lists = np.repeat(np.where(held > 1, np.arange(len(held)), -1), counts)
    documents = field.documents(terms).astype(np.int64) + first
    kept = (lists >= 0) & wanted[documents]
    documents, lists = documents[kept], lists[kept]
    edges = np.flatnonzero(np.diff(lists, prepend=-1, append=-1)).tolist()
    every = documents.tolist()
    return (every[begin:end] for begin, end in pairwise(edges))
