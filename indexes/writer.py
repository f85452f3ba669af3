"""Writes documents into a Whoosh index, with segments made by `indexes.inverter` and `indexes.postings`.

Whoosh's SegmentWriter keeps the lock, the deletions and the commit; what it does one posting and one document at a time
is done here on arrays: inverting, merging segments, writing.
"""

from __future__ import annotations

import shutil
import tempfile
from array import array
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.util.numeric import byte_to_length
from whoosh.writing import SegmentWriter

from indexes import postings
from indexes.codec import ColumnarCodec, ColumnarSegment, open_segment, storage_folder
from indexes.inverter import BATCH_TOKENS, BYTES_PER_TOKEN, CodeBatch, TextBatch, Vocabulary, pieces, spilled
from indexes.postings import Ints, Run
from indexes.schema import CODE_FIELDS, TEXT_FIELDS, VALUE_FIELDS, exact_terms, texts
from indexes.stored import Frames, StoredWriter
from search.model import Document

RUNS = ".runs-"
"""How the folder of a writer's spilled runs begins."""

MAX_SEGMENTS = 8
"""Segments after a commit: each costs every search a little, and each merge costs the writer."""

SCORED = (*TEXT_FIELDS, *CODE_FIELDS)
LENGTHS = np.array([byte_to_length(byte) for byte in range(256)])
"""Whoosh's table: the length that each byte of a length column stands for."""


class Writer(SegmentWriter):  # type: ignore[misc]
    """Add documents with `add`, then `commit` or `cancel`. Raise whoosh.index.LockError when another one is open."""

    def __init__(self, index: Any, memory_mib: int) -> None:
        super().__init__(index, codec=ColumnarCodec(), compound=False, limitmb=1)
        folder = Path(storage_folder(self.storage))
        self._clear_leftovers(folder)
        self._vocabulary = Vocabulary()
        self._texts = {name: TextBatch(self._vocabulary) for name in TEXT_FIELDS}
        self._exact = {name: CodeBatch() for name in (*CODE_FIELDS, *VALUE_FIELDS)}
        self._runs: dict[str, list[Run]] = defaultdict(list)
        memory = memory_mib * 2**20
        self._names_limit, self._tokens_limit = memory // 2, min(BATCH_TOKENS, memory // 4 // BYTES_PER_TOKEN)
        self._tokens, self._batches = 0, 0
        self._lengths: dict[str, list[tuple[Ints, Ints]]] = {name: [] for name in SCORED}
        self._columns: dict[str, array[Any]] = {"updated": array("q"), "popularity": array("f")}
        self._prefix = folder / self.newsegment.segment_id()
        self._frames, self._stored = Frames(), StoredWriter(self._prefix)
        self._folder = Path(tempfile.mkdtemp(prefix=RUNS, dir=folder))

    def _clear_leftovers(self, folder: Path) -> None:
        """Delete what a killed writer left: the lock says that none is at work, the commit which segments are used."""
        used = {segment.segment_id() for segment in (*self.segments, self.newsegment)}
        for path in folder.iterdir():
            if path.name.startswith(RUNS):
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.startswith(f"{self.indexname}_") and path.name.split(".")[0] not in used:
                path.unlink(missing_ok=True)

    def add(self, document: Document) -> None:
        """Add a document. Its id must not be in the index, or be deleted in this commit."""
        number = self.docnum
        for name, parts in texts(document).items():
            self._add_texts(number, name, parts, document.lang)
        for name, terms in exact_terms(document).items():
            self._exact[name].add(number, terms)
        self._columns["updated"].append(int(document.updated.timestamp()))
        self._columns["popularity"].append(document.popularity)
        self._stored.add(self._frames.pack(document))
        self._added = True
        self.docnum += 1

    def _add_texts(self, number: int, name: str, parts: Sequence[str], lang: str) -> None:
        batch = self._texts[name]
        for place, text in enumerate(parts):
            for at, piece in enumerate(pieces(text)):
                before = len(batch)
                codes = batch.add(number, piece, lang, follows=place > 0 and at == 0)
                self._exact["codes"].add(number, codes)
                self._tokens += len(batch) - before
                if self._tokens > self._tokens_limit:
                    self._finish_batch()

    def add_reader(self, reader: Any) -> None:
        """Merge a segment into the one that is written; deleted documents stay behind."""
        self.add_segment(reader.segment())

    def add_segment(self, segment: ColumnarSegment) -> None:
        """See add_reader."""
        self._finish_batch()
        mapped = open_segment(self.storage, segment)
        kept = np.ones(mapped.documents, dtype=np.bool_)
        kept[list(segment.deleted_docs())] = False
        alive = np.flatnonzero(kept)
        numbers = np.full(mapped.documents, -1, dtype=np.int64)
        numbers[alive] = np.arange(self.docnum, self.docnum + len(alive))
        for name, field in mapped.fields.items():
            self._runs[name].append(field.run(numbers))
        for name, lengths in self._lengths.items():
            lengths.append((numbers[alive], LENGTHS[mapped.column(f"length_{name}")[alive]]))
        for name, column in self._columns.items():
            column.frombytes(mapped.column(name)[alive].tobytes())
        self._stored.add_all(*mapped.frames(), kept)
        self.docnum += len(alive)
        self._added = True

    def commit(self, **options: Any) -> None:
        super().commit(**{"mergetype": merge_small, **options})

    def cancel(self) -> None:
        super().cancel()
        for name in postings.FILES:
            postings.file_of(self._prefix, name).unlink(missing_ok=True)

    def _finish_batch(self) -> None:
        """Invert what was added since the last time, and put it into a file."""
        runs = {}
        for name, batch in self._texts.items():
            if len(batch):
                found = batch.finish()
                self._lengths[name].append((found.documents, found.lengths))
                runs[name] = found.run
                self._exact["codes"].add_pairs(found.code_docs, found.codes, self._vocabulary.codes)
        for name, exact in self._exact.items():
            if len(exact):
                runs[name], documents, lengths = exact.finish()
                if name in CODE_FIELDS:
                    self._lengths[name].append((documents, lengths))
        if runs:
            for name, run in spilled(runs, self._folder / str(self._batches)).items():
                self._runs[name].append(run)
        if self._vocabulary.bytes > self._names_limit:
            self._vocabulary.clear()
        self._batches += 1
        self._tokens = 0

    def _flush_segment(self) -> None:
        self._finish_batch()
        starts, row = self._stored.finish()
        totals, columns = {}, {"/frames": starts}
        for name, lengths in self._lengths.items():
            column = np.zeros(self.docnum, dtype=np.int64)
            for documents, counts in lengths:
                np.add.at(column, documents, counts)
            columns[f"/columns/length_{name}"] = coded = np.searchsorted(LENGTHS[:-1], column).astype(np.uint8)
            totals[name] = int(LENGTHS[coded].sum())  # as a merge, which knows no other lengths, will sum them up
        for name, values in self._columns.items():
            columns[f"/columns/{name}"] = np.array(values)
        head = {"totals": totals}
        postings.write(self._prefix, self._runs, self.docnum, columns=columns, head=head, files={"stored": row})
        self.perdocwriter.close()
        self.fieldwriter.close()

    def _finish(self) -> None:
        super()._finish()
        self._stored.close()
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
        writer.add_segment(segment)
    return [each for each in segments if each not in merged]
