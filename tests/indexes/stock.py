"""A clause as stock Whoosh evaluates it: its own query objects and matchers, one posting at a time."""

from __future__ import annotations

from pathlib import Path

from whoosh import index as whoosh
from whoosh import query, scoring
from whoosh.query import spans
from whoosh.searching import SearchContext, Searcher

from indexes.clauses import MAX_EXPANSIONS
from indexes.generations import Generations
from search import ranking
from search.model import Clause


def open_stock(folder: Path) -> Searcher:
    """Whoosh's searcher on the served generation, with BM25F as `search.ranking` has it."""
    weighting = scoring.BM25F(K1=ranking.K1, **{f"{name}_B": b for name, b in ranking.LENGTH_NORM.items()})
    return whoosh.open_dir(str(folder / Generations(folder).current())).searcher(weighting=weighting)


def scores(searcher: Searcher, clause: Clause) -> dict[int, float]:
    """Document number → score, of every document that satisfies the clause."""
    if clause.kind != "phrase":
        return _walk(searcher, _query(searcher, clause))
    total: dict[int, float] = {}
    for field, weight in ranking.FIELDS.items():  # the boost of a span query is ignored by its matcher
        for number, score in _walk(searcher, _phrase(searcher, field, clause)).items():
            total[number] = total.get(number, 0.0) + score * weight * ranking.PHRASE_WEIGHT
    return total


def _walk(searcher: Searcher, wanted: query.Query) -> dict[int, float]:
    context = SearchContext(weighting=searcher.weighting)
    found: dict[int, float] = {}
    for segment, offset in searcher.leaf_searchers():
        matcher = wanted.matcher(segment, context)
        while matcher.is_active():
            found[matcher.id() + offset] = matcher.score()
            matcher.next()
    return found


def _query(searcher: Searcher, clause: Clause) -> query.Query:
    start, *rest = clause.terms[0]
    if clause.kind == "prefix":
        return query.Or([_prefix(searcher, field, start, rest) for field in ranking.FIELDS])
    return query.DisjunctionMax([_anywhere(searcher, term) for term in clause.terms[0]])


def _anywhere(searcher: Searcher, term: str) -> query.Query:
    weights = ranking.CODE_FIELDS if ":" in term else ranking.FIELDS
    held = [name for name in weights if (name, term.encode()) in searcher.reader()]
    return query.Or([query.Term(name, term, boost=weights[name]) for name in held]) if held else query.NullQuery


def _prefix(searcher: Searcher, field: str, start: str, stems: list[str]) -> query.Query:
    begun = [term.decode() for term in searcher.reader().expand_prefix(field, start)][:MAX_EXPANSIONS]
    held = [term for term in dict.fromkeys((*begun, *stems)) if (field, term.encode()) in searcher.reader()]
    if not held:
        return query.NullQuery
    return query.DisjunctionMax([query.Term(field, term, boost=ranking.FIELDS[field]) for term in held])


def _phrase(searcher: Searcher, field: str, clause: Clause) -> query.Query:
    places = []
    for alternatives in clause.terms:
        held = [term for term in alternatives if (field, term.encode()) in searcher.reader()]
        if not held:
            return query.NullQuery
        places.append(query.Or([query.Term(field, term) for term in held]))
    return spans.SpanNear2(places, slop=1, ordered=True)
