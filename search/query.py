"""What a person typed becomes a `Query`. Lenient by design: every text has a reading, and none raises.

mata 410 "pedido bloqueado" -orçamento fat*
└ code ┘ └──── phrase ────┘ └─ not ──┘ └ prefix
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

from search import identifiers
from search.analysis import INNER, WORD, beginnings, fold, is_stop_word, stems, tokens, whole
from search.model import LANGS, Clause, Occur, Query
from search.snippets import Wanted
from search.text import lines

MAX_TEXT = 512
"""Characters that are read; the box sends no more."""
MAX_CLAUSES = 64
MIN_PREFIX = 2
STRICT = 2
"""Words up to which all have to be there."""
LEAST = 0.6
"""Share of the words that have to be there where there are more."""
ENOUGH = 100
"""Documents that are enough: where fewer have so many of the words, fewer words are asked for."""
QUOTES = str.maketrans("“”„«»", '"""""')
PIECE = re.compile(r'(?P<minus>(?<!\S)-)?"(?P<phrase>[^"]*)"|(?P<rest>(?:(?!(?<!\S)-")[^"])+)')
WILDCARD = re.compile(r"\*(?!\S)")
NEGATIVE = re.compile(r"\d{1,3}(?!\w)")
"""After a "-", the number of an error (TOPCONN -35): nobody leaves out documents that hold a small number."""


def parse(text: str, *, lang: str = "pt", plain: frozenset[str] = frozenset(), **options: Any) -> Query:
    """Read a typed text; `options` are further fields of Query, which are taken as they are.

    What looks like one of the codes in `plain` is read as words.
    """
    warnings = list(options.pop("warnings", ()))
    text = " ".join(lines(text).split())
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT].rsplit(" ", 1)[0] if " " in text[:MAX_TEXT] else text[:MAX_TEXT]
        warnings.append(f"cut:{MAX_TEXT}")
    clauses = _without_stop_words(_clauses(text.translate(QUOTES), plain))
    if len(clauses) > MAX_CLAUSES:
        clauses = clauses[:MAX_CLAUSES]
        warnings.append(f"clauses:{MAX_CLAUSES}")
    clauses, least = _loosened(clauses)
    return Query(
        text=text,
        clauses=tuple(clauses),
        min_should=least,
        enough=ENOUGH,
        lang=lang,
        warnings=tuple(warnings),
        **options,
    )


def reread(query: Query, plain: frozenset[str]) -> Query:
    """The query as it is where some of its codes, given as they were typed, were meant as plain words."""
    again = parse(query.text, lang=query.lang, plain=plain)
    return replace(query, clauses=again.clauses, min_should=again.min_should)


def sought(query: Query) -> tuple[Clause, ...]:
    """What a passage should show: each word and prefix that was typed to be found, as texts spell it."""
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for clause in query.clauses:
        if clause.occur == "not":
            continue
        kind = "prefix" if clause.kind == "prefix" else "word"
        for terms in clause.terms:
            found[kind, tuple(term for term in terms if ":" not in term)] = None
        if clause.kind == "code":
            found |= {("word", stems(word)): None for word in WORD.findall(clause.text)}
    return tuple(
        Clause(kind="prefix" if kind == "prefix" else "word", occur="should", text="", terms=(terms,))
        for kind, terms in found
        if terms
    )


def highlighted(query: Query) -> Wanted:
    """The terms to mark in a title or a passage: every form of every typed word that is asked for."""
    several = sought(query)
    return Wanted(
        (term for clause in several for term in clause.terms[0]),
        (clause.terms[0][0] for clause in several if clause.kind == "prefix"),
    )


def _clauses(text: str, plain: frozenset[str]) -> list[Clause]:
    clauses: list[Clause] = []
    for piece in PIECE.finditer(text):
        if piece["rest"] is not None:
            clauses += _loose(piece["rest"], plain)
        elif (quoted := _quoted(piece["phrase"], "not" if piece["minus"] else "must")) is not None:
            clauses.append(quoted)
    return clauses


def _quoted(text: str, occur: Occur) -> Clause | None:
    """A phrase, unless it is one code in one word, which quotes make no difference to."""
    for found in identifiers.typed(text):
        if text[found.start : found.end] == text.strip() and " " not in text.strip():
            return replace(_code(text, found), occur=occur, words=())
    return _phrase(text, occur)


