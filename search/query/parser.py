"""What a person typed becomes a `Query`. Lenient by design: every text has a reading, and none raises.

mata 410 "pedido bloqueado" -orçamento fat*     boleto OR pix versao:>=12.1.2310
└ code ┘ └──── phrase ────┘ └─ not ──┘ └ prefix └── either ─┘ └── narrowing ───┘

    text ──read──▶ Typed: what each thing is, a doubtful code both as a code and as words ──expansion.query──▶ Query
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from unicodedata import is_normalized

from search.analysis.analyzer import INNER, WORD, Analyzer, fold, whole
from search.analysis.plain_text import lines
from search.curation import lexicon
from search.curation.lexicon import Lexicon
from search.identifiers import recognizer
from search.model import LANGS, Clause, Narrowing, Occur, Query, Range
from search.query import expansion, field_filters, pasted_data, pasted_logs
from search.query.expansion import Typed, Unit, without_stop_words
from search.query.syntax import OPERATORS, Piece, pieces

MAX_TEXT = 512
"""Characters of a query."""
MAX_READ = 4_096
"""Characters of a pasted text that are read, before anything else is done with it: the first screens of a log."""
MIN_PREFIX = 2
QUOTES = str.maketrans("“”„«»", '"""""')
WILDCARD = re.compile(r"\*(?!\S)")
NEGATIVE = re.compile(r"\d{1,3}(?!\w)")
"""After a "-", the number of an error (TOPCONN -35): nobody leaves out documents that hold a small number."""


def parse(text: str, *, words: Lexicon | None = None, **options: Any) -> Query:
    """Read a text with the packaged word lists, unless others are given; `options` are further fields of Query.

    A doubtful code is read as a code: the service asks the index which of them are words.
    """
    lists = words or lexicon.load()
    return expansion.query(Reader(lists.analyzer).read(Query(text=text, **options)), expansion.table(lists, Reader))


