"""Versions of products as ordered values.

    12.1.033 = 12.1.33 = P12.1.33 = "release 33"      2310 = 12.1.2310      12.1.27 < 12.1.33 < 12.1.2210 < 12.1.2310

Numbers are compared one by one. A shorter version stands for all that begin with it: 12.1 is every release of it.
"""

from __future__ import annotations

import re

from search.analysis.analyzer import fold
from search.identifiers.recognizer import versions_in
from search.model import Document, Span

SPELLED = re.compile(r"(?:release|versao|version|protheus|p|r|v)?[ .]?(\d{1,6}(?:[._]\d{1,6}){0,3})", re.ASCII)
YEAR_MONTH = re.compile(r"2[2-9](?:0[1-9]|1[0-2])")
"""The last number of a release since 12.1.2210: the year and the month that it is named after."""
OLD_RELEASES = range(13, 100)
"""Alone, a smaller number is a product itself: Protheus 10, 11 and 12."""
PROTHEUS = (12, 1)
"""How the releases begin that people call by their last number."""

SINCE = re.compile(
    r"\b(?:a partir d[aeo]s?|apartir d[aeo]s?|desde|from|starting (?:with|at|in))\s+(?:l?[ao]s? |the )?"
    r"(?:versao|version|versoes|release|protheus)\s+(?:12 )?([pv]?\d{1,4}(?:[._]\d{1,4}){0,2})\b",
    re.ASCII,
)
"""Where a text says, folded, since when something is so."""
LOOKED_AT = 4_000
"""Characters of a body in which that is looked for: it stands in the introduction."""


def canonical(text: str) -> str | None:
    """The one spelling of a version however it is typed; None for what is none."""
    match = SPELLED.fullmatch(fold(text).strip())
    if match is None:
        return None
    numbers = [str(int(number)) for number in re.split(r"[._]", match[1])]
    if len(numbers) == 1 and (YEAR_MONTH.fullmatch(numbers[0]) or int(numbers[0]) in OLD_RELEASES):
        numbers = [*map(str, PROTHEUS), *numbers]
    return ".".join(numbers)


def order(version: str) -> tuple[int, ...]:
    """The numbers of a version, by which versions are compared."""
    return tuple(int(number[:9]) for number in re.findall(r"\d+", version, re.ASCII))


def within(span: Span, version: str) -> bool:
    """Whether a version, or a year, lies within; what has no number lies nowhere."""
    numbers = order(version)
    if not numbers:
        return False
    low, high = order(span.low), order(span.high)
    from_low, to_high = numbers[: len(low)], numbers[: len(high)]
    if not (from_low > low if span.above else from_low >= low):
        return False
    return not high or (to_high < high if span.below else to_high <= high)


def applies_from(document: Document) -> str:
    """The first release for which a document says that it holds, "" where it says none.

    What its text says counts before the releases that it is filed under. A package is for its releases only.
    """
    if document.kind == "package":
        return ""
    text = fold(f"{document.title}\n{document.excerpt(0, LOOKED_AT)}")
    if (match := SINCE.search(text)) and (version := canonical(match[1])) and is_release(version):
        return version
    named = {*document.versions, *versions_in(document.title)}
    return min(filter(is_release, named), key=order, default="")


def is_release(version: str) -> bool:
    """Whether it is one release of Protheus 12, which can be told before or after another."""
    numbers = order(version)
    return numbers[:2] == PROTHEUS and len(numbers) == 3
