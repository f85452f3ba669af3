"""Where words stand side by side in one field of one segment.

Of the rarest word every place is read, in the documents that have all the words; then it is looked up whether the other
words stand where they should.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexes.arrays import Ints
from indexes.scoring import kernels
from indexes.scoring.term_lookup import occurrences
from indexes.segment.segment_reader import Postings


def side_by_side(words: Sequence[Sequence[Postings]], among: Ints | None) -> Ints:
    """The documents, ascending, in which the words follow one another; each has alternatives.

    `among` are the documents that count, all where it is None.
    """
    order = sorted(range(len(words)), key=lambda place: sum(postings.end - postings.begin for postings in words[place]))
    documents = _documents(words[order[0]]) if among is None else among
    for place in order[among is None :]:
        marks = np.zeros(len(documents), dtype=np.bool_)
        for postings in words[place]:
            kernels.mark(postings, documents, marks)
        documents = documents[marks]
        if not len(documents):
            return documents
    keys = occurrences(words[order[0]], documents)
    for place in order[1:]:
        marks = np.zeros(len(keys), dtype=np.bool_)
        for postings in words[place]:
            kernels.mark_places(postings, documents, keys, place - order[0], marks)
        keys = keys[marks]
    index = keys >> kernels.PLACE_BITS
    matching: Ints = documents[index[np.diff(index, prepend=-1) > 0]]
    return matching


def _documents(lists: Sequence[Postings]) -> Ints:
    """The documents of some posting lists, ascending, each once."""
    documents = [
        postings.arrays.docs[postings.begin : postings.end].astype(np.int64) + postings.first for postings in lists
    ]
    return documents[0] if len(documents) == 1 else np.unique(np.concatenate(documents))
