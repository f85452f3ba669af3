"""Which documents of a commit are about one subject, and may stand as one hit.

the same group ──────────────────────────▶ edges ──▶ families: each document's own, and each family's documents
an issue or a package that few share ──▶         ↖ none between documents that an operator keeps apart
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from indexes.commit import Commit
from indexes.facets import Mask
from indexes.mapped import FieldPostings
from indexes.postings import Ints

Pair = tuple[str, str]

SHARED_BY = 8
"""Documents that an issue or a package joins at most: what more of them name is a subject of none."""
STATED = 3
"""Issues and packages of a document that is joined by them, at most: one with more is a list."""
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


def families(commit: Commit, visible: Mask | None, cut: Iterable[Pair]) -> Families:
    """The families of what is visible: nothing else has a say in them. Pairs of ids that are cut stay apart."""
    seen = np.ones(commit.size, dtype=np.bool_) if visible is None else visible
    numbers = ((commit.number(one), commit.number(other)) for one, other in cut)
    joined = Joined([(one, other) for one, other in numbers if one is not None and other is not None])
    for documents in _grouped(commit, seen):
        joined.join_all(documents)
    for documents in _naming(commit, seen):
        joined.join_all(documents)
    return joined.families(commit.size)


class Joined:
    """Sets of numbers that become one where something joins them, unless that would unite a pair that is cut."""

    def __init__(self, cut: list[tuple[int, int]]) -> None:
        self._above: dict[int, int] = {}  # of those that are not the first of their set
        self._cut = cut

    def join_all(self, numbers: list[int]) -> None:
        """Join each with the first one before it that it may be joined with."""
        for place, number in enumerate(numbers):
            any(self._join(before, number) for before in numbers[:place])

    def families(self, size: int) -> Families:
        numbers = np.array(sorted({*self._above, *self._above.values()}), dtype=np.int64)
        first = np.array([self._first(number) for number in numbers.tolist()], dtype=np.int64)
        _, codes, counts = np.unique(first, return_inverse=True, return_counts=True)
        of = np.full(size, -1, dtype=np.int32)
        of[numbers] = codes
        return Families(of, np.append(0, counts.cumsum()), numbers[codes.argsort(kind="stable")])

    def _join(self, one: int, other: int) -> bool:
        low, high = sorted((self._first(one), self._first(other)))
        if low == high:
            return True
        if any({self._first(a), self._first(b)} == {low, high} for a, b in self._cut):
            return False
        self._above[high] = low
        return True

    def _first(self, number: int) -> int:
        """The number that stands for a set; what is passed on the way is put right below it."""
        first = number
        while (above := self._above.get(first)) is not None:
            first = above
        while number != first:
            self._above[number], number = first, self._above[number]
        return first


def _grouped(commit: Commit, seen: Mask) -> Iterator[list[int]]:
    """The visible documents of each group."""
    return _sharing(_fields(commit, "group"), b"", seen)


def _naming(commit: Commit, seen: Mask) -> Iterator[list[int]]:
    """The visible documents that name each issue or package, where they are few and name few."""
    fields = _fields(commit, "title_codes")
    stated = np.zeros(commit.size, dtype=np.int64)
    for field, first in fields:
        for kind in JOINING:
            found = field.documents(field.prefixed(kind, len(field.terms)))
            stated += np.bincount(found.astype(np.int64) + first, minlength=commit.size)
    for kind in JOINING:
        for documents in _sharing(fields, kind, seen & (stated <= STATED)):
            if len(documents) <= SHARED_BY:
                yield documents


Fields = list[tuple[FieldPostings, int]]
"""A field in each segment that has it, and the number of that segment's first document."""


def _fields(commit: Commit, name: str) -> Fields:
    return [(field, part.first) for part in commit.parts if (field := part.segment.fields.get(name))]


def _sharing(fields: Fields, beginning: bytes, wanted: Mask) -> Iterator[list[int]]:
    """For each term that begins so, and stands in several of the wanted documents, those documents."""
    for term in sorted(_repeated(fields, beginning)):
        documents: list[int] = []
        for field, first in fields:
            if (number := field.find(term)) >= 0:
                found = field.documents(range(number, number + 1)).astype(np.int64) + first
                documents += found[wanted[found]].tolist()
        if len(documents) > 1:
            yield documents


def _repeated(fields: Fields, beginning: bytes) -> set[bytes]:
    """Terms that may stand in several documents: those that do in one segment, and all of all but the largest one."""
    ranges = [field.prefixed(beginning, len(field.terms)) for field, _ in fields]
    largest = max(ranges, key=len, default=None)
    terms: set[bytes] = set()
    for (field, _), numbers in zip(fields, ranges, strict=True):
        chosen = numbers if numbers is not largest else np.flatnonzero(_counts(field, numbers) > 1) + numbers.start
        terms.update(field.terms[int(number)] for number in chosen)
    return terms


def _counts(field: FieldPostings, terms: range) -> Ints:
    """In how many documents each of consecutive terms stands."""
    counts: Ints = np.diff(field.starts[terms.start : terms.stop + 1])
    return counts
