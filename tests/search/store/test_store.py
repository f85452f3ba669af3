"""The store's promises, held by SQLite and by PostgreSQL alike.

Long because each promise of the store is tried on both databases, and they share what fills them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from search.errors import BusyError, StoreError
from search.model import Document, Identifier
from search.query_log import Asked
from search.store import tables
from search.store.store import Store, open_store
from search.store.summary import HEAD
from tests.documents import MOMENT, document, put

ROOT = Path(__file__).parents[3]
MIGRATIONS = Path(tables.__file__).with_name("migrations")


def changes(store: Store, after: int = 0, **options: Any) -> list[tuple[int, str, bool]]:
    """(number, id, alive) of every change after `after`."""
    stream = store.changes(after, store.position(), **options)
    return [(change.number, change.id, change.document is not None) for change in stream]


def engine(url: str) -> sa.Engine:
    return sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)


# -- documents and changes ---------------------------------------------------------------------------------------------


def test_a_document_comes_back_as_it_was_put(store: Store) -> None:
    whole = document(
        "a/b c:ç",
        headings=("Causa", "Solução"),
        line="Protheus",
        product="Faturamento",
        module="SIGAFAT",
        breadcrumb=("A", "B"),
        labels=("nfe",),
        identifiers=(Identifier("routine", "MATA410"),),
        versions=("12.1.33",),
        created=MOMENT - timedelta(days=1),
        audience=("clientes",),
        group="g1",
        popularity=0.5,
        extra={"duration_s": 192, "thumbnail": "https://i.example/x.jpg"},
    )
    assert put(store, whole)
    assert store.document(whole.id) == whole


def test_a_body_of_a_quarter_of_a_million_words_is_kept_whole_and_compressed(store: Store, store_url: str) -> None:
    long = document(body=" ".join(f"palavra{number % 5000}" for number in range(250_000)))
    put(store, long)
    assert store.document(long.id) == long
    with engine(store_url).connect() as connection:
        kept = connection.execute(sa.select(sa.func.length(tables.documents.c.body))).scalar_one()
    assert kept < len(long.body) / 3


def test_an_unchanged_document_makes_no_change(store: Store) -> None:
    assert put(store, document())
    assert not put(store, document())
    assert changes(store) == [(1, "tdn:1", True)]


@pytest.mark.parametrize(
    "moved",
    [
        {"updated": MOMENT + timedelta(days=9)},
        {"created": MOMENT},
        {"extra": {"views": 10, "likes": 3, "version": 2, "votes": 9, "representation": "view"}},
        {"popularity": 0.04},
    ],
    ids=lambda moved: next(iter(moved)),
)
def test_what_moves_by_itself_is_no_change(store: Store, moved: dict[str, Any]) -> None:
    put(store, document())
    assert not put(store, document(**moved))


@pytest.mark.parametrize(
    "said",
    [
        {"title": "Outro"},
        {"body": "Outro"},
        {"url": "https://tdn.example/outro"},
        {"audience": ("clientes",)},
        {"extra": {"duration_s": 3}},
        {"popularity": 0.9},
        {"versions": ("12.1.33",)},
        {"labels": ("nfe",)},
    ],
    ids=lambda said: next(iter(said)),
)
def test_whatever_a_document_says_anew_is_a_change(store: Store, said: dict[str, Any]) -> None:
    put(store, document())
    assert put(store, document(**said))
    assert changes(store) == [(2, "tdn:1", True)]


def test_changes_come_in_order_each_document_once(store: Store) -> None:
    for key in "abc":
        put(store, document(key))
    put(store, document("a", body="novo"))
    assert changes(store) == [(2, "tdn:b", True), (3, "tdn:c", True), (4, "tdn:a", True)]
    assert changes(store, after=3) == [(4, "tdn:a", True)]


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 8, 100])
def test_reading_in_batches_loses_and_doubles_nothing(store: Store, batch: int) -> None:
    with store.writing() as write:
        write.put_all([document(str(number)) for number in range(7)])
    assert [number for number, _, _ in changes(store, batch=batch)] == list(range(1, 8))


def test_what_changes_while_changes_are_read_is_left_to_the_next_reading(store: Store) -> None:
    for key in "abc":
        put(store, document(key))
    until = store.position()
    reading = store.changes(0, until, batch=1)
    assert next(reading).id == "tdn:a"
    put(store, document("b", body="novo"))
    assert [change.id for change in reading] == ["tdn:c"]
    assert [change.id for change in store.changes(until, store.position())] == ["tdn:b"]


def test_a_removed_document_is_a_change_without_content(store: Store) -> None:
    for key in "ab":
        put(store, document(key))
    with store.writing() as write:
        assert write.remove_all(["tdn:a", "tdn:unknown"]) == 1
    assert changes(store) == [(2, "tdn:b", True), (3, "tdn:a", False)]
    assert (store.document("tdn:a"), store.count(), store.count("tdn"), store.count("kb")) == (None, 1, 1, 0)


def test_removing_twice_is_one_change(store: Store) -> None:
    put(store, document())
    for expected in (1, 0):
        with store.writing() as write:
            assert write.remove_all(["tdn:1"]) == expected
    assert store.position() == 2


def test_a_document_that_returns_as_it_was_is_a_change(store: Store) -> None:
    put(store, document())
    with store.writing() as write:
        write.remove_all(["tdn:1"])
    assert put(store, document())
    assert changes(store) == [(3, "tdn:1", True)]


def test_the_last_of_two_documents_with_one_id_is_kept(store: Store) -> None:
    with store.writing() as write:
        assert write.put_all([document(body="um"), document(body="dois")]) == 1
    kept = store.document("tdn:1")
    assert kept is not None
    assert kept.body == "dois"


def test_two_thousand_removals_at_once_are_possible(store: Store) -> None:
    with store.writing() as write:
        write.put_all([document(str(number)) for number in range(2000)])
    with store.writing() as write:
        assert write.remove_all([f"tdn:{number}" for number in range(2000)]) == 2000
    assert (store.count(), store.position()) == (0, 4000)


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    put(store, document("a"))
    with suppress(KeyboardInterrupt), store.writing() as write:
        write.put_all([document("b")])
        raise KeyboardInterrupt
    assert changes(store) == [(1, "tdn:a", True)]
    put(store, document("c"))
    assert changes(store, after=1) == [(2, "tdn:c", True)]


def test_writers_at_once_number_their_changes_without_gap_or_double(store: Store) -> None:
    def write(name: str) -> None:
        for number in range(20):
            put(store, document(f"{name}{number}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [number for number, _, _ in changes(store)] == list(range(1, 61))


def test_a_reader_that_follows_writers_misses_no_change(store: Store) -> None:
    def write(name: str) -> None:
        for number in range(20):
            put(store, document(f"{name}{number}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    followed: list[int] = []
    while len(followed) < 60 and (any(thread.is_alive() for thread in threads) or store.position() > len(followed)):
        until = store.position()
        followed += [change.number for change in store.changes(len(followed), until, batch=3)]
        assert followed == list(range(1, until + 1))
    for thread in threads:
        thread.join()
    assert followed == list(range(1, 61))


def test_two_processes_that_write_at_once_wait_for_each_other(store: Store, store_url: str) -> None:
    code = (
        "import sys; from search.store.store import open_store; from tests.documents import document, put\n"
        "store = open_store(sys.argv[1])\n"
        "for number in range(20): put(store, document(sys.argv[2] + str(number)))"
    )
    commands = [[sys.executable, "-c", code, store_url, name] for name in "ab"]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT) for command in commands]
    ended = [(process.communicate()[1].decode()[-500:], process.returncode) for process in started]
    assert [code for _, code in ended] == [0, 0], ended
    assert [number for number, _, _ in changes(store)] == list(range(1, 41))


def test_nothing_of_a_removed_document_is_kept_but_that_it_was(store: Store, store_url: str) -> None:
    put(store, document(title="segredo", body="segredo"))
    with store.writing() as write:
        write.remove_all(["tdn:1"])
    with engine(store_url).connect() as connection:
        row = connection.execute(sa.select(tables.documents)).one()
    assert tuple(row) == ("tdn:1", "tdn", 2, "", True, "", b"")


def test_changes_are_counted_as_they_are_read(store: Store) -> None:
    for key in "abc":
        put(store, document(key))
    put(store, document("a", body="novo"))
    assert [store.count_changes(after, 4) for after in (0, 1, 2, 4)] == [3, 3, 2, 0]
    assert store.count_changes(0, 3) == len(list(store.changes(0, 3))) == 2


def test_an_empty_store_stands_at_zero(store: Store) -> None:
    assert (store.position(), store.count(), changes(store), store.sources()) == (0, 0, [], [])
    assert store.document("tdn:1") is None
    assert store.last_run("tdn") is None


def test_a_batch_tells_how_many_of_its_documents_changed(store: Store) -> None:
    put(store, document("a"))
    with store.writing() as write:
        assert write.put_all([document("a"), document("b"), document("c", body="x")]) == 2
        assert write.put_all([]) == 0
        assert write.remove_all([]) == 0


# -- runs --------------------------------------------------------------------------------------------------------------


def test_an_interrupted_run_is_taken_up_with_its_checkpoint(store: Store) -> None:
    first = store.start_run("tdn", "full")
    with store.writing() as write:
        write.mark_seen(first, ["tdn:1", "tdn:1"])
        write.save_checkpoint(first, {"page": 3})
        write.save_checkpoint(first, {"page": 4})
    again = store.start_run("tdn", "full", resume_h=1)
    assert (again.id, again.resumed) == (first.id, {"page": 4})


@pytest.mark.parametrize(("mode", "resume_h"), [("incremental", 1), ("full", 0)])
def test_a_run_of_another_mode_or_too_old_is_closed_as_failed(store: Store, mode: Any, resume_h: float) -> None:
    first = store.start_run("tdn", "full")
    with store.writing() as write:
        write.save_checkpoint(first, {"page": 3})
    again = store.start_run("tdn", mode, resume_h=resume_h)
    assert (again.id != first.id, again.resumed) == (True, None)
    closed = store.last_run("tdn", state="failed")
    assert closed is not None
    assert (closed.id, "ended before it" in closed.error) == (first.id, True)


def test_a_finished_run_is_not_taken_up_and_keeps_no_list(store: Store, store_url: str) -> None:
    first = store.start_run("tdn", "full")
    with store.writing() as write:
        write.mark_seen(first, ["tdn:1"])
        write.save_checkpoint(first, {"page": 3})
    store.finish_run(first, "failed", {"changed": 1}, "x" * 5000)
    again = store.start_run("tdn", "full", resume_h=1)
    assert (again.id != first.id, again.resumed) == (True, None)
    with engine(store_url).connect() as connection:
        for table in (tables.seen, tables.checkpoints):
            assert connection.execute(sa.select(table)).all() == []
    closed = store.last_run("tdn", state="failed")
    assert closed is not None
    assert (closed.counts, len(closed.error)) == ({"changed": 1}, 2000)


def test_the_last_run_that_fits_is_found(store: Store) -> None:
    for mode, state in (("full", "ok"), ("incremental", "ok"), ("incremental", "failed")):
        store.finish_run(store.start_run("tdn", mode), state, {})
    store.start_run("kb", "full")

    def found(**wanted: Any) -> tuple[str, str] | None:
        run = store.last_run("tdn", **wanted)
        return None if run is None else (run.mode, run.state)

    assert found() == ("incremental", "failed")
    assert found(mode="full") == ("full", "ok")
    assert found(state="ok") == ("incremental", "ok")
    assert found(mode="full", state="failed") is None


def test_a_run_of_another_source_is_left_to_itself(store: Store) -> None:
    run = store.start_run("kb", "full")
    store.start_run("tdn", "full")
    still = store.last_run("kb")
    assert still is not None
    assert (still.id, still.state, still.ended_at) == (run.id, "running", None)


def test_what_was_removed_is_not_unseen(store: Store) -> None:
    for key in "ab":
        put(store, document(key))
    with store.writing() as write:
        write.remove_all(["tdn:a"])
    assert store.unseen(store.start_run("tdn", "full")) == ["tdn:b"]


def test_unseen_names_what_a_listing_lacks_of_its_own_source(store: Store) -> None:
    for key in "abc":
        put(store, document(key))
    put(store, document("z", source="kb"))
    run = store.start_run("tdn", "full")
    with store.writing() as write:
        write.mark_seen(run, ["tdn:b"])
    assert store.unseen(run) == ["tdn:a", "tdn:c"]


def test_failures_are_listed_in_order(store: Store) -> None:
    run = store.start_run("kb", "full")
    with store.writing() as write:
        write.add_failures(run, [("page 2", "500"), ("record 9", "no title")])
    assert store.failures(run) == [("page 2", "500"), ("record 9", "no title")]
    assert store.failures(run, limit=1) == [("page 2", "500")]
    assert store.failures(store.start_run("kb", "full")) == []


def test_an_endless_failure_is_cut(store: Store) -> None:
    run = store.start_run("kb", "full")
    with store.writing() as write:
        write.add_failures(run, [("u" * 9999, "e" * 9999)])
    assert store.failures(run) == [("u" * 500, "e" * 2000)]


def test_status_tells_each_source_with_its_last_run_and_last_success(store: Store) -> None:
    put(store, document())
    store.finish_run(store.start_run("tdn", "full"), "ok", {"changed": 1})
    store.finish_run(store.start_run("tdn", "incremental"), "failed", {"changed": 0}, "answered 500")
    put(store, document("1", source="kb"))
    kb, tdn = store.sources()
    assert (kb.name, kb.documents, kb.state, kb.last_run) == ("kb", 1, "never", None)
    assert (tdn.name, tdn.documents, tdn.state, tdn.error) == ("tdn", 1, "failed", "answered 500")
    assert tdn.last_success is not None
    assert tdn.last_run is not None
    assert tdn.last_success <= tdn.last_run
    assert tdn.counts == {"changed": 0}


# -- what is asked -----------------------------------------------------------------------------------------------------


def asked(text: str, day: date, count: int = 1, hits: int = 3) -> Asked:
    return Asked(text=text, count=count, hits=hits, last_asked=day)


def test_what_is_asked_is_added_up_over_its_spellings_and_days(store: Store) -> None:
    today = datetime.now(UTC).date()
    yesterday = today - timedelta(days=1)
    for day, text, hits in ((yesterday, "nota fiscal", 0), (today, "Nota Físcal", 4), (today, "nota  fiscal", 7)):
        store.add_queries([asked(text, day, 2, hits)], keep_days=30)
    store.add_queries([asked("boleto", today, 1)], keep_days=30)
    assert store.queries(limit=9) == [
        Asked(text="nota  fiscal", count=6, days=2, hits=7, last_asked=today),
        Asked(text="boleto", count=1, days=1, hits=3, last_asked=today),
    ]
    store.add_queries([asked("nota fiscal", yesterday)], keep_days=30)  # of a worker that wrote late
    assert [(query.days, query.last_asked) for query in store.queries(limit=1)] == [(2, today)]


def test_queries_are_chosen_by_days_and_hits_the_most_frequent_first(store: Store) -> None:
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=before) for before in (2, 1, 0)]
    for day in days:
        store.add_queries([asked("boleto", day), asked("nada", day, 5, 0)], keep_days=30)
    store.add_queries([asked("outro", today, 90)], keep_days=30)
    texts = lambda **options: [query.text for query in store.queries(**{"limit": 9} | options)]  # noqa: E731
    assert texts() == ["outro", "nada", "boleto"]
    assert texts(limit=2) == ["outro", "nada"]
    assert texts(min_days=3) == ["nada", "boleto"]
    assert texts(min_days=3, hits=True) == ["boleto"]
    assert texts(hits=False) == ["nada"]


def test_a_query_that_nobody_repeats_expires_and_one_is_forgotten_in_any_spelling(store: Store) -> None:
    today = datetime.now(UTC).date()
    store.add_queries([asked("velha", today - timedelta(days=31)), asked("Emissão", today)], keep_days=30)
    assert [query.text for query in store.queries(limit=9)] == ["Emissão"]
    assert not store.forget_query("velha")
    assert store.forget_query("EMISSAO ")
    store.add_queries([], keep_days=30)
    assert store.queries(limit=9) == []


def test_workers_that_count_at_once_lose_nothing(store: Store) -> None:
    today = datetime.now(UTC).date()

    def count(worker: int) -> None:
        texts = ["um", "dois", "três", "quatro"]
        store.add_queries([asked(text, today) for text in (texts if worker % 2 else texts[::-1])], keep_days=30)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(20)))
    assert [query.count for query in store.queries(limit=9)] == [20] * 4


# -- notes, leases, upkeep ---------------------------------------------------------------------------------------------


def test_a_note_is_kept_and_replaced(store: Store) -> None:
    assert store.note("demo") == ""
    store.set_note("demo", "a")
    store.set_note("demo", "b")
    assert store.note("demo") == "b"


def test_a_lease_keeps_others_out_until_it_is_dropped(store: Store) -> None:
    store.take_lease("index", "one", 60)
    store.take_lease("index", "one", 60)
    with pytest.raises(BusyError, match="index is being done by one"):
        store.take_lease("index", "two", 60)
    store.take_lease("crawl:tdn", "two", 60)
    store.drop_lease("index", "two")
    with pytest.raises(BusyError):
        store.take_lease("index", "two", 60)
    store.drop_lease("index", "one")
    store.take_lease("index", "two", 60)


def test_a_lease_that_ran_out_may_be_taken(store: Store) -> None:
    store.take_lease("index", "one", -1)
    store.take_lease("index", "two", 60)
    with pytest.raises(BusyError):
        store.take_lease("index", "one", 60)


def test_clearing_forgets_all_but_the_numbers(store: Store) -> None:
    put(store, document())
    store.set_note("demo", "a")
    store.finish_run(store.start_run("tdn", "full"), "ok", {})
    store.clear()
    assert (store.count(), store.note("demo"), store.sources()) == (0, "", [])
    put(store, document())
    assert changes(store) == [(2, "tdn:1", True)]


def test_a_store_opened_again_has_everything(store: Store, store_url: str) -> None:
    put(store, document())
    store.close()
    again = open_store(store_url)
    assert changes(again) == [(1, "tdn:1", True)]
    again.close()


# -- schema ------------------------------------------------------------------------------------------------------------


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_the_migrated_schema_is_the_one_in_tables(store: Store, store_url: str) -> None:
    with engine(store_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, tables.metadata)
    assert differences == []
    store.position()


def test_processes_that_open_a_new_store_at_once_all_succeed(store_url: str) -> None:
    code = "import sys; from search.store.store import open_store; open_store(sys.argv[1]).position()"
    started = [subprocess.Popen([sys.executable, "-c", code, store_url], stderr=subprocess.PIPE) for _ in range(3)]
    ended = [(process.communicate()[1].decode()[-500:], process.returncode) for process in started]
    assert [code for _, code in ended] == [0, 0, 0], ended


def test_threads_that_open_stores_at_once_all_succeed(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / str(number)}.sqlite" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(open_store, urls))
    assert [store.position() for store in stores] == [0] * len(urls)
    for store in stores:
        store.close()


def test_a_store_of_a_newer_program_is_refused(store: Store, store_url: str) -> None:
    store.close()
    with engine(store_url).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer than this program"):
        open_store(store_url)


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def test_an_unreachable_database_is_told_without_its_password() -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/") as caught:
        open_store("postgresql://busca:segredo@127.0.0.1:1/busca?connect_timeout=2")
    assert "segredo" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "oracle://x:segredo@h/d",
        "postgresql://busca:segredo",
        "postgresql://busca:segredo@h:porta/d",
        "postgresql+nada://busca:segredo@h/d",
        "postgresql://busca:segredo@127.0.0.1:1/d?sslmode=nada",
        "sqlite:////proc/none/store.sqlite",
        "sqlite:////dev/null/store.sqlite",
        "sqlite:////tmp",
    ],
)
def test_an_impossible_url_is_a_sentence_without_its_password(url: str) -> None:
    with pytest.raises(StoreError, match=r"^the store ") as caught:
        open_store(url)
    assert "segredo" not in str(caught.value)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Nobody's rights for a moment: root may write everywhere."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that other users may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="busca-store-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_folder_that_may_not_be_written_is_told(public_folder: Path) -> None:
    public_folder.chmod(0o555)
    with unprivileged(), pytest.raises(StoreError, match="unable to open database file"):
        open_store(f"sqlite:///{public_folder / 'store.sqlite'}")
    with unprivileged(), pytest.raises(StoreError, match=r"cannot be opened: .*Permission denied"):
        open_store(f"sqlite:///{public_folder / 'deeper' / 'store.sqlite'}")
    assert list(public_folder.iterdir()) == []


def test_a_file_that_may_not_be_written_is_told_and_left_alone(public_folder: Path) -> None:
    url = f"sqlite:///{public_folder / 'store.sqlite'}"
    store = open_store(url)
    put(store, document("a"))
    store.close()
    (public_folder / "store.sqlite").chmod(0o444)
    public_folder.chmod(0o555)
    with unprivileged(), pytest.raises(StoreError, match=r"readonly database|unable to open"):
        open_store(url)
    public_folder.chmod(0o755)
    (public_folder / "store.sqlite").chmod(0o644)
    again = open_store(url)
    assert changes(again) == [(1, "tdn:a", True)]
    again.close()


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    file.write_bytes(b"not a database, but something that somebody needs" * 100)
    with pytest.raises(StoreError, match="not a database"):
        open_store(f"sqlite:///{file}")
    assert file.read_bytes().startswith(b"not a database, but")


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    store = open_store(url)
    put(store, document("a"))
    full = open_store(url)

    @sa.event.listens_for(full._engine, "connect")
    def _limited(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # SQLite takes its present size: the next page finds no room

    full._engine.dispose()
    big: Document = document("b", body="".join(chr(0x4E00 + number % 20_000) for number in range(400_000)))
    with pytest.raises(StoreError, match="full"):
        put(full, big)
    assert changes(store) == [(1, "tdn:a", True)]
    assert put(store, big)
    full.close()
    store.close()
