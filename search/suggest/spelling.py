"""What was meant where a word or a code is misspelt: what is near, which of it is tried, and what is offered.

    "nota fsical" ──▶ fsical: in no document ──▶ fiscal, facial, … near it ──▶ what each text finds ──▶ "nota fiscal"

The index says how many documents a word has and which words are near; what a corrected text finds, a search says.
Distances count letters that are missing, too many, wrong, or two that changed places (optimal string alignment).
Accents and case are folded before, and cost nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, product
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from search import ranking
from search.analysis.analyzer import WORD, Analyzer, fold
from search.identifiers.recognizer import has_code_sign
from search.model import Candidate, Clause, Correction, Query, Results, Viewer

if TYPE_CHECKING:
    from search.index import Index

MIN_MISSPELT = 4
"""Letters from which on a word may be misspelt: of three letters every other word is one letter away."""
TWO_WRONG = 8
"""Letters from which on two may be wrong."""
HALF_CODE = re.compile(r"(?<!\w)[^\W\d_]{4}(?=[ -]\d)")
"""Four letters before a number: what a routine begins with, as in "mata 41"."""

ACCENTED = {"a": "aáàâãä", "c": "cç", "e": "eéèêë", "i": "iíìîï", "n": "nñ", "o": "oóòôõö", "u": "uúùûü"}
"""A folded letter, and those that it may have been."""


DOUBTFUL = 4
"""Words of a text that are looked at: of a text in another language every word is doubtful."""
CHOICES, TRIED = 3, 6
"""Words that are tried for each one, and texts in all."""
CODES = 3
"""Codes that are offered for a misspelt one."""

Ask = Callable[[str], Results]
"""What the same search finds with another text: how much, and the best hit."""


# -- words -------------------------------------------------------------------------------------------------------------


def wrong_letters(word: str) -> int:
    """How many letters of a word may be wrong, at most; 0 where it is too short, or holds more than plain letters."""
    if len(word) < MIN_MISSPELT or not (word.isascii() and word.isalpha()):
        return 0
    return 1 if len(word) < TWO_WRONG else 2


@cache
def _osa() -> Any:
    """rapidfuzz, which is loaded where a word is misspelt."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  see above

    return OSA


def distance(one: str, other: str) -> int:
    return int(_osa().distance(one, other))


def beginning_distance(typed: str, word: str) -> int:
    """How far a word's beginning is from what was typed; one more than is allowed where it is farther."""
    most = wrong_letters(typed)
    if not most:
        return int(not word.startswith(typed))
    ends = range(len(typed) - most, len(typed) + most + 1)
    return min(int(_osa().distance(typed, word[:end], score_cutoff=most)) for end in ends)


def near(word: str, words: Sequence[str], most: int) -> list[tuple[int, int]]:
    """(place, distance) of the words that are at most that far away, nearest first."""
    from rapidfuzz.process import extract  # noqa: PLC0415  see _osa

    matches = extract(word, words, scorer=_osa().distance, score_cutoff=most, limit=None)
    return [(place, int(apart)) for _, apart, place in matches]


@cache
def beginning(letters: str) -> re.Pattern[str]:
    """A word in small letters that begins with those, accents left out."""
    return re.compile(r"(?<![^\W_])" + "".join(f"[{ACCENTED.get(letter, letter)}]" for letter in letters) + r"[^\W_]*")


def is_code(clause: Clause) -> bool:
    """Whether a clause is a code, or a word that looks like one and is none: "mata41o"."""
    return clause.kind == "code" or (has_code_sign(clause.text) and not clause.text.isdigit())


# -- what was meant ----------------------------------------------------------------------------------------------------


def asked_words(query: Query, analyzer: Analyzer) -> list[Clause]:
    """The words of a query that may be misspelt, those of phrases as well, each as a clause; and its codes."""
    clauses: dict[str, Clause] = {}
    half = set(HALF_CODE.findall(query.text))
    for clause in query.clauses:
        if clause.occur == "not" or clause.field or clause.kind == "prefix":
            continue
        if is_code(clause) and clause.kind != "phrase":
            clauses.setdefault(clause.text, clause)
            continue
        for word in WORD.findall(clause.text):
            if wrong_letters(fold(word)) and not analyzer.is_stop_word(word) and word not in half:
                clauses.setdefault(word, word_clause(word, analyzer))
    return list(clauses.values())


