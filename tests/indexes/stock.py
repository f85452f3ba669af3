"""A clause as stock Whoosh evaluates it: its own query objects and matchers, one posting at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from whoosh import index as whoosh
from whoosh import query, scoring
from whoosh.query import spans
from whoosh.searching import SearchContext, Searcher

from indexes.directory.generations import Generations
from indexes.scoring.term_lookup import MAX_EXPANSIONS
from search import ranking
from search.model import Clause


class Weighting(scoring.BM25F):  # type: ignore[misc]
    """Whoosh's BM25F with the idf of `search.ranking`."""

    def idf(self, searcher: Searcher, fieldname: str, text: bytes) -> float:
        whole = searcher.get_parent()
        return ranking.idf(whole.doc_count_all(), whole.doc_frequency(fieldname, text))


def open_stock(folder: Path) -> Searcher:
    """Whoosh's searcher on the served generation, with BM25F as `search.ranking` has it."""
    weighting = Weighting(K1=ranking.K1, **{f"{name}_B": b for name, b in ranking.LENGTH_NORM.items()})
    return whoosh.open_dir(str(folder / Generations(folder).current())).searcher(weighting=weighting)


def scores(searcher: Searcher, clause: Clause) -> dict[int, float]:
    """Document number → score, of every document that satisfies the clause.

    The best of alternatives is taken here: Whoosh's DisjunctionMax takes the score of the one that stands on another
    document, too. So is the weight of a phrase: the boost of a span query is ignored by its matcher.
    """
    if clause.kind == "either":
        weighed = ((alternative.weight, scores(searcher, alternative)) for alternative in clause.either)
        return _best({number: score * weight for number, score in points.items()} for weight, points in weighed)
    if clause.kind == "phrase":
        fields = _within(clause, ranking.FIELDS)
        weights = {field: weight * ranking.PHRASE_WEIGHT for field, weight in fields.items()}
        return _sum(
            {number: score * weight for number, score in _walk(searcher, _phrase(searcher, field, clause)).items()}
            for field, weight in weights.items()
        )
    start, *rest = clause.terms[0]
    if clause.kind == "prefix":
        return _sum(
            _best(_walk(searcher, stock_term) for stock_term in _prefix(searcher, field, start, rest))
            for field in _within(clause, ranking.FIELDS)
        )
    return _best(_walk(searcher, _anywhere(searcher, clause, term)) for term in clause.terms[0])


def _within(clause: Clause, weights: Mapping[str, float]) -> dict[str, float]:
    """The fields in which a clause is looked for: a title's codes stand in a field of their own."""
    return {name: weight for name, weight in weights.items() if clause.field in ("", name.removesuffix("_codes"))}


def _sum(several: Iterable[dict[int, float]]) -> dict[int, float]:
    total: dict[int, float] = {}
    for points in several:
        for number, score in points.items():
            total[number] = total.get(number, 0.0) + score
    return total


def _best(several: Iterable[dict[int, float]]) -> dict[int, float]:
    best: dict[int, float] = {}
    for points in several:
        for number, score in points.items():
            best[number] = max(best.get(number, 0.0), score)
    return best


def _walk(searcher: Searcher, wanted: query.Query) -> dict[int, float]:
    context = SearchContext(weighting=searcher.weighting)
    points: dict[int, float] = {}
    for segment, offset in searcher.leaf_searchers():
        matcher = wanted.matcher(segment, context)
        while matcher.is_active():
            points[matcher.id() + offset] = matcher.score()
            matcher.next()
    return points


def _anywhere(searcher: Searcher, clause: Clause, term: str) -> query.Query:
    weights = _within(clause, ranking.CODE_FIELDS if ":" in term else ranking.FIELDS)
    held = [name for name in weights if (name, term.encode()) in searcher.reader()]
    return query.Or([query.Term(name, term, boost=weights[name]) for name in held]) if held else query.NullQuery


def _prefix(searcher: Searcher, field: str, start: str, stems: list[str]) -> list[query.Query]:
    begun = [term.decode() for term in searcher.reader().expand_prefix(field, start)][:MAX_EXPANSIONS]
    held = [term for term in dict.fromkeys((*begun, *stems)) if (field, term.encode()) in searcher.reader()]
    return [query.Term(field, term, boost=ranking.FIELDS[field]) for term in held]


def _phrase(searcher: Searcher, field: str, clause: Clause) -> query.Query:
    places = []
    for alternatives in clause.terms:
        held = [term for term in alternatives if (field, term.encode()) in searcher.reader()]
        if not held:
            return query.NullQuery
        places.append(query.Or([query.Term(field, term) for term in held]))
    return spans.SpanNear2(places, slop=1, ordered=True)
