"""What the releases that a reader runs say of a document: it applies to one of them, or it ended before all.

    a page about 12.1.2210      12.1.2310 is run   ──▶  applies: a page holds from the first release on that it names
    a package for 12.1.2210     12.1.2310 is run   ──▶  ended: a package is for the releases that it names
    names none, or none is run                     ──▶  neither

Nothing is hidden: what applies counts more, what ended less.
"""

from __future__ import annotations

from collections.abc import Iterable

from search import ranking
from search.identifiers.versions import is_release, order


def factor(kind: str, named: Iterable[str], run: Iterable[str]) -> float:
    """What the score of a document of that kind, which names these versions, is multiplied by."""
    releases, reader = _orders(named), _orders(run)
    if not releases or not reader:
        return 1.0
    first, last = min(releases), max(releases)
    if any(release in releases or (kind != "package" and first <= release) for release in reader):
        return ranking.RELEASE_APPLIES
    if kind == "package" and last < min(reader):
        return ranking.RELEASE_ENDED
    return 1.0


def _orders(versions: Iterable[str]) -> list[tuple[int, ...]]:
    """The releases among some versions, as they are compared."""
    return [order(version) for version in versions if is_release(version)]
