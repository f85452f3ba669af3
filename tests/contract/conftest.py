"""Shelves that several promises are tried on, on each engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from search.model import Document
from tests.documents import FILLING, document
from tests.engines import Library

Order = Callable[..., list[str]]


@pytest.fixture
def order(library: Library) -> Order:
    """The keys of what a search for `text` finds among some documents and much about something else, best first."""

    def search(text: str, *documents: Document, **options: Any) -> list[str]:
        library.index.rebuild(library.changes(*documents, *FILLING))
        library.index.close()
        return library.keys(text, **options)

    return search


@pytest.fixture
def sheets(library: Library) -> Library:
    """Sheets about notes, of several products, releases and kinds."""
    library.put(
        document("a", body="nota fiscal", product="Protheus", versions=("12.1.33",)),
        document(
            "b", body="nota fiscal de saída", product="TOTVS Backoffice (Linha Protheus)", versions=("12.1.2310",)
        ),
        document("c", body="nota avulsa", product="RM", versions=("12.1.2210", "12.1.2410")),
        document("d", body="pedido", product="Datasul", kind="package", versions=("12.1.33",)),
        document("e", body="nota fiscal restrita", product="Logix", audience=("parceiros",)),
        document("f", title="Boleto bancário", body="nota", product="Datasul"),
    )
    return library
