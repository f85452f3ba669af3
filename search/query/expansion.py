"""What was typed becomes the clauses of a query, widened by words that mean the same, as the lists of the operator say.

    nota fiscal eletronica  ──▶  nota|nfe  fiscal|nfe  eletronica|nfe       each alternative a third of its weight
    pe mata410              ──▶  pe|"ponto de entrada"  mata410             PE alone stays what it is
    edital lei 14133        ──▶  edital  lei  14133                         where documents hold the words, not a code

A word becomes a clause of kind "either": what was typed counts whole, what means about the same counts less. Nothing
that was typed is lost, and no document is found that has neither.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Protocol

from search import ranking
from search.analysis.analyzer import Analyzer, fold
from search.curation.lexicon import Lexicon
from search.model import Clause, Query

MAX_CLAUSES = 64


@dataclass(frozen=True, slots=True)
class Unit:
    """What was typed as one thing, text[start:end], and its clauses: "pré-nota" has two.

    `plain` is what it is where what looks like a code was meant as words. `whole` is the one clause that it is as an
    alternative of others, which is known of a text that holds alternatives.
    """

    start: int
    end: int
    clauses: tuple[Clause, ...] = ()
    plain: tuple[Unit, ...] = ()
    whole: Clause | None = None

    @property
    def wanted(self) -> bool:
        return bool(self.clauses) and all(clause.occur == "must" for clause in self.clauses)

    def overlaps(self, other: Unit) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Typed:
    """A text as it was read, once: the query that has all but its clauses, and what was typed, in both readings.

    `groups` are things that were typed side by side, and whether OR stands before them; `text` is what they are places
    in. `warnings` come after those of the query.
    """

    query: Query
    text: str
    groups: tuple[tuple[bool, tuple[Unit, ...]], ...]
    warnings: tuple[str, ...]


class Forms(Protocol):
    """How the query reader reads the forms of the lists."""

    def words(self, text: str) -> Sequence[Clause]:
        """The words and codes of a form, as they are recognized in what is typed."""

    def whole(self, text: str) -> Clause:
        """A form to be looked for as a whole."""


@dataclass(frozen=True, eq=False)
class Rule:
    """Where clauses like `typed` stand side by side, `also` may stand instead; each rule is equal to itself alone.

    That form is read when the rule is needed first: most never are in a process that answers one question.
    """

    typed: tuple[Clause, ...]
    form: str
    weight: float
    whole: Callable[[str], Clause]

    @cached_property
    def also(self) -> Clause:
        clause = self.whole(self.form)
        return replace(clause, weight=self.weight * (ranking.CODE_MEANT if clause.kind == "code" else 1.0))


@dataclass(frozen=True, slots=True)
class Sense:
    """A word that stands for `long` where one of `near`, or a code of one of `codes`, is in the query."""

    long: Clause
    near: tuple[tuple[Clause, ...], ...]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rules by the terms of their first clause, and the senses of a folded abbreviation, if it is one."""

    analyzer: Analyzer
    rules: dict[str, tuple[Rule, ...]]
    senses: Callable[[str], tuple[Sense, ...]]


def query(typed: Typed, table: Table, plain: AbstractSet[str] = frozenset()) -> Query:
    """The query of a text in the reading where those of its doubtful codes, as they were typed, are words."""
    clauses = [clause for run in _runs(typed, plain) for clause in _joined(run, typed.text)]
    clauses = widened(without_stop_words(understood(clauses, table), table.analyzer), table)
    cut = (f"clauses:{MAX_CLAUSES}",) if len(clauses) > MAX_CLAUSES else ()
    clauses, least = _loosened(clauses[:MAX_CLAUSES])
    return replace(
        typed.query,
        clauses=tuple(clauses),
        min_should=least,
        enough=ranking.ENOUGH,
        warnings=(*typed.query.warnings, *cut, *typed.warnings),
    )


def doubtful(query: Query) -> list[Clause]:
    """The codes of a query that may have been meant as words."""
    typed = (clause.typed for clause in query.clauses)
    return [clause for clause in typed if clause.words]


def _runs(typed: Typed, plain: AbstractSet[str]) -> list[list[Unit]]:
    """The units, each by itself but for those that OR joins."""
    runs: list[list[Unit]] = []
    for joined, group in typed.groups:
        for place, unit in enumerate(_chosen(group, plain) if plain else group):
            if joined and not place and runs and runs[-1][-1].wanted and unit.wanted:
                runs[-1].append(unit)
            else:
                runs.append([unit])
    return runs


def _chosen(group: Iterable[Unit], plain: AbstractSet[str]) -> list[Unit]:
    """The units with the words of those codes in their place; a word that reaches into another code is part of that."""
    units: dict[tuple[int, int], Unit] = {}
    words: list[Unit] = []
    for unit in group:
        if unit.plain and unit.clauses[0].text in plain:
            words += unit.plain
        else:
            units[unit.start, unit.end] = unit
    others = [*units.values(), *(word for word in words if word.clauses[0].kind == "phrase")]
    for word in words:
        if not any(word.overlaps(other) for other in others if other is not word):
            units[word.start, word.end] = word
    return sorted(units.values(), key=lambda unit: unit.start)


def _joined(run: Sequence[Unit], text: str) -> Sequence[Clause]:
    """The clauses of a unit; of several one that any of them satisfies."""
    if len(run) == 1:
        return run[0].clauses
    alternatives = tuple(dict.fromkeys(unit.whole for unit in run if unit.whole))
    return [Clause(kind="either", occur="must", text=text[run[0].start : run[-1].end], either=alternatives)]


