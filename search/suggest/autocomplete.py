"""What a box offers while someone types, and what was meant where a word is misspelt: the rules, without an index.

    "nota fsical"  ──▶  words near "fsical", as the index has them  ──▶  "nota fiscal"
    "mv est"       ──▶  codes that begin with "mv_est"              ──▶  parameter MV_ESTADO

Distances count letters that are missing, too many, wrong, or two that changed places (optimal string alignment).
Accents and case are folded before, and cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from search.analysis.analyzer import MAX_TERM, WORD, Analyzer, divide, fold, whole
from search.identifiers import recognizer
from search.identifiers.patterns import code_table
from search.identifiers.recognizer import has_code_sign
from search.model import Clause, Completion, Identifier, Query, Range

MIN_MISSPELT = 4
"""Letters from which on a word may be misspelt: of three letters every other word is one letter away."""
TWO_WRONG = 8
"""Letters from which on two may be wrong."""
MAX_TYPED = 100
"""Characters of a typed text that completion reads; MAX_WORDS are its words."""
MAX_WORDS = 8
MIN_CODE = 2
"""Characters from which on codes are offered."""

RELEASE = "12.1."
PIECE = re.compile(r"[a-z]+|\d+")
HALF_CODE = re.compile(r"(?<!\w)[^\W\d_]{4}(?=[ -]\d)")
"""Four letters before a number: what a routine begins with, as in "mata 41"."""

ACCENTED = {"a": "aáàâãä", "c": "cç", "e": "eéèêë", "i": "iíìîï", "n": "nñ", "o": "oóòôõö", "u": "uúùûü"}
"""A folded letter, and those that it may have been."""


# -- words -------------------------------------------------------------------------------------------------------------


def wrong_letters(word: str) -> int:
    """How many letters of a word may be wrong, at most; 0 where it is too short, or holds more than plain letters."""
    if len(word) < MIN_MISSPELT or not (word.isascii() and word.isalpha()):
        return 0
    return 1 if len(word) < TWO_WRONG else 2


def distance(one: str, other: str) -> int:
    return int(OSA.distance(one, other))


def beginning_distance(typed: str, word: str) -> int:
    """How far a word's beginning is from what was typed; one more than is allowed where it is farther."""
    most = wrong_letters(typed)
    if not most:
        return int(not word.startswith(typed))
    ends = range(len(typed) - most, len(typed) + most + 1)
    return min(int(OSA.distance(typed, word[:end], score_cutoff=most)) for end in ends)


def near(word: str, words: Sequence[str], most: int) -> list[tuple[int, int]]:
    """(place, distance) of the words that are at most that far away, nearest first."""
    found = extract(word, words, scorer=OSA.distance, score_cutoff=most, limit=None)
    return [(place, int(apart)) for _, apart, place in found]


@cache
def beginning(letters: str) -> re.Pattern[str]:
    """A word in small letters that begins with those, accents left out."""
    return re.compile(r"(?<![^\W_])" + "".join(f"[{ACCENTED.get(each, each)}]" for each in letters) + r"[^\W_]*")


def title_words(title: str, analyzer: Analyzer) -> frozenset[str]:
    """The folded words by which a title is completed: parts and wholes, without those that say little."""
    found: set[str] = set()
    for word in WORD.findall(fold(title)):
        if word.isalnum():
            found.add(word)
        else:
            found.update((whole(word), *divide(word)))
    return frozenset(word[:MAX_TERM] for word in found - analyzer.stop_words if word)


def typed_words(text: str, analyzer: Analyzer) -> list[str]:
    """The folded words of a typed text; those that say little only where there are no others."""
    parts = [part for word in WORD.findall(fold(text[:MAX_TYPED])) for part in divide(word) if part]
    words = list(dict.fromkeys(parts))[:MAX_WORDS]
    return [word for word in words if not analyzer.is_stop_word(word)] or words


def marked(title: str, words: Iterable[str], *, nearly: bool = False) -> tuple[Range, ...]:
    """The characters of a title that typed words stand for: how its words begin, or nearly begin."""
    wanted, ranges = list(words), []
    for start, end, word in _parts(title):
        for typed in wanted:
            if word.startswith(typed) or (nearly and beginning_distance(typed, word) <= wrong_letters(typed)):
                plain = fold(title[start:end]).startswith(typed)
                ranges.append((start, start + folded_length(title[start:end], len(typed)) if plain else end))
                wanted.remove(typed)
                break
    return tuple(_apart(sorted(ranges)))


def folded_length(text: str, length: int) -> int:
    """How many characters of a text make `length` folded ones."""
    done = 0
    for place, character in enumerate(text):
        if done >= length:
            return place
        done += len(fold(character))
    return len(text)


