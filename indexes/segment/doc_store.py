"""What is given back of a document, one block each, one after another in SEG.stored.

A block is compressed: the letter of an encoding, a list of everything but the body in a line of JSON, and the body in
that encoding. The list may end with word offsets of the body (`search.highlighting`). Of a long body only the beginning
stands there; the whole follows in chunks, so that a passage is read without the rest:

    short   ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒        letter, line, body
    long    table ▒▒▒▒▒▒▒▒ ▒▒▒▒ ▒▒▒▒ ▒▒▒       letter, line, OPENING characters; then CHUNK characters each

The table is a frame that zstd skips: its CRC-32, and where the head and each chunk end, counted from its own end (u32).
Each part has a checksum of its own: a document that was damaged is seen when it is read, no search reads the others.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import MISSING, fields
from datetime import datetime
from itertools import chain, islice, pairwise
from typing import Protocol

import numpy as np
import zstandard
from pydantic_core import from_json

from search.identifiers.versions import LOOKED_AT
from search.model import Document

LEVEL = 3
"""zstd's: 6 takes twice the time for a thirtieth less."""


EMPTY = {field.name: field.default for field in fields(Document) if field.default is not MISSING} | {"extra": {}}
"""What a block leaves out at the end of its line."""
HEAD = (
    *("source", "key", "url", "title", "kind", "lang", "updated", "product", "module", "line", "labels", "headings"),
    *("identifiers", "versions", "breadcrumb", "links", "popularity", "created", "group", "extra", "audience"),
)
"""What stands in a line, in this order: what most documents have comes first."""
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=datetime.isoformat)
LONG = 2**16
"""Characters up to which a body stands in one piece: to read it takes a fifth of a millisecond."""
CHUNK = 2**13
"""Characters of a chunk: a passage takes one or two. Half of it takes a tenth more bytes, twice of it a tenth less and
nearly twice the time to read."""
OPENING = LOOKED_AT
"""Characters of a long body that are read with its line: what results say of a document beside a passage is told from
these, and needs no chunk."""
TABLE = (0x184D2A50).to_bytes(4, "little")
"""How a frame begins that zstd skips."""
DESCRIPTOR, DESCRIBED, CHECKED = 4, 0b1111, 0b0100
"""The byte of a zstd frame that says what its header holds, the bits of it that say more than how long the content is,
and what these are where there is a checksum and no dictionary (RFC 8878)."""
Bytes = bytes | memoryview
Guard = Callable[[], AbstractContextManager[object]]
"""What tells of a damaged body in the words of who reads it."""
LATIN, UTF = b"L", b"U"
ENCODINGS = {LATIN: "latin-1", UTF: "utf-8"}
"""Most bodies fit into Latin-1, which is read ten times as fast as UTF-8."""


class Block(Protocol):
    """The bytes of a stored document, in memory or in a file of which slices are read."""

    def __getitem__(self, part: slice, /) -> Bytes: ...


