"""A generation's folder opened as a Whoosh index; files that are gone, cut or of another version are told by name."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh import index as whoosh
from whoosh.filedb.filestore import FileStorage

from search.errors import IndexUnavailable

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
