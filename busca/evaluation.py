"""How well the ranking answers judged queries: a collection is indexed and asked with the product's own analysis.

nDCG: Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), gain 2^grade - 1 as in Burges et
al. (2005), worked out by ir-measures. Queries without a relevant document are not asked.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import ir_measures
from ir_measures import RR, R, nDCG

from busca.qrels import Collection, Grades, JudgedQuery, name_of
from indexes import open_index
from search.analysis import analyzer
from search.config.settings import Config
from search.errors import BuscaError
from search.model import Change, Document, Query
from search.service import SearchService, configured
from web.source_status import source_names

DEPTH = 100
"""Hits that are looked at: what recall is measured on."""
BEST = 10
"""Hits of a page: what nDCG and MRR are measured on."""
KIND = re.compile(r"(.+)-\d+")
"""An id that names the kind of its query."""

Track = Callable[[Sequence[str]], Iterable[str]]
Ask = Callable[[JudgedQuery], Sequence[str]]
"""Gives the ids of the documents that answer a query, best first."""
Saved = Mapping[str, Mapping[str, float]]
"""Collection → query id → nDCG@10: what is saved, to compare with later."""


class Measures(NamedTuple):
    """nDCG@10, the reciprocal rank within 10, recall@100."""

    ndcg: float
    mrr: float
    recall: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The scores of each query that has a relevant document; `runs`: what it found. At least one query."""

    collection: str
    scores: Mapping[str, Measures]
    runs: Mapping[str, Sequence[str]]

    @property
    def mean(self) -> Measures:
        return Measures(*(math.fsum(column) / len(self.scores) for column in zip(*self.scores.values(), strict=True)))

    @property
    def by_query(self) -> dict[str, float]:
        """The nDCG@10 of each query."""
        return {id: score.ndcg for id, score in self.scores.items()}

    @property
    def kinds(self) -> dict[str, Figures]:
        """The figures of each kind of query that ids name."""
        ids: dict[str, list[str]] = {}
        for id in self.scores:
            if match := KIND.fullmatch(id):
                ids.setdefault(match[1], []).append(id)
        return {kind: replace(self, scores={id: self.scores[id] for id in members}) for kind, members in ids.items()}

    def row(self) -> dict[str, Any]:
        kinds = {kind: figures.numbers() for kind, figures in self.kinds.items()}
        return {"collection": self.collection} | self.numbers() | ({"kinds": kinds} if kinds else {})

    def numbers(self) -> dict[str, int | float]:
        names = (f"ndcg@{BEST}", f"mrr@{BEST}", f"recall@{DEPTH}")
        means = {name: round(value, 4) for name, value in zip(names, self.mean, strict=True)}
        return {"queries": len(self.scores)} | means


def evaluate(collection: Collection, ask: Ask, *, track: Track = lambda ids: ids) -> Figures:
    """Ask every query that has a relevant document; `track` passes their ids through."""
    counted = [id for id in collection.queries if any(grade > 0 for grade in collection.judged.get(id, {}).values())]
    runs = {id: ask(collection.queries[id]) for id in track(counted)}
    return Figures(collection.name, _scores(runs, collection.judged), runs)


@contextmanager
def indexed(collection: Collection, config: Config, noise: Iterable[Document] = ()) -> Iterator[Ask]:
    """Index a collection, and noise around it, in a temporary folder, to ask it as the service is asked."""
    with TemporaryDirectory(prefix="busca-eval-") as folder:
        index = open_index(Path(folder), config.index.temporary, analyzer.read(config.words_folder))
        index.rebuild(
            Change(number=number, id=document.id, document=document)
            for number, document in enumerate(chain(collection.documents, noise), 1)
        )
        yield partial(_answer, configured(config, index, source_names(config.enabled_sources)))
        index.close()


def _answer(service: SearchService, judged: JudgedQuery) -> Sequence[str]:
    """What the service answers, each document by itself: judgements are about documents, not about subjects."""
    query = Query(text=judged.text, lang=judged.lang, facets=(), highlight=False, balanced=True, per_page=DEPTH)
    return [name_of(hit.document) for hit in service.search(query).results.hits]


def moved(before: Mapping[str, float], now: Mapping[str, float]) -> list[tuple[str, float]]:
    """The queries whose nDCG changed, with the difference, those that lost most first."""
    differences = [(id, now[id] - before[id]) for id in now if id in before and abs(now[id] - before[id]) > 1e-9]
    return sorted(differences, key=lambda row: row[1])


def save(path: Path, evaluations: Iterable[Figures]) -> None:
    """Keep the scores, to compare with later."""
    path.write_text(json.dumps({figures.collection: figures.by_query for figures in evaluations}), encoding="utf-8")


def saved(path: Path) -> Saved:
    """Scores that were kept. Raise BuscaError for another file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {name: {id: float(score) for id, score in rows.items()} for name, rows in data.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise BuscaError(f"{path} was not written by `busca eval --save`") from error


def write_run(path: Path, evaluations: Iterable[Figures]) -> None:
    """Write runs in TREC's format: query, Q0, document, rank, score, name."""
    with path.open("w", encoding="utf-8") as file:
        for query, run in chain.from_iterable(figures.runs.items() for figures in evaluations):
            for rank, document in enumerate(run, 1):
                file.write(f"{query} Q0 {document} {rank} {DEPTH + 1 - rank} busca\n")


def _scores(runs: Mapping[str, Sequence[str]], judged: Mapping[str, Grades]) -> dict[str, Measures]:
    """The scores of each run by its query: a grade gains 2^grade - 1, one below 1 nothing."""
    measures = (nDCG @ BEST, RR @ BEST, R @ DEPTH)
    gains = {id: {document: 2 ** max(grade, 0) - 1 for document, grade in judged[id].items()} for id in runs}
    ranked = {id: {document: -rank for rank, document in enumerate(run)} for id, run in runs.items()}
    values: dict[str, dict[object, float]] = {id: {} for id in runs}
    for metric in ir_measures.iter_calc(measures, gains, ranked):
        values[metric.query_id][metric.measure] = metric.value
    return {id: Measures(*(values[id][measure] for measure in measures)) for id in runs}
