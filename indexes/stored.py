"""What is given back of a document, one compressed frame each, one after another in SEG.stored.

A frame is the letter of an encoding, a line of JSON, which holds everything but the body and what is empty, and the
body in that encoding. The line also has landmarks of a body (`search.snippets`). A frame has a checksum of its own: a
document that was damaged is seen when it is read, and no search reads the others.
"""

from __future__ import annotations

import json
import threading
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import MISSING, fields
from pathlib import Path

import numpy as np
import zstandard
from pydantic_core import from_json

from indexes.landmarks import landmarks_of
from indexes.postings import file_of, finish, header
from indexes.terms import Ints
from search.model import Document

LEVEL = 3
"""zstd's: 6 takes twice the time for a thirtieth less."""
COPIED = 2**22
"""Bytes that a merge copies at a time."""


EMPTY = {each.name: each.default for each in fields(Document) if each.default is not MISSING} | {"extra": {}}
"""What a frame leaves out."""
HEAD = [(each.name, EMPTY.get(each.name)) for each in fields(Document) if each.name != "body"]
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
LANDMARKS = "landmarks"
LATIN, UTF = b"L", b"U"
ENCODINGS = {LATIN: "latin-1", UTF: "utf-8"}
"""Most bodies fit into Latin-1, which is read ten times as fast as UTF-8."""


class Frames(threading.local):
    """Makes and reads frames. Each thread has contexts of its own: zstd's are not to be shared."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True)
        self._unpack = zstandard.ZstdDecompressor().decompress

    def content(self, document: Document) -> bytes:
        """What the frame of a document holds."""
        held = {name: value for name, empty in HEAD if (value := getattr(document, name)) != empty}
        held["updated"] = document.updated.isoformat()
        if document.created is not None:
            held["created"] = document.created.isoformat()
        if landmarks := landmarks_of(document.body):
            held[LANDMARKS] = landmarks
        head = ENCODER.encode(held)
        try:
            letter, body = LATIN, document.body.encode("latin-1")
        except UnicodeEncodeError:
            letter, body = UTF, document.body.encode()
        return b"".join((letter, head.encode(), b"\n", body))

    def pack_all(self, contents: Sequence[bytes]) -> list[bytes]:
        """The frame of each of them, made without the interpreter: other threads go on meanwhile."""
        packed = self._compressor.multi_compress_to_buffer(list(contents), threads=1)
        return [packed[place].tobytes() for place in range(len(packed))]

    def unpack(self, frame: memoryview) -> tuple[Document, list[int]]:
        """A document and the landmarks of its body. Raise ValueError when the frame is damaged."""
        data, end = self._split(frame)
        held = from_json(data[1:end])
        landmarks = held.pop(LANDMARKS, [])
        return Document.load(EMPTY | held, data[end + 1 :].decode(ENCODINGS[data[:1]])), landmarks

    def head(self, frame: memoryview) -> str:
        """The line of JSON of a document."""
        data, end = self._split(frame)
        return data[1:end].decode()

    def _split(self, frame: memoryview) -> tuple[bytes, int]:
        """What a frame holds, and where its line ends."""
        try:
            data = self._unpack(frame)
        except zstandard.ZstdError as error:
            raise ValueError(f"a stored document is damaged: {error}") from error
        return data, data.index(b"\n")


class StoredWriter:
    """Writes the frames of one segment, in the order of document numbers."""

    def __init__(self, prefix: Path) -> None:
        self._file = file_of(prefix, "stored").open("wb")
        self._file.write(header())
        self._ends = array("Q", [0])
        self._crc = 0

    def add_all(self, data: memoryview, starts: Ints, kept: Ints) -> None:
        """Add frames of which number i is data[starts[i]:starts[i + 1]], but those that are not kept (bool)."""
        edges = np.flatnonzero(np.diff(kept, prepend=False, append=False))
        for first, end in edges.reshape(-1, 2).tolist():
            begin, last = int(starts[first]), int(starts[end])
            for at in range(begin, last, COPIED):
                part = data[at : min(at + COPIED, last)]
                self._file.write(part)
                self._crc = zlib.crc32(part, self._crc)
            self._ends.frombytes((starts[first + 1 : end + 1] - begin + self._ends[-1]).astype(np.uint64).tobytes())

    def finish(self) -> tuple[Ints, dict[str, object]]:
        """Complete the file; return where each frame begins, and the file's row of the directory."""
        finish(self._file)
        return np.array(self._ends, dtype="<u8"), {"dtype": "|u1", "length": self._ends[-1], "crc32": self._crc}
