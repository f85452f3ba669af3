"""The name that was meant where one is wrong."""

from __future__ import annotations

from collections.abc import Iterable

ALIKE = 60.0
"""The least share, in percent, of a name that has to be right: beyond that any name is as near as any other."""


def nearest(name: str, names: Iterable[str]) -> str:
    """The known name that is most like a wrong one, or ""."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415  only where something is wrong

    near = process.extractOne(name, list(names), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return str(near[0]) if near else ""
