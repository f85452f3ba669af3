"""Segments read back: files are mapped, arrays are views of them. `postings_writer` draws the layout."""

from __future__ import annotations

import json
import mmap
from bisect import bisect_left, bisect_right
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from indexes.arrays import Ints
from indexes.segment.doc_store import Block
from indexes.segment.posting_runs import PostingRun
from indexes.segment.postings_writer import ARRAYS, FILES, HEADER, file_of
from indexes.segment.segment_file import FileRange, SegmentFile
from indexes.segment.spelling_dictionary import SpellingDictionary
from indexes.segment.term_dictionary import Terms
from search.errors import IndexUnavailable

SAMPLED = 16
AT_ONCE = 2**16
"""Bytes of a stored document up to which all of them are read: it takes some microseconds."""


class Arrays(NamedTuple):
    """The posting lists of a segment as they are mapped; numbers that did not fit stand beside, by their index."""

    docs: Ints
    freqs: Ints
    freqs_at: Ints
    freqs_value: Ints
    places: Ints
    places_at: Ints
    places_value: Ints


class Postings(NamedTuple):
    """The postings [begin, end) of one term in one field of one segment.

    `place` is where the places of the first begin, `first` the number that the segment's document 0 has in the commit.
    """

    arrays: Arrays
    begin: int
    end: int
    place: int
    first: int


class WidenedColumn:
    """A column of narrow numbers, read back in parts; where it did not fit, the number at[i] is value[i]."""

    def __init__(self, narrow: Ints, at: Ints, value: Ints) -> None:
        self.arrays = narrow, at.copy(), value.copy()  # aligned, as the directory's are not
        self._narrow, self._at, self._value = self.arrays
        self._places = self._at.data  # which is searched faster for one number than an array is

    def __len__(self) -> int:
        return len(self._narrow)

    def __getitem__(self, part: slice) -> Ints:
        narrow = self._narrow[part]
        low, high = self._wide(part.start, part.stop)
        if low == high:
            return narrow
        wide = narrow.astype(np.int64)
        wide[self._at[low:high] - part.start] = self._value[low:high]
        return wide

    def _wide(self, first: int, end: int) -> tuple[int, int]:
        """Which of the wide numbers stand at the indices [first, end)."""
        low = bisect_left(self._places, first)
        if low == len(self._places) or self._places[low] >= end:
            return low, low
        return low, bisect_left(self._places, end, low)


class FieldPostings:
    """The postings of one field of a segment. Arrays are views of mapped files and must not be written to."""

    def __init__(self, segment: SegmentReader, name: str) -> None:
        self._segment = segment
        self.terms = Terms(segment.array(f"{name}/blob").data, segment.array(f"{name}/offsets"))
        self.starts = segment.array(f"{name}/starts")
        self.place_starts = segment.array(f"{name}/place_starts")

    @cached_property
    def _sample(self) -> list[bytes]:
        """Every SAMPLED-th term: looking among these is quick, and few reads are left."""
        return [self.terms[place] for place in range(0, len(self.terms), SAMPLED)]

    @cached_property
    def spelling(self) -> SpellingDictionary:
        """The words among the terms, to be compared with misspelt ones; read when it is first needed."""
        return SpellingDictionary(self.terms, np.diff(self.starts).astype(np.int64), self._segment.documents)

    def find(self, term: bytes) -> int:
        """The number of a term, or -1."""
        low = (bisect_right(self._sample, term) - 1) * SAMPLED
        if low < 0:
            return -1
        place = bisect_left(self.terms, term, low, min(low + SAMPLED, len(self.terms)))
        return place if place < len(self.terms) and self.terms[place] == term else -1

    def all_documents(self) -> Ints:
        """The documents of all terms, one after another."""
        return self._segment.docs[int(self.starts[0]) : int(self.starts[-1])]

    def documents(self, terms: range) -> Ints:
        """The documents of consecutive terms, one after another."""
        return self._segment.docs[int(self.starts[terms.start]) : int(self.starts[terms.stop])]

    def prefixed(self, prefix: bytes, limit: int) -> range:
        """The numbers of the first `limit` terms that begin so."""
        first = self._place(prefix)
        if first == len(self.terms) or not self.terms[first].startswith(prefix):
            return range(first, first)
        return range(first, min(self._place(prefix + b"\xff"), first + limit))  # no UTF-8 has that byte

    def _place(self, term: bytes) -> int:
        """The number of the first term that is not less."""
        after = bisect_left(self._sample, term)
        return bisect_left(self.terms, term, max(after - 1, 0) * SAMPLED, min(after * SAMPLED, len(self.terms)))

    def count(self, term: int) -> int:
        """In how many documents a term stands, deleted ones included."""
        return int(self.starts[term + 1] - self.starts[term])

    def listed(self, term: int, first: int) -> Postings:
        """The postings of a term, for kernels; see there."""
        begin, end = int(self.starts[term]), int(self.starts[term + 1])
        return Postings(self._segment.arrays, begin, end, int(self.place_starts[term]), first)

    def postings(self, term: int) -> tuple[Ints, Ints]:
        """Documents, ascending, and frequencies of a term."""
        part = slice(int(self.starts[term]), int(self.starts[term + 1]))
        return self._segment.docs[part], self._segment.freqs[part]

    def positions(self, term: int) -> tuple[Ints, Ints, Ints]:
        """Documents and frequencies of a term, and its positions: freqs[i] ascending ones for document i."""
        docs, freqs = self.postings(term)
        gaps = self.all_gaps(term)
        sums = np.cumsum(gaps, dtype=np.int64)
        begins = np.cumsum(freqs, dtype=np.int64) - freqs
        before = sums[begins] - gaps[begins] if len(gaps) else begins
        return docs, freqs, sums - np.repeat(before, freqs)

    def all_gaps(self, term: int) -> Ints:
        """The places of a term, gap-encoded."""
        return self._segment.places[int(self.place_starts[term]) : int(self.place_starts[term + 1])]

    def run(self, numbers: Ints | None = None) -> PostingRun:
        """All of it, as what a merge takes; `numbers` as in PostingRun."""
        segment, starts = self._segment, (self.starts.astype(np.int64), self.place_starts.astype(np.int64))
        return PostingRun(self.terms, *starts, segment.docs, segment.freqs, segment.places, numbers=numbers)