def _phrase(text: str, occur: Occur) -> Clause | None:
    """The alternatives of each position over all languages; a phrase of one word is that word."""
    positions: dict[int, dict[str, None]] = {}
    for lang in (*LANGS, ""):
        for token in tokens(text.lower(), lang):
            positions.setdefault(token.position, {})[token.term] = None
    terms = tuple(tuple(positions[position]) for position in sorted(positions))
    if not terms:
        return None
    return Clause(kind="phrase" if len(terms) > 1 else "word", occur=occur, text=text, terms=terms)


def _loose(text: str, plain: frozenset[str]) -> list[Clause]:
    """Codes and words outside quotes, in the order in which they were typed."""
    placed: list[tuple[int, Clause]] = []
    taken = [False] * len(text)
    for found in _codes(text):
        clause = _code(text, found) if text[found.start : found.end] not in plain else _plain(text, found)
        if clause is not None:
            placed.append((found.start, clause))
            taken[found.noun : found.end] = [True] * (found.end - found.noun)
    for match in WORD.finditer(text):
        if not any(taken[match.start() : match.end()]):
            placed += [(match.start(), clause) for clause in _word(text, match.start(), match.end())]
    return [clause for _, clause in sorted(placed, key=lambda each: each[0])]


def _codes(text: str) -> list[identifiers.Found]:
    """The codes that were typed whole: of "MV_EST*" there is only how the code begins."""
    found = identifiers.typed(text)
    return [each for each in found if not WILDCARD.match(text, each.end) or " " in text[each.start : each.end]]


def _code(text: str, found: identifiers.Found) -> Clause:
    """A code is looked up among identifiers; the spelling as one word also counts, for texts that only mention it."""
    typed, value = text[found.start : found.end], fold(found.identifier.value)
    terms = [identifiers.term(each) for each in (found.identifier, *found.also)]
    if found.loose or found.identifier.kind != "rejection":  # "rejeição 528" is no other 528, "erro 401" may be one
        last = value.rsplit(" ")[-1]
        terms += [last, whole(last), whole(re.sub(r"\s+", "", typed))]
    clause = Clause(kind="code", occur=_occur(text, found.noun), text=typed, terms=(tuple(dict.fromkeys(terms)),))
    if found.loose and (fold(typed) != value or found.identifier.kind == "file"):
        words = _phrase(typed, "must")
        return replace(clause, words=words.terms) if words is not None else clause
    return clause


def _plain(text: str, found: identifiers.Found) -> Clause | None:
    """What only looks like a code: its words, which stand side by side where no blank was typed between them."""
    typed = text[found.start : found.end]
    return None if " " in typed else _phrase(typed, _occur(text, found.noun))


def _word(text: str, start: int, end: int) -> list[Clause]:
    word, occur = text[start:end], _occur(text, start)
    if WILDCARD.match(text, end) and len(fold(word)) >= MIN_PREFIX:
        return [Clause(kind="prefix", occur=occur, text=f"{word}*", terms=(beginnings(word),))]
    parts = INNER.split(word.rstrip("_"))
    if len(parts) == 1:
        return [Clause(kind="word", occur=occur, text=word, terms=(stems(word),))]
    if occur == "must" and all(len(part) > 1 and part.isalpha() for part in parts):
        return [Clause(kind="word", occur=occur, text=part, terms=(stems(part),)) for part in parts]
    return [Clause(kind="word", occur=occur, text=word, terms=((whole(word),),))]


def _occur(text: str, start: int) -> Occur:
    """A word is excluded by a "-" that stands right before it and after a blank."""
    minus = start > 0 and text[start - 1] == "-" and (start == 1 or text[start - 2].isspace())
    return "not" if minus and not NEGATIVE.match(text, start) else "must"


def _loosened(clauses: list[Clause]) -> tuple[list[Clause], int]:
    """Of many words some may be missing: nobody writes a document in the words of a question."""
    words = sum(clause.kind == "word" and clause.occur == "must" for clause in clauses)
    if words <= STRICT:
        return clauses, 0
    loosened = [
        replace(clause, occur="should") if clause.kind == "word" and clause.occur == "must" else clause
        for clause in clauses
    ]
    return loosened, math.ceil(words * LEAST)


def _without_stop_words(clauses: list[Clause]) -> list[Clause]:
    """Words that say little go where others remain; in a query of nothing else they stay."""
    kept = [clause for clause in clauses if clause.kind != "word" or not is_stop_word(clause.text)]
    return kept if any(clause.occur == "must" for clause in kept) else clauses
