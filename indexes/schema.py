"""What a document becomes in the index: terms to score, values to filter and count by, columns, and what is stored.

inverted  title headings labels body (with positions) · named_codes title_codes codes      weights: search/ranking.py
          id · group · bare_title · links (to join by) · f_source, f_kind, … f_audience      never scored
          whole_title · title_words (unstemmed, to complete by)                            never scored
columns   updated, popularity (to sort and boost), the length of each scored field
stored    the document (indexes/segment/doc_store.py)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import fields, formats

from search import duplicates
from search.analysis.analyzer import Analyzer, fold
from search.facets import FILTERS, values_of
from search.identifiers import recognizer
from search.model import Document
from search.suggest import autocomplete

TEXT_FIELDS = ("title", "headings", "labels", "body")
CODE_FIELDS = ("named_codes", "title_codes", "codes")
VALUE_FIELDS = (
    *("id", "group", "bare_title", "links"),
    *("whole_title", "title_words"),
    *(f"f_{name}" for name in (*FILTERS, "audience")),
)

COMPLETED = 200
"""Characters of a title that completion looks at, folded."""


class Terms(fields.FieldType):  # type: ignore[misc]
    """A field of terms that come analyzed: from `search.analysis.analyzer`, or as they are."""

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
        doc=fields.STORED(),
    )


def texts(document: Document) -> dict[str, tuple[str, ...]]:
    """Text field → the texts that stand in it; no phrase spans two of them."""
    return {
        "title": (document.title,),
        "headings": document.headings,
        "labels": (*document.labels, *document.breadcrumb, document.line, document.product, document.module),
        "body": (document.body,),
    }


def exact_terms(document: Document, analyzer: Analyzer) -> dict[str, Iterable[str]]:
    """Every other inverted field → its terms. Of `codes` those are missing that only a text holds."""
    stated = [recognizer.term(code) for code in recognizer.stated(document)]
    return {
        "id": (document.id,),
        "group": (document.group,) if document.group else (),
        "whole_title": (fold(document.title)[:COMPLETED],) if document.title else (),
        "bare_title": filter(None, (duplicates.bare_title(document.title)[:COMPLETED],)),
        "links": document.links,
        "named_codes": [recognizer.term(code) for code in recognizer.named(_whole_title(document))],
        "title_words": autocomplete.title_words(document.title, analyzer),
        "title_codes": stated,
        "codes": stated,
        "f_audience": document.audience,
        **{f"f_{name}": values for name, values in values_of(document).items()},
    }


def _whole_title(document: Document) -> str:
    """The title with the beginning that it shares with others: what comes after that is about a code, not its page."""
    return str(document.extra.get("title_whole", document.title))
