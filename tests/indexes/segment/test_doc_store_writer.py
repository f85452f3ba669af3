"""Blocks that a thread compresses and writes: the same bytes in the same order, no error lost, no thread left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexes.segment import doc_store_writer
from indexes.segment.doc_store import LEVEL, BlockCodec
from indexes.segment.doc_store_writer import BlockWriter
from indexes.writing.segment_builder import SegmentBuilder
from search.analysis.analyzer import packaged
from tests.documents import document

FULL = Path("/dev/full")
LARGE = "".join(map(chr, range(0x4E00, 0x9000))) * 2
"""What does not become small when it is compressed."""


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(doc_store_writer.THREAD)]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert threads() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(bodies=st.lists(st.text(max_size=60), max_size=30), part=st.integers(1, 2_000))
def test_blocks_are_those_that_are_made_one_by_one_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bodies: list[str], part: int
) -> None:
    monkeypatch.setattr(doc_store_writer, "PART", part)
    several = [document(str(number), body=body) for number, body in enumerate(bodies)]
    path = tmp_path / uuid4().hex
    packer = BlockWriter(path)
    for page in several:
        packer.add(page, ())
    starts, data = packer.finish().tolist(), path.read_bytes()
    plain = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True)
    expected = [plain.compress(BlockCodec().contents(page, ())[0]) for page in several]
    assert [data[begin:end] for begin, end in pairwise(starts)] == expected
    assert [BlockCodec().unpack(memoryview(block))[0] for block in expected] == several


def test_a_disk_that_is_full_is_told_by_a_later_document_and_again_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc_store_writer, "PART", 1)
    packer = BlockWriter(FULL)
    several = [document(str(number), body=LARGE) for number in range(doc_store_writer.WAITING + 2)]
    with pytest.raises(OSError, match="No space left"):
        [packer.add(page, ()) for page in several]
    with pytest.raises(OSError, match="No space left"):
        packer.finish()
    packer.close()


def test_a_disk_that_is_full_is_told_at_the_end_where_no_document_could_tell() -> None:
    packer = BlockWriter(FULL)
    packer.add(document(), ())
    with pytest.raises(OSError, match="No space left"):
        packer.finish()
    packer.close()


def test_a_draft_tells_that_the_disk_is_full(tmp_path: Path) -> None:
    (tmp_path / "blocks-0").symlink_to(FULL)
    draft = SegmentBuilder(tmp_path, 2**26, packaged())
    draft.add(document(body=LARGE))
    with pytest.raises(OSError, match="No space left"):
        draft.finish()
    draft.close()


def test_a_draft_that_is_not_wanted_ends_while_parts_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc_store_writer, "PART", 1)
    draft = SegmentBuilder(tmp_path, 2**26, packaged())
    for number in range(3):
        draft.add(document(str(number), body=LARGE * 20))
    draft.close()
    draft.close()
