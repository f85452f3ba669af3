"""The parts of one configuration: settings, store and index, each imported and opened when first needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from busca import logs
from crawlers.registry import load_settings
from search.config import settings as config
from search.store import summary

if TYPE_CHECKING:  # what takes longer to import than a short command may take
    from search.analysis.analyzer import Analyzer
    from search.index import Index, IndexStatus
    from search.store.store import Store
    from search.store.summary import Summary

DEMO_SETTINGS = "demo.yaml"
"""The file in data_dir with the settings of the demo that ran last."""
DEMO_NOTE = "demo"
"""The store's note that says whose documents these are: those of a demo may be cleared by the next one."""
DEMO_KEY = "BUSCA_DEMO_KEY"
"""Environment variable with the key that the simulated Data API is asked with; any will do."""


def parts(path: Path, ctx: click.Context) -> Parts:
    """The parts of a file of settings; what is logged goes where they say until the context ends."""
    if path.name == DEMO_SETTINGS:
        os.environ.setdefault(DEMO_KEY, "demo")  # a demo needs no secret
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # no linear algebra here; NumPy starts in two thirds of the time
    loaded = load_settings(path)
    ctx.with_resource(logs.handed_on(loaded.log))
    return Parts(loaded, path)


@dataclass(frozen=True)
class Parts:
    config: config.Config
    path: Path

    @cached_property
    def store(self) -> Store:
        from search.store.store import open_store

        return open_store(self.config.store_url)

    def summary(self) -> Summary:
        """What the store holds in numbers. Raise StoreError."""
        return summary.of_file(self.config.store_url) or self.store.summary()

    @cached_property
    def analyzer(self) -> Analyzer:
        from search.analysis.analyzer import read

        return read(self.config.words_folder)

    def index_status(self) -> IndexStatus:
        """What is served. Raise IndexUnavailable."""
        from indexes import status

        return status(self.config.index_dir, self.config.index, self.analyzer)

    @cached_property
    def index(self) -> Index:
        from indexes import open_index

        return open_index(self.config.index_dir, self.config.index, self.analyzer)
