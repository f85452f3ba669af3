"""The command line, led to the sources in miniature."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator import Simulator
from tests.workplace import Workplace, workplace


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The authored sources, the test's own to change and break."""
    with Simulator() as running:
        yield running


@pytest.fixture
def busca(tmp_path: Path, simulator: Simulator) -> Workplace:
    """A workplace before anything was crawled."""
    return workplace(tmp_path, simulator.url)


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A workplace that has been crawled and indexed, for tests that only read."""
    with Simulator() as running:
        place = workplace(tmp_path_factory.mktemp("ready"), running.url)
        place.done("work", "--once")
        yield place


@pytest.fixture
def indexed(ready: Workplace, tmp_path: Path) -> Workplace:
    """The same in a folder of the test's own, for tests that change what was made of the sources."""
    place = workplace(tmp_path, ready.sources_at)
    shutil.copytree(ready.config.data_dir, place.config.data_dir)
    return place
