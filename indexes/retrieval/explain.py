"""What `search.explanation` needs to know of the score of a hit, asked of a commit document by document."""

from __future__ import annotations

import numpy as np

from indexes.retrieval import pinning
from indexes.retrieval.searcher import Searcher
from indexes.scoring import reranker
from search.explanation import Scored, explained
from search.model import Explanation, Query


def explanation_of(
    searcher: Searcher, query: Query, number: int, *, optional: bool, rescored: bool
) -> Explanation | None:
    """The score of one document; None where nothing is scored, because there are no words.

    `optional` and `rescored` say whether all clauses had become optional, and whether it was looked at a second time.
    """
    clauses = [clause for clause in query.clauses if clause.occur != "not"]
    if not clauses:
        return None
    documents = np.array([number])
    bonus = reranker.bonus(searcher.scorer, clauses, documents) if rescored else {}
    signals = searcher.factors(query.lang, documents, query.viewer.releases)
    return explained(
        Scored(
            fields=[(clause, searcher.scorer.by_field(clause, number)) for clause in clauses],
            optional=optional,
            bonus={name: float(value[0]) for name, value in bonus.items()},
            signals={name: float(value[0]) for name, value in signals.items()},
            raised=pinning.raised(searcher, query, number),
        )
    )
