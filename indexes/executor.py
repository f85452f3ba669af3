"""Evaluates a `Query` on a snapshot, with arrays: which documents, in which order, with which counts beside them.

clauses ──▶ scores, count of satisfied clauses ──▶ found ∧ visible ∧ dates ──▶ filters ──▶ order ──▶ page of hits
                                                        └──▶ each facet: all filters but its own ──▶ counts
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexes.snapshot import Snapshot
from search import ranking, snippets
from search.analysis import fold
from search.model import Clause, Completion, Facet, FacetValue, Hit, Query, Results, Snippet, Viewer
from search.query import highlighted

FACET_VALUES = 30
"""Values of a facet that are listed; the rest is counted in `Facet.other`."""

Mask = NDArray[np.bool_]


def search(snapshot: Snapshot, query: Query) -> Results:
    """Answer a query: a page of hits, the exact total, the facets."""
    began = time.perf_counter()
    visible = snapshot.visible(query.viewer)
    found, scores, relaxed = _matching(snapshot, query, visible)
    found = found & _between(snapshot, query)
    masks, warnings = _filter_masks(snapshot, query, visible)
    matching = np.flatnonzero(_all_of(masks.values(), found))
    terms = highlighted(query)
    return Results(
        query=query,
        hits=tuple(
            _hit(snapshot, query, int(number), float(scores[number]), terms, relaxed=relaxed)
            for number in _page(snapshot, query, matching, scores)
        ),
        total=len(matching),
        facets=tuple(_facet(snapshot, query, name, _all_of_others(masks, name, found)) for name in query.facets),
        generation=f"{snapshot.generation}.{snapshot.commit}",
        took_ms=(time.perf_counter() - began) * 1000,
        relaxed=relaxed,
        warnings=(*query.warnings, *warnings),
    )


def complete(snapshot: Snapshot, prefix: str, limit: int, viewer: Viewer) -> list[Completion]:
    """Titles that begin as typed, in alphabetical order, each once."""
    wanted = " ".join(fold(prefix).split())
    if not wanted or limit < 1:
        return []
    visible, titles = snapshot.visible(viewer), snapshot.titles
    completions: dict[str, Completion] = {}
    for place in range(bisect_left(titles, (wanted, -1)), len(titles)):
        title, number = titles[place]
        if not title.startswith(wanted) or len(completions) == limit:
            break
        if visible[number] and title not in completions:
            document = snapshot.document(number)
            typed = _folded_length(document.title, len(wanted))
            completions[title] = Completion(
                text=document.title, url=document.url, source=document.source, id=document.id, ranges=((0, typed),)
            )
    return list(completions.values())


def _matching(snapshot: Snapshot, query: Query, visible: Mask) -> tuple[Mask, NDArray[np.float32], bool]:
    """The visible documents that satisfy the clauses, all scores, and whether some of the words were enough.

    What the viewer may not see has no say in that: a hidden document with all words would be told by its absence.
    """
    scores = np.zeros(snapshot.size, dtype=np.float32)
    wanted = [snapshot.evaluate(clause) for clause in query.clauses if clause.occur != "not"]
    found, relaxed = visible.copy(), False
    for each in wanted:
        scores += each
        found &= each > 0
    if len(wanted) > 1 and not found.any():
        count = np.zeros(snapshot.size, dtype=np.int16)
        for each in wanted:
            count += each > 0
        partly = visible & (count > 0)
        if partly.any():
            found, relaxed = partly, True
            scores *= 1.0 - ranking.RELAXED_COVERAGE * (1.0 - count / np.float32(len(wanted)))
    for clause in query.clauses:
        if clause.occur == "not":
            found[snapshot.evaluate(clause) > 0] = False
    return found, scores * snapshot.signals(query.lang), relaxed


def _between(snapshot: Snapshot, query: Query) -> Mask:
    mask = np.ones(snapshot.size, dtype=np.bool_)
    if query.updated_after is not None:
        mask &= snapshot.updated >= query.updated_after.timestamp()
    if query.updated_before is not None:
        mask &= snapshot.updated < query.updated_before.timestamp()
    return mask


def _filter_masks(snapshot: Snapshot, query: Query, visible: Mask) -> tuple[dict[str, Mask], list[str]]:
    """For each filter the documents that it lets through, and a warning for each value that no visible one has."""
    masks: dict[str, Mask] = {}
    warnings: list[str] = []
    for name, wanted in query.filters.items():
        column = snapshot.columns[name]
        codes = {column.values[code]: int(code) for code in np.flatnonzero(column.counts(visible))}
        masks[name] = column.holding({codes[value] for value in wanted if value in codes}, snapshot.size)
        warnings += [f"unknown:{name}={value}" for value in wanted if value not in codes]
    return masks, warnings


def _all_of(masks: Iterable[Mask], found: Mask) -> Mask:
    for mask in masks:
        found = found & mask
    return found


def _all_of_others(masks: dict[str, Mask], name: str, found: Mask) -> Mask:
    return _all_of((mask for other, mask in masks.items() if other != name), found)


def _page(snapshot: Snapshot, query: Query, numbers: NDArray[np.intp], scores: NDArray[np.float32]) -> NDArray[np.intp]:
    """The document numbers of the page, best first; ties go to the newer, then to the one indexed first.

    Only what may come as far as the end of the page is sorted.
    """
    start = (query.page - 1) * query.per_page
    if start >= len(numbers):
        return numbers[:0]
    if query.sort == "oldest":
        first = snapshot.updated
    elif query.sort == "newest" or not any(clause.occur != "not" for clause in query.clauses):
        first = -snapshot.updated
    else:
        first = -scores
    keys, last = first[numbers], start + query.per_page
    if last < len(numbers):
        near = keys <= np.partition(keys, last)[last]
        numbers, keys = numbers[near], keys[near]
    order = np.lexsort((numbers, -snapshot.updated[numbers], keys))
    return numbers[order[start:last]]


def _hit(snapshot: Snapshot, query: Query, number: int, score: float, terms: frozenset[str], *, relaxed: bool) -> Hit:
    document = snapshot.document(number)
    missing = [clause.text for clause in query.clauses if relaxed and not _holds(snapshot, clause, number)]
    return Hit(
        document=document,
        score=score,
        snippet=snippets.passage(document.body, document.lang, terms) if query.passages else Snippet(text=""),
        title_ranges=snippets.ranges(document.title, document.lang, terms),
        missing=tuple(dict.fromkeys(missing)),
    )


def _holds(snapshot: Snapshot, clause: Clause, number: int) -> bool:
    return clause.occur == "not" or bool(snapshot.evaluate(clause)[number] > 0)


def _facet(snapshot: Snapshot, query: Query, name: str, mask: Mask) -> Facet:
    column, selected = snapshot.columns[name], query.filters.get(name, ())
    counts = column.counts(mask)
    ranked = sorted(
        np.flatnonzero(counts), key=_newest_year(column.values) if name == "year" else _most(column.values, counts)
    )
    shown = [
        FacetValue(value=column.values[code], count=int(counts[code]), selected=column.values[code] in selected)
        for code in ranked[:FACET_VALUES]
    ]
    listed = {each.value for each in shown}
    shown += [_chosen(column.values, counts, value) for value in selected if value not in listed]
    return Facet(name=name, values=tuple(shown), other=max(0, len(ranked) - FACET_VALUES))


def _chosen(values: tuple[str, ...], counts: NDArray[np.int64], value: str) -> FacetValue:
    """A selected value is always listed, that it can be taken back."""
    return FacetValue(value=value, count=int(counts[values.index(value)]) if value in values else 0, selected=True)


def _most(values: tuple[str, ...], counts: NDArray[np.int64]) -> Callable[[Any], Any]:
    return lambda code: (-counts[code], values[code])


def _newest_year(values: tuple[str, ...]) -> Callable[[Any], Any]:
    return lambda code: -int(values[code])


def _folded_length(title: str, length: int) -> int:
    """How many characters of a title make `length` folded ones; blanks of the title may be wider than typed."""
    done = 0
    for place, character in enumerate(title):
        if done >= length:
            return place
        done += len(fold(character))
    return len(title)
