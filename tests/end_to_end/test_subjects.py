"""Among the demo's documents, crawled for real, what is about one subject is one hit."""

from __future__ import annotations

from pathlib import Path

import pytest

from busca import corpus
from indexes import open_index
from search.config import settings
from search.index import Index
from search.model import Change
from search.query.parser import parse
from search.store.store import open_store
from tests.workplace import Workplace


@pytest.fixture(scope="module")
def index(ready: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Index:
    store = open_store(ready.config.store_url)
    documents = list(corpus.stored(store))
    store.close()
    made = open_index(Path(tmp_path_factory.mktemp("subjects")), settings.LocalIndex(processes=1))
    made.rebuild(Change(number=n, id=document.id, document=document) for n, document in enumerate(documents, 1))
    return made


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("aviso alterações no configurador", {"tdn:700200107", "tdn:700200165"}),
        ("DSERFIS1-20528", {"tdn:700100101", "youtube:rj528NFe0a1", "downloads:1100101"}),
    ],
)
def test_it_is_one_hit(index: Index, text: str, together: set[str]) -> None:
    single = index.search(parse(text, per_page=50))
    assert together & {hit.document.id for hit in single.hits}
    hits = index.search(parse(text, grouped=True)).hits
    cards = [{hit.document.id, *(member.id for member in hit.members)} for hit in hits]
    assert sum(bool(together & card) for card in cards) == 1
    assert together <= cards[0]
