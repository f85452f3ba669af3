"""What was meant, perhaps: words and codes of the index that are near to those it does not know.

    "nota fsical" ──▶ fsical: in no document ──▶ fiscal, facial, … ──▶ what each finds ──▶ "nota fiscal"

Words come from titles as they are written there, and from all texts as stems; how a stem is written is read from a
document that holds it. What the viewer may not see is as if it were not there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, product
from string import ascii_lowercase

import numpy as np

from indexes.retrieval import executor
from indexes.retrieval.searcher import Snapshot
from indexes.segment.commit import Part
from indexes.segment.facet_column import Mask
from indexes.segment.segment_reader import FieldPostings
from indexes.segment.spelling_dictionary import Near, Vocabulary
from indexes.segment.term_dictionary import Ints
from indexes.suggest.autocomplete import fields
from search.analysis.analyzer import WORD, divide, fold
from search.curation.lexicon import Lexicon
from search.identifiers import recognizer
from search.model import Clause, Correction, Document, Query, Results
from search.query.parser import parse
from search.suggest import autocomplete

KNOWN = 3
"""Documents from which on a word is known well: those of fewer may be misspelt themselves."""
MORE = 20
"""How many times the documents of a word that is known, if not well, another one has to have."""
DOUBTFUL = 4
"""Words of a text that are looked at: of a text in another language every word is doubtful."""
NEAREST = 8
"""Stems of which it is looked up how they are written."""
CHOICES, TRIED = 3, 6
"""Words that are tried for each one, and texts in all."""
LOOKED_AT = 64
READ = 2
"""Of the first documents with a stem, so many of the shortest are read to see how it is written."""
BODY = 10_000
"""Characters of a document that are read."""
WRONG = 300.0
"""How many times as common a word has to be for one letter more that is wrong."""
MAX_KNOWN = 20_000
"""Codes that a misspelt one is compared with."""
CODES = 3
"""Codes that are offered for a misspelt one."""


Ask = Callable[[str], Results]


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that may have been meant, and in how many documents it stands."""

    text: str
    apart: int
    count: int


def correct(snapshot: Snapshot, query: Query, lists: Lexicon | None = None) -> tuple[Correction, ...]:
    """Texts that find more or better, best first: of one with a misspelt code several, of others one."""
    snapshot.check()
    visible = snapshot.visible(query.viewer)
    counts = {
        clause: _count(snapshot, clause, visible) for clause in autocomplete.asked_words(query, snapshot.analyzer)
    }
    doubtful = [clause for clause, count in counts.items() if count < (1 if autocomplete.is_code(clause) else KNOWN)]
    choices = {each: _choices(snapshot, each, counts[each], visible) for each in doubtful[:DOUBTFUL]}
    choices = {clause: found for clause, found in choices.items() if found}
    if not choices:
        return ()
    ask = partial(_asked, snapshot, query, lists)
    before = 0 if any(not counts[each] for each in choices) else ask(query.text).total
    texts = _better(query.text, {clause.text: found for clause, found in choices.items()}, ask, before)
    coded = any(map(autocomplete.is_code, choices))
    return tuple(Correction(text=text, certain=not coded) for text in islice(texts, CODES if coded else 1))


def warm(snapshot: Snapshot) -> int:
    """Read the words that misspelt ones are compared with, as the first correction would; return how many."""
    return sum(len(field.vocabulary.words) for name in ("title_words", "body") for field, _ in fields(snapshot, name))


def _better(typed: str, choices: Mapping[str, Sequence[Choice]], ask: Ask, before: int) -> Iterator[str]:
    """The corrected texts that find more than before, those with documents of all words first."""
    late = []
    for several in islice(product(*choices.values()), TRIED):
        changes = [(old, choice.text) for old, choice in zip(choices, several, strict=True)]
        text = autocomplete.replaced(typed, changes)
        results = ask(text)
        if results.total <= before or text == typed or _lacks(results, [new for _, new in changes]):
            continue
        if results.relaxed:
            late.append(text)
        else:
            yield text
    yield from late


def _asked(snapshot: Snapshot, query: Query, lists: Lexicon | None, text: str) -> Results:
    """What the same search finds with other words: how much, and the best hit."""
    kept = {name: getattr(query, name) for name in ("filters", "updated_after", "updated_before", "lang", "viewer")}
    again = replace(parse(text, words=lists, **kept), narrowings=query.narrowings)
    return executor.search(snapshot, replace(again, per_page=1, facets=(), highlight=False, rescore=False))


def _lacks(results: Results, words: Sequence[str]) -> bool:
    """Whether even the best hit lacks one of the words."""
    return not set(results.hits[0].missing).isdisjoint(words)


# -- words and codes that are near -------------------------------------------------------------------------------------


def _choices(snapshot: Snapshot, clause: Clause, count: int, visible: Mask | None) -> list[Choice]:
    """What may have been meant by a word that stands in so many documents, or by a code."""
    if autocomplete.is_code(clause):
        return _codes(snapshot, clause, visible)
    word = fold(clause.text)
    for letters in (word[:2], ascii_lowercase):  # hardly anybody mistakes the first letter, and most words have others
        found = [each for each in _words(snapshot, word, visible, letters) if each.count > count * MORE]
        if found:
            return sorted(found, key=lambda each: (-_likelihood(word, each), each.text))[:CHOICES]
    return []


