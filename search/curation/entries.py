"""What the word lists may hold, entry by entry, and by which words a form or a query is recognized.

Which words say little, and so recognize nothing, an `Analyzer` knows: it is the context that entries are validated in.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

from search import ranking
from search.analysis.analyzer import WORD, Analyzer, divide, fold, packaged, whole
from search.identifiers.recognizer import kinds

MAX_FORM = 80
"""Characters of a form: longer ones are sentences, which nobody types the same way."""


def words_of(text: str, analyzer: Analyzer) -> tuple[str, ...]:
    """The words of a form by which it is recognized: folded, hyphens closed up, without those that say little."""
    words: list[str] = []
    for word in WORD.findall(text):
        parts = divide(word)
        apart = len(parts) > 1 and all(len(part) > 1 and part.isalpha() for part in parts)
        words += [fold(part) for part in parts] if apart else [whole(word)]
    return tuple(word for word in words if not analyzer.is_stop_word(word)) or tuple(words)


def query_key(text: str, analyzer: Analyzer) -> tuple[str, ...]:
    """The words of a query whatever their order, by which a pin recognizes it."""
    return tuple(sorted(words_of(text, analyzer)))


def _analyzer(info: ValidationInfo) -> Analyzer:
    """The one in whose context an entry is validated; entries that are made without one are read as packaged ones."""
    return info.context if isinstance(info.context, Analyzer) else packaged()


def _short(value: str, info: ValidationInfo) -> str:
    if len(words_of(value, _analyzer(info))) != 1 or len(value) > MAX_FORM:
        raise ValueError("must be one word")
    return value


def _form(value: str, info: ValidationInfo) -> str:
    words = words_of(value, _analyzer(info))
    if not words or len(value) > MAX_FORM:
        raise ValueError(f"must be a word or some words, at most {MAX_FORM} characters")
    if all(map(_analyzer(info).is_stop_word, words)):
        raise ValueError("is a stop word, which queries lose: leave it out, or write the words around it")
    return value


def _document(value: str) -> str:
    source, colon, key = value.partition(":")
    if not (source and colon and key) or value != value.strip():
        raise ValueError("must be the id of a document as the API gives it: source:key")
    return value


def _sentence(value: str) -> str:
    if not value.strip():
        raise ValueError("must say something")
    return value


def _kind(value: str) -> str:
    if value not in kinds():
        raise ValueError(f"must be a kind of code: {', '.join(kinds())}")
    return value


Short = Annotated[str, AfterValidator(_short)]
Form = Annotated[str, AfterValidator(_form)]
DocumentId = Annotated[str, AfterValidator(_document)]
Sentence = Annotated[str, AfterValidator(_sentence)]
CodeKind = Annotated[str, AfterValidator(_kind)]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Group(Entry):
    """Forms that mean the same: who types one finds the others, which count `weight`."""

    forms: tuple[Form, ...] = Field(min_length=2)
    weight: float = Field(ranking.SYNONYM, gt=0, lt=1)


class OneWay(Entry):
    """Who types one of `typed` also finds `also`, not the other way round."""

    typed: tuple[Form, ...] = Field(min_length=1)
    also: tuple[Form, ...] = Field(min_length=1)
    weight: float = Field(ranking.SYNONYM, gt=0, lt=1)


class Synonyms(Entry):
    groups: tuple[Group, ...] = ()
    one_way: tuple[OneWay, ...] = ()


class Meaning(Entry):
    """`long` is meant where a word of `near`, or a code of one of `codes`, stands in the query as well."""

    long: Form
    near: tuple[Form, ...] = ()
    codes: tuple[CodeKind, ...] = ()
    weight: float = Field(ranking.ABBREVIATION, gt=0, lt=1)


class Abbreviation(Entry):
    short: Short
    meanings: tuple[Meaning, ...] = Field(min_length=1)


class Abbreviations(Entry):
    abbreviations: tuple[Abbreviation, ...] = ()


class Pin(Entry):
    """Documents that come first for some queries, or are left out of their results; holds from `from_` to `until`."""

    queries: tuple[Sentence, ...] = Field(min_length=1)
    pin: tuple[DocumentId, ...] = ()
    block: tuple[DocumentId, ...] = ()
    owner: Sentence
    reason: Sentence
    from_: date = Field(alias="from")
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.from_ <= day and (self.until is None or day <= self.until)


class Pins(Entry):
    pins: tuple[Pin, ...] = ()


class Cut(Entry):
    """Two documents that are not the same subject, whatever else says so."""

    between: tuple[DocumentId, DocumentId]
    owner: Sentence
    reason: Sentence


class CutEdges(Entry):
    cut_edges: tuple[Cut, ...] = ()

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple(cut.between for cut in self.cut_edges)
