"""The codes that people search by: routines, parameters, fields, issue keys, rejections, versions.

Each pattern gives a kind and a canonical value, the same for every spelling that people type:

    "mata 410", "MATA-410", "MATA410.PRX"  ──▶  routine MATA410          "rejeicao 528", "cStat=528"  ──▶  rejection 528

Patterns and their evidence: 2,583 real titles and articles. At index time the text's own capitals count (a field is
written E1_VENCREA); in a query nobody's do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from search.analysis import fold, is_stop_word
from search.model import Document, Identifier

VERSION = re.compile(
    r"(?i)(?<![\d.])(?:p|r|v)?12[._]1[._](\d{4}|\d{2,3})(?![\d]|\.\d)|\b(?:release|protheus|p12|vers[aã]o)\s+(?:12\s+)?(2[2-9]\d\d|1[3-9]|[2-9]\d)\b(?![./]\d)",
    re.ASCII,
)
"""After a word, 10 to 12 are the product itself: no release of Protheus 12 is meant by "Protheus 11"."""


class Found(NamedTuple):
    """An identifier and the characters [start, end) of the text that spell it."""

    identifier: Identifier
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """How one kind of code is written. `written` holds in documents, `typed` in queries (folded, lower case).

    A text that has none of the strings in `needs` cannot match, which is quicker to see than a search is to fail.
    """

    kind: str
    needs: tuple[str, ...]
    written: re.Pattern[str]
    typed: re.Pattern[str]
    canonical: Callable[[re.Match[str]], str]


def _joined(match: re.Match[str]) -> str:
    """All groups, upper case, without what stands between them."""
    return "".join(group for group in match.groups() if group).upper()


def _parameter(match: re.Match[str]) -> str:
    return f"MV_{match[1].upper()}"


def _field(match: re.Match[str]) -> str:
    return f"{match[1]}_{match[2]}".upper()


def _issue(match: re.Match[str]) -> str:
    return f"{match[1]}-{match[2]}".upper()


def _note(match: re.Match[str]) -> str:
    return f"{match[1]}.{match[2]}"


def _event(match: re.Match[str]) -> str:
    return f"{match[1]}-{match[2]}".upper()


def _version(match: re.Match[str]) -> str:
    return version(match[1] or match[2])


def version(number: str) -> str:
    """The canonical spelling of a Protheus release by its last part: "033" and "33" are 12.1.33."""
    return f"12.1.{int(number)}"


def _pattern(
    kind: str,
    written: str,
    typed: str,
    canonical: Callable[[re.Match[str]], str] = _joined,
    needs: tuple[str, ...] = ("",),
) -> Pattern:
    return Pattern(kind, needs, re.compile(written, re.ASCII), re.compile(typed, re.ASCII), canonical)


PATTERNS = (
    # An issue key leads with D; older projects are named. No \b at the end: titles continue with "_DT_".
    _pattern(
        "issue",
        r"(?<![A-Z0-9])(D[A-Z]{2,9}[A-Z0-9]{0,4}|PCREQ|MANFIN\d\d)-(\d{2,6})(?!\d)",
        r"(?<![a-z0-9])(d[a-z]{2,9}[a-z0-9]{0,4}|pcreq|manfin\d\d)-(\d{2,6})(?!\d)",
        _issue,
        needs=("-",),
    ),
    _pattern("version", VERSION.pattern, VERSION.pattern, _version, needs=("12", "elease", "rotheus", "ersão")),
    _pattern(
        "note",
        r"\b(?:NT|Nota T[ée]cnica)\s?(\d{4})[./](\d{3})\b",
        r"\b(?:nt|nota tecnica)\s?(\d{4})[./ ](\d{3})\b",
        _note,
        needs=("NT", "Nota"),
    ),
    _pattern(
        "rejection",
        r"(?i)(?:\brejei[çc](?:[ãa]o|[õo]es)|\brechazo|\bcstat\s*=?|\berro)\s*[:nº°#-]*\s*(\d{3,4})\b|\b(\d{3,4})\s*-\s*rejei[çc][ãa]o",
        r"(?:\brejei[cs](?:ao|oes)|\brechazo|\brej|\bcstat\s*=?|\berro)\s*[:no#-]*\s*(\d{3,4})\b|\b(\d{3,4})\s*-?\s*rejeicao",
        needs=("ejei", "EJEI", "echazo", "tat", "rro", "RRO"),
    ),
    _pattern("event", r"\b([SR])-?([1-9]\d{3})\b", r"\b([sr])[ -]?([1-9]\d{3})\b", _event),
    _pattern(
        "parameter",
        r"\bMV_(?!PAR\d)([A-Z0-9_]{1,10})\b",
        r"\bmv(?![_ ]?par\d)[_ ]?([a-z0-9_]{3,10})\b",
        _parameter,
        needs=("MV_",),
    ),
    _pattern(
        "field",
        r"\b(?!MV_)([A-Z][A-Z0-9]{1,2})_([A-Z0-9]{2,7})\b",
        r"\b(?!mv_|u_)([a-z][a-z0-9]{1,2})_([a-z0-9]{2,7})\b",
        _field,
        needs=("_",),
    ),
    _pattern(
        "routine",
        r"\b([A-Z]{4})(\d{3}[A-Z]{0,2}\d?)(?:\.PR[WX])?\b",
        r"\b([a-z]{4})[ -]?(\d{3}[a-z]{0,2}\d?)(?:\.pr[wx])?\b",
    ),
    _pattern("module", r"\b(SIGA[A-Z]{2,5})\b", r"\b(siga[a-z]{2,5})\b", needs=("SIGA",)),
    _pattern("entry_point", r"\b([A-Z]{1,6}\d{2,4}[A-Z]{2,6})\b", r"\b([a-z]{1,6}\d{2,4}[a-z]{2,6})\b"),
    _pattern("datasul", r"\b([A-Z]{2,3}\d{4}[A-Z]{0,2})\b", r"\b([a-z]{2,3})[ -]?(\d{4}[a-z]{0,2})\b"),
    _pattern("logix", r"\b([A-Z]{3}\d{5})\b", r"\b([a-z]{3})[ -]?(\d{5})\b"),
    _pattern("build", r"\b(\d{1,2}\.\d{1,2}\.\d{1,2}\.\d{1,3})\b", r"\b(\d{1,2}\.\d{1,2}\.\d{1,2}\.\d{1,3})\b"),
    _pattern("ticket", r"^(\d{7,8})(?=\s+D[A-Z])", r"\b(?:ticket|chamado)\s*[#:]?\s*(\d{6,8})\b|^(\d{7,8})$"),
)
"""In order of precedence: characters that one pattern took are not looked at by the next."""

KINDS = (*(pattern.kind for pattern in PATTERNS), "package")
BARE_RELEASE = re.compile(r"\b(2[2-9](?:0[1-9]|1[0-2]))\b")
"""YYMM alone, as in "protheus 2310": a release of the last part's scheme since 12.1.2210."""

