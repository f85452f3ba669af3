"""The codes that people search by: routines, parameters, fields, issue keys, rejections, versions.

Each has a kind and a canonical value, the same for every spelling that people type (`search.identifiers.patterns`):

    "mata 410", "MATA-410", "MATA410.PRX"  ──▶  routine MATA410          "rejeicao 528", "cStat=528"  ──▶  rejection 528

At index time the text's own capitals count (a field is written E1_VENCREA); in a query nobody's do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from search.analysis.analyzer import WORD, fold
from search.identifiers.patterns import Kind, Pattern, code_table
from search.model import Document, Identifier


def kinds() -> tuple[str, ...]:
    """The kinds of codes, in order of precedence."""
    return tuple(code_table().kinds)


class CodeSpan(NamedTuple):
    """An identifier and the characters [start, end) of the text that spell it.

    `noun` is where the word begins that only says its kind ("tabela SE1"), or `start`. What is `loose` may be no code
    but words; `also` are further codes that it may be.
    """

    identifier: Identifier
    start: int
    end: int
    noun: int
    loose: bool = False
    also: tuple[Identifier, ...] = ()


PARTS = re.compile(r"[ ._-]")
YEAR = re.compile(r"(?:19|20)\d\d")


# -- what documents write ----------------------------------------------------------------------------------------------


def in_text(text: str) -> Iterator[CodeSpan]:
    """The identifiers of a document's text. A code may be found many times; overlapping spans never are."""
    if CODE_SIGN.search(text):
        table = code_table()
        present = table.written_plainly
        if table.needed.search(text):
            present = tuple(row for row in table.written if any(map(text.__contains__, row[0].needs)))
        yield from scan(text, present)


def in_word(word: str) -> list[Identifier]:
    """The codes that one word spells: what stands between two blanks, with its punctuation."""
    if not CODE_SIGN.search(word):
        return []
    table, codes = code_table(), list[Identifier]()
    if table.one_word.search(word) or is_hint(word):
        codes += (spelling.identifier for spelling in in_text(word))
    for pattern, expression, sign in table.words_alone:
        if sign.match(word):
            codes += identifiers([(pattern, expression)], word)
    return codes


def around(words: Sequence[str], place: int) -> list[Identifier]:
    """The codes that several words spell, as "Rejeição 528" or "release 2310", of which words[place] `is_hint`."""
    return in_words(words[max(0, place - BEFORE) : place + 1 + AFTER])


def in_words(words: Iterable[str]) -> list[Identifier]:
    """The codes that a few words spell together."""
    near = " ".join(words)
    if not DIGIT.search(near):
        return []
    likely = (row for row in code_table().several_words if any(map(near.__contains__, row[0].needs)))
    return list(identifiers(likely, near))


def is_hint(form: str) -> bool:
    """Whether a word of a form, which is what stands between two blanks, may belong to a code of several words.

    Only around such words are the patterns looked for, which is ten times as fast as looking everywhere.
    """
    form, hints = form.lower(), code_table().hints
    return hints.has(form) if form.isalnum() else any(map(hints.has, WORD.findall(form)))


def stated(document: Document) -> set[Identifier]:
    """The identifiers that a document's title or its source names."""
    codes = set(document.identifiers)
    codes.update(Identifier("version", value) for value in document.versions)
    codes.update(span.identifier for span in _in_title(document.title))
    return codes


@lru_cache(maxsize=1)
def _in_title(title: str) -> tuple[CodeSpan, ...]:
    """The identifiers of the title that was asked about last, which is asked about twice."""
    return tuple(in_text(title))


def named(title: str) -> set[Identifier]:
    """The codes that a title begins with, as in "MATA410 - Pedido de Venda" or "PE - MT410TOK - …".

    What a ticket or an issue says about itself comes before the code that it is about: "10848508 DSERFIS1-20528 DT …".
    """
    names: set[Identifier] = set()
    end = 0
    for span in sorted(_in_title(title), key=lambda span: span.start):
        if any(fold(word) not in LEADS for word in WORD.findall(title, end, span.start)):
            break
        names.add(span.identifier)
        end = span.end
        if span.identifier.kind not in ("ticket", "issue"):
            break
    return names


def versions_in(text: str) -> tuple[str, ...]:
    """The product versions that a text names, in canonical spelling and reading order, without repetition."""
    if not DIGIT.search(text):
        return ()
    versions = (row for row in code_table().written if row[0].kind == "version")
    return tuple(dict.fromkeys(version.value for version in identifiers(versions, fold(text))))


DIGIT = re.compile(r"\d")
TYPED_SIGN = re.compile(r"[\d_]")
CODE_SIGN = re.compile(rf"{TYPED_SIGN.pattern}|SIGA")
"""Every code of one word holds one of these, and a capital, or it is a version or a build, or it holds a hint."""
BEFORE, AFTER = 3, 4
"""Words before and after a hint among which the rest of the code stands."""
LEADS = frozenset(
    "pe p.e faq dt bt ponto de entrada punto entry point rotina rutina routine programa parametro parameter tabela "
    "tabla table campo field funcao function registro evento event modulo module release versao version build".split()
)
"""Words that may stand before the code that a title is named after."""


# -- what people type --------------------------------------------------------------------------------------------------


def typed(text: str, stop_words: AbstractSet[str] = frozenset()) -> list[CodeSpan]:
    """The identifiers that a person typed, in reading order. Accents and case are ignored.

    `stop_words`, folded, make no code with the number that follows them: "mais 100" is no program.
    """
    small = folded(text)
    codes = (_with_noun(small, code) for code in scan(small, code_table().typed, stop_words))
    return sorted(codes, key=lambda code: code.start)