@dataclass(slots=True)
class _Draft:
    """What a text asks for, as it is read; see Typed."""

    groups: list[tuple[bool, tuple[Unit, ...]]] = field(default_factory=list)
    narrowings: list[Narrowing] = field(default_factory=list)
    after: datetime | None = None
    before: datetime | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """Reads what is typed, and the forms of word lists, with an analyzer."""

    analyzer: Analyzer

    def read(self, query: Query) -> Typed:
        """Read the typed or pasted text of a query that has nothing but its text yet, and its options, which stay."""
        text, cut = self._shortened(query.text)
        quoted = text.translate(QUOTES)
        draft = self._draft(quoted, query.lang)
        return Typed(
            query=replace(
                query,
                text=text,
                narrowings=field_filters.merged(draft.narrowings) if draft.narrowings else (),
                warnings=(*query.warnings, *cut),
                updated_after=_narrower(max, query.updated_after, draft.after),
                updated_before=_narrower(min, query.updated_before, draft.before),
            ),
            text=quoted,
            groups=tuple(draft.groups),
            warnings=tuple(draft.warnings),
        )

    def words(self, text: str) -> list[Clause]:
        """See expansion.Forms."""
        return without_stop_words(self._clauses(text), self.analyzer)

    def whole(self, text: str) -> Clause:
        """See expansion.Forms."""
        clause = self._whole(text)
        assert clause is not None, text  # a list with such a form is not loaded
        return clause

    def _shortened(self, text: str) -> tuple[str, tuple[str, ...]]:
        """One line of at most MAX_TEXT characters, of a log what it says; and a warning of what was left out."""
        if _is_short_line(text):
            return " ".join(text.split()), ()
        cut = len(text) > MAX_READ
        block = lines(text[:MAX_READ])
        text = " ".join(block.split())
        if pasted_logs.looks_pasted(block) and (message := pasted_logs.reduced(block, self.analyzer)):
            return message, (f"pasted:{message}",)
        if len(text) > MAX_TEXT or cut:
            text = text[:MAX_TEXT].rsplit(" ", 1)[0] if " " in text[:MAX_TEXT] else text[:MAX_TEXT]
            return text, (f"cut:{MAX_TEXT}",)
        return text, ()

    def _draft(self, text: str, lang: str) -> _Draft:
        draft, joined, either = _Draft(), False, False
        if not OPERATORS.search(text):  # as most are
            return _Draft([(False, tuple(self._loose(text, 0)))])
        for piece in pieces(text, lang):
            if piece.kind == "or":
                joined = either = True
            elif units := self._units(piece, text, draft):
                draft.groups.append((joined, tuple(units)))
                joined = False
        if either:
            draft.groups = [(joined, tuple(self._alternatives(units, text))) for joined, units in draft.groups]
        return draft

    def _units(self, piece: Piece, text: str, draft: _Draft) -> list[Unit]:
        """What a piece asks for; what only narrows the search goes into the draft, and an empty unit stands for it."""
        occur: Occur = "not" if piece.excluded else "must"
        typed = text[piece.start : piece.end]
        if piece.kind == "plain":
            return self._loose(piece.value, piece.start)
        if piece.kind == "phrase":
            phrase = self._quoted(piece.value, occur)
            return [Unit(piece.start, piece.end, (phrase,))] if phrase else []
        if piece.field == "title":
            title = self._whole(piece.value, occur)
            return [Unit(piece.start, piece.end, (replace(title, field="title", text=typed),))] if title else []
        if _narrows(piece, typed, draft):
            return [Unit(piece.start, piece.end)]
        draft.warnings.append(f"value:{piece.field}={piece.value}")
        return self._loose(typed, piece.start)

    def _alternatives(self, units: Iterable[Unit], text: str) -> Iterator[Unit]:
        """The units with what each is as one clause, where several may be joined to one."""
        for unit in units:
            whole = unit.clauses[0] if len(unit.clauses) == 1 else self._whole(text[unit.start : unit.end])
            plain = tuple(self._alternatives(unit.plain, text))
            yield replace(unit, whole=whole, plain=plain)

    def _clauses(self, text: str) -> list[Clause]:
        return [clause for unit in self._loose(text, 0) for clause in unit.clauses]

    def _whole(self, text: str, occur: Occur = "must") -> Clause | None:
        """A text as one clause: a code, a word, a prefix, or a phrase of several words."""
        clauses = self._clauses(text)
        return replace(clauses[0], occur=occur) if len(clauses) == 1 else self._phrase(text, occur)

    def _quoted(self, text: str, occur: Occur) -> Clause | None:
        """A phrase, unless it is one code in one word, which quotes make no difference to."""
        for code in recognizer.typed(text, self.analyzer.stop_words):
            if text[code.start : code.end] == text.strip() and " " not in text.strip():
                return replace(self._code(text, code), occur=occur, words=())
        return self._phrase(text, occur)

    def _phrase(self, text: str, occur: Occur) -> Clause | None:
        """The alternatives of each position over all languages; a phrase of one word is that word."""
        positions: dict[int, dict[str, None]] = {}
        for lang in (*LANGS, ""):
            for token in self.analyzer.tokens(text.lower(), lang):
                positions.setdefault(token.position, {})[token.term] = None
        terms = tuple(tuple(positions[position]) for position in sorted(positions))
        if not terms:
            return None
        return Clause(kind="phrase" if len(terms) > 1 else "word", occur=occur, text=text, terms=terms)

    def _loose(self, text: str, offset: int) -> list[Unit]:
        """Codes and words outside quotes, in the order in which they were typed; the text stands at `offset`."""
        units, taken, spans = [], [False] * len(text), [match.span() for match in WORD.finditer(text)]
        for code in self._codes(text):
            clause = self._code(text, code)
            plain = self._plain(text, offset, code, spans) if clause.words else ()
            units.append(Unit(code.noun + offset, code.end + offset, (clause,), plain))
            taken[code.noun : code.end] = [True] * (code.end - code.noun)
        units += (self._word(text, offset, start, end) for start, end in spans if not any(taken[start:end]))
        return sorted(units, key=lambda unit: unit.start)

    def _codes(self, text: str) -> list[recognizer.CodeSpan]:
        """The codes that were typed whole: of "MV_EST*" there is only how the code begins."""
        codes = recognizer.typed(text, self.analyzer.stop_words)
        return [code for code in codes if not WILDCARD.match(text, code.end) or " " in text[code.start : code.end]]

    def _code(self, text: str, code: recognizer.CodeSpan) -> Clause:
        """A code is looked up among identifiers; its spelling as one word counts too, where texts mention it."""
        typed, value = text[code.start : code.end], fold(code.identifier.value)
        terms = [recognizer.term(identifier) for identifier in (code.identifier, *code.also)]
        if code.loose or code.identifier.kind != "rejection":  # "rejeição 528" is no other 528, "erro 401" may be one
            last = value.rsplit(" ")[-1]
            terms += [last, whole(last), whole(re.sub(r"\s+", "", typed))]
        clause = Clause(kind="code", occur=_occur(text, code.noun), text=typed, terms=(tuple(dict.fromkeys(terms)),))
        if code.loose and (fold(typed) != value or code.identifier.kind == "file"):
            words = self._phrase(typed, "must")
            return replace(clause, words=words.terms) if words is not None else clause
        return clause

    def _plain(self, text: str, offset: int, code: recognizer.CodeSpan, spans: Iterable[Range]) -> tuple[Unit, ...]:
        """What only looks like a code: its words, side by side where no blank was typed between them."""
        typed = text[code.start : code.end]
        if " " not in typed and (phrase := self._phrase(typed, _occur(text, code.noun))):
            return (Unit(code.noun + offset, code.end + offset, (phrase,)),)
        return tuple(
            self._word(text, offset, start, end) for start, end in spans if start < code.end and end > code.noun
        )

    def _word(self, text: str, offset: int, start: int, end: int) -> Unit:
        word, occur, stems = text[start:end], _occur(text, start), self.analyzer.stems
        parts = INNER.split(word.rstrip("_"))
        if WILDCARD.match(text, end) and len(fold(word)) >= MIN_PREFIX:
            clauses = [Clause(kind="prefix", occur=occur, text=f"{word}*", terms=(self.analyzer.beginnings(word),))]
        elif len(parts) == 1:
            clauses = [Clause(kind="word", occur=occur, text=word, terms=(stems(word),))]
        elif occur == "must" and all(len(part) > 1 and part.isalpha() for part in parts):
            clauses = [Clause(kind="word", occur=occur, text=part, terms=(stems(part),)) for part in parts]
        else:
            clauses = [Clause(kind="word", occur=occur, text=word, terms=((whole(word),),))]
        return Unit(start + offset, end + offset, tuple(clauses))


