"""Posting lists as plain arrays: how they lie in files, and how they are written and merged.

A segment's postings are four files, little-endian:

    SEG.terms    directory: for each field its sorted terms, and where the postings of each begin
    SEG.docs     document numbers, ascending within a term            u16 or u32
    SEG.freqs    occurrences in that document                         u8, ESCAPE where the directory has the number
    SEG.places   positions, the first as it is, then the gaps         u16, likewise

        terms    │ boleto          │ juros     │            starts[t]       of docs and freqs
        docs     │ 3   17   29     │ 3   8     │            place_starts[t] of places
        freqs    │ 2   1    1      │ 1   3     │
        places   │ 5 9 │ 40 │ 7    │ 2 │ 1 4 1 │

Each file begins with MAGIC and a version; the directory holds the CRC-32 of the other three, its own stands in its
header. A `Run` is the postings of one field in memory or in mapped files: what a batch of documents becomes, and what
a segment gives when it is merged. Merging is done on arrays, some millions of postings at a time.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

MAGIC = b"BUSCAPL\0"
VERSION = 1
HEADER = 64
"""Bytes before the arrays: MAGIC, the version and, in the directory, its length and CRC-32."""

FILES = ("terms", "docs", "freqs", "places")
ESCAPE_U8, ESCAPE_U16 = 0xFF, 0xFFFF
CHUNK = 2_000_000
"""Postings that a merge holds in memory at a time: some 60 MiB of arrays."""

Ints = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Run:
    """The postings of one field, sorted by term, then document.

    `terms` are sorted and distinct. Term t has the postings [starts[t], starts[t + 1]) of `docs` and `freqs` and the
    places [place_starts[t], place_starts[t + 1]); each posting has as many places as its frequency, gap-encoded. A
    field without positions has no places.
    """

    terms: Sequence[bytes]
    starts: Ints
    place_starts: Ints
    docs: Ints
    freqs: Ints
    places: Ints

    def slice(self, first: int, end: int) -> tuple[Ints, Ints, Ints]:
        """Documents, frequencies and places of the terms [first, end)."""
        postings = slice(int(self.starts[first]), int(self.starts[end]))
        places = slice(int(self.place_starts[first]), int(self.place_starts[end]))
        return self.docs[postings], self.freqs[postings], self.places[places]


def renumbered(run: Run, numbers: Ints) -> Run:
    """A run whose document d is numbers[d]; postings of a document whose number is negative go."""
    docs = numbers[run.docs]
    if not (docs < 0).any():
        return Run(run.terms, run.starts, run.place_starts, docs, run.freqs, run.places)
    kept = docs >= 0
    places = run.places[np.repeat(kept, run.freqs)] if len(run.places) else run.places
    starts = _prefix_sums(kept)[run.starts]
    place_sums = _prefix_sums(np.where(kept, run.freqs, 0))
    place_starts = place_sums[run.starts] if len(run.places) else np.zeros_like(starts)
    held = np.flatnonzero(np.diff(starts))
    return Run(
        [run.terms[place] for place in held.tolist()],
        np.append(starts[held], starts[-1:]),
        np.append(place_starts[held], place_starts[-1:]),
        docs[kept],
        run.freqs[kept],
        places,
    )


def _prefix_sums(values: Ints) -> Ints:
    sums = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=sums[1:])
    return sums


def spread(starts: Ints, counts: Ints) -> Ints:
    """The indices start, start + 1, …, start + count - 1 of every pair, one after another."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - counts), counts) + np.arange(total)


# -- writing -----------------------------------------------------------------------------------------------------------


class _Column:
    """One file of narrow numbers, written in parts; numbers that do not fit are kept aside."""

    def __init__(self, path: Path, dtype: str, escape: int | None) -> None:
        self._file = path.open("wb")
        self._file.write((MAGIC + VERSION.to_bytes(4, "little")).ljust(HEADER, b"\0"))
        self._dtype, self._escape = np.dtype(dtype), escape
        self._crc = 0
        self.length = 0
        self._places: list[Ints] = []
        self._values: list[Ints] = []

    def write(self, values: Ints) -> None:
        narrow = values
        if self._escape is not None:
            wide = np.flatnonzero(values >= self._escape)
            if len(wide):
                self._places.append(wide + self.length)
                self._values.append(np.asarray(values[wide], dtype=np.int64))
                narrow = np.minimum(values, self._escape)
        data = np.ascontiguousarray(narrow, dtype=self._dtype).data
        self._crc = zlib.crc32(data, self._crc)
        self._file.write(data)
        self.length += len(values)

    def close(self) -> dict[str, Any]:
        """Finish the file; return its row of the directory."""
        _finish(self._file)
        return {"dtype": self._dtype.str, "length": self.length, "crc32": self._crc}

    def wide(self) -> dict[str, Ints]:
        """Where numbers were too wide, ascending, and those numbers."""
        none: list[Ints] = [np.zeros(0, dtype=np.int64)]
        return {"at": np.concatenate(self._places or none), "value": np.concatenate(self._values or none)}