def _likelihood(word: str, choice: Choice) -> float:
    """The more common a word and the nearer, the likelier; another first letter is half a letter more."""
    return choice.count * math.pow(WRONG, -choice.apart - 0.5 * (fold(choice.text)[0] != word[0]))


def _codes(snapshot: Snapshot, clause: Clause, visible: Mask | None) -> list[Choice]:
    """The nearest codes, of the same kind where it has one, and of those that begin alike if there are any."""
    kind, _, value = clause.terms[0][0].rpartition(":")
    for begins in (value[:2], ""):
        known = {
            field.terms[term].decode(): (field, part, term)
            for each in ((kind,) if kind else recognizer.kinds())
            for field, part in fields(snapshot, "codes")
            for term in field.prefixed(f"{each}:{begins}".encode("utf-8", "replace"), MAX_KNOWN)
        }
        near = recognizer.nearest(value, sorted(known), len(known))
        if found := [each.partition(":")[2] for each in near if len(_shown(*known[each], visible))]:
            codes = [Choice(each.upper(), autocomplete.distance(value, each), 1) for each in found]
            return [each for each in codes if each.apart <= codes[0].apart][:CODES]
    return []


def _words(snapshot: Snapshot, word: str, visible: Mask | None, letters: str) -> Iterator[Choice]:
    """Words of the index that are near enough and begin with one of the letters."""
    most = autocomplete.wrong_letters(word)
    written = set()
    for field, part in fields(snapshot, "title_words"):
        for _, term, apart in field.vocabulary.near(word, most, letters):
            if apart and (text := _as_titled(snapshot, field, part, term, visible)):
                written.add(text)
    stemmed = {each for text in written for each in snapshot.analyzer.stems(text)}
    written.update(_as_written(snapshot, word, visible, letters, stemmed))
    for text in sorted(written):
        clause = autocomplete.word_clause(text, snapshot.analyzer)
        yield Choice(text, autocomplete.distance(word, fold(text)), _count(snapshot, clause, visible))


def _as_titled(snapshot: Snapshot, field: FieldPostings, part: Part, term: int, visible: Mask | None) -> str:
    """A word as a title has it, in small letters with its accents; "" where the viewer sees none of its titles."""
    shown, wanted = _shown(field, part, term, visible), field.terms[term].decode()
    title = snapshot.document(int(shown[0])).title if len(shown) else ""
    return next((each for each in _spellings(title) if fold(each) == wanted), "")


def _as_written(
    snapshot: Snapshot, word: str, visible: Mask | None, letters: str, known: AbstractSet[str]
) -> Iterator[str]:
    """The words of texts that are near, and whose stems, not those known, are near to how the word begins."""
    most, stems = autocomplete.wrong_letters(word), snapshot.analyzer.stems(word)
    for field, part in fields(snapshot, "body"):
        near = {(stemmed, term): apart for stemmed, term, apart in _near_stems(field.vocabulary, word, letters, stems)}
        counts = {each: len(_shown(field, part, each[1], visible)) for each in near if each[0] not in known}
        order = sorted((each for each in counts if counts[each]), key=lambda each: (near[each], -counts[each], each))
        for stemmed, term in order[:NEAREST]:
            for document in _shortest(snapshot, field, part, term, visible):
                begun = autocomplete.beginning(stemmed[:2]).findall(document.excerpt(0, BODY).lower())
                forms = [each for each in set(begun) if snapshot.analyzer.stem(each, document.lang) == stemmed]
                best = min(forms, key=lambda each: (autocomplete.distance(word, fold(each)), each), default="")
                if best and 0 < autocomplete.distance(word, fold(best)) <= most:
                    yield best
                    break


def _near_stems(vocabulary: Vocabulary, word: str, letters: str, stems: Sequence[str]) -> Iterator[Near]:
    """Those near to the beginning of the word, then those near to its own stems."""
    most = autocomplete.wrong_letters(word)
    yield from vocabulary.begun(word, most, letters)
    for stemmed in stems:
        yield from vocabulary.near(stemmed, most, letters)


def _shortest(
    snapshot: Snapshot, field: FieldPostings, part: Part, term: int, visible: Mask | None
) -> Iterator[Document]:
    """The shortest of the first documents with a term."""
    documents = _shown(field, part, term, visible)[:LOOKED_AT]
    lengths = part.segment.column("length_body")[documents - part.first]
    return map(snapshot.document, documents[np.argsort(lengths, kind="stable")][:READ].tolist())


def _spellings(text: str) -> list[str]:
    """The parts of the words of a text, each once, in small letters."""
    return list(dict.fromkeys(part for word in WORD.findall(text.lower()) for part in divide(word)))


def _shown(field: FieldPostings, part: Part, term: int, visible: Mask | None) -> Ints:
    """The documents of a term that the viewer may see."""
    documents = field.documents(range(term, term + 1)) + np.int64(part.first)
    return documents if visible is None else documents[visible[documents]]


def _count(snapshot: Snapshot, clause: Clause, visible: Mask | None) -> int:
    """In how many documents that the viewer may see a word or a code stands."""
    documents = snapshot.clauses.documents(clause)
    return len(documents) if visible is None else int(visible[documents].sum())
