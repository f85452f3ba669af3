"""One process at a time: on a machine by a file that dies with its process, among machines by a lease."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from search.errors import BusyError
from search.store import locks
from search.store.locks import exclusive
from search.store.store import Store
from search.store.tables import leases

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
HOLD = """
import sys
from pathlib import Path
from search.store.locks import exclusive
from search.store.store import open_store

with exclusive(open_store(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def other_process(url: str, folder: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """Another process of this machine that does the work called `name`."""
    command = [sys.executable, "-c", HOLD, url, str(folder), name]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def lease(store: Store) -> tuple[str, datetime] | None:
    """(owner, end) of the only lease."""
    with store._engine.connect() as connection:
        row = connection.execute(sa.select(leases)).one_or_none()
    return None if row is None else (row.owner, datetime.fromisoformat(row.until))


def let_run_out(store: Store) -> None:
    """Move the end of every lease into the past."""
    with store._engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(sa.update(leases).values(until=LONG_AGO.isoformat()))


def do(store: Store, folder: Path, name: str = "index") -> None:
    with exclusive(store, folder, name):
        pass


def test_a_second_process_is_refused_with_a_sentence(store: Store, store_url: str, tmp_path: Path) -> None:
    with other_process(store_url, tmp_path, "index"):
        with pytest.raises(
            BusyError, match="another process on this machine does 'index' now: wait for it, or stop it"
        ):
            do(store, tmp_path)
        do(store, tmp_path, "crawl:tdn")


def test_a_process_that_was_killed_holds_nothing(store: Store, store_url: str, tmp_path: Path) -> None:
    with other_process(store_url, tmp_path, "index") as process:
        process.kill()
        process.wait()
        assert lease(store) is not None
        do(store, tmp_path)
    assert lease(store) is None


def test_a_second_thread_is_refused_too(store: Store, tmp_path: Path) -> None:
    said: list[str] = []

    def other() -> None:
        try:
            do(store, tmp_path)
        except BusyError as error:
            said.append(str(error))

    with exclusive(store, tmp_path, "index"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(said) == 1


def test_another_machine_holds_its_lease_until_it_runs_out(store: Store, tmp_path: Path) -> None:
    store.take_lease("index", "outra:/var", 60)
    with pytest.raises(BusyError, match="index is being done by outra:/var, whose claim holds until 20"):
        do(store, tmp_path)
    let_run_out(store)
    do(store, tmp_path)


def test_the_lease_keeps_other_machines_out_and_is_dropped_at_the_end(store: Store, tmp_path: Path) -> None:
    with exclusive(store, tmp_path, "index"):
        held = lease(store)
        assert held is not None
        owner, until = held
        assert owner == f"{socket.gethostname()}:{tmp_path}"
        assert timedelta(0) < until - datetime.now(UTC) <= timedelta(seconds=locks.LEASE_S)
        with pytest.raises(BusyError):
            store.take_lease("index", "outra:/var", 60)
    store.take_lease("index", "outra:/var", 60)


def test_work_that_fails_keeps_nobody_out(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(store, tmp_path, "index"):
        raise ZeroDivisionError
    store.take_lease("index", "outra:/var", 60)


def test_who_is_refused_by_a_lease_keeps_no_file_lock(store: Store, tmp_path: Path) -> None:
    store.take_lease("index", "outra:/var", 60)
    for _ in range(2):
        with pytest.raises(BusyError, match="outra"):
            do(store, tmp_path)


def test_a_lease_is_renewed_while_the_work_goes_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LEASE_S", 0.3)
    renewals = threading.Semaphore(0)

    @sa.event.listens_for(store._engine, "commit")
    def _committing(_: sa.Connection) -> None:
        if threading.current_thread().name == "lease index":
            renewals.release()

    with exclusive(store, tmp_path, "index"):
        let_run_out(store)
        for _ in range(3):  # a renewal may be under way; the second is whole when the third is told
            assert renewals.acquire(timeout=60)
        held = lease(store)
    assert held is not None
    assert held[1] > LONG_AGO
    assert "lease index" not in {thread.name for thread in threading.enumerate()}


def test_names_of_work_are_names_of_files(store: Store, tmp_path: Path) -> None:
    do(store, tmp_path, "crawl:tdn")
    assert [path for path in (tmp_path / "locks").iterdir() if path.name != "crawl-tdn.lock"] == []
