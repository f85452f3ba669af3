"""Whether what looks like a code was meant as one: "mata 410" is a routine, "lei 14133" a law; the documents know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from indexes.arrays import Mask
from indexes.retrieval.searcher import Searcher
from search.identifiers.recognizer import family, is_spaced
from search.model import Clause, Viewer


def plain_words(searcher: Searcher, codes: Iterable[Clause], viewer: Viewer) -> frozenset[str]:
    """The typed texts of those codes that are words to the documents that the viewer may see."""
    searcher.check()
    visible = searcher.visible(viewer)
    return frozenset(clause.text for clause in codes if _is_words(searcher, clause, visible))


def _is_words(searcher: Searcher, clause: Clause, visible: Mask | None) -> bool:
    """Whether documents have the words next to each other, but not the code; of a word and a number, more of them.

    Where none has either, it is a misspelt code if there are others that begin with the same letters.
    """
    term = clause.terms[0][0]
    words = Clause(kind="phrase" if len(clause.words) > 1 else "word", occur="must", text="", terms=clause.words)
    code = replace(clause, words=())
    coded, spelled = (searcher.count(reading, visible) for reading in (code, words))
    if coded or spelled:
        return spelled > coded and (not coded or is_spaced(term.partition(":")[0]))
    alike = replace(code, terms=(searcher.scorer.lookup.codes(family(term)),))
    return not searcher.count(alike, visible)
