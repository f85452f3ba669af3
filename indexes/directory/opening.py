"""A generation's folder opened as a Whoosh index; files that are gone, cut or of another version are told by name."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh import index as whoosh
from whoosh.filedb.filestore import FileStorage

from indexes.writing.index_writer import Writer
from search.analysis.analyzer import Analyzer
from search.errors import BusyError, IndexUnavailable

UNREADABLE = (
    *(whoosh.IndexError, OSError, ValueError, EOFError, struct.error),
    *(pickle.UnpicklingError, AttributeError, ImportError, LookupError, TypeError),
)
"""What opening raises where files are gone or cut, or pickled by a version with other classes."""


@contextmanager
def readable(name: str) -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        raise IndexUnavailable(f"generation {name} cannot be opened ({error}): run `busca rebuild`") from error


def opened_under(path: Path) -> tuple[whoosh.FileIndex, set[str]]:
    """The index in a folder, and its fields and columns."""
    opened = whoosh.FileIndex(FileStorage(str(path)))
    return opened, set(opened.schema.names())


@contextmanager
def writing(opened: whoosh.FileIndex, memory_mib: int, analyzer: Analyzer) -> Iterator[Writer]:
    """A writer, which is cancelled where it was not committed. Raise BusyError when another one is open."""
    try:
        writer = Writer(opened, memory_mib, analyzer)
    except whoosh.LockError as error:
        raise BusyError(f"another process writes to {opened.storage.folder}") from error
    try:
        yield writer
    finally:
        if not writer.is_closed:
            writer.cancel()
