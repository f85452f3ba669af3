"""What every index promises about which documents answer a query: those that a reading of every text would pick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.model import Document
from tests.documents import document
from tests.engines import Engine, Library

WORDS = "boleto juros multa nota pedido venda".split()
SEPARATORS = (" ", ", ", "\n", " – ")


@pytest.fixture(scope="module")
def texts() -> dict[str, list[str]]:
    """Key → words, three for each document: all of some words, in every order."""
    triples = list(product(WORDS[:4], WORDS[1:5], WORDS[2:]))
    return {str(number): list(words) for number, words in enumerate(triples[::2])}


@pytest.fixture(scope="module")
def shelf(engine: Engine, texts: dict[str, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Documents whose words stand in the title, a heading or the body, by turns."""
    library = Library(engine(tmp_path_factory.mktemp("shelf")))
    library.put(*(in_turn(number, key, words) for number, (key, words) in enumerate(texts.items())))
    yield library
    library.index.close()


def in_turn(number: int, key: str, words: list[str]) -> Document:
    text = SEPARATORS[number % len(SEPARATORS)].join(words)
    places = ({"title": text, "body": ""}, {"headings": (text,), "body": ""}, {"body": text})
    return document(key, **{"title": "", **places[number % 3]})


@dataclass(frozen=True, slots=True)
class Part:
    """One unit of a typed text, and how to look for it by reading."""

    kind: Literal["word", "phrase", "prefix"]
    words: tuple[str, ...]
    excluded: bool

    @property
    def typed(self) -> str:
        text = {"word": self.words[0], "prefix": f"{self.words[0][:3]}*", "phrase": f'"{" ".join(self.words)}"'}
        return ("-" if self.excluded else "") + text[self.kind]

    def within(self, words: list[str]) -> bool:
        if self.kind == "phrase":
            size = len(self.words)
            return any(tuple(words[at : at + size]) == self.words for at in range(len(words)))
        return any(
            word.startswith(self.words[0][:3]) if self.kind == "prefix" else word in self.words for word in words
        )


def part(kind: Literal["word", "phrase", "prefix"]) -> st.SearchStrategy[Part]:
    size = 2 if kind == "phrase" else 1
    chosen = st.lists(st.sampled_from([*WORDS, "ausente"]), min_size=size, max_size=size)
    return st.builds(Part, kind=st.just(kind), words=chosen.map(tuple), excluded=st.booleans())


PARTS = st.lists(st.one_of(part("word"), part("phrase"), part("prefix")), min_size=1, max_size=4)


