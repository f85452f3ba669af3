"""Compiled loops that are ready before they are needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from indexes.retrieval import windows
from indexes.scoring import kernels, top_k
from indexes.segment.segment_reader import Arrays, Postings
from indexes.segment.term_dictionary import Ints, Terms, union
from indexes.tokenizing.word_offsets import landmarks_of
from indexes.writing.inverter import CodeBatch, TextBatch, Vocabulary
from search.analysis.analyzer import packaged
from search.highlighting.snippets import SPAN


def load() -> None:
    """Have every loop of a search ready: compiled, which takes a minute once, or read from where it is kept."""
    documents, rows = np.zeros(1, dtype=np.int64), [np.zeros(2, dtype=np.float32) for _ in range(2)]
    touched, found = np.zeros(3, dtype=np.int32), np.zeros(1, dtype=np.bool_)
    none, cells = np.zeros(0, dtype=np.int64), kernels.Cells(rows[0], touched)
    sums = kernels.Sums(rows[1], np.zeros(2, dtype=np.uint32), touched.copy())
    lists = kernels.Lists(none, none, none, np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.bool_))
    codes, norms, factor = _mapped(np.uint8), _mapped(np.float32), np.float32(1)
    for width in (np.uint16, np.uint32):
        wide = np.zeros(0, dtype=np.int64)
        arrays = Arrays(_mapped(width), _mapped(np.uint8), wide, wide, _mapped(np.uint16), wide, wide)
        postings = Postings(arrays, 0, 0, 0, 0)
        listed = arrays, 0, lists
        kernels.add_lists(listed, codes[None], norms[None], cells, cells, 0)
        kernels.sum_lists(listed, codes[None], norms[None], 1, 1, sums, 0)
        kernels.add_scores(postings, codes, norms, factor, documents, rows[0])
        kernels.mark(postings, documents, found)
        kernels.mark_places(postings, documents, kernels.occurrences(postings, documents), 0, found)
    kernels.sum_into(cells, 0, 1, 1, sums, 0)
    kernels.gathered(sums, documents, rows[0])
    kernels.drained(sums, 0, rows[0])
    top_k.weighed(rows[0][:1], rows[1], documents)
    for narrow in (np.uint8, np.uint16):
        top_k.count_codes(np.zeros(1, dtype=narrow), documents, documents.copy())
        top_k.count_all_codes(np.zeros(2, dtype=np.int64), np.zeros(0, dtype=narrow), documents, documents.copy())
    windows.first_of_each(documents, 0, 1)
    windows.add_count(documents, 1, 1, 1.0, np.zeros(1))
    windows.add_near(documents, documents, 1, 1.0, np.zeros(1))
    top_k.greatest(rows[0], 1)
    top_k.greatest(documents, 1)


def load_for_writing() -> None:
    """The same for the loops that only a writer needs."""
    batch = TextBatch(Vocabulary(packaged()), CodeBatch())
    load_for_merging()
    batch.add(0, "a", "")
    batch.finish()
    landmarks_of("a " * SPAN)


def load_for_merging() -> None:
    """The same for those of a merge."""
    terms = Terms.of([b"a"])
    union([terms, terms])


def _mapped(dtype: Any) -> Ints:
    mapped = np.ones(1, dtype=dtype)
    mapped.setflags(write=False)
    return mapped


def start(*several: Callable[[], object]) -> None:
    """Begin what a first question would wait for, each in the background."""
    for work in several:
        threading.Thread(target=work, daemon=True).start()


if __name__ == "__main__":
    load()
    load_for_writing()
