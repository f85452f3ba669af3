"""Posting lists as plain arrays: how they lie in files, and how they are written and merged.

A segment is five files, little-endian:

    SEG.terms    directory: for each field its sorted terms, and where the postings of each begin; numbers of documents
    SEG.docs     document numbers, ascending within a term            u16 or u32
    SEG.freqs    occurrences in that document                         u8, ESCAPE where the directory has the number
    SEG.places   positions, the first as it is, then the gaps         u16, likewise
    SEG.stored   what is given back of each document (indexes.stored)

        terms    │ boleto          │ juros     │            starts[t]       of docs and freqs
        docs     │ 3   17   29     │ 3   8     │            place_starts[t] of places
        freqs    │ 2   1    1      │ 1   3     │
        places   │ 5 9 │ 40 │ 7    │ 2 │ 1 4 1 │

Each file begins with MAGIC and a version; the directory holds the CRC-32 of the others, its own stands in its header. A
`PostingRun` is the postings of one field in memory or in mapped files: what a batch of documents becomes, and what a
segment gives when it is merged. Merging is done on arrays, about a million numbers at a time.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Protocol

import numpy as np

from indexes.arrays import Ints
from indexes.segment.term_dictionary import Terms, prefix_sums, union

MAGIC = b"BUSCAPL\0"
VERSION = 4
HEADER = 64
"""Bytes before the arrays: MAGIC, the version and, in the directory, its length and CRC-32."""

ARRAYS = ("docs", "freqs", "places")
FILES = ("terms", *ARRAYS, "stored")
ESCAPE_U8, ESCAPE_U16 = 0xFF, 0xFFFF
CHUNK = 1_000_000
"""Postings and places that a merge holds in memory at a time: some 30 MiB of arrays."""


class Column(Protocol):
    """An array, or what reads parts of one."""

    def __getitem__(self, part: slice, /) -> Ints: ...


@dataclass(frozen=True, slots=True)
class PostingRun:
    """The postings of one field, sorted by term, then document.

    `terms` are sorted and distinct. Term t has the postings [starts[t], starts[t + 1]) of `docs` and `freqs` and the
    places [place_starts[t], place_starts[t + 1]); each posting has as many places as its frequency, gap-encoded. A
    field without positions has no places. Where there are `numbers`, document d is numbers[d], and none if that is
    negative: so deleted documents stay behind.
    """

    terms: Terms
    starts: Ints
    place_starts: Ints
    docs: Column
    freqs: Column
    places: Column
    numbers: Ints | None = None

    def slice(self, first: int, end: int) -> Slice:
        """The postings of the terms [first, end)."""
        starts, place_starts = self.starts[first : end + 1], self.place_starts[first : end + 1]
        docs, freqs = self.docs[starts[0] : starts[-1]], self.freqs[starts[0] : starts[-1]]
        places = self.places[place_starts[0] : place_starts[-1]]
        if self.numbers is None:
            return Slice(docs, freqs, places, np.diff(starts), np.diff(place_starts))
        docs = self.numbers[docs]
        kept = docs >= 0
        if kept.all():
            return Slice(docs, freqs, places, np.diff(starts), np.diff(place_starts))
        counts, place_counts = np.diff(prefix_sums(kept)[starts - starts[0]]), np.diff(place_starts)
        if len(places):
            places = places[np.repeat(kept, freqs)]
            place_counts = np.diff(prefix_sums(np.where(kept, freqs, 0))[starts - starts[0]])
        return Slice(docs[kept], freqs[kept], places, counts, place_counts)


@dataclass(frozen=True, slots=True)
class Slice:
    """Postings of consecutive terms; term t of them has counts[t] postings and place_counts[t] places."""

    docs: Ints
    freqs: Ints
    places: Ints
    counts: Ints
    place_counts: Ints


def spread(starts: Ints, counts: Ints) -> Ints:
    """The indices start, start + 1, …, start + count - 1 of every pair, one after another."""
    ends = counts.cumsum()
    found: Ints = (starts - (ends - counts)).repeat(counts)
    found += np.arange(len(found))
    return found


# -- writing -----------------------------------------------------------------------------------------------------------


class _NarrowColumn:
    """One file of narrow numbers, written in parts; numbers that do not fit are kept aside."""

    def __init__(self, path: Path, dtype: str, escape: int | None) -> None:
        self._file = path.open("wb")
        self._file.write(header())
        self._dtype, self._escape = np.dtype(dtype), escape
        self._crc = 0
        self.length = 0
        self._places: list[Ints] = []
        self._values: list[Ints] = []

    def write(self, values: Ints) -> None:
        narrow = values
        if self._escape is not None and len(values) and values.max() >= self._escape:
            wide = np.flatnonzero(values >= self._escape)
            self._places.append(wide + self.length)
            self._values.append(np.asarray(values[wide], dtype=np.int64))
            narrow = np.minimum(values, self._escape)
        data = np.ascontiguousarray(narrow, dtype=self._dtype).data
        self._crc = zlib.crc32(data, self._crc)
        self._file.write(data)
        self.length += len(values)

    def finish(self) -> dict[str, Any]:
        """Complete the file; return its row of the directory."""
        finish(self._file)
        return {"dtype": self._dtype.str, "length": self.length, "crc32": self._crc}

    def wide(self) -> dict[str, Ints]:
        """Where numbers were too wide, ascending, and those numbers."""
        none: list[Ints] = [np.zeros(0, dtype=np.int64)]
        return {"at": np.concatenate(self._places or none), "value": np.concatenate(self._values or none)}


def write(
    prefix: Path,
    fields: Mapping[str, Sequence[PostingRun]],
    documents: int,
    *,
    columns: Mapping[str, Ints] = MappingProxyType({}),
    head: Mapping[str, Any] = MappingProxyType({}),
    files: Mapping[str, Any] = MappingProxyType({}),
    release: Callable[[], object] = lambda: None,
) -> None:
    """Merge the runs of each field and write them as a segment of `documents` documents.

    The runs of a field have ascending document numbers from one run to the next; of two neighbours the first may end
    with the document that the second begins with. `columns`, `head` and `files` (rows of files that are written
    already) go into the directory. `release` is called when parts of the runs were read that are not needed again.
    Files are PREFIX.terms and so on; they are complete and on disk when this returns.
    """
    into = {
        "docs": _NarrowColumn(file_of(prefix, "docs"), "<u2" if documents <= ESCAPE_U16 else "<u4", None),
        "freqs": _NarrowColumn(file_of(prefix, "freqs"), "<u1", ESCAPE_U8),
        "places": _NarrowColumn(file_of(prefix, "places"), "<u2", ESCAPE_U16),
    }
    arrays = dict(columns)
    for name in sorted(fields):
        arrays |= {f"{name}/{part}": array for part, array in _write_field(fields[name], into, release).items()}
    for name in ARRAYS[1:]:
        arrays |= {f"/{name}/{part}": array for part, array in into[name].wide().items()}
    rows = {name: column.finish() for name, column in into.items()}
    _write_directory(prefix, {**head, "documents": documents, "files": {**files, **rows}}, arrays)


def _write_field(
    runs: Sequence[PostingRun], into: Mapping[str, _NarrowColumn], release: Callable[[], object]
) -> dict[str, Ints]:
    """Write the postings of one field; return its part of the directory."""
    runs = [run for run in runs if len(run.terms)] or runs[:1]
    terms, numbers = union([run.terms for run in runs])
    counts = np.zeros(len(terms), dtype=np.int64)
    place_counts = np.zeros(len(terms), dtype=np.int64)
    base, place_base = into["docs"].length, into["places"].length
    for first, end in _chunks(runs, numbers, len(terms)):
        merged = _merged(runs, numbers, first, end)
        into["docs"].write(merged.docs)
        into["freqs"].write(merged.freqs)
        into["places"].write(merged.places)
        counts[first:end], place_counts[first:end] = merged.counts, merged.place_counts
        release()
    held = np.flatnonzero(counts)
    if len(held) < len(terms):
        terms, counts, place_counts = (
            Terms.of([terms[each] for each in held.tolist()]),
            counts[held],
            place_counts[held],
        )
    return {
        "blob": np.frombuffer(terms.blob, dtype=np.uint8),
        "offsets": terms.offsets.astype("<u4"),
        "starts": _narrowed(prefix_sums(counts) + base),
        "place_starts": _narrowed(prefix_sums(place_counts) + place_base),
    }


def _narrowed(ascending: Ints) -> Ints:
    """The same in half the room, where that is enough."""
    return ascending.astype("<u4") if ascending[-1] < 2**32 else ascending


def _chunks(runs: Sequence[PostingRun], numbers: Sequence[Ints], count: int) -> Iterator[tuple[int, int]]:
    """The terms [first, end) that are merged at a time: CHUNK postings and places, or one term that has more."""
    sizes = np.zeros(count, dtype=np.int64)
    for run, number in zip(runs, numbers, strict=True):
        sizes[number] += np.diff(run.starts) + np.diff(run.place_starts)
    sums, first = prefix_sums(sizes), 0
    while first < count:
        end = max(first + 1, int(np.searchsorted(sums, sums[first] + CHUNK, side="right")) - 1)
        yield first, end
        first = end


def _merged(runs: Sequence[PostingRun], numbers: Sequence[Ints], first: int, end: int) -> Slice:
    """The postings of the terms [first, end) of all runs.

    The runs are in the order of documents: where those of one run go is known from how many the runs before it have.
    """
    parts = []
    for run, number in zip(runs, numbers, strict=True):
        low, high = np.searchsorted(number, (first, end)).tolist()
        if low < high:
            parts.append((number[low:high] - first, run.slice(low, high)))
    if len(parts) == 1 and len(parts[0][0]) == end - first:
        return parts[0][1]
    counts, place_counts = np.zeros(end - first, dtype=np.int64), np.zeros(end - first, dtype=np.int64)
    for terms, part in parts:
        counts[terms] += part.counts
        place_counts[terms] += part.place_counts
    filled, place_filled = prefix_sums(counts)[:-1], prefix_sums(place_counts)[:-1]
    docs, freqs, places = (
        np.empty(size, dtype=np.result_type(*(getattr(part, name) for _, part in parts)))
        for name, size in (("docs", counts.sum()), ("freqs", counts.sum()), ("places", place_counts.sum()))
    )
    for terms, part in parts:
        into = spread(filled[terms], part.counts)
        docs[into], freqs[into] = part.docs, part.freqs
        filled[terms] += part.counts
        if len(part.places):
            places[spread(place_filled[terms], part.place_counts)] = part.places
            place_filled[terms] += part.place_counts
    return _joined(Slice(docs, freqs, places, counts, place_counts))


def _joined(merged: Slice) -> Slice:
    """The same postings, those of one document and term as one: a long document may be spread over several runs."""
    docs, freqs, places = merged.docs, merged.freqs, merged.places
    terms = np.repeat(np.arange(len(merged.counts)), merged.counts)
    again = np.zeros(len(docs), dtype=np.bool_)
    np.equal(docs[1:], docs[:-1], out=again[1:])
    again[1:] &= terms[1:] == terms[:-1]
    if not again.any():
        return merged
    heads = np.flatnonzero(~again)
    if len(places):
        places = places.astype(np.int64)
        begins = prefix_sums(freqs)[:-1]
        ends = np.add.reduceat(places, begins)  # the last position of each
        places[begins[again]] -= ends[np.flatnonzero(again) - 1]
    counts = np.bincount(terms[heads], minlength=len(merged.counts))
    freqs = np.add.reduceat(freqs.astype(np.int64), heads)
    return Slice(docs[heads], freqs, places, counts, merged.place_counts)


def _write_directory(prefix: Path, head: Mapping[str, Any], arrays: Mapping[str, Ints]) -> None:
    """The header, a line of JSON that says where each array stands, and the arrays."""
    rows, parts, offset = {}, [], 0
    for name, array in arrays.items():
        data = np.ascontiguousarray(array).data
        rows[name] = {"dtype": array.dtype.str, "length": len(array), "offset": offset}
        parts += [data.cast("B") if data.nbytes else b"", bytes(-data.nbytes % 8)]
        offset += data.nbytes + (-data.nbytes % 8)
    text = json.dumps({**head, "arrays": rows}).encode()
    parts.insert(0, text.ljust(len(text) + -len(text) % 8))
    crc = 0
    for part in parts:
        crc = zlib.crc32(part, crc)
    with file_of(prefix, "terms").open("wb") as file:
        file.write(header(len(parts[0]).to_bytes(8, "little") + crc.to_bytes(4, "little")))
        file.writelines(parts)
        finish(file)


def header(more: bytes = b"") -> bytes:
    return (MAGIC + VERSION.to_bytes(4, "little") + more).ljust(HEADER, b"\0")


def finish(file: BinaryIO) -> None:
    """Close a file that is on disk then."""
    file.flush()
    os.fsync(file.fileno())
    file.close()


def file_of(prefix: Path, name: str) -> Path:
    """The file of a segment with that name, one of FILES."""
    return prefix.with_name(f"{prefix.name}.{name}")
