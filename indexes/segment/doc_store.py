"""What is given back of a document, one frame each, one after another in SEG.stored.

A frame is compressed: the letter of an encoding, a list of everything but the body in a line of JSON, and
the body in that encoding. The list may end with landmarks of the body (`search.highlighting`). Of a long body only the
beginning stands there; the whole follows in blocks, so that a passage is read without the rest:

    short   ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒        letter, line, body
    long    table ▒▒▒▒▒▒▒▒ ▒▒▒▒ ▒▒▒▒ ▒▒▒       letter, line, OPENING characters; then BLOCK characters each

The table is a frame that zstd skips: its CRC-32, and where the head and each block end, counted from its own end (u32).
Each part has a checksum of its own: a document that was damaged is seen when it is read, no search reads the others.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from itertools import chain, islice, pairwise

import numpy as np
import zstandard
from pydantic_core import from_json

from indexes.tokenizing.word_offsets import landmarks_of
from search.model import Document

LEVEL = 3
"""zstd's: 6 takes twice the time for a thirtieth less."""


EMPTY = {each.name: each.default for each in fields(Document) if each.default is not MISSING} | {"extra": {}}
"""What a frame leaves out at the end of its line."""
HEAD = (
    *("source", "key", "url", "title", "kind", "lang", "updated", "product", "module", "line", "labels", "headings"),
    *("identifiers", "versions", "breadcrumb", "links", "popularity", "created", "group", "extra", "audience"),
)
"""What stands in a line, in this order: what most documents have comes first."""
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=datetime.isoformat)
LONG = 2**16
"""Characters up to which a body stands in one piece: to read it takes a fifth of a millisecond."""
BLOCK = 2**13
"""Characters of a block: a passage takes one or two. Half of it takes a tenth more bytes, twice of it a tenth less and
nearly twice the time to read."""
OPENING = 2**12
"""Characters of a long body that are read with its line: what results say of a document beside a passage needs no more
than that."""
TABLE = (0x184D2A50).to_bytes(4, "little")
"""How a frame begins that zstd skips."""
Guard = Callable[[], AbstractContextManager[object]]
"""What tells of a damaged body in the words of who reads it."""
LATIN, UTF = b"L", b"U"
ENCODINGS = {LATIN: "latin-1", UTF: "utf-8"}
"""Most bodies fit into Latin-1, which is read ten times as fast as UTF-8."""


class Frames(threading.local):
    """Makes and reads frames. Each thread has contexts of its own: zstd's are not to be shared."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True)
        self._unpack = zstandard.ZstdDecompressor().decompress

    def contents(self, document: Document) -> list[bytes]:
        """What the parts of the frame of a document hold."""
        body, values = document.body, [getattr(document, name) for name in HEAD]
        if landmarks := landmarks_of(body):
            values.append(landmarks)
        else:
            while values[-1] == EMPTY.get(HEAD[len(values) - 1]):
                values.pop()
        head = ENCODER.encode(values).encode()
        letter = _letter(body)
        texts = [body] if len(body) <= LONG else [body[:OPENING], *_cut(body)]
        first, *blocks = (text.encode(ENCODINGS[letter]) for text in texts)
        return [b"".join((letter, head, b"\n", first)), *blocks]

    def pack_all(self, contents: Sequence[Sequence[bytes]]) -> list[bytes]:
        """The frame of each of them, one at least, made without the interpreter: other threads go on meanwhile."""
        packed = self._compressor.multi_compress_to_buffer(list(chain(*contents)), threads=1)
        parts = (packed[place].tobytes() for place in range(len(packed)))
        return [_joined(list(islice(parts, len(each)))) for each in contents]

    def unpack(self, frame: memoryview, guard: Guard = nullcontext) -> tuple[Document, list[int]]:
        """A document and the landmarks of its body; a long body is read, under the guard, when it is asked for.

        Raise ValueError when the frame is damaged.
        """
        head, *blocks = _parts(frame)
        data, end = self._split(head)
        values = from_json(data[1:end])
        landmarks = values[len(HEAD)] if len(values) > len(HEAD) else []
        encoding = ENCODINGS[data[:1]]
        body = str(memoryview(data)[end + 1 :], encoding)
        whole = Body(self, body, blocks, encoding, guard) if blocks else body
        return Document.load(EMPTY | dict(zip(HEAD, values, strict=False)), whole), landmarks

    def head(self, frame: memoryview) -> str:
        """All of a document but its body, as JSON."""
        data, end = self._split(_parts(frame)[0])
        return ENCODER.encode(dict(zip(HEAD, from_json(data[1:end]), strict=False)))

    def read(self, part: memoryview) -> bytes:
        """What a part of a frame holds. Raise ValueError when it is damaged."""
        try:
            return self._unpack(part)
        except (zstandard.ZstdError, MemoryError) as error:  # a size that was damaged may be any
            raise ValueError(f"a stored document is damaged: {error}") from error

    def _split(self, head: memoryview) -> tuple[bytes, int]:
        """What a head holds, and where its line ends."""
        data = self.read(head)
        return data, data.index(b"\n")


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a long document: called for an excerpt, it reads the blocks in which that stands."""

    frames: Frames
    opening: str
    blocks: Sequence[memoryview]
    encoding: str
    guard: Guard

    def __call__(self, first: int, end: int) -> str:
        if end <= len(self.opening):
            return self.opening[first:end]
        before = first // BLOCK
        with self.guard():
            wanted = self.blocks[before : -(-end // BLOCK)]
            text = "".join([self.frames.read(block).decode(self.encoding) for block in wanted])
        return text[first - before * BLOCK : end - before * BLOCK]


def _letter(body: str) -> bytes:
    """The encoding of a body."""
    try:
        body.encode("latin-1")
    except UnicodeEncodeError:
        return UTF
    return LATIN


def _cut(body: str) -> Iterator[str]:
    return (body[at : at + BLOCK] for at in range(0, len(body), BLOCK))


def _joined(parts: Sequence[bytes]) -> bytes:
    """The frame of these parts, with a table where there are several."""
    if len(parts) == 1:
        return parts[0]
    ends = np.cumsum([len(part) for part in parts]).astype("<u4").tobytes()
    size, crc = len(ends) + 4, zlib.crc32(ends)
    return b"".join((TABLE, size.to_bytes(4, "little"), crc.to_bytes(4, "little"), ends, *parts))


def _parts(frame: memoryview) -> list[memoryview]:
    """The parts of a frame. Raise ValueError when its table is damaged."""
    if frame[:4] != TABLE:
        return [frame]
    begin = 8 + int.from_bytes(frame[4:8], "little")
    table = frame[12:begin]
    if zlib.crc32(table) != int.from_bytes(frame[8:12], "little"):
        raise ValueError("a stored document is damaged: its table of blocks is not whole")
    ends = [0, *np.frombuffer(table, dtype="<u4").tolist()]
    return [frame[begin + first : begin + end] for first, end in pairwise(ends)]
