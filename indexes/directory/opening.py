"""A generation's folder opened as a Whoosh index; files that are gone, cut or of another version are told by name."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh import index as whoosh
from whoosh.filedb.filestore import FileStorage

from indexes.directory.generations import Generations
from indexes.schema import schema
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


def open_generation(generations: Generations, name: str) -> whoosh.FileIndex:
    """The newest commit of a generation, of which nothing but the table of contents is read."""
    path = generations.path(name)
    with readable(name):
        try:
            index, fields = _opened_under(path)
        except FileNotFoundError:  # a commit replaced the table of contents between its listing and its opening
            index, fields = _opened_under(path)
    if lacking := set(schema().names()) - fields:
        raise IndexUnavailable(f"generation {name} lacks {', '.join(sorted(lacking))}: run `busca rebuild`")
    return index


def _opened_under(path: Path) -> tuple[whoosh.FileIndex, set[str]]:
    """The index in a folder, and its fields and columns."""
    index = whoosh.FileIndex(FileStorage(str(path)))
    return index, set(index.schema.names())