class BlockCodec(threading.local):
    """Makes and reads blocks. Each thread has contexts of its own: zstd's are not to be shared."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True)
        self._unpack = zstandard.ZstdDecompressor().decompress

    def contents(self, document: Document, offsets: Sequence[int]) -> list[bytes]:
        """What the parts of the block of a document hold, with the word offsets of its body."""
        body, values = document.body, [getattr(document, name) for name in HEAD]
        if offsets:
            values.append(offsets)
        else:
            while values[-1] == EMPTY.get(HEAD[len(values) - 1]):
                values.pop()
        head = ENCODER.encode(values).encode()
        letter = _letter(body)
        texts = [body] if len(body) <= LONG else [body[:OPENING], *_cut(body)]
        first, *chunks = (text.encode(ENCODINGS[letter]) for text in texts)
        return [b"".join((letter, head, b"\n", first)), *chunks]

    def pack_all(self, contents: Sequence[Sequence[bytes]]) -> list[bytes]:
        """The block of each of them, one at least, made without the interpreter: other threads go on meanwhile."""
        packed = self._compressor.multi_compress_to_buffer(list(chain(*contents)), threads=1)
        parts = (packed[place].tobytes() for place in range(len(packed)))
        return [_joined(list(islice(parts, len(parts_of)))) for parts_of in contents]

    def unpack(self, block: Block, guard: Guard = nullcontext) -> tuple[Document, list[int]]:
        """A document and the word offsets of its body; a long body is read, under the guard, when it is asked for.

        Raise ValueError when the block is damaged.
        """
        head, ends = _edges(block)
        data, end = self._split(head)
        values = from_json(data[1:end])
        offsets = values[len(HEAD)] if len(values) > len(HEAD) else []
        encoding = ENCODINGS[data[:1]]
        body = str(memoryview(data)[end + 1 :], encoding)
        whole = StoredBody(self, body, block, ends, encoding, guard) if ends else body
        return Document.load(EMPTY | dict(zip(HEAD, values, strict=False)), whole), offsets

    def head(self, block: Block) -> str:
        """All of a document but its body, as JSON."""
        data, end = self._split(_edges(block)[0])
        return ENCODER.encode(dict(zip(HEAD, from_json(data[1:end]), strict=False)))

    def read(self, part: Bytes) -> bytes:
        """What a part of a block holds, which is never nothing. Raise ValueError when it is damaged.

        zstd compares the checksum where a frame says that it has one, and that there is something to compare.
        """
        if len(part) <= DESCRIPTOR or part[DESCRIPTOR] & DESCRIBED != CHECKED:
            raise ValueError("a stored document is damaged: it has no checksum")
        try:
            if data := self._unpack(part):
                return data
        except (zstandard.ZstdError, MemoryError) as error:  # a size that was damaged may be any
            raise ValueError(f"a stored document is damaged: {error}") from error
        raise ValueError("a stored document is damaged: a part of it is empty")

    def _split(self, head: Bytes) -> tuple[bytes, int]:
        """What a head holds, and where its line ends."""
        data = self.read(head)
        return data, data.index(b"\n")


class StoredBody:
    """The body of a long document: of an excerpt the chunks are read in which it stands."""

    def __init__(
        self, codec: BlockCodec, opening: str, block: Block, ends: Sequence[int], encoding: str, guard: Guard
    ) -> None:
        """The chunks end in the block at `ends`, of which the first is where the first chunk begins."""
        self._codec, self._opening, self._block, self._ends = codec, opening, block, ends
        self._encoding, self._guard = encoding, guard

    def excerpt(self, first: int, end: int) -> str:
        if end <= len(self._opening):
            return self._opening[first:end]
        before = first // CHUNK
        text = self._read(before, -(-end // CHUNK))
        return text[first - before * CHUNK : end - before * CHUNK]

    def whole(self) -> str:
        return self._read(0, len(self._ends))

    def _read(self, first: int, last: int) -> str:
        """The text of the chunks [first, last)."""
        edges = pairwise(self._ends[first : last + 1])
        with self._guard():
            chunks = [self._codec.read(self._block[begin:end]).decode(self._encoding) for begin, end in edges]
        return "".join(chunks)


def _letter(body: str) -> bytes:
    """The encoding of a body."""
    try:
        body.encode("latin-1")
    except UnicodeEncodeError:
        return UTF
    return LATIN


def _cut(body: str) -> Iterator[str]:
    return (body[at : at + CHUNK] for at in range(0, len(body), CHUNK))


def _joined(parts: Sequence[bytes]) -> bytes:
    """The block of these parts, with a table where there are several."""
    if len(parts) == 1:
        return parts[0]
    ends = np.cumsum([len(part) for part in parts]).astype("<u4").tobytes()
    size, crc = len(ends) + 4, zlib.crc32(ends)
    return b"".join((TABLE, size.to_bytes(4, "little"), crc.to_bytes(4, "little"), ends, *parts))


def _edges(block: Block) -> tuple[Bytes, list[int]]:
    """The head of a block, and where its chunks begin and end. Raise ValueError when its table is damaged."""
    if block[:4] != TABLE:
        return block[:], []
    begin = 8 + int.from_bytes(block[4:8], "little")
    table = block[12:begin]
    if not table or zlib.crc32(table) != int.from_bytes(block[8:12], "little"):
        raise ValueError("a stored document is damaged: its table of chunks is not whole")
    ends = [begin + end for end in np.frombuffer(table, dtype="<u4").tolist()]
    return block[begin : ends[0]], ends
