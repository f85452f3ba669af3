"""Writes documents into a Whoosh index, with postings made by `indexes.inverter`.

Whoosh's SegmentWriter keeps the lock, the stored fields, the columns, the deletions and the commit; what it does one
posting at a time is done here on arrays: inverting, merging segments, writing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import LENGTHS_COLUMN
from whoosh.reading import SegmentReader
from whoosh.util.numeric import length_to_byte
from whoosh.writing import SegmentWriter

from indexes import postings
from indexes.codec import ColumnarCodec, open_postings, storage_folder
from indexes.inverter import BYTES_PER_TOKEN, CodeBatch, TextBatch, Vocabulary, spilled
from indexes.postings import Run
from indexes.schema import CODE_FIELDS, TEXT_FIELDS, VALUE_FIELDS, columns_of, exact_terms, stored, texts
from search.model import Document

RUNS = ".runs-"
"""How the folder of a writer's spilled runs begins."""

MAX_SEGMENTS = 8
"""Segments after a commit: each costs every search a little, and each merge costs the writer."""


class Writer(SegmentWriter):  # type: ignore[misc]
    """Add documents with `add`, then `commit` or `cancel`. Raise whoosh.index.LockError when another one is open."""

    def __init__(self, index: Any, memory_mib: int) -> None:
        super().__init__(index, codec=ColumnarCodec(), compound=False, limitmb=1)
        self._clear_leftovers()
        self._vocabulary = Vocabulary()
        self._texts = {name: TextBatch(self._vocabulary) for name in TEXT_FIELDS}
        self._exact = {name: CodeBatch(self._vocabulary) for name in (*CODE_FIELDS, *VALUE_FIELDS, "id")}
        self._runs: dict[str, list[Run]] = defaultdict(list)
        self._limit = memory_mib * 2**20 // BYTES_PER_TOKEN
        self._folder = Path(tempfile.mkdtemp(prefix=RUNS, dir=storage_folder(self.storage)))

    def _clear_leftovers(self) -> None:
        """Delete what a killed writer left: the lock says that none is at work, the commit which segments are used."""
        used = {segment.segment_id() for segment in (*self.segments, self.newsegment)}
        for path in Path(storage_folder(self.storage)).iterdir():
            if path.name.startswith(RUNS):
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.startswith(f"{self.indexname}_") and path.name.split(".")[0] not in used:
                path.unlink(missing_ok=True)

    def add(self, document: Document) -> None:
        """Add a document. Its id must not be in the index, or be deleted in this commit."""
        number = self.docnum
        for name, parts in texts(document).items():
            self._texts[name].add(number, parts, document.lang)
        for name, terms in exact_terms(document).items():
            self._exact[name].add(number, terms)
        writer = self.perdocwriter
        writer.start_doc(number)
        for name, value in stored(document).items():
            writer.add_field(name, self.schema[name], value, 0)
        for name, value in columns_of(document).items():
            writer.add_column_value(name, self.schema[name].column_type, value)
        writer.finish_doc()
        self._added = True
        self.docnum += 1
        if sum(map(len, self._texts.values())) >= self._limit:
            self._finish_batch(spill=True)

    def add_reader(self, reader: SegmentReader) -> None:
        """Merge a segment into the one that is written; deleted documents stay behind."""
        self._finish_batch(spill=True)
        first = self.docnum
        numbers = np.full(reader.doc_count_all(), -1, dtype=np.int64)
        alive = np.ones(len(numbers), dtype=np.bool_)
        alive[list(reader.segment().deleted_docs())] = False
        numbers[alive] = np.arange(first, first + int(alive.sum()))
        self.write_per_doc(set(self.schema.names()), reader)
        for name, field in open_postings(self.storage, reader.segment()).fields.items():
            self._runs[name].append(postings.renumbered(field.run(), numbers))
        self._added = True

    def commit(self, **options: Any) -> None:
        super().commit(**{"mergetype": merge_small, **options})

    def _finish_batch(self, *, spill: bool = False) -> None:
        """Invert what was added since the last time."""
        batches: dict[str, TextBatch | CodeBatch] = {**self._texts, **self._exact}
        for name, batch in batches.items():
            if not len(batch):
                continue
            run, documents, lengths = batch.finish()
            if self.schema[name].scorable:
                self._write_lengths(name, documents.tolist(), lengths.tolist())
            place = f"{name}-{len(self._runs[name])}"
            self._runs[name].append(spilled(run, self._folder, place) if spill else run)

    def _write_lengths(self, name: str, documents: Sequence[int], lengths: Sequence[int]) -> None:
        """What PerDocumentWriter.add_field does for each document, for a batch."""
        writer, column = self.perdocwriter, f"_{name}_len"
        if not writer._has_column(column):
            writer._create_column(column, LENGTHS_COLUMN)
        add = writer._get_column(column).add
        for document, length in zip(documents, lengths, strict=True):
            add(document, length_to_byte(length))
        writer._fieldlengths[name] += sum(lengths)

    def _flush_segment(self) -> None:
        self._finish_batch()
        self.perdocwriter.close()
        prefix = Path(storage_folder(self.storage)) / self.newsegment.segment_id()
        postings.write(prefix, self._runs, self.docnum)
        self.fieldwriter.close()

    def _finish(self) -> None:
        super()._finish()
        self._runs.clear()
        shutil.rmtree(self._folder, ignore_errors=True)


def merge_small(writer: Writer, segments: Sequence[Any]) -> list[Any]:
    """Merge the smallest segments where there are too many, and those that are half deleted; return the others.

    Merged are at least half of all segments, so that each document is merged a logarithmic number of times.
    """
    ordered = sorted(segments, key=lambda segment: segment.doc_count())
    merged = [each for each in ordered if each.deleted_count() * 2 > each.doc_count_all()]
    if len(ordered) - len(merged) >= MAX_SEGMENTS:
        small = [each for each in ordered if each not in merged]
        merged += small[: len(small) // 2 + 1]
    for segment in merged:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [each for each in segments if each not in merged]
