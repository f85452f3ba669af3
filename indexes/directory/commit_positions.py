"""The position of each commit: the last change of the store that it holds, in a file beside it, with a checksum.

It is written before the commit of that number: a commit that exists has its position, whatever was interrupted.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from pathlib import Path

from indexes.directory.generations import replace_file
from search.errors import IndexUnavailable

NAME = "position-{commit}"


def read(generation: Path, commit: int) -> int:
    """The last change held by a commit; a new generation's first commit is empty and holds none."""
    file = generation / NAME.format(commit=commit)
    try:
        position, _, checksum = file.read_text(encoding="ascii").partition(" ")
        if checksum.strip() == _checksum(int(position)):
            return int(position)
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        raise IndexUnavailable(
            f"{file.name} of {generation.name} cannot be read ({error}): run `busca rebuild`"
        ) from error
    raise IndexUnavailable(f"{file.name} of {generation.name} is damaged: run `busca rebuild`")


def write(generation: Path, commit: int, position: int) -> None:
    replace_file(generation / NAME.format(commit=commit), f"{position} {_checksum(position)}\n")


def drop_old(generation: Path, commit: int) -> None:
    """The one of the commit before stays, for readers that are opening that one right now."""
    names = {NAME.format(commit=number) for number in (commit - 1, commit)}
    for path in generation.glob(NAME.format(commit="*")):
        if path.name not in names:
            with suppress(FileNotFoundError):
                path.unlink()


def _checksum(position: int) -> str:
    return f"{zlib.crc32(str(position).encode()):08x}"
