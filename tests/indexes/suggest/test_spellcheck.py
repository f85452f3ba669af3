"""What a first correction would wait for is read when the index is warmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexes import open_index
from indexes.suggest.autocomplete import fields
from indexes.whoosh_index import WhooshIndex
from search.config.settings import LocalIndex as Settings
from search.model import Document
from tests.documents import document
from tests.engines import Library

WORDS = ("title_words", "body")


def pages() -> list[Document]:
    return [
        document("1", title="Emissão de nota fiscal", body="A rotina MATA410 usa o parâmetro MV_ESTADO."),
        document("2", title="Nota de débito", body="A rotina MATA460. O servidor não responde ao inventário."),
        document("3", title="Conciliação bancária", body="Importação de extratos. Rejeição 528. Campo E1_VENCREA."),
        document("4", title="Pagamento de boletos", body="Veja os pagamentos e as parcelas. DSERFIN1-1234"),
        document("5", title="Configuración de impuestos", lang="es", body="La instalación de la factura electrónica."),
        document("6", title="Withholding settings", lang="en", body="How to schedule the settlement report."),
        *(document(f"7{n}", title=f"Fiscal {n}", body="A emissão fiscal do servidor.") for n in range(4)),
    ]


def test_warming_reads_what_the_first_correction_would_wait_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(index: WhooshIndex) -> bool:
        searcher = index._searchers.current()
        return all("spelling" in vars(field) for name in WORDS for field, _ in fields(searcher, name))

    index = open_index(tmp_path, Settings())
    index.warm()  # nothing is served yet, which is no failure
    library = Library(index)
    library.put(*pages())
    assert not read(index)
    index.warm()
    assert read(index)
    monkeypatch.setattr("indexes.retrieval.searcher_manager.QUICK", 0)  # as if there were many
    index.rebuild(library.changes(*pages()))
    index._searchers._refresh()
    assert read(index)
    index.close()
