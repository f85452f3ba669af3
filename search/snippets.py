"""The passage to show under a title, and the ranges of characters in it that match.

A passage is the window of the body that holds the most different matched words, cut at the ends of sentences or words.
"""

from __future__ import annotations

import re
from collections import Counter

from search.analysis import INNER, WORD, stem, whole
from search.model import Range, Snippet

LENGTH = 260
"""Characters of a passage: three lines at reading width."""
LEAD = 60
"""Characters that a passage may begin before its first match, to take a sentence from its start."""
SCANNED = 40_000
"""Characters of a body that are searched for the passage: 99 of 100 pages are shorter; reading so many takes 2 ms."""
SENTENCE_END = re.compile(r"[.!?…:]\s|\n")


def matches(text: str, lang: str, terms: frozenset[str]) -> list[tuple[int, int, str]]:
    """Where words of `text` have one of `terms`: (start, end, term) in reading order, never overlapping."""
    found: list[tuple[int, int, str]] = []
    known: dict[str, tuple[tuple[int, int, str], ...]] = {}
    for match in WORD.finditer(text):
        word = match[0]
        spans = known.get(word)
        if spans is None:
            spans = known[word] = _spans(word, lang, terms)
        if spans:
            offset = match.start()
            found += [(offset + start, offset + end, term) for start, end, term in spans]
    return found


def _spans(word: str, lang: str, terms: frozenset[str]) -> tuple[tuple[int, int, str], ...]:
    """Where one word matches: as a whole, or in parts."""
    compound = INNER.search(word) is not None
    term = whole(word) if compound else stem(word, lang)
    if term in terms:
        return ((0, len(word), term),)
    return tuple(_part_matches(word, 0, lang, terms)) if compound else ()


def ranges(text: str, lang: str, terms: frozenset[str]) -> tuple[Range, ...]:
    """The matching ranges of a short text such as a title."""
    return tuple((start, end) for start, end, _ in matches(text, lang, terms))


def passage(body: str, lang: str, terms: frozenset[str], length: int = LENGTH) -> Snippet:
    """The best window of `body`, at most `length` characters and an ellipsis at each cut end."""
    scanned = body[:SCANNED]
    found = matches(scanned, lang, terms) if terms else []
    if not found:
        return _cut(body, 0, length, ())
    first = _best_window(found, length - LEAD)
    start = _sentence_start(body, found[first][0])
    spans = tuple((begin, end) for begin, end, _ in found[first:] if end <= start + length)
    return _cut(body, start, length, spans)


def _part_matches(word: str, offset: int, lang: str, terms: frozenset[str]) -> list[tuple[int, int, str]]:
    found = []
    for part in INNER.split(word):
        term = stem(part, lang) if part else ""
        if term in terms:
            found.append((offset, offset + len(part), term))
        offset += len(part) + 1
    return found


def _best_window(found: list[tuple[int, int, str]], width: int) -> int:
    """The index of the first match of the window with the most different terms, then the most matches."""
    best, best_value, counts, first = 0, (0, 0), Counter[str](), 0
    for last, (_, end, term) in enumerate(found):
        counts[term] += 1
        while end - found[first][0] > width and first < last:
            counts[found[first][2]] -= 1
            counts += Counter()
            first += 1
        value = (len(counts), min(last - first + 1, 6))
        if value > best_value:
            best, best_value = first, value
    return best


def _sentence_start(body: str, match_start: int) -> int:
    """The start of the sentence that holds the match, or of a word near it where the sentence began far before."""
    floor = max(0, match_start - LEAD)
    ends = [end.end() for end in SENTENCE_END.finditer(body, floor, match_start)]
    if ends:
        return ends[-1]
    if floor == 0:
        return 0
    blank = body.find(" ", floor, match_start)
    return blank + 1 if blank >= 0 else match_start


def _cut(body: str, start: int, length: int, spans: tuple[Range, ...]) -> Snippet:
    end = min(len(body), start + length)
    if end < len(body):
        blank = max(body.rfind(" ", start + length // 2, end), body.rfind("\n", start + length // 2, end))
        end = blank if blank > 0 else end
    head, tail = "… " if start > 0 and body[start - 1] != "\n" else "", " …" if end < len(body) else ""
    text = head + body[start:end].replace("\n", " ") + tail
    shift = len(head) - start
    return Snippet(text=text, ranges=tuple((a + shift, b + shift) for a, b in spans if start <= a and b <= end))
