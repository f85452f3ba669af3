"""Which documents the filters let through: dates, chosen values, and what a typed `name:value` says of a value."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints, Mask, Scores
from indexes.retrieval.searcher import Searcher
from search.model import Query
from search.query.field_filters import holds


def narrowed(searcher: Searcher, query: Query, documents: Ints, scores: Scores) -> tuple[Ints, Scores, list[str]]:
    """The documents, with their scores, that all narrowings let through; a warning where no visible one has a value."""
    warnings = []
    for narrowing in query.narrowings:
        column = searcher.columns[narrowing.name]
        codes = np.flatnonzero(column.counts(searcher.everything(query.viewer)))
        present = map(column.values.__getitem__, codes.tolist())
        values = [value for value in present if holds(narrowing, value, searcher.analyzer)]
        if not values and narrowing.occur == "must":
            warnings.append(f"unknown:{narrowing.name}={narrowing.text.partition(':')[2]}")
        let_through = column.among(documents, values)
        if narrowing.occur == "not":
            let_through = ~let_through
        documents, scores = documents[let_through], scores[let_through]
    return documents, scores, warnings


def between(
    searcher: Searcher, query: Query, documents: Ints, scores: NDArray[np.float32]
) -> tuple[Ints, NDArray[np.float32]]:
    mask = None
    if query.updated_after is not None:
        mask = searcher.updated[documents] >= query.updated_after.timestamp()
    if query.updated_before is not None:
        before = searcher.updated[documents] < query.updated_before.timestamp()
        mask = before if mask is None else mask & before
    return (documents, scores) if mask is None else (documents[mask], scores[mask])


def filter_masks(searcher: Searcher, query: Query, documents: Ints) -> tuple[dict[str, Mask], list[str]]:
    """For each filter which documents it lets through, and a warning for each value that no visible one has."""
    masks: dict[str, Mask] = {}
    warnings: list[str] = []
    for name, values in query.filters.items():
        column = searcher.columns[name]
        masks[name] = column.among(documents, values)
        counts = column.counts(searcher.everything(query.viewer))
        present = {column.values[code] for code in np.flatnonzero(counts)}
        warnings += [f"unknown:{name}={value}" for value in values if value not in present]
    return masks, warnings


def all_of(masks: Iterable[Mask]) -> Mask:
    """Which documents all of one mask or several let through."""
    return reduce(np.logical_and, masks)
