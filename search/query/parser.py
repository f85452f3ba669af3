"""What a person typed becomes a `Query`. Lenient by design: every text has a reading, and none raises.

mata 410 "pedido bloqueado" -orçamento fat*     boleto OR pix versao:>=12.1.2310
└ code ┘ └──── phrase ────┘ └─ not ──┘ └ prefix └── either ─┘ └── narrowing ───┘
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from search.analysis.analyzer import INNER, WORD, Analyzer, fold, whole
from search.analysis.markup import lines
from search.curation import lexicon
from search.curation.lexicon import Lexicon
from search.highlighting.snippets import Wanted
from search.identifiers import recognizer
from search.model import LANGS, Clause, Narrowing, Occur, Query
from search.query import expansion, field_filters, pasted_logs
from search.query.syntax import Piece, pieces

MAX_TEXT = 512
"""Characters of a query."""
MAX_READ = 4_096
"""Characters of a pasted text that are read, before anything else is done with it: the first screens of a log."""
MAX_CLAUSES = 64
MIN_PREFIX = 2
STRICT = 2
"""Words up to which all have to be there."""
LEAST = 0.6
"""Share of the words that have to be there where there are more."""
ENOUGH = 100
"""Documents that are enough: where fewer have so many of the words, fewer words are asked for."""
QUOTES = str.maketrans("“”„«»", '"""""')
WILDCARD = re.compile(r"\*(?!\S)")
NEGATIVE = re.compile(r"\d{1,3}(?!\w)")
"""After a "-", the number of an error (TOPCONN -35): nobody leaves out documents that hold a small number."""


def parse(text: str, *, words: Lexicon | None = None, **options: Any) -> Query:
    """Read a text with the packaged word lists, unless others are given; `options` are further fields of Query."""
    return read(Query(text=text, **options), words or lexicon.load())


def read(asked: Query, words: Lexicon, plain: frozenset[str] = frozenset()) -> Query:
    """Read the typed or pasted text of a query that has nothing but its text yet, and its options, which stay.

    What looks like one of the codes in `plain` is read as words. `words` are the lists that widen it.
    """
    warnings = list(asked.warnings)
    text = _shortened(asked.text, words.analyzer, warnings)
    reading = _read(text.translate(QUOTES), asked.lang, plain, words.analyzer)
    clauses = _widened(reading.clauses, words)
    if len(clauses) > MAX_CLAUSES:
        clauses = clauses[:MAX_CLAUSES]
        warnings.append(f"clauses:{MAX_CLAUSES}")
    clauses, least = _loosened(clauses)
    return replace(
        asked,
        text=text,
        clauses=tuple(clauses),
        min_should=least,
        enough=ENOUGH,
        narrowings=field_filters.merged(reading.narrowings),
        lists=words,
        warnings=(*warnings, *reading.warnings),
        updated_after=_narrower(max, asked.updated_after, reading.after),
        updated_before=_narrower(min, asked.updated_before, reading.before),
    )


def reread(query: Query, plain: frozenset[str]) -> Query:
    """The query as it is where some of its codes, given as they were typed, were meant as plain words."""
    lists = query.lists if isinstance(query.lists, Lexicon) else None
    again = read(Query(text=query.text, lang=query.lang), lists or lexicon.load(), plain)
    return replace(query, clauses=again.clauses, min_should=again.min_should)


def _shortened(text: str, analyzer: Analyzer, warnings: list[str]) -> str:
    """One line of at most MAX_TEXT characters; of a log what it says. What was left out is warned of."""
    cut = len(text) > MAX_READ
    several = lines(text[:MAX_READ])
    text = " ".join(several.split())
    if pasted_logs.looks_pasted(several) and (said := pasted_logs.reduced(several, analyzer)):
        warnings.append(f"pasted:{said}")
        return said
    if len(text) > MAX_TEXT or cut:
        text = text[:MAX_TEXT].rsplit(" ", 1)[0] if " " in text[:MAX_TEXT] else text[:MAX_TEXT]
        warnings.append(f"cut:{MAX_TEXT}")
    return text


def _narrower(
    choose: Callable[[datetime, datetime], datetime], given: datetime | None, typed: datetime | None
) -> datetime | None:
    """The one of two bounds, either of which may be missing, that lets less through."""
    return choose(given, typed) if given and typed else given or typed


def sought(query: Query, analyzer: Analyzer) -> tuple[Clause, ...]:
    """What a passage should show: each word and prefix that was typed to be found, as texts spell it.

    Of a phrase that stands for other words, those that say little are not shown: nobody typed them.
    """
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for asked in (clause for clause in query.clauses if clause.occur != "not"):
        for clause in asked.either or (asked,):
            kind = "prefix" if clause.kind == "prefix" else "word"
            for terms in clause.terms:
                if not (asked.either and clause.kind == "phrase" and all(map(analyzer.is_stop_word, terms))):
                    found[kind, tuple(term for term in terms if ":" not in term)] = None
            if clause.kind == "code":
                found |= {("word", analyzer.stems(word)): None for word in WORD.findall(clause.text)}
    return tuple(
        Clause(kind="prefix" if kind == "prefix" else "word", occur="should", text="", terms=(terms,))
        for kind, terms in found
        if terms
    )


