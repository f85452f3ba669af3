"""Text becomes tokens here, at index time and at query time; an engine stores and scores them, it never analyzes.

    "Emissões da NF-e 4.00"  ──pt──▶  emit@0  da@1  nfe@2 nf@2  e@3  4.00@4 4@4  00@5

A word with an inner "-", "_" or "." gives its whole form and its parts. Words that hold a digit or "_" are never
stemmed. Accents and case are folded last, so that what a person leaves out still meets what a document says.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import py3langid

from search.analysis import language_data, stemmer
from search.model import LANGS

WORD = re.compile(r"[^\W_]+(?:[._\-–·][^\W_]+)*_?")
INNER = re.compile(r"[._\-–·]")
HYPHENS = str.maketrans("", "", "-–·")
MAX_TERM = 64
"""Characters of a term: longer runs are data (base64, hashes), kept only as a prefix that is unlikely to be typed."""

SHORTEST = 3
"""Letters of a word that is stemmed."""
UNSTEMMED = re.compile(r"[\d_]")
ROMANCE = {"pt", "es"}
"""Languages whose lists of words are kept in step: what one knows and the other writes too stands in both."""
CAPITAL_INSIDE = re.compile(r"[a-zà-ÿ][A-Z]")


class Token(NamedTuple):
    """A term, its position among the words of the text, and the characters [start, end) that it came from."""

    term: str
    position: int
    start: int
    end: int


def tokens(text: str, lang: str) -> Iterator[Token]:
    """Yield the tokens of a text in reading order; the forms of one word share a position with its first part."""
    position = 0
    for match in WORD.finditer(text):
        start = match.start()
        for form in forms(match[0], lang):
            yield Token(form.term, position + form.step, start + form.start, start + form.end)
        position += form.step + 1


def terms(text: str, lang: str) -> list[tuple[str, int]]:
    """The (term, position) pairs of `tokens`, for an index that needs no characters: three times as fast."""
    position = 0
    found: list[tuple[str, int]] = []
    for word in WORD.findall(text):
        for term, step, _, _ in forms(word, lang):
            found.append((term, position + step))
        position += step + 1
    return found


class Form(NamedTuple):
    """A term of a word, how many positions after the word's first part it stands, and its characters in the word."""

    term: str
    step: int
    start: int
    end: int


@lru_cache(maxsize=500_000)
def forms(word: str, lang: str) -> tuple[Form, ...]:
    """The forms of a word, remembered."""
    return analyze(word, lang)


def analyze(word: str, lang: str) -> tuple[Form, ...]:
    """The forms of one word as WORD finds it: itself, or as a whole and in parts. The last one has the largest step."""
    parts = divide(word)
    if len(parts) == 1:
        return (Form(stemmed(parts[0], lang), 0, 0, len(parts[0])),)
    found, start = [Form(whole(word), 0, 0, len(word.rstrip("_")))], 0
    for step, part in enumerate(parts):
        found.append(Form(stemmed(part, lang), step, start, start + len(part)))
        start += len(part) + 1
    return tuple(found)


def divide(word: str) -> list[str]:
    """The parts of a word as WORD finds it; a word of several parts has a term as a `whole` besides."""
    return [word] if word.isalnum() else INNER.split(word.rstrip("_"))


def whole(word: str) -> str:
    """The term of a compound word as a whole: hyphens close up, "_" and "." stay."""
    return fold(word.rstrip("_").translate(HYPHENS))[:MAX_TERM]


@lru_cache(maxsize=50_000)
def stem(word: str, lang: str) -> str:
    """The term of one part of a word, remembered."""
    return stemmed(word, lang)


def stemmed(word: str, lang: str) -> str:
    """Folded, then stemmed in its language unless it holds a digit, a "_" or a capital inside."""
    term = fold(word)
    plain = (word.isalpha() or not UNSTEMMED.search(word)) and (word == term or not CAPITAL_INSIDE.search(word))
    if plain and len(term) >= SHORTEST:
        term = stemmer.stem(term, lang)
    return term[:MAX_TERM]


def stems(word: str) -> tuple[str, ...]:
    """The terms under which documents of any language may hold a typed word, without repetition.

    One of them is the word as it is: so it stands in documents that write it with a capital inside.
    """
    return tuple(dict.fromkeys(stem(word.lower(), lang) for lang in readings(word)))


def readings(word: str) -> tuple[str, ...]:
    """The languages in which a typed word is read; the last one, "", has no stems.

    A language that knows the word keeps those away that do not: Spanish would take "ponte" for a form of "ponto".
    """
    term = fold(word)
    named = tuple(lang for lang in LANGS if stemmer.is_named(term, lang))
    return (*(named if set(named) & ROMANCE else LANGS), "")


def beginnings(word: str) -> tuple[str, ...]:
    """What terms of words that begin so begin with, then the terms that are shorter: "geraç*" finds "ger"."""
    start = whole(word)
    shorter = (term for lang in LANGS for term in stemmer.begun(start, lang))
    return tuple(dict.fromkeys((start, *stems(word), *shorter)))


def fold(text: str) -> str:
    """Lower case without accents: "Rejeição" → "rejeicao". Length may change."""
    text = text.lower()
    if text.isascii():
        return text
    with suppress(UnicodeEncodeError):
        latin = text.encode("latin-1").translate(LATIN)
        if latin.isascii():
            return latin.decode()
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return plain.lower()  # letters that only look like capitals ("𝗡𝗙") have become capitals by now


def _plain(code: int) -> int:
    """The code of a Latin-1 letter without its accent; its own where that is no single letter."""
    letters = "".join(each for each in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(each))
    return ord(letters) if len(letters) == 1 and letters.isascii() else code


LATIN = bytes(map(_plain, range(256)))
"""What `fold` makes of the letters of Latin-1, which most text is written in: ten times as fast as any other way."""


def is_stop_word(word: str) -> bool:
    """Whether a typed word, its accents left out or not, says little in any of the languages."""
    return fold(word) in stop_words()


@cache
def stop_words() -> frozenset[str]:
    """The folded words that say little in one of the languages."""
    return frozenset(word for lang in LANGS for word in language_data.of(lang).plain["stop"])


@contextmanager
def using(folder: Path | None) -> Iterator[None]:
    """Analyze with the files of a folder, here and in processes that are begun meanwhile; None: the packaged ones."""
    before = language_data.in_use()
    try:
        _use(folder)
        yield
    finally:
        _use(before)


def _use(folder: Path | None) -> None:
    if folder != language_data.in_use():
        os.environ[language_data.IN_USE] = str(folder or "")
        language_data.forget()
        for known in (stemmer.rules_of, forms, stem, stop_words):
            known.cache_clear()


def detect_language(text: str, default: str) -> str:
    """The language of a document ("pt", "es" or "en"); `default` where the text is too short to tell."""
    sample = text[:2000]
    if len(sample.split()) < 8:
        return default
    lang, _ = _identifier().classify(sample)
    return str(lang)


@cache
def _identifier() -> py3langid.langid.LanguageIdentifier:
    identifier = py3langid.langid.LanguageIdentifier.from_model_file(py3langid.langid.MODEL_FILE)
    identifier.set_languages(list(LANGS))
    return identifier
