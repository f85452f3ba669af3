"""The clusters of a commit: what `search.clusters` joins of the documents that share a group, code, title or link.

posting lists ──▶ Edges, read once ──what is visible and cut──▶ Clustering ──▶ Clusters, as arrays
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from indexes.arrays import Ints, Mask
from indexes.clustering.near_duplicates import NearDuplicates
from indexes.segment import duplicate_pairs
from indexes.segment.commit import Commit
from indexes.segment.segment_reader import FieldPostings
from search import clusters
from search.clusters import Clustering

Pair = tuple[str, str]

JOINING = tuple(f"{kind}:".encode() for kind in clusters.JOINING)
"""How the terms of codes begin that join the documents which name them."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Document d is of the cluster of[d], or of none where that is -1.

    Cluster c has two documents at least: documents[starts[c]:starts[c + 1]], ascending.
    """

    of: Ints
    starts: Ints
    documents: Ints

    def with_(self, number: int) -> list[int]:
        """The other documents of a document's cluster."""
        if (cluster := int(self.of[number])) < 0:
            return []
        documents = self.documents[self.starts[cluster] : self.starts[cluster + 1]]
        return [other for other in documents.tolist() if other != number]


class Edges:
    """What may join the documents of a commit, read once; who asks, and what is cut, says what does."""

    def __init__(self, commit: Commit, sources: Ints) -> None:
        """`sources` has a number of each document, the same for those of one source."""
        self._commit, self._sources = commit, sources
        self._near_duplicates = NearDuplicates(commit)
        everything = commit.alive
        self._grouped = list(_sharing(_fields(commit, "group"), b"", everything))
        self._naming = list(_naming(commit, everything))
        self._titled = list(_titled(commit, everything))
        self._linked = list(_linked(commit, everything))

    def clusters(self, visible: Mask | None, cut: Iterable[Pair]) -> Clusters:
        """The clusters of what is visible: nothing else has a say in them. Pairs of ids that are cut stay apart."""
        numbers = ((self._commit.number(one), self._commit.number(other)) for one, other in cut)
        joined = Clustering([(one, other) for one, other in numbers if one is not None and other is not None])
        joined.join_same(_seen(self._grouped, visible))
        joined.join_named(_seen(self._naming, visible))
        pairs = clusters.to_compare(_seen(self._titled, visible))
        joined.join_same(pair for pair in pairs if self._near_duplicates.alike(*pair))
        joined.join_linked(list(self._links(visible)), self._sources.tolist())
        return _as_arrays(joined, self._commit.size)

    def _links(self, visible: Mask | None) -> Iterator[tuple[int, list[int]]]:
        """Each visible document that others of other sources link to, and these."""
        for both in self._linked:
            targets, linking = (
                both if visible is None else ([number for number in some if visible[number]] for some in both)
            )
            if targets:
                source = self._sources[targets[0]]
                yield targets[0], [number for number in linking if self._sources[number] != source]


def _as_arrays(joined: Clustering, size: int) -> Clusters:
    above = np.arange(size)
    above[list(joined.above)] = list(joined.above.values())
    while len(higher := np.flatnonzero(above[above] != above)):
        above[higher] = above[above[higher]]
    numbers = np.flatnonzero(np.bincount(above, minlength=size)[above] > 1)
    _, codes, counts = np.unique(above[numbers], return_inverse=True, return_counts=True)
    of = np.full(size, -1, dtype=np.int32)
    of[numbers] = codes
    return Clusters(of, np.append(0, counts.cumsum()), numbers[codes.argsort(kind="stable")])


def compared(commit: Commit) -> dict[duplicate_pairs.Pair, bool]:
    """Whether the documents of each title are copies; to be kept beside the segment of a commit that has one."""
    near_duplicates = NearDuplicates(commit)
    for pair in clusters.to_compare(_seen(_titled(commit, commit.alive), None)):
        near_duplicates.alike(*pair)
    return near_duplicates.verdicts