@settings(max_examples=300, deadline=None)
@given(parts=PARTS)
def test_exactly_the_documents_that_satisfy_every_part_are_found(
    shelf: Library, texts: dict[str, list[str]], parts: list[Part]
) -> None:
    wanted = [each for each in parts if not each.excluded]
    loose = [each for each in wanted if each.kind == "word"]
    strict = [each for each in wanted if each.kind != "word" or len(loose) <= 2]
    whole = {key for key, words in texts.items() if all(each.within(words) for each in strict)}
    some = {key for key, words in texts.items() if any(each.within(words) for each in wanted)}
    if len(loose) > 2 and not strict:  # too few documents have so many of the words that it would be enough
        whole = some
    relaxed = len(wanted) > 1 and not whole and bool(some)
    lacks_all = bool(some) and not any(all(each.within(words) for each in wanted) for words in texts.values())
    spared = {key for key, words in texts.items() if not any(each.excluded and each.within(words) for each in parts)}

    results = shelf.ask(" ".join(each.typed for each in parts), per_page=100)
    expected = (some if relaxed else whole) & spared
    assert (results.relaxed, results.total) == (lacks_all and len(wanted) > 1 and bool(some), len(expected))
    assert {hit.document.key for hit in results.hits} == expected
    for hit in results.hits:
        lacking = {each.typed.strip('"') for each in wanted if not each.within(texts[hit.document.key])}
        assert set(hit.missing) == lacking
        assert not lacking or relaxed or len(loose) > 2


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), sort=st.sampled_from(["relevance", "newest"]))
def test_the_pages_of_an_answer_are_its_list_cut_in_pieces(shelf: Library, words: list[str], sort: str) -> None:
    text = " ".join(words)
    whole = [hit.document.id for hit in shelf.ask(text, sort=sort, per_page=100).hits]
    pages = [shelf.ask(text, sort=sort, per_page=7, page=page) for page in range(1, len(whole) // 7 + 3)]
    assert [hit.document.id for page in pages for hit in page.hits] == whole
    assert {(page.total, page.pages) for page in pages} == {(len(whole), -(-len(whole) // 7))}


@settings(max_examples=100, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
def test_what_is_marked_is_what_was_typed(shelf: Library, words: list[str]) -> None:
    for hit in shelf.ask(" ".join(words), per_page=100).hits:
        title, snippet = hit.document.title, hit.snippet
        marked = [title[start:end] for start, end in hit.title_ranges]
        marked += [snippet.text[start:end] for start, end in snippet.ranges]
        assert set(marked) <= set(words)
        assert len(marked) == sum((title + " " + snippet.text).count(word) for word in set(words))


@pytest.mark.parametrize(
    ("written", "others", "typed"),
    [
        ("Use a rotina MATA410.", "Use a rotina MATA460.", ["mata 410", "MATA410", "mata-410", '"mata410"']),
        ("Veja o MV_ESTADO.", "Veja o MV_ESTADO2 e o estado.", ["MV_ESTADO", "mv_estado", "mv estado", "MV ESTADO"]),
        ("Para a versão 12.1.2310.", "Para a versão 12.1.2410.", ["12.1.2310", "p12.1.2310", "release 2310"]),
        ("Rejeição 528 da SEFAZ", "Rejeição 529 da SEFAZ, item 528", ["rejeição 528", "Rejeicao 528", "cstat 528"]),
        ("Campo E1_VENCREA do título", "Campo E1_VENCTO do título", ["E1_VENCREA", "e1_vencrea"]),
        ("Emitir NF-e 4.00", "Emitir NFC-e 4.00", ["nf-e", "NFe", "nfe"]),
    ],
)
def test_a_code_finds_the_document_that_writes_it_and_not_its_neighbour(
    library: Library, written: str, others: str, typed: list[str]
) -> None:
    library.put(document("1", body=written), document("2", body=others))
    assert [library.keys(text) for text in typed] == [["1"]] * len(typed)


@pytest.mark.parametrize(
    "field",
    [{"headings": ("Boleto",)}, {"labels": ("boleto",)}, {"breadcrumb": ("Início", "Boletos")}, {"module": "Boleto"}],
)
def test_words_are_found_outside_title_and_body_too(library: Library, field: dict[str, object]) -> None:
    library.put(document("1", **field), document("2"))
    assert library.keys("boleto") == ["1"]


@settings(max_examples=60, deadline=None)
@given(
    body=st.text(st.sampled_from("aAãÃ bß½ﬁİ\u0301-_.–\n\u00a0,12"), min_size=1, max_size=400),
    text=st.text(st.sampled_from('aãb½ﬁİ1-_. "*'), min_size=1, max_size=12),
)
def test_snippets_and_their_ranges_hold_for_any_letters(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, body: str, text: str
) -> None:
    library = Library(engine(tmp_path_factory.mktemp("letters")))
    library.put(document("1", title=body[:80], body=body))
    for hit in library.ask(text).hits:
        for shown, ranges in ((hit.document.title, hit.title_ranges), (hit.snippet.text, hit.snippet.ranges)):
            bounds = [bound for start, end in ranges for bound in (start, end)]
            assert all(start < end for start, end in ranges)
            assert bounds == sorted(bounds), "in reading order, never overlapping"
            assert not bounds or (bounds[0] >= 0 and bounds[-1] <= len(shown))
    library.index.close()
