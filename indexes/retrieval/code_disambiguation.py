"""Whether what looks like a code was meant as one: "mata 410" is a routine, "lei 14133" a law; the documents know."""

from __future__ import annotations

from dataclasses import replace

from indexes.retrieval.searcher import Snapshot
from indexes.segment.facet_column import Mask
from indexes.segment.term_dictionary import Ints
from search.identifiers.recognizer import family, is_spaced
from search.model import Clause, Query
from search.query.parser import reread


def settled(snapshot: Snapshot, query: Query) -> Query:
    """The query with those of its doubtful codes as words that are words to the documents that the viewer may see.

    Clauses that were not read from a text stay as they are.
    """
    doubtful = [clause.typed for clause in query.clauses if clause.typed.words]
    if not doubtful or not query.text:
        return query
    visible = snapshot.visible(query.viewer)
    plain = frozenset(clause.text for clause in doubtful if _is_words(snapshot, clause, visible))
    return reread(query, plain) if plain else query


def _is_words(snapshot: Snapshot, clause: Clause, visible: Mask | None) -> bool:
    """Whether documents have the words next to each other, but not the code; of a word and a number, more of them.

    Where none has either, it is a misspelt code if there are others that begin with the same letters.
    """
    term = clause.terms[0][0]
    words = Clause(kind="phrase" if len(clause.words) > 1 else "word", occur="must", text="", terms=clause.words)
    code = replace(clause, words=())
    coded, spelled = (_count(snapshot.clauses.documents(each), visible) for each in (code, words))
    if coded or spelled:
        return spelled > coded and (not coded or is_spaced(term.partition(":")[0]))
    alike = replace(code, terms=(snapshot.clauses.lookup.codes(family(term)),))
    return not _count(snapshot.clauses.documents(alike), visible)


def _count(documents: Ints, visible: Mask | None) -> int:
    return len(documents) if visible is None else int(visible[documents].sum())
