"""What a document becomes in the index: terms to score, values to filter and count by, columns, and what is stored.

inverted  title headings labels body (with positions) · title_codes codes (identifiers)    weights: search/ranking.py
          id · f_source, f_kind, … one for each facet, f_audience                          never scored
columns   updated, popularity (to sort and boost) · title (to complete) · body (compressed, for passages)
stored    the document without its body, as JSON
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import columns, fields, formats

from search import identifiers
from search.model import FILTERS, Document

TEXT_FIELDS = ("title", "headings", "labels", "body")
CODE_FIELDS = ("title_codes", "codes")
VALUE_FIELDS = tuple(f"f_{name}" for name in (*FILTERS, "audience"))

BODY_LEVEL = 3
"""zlib's: level 6 takes twice the time for a twentieth less."""


class Terms(fields.FieldType):  # type: ignore[misc]
    """A field of terms that come analyzed: from `search.analysis`, or as they are."""

    indexed = True
    stored = False
    unique = False
    multitoken_query = "default"

    def __init__(self, *, positions: bool = False, scorable: bool = True) -> None:
        self.format = formats.Positions() if positions else formats.Existence()
        self.scorable = scorable
        self.analyzer = None

    def index(self, value: Iterable[tuple[str, int]], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, posting value) for each distinct term of (term, position) pairs."""
        places: dict[str, list[int]] = {}
        for term, position in value:
            places.setdefault(term, []).append(position)
        for term, where in places.items():
            count = len(where)
            yield term.encode(), count, float(count), self.format.encode(where)


def schema() -> fields.Schema:
    return fields.Schema(
        **{name: Terms(positions=True) for name in TEXT_FIELDS},
        **{name: Terms() for name in CODE_FIELDS},
        **{name: Terms(scorable=False) for name in VALUE_FIELDS},
        id=fields.ID(unique=True),
        doc=fields.STORED(),
        c_title=fields.COLUMN(columns.VarBytesColumn()),
        c_body=fields.COLUMN(columns.VarBytesColumn()),
        c_updated=fields.COLUMN(columns.NumericColumn("q", default=0)),
        c_popularity=fields.COLUMN(columns.NumericColumn("d", default=0.0)),
    )


def texts(document: Document) -> dict[str, tuple[str, ...]]:
    """Text field → the texts that stand in it; no phrase spans two of them."""
    return {
        "title": (document.title,),
        "headings": document.headings,
        "labels": (*document.labels, *document.breadcrumb, document.product, document.module),
        "body": (document.body,),
    }


def exact_terms(document: Document) -> dict[str, Iterable[str]]:
    """Every other inverted field → its terms, each once."""
    stated, everywhere = identifiers.of_document(document)
    return {
        "id": (document.id,),
        "title_codes": {identifiers.term(each) for each in stated},
        "codes": {identifiers.term(each) for each in everywhere},
        "f_audience": dict.fromkeys(document.audience),
        **{f"f_{name}": values for name, values in facet_values(document).items()},
    }


def facet_values(document: Document) -> dict[str, tuple[str, ...]]:
    """The values by which a document is filtered and counted; its versions are those it states or is titled with."""
    versions = dict.fromkeys((*document.versions, *identifiers.versions_in(document.title)))
    single = {name: getattr(document, name) for name in ("source", "kind", "line", "product", "module", "lang")}
    values = {name: (value,) if value else () for name, value in single.items()}
    return {**values, "version": tuple(versions), "year": (str(document.updated.year),)}


def columns_of(document: Document) -> dict[str, Any]:
    """Column → value."""
    return {
        "c_title": document.title.encode(),
        "c_body": zlib.compress(document.body.encode(), BODY_LEVEL),
        "c_updated": int(document.updated.timestamp()),
        "c_popularity": document.popularity,
    }


def stored(document: Document) -> dict[str, str]:
    """Stored fields: the document without its body, as JSON."""
    return {"doc": json.dumps(document.dump(), ensure_ascii=False)}


def document(stored_fields: dict[str, Any], body: bytes) -> Document:
    """The document that `stored` and the body's column kept."""
    return Document.load(json.loads(stored_fields["doc"]), zlib.decompress(body).decode())
