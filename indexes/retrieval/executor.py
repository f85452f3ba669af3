"""Evaluates a `Query` on a searcher, with arrays: which documents, in which order, with which counts beside them.

clauses, the rarest first ──▶ documents and scores ──▶ dates ──▶ filters ──▶ order ──▶ page of hits
                                                                    └──▶ each facet: all filters but its own ──▶ counts

Documents are arrays of ascending numbers; what is known of each stands in an array beside them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, reduce

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints, Mask
from indexes.retrieval import collapse, passages
from indexes.retrieval.explain import explanation_of
from indexes.retrieval.filters import narrowed
from indexes.retrieval.pinning import raise_pinned, steered
from indexes.retrieval.searcher import Matches, Searcher
from indexes.scoring import reranker, top_k
from indexes.segment.facet_column import FacetColumn
from search import diversity, ranking
from search.analysis.analyzer import fold
from search.explanation import lane
from search.facets import BY_NAME, FILTERS
from search.model import Clause, Explanation, Facet, FacetValue, Hit, Query, Range, Results, Snippet
from search.query.intent import shares_places

NOTHING: tuple[Snippet, tuple[Range, ...]] = Snippet(text=""), ()
"""What is shown of a hit that no passage is asked of."""

FACET_VALUES = 30
"""Values of a facet that are listed; the rest is counted in `Facet.other`."""


def search(searcher: Searcher, query: Query) -> Results:
    """Answer a query: a page of hits, the exact total, the facets."""
    began = time.perf_counter()
    searcher.check()
    matches = _matches(searcher, query)
    if query.pinned or query.blocked:
        matches = steered(searcher, query, matches)
    documents, scores = _between(searcher, query, matches.documents, matches.scores)
    unknown: list[str] = []
    if query.narrowings:
        documents, scores, unknown = narrowed(searcher, query, documents, scores)
    masks, warnings = _filter_masks(searcher, query, documents)
    chosen = _all_of(masks.values())
    matching = documents if chosen is None else documents[chosen]
    scores = scores if chosen is None else scores[chosen]
    if _ranked(query):
        scores = _weighed(searcher, query, matching, scores)
    names = FILTERS if query.facets is None else query.facets
    keys = _keys(searcher, query, matching, scores)
    leaders = collapse.leaders(searcher, query, matching, keys) if query.grouped else None
    if leaders is None:
        page, lifted = _page(searcher, query, matching, keys)
    else:
        page, lifted = _page(searcher, query, matching[leaders], keys[leaders])
        page = leaders[page]
    hits = _hits(searcher, query, page, matching, keys, scores, matches)
    return Results(
        query=query,
        hits=diversity.told(hits, lifted) if lifted else hits,
        total=len(matching if leaders is None else leaders),
        facets=tuple(_facet(searcher, query, name, _counted(masks, name, documents, matching)) for name in names),
        generation=f"{searcher.generation}.{searcher.commit}",
        took_ms=(time.perf_counter() - began) * 1000,
        relaxed=matches.relaxed,
        warnings=(*query.warnings, *unknown, *warnings),
    )


# -- which documents, and how well -------------------------------------------------------------------------------------


def _ranked(query: Query) -> bool:
    """Whether there are words to score by."""
    return any(clause.occur != "not" for clause in query.clauses)


def _weighed(searcher: Searcher, query: Query, documents: Ints, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """The scores with all signals, of the best RESCORED documents with what a second look adds.

    It never adds less than nothing, so that the best stay the best.
    """
    signals = searcher.signals(query.lang, query.viewer.releases)
    weighed = top_k.weighed(scores, signals, documents)
    if _looked_at(query) and len(documents):
        near = top_k.greatest(weighed, min(ranking.RESCORED, len(weighed)))
        best = np.sort(near[np.argsort(-weighed[near], kind="stable")[: ranking.RESCORED]])
        wanted = [clause for clause in query.clauses if clause.occur != "not"]
        added = reranker.bonus(searcher.scorer, wanted, documents[best])
        weighed[best] += sum(added.values()) * signals[documents[best]]
    if query.pinned:
        raise_pinned(searcher, query, documents, weighed)
    return weighed


def _looked_at(query: Query) -> int:
    """How many of the best documents are looked at a second time."""
    return ranking.RESCORED if query.rescore and query.sort == "relevance" else 0


def _matches(searcher: Searcher, query: Query) -> Matches:
    """The visible documents that satisfy the clauses.

    What the viewer may not see has no say in whether some of the words are enough: a hidden document with all words
    would be told by its absence.
    """
    key = (query.clauses, query.min_should, query.enough, query.viewer.groups)
    if (known := searcher.matches.get(key)) is not None:
        return known
    must = [clause for clause in query.clauses if clause.occur == "must"]
    should = [clause for clause in query.clauses if clause.occur == "should"]
    visible = searcher.visible(query.viewer)
    if must:
        matches = _all(searcher, must, visible)
        if should:
            matches = _with(searcher, should, matches, query.min_should, query.enough)
    elif should:
        matches = _any(searcher, should, visible, max(query.min_should, 1), query.enough)
    else:
        everything = searcher.everything(query.viewer)
        matches = Matches(everything, np.zeros(len(everything), dtype=np.float32))
    if must and len(must) + len(should) > 1 and not len(matches.documents):
        matches = replace(_any(searcher, must + should, visible, 1, 0), optional=True)
    for clause in query.clauses:
        if clause.occur == "not":
            kept = ~searcher.holds(clause, matches.documents)
            matches = matches.only(kept)
    searcher.matches.keep(key, matches, matches.size_bytes)
    return matches


def _all(searcher: Searcher, clauses: list[Clause], visible: Mask | None) -> Matches:
    """The documents that satisfy all clauses: those of the rarest, which each other one makes fewer."""
    times = Counter(clauses)
    order = list(times)
    if len(order) > 1:
        order.sort(key=lambda clause: (searcher.scorer.lookup.frequency(clause), clause.kind == "phrase"))
    documents, total = searcher.scorer.matches(order[0])
    if visible is not None:
        seen = visible[documents]
        documents, total = documents[seen], total[seen]
    if times[order[0]] > 1:
        total = total * times[order[0]]
    for clause in order[1:]:
        scores = searcher.scorer.scores(clause, documents) * times[clause]
        total = total + scores
        if not (held := scores > 0).all():
            documents, total = documents[held], total[held]
    return Matches(documents, total)


def _any(searcher: Searcher, clauses: list[Clause], visible: Mask | None, least: int, enough: int) -> Matches:
    """The documents that satisfy that many of the clauses at least, or fewer where they are not enough."""
    documents, total, count = searcher.scorer.any_of(clauses, _shares(len(clauses)))
    if visible is not None:
        seen = visible[documents]
        documents, total, count = documents[seen], total[seen], count[seen]
    return _enough(documents, total, count, len(clauses), _loosened(count, least, enough, lowest=1))


def _loosened(count: Ints, least: int, enough: int, *, lowest: int) -> int:
    """The most clauses, up to `least`, that enough of the documents satisfy; the lowest number where none do."""
    if not enough:
        return least
    reached = np.bincount(np.minimum(count, least), minlength=least + 1)[::-1].cumsum()[::-1]
    return next((held for held in range(least, lowest, -1) if reached[held] >= enough), min(lowest, least))


def _with(searcher: Searcher, clauses: list[Clause], matches: Matches, least: int, enough: int) -> Matches:
    """The matches with what optional clauses add to their scores, without those that satisfy fewer than `least`."""
    total, count = np.zeros_like(matches.scores), np.zeros(len(matches.documents), dtype=np.int32)
    for clause in clauses:
        scores = searcher.scorer.scores(clause, matches.documents)
        total = total + scores
        count += scores > 0
    least = _loosened(count, least, enough, lowest=0)
    found = _enough(matches.documents, total * _shares(len(clauses))[count], count, len(clauses), least)
    return replace(found, scores=matches.scores[count >= least] + found.scores)


def _enough(documents: Ints, total: NDArray[np.float32], count: Ints, of: int, least: int) -> Matches:
    """The documents that satisfy so many of the optional clauses at least."""
    fewest = count.min(initial=of)
    if fewest == of >= least:
        return Matches(documents, total)
    if fewest < least:
        kept = count >= least
        documents, total, count = documents[kept], total[kept], count[kept]
    lacking = count < of
    return Matches(documents, total, relaxed=len(count) > 0 and bool(lacking.all()), lacking=lacking)


@cache
def _shares(of: int) -> NDArray[np.float32]:
    """The share of its score that a document keeps that satisfies none, one, … of so many clauses."""
    return np.array([ranking.coverage(held, of) for held in range(of + 1)], dtype=np.float32)


# -- what narrows them -------------------------------------------------------------------------------------------------


def _between(
    searcher: Searcher, query: Query, documents: Ints, scores: NDArray[np.float32]
) -> tuple[Ints, NDArray[np.float32]]:
    kept = None
    if query.updated_after is not None:
        kept = searcher.updated[documents] >= query.updated_after.timestamp()
    if query.updated_before is not None:
        before = searcher.updated[documents] < query.updated_before.timestamp()
        kept = before if kept is None else kept & before
    return (documents, scores) if kept is None else (documents[kept], scores[kept])


def _filter_masks(searcher: Searcher, query: Query, documents: Ints) -> tuple[dict[str, Mask], list[str]]:
    """For each filter which documents it lets through, and a warning for each value that no visible one has."""
    masks: dict[str, Mask] = {}
    warnings: list[str] = []
    for name, wanted in query.filters.items():
        column = searcher.columns[name]
        masks[name] = column.among(documents, wanted)
        counts = column.counts(searcher.everything(query.viewer))
        present = {column.values[code] for code in np.flatnonzero(counts)}
        warnings += [f"unknown:{name}={value}" for value in wanted if value not in present]
    return masks, warnings


def _all_of(masks: Iterable[Mask]) -> Mask | None:
    several = list(masks)
    return reduce(np.logical_and, several) if several else None


def _counted(masks: dict[str, Mask], name: str, documents: Ints, matching: Ints) -> Ints:
    """The documents that a facet counts: those that all filters but its own let through."""
    if name not in masks:
        return matching
    others = _all_of(mask for other, mask in masks.items() if other != name)
    return documents if others is None else documents[others]


# -- what is shown of them ---------------------------------------------------------------------------------------------


def _keys(searcher: Searcher, query: Query, documents: Ints, scores: NDArray[np.float32]) -> collapse.Keys:
    """What the documents are ordered by, the greatest first."""
    if query.sort == "oldest":
        return -searcher.updated[documents]
    if query.sort == "newest" or not _ranked(query):
        return searcher.updated[documents]
    return scores


def _page(
    searcher: Searcher, query: Query, documents: Ints, keys: collapse.Keys
) -> tuple[NDArray[np.intp], diversity.Lifted]:
    """The places, in `documents`, of the page's hits, best first; ties go to the newer, then to the one indexed first.

    Only what may come as far as the end of the page is sorted. The other value says which hits were lifted.
    """
    start = (query.page - 1) * query.per_page
    if start >= len(documents):
        return np.zeros(0, dtype=np.intp), ()
    end = start + query.per_page
    balanced = _ranked(query) and start < ranking.CONSIDERED and query.balanced and shares_places(query)
    last = max(end, ranking.CONSIDERED) if balanced else end
    near = top_k.greatest(keys, min(last, len(keys)))
    order = np.lexsort((near, -searcher.updated[documents[near]], -keys[near]))
    places = near[order[:last]]
    if not balanced:
        return places[start:end], ()
    considered = places[: ranking.CONSIDERED]
    sources = searcher.columns["source"].codes[documents[considered]]
    shared = diversity.order(sources.tolist(), keys[considered].tolist())
    places = np.append(considered[shared], places[ranking.CONSIDERED :])
    return places[start:end], diversity.lifted(shared, start, end)


def _hits(
    searcher: Searcher,
    query: Query,
    page: NDArray[np.intp],
    matching: Ints,
    keys: collapse.Keys,
    scores: NDArray[np.float32],
    matches: Matches,
) -> tuple[Hit, ...]:
    documents = matching[page]
    missing = _missing(searcher, query, documents, matches)
    explanations: list[Explanation | None] = [None] * len(documents)
    if query.explain:
        looked_at = _looked_at(query)
        explanations = [
            explanation_of(searcher, query, number, optional=matches.optional, rescored=(keys > key).sum() < looked_at)
            for number, key in zip(documents.tolist(), keys[page], strict=True)
        ]
    numbers = documents.tolist()
    stored = [searcher.stored(number) for number in numbers]
    shown = passages.shown(searcher, query, documents, stored) if query.highlight else [NOTHING] * len(numbers)
    followed = (
        collapse.members(searcher, query, documents, matching, keys) if query.grouped else [((), 0)] * len(numbers)
    )
    return tuple(
        Hit(
            document=document,
            score=score,
            snippet=text,
            title_ranges=marks,
            missing=lacks,
            explanation=explanation,
            lane=lane(explanation, lacks) if explanation else "",
            members=members,
            more_members=more,
        )
        for (document, _), score, (text, marks), lacks, explanation, (members, more) in zip(
            stored, scores[page].tolist(), shown, missing, explanations, followed, strict=True
        )
    )


def _missing(searcher: Searcher, query: Query, documents: Ints, matches: Matches) -> list[tuple[str, ...]]:
    """For each document the typed words that it lacks."""
    lacking: list[dict[str, None]] = [{} for _ in documents]
    if matches.lacking is not None:
        incomplete = np.flatnonzero(matches.lacking[matches.documents.searchsorted(documents)])
        order = incomplete[np.argsort(documents[incomplete])]
        for clause in query.clauses if len(order) else ():
            if clause.occur != "not":
                for place in order[~searcher.holds(clause, documents[order])].tolist():
                    lacking[place][clause.text] = None
    return [tuple(words) for words in lacking]


def _facet(searcher: Searcher, query: Query, name: str, documents: Ints) -> Facet:
    column, selected = searcher.columns[name], query.filters.get(name, ())
    counts, above = column.counts(documents), searcher.parents(name, query.viewer)
    present = _found(column, counts.nonzero()[0], query.find.get(name, ""))
    newest = BY_NAME[name].newest_first
    ranked = (present[::-1] if newest else present[np.argsort(-counts[present], kind="stable")]).tolist()
    shown = {column.values[code]: int(counts[code]) for code in ranked[:FACET_VALUES]}
    for value in selected:  # is always listed, that it can be taken back
        if value not in shown:
            shown[value] = int(counts[column.values.index(value)]) if value in column.values else 0
    values = [FacetValue(value, count, value in selected, above.get(value, "")) for value, count in shown.items()]
    return Facet(name=name, values=tuple(values), other=max(0, len(ranked) - FACET_VALUES))


def _found(column: FacetColumn, codes: NDArray[np.intp], text: str) -> NDArray[np.intp]:
    """Those of the values that contain each word of a text."""
    if not (words := fold(text).split()):
        return codes
    return codes[[all(word in fold(column.values[code]) for word in words) for code in codes.tolist()]]