def without_stop_words(clauses: list[Clause], analyzer: Analyzer) -> list[Clause]:
    """Words that say little go where others remain; in a query of nothing else they stay."""
    telling = [clause for clause in clauses if clause.kind != "word" or not analyzer.is_stop_word(clause.text)]
    return telling if any(clause.occur == "must" for clause in telling) else clauses


def _loosened(clauses: list[Clause]) -> tuple[list[Clause], int]:
    """Of many words some may be missing: nobody writes a document in the words of a question."""
    words = [clause.typed.kind == "word" and clause.occur == "must" and not clause.field for clause in clauses]
    if sum(words) <= ranking.STRICT:
        return clauses, 0
    loosened = [
        replace(clause, occur="should") if loose else clause for clause, loose in zip(clauses, words, strict=True)
    ]
    return loosened, math.ceil(sum(words) * ranking.LEAST)


def widened(clauses: Sequence[Clause], table: Table) -> list[Clause]:
    """The clauses with what means the same beside them; phrases, prefixes and what is excluded stay as they are."""
    added: list[list[Clause]] = [[] for _ in clauses]
    for place, clause in enumerate(clauses):
        for rule in _rules(table.rules, clause):
            here = clauses[place : place + len(rule.typed)]
            if len(here) == len(rule.typed) and all(map(_alike, here, rule.typed)):
                share = replace(rule.also, weight=rule.also.weight / len(here))
                for more in added[place : place + len(here)]:
                    more.append(share)
    return [_either(clause, more) for clause, more in zip(clauses, added, strict=True)]


def understood(clauses: Sequence[Clause], table: Table) -> list[Clause]:
    """The clauses with the long forms of those abbreviations that another clause agrees with."""
    plain = {clause.terms: clause for clause in clauses if _plain(clause)}
    agreed: dict[str, list[Clause]] = {}
    for clause in plain.values():
        if senses := table.senses(fold(clause.text)):
            others = [other for terms, other in plain.items() if terms != clause.terms]
            agreed[fold(clause.text)] = [sense.long for sense in senses if _agrees(sense, others)]
    return [_either(clause, agreed.get(fold(clause.text), ()) if _plain(clause) else ()) for clause in clauses]


def _agrees(sense: Sense, others: Sequence[Clause]) -> bool:
    if any(other.kind == "code" and _code_kind(other) in sense.codes for other in others):
        return True
    return any(all(any(_alike(other, word) for other in others) for word in near) for near in sense.near)


def _code_kind(clause: Clause) -> str:
    return clause.terms[0][0].partition(":")[0]


def _plain(clause: Clause) -> bool:
    """Whether it is a word or a code that was typed and is asked for wherever it stands."""
    return clause.kind in ("word", "code") and clause.occur != "not" and not clause.field


def _alike(one: Clause, other: Clause) -> bool:
    """Whether both are the same word, in some form of it, or the same code."""
    return _plain(one) and not set(one.terms[0]).isdisjoint(other.terms[0])


def _rules(rules: dict[str, tuple[Rule, ...]], clause: Clause) -> Iterator[Rule]:
    if _plain(clause):
        yield from dict.fromkeys(rule for term in clause.terms[0] for rule in rules.get(term, ()))


def _either(clause: Clause, more: Sequence[Clause]) -> Clause:
    """A clause and its alternatives, the best weight of each."""
    best: dict[tuple[tuple[str, ...], ...], Clause] = {}
    for other in sorted(more, key=lambda other: -other.weight):
        best.setdefault(other.terms, other)
    best.pop(clause.terms, None)
    if not best:
        return clause
    return Clause(kind="either", occur=clause.occur, text=clause.text, either=(clause, *best.values()))


@lru_cache(maxsize=8)
def table(lexicon: Lexicon, forms: Callable[[Analyzer], Forms]) -> Table:
    """The table of a lexicon, whose forms are read with its analyzer; remembered for the lexicons that are in use."""
    read = forms(lexicon.analyzer)
    words, whole = cache(read.words), cache(read.whole)
    rules: dict[str, list[Rule]] = {}
    for typed, also, weight in _pairs(lexicon):
        rule = Rule(tuple(words(typed)), also, weight, whole)
        for term in rule.typed[0].terms[0]:
            rules.setdefault(term, []).append(rule)
    meanings = {fold(entry.short): entry.meanings for entry in lexicon.abbreviations.abbreviations}

    @cache
    def senses(short: str) -> tuple[Sense, ...]:
        return tuple(
            Sense(
                replace(whole(meaning.long), weight=meaning.weight),
                tuple(tuple(words(near)) for near in meaning.near),
                frozenset(meaning.codes),
            )
            for meaning in meanings[short]
        )

    shorts = frozenset(meanings)
    return Table(
        lexicon.analyzer,
        {term: tuple(entries) for term, entries in rules.items()},
        lambda short: senses(short) if short in shorts else (),
    )


def _pairs(lexicon: Lexicon) -> Iterator[tuple[str, str, float]]:
    """(typed form, other form, weight) of every rule."""
    for group in lexicon.synonyms.groups:
        yield from ((one, other, group.weight) for one in group.forms for other in group.forms if one != other)
    for rule in lexicon.synonyms.one_way:
        yield from ((one, other, rule.weight) for one in rule.typed for other in rule.also)
