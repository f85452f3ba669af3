"""Evaluates a `Query` on a searcher, with arrays: which documents, in which order, with which counts beside them.

clauses, the rarest first ──▶ documents and scores ──▶ dates ──▶ filters ──▶ order ──▶ page of hits
                                                                    └──▶ each facet: all filters but its own ──▶ counts

Documents are arrays of ascending numbers; what is known of each stands in an array beside them.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from indexes.arrays import Ints
from indexes.retrieval import collapse, passages
from indexes.retrieval.explain import explanation_of
from indexes.retrieval.facets import counted, facet_of
from indexes.retrieval.filters import all_of, between, filter_masks, narrowed
from indexes.retrieval.matches import Matches
from indexes.retrieval.matching import matches_of
from indexes.retrieval.pinning import raise_pinned, steered
from indexes.retrieval.searcher import Searcher
from indexes.scoring import reranker, top_k
from search import diversity, ranking
from search.explanation import lane
from search.facets import FILTERS
from search.model import Explanation, Hit, Query, Range, Results, Snippet
from search.query.intent import shares_places

NOTHING: tuple[Snippet, tuple[Range, ...]] = Snippet(text=""), ()
"""What is shown of a hit that no passage is asked of."""


def search(searcher: Searcher, query: Query) -> Results:
    """Answer a query: a page of hits, the exact total, the facets."""
    began = time.perf_counter()
    searcher.check()
    matches = matches_of(searcher, query)
    if query.pinned or query.blocked:
        matches = steered(searcher, query, matches)
    documents, scores = between(searcher, query, matches.documents, matches.scores)
    unknown: list[str] = []
    if query.narrowings:
        documents, scores, unknown = narrowed(searcher, query, documents, scores)
    masks, warnings = filter_masks(searcher, query, documents)
    chosen = all_of(masks.values())
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
        facets=tuple(facet_of(searcher, query, name, counted(masks, name, documents, matching)) for name in names),
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