def _is_short_line(text: str) -> bool:
    """Whether a text is what most people type: nothing in it is to be left out, which takes longer to find out."""
    short = len(text) < pasted_logs.MIN_LENGTH and "<" not in text
    short = short and not (pasted_data.SUSPECT.search(text) and pasted_data.is_data(text))  # few hold what is suspect
    return short and text.isprintable() and is_normalized("NFC", text)


def _narrows(piece: Piece, typed: str, draft: _Draft) -> bool:
    """Put a typed filter or date into the draft; False where its value cannot be one."""
    if piece.field != "date":
        narrowing = field_filters.narrowing(piece.field, piece.value, typed.strip(), excluded=piece.excluded)
        draft.narrowings += (narrowing,) if narrowing else ()
        return narrowing is not None
    if piece.excluded or (moments := field_filters.between(piece.value)) is None:
        return False
    after, before = moments
    draft.after = max(filter(None, (draft.after, after)), default=None)
    draft.before = min(filter(None, (draft.before, before)), default=None)
    return True


def _narrower(
    choose: Callable[[datetime, datetime], datetime], given: datetime | None, typed: datetime | None
) -> datetime | None:
    """The one of two bounds, either of which may be missing, that lets less through."""
    return choose(given, typed) if given and typed else given or typed


def _occur(text: str, start: int) -> Occur:
    """A word is excluded by a "-" that stands right before it and after a blank."""
    minus = start > 0 and text[start - 1] == "-" and (start == 1 or text[start - 2].isspace())
    return "not" if minus and not NEGATIVE.match(text, start) else "must"
