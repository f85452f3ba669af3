"""Documents to try things with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from search.model import Document
from search.store.store import Store

MOMENT = datetime(2026, 3, 14, 12, 30, tzinfo=UTC)


def document(key: str = "1", **changes: Any) -> Document:
    """A page of TDN about nothing much, changed as asked."""
    source = changes.pop("source", "tdn")
    values: dict[str, Any] = {
        "url": f"https://tdn.example/{key}",
        "title": f"Título {key}",
        "body": f"Corpo do documento {key}.",
        "kind": "page",
        "lang": "pt",
        "updated": MOMENT,
    }
    return Document(source=source, key=key, **values | changes)


FILLING = tuple(
    document(f"z{number}", title="Outro assunto", body=f"Nada disso, caso {number}.") for number in range(20)
)
"""Documents about something else: words are only telling where others lack them."""


def put(store: Store, *documents: Document) -> int:
    """Keep documents, as a crawl does; return how many changed."""
    with store.writing() as write:
        return write.put_all(documents)
