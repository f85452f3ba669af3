"""Whoosh's codec interface on the files of `postings_writer`: stock queries run on what our writer wrote.

Only stock Whoosh comes this way: `whoosh.index.open_dir`, its queries and its tools, and the tests that hold our scores
against its own. A search of ours goes by `segment_reader`, and its writer by `writing.index_writer`; of this module
they need the segment class, which the table of contents names, and `open_segment`. The table of contents stays Whoosh's
own, with its list of segments and of the documents deleted in each.

Long because the classes are the faces of one interface, each as small as Whoosh lets it be.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound
from whoosh.util.numeric import byte_to_length

from indexes.segment.doc_store import BlockCodec
from indexes.segment.segment_reader import FieldPostings, SegmentReader

Term = tuple[str, bytes]


class ColumnarCodec(W3Codec):  # type: ignore[misc]
    """Segments as `segment_reader` reads them. Writing goes by `index_writer`, and not through these writers."""

    def field_writer(self, _storage: Any, _segment: Any) -> NoWriter:
        return NoWriter()

    def per_document_writer(self, _storage: Any, _segment: Any) -> NoWriter:
        return NoWriter()

    def terms_reader(self, storage: Any, segment: Any) -> TermsReader:
        return TermsReader(open_segment(storage, segment))

    def per_document_reader(self, storage: Any, segment: Any) -> DocumentReader:
        return DocumentReader(open_segment(storage, segment), segment)

    def supports_columns(self) -> bool:
        return False

    def new_segment(self, _storage: Any, indexname: str) -> ColumnarSegment:
        return ColumnarSegment(self, indexname)


class ColumnarSegment(W3Segment):  # type: ignore[misc]
    """A segment whose files stay apart: arrays are mapped where they lie."""

    def should_assemble(self) -> bool:
        return False

    def __getstate__(self) -> dict[str, Any]:
        """What the table of contents keeps: deleted documents as numbers in a row, and a checksum of it all."""
        deleted = np.array(sorted(self.deleted_docs()), dtype="<u4").tobytes()
        state = {**self.__dict__, "_deleted": deleted}
        return {**state, "crc32": self._checksum(deleted)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        checksum, deleted = state.pop("crc32"), state["_deleted"]
        self.__dict__.update(state)
        if checksum != self._checksum(deleted):
            raise ValueError("its table of contents is damaged")
        self._deleted = set(np.frombuffer(deleted, dtype="<u4").tolist()) or None

    def _checksum(self, deleted: bytes) -> int:
        return zlib.crc32(f"{self.segid} {self._doccount} ".encode() + deleted)


class NoWriter(base.FieldWriter, base.PerDocumentWriter):  # type: ignore[misc]
    """Whoosh's writer opens two; ours writes by itself."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


def open_segment(storage: Any, segment: Any) -> SegmentReader:
    return SegmentReader(Path(storage_folder(storage)) / str(segment.segment_id()))


