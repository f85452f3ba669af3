"""Writes documents into a Whoosh index, with segments of our own (`segment_builder`, `segment.postings_writer`).

Whoosh's SegmentWriter keeps the lock, the deletions and the commit; what it does one posting and one document at a time
is done here on arrays: inverting, merging segments, writing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh import index as whoosh
from whoosh.writing import SegmentWriter

from indexes.clustering.clusters import compared
from indexes.segment import duplicate_pairs, postings_writer
from indexes.segment.commit import Commit
from indexes.segment.segment_reader import SegmentReader
from indexes.segment.whoosh_codec import ColumnarCodec, ColumnarSegment, open_segment, storage_folder
from indexes.writing.segment_builder import SegmentBuilder
from indexes.writing.segment_merger import MergeInput, of_segment, write
from search.analysis.analyzer import Analyzer
from search.errors import BusyError
from search.model import Document

RUNS = ".runs-"
"""How the folder of a writer's builders begins."""

MAX_SEGMENTS = 8
"""Segments after a commit: each costs every search a little, and each merge costs the writer."""


class IndexWriter(SegmentWriter):  # type: ignore[misc]
    """Add documents with `add` or `add_all`, then `commit` or `cancel`.

    Raise whoosh.index.LockError when another writer is open.
    """

    def __init__(self, index: Any, memory_mib: int, analyzer: Analyzer) -> None:
        super().__init__(index, codec=ColumnarCodec(), compound=False, limitmb=1)
        folder = Path(storage_folder(self.storage))
        self._clear_leftovers(folder)
        self._memory, self._analyzer = memory_mib * 2**20, analyzer
        self._prefix = folder / self.newsegment.segment_id()
        self._folder = Path(tempfile.mkdtemp(prefix=RUNS, dir=folder))
        self._builder: SegmentBuilder | None = None
        self._pieces: list[MergeInput] = []
        self._merged: list[SegmentReader] = []

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
        if self._builder is None:
            self._builder = SegmentBuilder(self._folder, self._memory, self._analyzer)
        self._builder.add(document)
        self._added = True

    def add_all(self, documents: Iterable[Document], processes: int) -> None:
        """Add many documents, in so many processes. Their order is another one then, and always the same."""
        if processes == 1:
            for document in documents:
                self.add(document)
        else:
            from indexes.writing.parallel import build_parts  # noqa: PLC0415  readers start no processes

            for part in build_parts(documents, self._folder, self._memory, processes, self._analyzer):
                self._pieces += part.open()
            self._added = True

    def add_reader(self, reader: Any) -> None:
        """Merge a segment into the one that is written; deleted documents stay behind."""
        self.add_segment(reader.segment())

    def add_segment(self, segment: ColumnarSegment) -> None:
        """See add_reader. Raise IndexUnavailable where it is damaged: a merge would make that look whole.

        The commit raises it for what is written to while it is merged.
        """
        mapped = open_segment(self.storage, segment)
        mapped.verify(stored=True)
        self._merged.append(mapped)
        self._pieces.append(of_segment(mapped, tuple(segment.deleted_docs())))
        self._added = True

    def commit(self, **options: Any) -> None:
        super().commit(**{"mergetype": merge_small, **options})

    def cancel(self) -> None:
        super().cancel()
        for name in postings_writer.FILES:
            postings_writer.file_of(self._prefix, name).unlink(missing_ok=True)
        duplicate_pairs.file_of(self._prefix).unlink(missing_ok=True)

    def _flush_segment(self) -> None:
        if self._builder is not None:
            self._pieces += self._builder.finish().open()
        self.docnum = write(self._prefix, self._pieces)
        for segment in self._merged:
            segment.check()
        self._compare()
        self.perdocwriter.close()
        self.fieldwriter.close()

    def _compare(self) -> None:
        """Keep which documents of the new segment are copies, so that no reader has to compare them."""
        mapped = SegmentReader(self._prefix)
        duplicate_pairs.write(
            self._prefix, compared(Commit(self.storage, [self.newsegment], {self._prefix.name: mapped}))
        )

    def _finish(self) -> None:
        super()._finish()
        if self._builder is not None:
            self._builder.close()
        self._pieces.clear()
        self._merged.clear()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def writing(index: whoosh.FileIndex, memory_mib: int, analyzer: Analyzer) -> Iterator[IndexWriter]:
    """A writer, which is cancelled where it was not committed. Raise BusyError when another one is open."""
    try:
        writer = IndexWriter(index, memory_mib, analyzer)
    except whoosh.LockError as error:
        raise BusyError(f"another process writes to {index.storage.folder}") from error
    try:
        yield writer
    finally:
        if not writer.is_closed:
            writer.cancel()


def merge_small(writer: IndexWriter, segments: Sequence[Any]) -> list[Any]:
    """Merge the smallest segments where there are too many, and those that are half deleted; return the others.

    Merged are at least half of all segments, so that each document is merged a logarithmic number of times.
    """
    ordered = sorted(segments, key=lambda segment: segment.doc_count())
    merged = [segment for segment in ordered if segment.deleted_count() * 2 > segment.doc_count_all()]
    if len(ordered) - len(merged) >= MAX_SEGMENTS:
        small = [segment for segment in ordered if segment not in merged]
        merged += small[: len(small) // 2 + 1]
    for segment in merged:
        writer.add_segment(segment)
    return [segment for segment in segments if segment not in merged]
