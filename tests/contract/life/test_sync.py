"""How an index follows the store: step by step, and after an interruption."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from search.errors import IndexUnavailable
from search.index import Index, Track, rebuild, sync
from search.model import Change, Query
from search.query.parser import parse
from search.store.store import Store, open_store
from tests import documents
from tests.documents import document
from tests.engines import Engine


class Interrupted(Exception):
    """Somebody pulled the plug."""


def interrupted_after(count: int) -> Track:
    """A reading of changes that ends, not by itself, after `count` of them."""

    def track(changes: Iterable[Change], _: int) -> Iterator[Change]:
        for place, change in enumerate(changes):
            if place == count:
                raise Interrupted
            yield change

    return track


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def index(engine: Engine, tmp_path: Path) -> Iterator[Index]:
    opened = engine(tmp_path / "index")
    yield opened
    opened.close()


@pytest.fixture
def held(engine: Engine, tmp_path: Path) -> Callable[[], set[str]]:
    """The ids that somebody who opens the index now finds."""

    def ids() -> set[str]:
        reader = engine(tmp_path / "index")
        hits = {hit.document.id for hit in reader.search(Query(per_page=50)).hits}
        reader.close()
        return hits

    return ids


def put(store: Store, *keys: str, body: str = "corpo") -> None:
    for key in keys:
        documents.put(store, document(key, body=f"{body} {key}"))


def files(folder: Path) -> dict[str, int]:
    """Every file of the index and when it was last written."""
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def test_an_empty_index_is_built_as_one_generation(store: Store, index: Index, held: Callable[[], set[str]]) -> None:
    put(store, "a", "b", "c")
    assert sync(store, index, batch=1) == 3
    assert (held(), index.position()) == ({"tdn:a", "tdn:b", "tdn:c"}, store.position())
    assert index.status().documents == 3


def test_an_empty_store_makes_no_index(store: Store, index: Index, tmp_path: Path) -> None:
    assert sync(store, index, batch=10) == 0
    assert index.position() == 0
    assert files(tmp_path / "index") == {}


def test_without_changes_nothing_is_committed(store: Store, index: Index, tmp_path: Path) -> None:
    put(store, "a")
    sync(store, index, batch=10)
    before = files(tmp_path / "index")
    documents.put(store, document("a", body="corpo a"))
    assert sync(store, index, batch=10) == 0
    assert files(tmp_path / "index") == before


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_an_index_follows_what_is_put_changed_and_removed(
    store: Store, index: Index, held: Callable[[], set[str]], batch: int
) -> None:
    put(store, "a", "b", "c")
    sync(store, index, batch=batch)
    put(store, "b", "d", body="novo")
    with store.writing() as write:
        write.remove_all(["tdn:a"])
    assert sync(store, index, batch=batch) == 3
    assert (held(), index.position()) == ({"tdn:b", "tdn:c", "tdn:d"}, store.position())
    index.close()
    assert {hit.document.id for hit in index.search(parse("novo")).hits} == {"tdn:b", "tdn:d"}


def test_what_is_tracked_is_every_change_and_their_number(store: Store, index: Index) -> None:
    seen: list[tuple[str, int]] = []

    def track(changes: Iterable[Change], count: int) -> Iterator[Change]:
        for change in changes:
            seen.append((change.id, count))
            yield change

    put(store, "a")
    sync(store, index, batch=10, track=track)
    put(store, "b", "c")
    sync(store, index, batch=1, track=track)
    assert seen == [("tdn:a", 1), ("tdn:b", 2), ("tdn:c", 2)]


def test_an_interrupted_sync_goes_on_from_its_last_commit(
    store: Store, index: Index, held: Callable[[], set[str]]
) -> None:
    put(store, "a")
    sync(store, index, batch=10)
    put(store, "b", "c", "d", "e", "f")
    with pytest.raises(Interrupted):
        sync(store, index, batch=2, track=interrupted_after(3))
    assert (held(), index.position()) == ({"tdn:a", "tdn:b", "tdn:c"}, 3)
    assert sync(store, index, batch=2) == 3
    assert (held(), index.position()) == ({f"tdn:{key}" for key in "abcdef"}, 6)


def test_an_interrupted_first_build_leaves_no_index_and_the_next_heals(
    store: Store, index: Index, held: Callable[[], set[str]]
) -> None:
    put(store, "a", "b")
    with pytest.raises(Interrupted):
        sync(store, index, batch=10, track=interrupted_after(1))
    assert index.position() == 0
    assert sync(store, index, batch=10) == 2
    assert held() == {"tdn:a", "tdn:b"}


def test_an_index_of_another_store_is_refused_with_what_to_do(
    store: Store, index: Index, held: Callable[[], set[str]], tmp_path: Path
) -> None:
    put(store, "a", "b", "c")
    sync(store, index, batch=10)
    other = open_store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    put(other, "z")
    with pytest.raises(IndexUnavailable, match=r"index holds change 3, the store only 1.*run `busca rebuild`"):
        sync(other, index, batch=10)
    assert held() == {"tdn:a", "tdn:b", "tdn:c"}
    assert rebuild(other, index) == 1
    assert held() == {"tdn:z"}
    other.close()


def test_a_cleared_store_empties_its_index_by_a_rebuild(
    store: Store, index: Index, held: Callable[[], set[str]]
) -> None:
    put(store, "a", "b")
    sync(store, index, batch=10)
    store.clear()
    put(store, "c")
    assert rebuild(store, index) == 1
    assert (held(), index.position()) == ({"tdn:c"}, 3)


def test_a_rebuild_counts_what_is_alive(store: Store, index: Index, held: Callable[[], set[str]]) -> None:
    put(store, "a", "b", "c")
    with store.writing() as write:
        write.remove_all(["tdn:b"])
    assert rebuild(store, index) == 2
    assert (held(), index.position()) == ({"tdn:a", "tdn:c"}, 4)


def test_a_store_of_removals_only_makes_an_empty_index_that_is_up_to_date(
    store: Store, index: Index, held: Callable[[], set[str]]
) -> None:
    put(store, "a")
    with store.writing() as write:
        write.remove_all(["tdn:a"])
    sync(store, index, batch=10)
    assert (held(), index.position()) == (set(), 2)


def test_an_interrupted_rebuild_leaves_the_served_generation_and_nothing_else(
    store: Store, index: Index, held: Callable[[], set[str]], tmp_path: Path
) -> None:
    put(store, "a", "b")
    sync(store, index, batch=10)
    served, before = index.status().generation, files(tmp_path / "index").keys()
    put(store, "c")
    with pytest.raises(Interrupted):
        rebuild(store, index, track=interrupted_after(2))
    assert files(tmp_path / "index").keys() == before
    assert (held(), index.status().generation) == ({"tdn:a", "tdn:b"}, served)
    assert sync(store, index, batch=10) == 1
    assert held() == {"tdn:a", "tdn:b", "tdn:c"}


def test_what_changes_during_a_rebuild_is_the_next_syncs(
    store: Store, index: Index, held: Callable[[], set[str]]
) -> None:
    put(store, "a", "b")

    def track(changes: Iterable[Change], _: int) -> Iterator[Change]:
        for change in changes:
            yield change
            put(store, "c")

    assert rebuild(store, index, track=track) == 2
    assert held() == {"tdn:a", "tdn:b"}
    assert sync(store, index, batch=10) == 1
    assert held() == {"tdn:a", "tdn:b", "tdn:c"}


def test_a_rebuild_gives_a_new_generation(store: Store, index: Index, engine: Engine, tmp_path: Path) -> None:
    put(store, "a")
    sync(store, index, batch=10)
    first = index.status().generation
    rebuild(store, index)
    reader = engine(tmp_path / "index")
    assert reader.status().generation != first
    reader.close()
