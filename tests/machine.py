"""What tests need of the machine: a free port, PostgreSQL, and a loud word where something is missing."""

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
from typing import NoReturn

import psycopg
import pytest

READY_S = 60.0


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Run Debian's PostgreSQL on a free port with a data folder of its own; yield the URL of its first database."""
    bin = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), default=None)
    if bin is None:
        lacking("PostgreSQL is not installed (Debian's package postgresql)")
    # PostgreSQL refuses to run as root, and another user cannot enter pytest's own folders.
    owner = pwd.getpwnam("postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
    folder = Path(tempfile.mkdtemp(prefix="busca-postgresql-"))
    if os.geteuid() == 0:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    port = free_port()
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


def lacking(what: str) -> NoReturn:
    """Skip loudly where a system package is missing; where all of them have to be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI=true lets no test be skipped for that")
    pytest.skip(what)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
