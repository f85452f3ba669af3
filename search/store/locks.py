"""One process at a time: a lock file among the processes of a machine, a lease in the store among machines."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from search.errors import BusyError, StoreError
from search.store.store import Store

LEASE_S = 120.0
"""How long another machine waits after this one has died; renewed three times within."""


@contextmanager
def exclusive(store: Store, data_dir: Path, name: str) -> Iterator[None]:
    """Hold the piece of work called `name`. Raise BusyError at once while anybody else does.

    The file lock dies with its process. Two processes of one machine and folder therefore share the lease's owner: the
    one that has the file lock knows that the other is gone.
    """
    folder = data_dir / "locks"
    lock = FileLock(folder / f"{name.replace(':', '-')}.lock", blocking=False, thread_local=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise BusyError(f"another process on this machine does {name!r} now: wait for it, or stop it") from error
    except OSError as error:
        raise StoreError(f"{folder} cannot be written to ({error.strerror}): give this user the right to") from error
    owner = f"{socket.gethostname()}:{data_dir}"
    try:
        store.take_lease(name, owner, LEASE_S)
        try:
            with _renewed(store, name, owner):
                yield
        finally:
            with suppress(StoreError):  # the lease runs out by itself
                store.drop_lease(name, owner)
    finally:
        lock.release()


@contextmanager
def _renewed(store: Store, name: str, owner: str) -> Iterator[None]:
    """Renew the lease from a thread while the block runs; a store that is away for a moment is asked again."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(LEASE_S / 3):
            try:
                store.take_lease(name, owner, LEASE_S)
            except StoreError:
                continue

    thread = threading.Thread(target=renew, name=f"lease {name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
