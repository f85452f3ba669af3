"""A client that never waits, a server on loopback that plays a script, and the sources in miniature."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from crawlers.http.client import Client
from search.config.settings import Http
from simulator import Simulator

QUICK = Http(backoff_s=0.0, requests_per_second=10_000.0, read_timeout_s=5.0, max_body_mib=1)


@pytest.fixture
def client() -> Iterator[Client]:
    """A client that is asked to wait and does not."""
    with Client(QUICK, sleep=lambda _: None) as quick:
        yield quick


@pytest.fixture
def wire() -> Iterator[Callable[..., str]]:
    """Serve raw bytes: `wire(answer, …)` gives an address whose connections are answered in that order, then closed."""
    with ExitStack() as opened:

        def serve(*answers: bytes) -> str:
            queue = list(answers)

            class Handler(socketserver.BaseRequestHandler):
                def handle(self) -> None:
                    self.request.recv(65_536)
                    self.request.sendall(queue.pop(0) if len(queue) > 1 else queue[0])

            server = opened.enter_context(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler))
            thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
            thread.start()
            opened.callback(thread.join)
            opened.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_address[1]}"

        yield serve


@pytest.fixture(scope="session")
def whole_simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def simulator(whole_simulator: Simulator) -> Iterator[Simulator]:
    """The authored sources, for tests that only read or set faults."""
    yield whole_simulator
    whole_simulator.clear_faults()
