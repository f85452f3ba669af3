"""Which terms of a query a passage should show, and which are marked in titles and passages."""

from __future__ import annotations

from search.analysis.analyzer import WORD, Analyzer
from search.highlighting.snippets import Wanted
from search.model import Clause, Query


def sought(query: Query, analyzer: Analyzer) -> tuple[Clause, ...]:
    """What a passage should show: each word and prefix that was typed to be found, as texts spell it.

    Of a phrase that stands for other words, those that say little are not shown: nobody typed them.
    """
    spellings: dict[tuple[str, tuple[str, ...]], None] = {}
    for whole in (clause for clause in query.clauses if clause.occur != "not"):
        for clause in whole.either or (whole,):
            kind = "prefix" if clause.kind == "prefix" else "word"
            for terms in clause.terms:
                if not (whole.either and clause.kind == "phrase" and all(map(analyzer.is_stop_word, terms))):
                    spellings[kind, tuple(term for term in terms if ":" not in term)] = None
            if clause.kind == "code":
                spellings |= {("word", analyzer.stems(word)): None for word in WORD.findall(clause.text)}
    return tuple(
        Clause(kind="prefix" if kind == "prefix" else "word", occur="should", text="", terms=(terms,))
        for kind, terms in spellings
        if terms
    )


def highlighted(query: Query, analyzer: Analyzer) -> Wanted:
    """The terms to mark in a title or a passage: every form of every typed word that is asked for."""
    clauses = sought(query, analyzer)
    return Wanted(
        analyzer,
        (term for clause in clauses for term in clause.terms[0]),
        (clause.terms[0][0] for clause in clauses if clause.kind == "prefix"),
    )
