"""What `name:value` asks for: the names of fields in three languages, and the values that people type.

produto:protheus   any value of the filter that has the word        versao:12.1.33..12.1.2310   a range
tipo:video         a known value by its name                        data:>=2024-01-01           a moment
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from search.analysis.analyzer import WORD, Analyzer, fold
from search.facets import BY_NAME, FACETS, TYPED
from search.identifiers import versions
from search.model import Narrowing, Occur, Span

NAMES = {call: row.name for row in FACETS for calls in row.called.values() for call in calls} | {
    call: name for name, calls in TYPED.items() for call in calls
}
"""How people call a field → what it is: a facet, the title, or the date of the last change."""

CALLED = {
    row.name: {call: value for value, calls in row.known.items() for call in calls.split()}
    for row in FACETS
    if row.known
}
"""Facet whose values are known → how people call a value, folded → the value."""

COMPARED = re.compile(r"(>=|<=|>|<|=)([^<>=]{1,40})")
DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
LOCAL_DAY = re.compile(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)(\d{4})", re.ASCII)


def narrowing(name: str, value: str, text: str, *, excluded: bool = False) -> Narrowing | None:
    """What a filter's name and a typed value ask for; None where the value cannot be one of that filter."""
    occur: Occur = "not" if excluded else "must"
    if bound := BY_NAME[name].span:
        span = _span(value, bound)
        return Narrowing(name=name, text=text, occur=occur, spans=(span,)) if span else None
    if name in CALLED:
        facet_value = CALLED[name].get(fold(value))
        return Narrowing(name=name, text=text, occur=occur, values=(facet_value,)) if facet_value else None
    return Narrowing(name=name, text=text, occur=occur, words=(value,)) if WORD.search(value) else None


def called(
    narrowings: Iterable[Narrowing], name: str, calls: Mapping[str, Iterable[str]], analyzer: Analyzer
) -> tuple[Narrowing, ...]:
    """The narrowings by a filter with the values that are called what was typed; `calls` says how a value is called."""

    def named(narrowing: Narrowing) -> Iterator[str]:
        for value, names in calls.items():
            if any(_says(words, call, analyzer) for words in narrowing.words for call in names):
                yield value

    return tuple(
        replace(narrowing, values=(*narrowing.values, *named(narrowing))) if narrowing.name == name else narrowing
        for narrowing in narrowings
    )


def merged(narrowings: Iterable[Narrowing]) -> tuple[Narrowing, ...]:
    """Single values of one filter are alternatives; ranges, and what is excluded, hold each by itself."""
    rows: list[Narrowing] = []
    single: dict[str, int] = {}
    for row in narrowings:
        alone = row.occur == "not" or any(span.low != span.high for span in row.spans)
        if not alone and row.name in single:
            before = rows[single[row.name]]
            rows[single[row.name]] = replace(
                before,
                text=f"{before.text} {row.text}",
                values=before.values + row.values,
                words=before.words + row.words,
                spans=before.spans + row.spans,
            )
            continue
        if not alone:
            single[row.name] = len(rows)
        rows.append(row)
    return tuple(rows)


def holds(narrowing: Narrowing, value: str, analyzer: Analyzer) -> bool:
    """Whether one value of the filter is what was typed."""
    return (
        value in narrowing.values
        or any(_says(words, value, analyzer) for words in narrowing.words)
        or any(versions.within(span, value) for span in narrowing.spans)
    )


def between(value: str) -> tuple[datetime | None, datetime | None] | None:
    """The first moment of a typed day, month, year or range of them, and the first after it; None for what is none."""
    if (bounds := _bounds(value)) is None:
        return None
    low, high, above, below = bounds
    first, last = _days(low), _days(high)
    if (low and first is None) or (high and last is None):
        return None
    after = first[above] if first else None
    return after, last[not below] if last else None


def _says(typed: str, value: str, analyzer: Analyzer) -> bool:
    """Whether a value has all the words: "protheus" is in "TOTVS Backoffice (Linha Protheus)", "fisc" in "Fiscal"."""
    parts = WORD.findall(value)
    terms = {term for word in parts for term in analyzer.stems(word)}
    return all(
        any(fold(part).startswith(fold(word)) for part in parts) or not terms.isdisjoint(analyzer.stems(word))
        for word in WORD.findall(typed)
    )


def _bounds(value: str) -> tuple[str, str, bool, bool] | None:
    """(low, high, whether low itself is left out, whether high is) of `x`, `>=x`, `<x`, `x..y`, `x..`, `..y`."""
    if match := COMPARED.fullmatch(value):
        sign, bound = match.groups()
        low, high = bound if sign[0] in ">=" else "", bound if sign[0] in "<=" else ""
        return low, high, sign == ">", sign == "<"
    low, dots, high = value.partition("..")
    if not dots:
        return value, value, False, False
    return (low, high, False, False) if low or high else None


def _span(value: str, read: Callable[[str], str | None]) -> Span | None:
    if (bounds := _bounds(value)) is None:
        return None
    low, high = (read(bound) if bound else "" for bound in bounds[:2])
    return None if low is None or high is None else Span(low=low, high=high, above=bounds[2], below=bounds[3])


def _days(text: str) -> tuple[datetime, datetime] | None:
    """When a day, a month or a year begins, and when the next does, in UTC."""
    if match := DAY.fullmatch(text):
        year, month, day = match.groups()
    elif match := LOCAL_DAY.fullmatch(text):
        day, month, year = match.groups()
    else:
        return None
    try:
        first = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
        if day:
            return first, first + timedelta(days=1)
        if month:
            return first, (first + timedelta(days=31)).replace(day=1)
        return first, first.replace(year=first.year + 1)
    except (ValueError, OverflowError):
        return None
