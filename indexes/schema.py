"""What a Whoosh document holds: terms to score, columns to count and filter by, and what a result shows.

terms    title headings labels body (with positions) · title_codes codes (identifiers)      weights: search/ranking.py
columns  one for each facet · audience · updated · popularity · title · url
stored   the document itself: its fields as JSON, its body apart, so that a title costs no decompression
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import columns, fields, formats

from search import analysis, identifiers
from search.model import FILTERS, Document

SEPARATOR = "\x1f"
"""Between the values of a column that holds several; control characters never reach a document."""

TEXT_FIELDS = ("title", "headings", "labels", "body")
CODE_FIELDS = ("title_codes", "codes")
BODY_LEVEL = 3
"""zlib's: level 6 takes twice the time for a twentieth less."""

GAP = 10
"""Positions between two headings or labels, so that no phrase spans them."""


class Terms(fields.FieldType):  # type: ignore[misc]
    """A field whose value is a sequence of (term, position): analysis has happened before, in `search.analysis`."""

    indexed = True
    scorable = True
    stored = False
    unique = False
    multitoken_query = "default"

    def __init__(self, *, positions: bool) -> None:
        self.format = formats.Positions() if positions else formats.Existence()
        self.analyzer = None

    def index(self, value: Iterable[tuple[str, int]], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, posting value) for each distinct term."""
        places: dict[str, list[int]] = {}
        for term, position in value:
            places.setdefault(term, []).append(position)
        for term, where in places.items():
            count = len(where)
            yield term.encode(), count, float(count), self.format.encode(where)


def schema() -> fields.Schema:
    text = {name: Terms(positions=True) for name in TEXT_FIELDS}
    codes = {name: Terms(positions=False) for name in CODE_FIELDS}
    values = {
        f"c_{name}": fields.COLUMN(columns.VarBytesColumn()) for name in (*FILTERS, "audience", "title", "url", "id")
    }
    numbers = {
        "c_updated": fields.COLUMN(columns.NumericColumn("q", default=0)),
        "c_popularity": fields.COLUMN(columns.NumericColumn("d", default=0.0)),
    }
    return fields.Schema(
        id=fields.ID(unique=True), doc=fields.STORED(), text=fields.STORED(), **text, **codes, **values, **numbers
    )


def whoosh_fields(document: Document) -> dict[str, Any]:
    """The arguments of a Whoosh writer's `add_document`."""
    stated, everywhere = identifiers.of_document(document)
    facets = {f"c_{name}": _packed(values) for name, values in facet_values(document).items()}
    return {
        "id": document.id,
        "title": terms((document.title,), document.lang),
        "headings": terms(document.headings, document.lang),
        "labels": terms((*document.labels, *document.breadcrumb, document.product, document.module), document.lang),
        "body": terms((document.body,), document.lang),
        "title_codes": [(identifiers.term(each), 0) for each in sorted(stated)],
        "codes": [(identifiers.term(each), 0) for each in sorted(everywhere)],
        "c_audience": _packed(document.audience),
        "c_title": document.title.encode(),
        "c_url": document.url.encode(),
        "c_id": document.id.encode(),
        "c_updated": int(document.updated.timestamp()),
        "c_popularity": document.popularity,
        "doc": json.dumps(document.dump(), ensure_ascii=False),
        "text": zlib.compress(document.body.encode(), 6),
        **facets,
    }


def texts(document: Document) -> dict[str, tuple[str, ...]]:
    """Text field → the texts that stand in it; no phrase spans two of them."""
    return {
        "title": (document.title,),
        "headings": document.headings,
        "labels": (*document.labels, *document.breadcrumb, document.product, document.module),
        "body": (document.body,),
    }


def code_terms(document: Document) -> dict[str, list[str]]:
    """Code field → its terms, each once."""
    stated, everywhere = identifiers.of_document(document)
    return {
        "id": [document.id],
        "title_codes": sorted({identifiers.term(each) for each in stated}),
        "codes": sorted({identifiers.term(each) for each in everywhere}),
    }


def stored(document: Document) -> dict[str, str]:
    """Stored fields: the document without its body, as JSON."""
    return {"doc": json.dumps(document.dump(), ensure_ascii=False)}


def columns_of(document: Document) -> dict[str, Any]:
    """Column → value."""
    facets = {f"c_{name}": _packed(values) for name, values in facet_values(document).items()}
    return {
        "c_audience": _packed(document.audience),
        "c_title": document.title.encode(),
        "c_url": document.url.encode(),
        "c_id": document.id.encode(),
        "c_body": zlib.compress(document.body.encode(), BODY_LEVEL),
        "c_updated": int(document.updated.timestamp()),
        "c_popularity": document.popularity,
        **facets,
    }


def facet_values(document: Document) -> dict[str, tuple[str, ...]]:
    """The values by which a document is filtered and counted; its versions are those it states or is titled with."""
    versions = dict.fromkeys((*document.versions, *identifiers.versions_in(document.title)))
    single = {name: getattr(document, name) for name in ("source", "kind", "line", "product", "module", "lang")}
    values = {name: (value,) if value else () for name, value in single.items()}
    return {**values, "version": tuple(versions), "year": (str(document.updated.year),)}


def terms(texts: Iterable[str], lang: str) -> list[tuple[str, int]]:
    """The (term, position) pairs of several texts, with a gap between them."""
    found: list[tuple[str, int]] = []
    start = 0
    for text in texts:
        found += (
            [(term, start + position) for term, position in analysis.terms(text, lang)]
            if start
            else analysis.terms(text, lang)
        )
        start = found[-1][1] + 1 + GAP if found else 0
    return found


def document(stored: dict[str, Any]) -> Document:
    """The document that `whoosh_fields` stored."""
    return Document.load(json.loads(stored["doc"]), zlib.decompress(stored["text"]).decode())


def _packed(values: Iterable[str]) -> bytes:
    return SEPARATOR.join(value.replace(SEPARATOR, " ") for value in values).encode()
