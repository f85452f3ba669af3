"""Compiled loops that are ready before they are needed."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexes.arrays import Ints
from indexes.retrieval import passages
from indexes.scoring import kernels, top_k
from indexes.segment import facet_column
from indexes.segment.segment_reader import Arrays, Postings
from indexes.segment.term_dictionary import load_for_merging
from indexes.tokenizing.word_offsets import word_offsets
from indexes.writing.inverter import CodeBatch, TextBatch, Vocabulary
from search.analysis.analyzer import packaged
from search.highlighting.snippets import SPAN


def load() -> None:
    """Have every loop of a search ready: compiled, which takes a minute once, or read from where it is kept."""
    documents, rows = np.zeros(1, dtype=np.int64), [np.zeros(2, dtype=np.float32) for _ in range(2)]
    touched, marks = np.zeros(3, dtype=np.int32), np.zeros(1, dtype=np.bool_)
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
        kernels.mark(postings, documents, marks)
        kernels.mark_places(postings, documents, kernels.occurrences(postings, documents), 0, marks)
    kernels.sum_into(cells, 0, 1, 1, sums, 0)
    kernels.gathered(sums, documents, rows[0])
    kernels.drained(sums, 0, rows[0])
    top_k.weighed(rows[0][:1], rows[1], documents)
    for narrow in (np.uint8, np.uint16):
        facet_column.count_codes(np.zeros(1, dtype=narrow), documents, documents.copy())
        facet_column.count_all_codes(
            np.zeros(2, dtype=np.int64), np.zeros(0, dtype=narrow), documents, documents.copy()
        )
    passages.first_of_each(documents, 0, 1)
    passages.add_count(documents, 1, 1, 1.0, np.zeros(1))
    passages.add_near(documents, documents, 1, 1.0, np.zeros(1))
    top_k.greatest(rows[0], 1)
    top_k.greatest(documents, 1)


def load_for_writing() -> None:
    """The same for the loops that only a writer needs."""
    batch = TextBatch(Vocabulary(packaged()), CodeBatch())
    load_for_merging()
    batch.add(0, "a", "")
    batch.finish()
    word_offsets("a " * SPAN)


def _mapped(dtype: Any) -> Ints:
    mapped = np.ones(1, dtype=dtype)
    mapped.setflags(write=False)
    return mapped


if __name__ == "__main__":
    load()
    load_for_writing()