NOT_ROUTINES = frozenset({"HTTP", "ERRO", "NOTA", "PORT", "WIND", "ISO8", "CSTE", "CFOP"})
PROGRAMS = frozenset({"routine", "datasul", "logix"})
"""The kinds that are typed as letters, a blank and digits, as a word and a number are too."""
YEAR = re.compile(r"(?:19|20)\d\d")


def in_text(text: str) -> Iterator[Found]:
    """The identifiers of a document's text. A code may be found many times; overlapping spans never are."""
    if CODE_SIGN.search(text):
        present = [pattern for pattern in PATTERNS if any(each in text for each in pattern.needs)]
        yield from _scan(text, [(pattern, pattern.written) for pattern in present])


def typed(text: str) -> list[Found]:
    """The identifiers that a person typed, in reading order. Accents and case are ignored."""
    folded = fold(text)
    if len(folded) != len(text):
        folded = "".join(fold(character)[:1] or " " for character in text)
    found = list(_scan(folded, [(pattern, pattern.typed) for pattern in PATTERNS]))
    found += [each for each in _bare_releases(folded) if not any(_overlap(each, other) for other in found)]
    return sorted(found, key=lambda each: each.start)


def _bare_releases(folded: str) -> list[Found]:
    matches = BARE_RELEASE.finditer(folded)
    return [Found(Identifier("version", version(match[1])), *match.span()) for match in matches]


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def in_word(word: str) -> list[Identifier]:
    """The codes that one word spells: what stands between two blanks, with its punctuation."""
    if not CODE_SIGN.search(word) or not (CAPITAL.search(word) or DOTTED.search(word) or is_hint(word)):
        return []
    return [found.identifier for found in in_text(word)]


