"""What tests of several folders need: both databases for real, and properties that hold without a clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings

from search.analysis.language_data import PACKAGED
from search.config.settings import LocalIndex
from search.store.store import Store, open_store
from tests.engines import Engine, Library
from tests.machine import postgresql_server

settings.register_profile("busca", deadline=None)  # a busy machine is no broken promise
settings.register_profile("quick", deadline=None, max_examples=25)
settings.load_profile("busca")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A running PostgreSQL; each test that writes takes `fresh_postgresql_url`."""
    with postgresql_server() as url:
        yield url


@pytest.fixture
def fresh_postgresql_url(postgresql_url: str) -> str:
    """A schema of the test's own, seven times as quick as a database; it goes with the server."""
    name = f"busca_{uuid4().hex}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{postgresql_url}?options=-csearch_path%3D{name}"


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


def _whoosh_looks_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexes.retrieval.searcher_manager.LOOK_EVERY_S", 0.0)


ENGINES = {"whoosh": Engine(settings=LocalIndex(), look_always=_whoosh_looks_always)}
"""Every engine, each of which keeps the contract: a further one is a further entry."""


@pytest.fixture(scope="session", params=ENGINES.values(), ids=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    engine: Engine = request.param
    return engine


@pytest.fixture
def library(engine: Engine, tmp_path: Path) -> Iterator[Library]:
    """An empty index of each engine."""
    index = engine(tmp_path / "index")
    yield Library(index)
    index.close()


@pytest.fixture
def eager_readers(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers look for a newer commit before every answer: the hardest case."""
    engine.look_always(monkeypatch)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Word lists of one's own, in which a xilofone is a boleto."""
    shutil.copytree(PACKAGED, tmp_path / "mine")
    path = tmp_path / "mine" / "pt.txt"
    path.write_text(path.read_text("utf-8").replace("[words]\n", "[words]\nxilofone=bolet boleto=bolet\n", 1), "utf-8")
    return tmp_path / "mine"
