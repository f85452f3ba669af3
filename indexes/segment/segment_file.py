"""One file of a segment: mapped for arrays, and open, to be looked at again and to be read.

A look at a page of a map that a disk cannot read ends the process; `read` says so instead (docs/decisions/0017).
"""

from __future__ import annotations

import mmap
import os
import weakref
import zlib
from pathlib import Path

from indexes.segment.postings_writer import HEADER, MAGIC, VERSION
from search.errors import IndexUnavailable

SUMMED = 2**20
"""Bytes that are read and summed up at a time."""


class SegmentFile:
    """Stays open as long as somebody holds it. Raise IndexUnavailable where it cannot be opened as such a file."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            weakref.finalize(self, os.close, self._file)
            self._signature = self._look()
            self.map = mmap.mmap(self._file, 0, access=mmap.ACCESS_READ)
            beginning = self.read(0, 12)
        except (OSError, ValueError) as error:
            raise IndexUnavailable(f"{self.name} cannot be read ({error}): run `busca rebuild`") from error
        if beginning != MAGIC + VERSION.to_bytes(4, "little"):
            raise IndexUnavailable(f"{self.name} is damaged or of another version: run `busca rebuild`")

    def read(self, begin: int, end: int) -> bytes:
        """Bytes [begin, end); fewer where it ends before. Raise OSError where the disk cannot read them."""
        return os.pread(self._file, end - begin, begin)

    def check(self) -> None:
        """Raise IndexUnavailable where it was written to since it was opened; gone or replaced, it stays readable."""
        if self._look() != self._signature:
            raise IndexUnavailable(f"{self.name} was changed while it was served: run `busca rebuild`")

    def checksum(self) -> int:
        """The CRC-32 of what follows its header."""
        crc, at = 0, HEADER
        try:
            while data := self.read(at, at + SUMMED):
                crc, at = zlib.crc32(data, crc), at + len(data)
        except OSError as error:
            raise IndexUnavailable(
                f"{self.name} cannot be read ({error}): look at the disk and run `busca rebuild`"
            ) from error
        return crc

    def _look(self) -> tuple[int, int]:
        """Size and time of the last writing: what tells that a file is as it was."""
        status = os.fstat(self._file)
        return status.st_size, status.st_mtime_ns


class FileRange:
    """Some bytes of a file, of which slices are read."""

    __slots__ = ("_begin", "_end", "_file")

    def __init__(self, file: SegmentFile, begin: int, end: int) -> None:
        self._file, self._begin, self._end = file, begin, end

    def __getitem__(self, part: slice) -> bytes:
        first, end, _ = part.indices(self._end - self._begin)
        return self._file.read(self._begin + first, self._begin + end)
