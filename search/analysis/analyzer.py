"""Text becomes tokens here, at index time and at query time; an engine stores and scores them, it never analyzes.

    words folder ──read──▶ Analyzer ──▶ parser · index · passages · lists, each of which is given it

    "Emissões da NF-e 4.00"  ──pt──▶  emit@0  da@1  nfe@2 nf@2  e@3  4.00@4 4@4  00@5

A word with an inner "-", "_" or "." gives its whole form and its parts. Words that hold a digit or "_" are never
stemmed. Accents and case are folded last, so that what a person leaves out still meets what a document says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from search.analysis import language_data
from search.analysis.language_data import LanguageData
from search.analysis.stemmer import Stemmer
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

REMEMBERED_WORDS, REMEMBERED_PARTS = 500_000, 50_000
"""Words with all their forms, and parts of words with their stems, that an analyzer remembers."""


class Token(NamedTuple):
    """A term, its position among the words of the text, and the characters [start, end) that it came from."""

    term: str
    position: int
    start: int
    end: int


class Form(NamedTuple):
    """A term of a word, how many positions after the word's first part it stands, and its characters in the word."""

    term: str
    step: int
    start: int
    end: int


class Analyzer:
    """What the files of some languages make of texts. It never changes; each has a memory of its own, of bounded size.

    It can be sent to another process, which remembers for itself. Safe to share between threads.
    """

    def __init__(self, languages: Mapping[str, LanguageData]) -> None:
        self._languages = dict(languages)
        self._stemmers = {lang: Stemmer(lang, data) for lang, data in languages.items()}
        self.fingerprint = language_data.fingerprint(languages)
        """What all files say, by which an index knows whether it was made with the same."""
        self.stop_words = frozenset(word for data in languages.values() for word in data.plain["stop"])
        """The folded words that say little in one of the languages."""
        self.questions, self.answers = (
            frozenset(word for data in languages.values() for word in data.plain[name])
            for name in ("questions", "answers")
        )
        """The folded headings under which articles ask, and under which they answer."""
        self.forms = lru_cache(REMEMBERED_WORDS)(self.analyze)
        """The forms of a word in a language, remembered."""
        self.stem = lru_cache(REMEMBERED_PARTS)(self.stemmed)
        """The term of one part of a word in a language, remembered."""
        self.stems = lru_cache(REMEMBERED_PARTS)(self._stems)
        """The terms under which documents of any language may hold a typed word, without repetition, remembered.

        One of them is the word as it is: so it stands in documents that write it with a capital inside.
        """

    def __reduce__(self) -> tuple[type[Analyzer], tuple[Mapping[str, LanguageData]]]:
        return Analyzer, (self._languages,)

    def tokens(self, text: str, lang: str) -> Iterator[Token]:
        """Yield the tokens of a text in reading order; the forms of one word share a position with its first part."""
        position = 0
        for match in WORD.finditer(text):
            start = match.start()
            for form in self.forms(match[0], lang):
                yield Token(form.term, position + form.step, start + form.start, start + form.end)
            position += form.step + 1

    def terms(self, text: str, lang: str) -> list[tuple[str, int]]:
        """The (term, position) pairs of `tokens`, for an index that needs no characters: three times as fast."""
        position, forms = 0, self.forms
        pairs: list[tuple[str, int]] = []
        for word in WORD.findall(text):
            for term, step, _, _ in forms(word, lang):
                pairs.append((term, position + step))
            position += step + 1
        return pairs

    def analyze(self, word: str, lang: str) -> tuple[Form, ...]:
        """The forms of one word as WORD finds it: itself, or as a whole and in parts. The last has the largest step."""
        parts = divide(word)
        if len(parts) == 1:
            return (Form(self.stemmed(parts[0], lang), 0, 0, len(parts[0])),)
        forms, start = [Form(whole(word), 0, 0, len(word.rstrip("_")))], 0
        for step, part in enumerate(parts):
            forms.append(Form(self.stemmed(part, lang), step, start, start + len(part)))
            start += len(part) + 1
        return tuple(forms)

    def stemmed(self, word: str, lang: str) -> str:
        """Folded, then stemmed in its language unless it holds a digit, a "_" or a capital inside."""
        term = fold(word)
        plain = (word.isalpha() or not UNSTEMMED.search(word)) and (word == term or not CAPITAL_INSIDE.search(word))
        if plain and len(term) >= SHORTEST and (stemmer := self._stemmers.get(lang)) is not None:
            term = stemmer.stem(term)
        return term[:MAX_TERM]

    def _stems(self, word: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.stem(word.lower(), lang) for lang in self.readings(word)))

    def readings(self, word: str) -> tuple[str, ...]:
        """The languages in which a typed word is read; the last one, "", has no stems.

        A language that knows the word keeps those away that do not: Spanish would take "ponte" for a form of "ponto".
        """
        term = fold(word)
        naming = tuple(lang for lang, stemmer in self._stemmers.items() if stemmer.is_named(term))
        return (*(naming if set(naming) & ROMANCE else self._stemmers), "")

    def beginnings(self, word: str) -> tuple[str, ...]:
        """What terms of words that begin so begin with, then the terms that are shorter: "geraç*" finds "ger"."""
        start = whole(word)
        shorter = (term for stemmer in self._stemmers.values() for term in stemmer.begun(start))
        return tuple(dict.fromkeys((start, *self.stems(word), *shorter)))

    def is_stop_word(self, word: str) -> bool:
        """Whether a typed word, its accents left out or not, says little in any of the languages."""
        return fold(word) in self.stop_words


def read(folder: Path | None) -> Analyzer:
    """The analyzer that the language files of a folder make; the packaged file counts where the folder has none.

    Raise ConfigError with one sentence for each problem of any file.
    """
    return packaged() if folder is None else Analyzer(language_data.read_all(folder))


@cache
def packaged() -> Analyzer:
    """The analyzer of the packaged lists: what tests and tools use, and whoever has no lists of his own."""
    return Analyzer(language_data.read_all(None))


# -- what is the same whatever the lists say ---------------------------------------------------------------------------


def divide(word: str) -> list[str]:
    """The parts of a word as WORD finds it; a word of several parts has a term as a `whole` besides."""
    return [word] if word.isalnum() else INNER.split(word.rstrip("_"))


def whole(word: str) -> str:
    """The term of a compound word as a whole: hyphens close up, "_" and "." stay."""
    return fold(word.rstrip("_").translate(HYPHENS))[:MAX_TERM]


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
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(sign))
    return ord(letters) if len(letters) == 1 and letters.isascii() else code


LATIN = bytes(map(_plain, range(256)))
"""What `fold` makes of the letters of Latin-1, which most text is written in: ten times as fast as any other way."""


def detect_language(text: str, default: str) -> str:
    """The language of a document ("pt", "es" or "en"); `default` where the text is too short to tell."""
    sample = text[:2000]
    if len(sample.split()) < 8:
        return default
    lang, _ = _identifier().classify(sample)
    return str(lang)


@cache
def _identifier() -> Any:
    import py3langid  # noqa: PLC0415  loads numpy, which queries do without

    identifier = py3langid.langid.LanguageIdentifier.from_model_file(py3langid.langid.MODEL_FILE)
    identifier.set_languages(list(LANGS))
    return identifier
