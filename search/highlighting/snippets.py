"""The passage to show under a title, and the ranges of characters in it that match.

An index knows at which word of a body the best passage begins; the passage is cut around it at the ends of sentences,
and only what is shown is read for words to mark. What that costs does not depend on how long the body is.

                 place 1 304               landmarks: how many words begin before every 1024th character
    body ─────────────┼───────────▶   1 304 = 1 290 + 14: 14 words after the ninth, before which 1 290 begin
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

from search.analysis.analyzer import INNER, WORD, Analyzer, fold, whole
from search.analysis.graphemes import REACH, boundary
from search.model import Clause, Document, Query, Range, Snippet

LENGTH = 260
"""Characters of a passage: three lines at reading width."""
WINDOW = 28
"""Words among which a passage shows as much as can be of what was asked: they take about 180 characters."""
LEAD = 80
"""Characters that a passage may begin before its first match, to take a sentence from its start."""
QUESTION = 110
"""Characters of an article's question: the rest is for its answer."""
ANSWERS = 2 / 3
"""Share of the words of its best passage that an article's question and answer hold where they are shown instead."""
SPAN = 1024
"""Characters from one landmark to the next."""
STEP = 2**16
"""Characters in which a line is looked for at a time."""

LATIN = re.compile("[\0-\u02ff]*")
"""Characters of which no two are one to a reader, but the end of a line: those that join others come after them."""
PART = re.compile(r"[^\W_]+")
"""What takes one position of an index: a word, or each part of a compound one."""
SENTENCE_END = re.compile(r"[.!?…:]\s|\n")
TIME = r"\b(?:\d{1,2}:)?\d{1,2}:\d{2}\b[^\w\n]*"
CHAPTER_TIME = re.compile(rf"(?:^|\n)[^\w\n]*{TIME}|[^\w\n]*{TIME}(?=\n|$)")
"""Where a chapter of a video begins, at either end of its line."""


Match = tuple[int, int, str]
"""Where a word stands that is wanted, and its term: (start, end, term)."""


class Spans(dict[str, tuple[Match, ...]]):
    """Word → where in it wanted terms stand, worked out when a word is first met."""

    def __init__(self, lang: str, wanted: Wanted) -> None:
        super().__init__()
        self._stem, self._lang = wanted.analyzer.stem, lang
        self._terms, self._prefixes = wanted.terms, wanted.prefixes

    def __missing__(self, word: str) -> tuple[Match, ...]:
        """As a whole, or in parts."""
        compound = not word.isalnum()
        term = whole(word) if compound and INNER.search(word) else self._stem(word, self._lang)
        if term in self._terms or term.startswith(self._prefixes):
            matches: tuple[Match, ...] = ((0, len(word), term),)
        else:
            matches = tuple(self._parts(word)) if compound else ()
        self[word] = matches
        return matches

    def _parts(self, word: str) -> Iterator[Match]:
        start = 0
        for part in INNER.split(word):
            term = self._stem(part, self._lang)
            if part and (term in self._terms or term.startswith(self._prefixes)):
                yield start, start + len(part), term
            start += len(part) + 1


class Wanted:
    """The terms to mark, and how further ones begin; made for one search, whose texts share most of their words."""

    def __init__(self, analyzer: Analyzer, terms: Iterable[str] = (), prefixes: Iterable[str] = ()) -> None:
        self.analyzer = analyzer
        self.terms, self.prefixes = frozenset(terms), tuple(prefixes)
        self._spans: dict[str, Spans] = {}

    def __contains__(self, term: str) -> bool:
        return term in self.terms or term.startswith(self.prefixes)

    def matches(self, text: str, lang: str) -> list[Match]:
        """Where words of a text have a wanted term, in reading order, never overlapping."""
        spans = self._spans.get(lang)
        if spans is None:
            spans = self._spans[lang] = Spans(lang, self)
        words = WORD.finditer(text) if self.terms or self.prefixes else ()
        matched = [(word.start(), matches) for word in words if (matches := spans[word[0]])]
        return [(at + start, at + end, term) for at, matches in matched for start, end, term in matches]

    def ranges(self, text: str, lang: str) -> tuple[Range, ...]:
        """The matching ranges of a short text such as a title."""
        return _ranges(self.matches(text, lang))


