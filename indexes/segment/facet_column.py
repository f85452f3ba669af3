"""The values of a facet over all documents of a commit, to filter and to count by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints, Mask
from indexes.jit import compiled
from indexes.segment.commit import Commit


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """Document d has the values values[codes[i]] for each i from starts[d] to starts[d + 1].

    Where no document has several, `starts` is None, and d has the value values[codes[d]], or none where that code is
    len(values).
    """

    values: tuple[str, ...]
    starts: Ints | None
    codes: Ints

    def counts(self, documents: Ints) -> NDArray[np.int64]:
        """How many of the documents have each value."""
        counts = np.zeros(len(self.values) + 1, dtype=np.int64)
        if self.starts is None:
            count_codes(self.codes, documents, counts)
        else:
            count_all_codes(self.starts, self.codes, documents, counts)
        return counts[:-1]

    def among(self, documents: Ints, values: Iterable[str]) -> Mask:
        """Which of the documents have one of the wanted values."""
        selection = np.array([*(value in set(values) for value in self.values), False], dtype=np.bool_)
        if self.starts is None:
            return selection[self.codes[documents]]
        sums = np.append(0, np.cumsum(selection[self.codes]))
        holds: Mask = sums[self.starts[documents + 1]] > sums[self.starts[documents]]
        return holds


def parents(column: FacetColumn, above: FacetColumn, documents: Ints) -> dict[str, str]:
    """Value → the value of another facet that most of the documents with it have; those without are missing.

    Both facets have one value a document.
    """
    if column.starts is not None or above.starts is not None:
        return {}
    own, others = column.codes[documents].astype(np.int64), above.codes[documents].astype(np.int64)
    named = (own < len(column.values)) & (others < len(above.values))
    pairs, counts = np.unique((own << 32 | others)[named], return_counts=True)
    order = np.argsort(counts, kind="stable")  # the most frequent come last, and stay
    codes = ((pair >> 32, pair & 0xFFFFFFFF) for pair in pairs[order].tolist())
    return {column.values[code]: above.values[other] for code, other in codes}


def facet_column(commit: Commit, name: str) -> FacetColumn:
    """The column of a field whose terms are the values."""
    fields = [(field, part.first) for part in commit.parts if (field := part.segment.fields.get(name))]
    values = sorted({term for field, _ in fields for term in field.terms})
    numbers = {term: code for code, term in enumerate(values)}
    docs, codes = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for field, first in fields:
        docs.append(field.all_documents().astype(np.int64) + first)
        codes.append(np.repeat([numbers[term] for term in field.terms], np.diff(field.starts)))
    all_docs, all_codes = np.concatenate(docs), np.concatenate(codes)
    if commit.deleted:
        alive = commit.alive[all_docs]
        all_docs, all_codes = all_docs[alive], all_codes[alive]
    names, narrow = tuple(term.decode() for term in values), np.min_scalar_type(len(values))
    counts = np.bincount(all_docs, minlength=commit.size)
    if counts.max(initial=0) > 1:
        starts = np.append(0, counts.cumsum())
        return FacetColumn(names, starts, all_codes[all_docs.argsort(kind="stable")].astype(narrow))
    single = np.full(commit.size, len(values), dtype=narrow)
    single[all_docs] = all_codes
    return FacetColumn(names, None, single)


@compiled
def count_codes(codes: Ints, documents: Ints, counts: Ints) -> None:
    """Count the code of each document, of which everyone has one.

    Four counts take turns: to add to what was just added to takes as long as to count four documents.
    """
    turns = np.zeros((4, len(counts)), dtype=np.int64)
    whole = len(documents) // 4 * 4
    for place in range(0, whole, 4):
        turns[0, codes[np.uint64(documents[place])]] += 1
        turns[1, codes[np.uint64(documents[place + 1])]] += 1
        turns[2, codes[np.uint64(documents[place + 2])]] += 1
        turns[3, codes[np.uint64(documents[place + 3])]] += 1
    for place in range(whole, len(documents)):
        turns[0, codes[np.uint64(documents[place])]] += 1
    for code in range(len(counts)):
        counts[code] += turns[0, code] + turns[1, code] + turns[2, code] + turns[3, code]


@compiled
def count_all_codes(starts: Ints, codes: Ints, documents: Ints, counts: Ints) -> None:
    """Count the codes of each document: those of document d are codes[starts[d]:starts[d + 1]]."""
    for place in range(len(documents)):
        document = documents[place]
        for at in range(starts[document], starts[document + 1]):
            counts[codes[at]] += 1
