"""Which documents are about one subject and stand as one hit, told by what they share; numbers stand for documents.

the same group ──────────────────────────────┐
an issue or a package that few share ────────┼─▶ Clustering: each document with those that it is joined with
one title, and nearly the same text ─────────┤       ↖ never two that an operator keeps apart
a link to what few of other sources link to ─┘

What shares a group, a code or a title, and what links to what, an engine looks up; whether texts are nearly the same,
`search.duplicates` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

JOINING = ("issue", "package")
"""Kinds of codes that join the documents whose titles or sources name them."""
SHARED_BY = 8
"""Documents that an issue, a package or a title joins at most: what more of them name is a subject of none."""
STATED = 3
"""Issues and packages of a document that is joined by them, at most: one with more is a list."""
LINKED_BY = 2
"""Subjects whose documents link to one that they are joined with, at most: what more of them link to is a reference."""
MEMBERS = 3
"""Further documents of a subject that are named with its hit."""

Links = Sequence[tuple[int, Sequence[int]]]
"""Documents, each with those of other sources that link to it."""


class Clustering:
    """Sets of documents that become one where something joins them, unless that would unite a pair that is cut."""

    def __init__(self, cut: Sequence[tuple[int, int]] = ()) -> None:
        self._above: dict[int, int] = {}
        self._cut = cut

    @property
    def above(self) -> Mapping[int, int]:
        """Each document that is not the first of its set → another one of it, on the way to the first."""
        return self._above

    def join_same(self, groups: Iterable[Sequence[int]]) -> None:
        """Join what is of one group, however many they are."""
        for documents in groups:
            self._join_all(documents)

    def join_named(self, groups: Iterable[Sequence[int]]) -> None:
        """Join what names one issue or one package, where few do."""
        self.join_same(documents for documents in groups if len(documents) <= SHARED_BY)

    def join_linked(self, links: Links, sources: Sequence[int]) -> None:
        """Join documents with what links to them, by what is joined so far; `sources` has the source of each document.

        Where others of many subjects link to a document, it is a reference. Who links to several documents of one
        source lists them, and is joined with none of them.
        """
        times = Counter((linking, sources[target]) for target, others in links for linking in others)
        groups = [
            [target, *(linking for linking in others if times[linking, sources[target]] == 1)]
            for target, others in links
            if len({self.first(linking) for linking in others}) <= LINKED_BY
        ]
        self.join_same(groups)

    def first(self, document: int) -> int:
        """The document that stands for a set; what is passed on the way is put right below it."""
        first = document
        while (above := self._above.get(first)) is not None:
            first = above
        while document != first:
            self._above[document], document = first, self._above[document]
        return first

    def _join_all(self, documents: Sequence[int]) -> None:
        """Join each with the first one before it that it may be joined with."""
        for place, document in enumerate(documents):
            any(self._join(before, document) for before in documents[: place if self._cut else min(place, 1)])

    def _join(self, one: int, other: int) -> bool:
        one, other = self.first(one), self.first(other)
        if one == other:
            return True
        low, high = (one, other) if one < other else (other, one)
        if self._cut and any({self.first(a), self.first(b)} == {low, high} for a, b in self._cut):
            return False
        self._above[high] = low
        return True


def to_compare(titled: Iterable[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """The pairs of documents of each title that may be copies, where few have it."""
    for documents in titled:
        if len(documents) <= SHARED_BY:
            yield from combinations(documents, 2)
