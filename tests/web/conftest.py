"""One application over a real store and a real index, holding a handful of documents of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from crawlers.registry import load_settings
from indexes import open_index
from search.config.settings import Config
from search.index import Index, sync
from search.model import Document
from search.store.store import State, Store, open_store
from tests.documents import put
from web.app import create_app

ROOT = Path(__file__).parents[2]
MANY = 23  # documents about one subject: three pages of ten


def document(source: str, key: str, title: str, body: str, **fields: Any) -> Document:
    kinds = {"tdn": "page", "kb": "article", "youtube": "video", "downloads": "package", "legislacao": "page"}
    values: dict[str, Any] = {
        "url": f"https://{source}.example/{key}",
        "kind": kinds[source],
        "lang": "pt",
        "updated": datetime(2026, 3, 14, tzinfo=UTC),
    }
    return Document(source=source, key=key, title=title, body=body, **values | fields)


def library() -> list[Document]:
    """Rejection 528 in all four kinds, and MANY pages about sales orders."""
    faturamento = {"line": "Protheus", "product": "Faturamento", "module": "SIGAFAT"}
    return [
        document(
            "tdn",
            "700100101",
            "Rejeição 528: valor do ICMS difere",
            "A SEFAZ devolve a rejeição 528 quando o valor do ICMS não confere.\nConfira o parâmetro MV_ESTADO.",
            versions=("12.1.33", "12.1.2310"),
            breadcrumb=("Protheus", "Documentos técnicos", "NF-e"),
            **faturamento,
        ),
        document(
            "kb", "inst/360010000101", "Como resolver a rejeição 528?", "Recalcule a base do ICMS.", **faturamento
        ),
        document("kb", "inst/360010000101:es", "Rechazo 528 de la factura", "Recalcule la base.", lang="es"),
        document(
            "youtube",
            "rj528NFe0a1",
            "Rejeição 528 passo a passo",
            "Vídeo sobre o ICMS da nota.",
            extra={"thumbnail": "https://i.ytimg.com/vi/rj528NFe0a1/mqdefault.jpg", "duration_s": 192},
        ),
        document(
            "downloads",
            "1100101",
            "Pacote da rejeição 528",
            "Correção do ICMS.",
            extra={"size_bytes": 12_400_000, "requires": "LIB 20250630"},
        ),
        *(order(number) for number in range(MANY)),
    ]


def order(number: int) -> Document:
    """A page about sales orders; lines, years and months take turns."""
    return document(
        "tdn",
        f"9{number:03}",
        f"Pedido de venda, caso {number}",
        "O pedido de venda não é liberado pela rotina MATA410.",
        line="RM" if number % 2 else "Datasul",
        updated=datetime(2020 + number % 5, 1 + number % 12, 1, tzinfo=UTC),
    )


@dataclass(frozen=True, slots=True)
class Site:
    """The application and what it stands on."""

    config: Config
    store: Store
    index: Index
    app: APIFlask

    def publish(self, *documents: Document) -> None:
        """Store documents and index them; the next search sees them."""
        for page in documents:
            put(self.store, page)
        sync(self.store, self.index, batch=1000)
        self.index.close()  # an open index looks for newer commits only now and then

    def read(self, name: str, state: State = "ok") -> None:
        """Say that a source was read, and how that ended."""
        self.store.finish_run(self.store.start_run(name, "full"), state, {})

    def client(self) -> FlaskClient:
        return self.app.test_client()


@contextmanager
def opened(folder: Path) -> Iterator[Site]:
    config = load_settings(ROOT / "config.yaml", {"BUSCA_DATA_DIR": str(folder)})
    store, index = open_store(config.store_url), open_index(config.index_dir, config.index)
    app = create_app(config, index, store)
    app.testing = True
    yield Site(config, store, index, app)
    app.extensions["query_log"].close()
    index.close()
    store.close()


def filled(site: Site) -> Site:
    site.publish(*library())
    for name in site.config.sources:
        site.read(name)
    return site


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Site]:
    """A site before anything was read."""
    with opened(tmp_path) as site:
        yield site


@pytest.fixture
def site(bare: Site) -> Site:
    """A site of the test's own, with the library."""
    return filled(bare)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with the library for tests that only read."""
    with opened(tmp_path_factory.mktemp("shared")) as site:
        yield filled(site)


@pytest.fixture
def client(shared: Site) -> FlaskClient:
    return shared.client()
