"""What tells that documents are about one subject where they share no code: titles of copies, and nearly equal texts.

"10848508 DRHGCH-23726 DT DIRF" ──▶ "dirf"         "Cópia de Guia de Rateio" ──▶ "guia de rateio"
"""

from __future__ import annotations

import re

from search.analysis.analyzer import fold
from search.model import Document

LEADING = re.compile(
    r"(?:\d{6,8}|[a-z][a-z0-9]{1,9}-\d{2,6}|dt|documento tecnico|copia de|copy of)(?=[\s:–—-])[\s:–—-]+"
)
"""What a technical document's title, folded, says before what it is about; and how Confluence calls a copy."""

ALIKE = 0.85
"""Share of the words of two texts, those of both counted, that are the same in the same order. A page that was copied
and given a technical document's table has so many; those of two corrections, filled into one template, have not."""
COMPARED = 3_000
"""Words of a text that are compared."""


def bare_title(title: str) -> str:
    """What a title says behind tickets, issues and "DT", folded, where these lead it or "_" parts it; else ""."""
    whole = fold(title)
    bare = whole.replace("_", " ") if "_dt_" in whole else whole
    while match := LEADING.match(bare):
        bare = bare[match.end() :]
    return " ".join(bare.split()) if bare != whole else ""


RULES = 1
"""Which rules `alike` goes by: counted up when it says something else of any documents, for what it said is kept."""


def alike(one: Document, other: Document) -> bool:
    """Whether two documents of one title are copies: the same text, or nearly so and of the same product."""
    if one.body == other.body:
        return True
    if one.lang != other.lang or any(map(_differ, _facts(one), _facts(other))):
        return False
    texts = one.body.split()[:COMPARED], other.body.split()[:COMPARED]
    from rapidfuzz.distance import Indel  # noqa: PLC0415  documents are compared where they are indexed only

    return Indel.normalized_similarity(*texts, score_cutoff=ALIKE) >= ALIKE


def _facts(document: Document) -> tuple[object, ...]:
    return document.line, document.product, document.module, document.versions


def _differ(one: object, other: object) -> bool:
    """Whether two facts contradict one another; an empty one says nothing."""
    return bool(one and other and one != other)
