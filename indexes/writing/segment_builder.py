"""Documents on their way to a segment: inverted batch by batch, kept in files until all are there.

    documents ──▶ SegmentBuilder ──▶ SegmentParts ──▶ MergeInput ─┐
    documents ──▶ SegmentBuilder ──▶ SegmentParts ──▶ MergeInput ─┼──▶ segment_merger ──▶ one segment
    a segment that is merged ───────────────────────▶ MergeInput ─┘

Builders may be in processes of their own: what `finish` returns can be sent to another one. Memory is bounded: names
are forgotten and batches folded into segments when there are too many, and maps are let go of while they are merged.
"""

from __future__ import annotations

import mmap
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from indexes.arrays import Ints
from indexes.schema import CODE_FIELDS, TEXT_FIELDS, VALUE_FIELDS, exact_terms, texts
from indexes.segment.doc_store_writer import BlockWriter
from indexes.segment.field_norms import COLUMNS, SCORED
from indexes.segment.posting_runs import PostingRun
from indexes.segment.segment_reader import SegmentReader
from indexes.segment.term_dictionary import Terms
from indexes.tokenizing.word_offsets import word_offsets
from indexes.writing.inverter import BATCH_TOKENS, BYTES_PER_TOKEN, CodeBatch, TextBatch, Vocabulary, pieces
from indexes.writing.segment_merger import MergeInput, of_segment, write
from search.analysis.analyzer import Analyzer
from search.model import Document

FOLDED = 64
"""Batches that are folded into a segment: each has terms of its own, which a merge holds in memory."""


Layout = Mapping[str, Sequence[tuple[str, int, int]]]
"""Field → (dtype, length, offset) of each array of its run in a file."""


@dataclass(frozen=True, slots=True)
class SegmentParts:
    """What a builder leaves: `segments` that it was folded into, then batches of runs, and what is not in files.

    Can be sent to another process.
    """

    segments: Sequence[Path]
    documents: int
    batches: Sequence[tuple[Path, Layout]]
    lengths: Mapping[str, Ints]
    columns: Mapping[str, Ints]
    blocks: Path
    starts: Ints

    def open(self) -> list[MergeInput]:
        """Map the files."""
        folded = [of_segment(SegmentReader(prefix), ()) for prefix in self.segments]
        if not self.documents:
            return folded
        runs: dict[str, list[PostingRun]] = defaultdict(list)
        maps = [_mapped(path) for path, _ in self.batches]
        for data, (_, layout) in zip(maps, self.batches, strict=True):
            for name, rows in layout.items():
                arrays = [np.frombuffer(data, np.dtype(dtype), length, offset) for dtype, length, offset in rows]
                runs[name].append(PostingRun(Terms(arrays[6].data, arrays[5]), *arrays[:5]))
        blocks = _mapped(self.blocks)
        kept = np.ones(self.documents, dtype=np.bool_)

        def release() -> None:
            for mapped in (*maps, blocks):
                mapped.madvise(mmap.MADV_DONTNEED)

        merged = MergeInput(
            self.documents, runs, self.lengths, self.columns, memoryview(blocks), self.starts, kept, release
        )
        return [*folded, merged]


