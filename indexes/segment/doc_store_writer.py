"""BlockCodec of stored documents, compressed and written by a thread of its own while further documents are inverted.

add ──▶ a part of about a MiB ──▶ at most WAITING parts ──▶ thread: compress, write ──▶ file
"""

from __future__ import annotations

import zlib
from array import array
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np

from indexes.arrays import Ints
from indexes.segment.doc_store import BlockCodec
from indexes.segment.postings_writer import file_of, finish, header
from search.model import Document

PART = 2**20
"""Bytes that are compressed in one call: a thread waits up to 5 ms each time that it needs the interpreter again."""
THREAD = "blocks"
WAITING = 2
"""Parts that wait for the thread: it has always one to go on with, and few are in memory."""
COPIED = 2**22
"""Bytes that a merge copies at a time."""


class BlockWriter:
    """Writes the blocks of documents into a new file, in the order in which they are added.

    What goes wrong in the thread, as where the disk is full, is raised by each later `add`, at the latest by `finish`.
    """

    def __init__(self, path: Path) -> None:
        self._blocks = BlockCodec()
        self._file = path.open("wb")
        self._ends = array("Q", [0])
        self._part: list[list[bytes]] = []
        self._bytes = 0
        self._pending: deque[Future[None]] = deque()
        self._thread = ThreadPoolExecutor(1, THREAD)

    def add(self, document: Document, offsets: Sequence[int]) -> None:
        """Add a document, with the word offsets of its body."""
        contents = self._blocks.contents(document, offsets)
        self._part.append(contents)
        self._bytes += sum(map(len, contents))
        if self._bytes >= PART:
            self._send()

    def finish(self) -> Ints:
        """Complete the file; return where each block begins."""
        if self._part:
            self._send()
        self._await(0)
        self._thread.shutdown()
        self._file.close()
        return np.array(self._ends, dtype=np.uint64)

    def close(self) -> None:
        """Let go of what is not wanted."""
        self._thread.shutdown(cancel_futures=True)
        with suppress(OSError):  # what could not be written is not wanted either
            self._file.close()

    def _send(self) -> None:
        self._await(WAITING)
        self._pending.append(self._thread.submit(self._write, self._part))
        self._part, self._bytes = [], 0

    def _await(self, left: int) -> None:
        """Wait until so few parts are left; a part that failed stays, so that no later one hides it."""
        while len(self._pending) > left:
            self._pending[0].result()
            self._pending.popleft()

    def _write(self, part: list[list[bytes]]) -> None:
        for block in self._blocks.pack_all(part):
            self._file.write(block)
            self._ends.append(self._ends[-1] + len(block))


class DocStoreWriter:
    """Writes the blocks of one segment, in the order of document numbers."""

    def __init__(self, prefix: Path) -> None:
        self._file = file_of(prefix, "stored").open("wb")
        self._file.write(header())
        self._ends = array("Q", [0])
        self._crc = 0

    def add_all(self, data: memoryview, starts: Ints, mask: Ints) -> None:
        """Add blocks of which number i is data[starts[i]:starts[i + 1]], but those that are not kept (bool)."""
        edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
        for first, end in edges.reshape(-1, 2).tolist():
            begin, last = int(starts[first]), int(starts[end])
            for at in range(begin, last, COPIED):
                part = data[at : min(at + COPIED, last)]
                self._file.write(part)
                self._crc = zlib.crc32(part, self._crc)
            self._ends.frombytes((starts[first + 1 : end + 1] - begin + self._ends[-1]).astype(np.uint64).tobytes())

    def finish(self) -> tuple[Ints, dict[str, object]]:
        """Complete the file; return where each block begins, and the file's row of the directory."""
        finish(self._file)
        return np.array(self._ends, dtype="<u8"), {"dtype": "|u1", "length": self._ends[-1], "crc32": self._crc}
