"""Text becomes tokens here, at index time and at query time; an engine stores and scores them, it never analyzes.

    "Emissões da NF-e 4.00"  ──pt──▶  emiss@0  da@1  nfe@2 nf@2  e@3  4.00@4 4@4  00@5

A word with an inner "-", "_" or "." gives its whole form and its parts. Words that hold a digit or "_" are never
stemmed. Accents and case are folded last, so that what a person leaves out still meets what a document says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import py3langid
import Stemmer

from search.model import LANGS

WORD = re.compile(r"[^\W_]+(?:[._\-–·][^\W_]+)*_?")
INNER = re.compile(r"[._\-–·]")
HYPHENS = str.maketrans("", "", "-–·")
MAX_TERM = 64
"""Characters of a term: longer runs are data (base64, hashes), kept only as a prefix that is unlikely to be typed."""

SNOWBALL = {"pt": "portuguese", "es": "spanish", "en": "english"}

# Snowball's Portuguese stemmer expects accents and singulars: `emissao` and `emissões` would part ways. Each rule
# brings a spelling to the one the stemmer knows. Evidence: the word pairs in tests/search/test_analysis.py.
REPAIRS_PT = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=[a-zà-ú]{2})(?:c|ç)(?:ões|oes)$", "ção"),
        (r"(?<=[a-zà-ú]{2})(?:ões|oes)$", "ão"),
        (r"(?<=[a-zà-ú]{2})(?:ães|aes)$", "ão"),
        (r"(?<=[a-zà-ú]{2})ãos$", "ão"),
        (r"(?<=[a-zà-ú]{2})(?:c|ç)ao$", "ção"),
        (r"(?<=[a-zà-ú]{2})sao$", "são"),
        (r"(?<=[a-zà-ú]{2})tao$", "tão"),
        (r"(?<=[a-zà-ú]{2})(?:ais)$", "al"),
        (r"(?<=[a-zà-ú]{2})(?:éis|eis)$", "el"),
        (r"(?<=[a-zà-ú]{2})óis$", "ol"),
    )
)

REPAIRED_PT = ("es", "os", "ao", "is")
"""How the words end that REPAIRS_PT is for."""
UNSTEMMED = re.compile(r"[\d_]")

STOP_WORDS = {
    "pt": frozenset(
        [
            "a",
            "à",
            "ao",
            "aos",
            "as",
            "às",
            "com",
            "como",
            "da",
            "das",
            "de",
            "do",
            "dos",
            "e",
            "é",
            "em",
            "entre",
            "essa",
            "esse",
            "esta",
            "este",
            "eu",
            "foi",
            "isso",
            "isto",
            "já",
            "mais",
            "me",
            "meu",
            "minha",
            "na",
            "nas",
            "no",
            "nos",
            "o",
            "os",
            "ou",
            "para",
            "pela",
            "pelas",
            "pelo",
            "pelos",
            "por",
            "qual",
            "quando",
            "que",
            "quem",
            "se",
            "seu",
            "sua",
            "são",
            "só",
            "também",
            "te",
            "tem",
            "um",
            "uma",
            "você",
        ]
    ),
    "es": frozenset(
        [
            "a",
            "al",
            "como",
            "con",
            "cual",
            "cuando",
            "de",
            "del",
            "desde",
            "donde",
            "e",
            "el",
            "ella",
            "en",
            "entre",
            "es",
            "esta",
            "este",
            "ha",
            "hay",
            "la",
            "las",
            "le",
            "lo",
            "los",
            "me",
            "mi",
            "muy",
            "o",
            "para",
            "pero",
            "por",
            "que",
            "qué",
            "se",
            "son",
            "su",
            "sus",
            "también",
            "te",
            "tiene",
            "un",
            "una",
            "uno",
            "y",
            "ya",
        ]
    ),
    "en": frozenset(
        [
            "a",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "by",
            "can",
            "do",
            "does",
            "for",
            "from",
            "has",
            "have",
            "how",
            "i",
            "in",
            "is",
            "it",
            "its",
            "my",
            "of",
            "on",
            "or",
            "so",
            "that",
            "the",
            "this",
            "to",
            "was",
            "what",
            "when",
            "where",
            "which",
            "will",
            "with",
            "you",
            "your",
        ]
    ),
}
"""Words that say little alone. Those that turn a meaning around (não, sem, no, not, without, sin) are none of them."""


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
    """Stemmed in its language unless it holds a digit or "_", then folded."""
    word = word.lower()
    if len(word) < 3 or (not word.isalpha() and UNSTEMMED.search(word)):
        return fold(word)[:MAX_TERM]
    if lang == "pt" and word.endswith(REPAIRED_PT):
        for pattern, replacement in REPAIRS_PT:
            repaired = pattern.sub(replacement, word)
            if repaired != word:
                word = repaired
                break
    return fold(_stemmer(lang).stemWord(word))[:MAX_TERM]


def stems(word: str) -> tuple[str, ...]:
    """The terms under which documents of any language may hold a typed word, without repetition."""
    return tuple(dict.fromkeys(stem(word, lang) for lang in LANGS))


def fold(text: str) -> str:
    """Lower case without accents: "Rejeição" → "rejeicao". Length may change."""
    text = text.lower()
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return plain.lower()  # letters that only look like capitals ("𝗡𝗙") have become capitals by now


def is_stop_word(word: str) -> bool:
    """Whether a typed word says little in any of the languages."""
    return any(word.lower() in STOP_WORDS[lang] for lang in LANGS)


def detect_language(text: str, default: str) -> str:
    """The language of a document ("pt", "es" or "en"); `default` where the text is too short to tell."""
    sample = text[:2000]
    if len(sample.split()) < 8:
        return default
    lang, _ = _identifier().classify(sample)
    return str(lang)


@cache
def _stemmer(lang: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(SNOWBALL[lang], 0)


@cache
def _identifier() -> py3langid.langid.LanguageIdentifier:
    identifier = py3langid.langid.LanguageIdentifier.from_model_file(py3langid.langid.MODEL_FILE)
    identifier.set_languages(list(LANGS))
    return identifier
