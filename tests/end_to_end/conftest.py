"""The command line, led to the sources in miniature."""

from __future__ import annotations

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


@pytest.fixture(scope="module")
def whole_simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, whole_simulator: Simulator) -> Workplace:
    """A workplace that has been crawled and indexed, for tests that only read."""
    place = workplace(tmp_path_factory.mktemp("ready"), whole_simulator.url)
    place.done("work", "--once")
    return place
