"""Segment builders in several processes: documents are dealt out, each process inverts its share."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import fields
from itertools import cycle, islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from indexes.jit import start
from indexes.segment.term_dictionary import load_for_merging
from indexes.writing.segment_builder import SegmentBuilder, SegmentParts
from search.analysis.analyzer import Analyzer
from search.errors import IndexUnavailable
from search.model import Document

BATCH = 1024
"""Documents that are sent at a time: neighbours share words, which each process has to learn."""
NAMES = [field.name for field in fields(Document)]
_values = attrgetter(*NAMES)  # a tuple is sent in half the time that a document is
WAITING = 3
"""Batches that wait for a process: it has always one to go on with, and few are in memory."""


def build_parts(
    documents: Iterable[Document], folder: Path, memory: int, processes: int, analyzer: Analyzer
) -> list[SegmentParts]:
    """Make a builder in each of `processes` processes, of every so many-th batch, under `folder`.

    The same documents give the same parts. Raise what a process raised.
    """
    start(load_for_merging)
    context = multiprocessing.get_context("spawn")
    pending: list[deque[Future[None]]] = [deque() for _ in range(processes)]
    with ExitStack() as stack:
        workers = []
        for number in range(processes):
            part = folder / str(number)
            part.mkdir()
            pool = ProcessPoolExecutor(1, context, _begin, (part, memory // processes, analyzer))
            stack.callback(pool.shutdown, wait=True, cancel_futures=True)
            workers.append(pool)
        for turn, batch in zip(cycle(range(processes)), batches(documents, BATCH), strict=False):
            if len(pending[turn]) == WAITING:
                pending[turn].popleft().result()
            pending[turn].append(workers[turn].submit(_add, list(map(_values, batch))))
        for waiting in pending:
            for future in waiting:
                future.result()
        finished = [pool.submit(_finish) for pool in workers]
        parts = [future.result() for future in finished]
        for pool in workers:
            pool.shutdown(wait=False)  # each takes half a second to forget its vocabulary
        return parts


def batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    pending = iter(documents)
    while batch := list(islice(pending, size)):
        yield batch


# -- in the processes --------------------------------------------------------------------------------------------------

_builder: SegmentBuilder | None = None


def _begin(folder: Path, memory: int, analyzer: Analyzer) -> None:
    global _builder  # noqa: PLW0603  the state of a process that does nothing else
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # nothing here is a cycle, and a vocabulary is long to look through for one
    _builder = SegmentBuilder(folder, memory, analyzer)


def _end_with_parent() -> None:
    """A parent that was killed sends no word: without it nobody wants the builder."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _add(documents: list[tuple[Any, ...]]) -> None:
    builder = _own()
    for values in documents:
        builder.add(Document.of(dict(zip(NAMES, values, strict=True))))


def _finish() -> SegmentParts:
    return _own().finish()


def _own() -> SegmentBuilder:
    if _builder is None:
        raise IndexUnavailable("a process of the index writer was not begun")
    return _builder
