"""Tokens in reading order become posting lists: one walk counts them, a second one puts each where it belongs.

forms of documents ──(count)──▶ how many postings and places each term has ──▶ where each term begins
                   ──(place)──▶ documents, frequencies, gaps
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from indexes.arrays import Ints
from indexes.jit import compiled
from indexes.segment.posting_runs import PostingRun
from indexes.segment.term_dictionary import Terms, prefix_sums

POSTINGS, PLACES, LAST_DOCUMENT, LAST_PLACE = range(4)
"""Columns of what is known of a term: counts, or where its next posting and place go; what was placed last."""


class Meanings(NamedTuple):
    """Form f stands for terms[starts[f]:starts[f + 1]], at these steps after its place; the next form's is advances[f]
    after it. All uint32."""

    starts: Ints
    terms: Ints
    steps: Ints
    advances: Ints


@compiled
def _count(forms: Ints, ends: Ints, meanings: Meanings, table: Ints, lengths: Ints) -> None:
    """Count each term's postings and places, and each document's terms; forms[…:ends[i]] are those of the i-th."""
    starts, terms, begin = meanings.starts, meanings.terms, 0
    for index in range(len(ends)):
        for at in range(begin, ends[index]):
            form = np.int64(forms[at])
            for entry in range(starts[form], starts[form + 1]):
                term = np.int64(terms[entry])
                table[term, PLACES] += 1
                if table[term, LAST_DOCUMENT] != index + 1:
                    table[term, LAST_DOCUMENT] = index + 1
                    table[term, POSTINGS] += 1
            lengths[index] += np.int64(starts[form + 1]) - np.int64(starts[form])
        begin = ends[index]


class Lists(NamedTuple):
    """The postings of all terms, and their gaps."""

    docs: Ints
    freqs: Ints
    gaps: Ints


@compiled
def _place(forms: Ints, documents: Ints, ends: Ints, meanings: Meanings, place: Any, table: Ints, lists: Lists) -> Any:
    """Write postings; the first document's first form is at `place`. Return the place after the last one's last.

    Of each term is known where its first posting goes, less one, and its first place.
    """
    starts, terms, steps, advances = meanings.starts, meanings.terms, meanings.steps, meanings.advances
    docs, freqs, gaps, begin = lists.docs, lists.freqs, lists.gaps, 0
    for index in range(len(ends)):
        for at in range(begin, ends[index]):
            form = np.int64(forms[at])
            for entry in range(starts[form], starts[form + 1]):
                term, here = np.int64(terms[entry]), place + np.int64(steps[entry])
                if table[term, LAST_DOCUMENT] != index + 1:
                    table[term, LAST_DOCUMENT], table[term, LAST_PLACE] = index + 1, 0
                    table[term, POSTINGS] += 1
                    docs[table[term, POSTINGS]] = documents[index]
                freqs[table[term, POSTINGS]] += 1
                gaps[table[term, PLACES]] = here - table[term, LAST_PLACE]
                table[term, PLACES] += 1
                table[term, LAST_PLACE] = here
            place += np.int64(advances[form])
        begin = ends[index]
        if index + 1 < len(ends):
            place = 0
    return place


def inverted(
    forms: Ints, documents: Ints, ends: Ints, meanings: Meanings, place: int, names: Sequence[bytes]
) -> tuple[PostingRun, Ints, int]:
    """The posting lists of documents, of which the i-th has forms[ends[i - 1]:ends[i]]; the names are those of terms.

    The first document goes on at a place. Return the lists, how many terms each document has, and the place at which
    the last one would go on.
    """
    table, lengths = np.zeros((len(names), 4), dtype=np.int32), np.zeros(len(documents), dtype=np.int64)
    _count(forms, ends, meanings, table, lengths)
    ranked, order = ranked_names(names, np.flatnonzero(table[:, PLACES]))
    starts, place_starts = (prefix_sums(table[order, column]) for column in (POSTINGS, PLACES))
    table[order, POSTINGS], table[order, PLACES], table[:, LAST_DOCUMENT] = starts[:-1] - 1, place_starts[:-1], 0
    docs, freqs = (np.zeros(starts[-1], dtype=np.uint32) for _ in range(2))
    lists = Lists(docs, freqs, np.zeros(place_starts[-1], dtype=np.int32))
    place = _place(forms, documents, ends, meanings, place, table, lists)
    return PostingRun(ranked, starts, place_starts, *lists), lengths, place


def ranked_names(names: Sequence[bytes], present: Ints) -> tuple[Terms, list[int]]:
    """The names of which the numbers are present, sorted, and their numbers in that order."""
    order = sorted(present.tolist(), key=names.__getitem__)
    return Terms.of([names[number] for number in order]), order