def write(prefix: Path, fields: Mapping[str, Sequence[Run]], documents: int) -> None:
    """Merge the runs of each field and write them as the postings of a segment of `documents` documents.

    The runs of a field have ascending document numbers from one run to the next. Files are PREFIX.terms and so on; they
    are complete and on disk when this returns.
    """
    columns = {
        "docs": _Column(file_of(prefix, "docs"), "<u2" if documents <= ESCAPE_U16 else "<u4", None),
        "freqs": _Column(file_of(prefix, "freqs"), "<u1", ESCAPE_U8),
        "places": _Column(file_of(prefix, "places"), "<u2", ESCAPE_U16),
    }
    arrays: dict[str, Ints] = {}
    for name in sorted(fields):
        arrays |= {f"{name}/{part}": array for part, array in _write_field(fields[name], columns).items()}
    for name in ("freqs", "places"):
        arrays |= {f"/{name}/{part}": array for part, array in columns[name].wide().items()}
    _write_directory(prefix, {"documents": documents, "files": {n: c.close() for n, c in columns.items()}}, arrays)


def _write_field(runs: Sequence[Run], columns: Mapping[str, _Column]) -> dict[str, Ints]:
    """Write the postings of one field; return its part of the directory."""
    runs = [run for run in runs if len(run.terms)]
    terms = runs[0].terms if len(runs) == 1 else sorted(set().union(*(run.terms for run in runs)))
    numbers = [np.arange(len(terms))] if len(runs) == 1 else _numbered(runs, terms)
    counts = np.zeros(len(terms), dtype=np.int64)
    place_counts = np.zeros(len(terms), dtype=np.int64)
    for run, number in zip(runs, numbers, strict=True):
        counts[number] += np.diff(run.starts)
        place_counts[number] += np.diff(run.place_starts)
    base, place_base = columns["docs"].length, columns["places"].length
    for docs, freqs, places in _merged(runs, numbers, counts):
        columns["docs"].write(docs)
        columns["freqs"].write(freqs)
        columns["places"].write(places)
    offsets = _prefix_sums(np.fromiter(map(len, terms), dtype=np.int64, count=len(terms)))
    return {
        "blob": np.frombuffer(b"".join(terms), dtype=np.uint8),
        "offsets": offsets.astype("<u4"),
        "starts": _prefix_sums(counts) + base,
        "place_starts": _prefix_sums(place_counts) + place_base,
    }


def _numbered(runs: Sequence[Run], terms: Sequence[bytes]) -> list[Ints]:
    """For each run the place of each of its terms among all terms."""
    places = {term: place for place, term in enumerate(terms)}
    return [np.fromiter(map(places.__getitem__, run.terms), dtype=np.int64, count=len(run.terms)) for run in runs]


def _merged(runs: Sequence[Run], numbers: Sequence[Ints], counts: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield the merged postings, in term order, some terms at a time."""
    sums = _prefix_sums(counts)
    first = 0
    while first < len(counts):
        end = max(first + 1, int(np.searchsorted(sums, sums[first] + CHUNK, side="right")) - 1)
        bounds = [(int(np.searchsorted(number, first)), int(np.searchsorted(number, end))) for number in numbers]
        parts = [
            (*run.slice(*bound), np.repeat(number[slice(*bound)], np.diff(run.starts[bound[0] : bound[1] + 1])))
            for run, number, bound in zip(runs, numbers, bounds, strict=True)
            if bound[0] < bound[1]
        ]
        yield parts[0][:3] if len(parts) == 1 else _interleaved(parts)
        first = end


def _interleaved(parts: Sequence[tuple[Ints, Ints, Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
    """Postings of several runs in one order: by term, then by run, which is by document."""
    docs, freqs, places, terms = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.argsort(terms, kind="stable")
    if len(places):
        begins = _prefix_sums(freqs)[:-1]
        places = places[spread(begins[order], freqs[order].astype(np.int64))]
    return docs[order], freqs[order], places


def _write_directory(prefix: Path, head: dict[str, Any], arrays: Mapping[str, Ints]) -> None:
    """The header, a line of JSON that says where each array stands, and the arrays."""
    rows, parts, offset = {}, [], 0
    for name, array in arrays.items():
        data = np.ascontiguousarray(array).tobytes()
        rows[name] = {"dtype": array.dtype.str, "length": len(array), "offset": offset}
        parts += [data, bytes(-len(data) % 8)]
        offset += len(data) + (-len(data) % 8)
    text = json.dumps(head | {"arrays": rows}).encode()
    body = text.ljust(len(text) + -len(text) % 8) + b"".join(parts)
    header = MAGIC + VERSION.to_bytes(4, "little") + (len(text) + -len(text) % 8).to_bytes(8, "little")
    with file_of(prefix, "terms").open("wb") as file:
        file.write((header + zlib.crc32(body).to_bytes(4, "little")).ljust(HEADER, b"\0"))
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _finish(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()


def file_of(prefix: Path, name: str) -> Path:
    """The file of a segment's postings with that name, one of FILES."""
    return prefix.with_name(f"{prefix.name}.{name}")
