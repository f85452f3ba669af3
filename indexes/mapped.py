"""Posting lists read back: files are mapped, arrays are views of them. The layout stands in `indexes.postings`."""

from __future__ import annotations

import json
import mmap
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from indexes.postings import ESCAPE_U8, ESCAPE_U16, FILES, HEADER, MAGIC, VERSION, Ints, Run, file_of
from search.errors import IndexUnavailable


class Terms(Sequence[bytes]):
    """Sorted terms in one run of bytes."""

    def __init__(self, blob: bytes, offsets: Ints) -> None:
        self._blob, self._offsets = blob, offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        term: bytes = self._blob[self._offsets[place] : self._offsets[place + 1]]
        return term

    def __iter__(self) -> Iterator[bytes]:
        blob, offsets = self._blob, self._offsets.tolist()
        return (blob[begin:end] for begin, end in pairwise(offsets))


@dataclass(frozen=True, slots=True)
class _Wide:
    """The numbers that did not fit a column: value[i] stands at at[i]."""

    at: Ints
    value: Ints

    def widen(self, narrow: Ints, first: int, escape: int) -> Ints:
        """The part of the column that begins at `first`, with all its numbers."""
        if not len(self.at):
            return narrow
        low, high = np.searchsorted(self.at, (first, first + len(narrow)))
        if low == high:
            return narrow
        wide = narrow.astype(np.int64)
        wide[self.at[low:high] - first] = self.value[low:high]
        return wide


class FieldPostings:
    """The postings of one field of a segment. Arrays are views of mapped files and must not be written to."""

    def __init__(self, segment: SegmentPostings, name: str) -> None:
        self._segment = segment
        self.terms = Terms(segment.array(f"{name}/blob").tobytes(), segment.array(f"{name}/offsets"))
        self.starts = segment.array(f"{name}/starts")
        self.place_starts = segment.array(f"{name}/place_starts")

    def find(self, term: bytes) -> int:
        """The number of a term, or -1."""
        place = bisect_left(self.terms, term)
        return place if place < len(self.terms) and self.terms[place] == term else -1

    def prefixed(self, prefix: bytes, limit: int) -> range:
        """The numbers of the first `limit` terms that begin so."""
        first = end = bisect_left(self.terms, prefix)
        while end < len(self.terms) and end - first < limit and self.terms[end].startswith(prefix):
            end += 1
        return range(first, end)

    def count(self, term: int) -> int:
        """In how many documents a term stands, deleted ones included."""
        return int(self.starts[term + 1] - self.starts[term])

    def postings(self, term: int) -> tuple[Ints, Ints]:
        """Documents, ascending, and frequencies of a term."""
        first, end = int(self.starts[term]), int(self.starts[term + 1])
        return self._segment.docs[first:end], self._segment.freqs(first, end)

    def positions(self, term: int) -> tuple[Ints, Ints, Ints]:
        """Documents and frequencies of a term, and its positions: freqs[i] ascending ones for document i."""
        docs, freqs = self.postings(term)
        gaps = self._segment.places(int(self.place_starts[term]), int(self.place_starts[term + 1]))
        sums = np.cumsum(gaps, dtype=np.int64)
        begins = np.cumsum(freqs, dtype=np.int64) - freqs
        before = sums[begins] - gaps[begins] if len(gaps) else begins
        return docs, freqs, sums - np.repeat(before, freqs)

    def gaps(self, term: int, which: Ints) -> Ints:
        """The places of a term at those indices, gap-encoded."""
        first = int(self.place_starts[term])
        if not len(which):
            return np.zeros(0, dtype=np.int64)
        low, high = int(which[0]), int(which[-1]) + 1
        found: Ints = self._segment.places(first + low, first + high)[which - low]
        return found

    def run(self) -> Run:
        """All of it, as what a merge takes."""
        first, end = int(self.starts[0]), int(self.starts[-1])
        place_first, place_end = int(self.place_starts[0]), int(self.place_starts[-1])
        return Run(
            list(self.terms),
            self.starts - first,
            self.place_starts - place_first,
            self._segment.docs[first:end],
            self._segment.freqs(first, end),
            self._segment.places(place_first, place_end),
        )


class SegmentPostings:
    """The postings of one segment, mapped. Raise IndexUnavailable, with the file's name, when one is not whole."""

    def __init__(self, prefix: Path) -> None:
        self._prefix = prefix
        self._maps = {name: _mapped(file_of(prefix, name)) for name in FILES}
        self._directory, self._body = self._read_directory()
        self.documents: int = self._directory["documents"]
        self.docs = self._column("docs")
        self._freqs, self._places = self._column("freqs"), self._column("places")
        self._wide = {name: _Wide(self.array(f"/{name}/at"), self.array(f"/{name}/value")) for name in FILES[2:]}

    @cached_property
    def fields(self) -> dict[str, FieldPostings]:
        names = {name.split("/")[0] for name in self._directory["arrays"]} - {""}
        return {name: FieldPostings(self, name) for name in sorted(names)}

    def array(self, name: str) -> Ints:
        row = self._directory["arrays"][name]
        return np.frombuffer(self._maps["terms"], np.dtype(row["dtype"]), row["length"], self._body + row["offset"])

    def freqs(self, first: int, end: int) -> Ints:
        return self._wide["freqs"].widen(self._freqs[first:end], first, ESCAPE_U8)

    def places(self, first: int, end: int) -> Ints:
        return self._wide["places"].widen(self._places[first:end], first, ESCAPE_U16)

    def verify(self) -> None:
        """Compare every checksum; raise IndexUnavailable for the first file that was damaged."""
        header = bytes(self._maps["terms"][:HEADER])
        if zlib.crc32(memoryview(self._maps["terms"])[HEADER:]) != int.from_bytes(header[20:24], "little"):
            raise self._damaged("terms")
        for name in FILES[1:]:
            if zlib.crc32(memoryview(self._maps[name])[HEADER:]) != self._directory["files"][name]["crc32"]:
                raise self._damaged(name)

    def _read_directory(self) -> tuple[dict[str, Any], int]:
        """The directory, and where its arrays begin; its own checksum is compared, for everything hangs on it."""
        data = self._maps["terms"]
        length = int.from_bytes(data[12:20], "little")
        if zlib.crc32(memoryview(data)[HEADER:]) != int.from_bytes(data[20:24], "little"):
            raise self._damaged("terms")
        directory: dict[str, Any] = json.loads(data[HEADER : HEADER + length])
        return directory, HEADER + length

    def _column(self, name: str) -> Ints:
        row = self._directory["files"][name]
        dtype = np.dtype(row["dtype"])
        if len(self._maps[name]) != HEADER + row["length"] * dtype.itemsize:
            raise self._damaged(name)
        return np.frombuffer(self._maps[name], dtype, row["length"], HEADER)

    def _damaged(self, name: str) -> IndexUnavailable:
        return IndexUnavailable(f"{file_of(self._prefix, name).name} is damaged: run `busca rebuild`")


def _mapped(path: Path) -> mmap.mmap:
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise IndexUnavailable(f"{path.name} cannot be read ({error}): run `busca rebuild`") from error
    if data[:12] != MAGIC + VERSION.to_bytes(4, "little"):
        raise IndexUnavailable(f"{path.name} is damaged or of another version: run `busca rebuild`")
    return data