def highlighted(query: Query, analyzer: Analyzer) -> Wanted:
    """The terms to mark in a title or a passage: every form of every typed word that is asked for."""
    several = sought(query, analyzer)
    return Wanted(
        analyzer,
        (term for clause in several for term in clause.terms[0]),
        (clause.terms[0][0] for clause in several if clause.kind == "prefix"),
    )


@dataclass(slots=True)
class _Reading:
    """What a text asks for, as it is read."""

    clauses: list[Clause] = field(default_factory=list)
    narrowings: list[Narrowing] = field(default_factory=list)
    after: datetime | None = None
    before: datetime | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What was typed as one thing, text[start:end], and its clauses: "pré-nota" has two."""

    start: int
    end: int
    clauses: tuple[Clause, ...] = ()

    @property
    def wanted(self) -> bool:
        return bool(self.clauses) and all(clause.occur == "must" for clause in self.clauses)


def _read(text: str, lang: str, plain: frozenset[str], analyzer: Analyzer) -> _Reading:
    reading, runs, joining = _Reading(), list[list[_Unit]](), False
    for piece in pieces(text, lang):
        if piece.kind == "or":
            joining = True
            continue
        for unit in _units(piece, text, reading, plain, analyzer):
            if joining and runs and runs[-1][-1].wanted and unit.wanted:
                runs[-1].append(unit)
            else:
                runs.append([unit])
            joining = False
    for run in runs:
        reading.clauses += run[0].clauses if len(run) == 1 else [_either(run, text, analyzer)]
    return reading


def _units(piece: Piece, text: str, reading: _Reading, plain: frozenset[str], analyzer: Analyzer) -> list[_Unit]:
    """What a piece asks for; what only narrows the search goes into the reading, and an empty unit stands for it."""
    occur: Occur = "not" if piece.excluded else "must"
    typed = text[piece.start : piece.end]
    if piece.kind == "plain":
        return _loose(piece.value, piece.start, analyzer, plain)
    if piece.kind == "phrase":
        found = _quoted(piece.value, occur, analyzer)
        return [_Unit(piece.start, piece.end, (found,))] if found else []
    if piece.field == "title":
        found = _whole(piece.value, analyzer, occur)
        return [_Unit(piece.start, piece.end, (replace(found, field="title", text=typed),))] if found else []
    if _narrows(piece, typed, reading):
        return [_Unit(piece.start, piece.end)]
    reading.warnings.append(f"value:{piece.field}={piece.value}")
    return _loose(typed, piece.start, analyzer, plain)


def _narrows(piece: Piece, typed: str, reading: _Reading) -> bool:
    """Put a typed filter or date into the reading; False where its value cannot be one."""
    if piece.field != "date":
        narrowing = field_filters.narrowing(piece.field, piece.value, typed.strip(), excluded=piece.excluded)
        reading.narrowings += (narrowing,) if narrowing else ()
        return narrowing is not None
    if piece.excluded or (moments := field_filters.between(piece.value)) is None:
        return False
    after, before = moments
    reading.after = max(filter(None, (reading.after, after)), default=None)
    reading.before = min(filter(None, (reading.before, before)), default=None)
    return True


def _either(run: list[_Unit], text: str, analyzer: Analyzer) -> Clause:
    """One clause that any of several typed things satisfies."""
    wholes = (
        unit.clauses[0] if len(unit.clauses) == 1 else _whole(text[unit.start : unit.end], analyzer) for unit in run
    )
    several = tuple(dict.fromkeys(filter(None, wholes)))
    return Clause(kind="either", occur="must", text=text[run[0].start : run[-1].end], either=several)


def _whole(text: str, analyzer: Analyzer, occur: Occur = "must") -> Clause | None:
    """A text as one clause: a code, a word, a prefix, or a phrase of several words."""
    clauses = [clause for unit in _loose(text, 0, analyzer) for clause in unit.clauses]
    return replace(clauses[0], occur=occur) if len(clauses) == 1 else _phrase(text, occur, analyzer)


@dataclass(frozen=True, slots=True, eq=False)
class _Forms:
    """Reads the forms of word lists; see expansion.Read."""

    analyzer: Analyzer

    def words(self, text: str) -> list[Clause]:
        clauses = [clause for unit in _loose(text, 0, self.analyzer) for clause in unit.clauses]
        return _without_stop_words(clauses, self.analyzer)

    def whole(self, text: str) -> Clause:
        clause = _whole(text, self.analyzer)
        assert clause is not None, text  # a list with such a form is not loaded
        return clause


def _widened(clauses: list[Clause], words: Lexicon) -> list[Clause]:
    """The clauses that say something, with what means the same beside them."""
    table = expansion.table(words, _Forms)
    said = _without_stop_words(expansion.understood(clauses, table), words.analyzer)
    return expansion.widened(said, table)


def _quoted(text: str, occur: Occur, analyzer: Analyzer) -> Clause | None:
    """A phrase, unless it is one code in one word, which quotes make no difference to."""
    for found in recognizer.typed(text, analyzer.stop_words):
        if text[found.start : found.end] == text.strip() and " " not in text.strip():
            return replace(_code(text, found, analyzer), occur=occur, words=())
    return _phrase(text, occur, analyzer)


def _phrase(text: str, occur: Occur, analyzer: Analyzer) -> Clause | None:
    """The alternatives of each position over all languages; a phrase of one word is that word."""
    positions: dict[int, dict[str, None]] = {}
    for lang in (*LANGS, ""):
        for token in analyzer.tokens(text.lower(), lang):
            positions.setdefault(token.position, {})[token.term] = None
    terms = tuple(tuple(positions[position]) for position in sorted(positions))
    if not terms:
        return None
    return Clause(kind="phrase" if len(terms) > 1 else "word", occur=occur, text=text, terms=terms)


def _loose(text: str, offset: int, analyzer: Analyzer, plain: frozenset[str] = frozenset()) -> list[_Unit]:
    """Codes and words outside quotes, in the order in which they were typed; the text stands at `offset`."""
    units, taken = [], [False] * len(text)
    for found in _codes(text, analyzer):
        read = _code if text[found.start : found.end] not in plain else _plain
        clause = read(text, found, analyzer)
        if clause is not None:
            units.append(_Unit(found.noun + offset, found.end + offset, (clause,)))
            taken[found.noun : found.end] = [True] * (found.end - found.noun)
    for match in WORD.finditer(text):
        start, end = match.span()
        if not any(taken[start:end]):
            units.append(_Unit(start + offset, end + offset, tuple(_word(text, start, end, analyzer))))
    return sorted(units, key=lambda unit: unit.start)


def _codes(text: str, analyzer: Analyzer) -> list[recognizer.Found]:
    """The codes that were typed whole: of "MV_EST*" there is only how the code begins."""
    found = recognizer.typed(text, analyzer.stop_words)
    return [each for each in found if not WILDCARD.match(text, each.end) or " " in text[each.start : each.end]]


def _code(text: str, found: recognizer.Found, analyzer: Analyzer) -> Clause:
    """A code is looked up among identifiers; the spelling as one word also counts, for texts that only mention it."""
    typed, value = text[found.start : found.end], fold(found.identifier.value)
    terms = [recognizer.term(each) for each in (found.identifier, *found.also)]
    if found.loose or found.identifier.kind != "rejection":  # "rejeição 528" is no other 528, "erro 401" may be one
        last = value.rsplit(" ")[-1]
        terms += [last, whole(last), whole(re.sub(r"\s+", "", typed))]
    clause = Clause(kind="code", occur=_occur(text, found.noun), text=typed, terms=(tuple(dict.fromkeys(terms)),))
    if found.loose and (fold(typed) != value or found.identifier.kind == "file"):
        words = _phrase(typed, "must", analyzer)
        return replace(clause, words=words.terms) if words is not None else clause
    return clause


def _plain(text: str, found: recognizer.Found, analyzer: Analyzer) -> Clause | None:
    """What only looks like a code: its words, which stand side by side where no blank was typed between them."""
    typed = text[found.start : found.end]
    return None if " " in typed else _phrase(typed, _occur(text, found.noun), analyzer)


def _word(text: str, start: int, end: int, analyzer: Analyzer) -> list[Clause]:
    word, occur = text[start:end], _occur(text, start)
    if WILDCARD.match(text, end) and len(fold(word)) >= MIN_PREFIX:
        return [Clause(kind="prefix", occur=occur, text=f"{word}*", terms=(analyzer.beginnings(word),))]
    parts = INNER.split(word.rstrip("_"))
    if len(parts) == 1:
        return [Clause(kind="word", occur=occur, text=word, terms=(analyzer.stems(word),))]
    if occur == "must" and all(len(part) > 1 and part.isalpha() for part in parts):
        return [Clause(kind="word", occur=occur, text=part, terms=(analyzer.stems(part),)) for part in parts]
    return [Clause(kind="word", occur=occur, text=word, terms=((whole(word),),))]


def _occur(text: str, start: int) -> Occur:
    """A word is excluded by a "-" that stands right before it and after a blank."""
    minus = start > 0 and text[start - 1] == "-" and (start == 1 or text[start - 2].isspace())
    return "not" if minus and not NEGATIVE.match(text, start) else "must"


def _loosened(clauses: list[Clause]) -> tuple[list[Clause], int]:
    """Of many words some may be missing: nobody writes a document in the words of a question."""
    words = [clause.typed.kind == "word" and clause.occur == "must" and not clause.field for clause in clauses]
    if sum(words) <= STRICT:
        return clauses, 0
    loosened = [
        replace(clause, occur="should") if loose else clause for clause, loose in zip(clauses, words, strict=True)
    ]
    return loosened, math.ceil(sum(words) * LEAST)


def _without_stop_words(clauses: list[Clause], analyzer: Analyzer) -> list[Clause]:
    """Words that say little go where others remain; in a query of nothing else they stay."""
    kept = [clause for clause in clauses if clause.kind != "word" or not analyzer.is_stop_word(clause.text)]
    return kept if any(clause.occur == "must" for clause in kept) else clauses