def around(words: Sequence[str], place: int) -> Iterator[Identifier]:
    """The codes that several words spell, as "Rejeição 528" or "release 2310", of which words[place] `is_hint`."""
    near = " ".join(words[max(0, place - BEFORE) : place + 1 + AFTER])
    if DIGIT.search(near):
        for kind, pattern in SPELLED.items():
            for match in pattern.written.finditer(near):
                yield Identifier(kind, pattern.canonical(match))


def is_hint(word: str) -> bool:
    """Whether a word, with its punctuation, may belong to a code of several words.

    Only around such words are the patterns looked for, which is ten times as fast as looking everywhere.
    """
    return HINT.search(word.lower()) is not None


def stated(document: Document) -> set[Identifier]:
    """The identifiers that a document's title or its source names."""
    found = set(document.identifiers)
    found.update(Identifier("version", value) for value in document.versions)
    found.update(each.identifier for each in in_text(document.title))
    return found


def of_texts(texts: Iterable[str]) -> set[Identifier]:
    """All identifiers of some texts."""
    found: set[Identifier] = set()
    for text in texts:
        words = text.split()
        for place, word in enumerate(words):
            if is_hint(word):
                found.update(around(words, place))
        for word in set(words):
            found.update(in_word(word))
    return found


DIGIT = re.compile(r"\d")
CODE_SIGN = re.compile(r"[\d_]|SIGA")
"""Every code of one word holds one of these, and a capital, or it is a version or a build, or it holds a hint."""
CAPITAL = re.compile(r"[A-Z]")
DOTTED = re.compile(r"\d[._]\d{1,2}[._]\d")
SPELLED = {pattern.kind: pattern for pattern in PATTERNS if pattern.kind in ("version", "note", "rejection")}
HINT = re.compile(r"(?:release|protheus|p12|vers[ãa]o|\bnt|cnica)$|rejei|rechazo|cstat|erro")
"""What stands before or after the number of a code of several words."""
BEFORE, AFTER = 3, 4
"""Words before and after a hint among which the rest of the code stands."""


def versions_in(text: str) -> tuple[str, ...]:
    """The product versions that a text names, in canonical spelling and reading order, without repetition."""
    if not DIGIT.search(text):
        return ()
    return tuple(dict.fromkeys(_version(match) for match in VERSION.finditer(fold(text))))


def term(identifier: Identifier) -> str:
    """The index term of an identifier. The colon keeps it apart from words, which hold none."""
    return f"{identifier.kind}:{identifier.value.lower()}"


def _is_prose(match: re.Match[str]) -> bool:
    """Whether a word and a number only look like a program: "http 404", "dirf 2024", "mais 100"."""
    word, blank, number = match[0].partition(" ")
    if match[1].upper() in NOT_ROUTINES:
        return True
    return bool(blank) and (is_stop_word(word) or YEAR.fullmatch(number) is not None)


def _scan(text: str, patterns: Iterable[tuple[Pattern, re.Pattern[str]]]) -> Iterator[Found]:
    taken: set[int] = set()
    for pattern, expression in patterns:
        for match in expression.finditer(text):
            start, end = match.span()
            if start in taken or end - 1 in taken or (pattern.kind in PROGRAMS and _is_prose(match)):
                continue
            taken.update(range(start, end))
            yield Found(Identifier(pattern.kind, pattern.canonical(match)), start, end)