def sought(query: Query, analyzer: Analyzer) -> tuple[Clause, ...]:
    """What a passage should show: each word and prefix that was typed to be found, as texts spell it.

    Of a phrase that stands for other words, those that say little are not shown: nobody typed them.
    """
    spellings: dict[tuple[str, tuple[str, ...]], None] = {}
    for outer in (clause for clause in query.clauses if clause.occur != "not"):
        for clause in outer.either or (outer,):
            kind = "prefix" if clause.kind == "prefix" else "word"
            for terms in clause.terms:
                if not (outer.either and clause.kind == "phrase" and all(map(analyzer.is_stop_word, terms))):
                    spellings[kind, tuple(term for term in terms if ":" not in term)] = None
            if clause.kind == "code":
                spellings |= {("word", analyzer.stems(word)): None for word in WORD.findall(clause.text)}
    return tuple(
        Clause(kind="prefix" if kind == "prefix" else "word", occur="should", text="", terms=(terms,))
        for kind, terms in spellings
        if terms
    )


def highlighted(query: Query, analyzer: Analyzer) -> Wanted:
    """The terms to mark in a title or a passage: every form of every typed word that is asked for."""
    clauses = sought(query, analyzer)
    return Wanted(
        analyzer,
        (term for clause in clauses for term in clause.terms[0]),
        (clause.terms[0][0] for clause in clauses if clause.kind == "prefix"),
    )


def passage(
    document: Document, wanted: Wanted, place: int = -1, landmarks: Sequence[int] = (), length: int = LENGTH
) -> Snippet:
    """At most `length` characters of a body and an ellipsis at each cut end.

    They begin with the sentence that holds the word at `place`, or with the body where that is -1. Of an article they
    are its question and the first lines of its answer, where these say nearly as much about what was asked.
    """
    excerpt = _around(document, wanted, place, landmarks, length)
    if document.kind == "article" and (answer := _answer(document, wanted.analyzer, length)):
        marks = wanted.matches(answer, document.lang)
        if _distinct(marks) >= _distinct(excerpt[1]) * ANSWERS:
            excerpt = answer, marks
    text, marks = excerpt
    return Snippet(text=text, ranges=_ranges(marks))


def offset(body: str, place: int, landmarks: Sequence[int], first: int = 0) -> int:
    """The character at which a word begins; the body's end where it has no such word.

    Of the body, the part from character `first` on is given, which is before the last landmark that the word is after.
    """
    passed = bisect_right(landmarks, place)
    start, before = passed * SPAN - first, landmarks[passed - 1] if passed else 0
    if passed and PART.match(body[start - 1]) and (rest := PART.match(body, start)):
        start = rest.end()  # the word began before
    part = next(islice(PART.finditer(body, start), place - before, None), None)
    return part.start() if part else len(body)


def _ranges(marks: Iterable[Match]) -> tuple[Range, ...]:
    return tuple((start, end) for start, end, _ in marks)


def _distinct(marks: Iterable[Match]) -> int:
    return len({term for _, _, term in marks})


# -- where it is cut ---------------------------------------------------------------------------------------------------