class SegmentReader:
    """The files of one segment, mapped. Raise IndexUnavailable, with the file's name, when one is not whole.

    Arrays are views of mapped files and must not be written to. What is compared with a checksum, and each stored
    document, is read as a file.
    """

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        self._files = {name: SegmentFile(file_of(prefix, name)) for name in FILES}
        self._directory, self._body = self._read_directory()
        self.documents: int = self._directory["documents"]
        self.totals: dict[str, int] = self._directory["totals"]
        self.docs = self._column("docs")
        self.freqs, self.places = self._widened("freqs"), self._widened("places")
        self.arrays = Arrays(self.docs, *self.freqs.arrays, *self.places.arrays)
        self._stored, self._blocks = self._column("stored").data, self.array("/blocks")

    @cached_property
    def fields(self) -> dict[str, FieldPostings]:
        names = {name.split("/")[0] for name in self._directory["arrays"]} - {""}
        return {name: FieldPostings(self, name) for name in sorted(names)}

    def array(self, name: str) -> Ints:
        row = self._directory["arrays"][name]
        return np.frombuffer(
            self._files["terms"].map, np.dtype(row["dtype"]), row["length"], self._body + row["offset"]
        )

    def column(self, name: str) -> Ints:
        """A number of each document."""
        return self.array(f"/columns/{name}")

    def stored(self, document: int) -> Block:
        """The block of a document: see `indexes.segment.doc_store`."""
        begin, end = HEADER + int(self._blocks[document]), HEADER + int(self._blocks[document + 1])
        file = self._files["stored"]
        return memoryview(file.read(begin, end)) if end - begin <= AT_ONCE else FileRange(file, begin, end)

    def blocks(self) -> tuple[memoryview, Ints]:
        """All blocks, and where each begins."""
        return self._stored, self._blocks

    def release(self) -> None:
        """Let go of the memory of what was read; it is read again when it is needed."""
        for file in self._files.values():
            file.map.madvise(mmap.MADV_DONTNEED)

    def check(self) -> None:
        """Raise IndexUnavailable for a file that was written to since it was opened."""
        for file in self._files.values():
            file.check()

    def verify(self, *, stored: bool = False) -> None:
        """Compare checksums; raise IndexUnavailable for the first file that was damaged.

        Stored documents have checksums of their own, which reading each compares; `stored` compares that of all.
        """
        names = FILES[1:] if stored else ARRAYS
        with ThreadPoolExecutor(len(names)) as pool:  # the interpreter is not needed to sum up a file
            sums = list(pool.map(lambda name: self._files[name].checksum(), names))
        for name, crc in zip(names, sums, strict=True):
            if crc != self._directory["files"][name]["crc32"]:
                raise self._damaged(name)

    def others(self) -> dict[str, int | None]:
        """File → the CRC-32 of what follows its header, of those that `verify` compares; of the others None."""
        sums: dict[str, int | None] = {file_of(self.prefix, name).name: None for name in FILES}
        sums |= {file_of(self.prefix, name).name: self._directory["files"][name]["crc32"] for name in ARRAYS}
        return sums | {file_of(self.prefix, "terms").name: int.from_bytes(self._files["terms"].map[20:24], "little")}

    def _read_directory(self) -> tuple[dict[str, Any], int]:
        """The directory, and where its arrays begin; its own checksum is compared, for everything hangs on it."""
        data = self._files["terms"].map
        length = int.from_bytes(data[12:20], "little")
        if self._files["terms"].checksum() != int.from_bytes(data[20:24], "little"):
            raise self._damaged("terms")
        directory: dict[str, Any] = json.loads(data[HEADER : HEADER + length])
        return directory, HEADER + length

    def _column(self, name: str) -> Ints:
        row = self._directory["files"][name]
        dtype = np.dtype(row["dtype"])
        if len(self._files[name].map) != HEADER + row["length"] * dtype.itemsize:
            raise self._damaged(name)
        return np.frombuffer(self._files[name].map, dtype, row["length"], HEADER)

    def _widened(self, name: str) -> WidenedColumn:
        return WidenedColumn(self._column(name), self.array(f"/{name}/at"), self.array(f"/{name}/value"))

    def _damaged(self, name: str) -> IndexUnavailable:
        return IndexUnavailable(f"{file_of(self.prefix, name).name} is damaged: run `busca rebuild`")
