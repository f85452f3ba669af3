"""Evaluates a `Query` on a searcher, with arrays: which documents, in which order, with which counts beside them.

clauses, the rarest first ──▶ documents and scores ──▶ dates ──▶ filters ──▶ order ──▶ page of hits
                                                                    └──▶ each facet: all filters but its own ──▶ counts

Documents are arrays of ascending numbers; what is known of each stands in an array beside them.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints, Mask
from indexes.retrieval import collapse, passages
from indexes.retrieval.explain import explanation_of
from indexes.retrieval.filters import all_of, between, filter_masks, narrowed
from indexes.retrieval.matching import matches_of
from indexes.retrieval.pinning import raise_pinned, steered
from indexes.retrieval.searcher import Matches, Searcher
from indexes.scoring import reranker, top_k
from indexes.segment.facet_column import FacetColumn
from search import diversity, ranking
from search.analysis.analyzer import fold
from search.explanation import lane
from search.facets import BY_NAME, FILTERS
from search.model import Explanation, Facet, FacetValue, Hit, Query, Range, Results, Snippet
from search.query.intent import shares_places

NOTHING: tuple[Snippet, tuple[Range, ...]] = Snippet(text=""), ()
"""What is shown of a hit that no passage is asked of."""

FACET_VALUES = 30
"""Values of a facet that are listed; the rest is counted in `Facet.other`."""


def search(searcher: Searcher, query: Query) -> Results:
    """Answer a query: a page of hits, the exact total, the facets."""
    began = time.perf_counter()
    searcher.check()
    matches = matches_of(searcher, query)
    if query.pinned or query.blocked:
        matches = steered(searcher, query, matches)
    documents, scores, unknown = matches.documents, matches.scores, list[str]()
    if query.updated_after or query.updated_before:
        documents, scores = between(searcher, query, documents, scores)
    if query.narrowings:
        documents, scores, unknown = narrowed(searcher, query, documents, scores)
    matching, masks = documents, dict[str, Mask]()
    if query.filters:
        masks, warnings = filter_masks(searcher, query, documents)
        mask = all_of(masks.values())
        matching, scores, unknown = documents[mask], scores[mask], [*unknown, *warnings]
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
        warnings=(*query.warnings, *unknown),
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
        clauses = [clause for clause in query.clauses if clause.occur != "not"]
        added = reranker.bonus(searcher.scorer, clauses, documents[best])
        weighed[best] += sum(added.values()) * signals[documents[best]]
    if query.pinned:
        raise_pinned(searcher, query, documents, weighed)
    return weighed


def _looked_at(query: Query) -> int:
    """How many of the best documents are looked at a second time."""
    return ranking.RESCORED if query.rescore and query.sort == "relevance" else 0


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
    records = [searcher.stored(number) for number in numbers]
    excerpts = passages.shown(searcher, query, documents, records) if query.highlight else [NOTHING] * len(numbers)
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
            records, scores[page].tolist(), excerpts, missing, explanations, followed, strict=True
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


# -- what is counted beside them --------------------------------------------------------------------------------------


def _facet(searcher: Searcher, query: Query, name: str, documents: Ints) -> Facet:
    column, selected = searcher.columns[name], query.filters.get(name, ())
    counts, above = column.counts(documents), searcher.parents(name, query.viewer)
    present = _containing(column, counts.nonzero()[0], query.find.get(name, ""))
    newest = BY_NAME[name].newest_first
    ranked = (present[::-1] if newest else present[np.argsort(-counts[present], kind="stable")]).tolist()
    tally = {column.values[code]: int(counts[code]) for code in ranked[:FACET_VALUES]}
    for value in selected:  # is always listed, that it can be taken back
        if value not in tally:
            tally[value] = int(counts[column.values.index(value)]) if value in column.values else 0
    values = [FacetValue(value, count, value in selected, above.get(value, "")) for value, count in tally.items()]
    return Facet(name=name, values=tuple(values), other=max(0, len(ranked) - FACET_VALUES))


def _counted(masks: dict[str, Mask], name: str, documents: Ints, matching: Ints) -> Ints:
    """The documents that a facet counts: those that all filters but its own let through."""
    if name not in masks:
        return matching
    others = [mask for other, mask in masks.items() if other != name]
    return documents[all_of(others)] if others else documents


def _containing(column: FacetColumn, codes: NDArray[np.intp], text: str) -> NDArray[np.intp]:
    """Those of the values that contain each word of a text."""
    if not (words := fold(text).split()):
        return codes
    return codes[[all(word in fold(column.values[code]) for word in words) for code in codes.tolist()]]
