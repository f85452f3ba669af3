"""A generation's folder stays a Whoosh index: stock Whoosh opens it and finds by our terms what we find."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from whoosh import index as whoosh
from whoosh import query
from whoosh.searching import Searcher

from indexes.directory.generations import Generations
from indexes.schema import TEXT_FIELDS
from indexes.whoosh_index import WhooshIndex
from search.analysis.analyzer import packaged
from search.errors import IndexUnavailable
from search.model import Document
from tests.documents import document
from tests.engines import Library, opened

TEXTS = [
    "O pedido de venda não é liberado pela rotina MATA410.",
    "A venda do pedido foi liberada.",
    "Rejeições da NF-e: veja o parâmetro MV_ESTADO.",
    "Boletos com juros, pedido de compra.",
    "Nada disso.",
    "Pedido de venda com boleto",
]


def documents() -> list[Document]:
    """A text stands in the body, or in the title where its number is odd."""
    return [
        document(str(number), **({"title": text} if number % 2 else {"title": f"N. {number}", "body": text}))
        for number, text in enumerate(TEXTS)
    ]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[WhooshIndex]:
    """Two commits, an edit and a removal: several segments with deletions."""
    index = opened(tmp_path / "index")
    library = Library(index)
    library.put(document("0", body="pedido antigo"), document("99", body="pedido removido"), *documents()[1:4])
    library.put(documents()[0], *documents()[4:], "tdn:99")
    yield index
    index.close()


@pytest.fixture
def stock(index: WhooshIndex, tmp_path: Path) -> Iterator[Searcher]:
    """Whoosh's own searcher on the served folder, with Whoosh's own ranking."""
    folder = tmp_path / "index" / Generations(tmp_path / "index").current()
    with whoosh.open_dir(str(folder)).searcher() as searcher:
        yield searcher


def found(searcher: Searcher, wanted: query.Query) -> set[str]:
    """The ids of the documents that a stock query finds; the stored document tells them."""
    documents = [json.loads(hit["doc"]) for hit in searcher.search(wanted, limit=None)]
    ids = {f"{row['source']}:{row['key']}" for row in documents}
    assert len(ids) == len(documents)
    return ids


def in_any_field(make: type[query.Query], *terms: object) -> query.Query:
    return query.Or([make(field, *terms) for field in TEXT_FIELDS])


@pytest.mark.parametrize("word", ["pedido", "vendas", "rejeição", "boleto", "mata410", "ausente"])
def test_a_stock_term_query_finds_what_our_word_finds(index: WhooshIndex, stock: Searcher, word: str) -> None:
    ours = {f"tdn:{key}" for key in Library(index).keys(word)}
    assert found(stock, in_any_field(query.Term, packaged().stem(word, "pt"))) == ours
    assert bool(ours) == (word != "ausente")


def test_a_stock_phrase_query_finds_what_our_phrase_finds(index: WhooshIndex, stock: Searcher) -> None:
    words = [packaged().stem(word, "pt") for word in ("pedido", "de", "venda")]
    assert found(stock, in_any_field(query.Phrase, words)) == {"tdn:0", "tdn:5"}
    assert set(Library(index).keys('"pedido de venda"')) == {"0", "5"}


def test_a_stock_prefix_query_finds_what_our_prefix_finds(index: WhooshIndex, stock: Searcher) -> None:
    assert found(stock, in_any_field(query.Prefix, "liber")) == {"tdn:0", "tdn:1"}
    assert set(Library(index).keys("liber*")) == {"0", "1"}


def test_stock_boolean_queries_combine_our_terms(stock: Searcher) -> None:
    order, sale = (in_any_field(query.Term, packaged().stem(word, "pt")) for word in ("pedido", "venda"))
    assert found(stock, query.And([order, sale])) == {"tdn:0", "tdn:1", "tdn:5"}
    assert found(stock, query.AndNot(order, sale)) == {"tdn:3"}


def test_a_stock_query_finds_our_codes(stock: Searcher) -> None:
    assert found(stock, query.Term("codes", "routine:mata410")) == {"tdn:0"}
    assert found(stock, query.Term("codes", "parameter:mv_estado")) == {"tdn:2"}


def test_stock_whoosh_counts_the_documents_and_finds_one_by_id(stock: Searcher) -> None:
    assert stock.doc_count() == len(TEXTS)
    assert found(stock, query.Every()) == {f"tdn:{number}" for number in range(len(TEXTS))}
    assert found(stock, query.Term("id", "tdn:3")) == {"tdn:3"}
    assert found(stock, query.Term("id", "tdn:99")) == set()


def test_a_segment_that_stock_whoosh_wrote_is_refused_with_advice(index: WhooshIndex, tmp_path: Path) -> None:
    folder = tmp_path / "index" / Generations(tmp_path / "index").current()
    whoosh.open_dir(str(folder)).optimize()
    index.close()
    with pytest.raises(IndexUnavailable, match="busca rebuild"):
        index.status()
