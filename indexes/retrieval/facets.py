"""The counts of a facet's values, over the documents that all filters but its own let through."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints, Mask
from indexes.retrieval.filters import all_of
from indexes.retrieval.searcher import Searcher
from indexes.segment.facet_column import FacetColumn
from search.analysis.analyzer import fold
from search.facets import BY_NAME
from search.model import Facet, FacetValue, Query

FACET_VALUES = 30
"""Values of a facet that are listed; the rest is counted in `Facet.other`."""


def facet_of(searcher: Searcher, query: Query, name: str, documents: Ints) -> Facet:
    column, selected = searcher.columns[name], query.filters.get(name, ())
    counts, above = column.counts(documents), searcher.parents(name, query.viewer)
    present = _containing(column, counts.nonzero()[0], query.find.get(name, ""))
    newest = BY_NAME[name].newest_first
    ranked = (present[::-1] if newest else present[np.argsort(-counts[present], kind="stable")]).tolist()
    shown = {column.values[code]: int(counts[code]) for code in ranked[:FACET_VALUES]}
    for value in selected:  # is always listed, that it can be taken back
        if value not in shown:
            shown[value] = int(counts[column.values.index(value)]) if value in column.values else 0
    values = [FacetValue(value, count, value in selected, above.get(value, "")) for value, count in shown.items()]
    return Facet(name=name, values=tuple(values), other=max(0, len(ranked) - FACET_VALUES))


def counted(masks: dict[str, Mask], name: str, documents: Ints, matching: Ints) -> Ints:
    """The documents that a facet counts: those that all filters but its own let through."""
    if name not in masks:
        return matching
    others = all_of(mask for other, mask in masks.items() if other != name)
    return documents if others is None else documents[others]


def _containing(column: FacetColumn, codes: NDArray[np.intp], text: str) -> NDArray[np.intp]:
    """Those of the values that contain each word of a text."""
    if not (words := fold(text).split()):
        return codes
    return codes[[all(word in fold(column.values[code]) for word in words) for code in codes.tolist()]]