def _parts(title: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and folded form of every word and of every part of one."""
    for match in WORD.finditer(title):
        parts, start = divide(match[0]), match.start()
        for part in parts:
            yield start, start + len(part), fold(part)
            start += len(part) + 1
        if len(parts) > 1:
            yield match.start(), match.end(), whole(match[0])


def _apart(ranges: Iterable[Range]) -> Iterator[Range]:
    """Ascending ranges, without those that begin inside of the one before."""
    last = 0
    for start, end in ranges:
        if start >= last:
            yield start, end
            last = end


# -- codes -------------------------------------------------------------------------------------------------------------


def code_beginnings(text: str) -> list[tuple[str, str]]:
    """(kind, how its values begin, lower case) of the codes that a typed text may be the beginning of; "" is any kind.

    What stands between letters and digits is typed or left out at will: each way to write it is one beginning.
    """
    folded = " ".join(fold(text[:MAX_TYPED]).split())
    labels = code_table().labels
    if label := labels.pattern.fullmatch(folded):
        kind, rest = labels.kinds[label[1]], label[2]
        if kind == "version" and not rest.startswith(RELEASE[:2]):
            rest = RELEASE + rest
        return [(kind, rest)]
    pieces = PIECE.findall(folded)
    if not 0 < len(pieces) <= MAX_WORDS or len("".join(pieces)) < MIN_CODE:
        return []
    glued, bare = folded.replace(" ", ""), "".join(pieces)
    ways = [glued, "_".join(folded.split()), *(sign.join(pieces) for sign in ("", "-", "."))]
    if bare.startswith("mv"):
        ways.append(f"mv_{bare[2:]}")
    return [("", way) for way in dict.fromkeys(ways)]


def spelled(identifier: Identifier) -> str:
    """How a completion spells a code so that a query reads it as one."""
    spelling = recognizer.spelled(identifier)
    return spelling[:1].upper() + spelling[1:]


def marked_code(spelling: str, value: str, text: str) -> tuple[Range, ...]:
    """The characters of a code's spelling that were typed."""
    start = len(spelling) - len(value)
    labels = code_table().labels
    label = labels.pattern.fullmatch(" ".join(fold(text).split()))
    left = len("".join(PIECE.findall(label[2] if label else fold(text))))
    if label and labels.kinds[label[1]] == "version" and not label[2].startswith(RELEASE[:2]):
        left += len("".join(PIECE.findall(RELEASE)))
    for place in range(start, len(spelling)):
        left -= spelling[place].isalnum()
        if left <= 0:
            return ((start, place + 1),)
    return ((start, len(spelling)),)


def is_code(clause: Clause) -> bool:
    """Whether a clause is a code, or a word that looks like one and is none: "mata41o"."""
    return clause.kind == "code" or (has_code_sign(clause.text) and not clause.text.isdigit())


# -- what is offered ---------------------------------------------------------------------------------------------------

CODES_BESIDE = 3
"""Codes beside titles, where the text does not look like a code; where it does, TITLES_BESIDE titles beside codes."""
TITLES_BESIDE = 3

QUERIES_BESIDE = 3
"""Frequent queries beside titles and codes, at most; never more than half of a list."""


def mixed(titles: Sequence[Completion], codes: Sequence[Completion], limit: int, text: str) -> list[Completion]:
    """At most `limit` completions, codes first where the text looks like one; each kind leaves room for the other."""
    if has_code_sign(text):
        first = codes[: limit - min(len(titles), TITLES_BESIDE, limit // 2)]
        return [*first, *titles[: limit - len(first)]]
    last = codes[: max(min(CODES_BESIDE, limit // 2), limit - len(titles))]
    return [*titles[: limit - len(last)], *last]


def led(queries: Sequence[Completion], others: Sequence[Completion], text: str) -> list[Completion]:
    """Completions with frequent queries before them, or, where the text looks like a code, behind the codes.

    A query that says what another completion says is left out.
    """
    said = {fold(each.text) for each in others}
    new = [each for each in queries if fold(each.text) not in said]
    codes = sum(each.kind == "identifier" for each in others) if has_code_sign(text) else 0
    return [*others[:codes], *new, *others[codes:]]


# -- what was meant ----------------------------------------------------------------------------------------------------


def asked_words(query: Query, analyzer: Analyzer) -> list[Clause]:
    """The words of a query that may be misspelt, those of phrases as well, each as a clause; and its codes."""
    found: dict[str, Clause] = {}
    half = set(HALF_CODE.findall(query.text))
    for clause in query.clauses:
        if clause.occur == "not" or clause.field or clause.kind == "prefix":
            continue
        if is_code(clause) and clause.kind != "phrase":
            found.setdefault(clause.text, clause)
            continue
        for word in WORD.findall(clause.text):
            if wrong_letters(fold(word)) and not analyzer.is_stop_word(word) and word not in half:
                found.setdefault(word, word_clause(word, analyzer))
    return list(found.values())


def word_clause(word: str, analyzer: Analyzer) -> Clause:
    """A word as it is looked up in all languages."""
    return Clause(kind="word", occur="must", text=word, terms=(analyzer.stems(word),))


def replaced(text: str, changes: Iterable[tuple[str, str]]) -> str:
    """The text with whole words replaced by others, wherever they stand."""
    for old, new in changes:
        text = new.join(re.split(rf"(?<!\w){re.escape(old)}(?!\w)", text))
    return text
