"""The registry: every kind of source that may stand in the settings can be opened, and is light to know."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawlers import registry
from crawlers.http.client import Client
from search.config.settings import kind_of

ROOT = Path(__file__).parents[2]
SHIPPED = registry.load_settings(ROOT / "config.yaml", {})


@pytest.mark.parametrize("name", SHIPPED.sources)
def test_a_source_of_every_kind_is_opened_under_its_name(name: str, client: Client) -> None:
    source = registry.open_source(name, SHIPPED.sources[name], client, ROOT)
    assert source.name == name
    assert callable(source.records) and callable(source.document) and callable(source.probe)


def test_a_row_has_the_name_that_its_settings_say() -> None:
    assert {name: kind_of(kind.settings) for name, kind in registry.KINDS.items()} == {n: n for n in registry.KINDS}


def test_settings_are_read_without_what_calls_sources() -> None:
    code = (
        "import sys; from pathlib import Path; from crawlers.registry import load_settings\n"
        "load_settings(Path('config.yaml'), {})\n"
        "print(*{'requests', 'urllib3', 'feedparser', 'bs4', 'lxml'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""
