"""`busca demo`: the simulated sources, crawled over HTTP, indexed and served, in a folder of their own kind.

    simulator (process) ◀──HTTP── crawl ──▶ store ──▶ index ◀── gunicorn (process) ◀── you

The settings that lead to the simulator are written to `demo.yaml` in the data folder, so that every other command can
be tried against it: `busca --config var/demo.yaml crawl --full`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import click
import yaml

from busca.services import DEMO_KEY, DEMO_NOTE, DEMO_SETTINGS
from crawlers.registry import load_settings
from crawlers.run import Outcome
from indexes import open_index
from search.analysis import analyzer
from search.config import settings as config
from search.errors import BuscaError, IndexUnavailable
from search.store.locks import exclusive
from search.store.store import open_store

CHANNEL = "UCsim7TvCanal0Portal2xQ4"
MANIFESTS = ("protheus.json", "rm.jsonl", "datasul.xml", "logix.csv")
READY_S = 60.0
SIMULATED = {"tdn", "kb", "youtube", "downloads", "legislacao"}

BringIn = Callable[[Path, config.Config], list[Outcome]]


def run_demo(settings: config.Config, *, pages: Path | None, port: int | None, bring_in: BringIn) -> None:
    """Run until interrupted. What an earlier demo of other content left is cleared; a real store is never touched."""
    web_port = _free_port(settings.web.host, port or settings.web.port, only=port is not None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.environ.setdefault(DEMO_KEY, "demo")  # here, and in the processes that are started
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that starts us in the background ignores it
    try:
        with _alone(settings), _simulator(pages, _free_port("127.0.0.1", web_port + 1)) as address:
            _own_the_store(settings, pages)
            demo_path = settings.data_dir / DEMO_SETTINGS
            demo_path.write_text(
                yaml.safe_dump(simulated(settings, address, pages=pages, web_port=web_port), sort_keys=False),
                encoding="utf-8",
            )
            demo_settings = load_settings(demo_path)
            page = f"http://{settings.web.host}:{web_port}"
            if _is_served(settings):
                with _served(demo_path, page) as server:
                    bring_in(demo_path, demo_settings)
                    _wait(server, page, demo_path)
            else:
                shutil.rmtree(settings.index_dir, ignore_errors=True)
                bring_in(demo_path, demo_settings)
                if not _is_served(settings):
                    raise BuscaError("no source gave a document, so there is nothing to show: see above")
                with _served(demo_path, page) as server:
                    _wait(server, page, demo_path)
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


@contextmanager
def _alone(settings: config.Config) -> Iterator[None]:
    """One demo in a folder at a time."""
    store = open_store(settings.store_url)
    try:
        with exclusive(store, settings.data_dir, "demo"):
            yield
    finally:
        store.close()


def _is_served(settings: config.Config) -> bool:
    """Whether there is an index that can be opened."""
    index = open_index(settings.index_dir, settings.index, analyzer.read(settings.words_folder))
    try:
        return bool(index.status().generation)
    except IndexUnavailable:
        return False
    finally:
        index.close()


def _own_the_store(settings: config.Config, pages: Path | None) -> None:
    """Clear what another demo left, and refuse a store that holds real documents."""
    origin = "content" if pages is None else f"{pages.resolve()}:{pages.stat().st_size}"
    store = open_store(settings.store_url)
    note = store.note(DEMO_NOTE)
    if not note and store.count():
        raise BuscaError(f"{settings.data_dir} holds a real store: give the demo another folder with BUSCA_DATA_DIR=…")
    if note != origin:
        store.clear()
        shutil.rmtree(settings.index_dir, ignore_errors=True)
        store.set_note(DEMO_NOTE, origin)
    store.close()


def simulated(settings: config.Config, address: str, *, pages: Path | None, web_port: int) -> dict[str, Any]:
    """The configuration with every source led to the simulator, and without the politeness that strangers are owed."""
    data: dict[str, Any] = settings.model_dump(mode="json")
    data["http"] |= {
        "requests_per_second": 10_000.0,
        "backoff_s": 0.1,
        "retry_after_max_s": 5.0,
        "read_timeout_s": 10.0,
    }
    data["web"]["port"] = web_port
    sources = data["sources"]
    sources["tdn"] |= {"base_url": f"{address}/tdn", "spaces": [], "exclude_spaces": []}
    sources["kb"]["instances"] = [
        {"name": "totvsexterno", "base_url": f"{address}/kb", "locales": ["pt-br", "es", "en-us"]}
    ]
    sources["youtube"] |= {
        "channel_id": CHANNEL,
        "playlists": [],
        "feed_url": f"{address}/youtube/feeds/videos.xml",
        "api_url": f"{address}/youtube/v3",
        "watch_url": f"{address}/youtube/watch",
        "api_key_env": DEMO_KEY,
    }
    sources["downloads"]["manifests"] = [f"{address}/downloads/{name}" for name in MANIFESTS]
    sources["downloads"]["portal_url"] = f"{address}/downloads/portal/p/10098/download"
    sources["legislacao"]["url"] = f"{address}/legislacao/feed.xml"
    names = SIMULATED if pages is None else SIMULATED - {"legislacao"}
    data["sources"] = {name: source | {"enabled": True} for name, source in sources.items() if name in names}
    return data


@contextmanager
def _simulator(pages: Path | None, port: int) -> Iterator[str]:
    """Run the simulator as a process of its own; yield its address."""
    command = [sys.executable, "-m", "simulator", "--port", str(port), *(["--pages", str(pages)] if pages else [])]
    with _process(command, stdout=subprocess.PIPE) as process:
        line = process.stdout.readline() if process.stdout else ""
        if "http://" not in line:
            raise BuscaError(f"the simulator did not start (exit {process.wait(READY_S)}): see its message above")
        click.echo(line.strip(), err=True)
        yield line.split()[-1]


@contextmanager
def _served(demo_path: Path, page: str) -> Iterator[subprocess.Popen[str]]:
    """Run the web server as a process of its own, and say where once it answers."""
    command = [sys.executable, "-m", "busca", "--config", str(demo_path), "serve"]
    with _process(command) as process:
        deadline = time.monotonic() + READY_S
        while not _answers(f"{page}/health/ready"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise BuscaError("the web server did not start: see its message above")
            time.sleep(0.1)
        click.echo(f"\n  {page}\n")
        yield process


@contextmanager
def _process(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, text=True, **options)  # noqa: S603  our own interpreter and modules
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_port(host: str, wanted: int, *, only: bool = False) -> int:
    """The wanted port, or any free one where it is taken. Raise BuscaError when it is taken and no other will do."""
    for port in (wanted,) if only else (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise BuscaError(f"port {wanted} on {host} is taken: choose another one with --port, or leave it out")


def _wait(server: subprocess.Popen[str], page: str, demo_path: Path) -> None:
    """Stay until interrupted. Raise BuscaError when the web server ends by itself."""
    click.echo(f"serving {page}; other commands: busca --config {demo_path} crawl --full (Ctrl+C stops)", err=True)
    raise BuscaError(f"the web server ended (exit {server.wait()}): see its message above")