def _seen(groups: Iterable[list[int]], visible: Mask | None) -> list[list[int]]:
    """Those of each list that are visible, where they are still several."""
    if visible is None:
        return list(groups)
    members = ([number for number in documents if visible[number]] for documents in groups)
    return [documents for documents in members if len(documents) > 1]


def _naming(commit: Commit, mask: Mask) -> Iterator[list[int]]:
    """The documents that name each issue or package, where they name few."""
    fields = _fields(commit, "title_codes")
    stated = np.zeros(commit.size, dtype=np.int64)
    for field, first in fields:
        for kind in JOINING:
            documents = field.documents(field.prefixed(kind, len(field.terms)))
            stated += np.bincount(documents.astype(np.int64) + first, minlength=commit.size)
    for kind in JOINING:
        yield from _sharing(fields, kind, mask & (stated <= clusters.STATED))


def _titled(commit: Commit, mask: Mask) -> Iterator[list[int]]:
    """The documents of each title, and those that have it behind a ticket, an issue or "DT"."""
    whole, bare = _fields(commit, "whole_title"), _fields(commit, "bare_title")
    yield from _sharing(whole, b"", mask)
    yield from _sharing(bare, b"", mask)
    for term in sorted(_terms(bare)):
        if documents := _holding(whole, term, mask):
            yield [*documents, *_holding(bare, term, mask)]


def _linked(commit: Commit, mask: Mask) -> Iterator[tuple[list[int], list[int]]]:
    """The documents of each key that others link to, and these."""
    fields, ids, groups = _fields(commit, "links"), _fields(commit, "id"), _fields(commit, "group")
    beginnings = [*((ids, head) for head in _heads(ids, b":")), *((groups, head) for head in _heads(groups, b"/"))]
    for key in sorted(_terms(fields)):
        linking = _holding(fields, key, mask)
        targets = [number for among, head in beginnings for number in _holding(among, head + key, mask)]
        if targets and (others := [number for number in linking if number not in targets]):
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


def _sharing(fields: Fields, beginning: bytes, mask: Mask) -> Iterator[list[int]]:
    """For each term that begins so, and stands in several of the wanted documents, those documents."""
    ranges = [field.prefixed(beginning, len(field.terms)) for field, _ in fields]
    largest = max(range(len(ranges)), key=lambda place: len(ranges[place]), default=0)
    others: set[bytes] = set()
    for place, (field, _) in enumerate(fields):
        others.update(field.terms[number] for number in ranges[place] if place != largest)
    groups = [_holding(fields, term, mask) for term in sorted(others)]
    if fields:
        groups += _repeated(*fields[largest], ranges[largest], others, mask)
    return (documents for documents in groups if len(documents) > 1)


def _holding(fields: Fields, term: bytes, mask: Mask) -> list[int]:
    """The wanted documents that hold a term."""
    documents: list[int] = []
    for field, first in fields:
        if (number := field.find(term)) >= 0:
            holding = field.documents(range(number, number + 1)).astype(np.int64) + first
            documents += holding[mask[holding]].tolist()
    return documents


def _repeated(
    field: FieldPostings, first: int, terms: range, others: Iterable[bytes], mask: Mask
) -> Iterator[list[int]]:
    """The wanted documents of each of the terms that several documents of its segment hold, but of the others."""
    counts: Ints = np.diff(field.starts[terms.start : terms.stop + 1].astype(np.int64))
    repeats = counts.copy()
    repeats[[place for term in others if (place := field.find(term) - terms.start) >= 0]] = 0
    lists = np.repeat(np.where(repeats > 1, np.arange(len(repeats)), -1), counts)
    documents = field.documents(terms).astype(np.int64) + first
    selection = (lists >= 0) & mask[documents]
    documents, lists = documents[selection], lists[selection]
    edges = np.flatnonzero(np.diff(lists, prepend=-1, append=-1)).tolist()
    every = documents.tolist()
    return (every[begin:end] for begin, end in pairwise(edges))
