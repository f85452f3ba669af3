"""The whole service for a browser: crawled from the simulator, served by gunicorn, with hostile documents in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator import Simulator
from tests.workplace import workplace

HOSTILE_TITLE = '<script>alert(10)</script><b>xyzzyx</b> "><img src=x onerror=alert(11)>'
HOSTILE_TEXT = "<script>alert(12)</script> xyzzyx <img src=x onerror=alert(13)> </li></main><svg onload=alert(14)>"


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running portal."""
    with Simulator() as simulator:
        simulator.edit("tdn", "799000001", title=HOSTILE_TITLE, text=HOSTILE_TEXT)
        simulator.edit("kb", "369000000001", title=HOSTILE_TITLE, text=HOSTILE_TEXT)
        simulator.edit("youtube", "hostile0001", title=HOSTILE_TITLE, description=HOSTILE_TEXT)
        simulator.edit("downloads", "1999001", name=HOSTILE_TITLE, description=HOSTILE_TEXT)
        place = workplace(tmp_path_factory.mktemp("portal"), simulator.url)
        place.done("work", "--once")
        with place.served() as address:
            yield address
