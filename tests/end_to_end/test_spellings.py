"""However a code is typed, what carries it comes first: the demo's documents among hundreds that look like them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from indexes import open_index
from search.curation import lexicon
from search.identifiers import recognizer
from search.index import Index, rebuild
from search.model import Document, Query
from search.service import SearchService
from search.store.store import open_store
from simulator import Simulator
from tests.end_to_end.lookalikes import CODES, lookalikes
from tests.workplace import workplace

TABLE = Path(__file__).with_name("spellings.tsv").read_text(encoding="utf-8").splitlines()[2:]
ROWS = [tuple(line.split("\t")) for line in TABLE]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """What the crawlers bring from the simulated sources, and the lookalikes."""
    with Simulator() as simulator:
        place = workplace(tmp_path_factory.mktemp("spellings"), simulator.url)
        place.done("crawl", "--full")
    settings = place.config
    store, opened = open_store(settings.store_url), open_index(settings.index_dir, settings.index)
    with store.writing() as write:
        write.put_all(list(lookalikes()))
    rebuild(store, opened)
    yield opened
    opened.close()
    store.close()


def found(index: Index, text: str) -> list[Document]:
    service = SearchService(index=index, lexicon=lexicon.load(), zone=ZoneInfo("UTC"))
    return [hit.document for hit in service.results(Query(text=text, facets=(), highlight=False)).hits]


def test_the_table_holds_two_hundred_spellings_of_every_kind() -> None:
    assert len({typed for _, typed, _ in ROWS}) == len(ROWS) >= 200
    assert {kind for kind, _, _ in ROWS} >= set(recognizer.kinds())


def test_every_spelling_finds_the_document_first_that_carries_the_code(index: Index) -> None:
    wrong = {}
    for kind, typed, first in ROWS:
        ids = [document.id for document in found(index, typed)]
        if not ids or ids[0] not in first.split():
            wrong[kind, typed] = (first, ids[:3])
    assert wrong == {}


@pytest.mark.parametrize(
    "words",
    ["pedido de venda bloqueado", "xyzzy", "como configurar o cadastro de clientes", "erro ao gravar título relatório"],
)
def test_with_other_words_a_title_comes_before_a_mention(index: Index, words: str) -> None:
    wrong = {}
    for code in CODES:
        identifier = recognizer.typed(code)[0].identifier
        for text in (f"{code} {words}", f"{words} {code.lower()}"):
            stated = [identifier in recognizer.stated(document) for document in found(index, text)]
            if not stated or not stated[0] or stated != sorted(stated, reverse=True):
                wrong[text] = stated
    assert wrong == {}


@pytest.mark.parametrize(
    "text, key",
    [
        ("lei 14133", "lei"),
        ("iso 9001", "iso"),
        ("http 404", "http"),
        ("ano 2023", "ano"),
        ("art 150", "art"),
        ("mais 100", "mais"),
        ("licitações lei 14133", "lei"),
        ("controle de documentos iso 9001", "iso"),
    ],
)
def test_words_that_only_look_like_codes_find_what_holds_them(index: Index, text: str, key: str) -> None:
    assert found(index, text)[0].key == key


@pytest.mark.parametrize("text", ["mata41", "matta410", "mata 419", "mv_estdo", "mv estdo", "dserfin-1234", "s 2999"])
def test_a_misspelt_code_finds_nothing_that_looks_like_it(index: Index, text: str) -> None:
    assert found(index, text) == []
