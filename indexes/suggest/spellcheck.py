"""Words and codes of the index that are near to those it does not know.

    fsical ──▶ fiscal, facial, … with the documents that each has

Words come from titles as they are written there, and from all texts as stems; how a stem is written is read from a
document that holds it. What the viewer may not see is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from indexes.arrays import Ints, Mask
from indexes.retrieval.searcher import Searcher
from indexes.segment.commit import Part
from indexes.segment.segment_reader import FieldPostings
from indexes.segment.spelling_dictionary import Near, SpellingDictionary
from indexes.suggest.autocomplete import fields
from search.analysis.analyzer import WORD, divide, fold
from search.identifiers import recognizer
from search.model import Candidate, Document, Viewer
from search.suggest.spelling import beginning, distance, word_clause, wrong_letters

NEAREST = 8
"""Stems of which it is looked up how they are written."""
LOOKED_AT = 64
READ = 2
"""Of the first documents with a stem, so many of the shortest are read to see how it is written."""
BODY = 10_000
"""Characters of a document that are read."""
MAX_KNOWN = 20_000
"""Codes that a misspelt one is compared with."""


def warm(searcher: Searcher) -> int:
    """Read the words that misspelt ones are compared with, as the first correction would; return how many."""
    return sum(len(field.spelling.words) for name in ("title_words", "body") for field, _ in fields(searcher, name))


def near_codes(searcher: Searcher, kind: str, value: str, begins: str, viewer: Viewer) -> list[Candidate]:
    """The codes of a kind, of any where it is "", that begin so, nearest first."""
    searcher.check()
    visible = searcher.visible(viewer)
    codes = {
        field.terms[term].decode(): (field, part, term)
        for prefix in ((kind,) if kind else recognizer.kinds())
        for field, part in fields(searcher, "codes")
        for term in field.prefixed(f"{prefix}:{begins}".encode("utf-8", "replace"), MAX_KNOWN)
    }
    counts = {code: len(_shown(*codes[code], visible)) for code in recognizer.nearest(value, sorted(codes), len(codes))}
    values = [(code.partition(":")[2], count) for code, count in counts.items() if count]
    return [Candidate(text.upper(), distance(value, text), count) for text, count in values]


def near_words(searcher: Searcher, word: str, letters: str, viewer: Viewer) -> list[Candidate]:
    """Words near enough to a folded one that begin with one of the letters, in the order of the alphabet."""
    searcher.check()
    visible, most = searcher.visible(viewer), wrong_letters(word)
    written = set()
    for field, part in fields(searcher, "title_words"):
        for _, term, apart in field.spelling.near(word, most, letters):
            if apart and (text := _as_titled(searcher, field, part, term, visible)):
                written.add(text)
    stemmed = {term for text in written for term in searcher.analyzer.stems(text)}
    written.update(_as_written(searcher, word, visible, letters, stemmed))
    return [
        Candidate(text, distance(word, fold(text)), searcher.count(word_clause(text, searcher.analyzer), visible))
        for text in sorted(written)
    ]


def _as_titled(searcher: Searcher, field: FieldPostings, part: Part, term: int, visible: Mask | None) -> str:
    """A word as a title has it, in small letters with its accents; "" where the viewer sees none of its titles."""
    documents, form = _shown(field, part, term, visible), field.terms[term].decode()
    title = searcher.document(int(documents[0])).title if len(documents) else ""
    return next((spelling for spelling in _spellings(title) if fold(spelling) == form), "")


def _as_written(
    searcher: Searcher, word: str, visible: Mask | None, letters: str, known: AbstractSet[str]
) -> Iterator[str]:
    """The words of texts that are near, and whose stems, not those known, are near to how the word begins."""
    most, stems = wrong_letters(word), searcher.analyzer.stems(word)
    for field, part in fields(searcher, "body"):
        near = {(stemmed, term): apart for stemmed, term, apart in _near_stems(field.spelling, word, letters, stems)}
        counts = {pair: len(_shown(field, part, pair[1], visible)) for pair in near if pair[0] not in known}
        order = sorted((pair for pair in counts if counts[pair]), key=lambda pair: (near[pair], -counts[pair], pair))
        for stemmed, term in order[:NEAREST]:
            for document in _shortest(searcher, field, part, term, visible):
                words = beginning(stemmed[:2]).findall(document.excerpt(0, BODY).lower())
                forms = [form for form in set(words) if searcher.analyzer.stem(form, document.lang) == stemmed]
                best = min(forms, key=lambda form: (distance(word, fold(form)), form), default="")
                if best and 0 < distance(word, fold(best)) <= most:
                    yield best
                    break


def _near_stems(spelling: SpellingDictionary, word: str, letters: str, stems: Sequence[str]) -> Iterator[Near]:
    """Those near to the beginning of the word, then those near to its own stems."""
    most = wrong_letters(word)
    yield from spelling.begun(word, most, letters)
    for stemmed in stems:
        yield from spelling.near(stemmed, most, letters)


def _shortest(
    searcher: Searcher, field: FieldPostings, part: Part, term: int, visible: Mask | None
) -> Iterator[Document]:
    """The shortest of the first documents with a term."""
    documents = _shown(field, part, term, visible)[:LOOKED_AT]
    lengths = part.segment.column("length_body")[documents - part.first]
    return map(searcher.document, documents[np.argsort(lengths, kind="stable")][:READ].tolist())


def _spellings(text: str) -> list[str]:
    """The parts of the words of a text, each once, in small letters."""
    return list(dict.fromkeys(part for word in WORD.findall(text.lower()) for part in divide(word)))


def _shown(field: FieldPostings, part: Part, term: int, visible: Mask | None) -> Ints:
    """The documents of a term that the viewer may see."""
    documents = field.documents(range(term, term + 1)) + np.int64(part.first)
    return documents if visible is None else documents[visible[documents]]
