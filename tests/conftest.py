"""What tests of several folders need: documents to try things with, and both databases for real."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from search.store import Store, open_store

READY_S = 60.0


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Run Debian's PostgreSQL on a free port with a data folder of its own; yield the URL of its first database."""
    bin = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: float(each.parent.name), default=None)
    if bin is None:
        lacking("PostgreSQL is not installed (Debian's package postgresql)")
    # PostgreSQL refuses to run as root, and another user cannot enter pytest's own folders.
    owner = pwd.getpwnam("postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
    folder = Path(tempfile.mkdtemp(prefix="busca-postgresql-"))
    if os.geteuid() == 0:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = {"user": owner.pw_uid, "group": owner.pw_gid} if os.geteuid() == 0 else {}
    url = f"postgresql://busca@127.0.0.1:{port}/postgres"
    options = {"fsync": "off", "unix_socket_directories": str(folder), "listen_addresses": "127.0.0.1", "port": port}
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    try:
        initdb = [bin / "initdb", "-D", folder / "data", "-U", "busca", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **run)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [bin / "postgres", "-D", folder / "data", *settings], stdout=log, stderr=log, cwd=folder, **run
            )
        try:
            wait_for_postgresql(url, server, folder / "log")
            yield url
        finally:
            server.terminate()
            server.wait(READY_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_postgresql(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start: {log.read_text(errors='replace')[-500:]}")
        else:
            return


def lacking(what: str) -> None:
    """Skip loudly where a system package is missing; where all of them have to be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI=true lets no test be skipped for that")
    pytest.skip(what)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A running PostgreSQL; each test that writes takes `fresh_postgresql_url`."""
    with postgresql_server() as url:
        yield url


@pytest.fixture
def fresh_postgresql_url(postgresql_url: str) -> Iterator[str]:
    """A database of the test's own."""
    name = f"busca_{uuid4().hex}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgresql_url.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store, once on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    url: str = request.getfixturevalue("fresh_postgresql_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()
