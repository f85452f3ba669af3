"""Widens a query by words that mean the same, as the lists of `search.curation.lexicon` say.

    nota fiscal eletronica  ──▶  nota|nfe  fiscal|nfe  eletronica|nfe       each alternative a third of its weight
    pe mata410              ──▶  pe|"ponto de entrada"  mata410             PE alone stays what it is

A word becomes a clause of kind "either": what was typed counts whole, what means about the same counts less. Nothing
that was typed is lost, and no document is found that has neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from search import ranking
from search.analysis.analyzer import Analyzer, fold
from search.curation.lexicon import Lexicon
from search.model import Clause


class Forms(Protocol):
    """How the query reader reads the forms of the lists."""

    def words(self, text: str) -> Sequence[Clause]:
        """The words and codes of a form, as they are recognized in what is typed."""

    def whole(self, text: str) -> Clause:
        """A form to be looked for as a whole."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where clauses like `typed` stand side by side, `also` may stand instead."""

    typed: tuple[Clause, ...]
    also: Clause


@dataclass(frozen=True, slots=True)
class Sense:
    """A word that stands for `long` where one of `near`, or a code of one of `codes`, is in the query."""

    long: Clause
    near: tuple[tuple[Clause, ...], ...]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rules by the terms of their first clause, and senses by their folded abbreviation."""

    rules: dict[str, tuple[Rule, ...]]
    senses: dict[str, tuple[Sense, ...]]


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
    plain = {each.terms: each for each in clauses if _plain(each)}
    agreed: dict[str, list[Clause]] = {}
    for clause in plain.values():
        if known := table.senses.get(fold(clause.text)):
            others = [each for terms, each in plain.items() if terms != clause.terms]
            agreed[fold(clause.text)] = [sense.long for sense in known if _agrees(sense, others)]
    return [_either(each, agreed.get(fold(each.text), ()) if _plain(each) else ()) for each in clauses]


def _agrees(sense: Sense, others: Sequence[Clause]) -> bool:
    if any(each.kind == "code" and _code_kind(each) in sense.codes for each in others):
        return True
    return any(all(any(_alike(each, word) for each in others) for word in near) for near in sense.near)


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
    for each in sorted(more, key=lambda each: -each.weight):
        best.setdefault(each.terms, each)
    best.pop(clause.terms, None)
    if not best:
        return clause
    return Clause(kind="either", occur=clause.occur, text=clause.text, either=(clause, *best.values()))


@lru_cache(maxsize=8)
def table(lexicon: Lexicon, forms: Callable[[Analyzer], Forms]) -> Table:
    """The table of a lexicon, whose forms are read with its analyzer; remembered for the lexicons that are in use."""
    read = forms(lexicon.analyzer)
    rules: dict[str, list[Rule]] = {}
    for typed, also, weight in _pairs(lexicon):
        clauses = tuple(read.words(typed))
        for term in clauses[0].terms[0]:
            other = read.whole(also)
            share = ranking.CODE_MEANT if other.kind == "code" else 1.0
            rules.setdefault(term, []).append(Rule(clauses, replace(other, weight=weight * share)))
    senses = {
        fold(each.short): tuple(
            Sense(
                replace(read.whole(meaning.long), weight=meaning.weight),
                tuple(tuple(read.words(near)) for near in meaning.near),
                frozenset(meaning.codes),
            )
            for meaning in each.meanings
        )
        for each in lexicon.abbreviations.abbreviations
    }
    return Table({term: tuple(several) for term, several in rules.items()}, senses)


def _pairs(lexicon: Lexicon) -> Iterator[tuple[str, str, float]]:
    """(typed form, other form, weight) of every rule."""
    for group in lexicon.synonyms.groups:
        yield from ((one, other, group.weight) for one in group.forms for other in group.forms if one != other)
    for each in lexicon.synonyms.one_way:
        yield from ((one, other, each.weight) for one in each.typed for other in each.also)
