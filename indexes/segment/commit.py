"""The segments of one commit, mapped, as one row of documents.

segment a: 0 1 2 3 │ segment b: 0 1 2 │ segment c: 0 1      numbers within the segment
           0 1 2 3 │            4 5 6 │            7 8      numbers in the commit
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints
from indexes.segment.segment_reader import SegmentReader
from indexes.segment.whoosh_codec import ColumnarSegment, open_segment
from search.errors import IndexUnavailable


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, and the number of its first document in the commit."""

    segment: SegmentReader
    first: int

    @property
    def end(self) -> int:
        return self.first + self.segment.documents


class Commit:
    """`segments` come from a table of contents, their files from `storage`; those that have `readers` keep them.

    Segments that are opened anew are verified. Raise IndexUnavailable when a file is not whole.
    """

    def __init__(
        self, storage: Any, segments: Sequence[Any], readers: Mapping[str, SegmentReader] | None = None
    ) -> None:
        self.parts: list[Part] = []
        self.deleted: list[int] = []
        self.size = 0
        for segment in segments:
            mapped = _mapped(storage, segment, readers or {})
            self.parts.append(Part(mapped, self.size))
            self.deleted += [self.size + number for number in segment.deleted_docs()]
            self.size += mapped.documents
        self.firsts = [part.first for part in self.parts]

    @property
    def segments(self) -> dict[str, SegmentReader]:
        """The segments by their names."""
        return {part.segment.prefix.name: part.segment for part in self.parts}

    def verify(self) -> None:
        """Compare the checksums of all files, stored documents as well; raise IndexUnavailable for a damaged one."""
        for part in self.parts:
            part.segment.verify(stored=True)

    @property
    def documents(self) -> int:
        """How many there are, without those that were deleted."""
        return self.size - len(self.deleted)

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """Of each document whether it was not deleted."""
        alive = np.ones(self.size, dtype=np.bool_)
        alive[self.deleted] = False
        return alive

    def number(self, id: str) -> int | None:
        """The number of the document with that id, if it is alive."""
        term = id.encode("utf-8", "replace")
        for part in self.parts:
            field = part.segment.fields.get("id")
            if field is not None and (place := field.find(term)) >= 0:
                for number in (field.postings(place)[0].astype(np.int64) + part.first).tolist():
                    if self.alive[number]:
                        return int(number)
        return None

    def column(self, name: str) -> Ints:
        """A number of each document, deleted ones included; a view where there is one segment."""
        columns = [part.segment.column(name) for part in self.parts]
        if len(columns) == 1:
            return columns[0]
        return np.concatenate(columns) if columns else np.zeros(0, dtype=np.int64)

    def part_of(self, number: int) -> Part:
        return self.parts[bisect_right(self.firsts, number) - 1]


def _mapped(storage: Any, segment: Any, readers: Mapping[str, SegmentReader]) -> SegmentReader:
    if not isinstance(segment, ColumnarSegment):
        raise IndexUnavailable("the generation was made by another version of this program: run `busca rebuild`")
    if (id := str(segment.segment_id())) in readers:
        readers[id].check()
        return readers[id]
    mapped = open_segment(storage, segment)
    mapped.verify()
    if mapped.documents != segment.doc_count_all():
        raise IndexUnavailable(f"{mapped.prefix.name} has another size than the commit says: run `busca rebuild`")
    return mapped