def _around(
    document: Document, wanted: Wanted, place: int, landmarks: Sequence[int], length: int
) -> tuple[str, list[Match]]:
    """The passage at a place, and what it marks; it ends with a sentence where that costs no mark and little text."""
    body, at = _near(document, place, landmarks, length)
    start = _start(body, at if at < len(body) else 0, len(body) - length)
    end = _end(body, start, length)
    head = "… " if start > 0 and body[start - 1] != "\n" else ""
    piece = body[start:end]
    text = head + (_without_times(piece) if document.kind == "video" else piece)
    marks = wanted.matches(text, document.lang)
    if end < len(body):
        least = max(marks[-1][1] if marks else 0, length * 2 // 3)
        ends = [match.end() - 1 for match in SENTENCE_END.finditer(text, least)]
        text = f"{text[: ends[-1]] if ends else text.rstrip()} …"
    return text.replace("\n", " "), marks


def _near(document: Document, place: int, landmarks: Sequence[int], length: int) -> tuple[str, int]:
    """What of a body may have a say in the passage at a place, and the character in that at which its word begins."""
    if place >= 0 and not landmarks:
        return document.body, offset(document.body, place, landmarks)
    start = bisect_right(landmarks, place) * SPAN if place >= 0 else 0
    beside = length + LEAD + 2 * REACH + 1
    first = max(start - beside, 0)
    near = document.excerpt(first, start + SPAN + beside)
    at = offset(near, place, landmarks, first) if place >= 0 else 0
    if at < len(near) or not first:
        return near, at
    return document.excerpt(0, beside), 0  # it has no such word


def _start(body: str, at: int, last: int) -> int:
    """The start of the sentence that holds a character, or of a word near it where the sentence began far before.

    A passage that began after `last` would be short: it begins some sentences before.
    """
    if last <= 0:
        return 0
    floor = max(0, min(at - LEAD, last))
    starts = [0] * (floor == 0) + [end.end() for end in SENTENCE_END.finditer(body, floor, at)]
    if starts:
        return _cut(body, starts[0 if floor == last else -1])
    blank = body.find(" ", floor, at)
    return _cut(body, blank + 1 if blank >= 0 else at)


def _end(text: str, start: int, length: int) -> int:
    """Where at most `length` characters from `start` on end: after a word, or inside of one that is very long."""
    end, half = start + length, start + length // 2
    if end >= len(text):
        return len(text)
    if not text[end].isspace():
        blank = max(text.rfind(blank, half, end) for blank in " \n\t")
        inside = (at for at in range(end, half, -1) if not text[at - 1 : at + 1].isalnum())
        end = blank if blank >= 0 else next(inside, end)
    return max(_cut(text, end), start + 1)


def _cut(text: str, at: int) -> int:
    """The last place up to `at` that is inside of no character; between two of LATIN's nothing need be looked at."""
    around = text[max(at - 1, 0) : at + 1]
    return at if LATIN.fullmatch(around) and around != "\r\n" else boundary(text, at)


def _without_times(piece: str) -> str:
    """A piece of a video's description without the times of its chapters."""
    return CHAPTER_TIME.sub(lambda time: " · " if time[0].startswith("\n") else "", piece)


# -- articles ----------------------------------------------------------------------------------------------------------


def _answer(document: Document, analyzer: Analyzer, length: int) -> str:
    """An article's question, unless its title asks it, and the first lines of its answer; "" where it has none."""
    solution = _section(document, analyzer.answers)
    question = _section(document, analyzer.questions) if solution else ""
    if not question or fold(question).strip(" ?!.…") in fold(document.title):
        return _shortened(solution, length)
    question = _shortened(question, QUESTION).removesuffix(" …")
    return f"{question} … {_shortened(solution, length - len(question))}"


def _section(document: Document, names: frozenset[str]) -> str:
    """The beginning of the section under the first heading of those names, which is a line of its own."""
    heading = next((line for line in document.headings if fold(line).strip(" :") in names), "")
    at = _line(document, heading) if heading else -1
    if at < 0:
        return ""
    start = at + len(heading) + 1
    lines = document.excerpt(start, start + 2 * LENGTH).split("\n")
    headings = set(document.headings)
    return " ".join(takewhile(lambda line: line not in headings, lines)).strip()


def _line(document: Document, line: str) -> int:
    """Where a line of a body begins, -1 without one; the body is read as far as that."""
    first, size = 0, STEP + len(line) + 1  # of a line that begins in a step, and the break after it
    while True:
        part = document.excerpt(max(first - 1, 0), first + size)
        ends = len(part) < size + (first > 0)
        text = ("" if first else "\n") + part + ("\n" if ends else "")
        if (place := text.find(f"\n{line}\n")) >= 0:
            return first + place
        if ends:
            return -1
        first += STEP


def _shortened(text: str, length: int) -> str:
    end = _end(text, 0, length)
    return f"{text[:end].rstrip()} …" if end < len(text) else text
