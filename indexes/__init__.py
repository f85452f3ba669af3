"""The index on this machine, behind the protocol of `search.index`: who needs one asks `open_index` for it.

`search`, `web` and `busca` know no engine but by the name in the settings; an engine is imported when it is chosen.

    whoosh_index ──▶ suggest ──▶ retrieval ──▶ scoring ──┐
         └─────────▶ writing ──▶ clustering, tokenizing ─┴──▶ segment ──▶ directory
                                                    arrays, jit, schema: what all of them speak in

May import `search`; Whoosh and Numba are known nowhere else.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from indexes import jit
from indexes.directory import commit_record
from search.analysis.analyzer import Analyzer, packaged
from search.config import settings as config
from search.index import Index, IndexStatus


def open_index(folder: Path, settings: config.AnyIndex, analyzer: Analyzer | None = None) -> Index:
    """The index of the engine that the settings name, kept under `folder`, which may not exist yet.

    Documents are read by `analyzer`, and so is what is asked; by that of the packaged lists where there is none.
    """
    match settings.engine:
        case "whoosh":
            from indexes.whoosh_index import WhooshIndex  # noqa: PLC0415  others are not loaded

            return WhooshIndex(folder, settings, analyzer or packaged())


SMALL = 50_000
"""Documents up to which a usual question takes less time than loading what is compiled: docs/decisions/0021."""


def once(status: IndexStatus) -> AbstractContextManager[None]:
    """What a process asks within that ends after it: where there is little to search, nothing is compiled for it."""
    return jit.interpreted() if status.documents <= SMALL else nullcontext()


def status(folder: Path, settings: config.AnyIndex, analyzer: Analyzer) -> IndexStatus:
    """What is served: as its newest commit says of itself, where all of that is whole; else as it is when opened.

    Raise IndexUnavailable when nothing is.
    """
    match settings.engine:
        case "whoosh" if (recorded := commit_record.status(folder, analyzer.fingerprint)) is not None:
            return recorded
        case _:
            return open_index(folder, settings, analyzer).status()