def word_clause(word: str, analyzer: Analyzer) -> Clause:
    """A word as it is looked up in all languages."""
    return Clause(kind="word", occur="must", text=word, terms=(analyzer.stems(word),))


def replaced(text: str, changes: Iterable[tuple[str, str]]) -> str:
    """The text with whole words replaced by others, wherever they stand."""
    for old, new in changes:
        text = new.join(re.split(rf"(?<!\w){re.escape(old)}(?!\w)", text))
    return text


def corrections(query: Query, index: Index, analyzer: Analyzer, ask: Ask) -> tuple[Correction, ...]:
    """Texts that find more or better, best first: of one with a misspelt code several, of others one.

    None where the index knows the words, or where nothing finds more. Raise IndexUnavailable.
    """
    words = asked_words(query, analyzer)
    counts = dict(zip(words, index.counts(words, query.viewer), strict=True)) if words else {}
    doubtful = [clause for clause, count in counts.items() if count < (1 if is_code(clause) else ranking.KNOWN)][
        :DOUBTFUL
    ]
    choices = {clause: _choices(index, clause, counts[clause], query.viewer) for clause in doubtful}
    choices = {clause: candidates for clause, candidates in choices.items() if candidates}
    if not choices:
        return ()
    before = 0 if any(not counts[clause] for clause in choices) else ask(query.text).total
    texts = _better(query.text, {clause.text: candidates for clause, candidates in choices.items()}, ask, before)
    coded = any(map(is_code, choices))
    return tuple(Correction(text=text, certain=not coded) for text in islice(texts, CODES if coded else 1))


def _better(typed: str, choices: Mapping[str, Sequence[Candidate]], ask: Ask, before: int) -> Iterator[str]:
    """The corrected texts that find more than before, those with documents of all words first."""
    late = []
    for choice in islice(product(*choices.values()), TRIED):
        changes = [(old, candidate.text) for old, candidate in zip(choices, choice, strict=True)]
        text = replaced(typed, changes)
        results = ask(text)
        if results.total <= before or text == typed or _lacks(results, [new for _, new in changes]):
            continue
        if results.relaxed:
            late.append(text)
        else:
            yield text
    yield from late


def _lacks(results: Results, words: Sequence[str]) -> bool:
    """Whether even the best hit lacks one of the words."""
    return not set(results.hits[0].missing).isdisjoint(words)


def _choices(index: Index, clause: Clause, count: int, viewer: Viewer) -> list[Candidate]:
    """What may have been meant by a word that stands in so many documents, or by a code."""
    if is_code(clause):
        return _codes(index, clause, viewer)
    word = fold(clause.text)
    for letters in (word[:2], ascii_lowercase):  # hardly anybody mistakes the first letter, and most words have others
        near = [
            candidate
            for candidate in index.near_words(word, letters, viewer)
            if candidate.documents > count * ranking.MORE_COMMON
        ]
        if near:
            return sorted(near, key=lambda candidate: (-_likelihood(word, candidate), candidate.text))[:CHOICES]
    return []


def _likelihood(word: str, candidate: Candidate) -> float:
    """The more common a word and the nearer, the likelier; another first letter is half a letter more."""
    wrong = candidate.distance + ranking.WRONG_FIRST * (fold(candidate.text)[0] != word[0])
    return candidate.documents * math.pow(ranking.WRONG, -wrong)


def _codes(index: Index, clause: Clause, viewer: Viewer) -> list[Candidate]:
    """The nearest codes, of the same kind where it has one, and of those that begin alike if there are any."""
    kind, _, value = clause.terms[0][0].rpartition(":")
    near = index.near_codes(kind, value, value[:2], viewer) or index.near_codes(kind, value, "", viewer)
    return [candidate for candidate in near if candidate.distance <= near[0].distance][:CODES]
