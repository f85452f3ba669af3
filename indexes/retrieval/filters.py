"""Which documents a typed `name:value` lets through: those with a value of the filter that says what was typed."""

from __future__ import annotations

import numpy as np

from indexes.arrays import Ints, Scores
from indexes.retrieval.searcher import Searcher
from search.model import Query
from search.query.field_filters import holds


def narrowed(searcher: Searcher, query: Query, documents: Ints, scores: Scores) -> tuple[Ints, Scores, list[str]]:
    """The documents, with their scores, that all narrowings let through; a warning where no visible one has a value."""
    warnings = []
    for each in query.narrowings:
        column = searcher.columns[each.name]
        seen = np.flatnonzero(column.counts(searcher.everything(query.viewer)))
        present = map(column.values.__getitem__, seen.tolist())
        values = [value for value in present if holds(each, value, searcher.analyzer)]
        if not values and each.occur == "must":
            warnings.append(f"unknown:{each.name}={each.text.partition(':')[2]}")
        kept = column.among(documents, values)
        if each.occur == "not":
            kept = ~kept
        documents, scores = documents[kept], scores[kept]
    return documents, scores, warnings
