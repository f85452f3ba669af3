"""Stored documents come back as they were, long ones in excerpts as well; what was damaged never as something else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexes.segment import doc_store
from indexes.segment.doc_store import CHUNK, LONG, OPENING, BlockCodec
from indexes.tokenizing.word_offsets import word_offsets
from indexes.writing import index_writer
from search.errors import IndexUnavailable
from search.model import ANYONE, Document, Excerpted
from tests.documents import document
from tests.engines import Library, opened

ALPHABETS = ("ab \n", "é ÿ\n", "ж√ a", "𝔘\U0010ffff \u0301", " ", "\n", "aé√𝔘\0 ")
bodies = st.sampled_from(ALPHABETS).flatmap(lambda letters: st.text(letters, max_size=120))
EDGES = sorted({size + step for size in (OPENING, CHUNK, LONG, LONG + CHUNK) for step in (-1, 0, 1)})


@pytest.fixture
def small() -> Iterator[None]:
    """Documents of more than twenty characters are long ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doc_store, "LONG", 20)
        patch.setattr(doc_store, "CHUNK", 7)
        patch.setattr(doc_store, "OPENING", 5)
        yield


def packed(*documents: Document) -> list[memoryview]:
    blocks = BlockCodec()
    return [
        memoryview(block)
        for block in blocks.pack_all([blocks.contents(page, word_offsets(page.body)) for page in documents])
    ]


def unpacked(block: memoryview) -> Document:
    return BlockCodec().unpack(block)[0]


def whole(document: Document) -> Document:
    return document.whole() if isinstance(document, Excerpted) else document


@pytest.mark.usefixtures("small")
@given(several=st.lists(bodies, min_size=1, max_size=5), first=st.integers(0, 130), size=st.integers(0, 130))
def test_any_body_comes_back_whole_and_in_excerpts(several: list[str], first: int, size: int) -> None:
    documents = [document(str(number), body=body, title=f"ж{number}") for number, body in enumerate(several)]
    for block, page in zip(packed(*documents), documents, strict=True):
        copy = unpacked(block)
        loaded = dict(vars(copy))
        assert copy.excerpt(first, first + size) == page.body[first : first + size]
        assert isinstance(copy, Excerpted) == (len(page.body) > 20)
        assert (copy.excerpt(0, 5), whole(copy)) == (page.body[:5], page)
        assert vars(copy) == loaded, "a document is frozen: what was read of its body is kept elsewhere"
        assert copy.excerpt(first, first + size) == page.body[first : first + size]


@pytest.mark.parametrize("size", EDGES)
@pytest.mark.parametrize("letter", ["a", "é", "ж", "𝔘", " ", "\n"])
def test_a_body_that_ends_at_the_edge_of_a_chunk_comes_back(size: int, letter: str) -> None:
    body = (letter * 6 + "x") * (size // 7) + letter * (size % 7)
    [block] = packed(document(body=body))
    copy = unpacked(block)
    for edge in (0, OPENING, CHUNK, LONG, size):
        assert copy.excerpt(max(edge - 2, 0), edge + 2) == body[max(edge - 2, 0) : edge + 2]
    assert copy.excerpt(size, size + 9) == ""
    assert copy.body == body


@pytest.mark.usefixtures("small")
@settings(max_examples=300)
@given(body=bodies, at=st.integers(min_value=0), bit=st.integers(0, 7))
@example(body="a" * 21, at=3259, bit=1)  # says of seven letters that they are none
def test_a_block_with_one_wrong_bit_is_told_or_means_the_same(body: str, at: int, bit: int) -> None:
    [block] = packed(document(body=body))
    harmed = bytearray(block)
    harmed[at % len(harmed)] ^= 1 << bit
    try:
        copy = unpacked(memoryview(harmed))
        assert (copy.body, whole(copy)) == (body, document(body=body))
    except ValueError:
        pass


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("size", [5, 21, 22, 23, 25])
def test_whichever_bit_of_a_block_is_wrong_is_told_or_means_the_same(size: int) -> None:
    made = document(body="a" * size)
    [block] = packed(made)
    for at in range(8 * len(block)):
        harmed = bytearray(block)
        harmed[at // 8] ^= 1 << at % 8
        with suppress(ValueError):
            assert whole(unpacked(memoryview(harmed))) == made, at


@pytest.mark.usefixtures("small")
@given(body=st.text("ab \n", min_size=21, max_size=120), size=st.integers(0))
def test_a_block_that_was_cut_is_told(body: str, size: int) -> None:
    [block] = packed(document(body=body))
    with pytest.raises(ValueError):  # noqa: PT011  whatever is missing
        len(unpacked(block[: size % len(block)]).body)


def test_an_excerpt_reads_no_chunk_beside_it() -> None:
    [block] = packed(document(body="a" * (LONG + 1)))
    harmed = bytearray(block)
    harmed[-1] ^= 1
    copy = unpacked(memoryview(harmed))
    assert copy.excerpt(0, LONG) == "a" * LONG
    with pytest.raises(ValueError, match="a stored document is damaged"):
        copy.excerpt(LONG - 1, LONG + 1)
    with pytest.raises(ValueError, match="a stored document is damaged"):
        len(copy.body)


# -- in an index -------------------------------------------------------------------------------------------------------

MIDDLE = "palavra qualquer. " * (LONG // 18) + "Depois a rejeição 528. " + "mais palavras " * LONG + " fim"


def harm_the_end(folder: Path) -> Path:
    """One wrong bit in the last chunk of what was indexed last."""
    path = max(folder.rglob("*.stored"), key=lambda file: file.stat().st_mtime_ns)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.unlink()
    path.write_bytes(data)
    return path


def test_a_hit_has_its_passage_and_its_whole_text_after_merges(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_writer, "MAX_SEGMENTS", 1)
    library.put(document("1", body=MIDDLE), document("2", body="ж" + MIDDLE), document("3", body="rejeição"))
    library.put(document("4", body="outro"), "tdn:3")
    hits = {hit.document.key: hit for hit in library.ask("rejeicao 528").hits}
    assert hits.keys() == {"1", "2"}
    for hit in hits.values():
        assert hit.snippet.text.startswith("… Depois a rejeição 528.")
        assert isinstance(hit.document, Excerpted)
    assert [hits[key].document.body for key in "12"] == [MIDDLE, "ж" + MIDDLE]
    assert library.index.document("tdn:2", ANYONE) == document("2", body="ж" + MIDDLE)


def test_damage_in_a_long_body_is_told_by_who_reads_it(tmp_path: Path) -> None:
    library = Library(opened(tmp_path))
    library.put(document("1", body=MIDDLE))
    path = harm_the_end(tmp_path)
    [hit] = library.ask("rejeicao").hits
    assert "rejeição" in hit.snippet.text
    for use in (lambda: library.ask("fim"), lambda: library.index.document("tdn:1", ANYONE), lambda: hit.document.body):
        with pytest.raises(IndexUnavailable, match=rf"{path.name}.* is damaged: run `busca rebuild`"):
            use()
