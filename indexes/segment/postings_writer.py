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

Each file begins with MAGIC and a version; the directory holds the CRC-32 of the others, its own stands in its header.
What is written are the runs of each field (`posting_runs`).
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np

from indexes.arrays import Ints
from indexes.segment.posting_runs import PostingRun, chunks, merged
from indexes.segment.term_dictionary import Terms, prefix_sums, union

MAGIC = b"BUSCAPL\0"
VERSION = 4
HEADER = 64
"""Bytes before the arrays: MAGIC, the version and, in the directory, its length and CRC-32."""

ARRAYS = ("docs", "freqs", "places")
FILES = ("terms", *ARRAYS, "stored")
ESCAPE_U8, ESCAPE_U16 = 0xFF, 0xFFFF


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
    for first, end in chunks(runs, numbers, len(terms)):
        part = merged(runs, numbers, first, end)
        into["docs"].write(part.docs)
        into["freqs"].write(part.freqs)
        into["places"].write(part.places)
        counts[first:end], place_counts[first:end] = part.counts, part.place_counts
        release()
    occupied = np.flatnonzero(counts)
    if len(occupied) < len(terms):
        terms, counts, place_counts = (
            Terms.of([terms[number] for number in occupied.tolist()]),
            counts[occupied],
            place_counts[occupied],
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