def storage_folder(storage: Any) -> str:
    """The folder of a FileStorage, also of one that another lies over."""
    while not hasattr(storage, "folder"):
        storage = storage.b
    return str(storage.folder)


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Lengths, deletions and stored documents, for stock queries and their hits."""

    def __init__(self, mapped: SegmentReader, segment: Any) -> None:
        self._mapped, self._segment, self._blocks = mapped, segment, BlockCodec()

    def close(self) -> None:
        """Maps close when nobody holds them."""

    def doc_count(self) -> int:
        return self._mapped.documents - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        return self._mapped.documents

    def has_deletions(self) -> bool:
        return bool(self._segment.deleted_count())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Any:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return False

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        if fieldname not in self._mapped.totals:
            return default
        return int(byte_to_length(self._mapped.column(f"length_{fieldname}")[docnum])) or default

    def field_length(self, fieldname: str) -> int:
        return self._mapped.totals.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        return self._one_length(fieldname, min)

    def max_field_length(self, fieldname: str) -> int:
        return self._one_length(fieldname, max)

    def stored_fields(self, docnum: int) -> dict[str, str]:
        return {"doc": self._blocks.head(self._mapped.stored(docnum))}

    def _one_length(self, fieldname: str, choose: Any) -> int:
        if fieldname not in self._mapped.totals or not self._mapped.documents:
            return 0
        return int(byte_to_length(choose(self._mapped.column(f"length_{fieldname}"))))


class TermsReader(base.TermsReader):  # type: ignore[misc]
    def __init__(self, postings: SegmentReader) -> None:
        self.postings = postings

    def __contains__(self, term: Term) -> bool:
        name, text = term
        return name in self.postings.fields and self.postings.fields[name].find(text) >= 0

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        return Cursor(self, fieldname, fieldobj)

    def terms(self) -> Iterator[Term]:
        return ((name, text) for name, field in self.postings.fields.items() for text in field.terms)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """The terms from that one on, to the end of the last field."""
        return (term for term in self.terms() if term >= (fieldname, prefix))

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        field, number = self._find(fieldname, text)
        docs, freqs = field.postings(number)
        return TermInfo(
            weight=float(freqs.sum()),
            df=len(docs),
            minlength=1,  # the shortest that there may be: what is derived from it is an upper bound of scores
            maxlength=2**31 - 1,
            maxweight=float(freqs.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """The term's occurrences; 0 where it stands nowhere."""
        field = self.postings.fields.get(fieldname)
        number = field.find(text) if field is not None else -1
        return float(field.postings(number)[1].sum()) if field is not None and number >= 0 else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """In how many documents the term stands; 0 where in none."""
        field = self.postings.fields.get(fieldname)
        number = field.find(text) if field is not None else -1
        return field.count(number) if field is not None and number >= 0 else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        field, number = self._find(fieldname, text)
        return ArrayMatcher(field, number, format_, scorer, (fieldname, text))

    def indexed_field_names(self) -> list[str]:
        return list(self.postings.fields)

    def _find(self, fieldname: str, text: bytes) -> tuple[FieldPostings, int]:
        field = self.postings.fields.get(fieldname)
        number = field.find(text) if field is not None else -1
        if field is None or number < 0:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return field, number


class Cursor(base.FieldCursor):  # type: ignore[misc]
    """Walks over the terms of one field."""

    def __init__(self, reader: TermsReader, fieldname: str, fieldobj: Any) -> None:
        field = reader.postings.fields.get(fieldname)
        self._terms = field.terms if field is not None else []
        self._reader, self._name, self._field = reader, fieldname, fieldobj
        self._at = 0

    def first(self) -> Any:
        return self._move(0)

    def find(self, term: str | bytes) -> Any:
        return self._move(bisect_left(self._terms, term if isinstance(term, bytes) else self._field.to_bytes(term)))

    def next(self) -> Any:
        return self._move(self._at + 1)

    def text(self) -> Any:
        return self._field.from_bytes(self._terms[self._at]) if self.is_valid() else None

    def term_info(self) -> TermInfo | None:
        return self._reader.term_info(self._name, self._terms[self._at]) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._at < len(self._terms)

    def _move(self, at: int) -> Any:
        self._at = min(at, len(self._terms))
        return self.text()


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """Walks over one posting list for stock queries; the whole list counts as one block."""

    def __init__(self, field: FieldPostings, number: int, format_: Any, scorer: Any, term: Term) -> None:
        self.format, self.scorer = format_, scorer
        self._term, self._field, self._number = term, field, number
        docs, freqs = field.postings(number)
        self._ids, self._weights = docs.tolist(), freqs.tolist()
        self._positions: list[list[int]] | None = None
        self._i = 0

    def copy(self) -> ArrayMatcher:
        matcher = ArrayMatcher(self._field, self._number, self.format, self.scorer, self._term)
        matcher._i = self._i
        return matcher

    def is_active(self) -> bool:
        return self._i < len(self._ids)

    def reset(self) -> None:
        self._i = 0

    def id(self) -> int:
        return int(self._ids[self._i])

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids)

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._i += 1
        return False

    def skip_to(self, id: int) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._i = bisect_left(self._ids, id, self._i)
        return False

    def weight(self) -> float:
        return float(self._weights[self._i])

    def value(self) -> bytes:
        encoded: bytes = self.format.encode(self._places()) if self.supports("positions") else b""
        return encoded

    def value_as(self, astype: str) -> Any:
        return self._places() if astype == "positions" else super().value_as(astype)

    def block_min_length(self) -> int:
        return 1

    def block_max_length(self) -> int:
        return 2**31 - 1

    def block_max_weight(self) -> float:
        return float(max(self._weights))

    def skip_to_quality(self, minquality: float) -> int:
        if self.block_quality() <= minquality:
            self._i = len(self._ids)
        return 0

    def _places(self) -> list[int]:
        if self._positions is None:
            _, freqs, flat = self._field.positions(self._number)
            ends = freqs.cumsum(dtype="i8").tolist()
            flat_list = flat.tolist()
            self._positions = [flat_list[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
        return self._positions[self._i]
