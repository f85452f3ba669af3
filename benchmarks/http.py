"""How long a search takes over HTTP: each engine behind two gunicorn workers, asked query by query in turns.

Ours answers with the whole JSON of the API, passages and marks included; the peers stand behind the smallest Flask
application and answer with the number of documents only. `requests_per_s` is what four clients at a time get.

The table of docs/performance.md: python -m benchmarks.http --docs PAGES --queries FILE, on a machine with
nothing else to do; `times` compares within one run, and only that travels from one machine to another.
"""

from __future__ import annotations

import argparse
import http.client
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, request

from benchmarks import latency
from benchmarks.engines import ENGINES, FACETS, Engine
from crawlers.registry import load_settings
from indexes import open_index
from search.config import settings as config
from search.query.parser import parse
from search.store.store import open_store
from web.app import create_app
from web.gunicorn_server import Server

CLIENTS = 4
WAIT_S = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    if options.serve:
        serve(options.serve, options.folder, options.port)
        return 0
    latency.build(options)
    queries = latency.queries(options)
    with ExitStack() as stack:
        ports = {name: stack.enter_context(_served(name, options.folder / name)) for name in options.engines}
        clients = {name: stack.enter_context(_client(port)) for name, port in ports.items()}
        figures = latency.timed(clients, queries, options.rounds)
        for name, port in ports.items():
            figures[name]["requests_per_s"] = _throughput(port, queries * options.rounds)
    count = latency.count(options)
    print(f"{count} documents, {len(queries)} queries asked {options.rounds} times; milliseconds, and times ours")
    latency.tell(figures)
    if options.json:
        print(json.dumps({"documents": count, "engines": figures}))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = latency.parser("python -m benchmarks.http", __doc__ or "")
    parser.add_argument("--serve", choices=tuple(ENGINES), help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    return latency.completed(parser.parse_args(arguments))


def serve(name: str, folder: Path, port: int) -> None:
    """Serve one engine until the process is told to stop."""
    settings = config.Web(port=port, workers=2, threads=4)
    Server(settings, (lambda: _ours(folder)) if name == "busca" else (lambda: _peer(name, folder))).run()


def _ours(folder: Path) -> Flask:
    path = Path(tempfile.mkdtemp()) / "config.yaml"
    sources = {"tdn": {"kind": "feed", "label": "TDN", "url": "https://portal.example/feed"}}
    text = json.dumps({"data_dir": str(path.parent), "sources": sources, "index": {"cache_mib": 0}})
    path.write_text(text, encoding="utf-8")  # JSON is YAML
    settings = load_settings(path)
    app: Flask = create_app(settings, open_index(folder, settings.index), open_store(settings.store_url))
    return app


def _peer(name: str, folder: Path) -> Flask:
    app, local = Flask(__name__), threading.local()  # SQLite gives each thread a connection of its own

    @app.get("/api/v1/search")
    def search() -> dict[str, int]:
        if not hasattr(local, "engine"):
            local.engine = ENGINES[name](folder)
        engine: Engine = local.engine
        return {"total": engine.ask(engine.prepare(parse(request.args["q"])))}

    return app


@contextmanager
def _served(name: str, folder: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "benchmarks.http", "--serve", name, "--folder", str(folder), "--port", str(port)]
    process = subprocess.Popen(command)  # noqa: S603  this module, in another process
    try:
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            with suppress(OSError), _client(port) as ask:
                ask("nota")
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(WAIT_S)


@contextmanager
def _client(port: int) -> Iterator[latency.Ask]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)) as connection:
        yield lambda query: _ask(connection, query)


def _ask(connection: http.client.HTTPConnection, query: str) -> None:
    try:
        answer = _answer(connection, query)
    except http.client.RemoteDisconnected:  # a server may close what was idle while a slower peer had its turn
        connection.close()
        answer = _answer(connection, query)
    body = answer.read()
    if answer.status != 200:
        raise OSError(f"{answer.status}: {body[:200]!r}")


def _answer(connection: http.client.HTTPConnection, query: str) -> http.client.HTTPResponse:
    connection.request("GET", f"/api/v1/search?{urlencode({'q': query, 'facets': ','.join(FACETS)})}")
    return connection.getresponse()


def _throughput(port: int, queries: list[str]) -> float:
    """Requests a second that CLIENTS clients get together."""

    def client(part: int) -> None:
        with _client(port) as ask:
            for query in queries[part::CLIENTS]:
                ask(query)

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    return round(len(queries) / (time.perf_counter() - began), 1)


if __name__ == "__main__":
    sys.exit(main())
