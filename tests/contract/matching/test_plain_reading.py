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
    wanted = [unit for unit in parts if not unit.excluded]
    loose = [unit for unit in wanted if unit.kind == "word"]
    strict = [unit for unit in wanted if unit.kind != "word" or len(loose) <= 2]
    whole = {key for key, words in texts.items() if all(unit.within(words) for unit in strict)}
    some = {key for key, words in texts.items() if any(unit.within(words) for unit in wanted)}
    if len(loose) > 2 and not strict:  # too few documents have so many of the words that it would be enough
        whole = some
    relaxed = len(wanted) > 1 and not whole and bool(some)
    lacks_all = bool(some) and not any(all(unit.within(words) for unit in wanted) for words in texts.values())
    spared = {key for key, words in texts.items() if not any(unit.excluded and unit.within(words) for unit in parts)}

    results = shelf.ask(" ".join(unit.typed for unit in parts), per_page=100)
    expected = (some if relaxed else whole) & spared
    assert (results.relaxed, results.total) == (lacks_all and len(wanted) > 1 and bool(some), len(expected))
    assert {hit.document.key for hit in results.hits} == expected
    for hit in results.hits:
        lacking = {unit.typed.strip('"') for unit in wanted if not unit.within(texts[hit.document.key])}
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