class SegmentBuilder:
    """Files are made under `folder`, which exists; `memory` is what batches and names may take, in bytes."""

    def __init__(self, folder: Path, memory: int, analyzer: Analyzer) -> None:
        self._folder, self._analyzer = folder, analyzer
        self._vocabulary = Vocabulary(analyzer)
        self._exact = {name: CodeBatch() for name in (*CODE_FIELDS, *VALUE_FIELDS)}
        self._names_limit, self._tokens_limit = memory // 2, min(BATCH_TOKENS, memory // 4 // BYTES_PER_TOKEN)
        self._segments: list[Path] = []
        self._begin()

    def _begin(self) -> None:
        """Begin to number documents from 0 on."""
        self._documents = 0
        self._texts = {name: TextBatch(self._vocabulary, self._exact["codes"]) for name in TEXT_FIELDS}
        self._batches: list[tuple[Path, Layout]] = []
        self._lengths: dict[str, list[tuple[Ints, Ints]]] = {name: [] for name in SCORED}
        self._columns: dict[str, array[Any]] = {name: array(code) for name, code in COLUMNS.items()}
        self._blocks = self._folder / f"blocks-{len(self._segments)}"
        self._packer = BlockWriter(self._blocks)

    def add(self, document: Document) -> None:
        number = self._documents
        for name, parts in texts(document).items():
            self._add_texts(number, name, parts, document.lang)
        for name, terms in exact_terms(document, self._analyzer).items():
            self._exact[name].add(number, terms)
        self._columns["updated"].append(int(document.updated.timestamp()))
        self._columns["popularity"].append(document.popularity)
        self._packer.add(document, word_offsets(document.body))
        self._documents += 1
        if len(self._batches) >= FOLDED:
            self._fold()

    def _add_texts(self, number: int, name: str, parts: Sequence[str], lang: str) -> None:
        batch = self._texts[name]
        for place, text in enumerate(filter(None, parts)):
            for at, piece in enumerate(pieces(text)):
                batch.add(number, piece, lang, follows=place > 0 and at == 0)
                if sum(map(len, self._texts.values())) > self._tokens_limit:
                    self._finish_batch()

    def finish(self) -> SegmentParts:
        """Complete the files; nothing can be added afterwards."""
        self._finish_batch()
        starts = self._packer.finish()
        lengths = {name: np.zeros(self._documents, dtype=np.int64) for name in SCORED}
        for name, batches in self._lengths.items():
            for documents, counts in batches:
                np.add.at(lengths[name], documents, counts)
        columns = {name: np.array(column) for name, column in self._columns.items()}
        return SegmentParts(self._segments, self._documents, self._batches, lengths, columns, self._blocks, starts)

    def _fold(self) -> None:
        """Make a segment of all batches, and begin anew."""
        part, prefix = self.finish(), self._folder / f"part-{len(self._segments)}"
        write(prefix, replace(part, segments=()).open())
        for path in (part.blocks, *(path for path, _ in part.batches)):
            path.unlink()
        self._segments.append(prefix)
        self._begin()

    def close(self) -> None:
        """Let go of what is not wanted."""
        self._packer.close()

    def _finish_batch(self) -> None:
        """Invert what was added since the last time, and put it into a file."""
        runs = {}
        for name, batch in self._texts.items():
            inverted = batch.finish()
            if len(inverted.documents):
                self._lengths[name].append((inverted.documents, inverted.lengths))
                runs[name] = inverted.run
        for name, exact in self._exact.items():
            if len(exact):
                runs[name], documents, lengths = exact.finish()
                if name in CODE_FIELDS:
                    self._lengths[name].append((documents, lengths))
        if runs:
            path = self._folder / f"batch-{len(self._segments)}-{len(self._batches)}"
            self._batches.append((path, _spill(runs, path)))
        if self._vocabulary.bytes > self._names_limit:
            self._vocabulary.clear()


def _spill(runs: Mapping[str, PostingRun], path: Path) -> Layout:
    """Write the runs; return where their arrays stand."""
    layout: dict[str, list[tuple[str, int, int]]] = {}
    with path.open("wb") as file:
        for name, run in runs.items():
            layout[name] = []
            blob = np.frombuffer(run.terms.blob, dtype=np.uint8)
            for values in (run.starts, run.place_starts, run.docs, run.freqs, run.places, run.terms.offsets, blob):
                numbers = np.ascontiguousarray(values)
                layout[name].append((numbers.dtype.str, len(numbers), file.tell()))
                file.write(numbers.data)
                file.write(bytes(-file.tell() % 8))
    return layout


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
