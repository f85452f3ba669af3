"""Segments and batches become one segment: what each gives, and how they are written one after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from indexes.arrays import Ints
from indexes.segment import postings_writer
from indexes.segment.doc_store_writer import DocStoreWriter
from indexes.segment.field_norms import COLUMNS, LENGTHS, SCORED
from indexes.segment.posting_runs import PostingRun
from indexes.segment.segment_reader import SegmentReader


@dataclass(frozen=True, slots=True)
class MergeInput:
    """Documents numbered from 0 on: the runs of each field, each scored field's lengths, columns, and blocks.

    Block i is blocks[starts[i]:starts[i + 1]], for a document that is not `kept` as well; those that are kept are
    numbered in the order of their blocks. `release` lets go of the memory of what was read.
    """

    documents: int
    runs: Mapping[str, Sequence[PostingRun]]
    lengths: Mapping[str, Ints]
    columns: Mapping[str, Ints]
    blocks: memoryview
    starts: Ints
    kept: Ints
    release: Callable[[], object]


def of_segment(segment: SegmentReader, deleted: Sequence[int]) -> MergeInput:
    """The documents of a segment, but those that were deleted."""
    kept = np.ones(segment.documents, dtype=np.bool_)
    kept[list(deleted)] = False
    numbers = np.where(kept, np.cumsum(kept) - 1, -1)
    runs = {name: [field.run(numbers)] for name, field in segment.fields.items()}
    lengths = {name: LENGTHS[segment.column(f"length_{name}")[kept]] for name in SCORED}
    columns = {name: segment.column(name)[kept] for name in COLUMNS}
    return MergeInput(int(kept.sum()), runs, lengths, columns, *segment.blocks(), kept, segment.release)


def write(prefix: Path, pieces: Sequence[MergeInput]) -> int:
    """Write the documents of all pieces, one after another, as a segment; return how many they are."""
    runs: dict[str, list[PostingRun]] = defaultdict(list)
    writer, count = DocStoreWriter(prefix), 0

    def release() -> None:
        for piece in pieces:
            piece.release()

    for piece in pieces:
        for name, batch in piece.runs.items():
            runs[name] += [_from(run, count, piece.documents) for run in batch]
        writer.add_all(piece.blocks, piece.starts, piece.kept)
        piece.release()
        count += piece.documents
    starts, row = writer.finish()
    columns, totals = {"/blocks": starts}, {}
    for name in COLUMNS:
        columns[f"/columns/{name}"] = np.concatenate([piece.columns[name] for piece in pieces])
    for name in SCORED:
        lengths = np.concatenate([piece.lengths[name] for piece in pieces])
        columns[f"/columns/length_{name}"] = coded = np.searchsorted(LENGTHS[:-1], lengths).astype(np.uint8)
        totals[name] = int(LENGTHS[coded].sum())  # as a merge, which knows no other lengths, will sum them up
    head, files = {"totals": totals}, {"stored": row}
    postings_writer.write(prefix, runs, count, columns=columns, head=head, files=files, release=release)
    return count


def _from(run: PostingRun, first: int, documents: int) -> PostingRun:
    """The run with its documents numbered from `first` on."""
    if first == 0:
        return run
    numbers = np.arange(documents) if run.numbers is None else run.numbers
    return replace(run, numbers=np.where(numbers < 0, -1, numbers + first))
