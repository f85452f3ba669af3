"""The second look adds what a plain reading of each document's words gives."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.util.numeric import byte_to_length, length_to_byte

from indexes.retrieval.searcher import Searcher
from indexes.scoring import reranker
from search import ranking
from search.analysis.analyzer import packaged
from search.model import Clause, Document
from search.query.parser import parse
from tests.documents import document
from tests.indexes.scoring.test_scorer import filled

ANALYZER = packaged()

WORDS = ["nota", "fiscal", "pedido", "venda", "imposto", "de"]


texts = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)


shelves = st.lists(
    st.lists(st.builds(lambda title, body: (title, body), texts, texts), min_size=1, max_size=5), min_size=1, max_size=3
)


def read(searcher: Searcher, clauses: list[Clause], page: Document) -> dict[str, float]:
    """What is added to one document's score, word by word."""
    weights = [searcher.scorer.lookup.idf(clause) for clause in clauses]
    body, title = ANALYZER.terms(page.body, page.lang), {term for term, _ in ANALYZER.terms(page.title, page.lang)}
    places = [[at for term, at in body if term in clause.terms[0]] for clause in clauses]
    norm = float(searcher.scorer.norms("body", np.array([searcher.number(page.id)]))[0])
    proximity = 0.0
    held = list(zip(clauses, weights, places, strict=True))
    for apart, share in enumerate(ranking.PAIRS, 1):
        for (one, weight, first), (other, other_weight, second) in zip(held, held[apart:], strict=False):
            if one.terms == other.terms or not first or not second:
                continue
            least = share * min(weight, other_weight) * (ranking.K1 + 1)
            follow = sum(any(1 <= b - a <= ranking.FOLLOWING for b in second) for a in first)
            near = sum(any(abs(b - a) <= ranking.WINDOW for b in second) for a in first)
            proximity += least * (ranking.ORDERED * follow / (follow + norm) + ranking.NEAR * near / (near + norm))
    lead = sum(
        ranking.LEAD * weight / (1 + positions[0] / ranking.LEAD_HALF)
        for weight, positions in zip(weights, places, strict=True)
        if positions
    )
    named = [weight for clause, weight in zip(clauses, weights, strict=True) if title & set(clause.terms[0])]
    kept = byte_to_length(length_to_byte(len(ANALYZER.terms(page.title, page.lang))))
    length = max(kept, len(named), 1)
    whole = sum(weights)
    alike = sum(named) ** 2 / whole * sqrt(len(named) / length) * ranking.TITLE if whole else 0.0
    return {"proximity": proximity, "lead": lead, "title": alike}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(commits=shelves, typed=st.lists(st.sampled_from(WORDS[:-1]), min_size=1, max_size=5))
def test_it_adds_what_reading_gives(
    tmp_path_factory: pytest.TempPathFactory, commits: list[list[tuple[str, str]]], typed: list[str]
) -> None:
    numbered = iter(range(1000))
    index = filled(
        tmp_path_factory.mktemp("index"),
        [[document(str(next(numbered)), title=title, body=body) for title, body in commit] for commit in commits],
    )
    searcher = index._searchers.current()
    clauses = [clause.typed for clause in parse(" ".join(typed)).clauses]
    everything = np.flatnonzero(searcher.files.alive)
    added = reranker.bonus(searcher.scorer, clauses, everything)
    for place, number in enumerate(everything.tolist()):
        wanted = read(searcher, clauses, searcher.document(number))
        assert {name: float(value[place]) for name, value in added.items()} == pytest.approx(wanted, rel=1e-4, abs=1e-5)
    index.close()
