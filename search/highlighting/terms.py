"""Which terms of a query a passage should show, and which are marked in titles and passages."""

from __future__ import annotations

from search.analysis.analyzer import WORD, Analyzer
from search.highlighting.snippets import Wanted
from search.model import Clause, Query


def sought(query: Query, analyzer: Analyzer) -> tuple[Clause, ...]:
    """What a passage should show: each word and prefix that was typed to be found, as texts spell it.

    Of a phrase that stands for other words, those that say little are not shown: nobody typed them.
    """
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for asked in (clause for clause in query.clauses if clause.occur != "not"):
        for clause in asked.either or (asked,):
            kind = "prefix" if clause.kind == "prefix" else "word"
            for terms in clause.terms:
                if not (asked.either and clause.kind == "phrase" and all(map(analyzer.is_stop_word, terms))):
                    found[kind, tuple(term for term in terms if ":" not in term)] = None
            if clause.kind == "code":
                found |= {("word", analyzer.stems(word)): None for word in WORD.findall(clause.text)}
    return tuple(
        Clause(kind="prefix" if kind == "prefix" else "word", occur="should", text="", terms=(terms,))
        for kind, terms in found
        if terms
    )


def highlighted(query: Query, analyzer: Analyzer) -> Wanted:
    """The terms to mark in a title or a passage: every form of every typed word that is asked for."""
    several = sought(query, analyzer)
    return Wanted(
        analyzer,
        (term for clause in several for term in clause.terms[0]),
        (clause.terms[0][0] for clause in several if clause.kind == "prefix"),
    )
