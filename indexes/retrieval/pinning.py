"""What an operator pins and blocks for a query, among the documents of a commit: see `search.curation.pins`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from indexes.arrays import Ints, Scores
from indexes.retrieval.searcher import Matches, Searcher
from search.curation import pins
from search.model import Query


def steered(searcher: Searcher, query: Query, matches: Matches) -> Matches:
    """The matches without what is blocked, and with what is pinned and the viewer may see, whatever it holds."""
    blocked = [number for id in query.blocked if (number := searcher.number(id)) is not None]
    if blocked:
        matches = matches.only(~np.isin(matches.documents, blocked))
    pinned = [number for number in _pinned(searcher, query) if number not in blocked]
    if not pinned:
        return matches
    added = np.setdiff1d(np.array(pinned, dtype=np.int64), matches.documents)
    lacking = matches.lacking if matches.lacking is not None else np.zeros(len(matches.documents), dtype=np.bool_)
    documents = np.append(matches.documents, added)
    order = documents.argsort(kind="stable")
    return replace(
        matches,
        documents=documents[order],
        scores=np.append(matches.scores, np.zeros(len(added), dtype=np.float32))[order],
        lacking=np.append(lacking, np.ones(len(added), dtype=np.bool_))[order],
    )


def raise_pinned(searcher: Searcher, query: Query, documents: Ints, scores: Scores) -> None:
    """Raise the scores of pinned documents above all others, the first pinned most."""
    for number in _pinned(searcher, query):
        scores[documents == number] += np.float32(raised(searcher, query, number))


def raised(searcher: Searcher, query: Query, number: int) -> float:
    """What a document is raised by, 0 where it is not pinned."""
    pinned = _pinned(searcher, query)
    return pins.raised(pinned.index(number), len(pinned)) if number in pinned else 0.0


def _pinned(searcher: Searcher, query: Query) -> list[int]:
    """The numbers of the pinned documents that the viewer may see, in their order."""
    numbers = (searcher.number(id) for id in pins.leading(query))
    return [number for number in numbers if number is not None and searcher.shows(number, query.viewer)]
