"""The values of a facet over all documents of a commit, to filter and to count by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexes.commit import Commit
from indexes.postings import Ints

FEW = 8
"""Values that are counted one by one: each takes a tenth of the time that counting all at once does."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """Document d has the value values[single[d] - 1], or none where that is 0.

    Where documents have several values, `single` is None, and entry i says that document `docs[i]` has
    `values[codes[i]]`.
    """

    values: tuple[str, ...]
    size: int
    single: Ints | None
    docs: Ints
    codes: Ints

    def counts(self, documents: Ints) -> NDArray[np.int64]:
        """How many of the documents have each value."""
        if self.single is not None:
            found = self.single if len(documents) == self.size else self.single[documents]
            if len(self.values) <= FEW:
                return np.array([np.count_nonzero(found == code) for code in range(1, len(self.values) + 1)])
            return np.bincount(found, minlength=len(self.values) + 1)[1:]
        return np.bincount(self.codes[self._mask(documents)[self.docs]], minlength=len(self.values))

    def among(self, documents: Ints, wanted: Iterable[str]) -> Mask:
        """Which of the documents have one of the wanted values."""
        chosen = np.array([value in set(wanted) for value in self.values], dtype=np.bool_)
        if self.single is not None:
            return np.append(False, chosen)[self.single[documents]]
        return self._mask(self.docs[chosen[self.codes]])[documents]

    def _mask(self, documents: Ints) -> Mask:
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[documents] = True
        return mask


def facet_column(commit: Commit, name: str) -> FacetColumn:
    """The column of a field whose terms are the values."""
    known: dict[bytes, int] = {}
    docs, codes = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for part in commit.parts:
        if field := part.segment.fields.get(name):
            numbers = np.array([known.setdefault(term, len(known)) for term in field.terms], dtype=np.int64)
            docs.append(field.all_documents().astype(np.int64) + part.first)
            codes.append(np.repeat(numbers, np.diff(field.starts)))
    all_docs, all_codes = np.concatenate(docs), np.concatenate(codes)
    if commit.deleted:
        kept = commit.alive[all_docs]
        all_docs, all_codes = all_docs[kept], all_codes[kept]
    values = tuple(term.decode() for term in known)
    narrow = np.min_scalar_type(len(values))
    if len(all_docs) and np.bincount(all_docs).max() > 1:
        return FacetColumn(values, commit.size, None, all_docs.astype(np.int32), all_codes.astype(narrow))
    single = np.zeros(commit.size, dtype=narrow)
    single[all_docs] = all_codes + 1
    nothing = np.zeros(0, dtype=narrow)
    return FacetColumn(values, commit.size, single, nothing, nothing)