def folded(text: str) -> str:
    """A typed text as the patterns of queries want it, character by character: small, without accents, plain dashes."""
    small = fold(text)
    if len(small) != len(text):
        small = "".join(fold(character)[:1] or " " for character in text)
    return small.translate(DASHES)


def _with_noun(folded: str, span: CodeSpan) -> CodeSpan:
    """The same with what people call its kind, where that stands right before it."""
    noun = code_table().nouns.get(span.identifier.kind)
    before = folded[max(0, span.start - LONGEST_NOUN) : span.start]
    match = noun.search(before) if noun is not None else None
    return span if match is None else span._replace(noun=span.start - len(before) + match.start())


LONGEST_NOUN = 24
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def spelled(identifier: Identifier) -> str:
    """How to type an identifier so that it is read as itself, also where its value alone is but a number."""
    return code_table().kinds.get(identifier.kind, Kind()).spelling.format(identifier.value)


# -- both --------------------------------------------------------------------------------------------------------------


def term(identifier: Identifier) -> str:
    """The index term of an identifier. The colon keeps it apart from words, which hold none."""
    return f"{identifier.kind}:{identifier.value.lower()}"


def has_code_sign(text: str) -> bool:
    """Whether a typed text holds a digit or "_", as a code does and a word does not."""
    return TYPED_SIGN.search(text) is not None


def is_spaced(kind: str) -> bool:
    """Whether codes of a kind are typed as letters, a blank and digits, as a word and a number are too."""
    return code_table().kinds.get(kind, Kind()).spaced


def family(code: str) -> str:
    """How the terms of codes begin that have the same letters: "routine:mata" of "routine:mata410".

    Of a field, a file or a record the term itself: "a3 digital" is rather two words than a misspelt field of a table.
    """
    kind, _, value = code.partition(":")
    return code if kind in ("field", "file", "record") else f"{kind}:{''.join(takewhile(str.isalpha, value))}"


def _is_prose(pattern: Pattern, match: re.Match[str], stop_words: AbstractSet[str]) -> bool:
    """Whether a word and a number only look like a program: "http 404", "dirf 2024", "mais 100"."""
    if not pattern.loose or not is_spaced(pattern.kind):
        return False
    word, *number = PARTS.split(match[0], maxsplit=1)
    if (match[1] or word).upper() in code_table().words:
        return True
    return bool(number) and (fold(word) in stop_words or YEAR.fullmatch(number[0]) is not None)


def scan(
    text: str, patterns: Iterable[tuple[Pattern, re.Pattern[str]]], stop_words: AbstractSet[str] = frozenset()
) -> Iterator[CodeSpan]:
    """What the patterns see in a text, in their order; characters that one took are not looked at by the next."""
    taken: set[int] = set()
    for pattern, expression in patterns:
        for match in expression.finditer(text):
            start, end = match.span()
            if start in taken or end - 1 in taken or _is_prose(pattern, match, stop_words):
                continue
            taken.update(range(start, end))
            also = pattern.also(match) if pattern.readings else ()
            yield CodeSpan(_identifier(pattern, match), start, end, start, pattern.loose, also)


def identifiers(rows: Iterable[tuple[Pattern, re.Pattern[str]]], text: str) -> Iterator[Identifier]:
    """What the patterns see in a text, each by itself."""
    return (_identifier(pattern, match) for pattern, expression in rows for match in expression.finditer(text))


def _identifier(pattern: Pattern, match: re.Match[str]) -> Identifier:
    """What a match spells: its groups, without what stands between them, unless the pattern writes them otherwise."""
    value = pattern.value(match) if pattern.value else "".join(filter(None, match.groups())).upper()
    return Identifier(pattern.kind, value)


# -- near misses -------------------------------------------------------------------------------------------------------


def nearest(text: str, codes: Sequence[str], limit: int) -> list[str]:
    """The known codes that a misspelt one may have been meant for, nearest first.

    `codes` and what is returned are index terms, as `term` makes them; none twice. A term that differs in nothing but
    hyphens, blanks and "_" is nearest of all. Empty where `text` does not look like a code, or nothing is near. Of as
    near ones those come first that share the longest beginning, then in alphabetical order. Of 50,000 codes it takes
    about 5 ms, and ten times as long for the first time; a tuple is remembered.
    """
    bare = _bare(text)
    if limit <= 0 or not may_be_misspelt(text):
        return []
    far = FAR if len(bare) >= LONG else 1
    from rapidfuzz import process  # noqa: PLC0415  few texts are misspelt, and every command would load it
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    near = process.extract(bare, _values(tuple(codes)), scorer=OSA.distance, score_cutoff=far, limit=None)
    ranked = sorted((distance, -_shared(bare, value), codes[place]) for value, distance, place in near)
    return list(dict.fromkeys(term for _, _, term in ranked))[:limit]


def may_be_misspelt(text: str) -> bool:
    """Whether a word of a query may be a misspelt code: letters with digits or "_" among them, or a module."""
    bare = _bare(text)
    return MIN_CODE <= len(bare) <= MAX_CODE and bool(CODE_LIKE.search(fold(text)))


@lru_cache(maxsize=2)
def _values(codes: tuple[str, ...]) -> list[str]:
    return [_bare(term.partition(":")[2]) for term in codes]


def _bare(text: str) -> str:
    return NOT_ALPHANUMERIC.sub("", fold(text))


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))


FAR, LONG = 2, 7
"""Typos that a code may have: so many from so many letters and digits on, one in a shorter one."""
MIN_CODE, MAX_CODE = 3, 40
NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
CODE_LIKE = re.compile(r"(?=.*[a-z])(?=.*[\d_])|\bsi?ga?[a-z]{3,}", re.DOTALL)
