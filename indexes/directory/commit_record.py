"""What a commit holds, in a file beside it: enough to tell what is served, without opening it.

    record-12    {"documents": 430, "facets": ["source", …],
                  "files": {"_MAIN_12.toc": [size, CRC-32 of the first bytes, of the others], …}}

It is written after the commit of that number. Where it is missing, a file is not as it says, or the commit lacks
a facet that there is now, the commit has to be opened, which says what is wrong.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from indexes.directory import commit_positions
from indexes.directory.generations import Generations, replace_file
from search.errors import IndexUnavailable
from search.facets import FILTERS
from search.index import IndexStatus

NAME = "record-{commit}"
TOC = re.compile(r"_MAIN_(\d+)\.toc")
"""The file that makes a commit: the newest is the one that is served."""
FIRST = 64
"""Bytes at the beginning of a file that are summed up apart: what the others sum up to is known already of some."""
READ = 1 << 20

Sums = tuple[int, int, int | None]
"""A file's size, and the CRC-32 of its first bytes and of the others; None where opening does not compare those."""


def write(generation: Path, commit: int, documents: int, others: Mapping[str, int | None]) -> None:
    """Say how many documents a commit has, and what its files are like; `others` is the last of a file's sums."""
    files = {name: _sums(generation / name, crc) for name, crc in others.items()}
    toc = generation / f"_MAIN_{commit}.toc"
    files[toc.name] = _sums(toc, _crc(toc))
    record = {"documents": documents, "facets": FILTERS, "files": files}
    replace_file(generation / NAME.format(commit=commit), json.dumps(record))
    for path in generation.glob(NAME.format(commit="*")):
        if path.name != NAME.format(commit=commit):
            with suppress(FileNotFoundError):
                path.unlink()


def status(folder: Path, fingerprint: str) -> IndexStatus | None:
    """What is served under a folder, where the newest commit is whole, with those words and all facets; else None."""
    generations = Generations(folder)
    try:
        name = generations.current()
        generation = generations.path(name)
        commit, toc = max((int(match[1]), path) for path in generation.iterdir() if (match := TOC.fullmatch(path.name)))
        record = json.loads((generation / NAME.format(commit=commit)).read_text(encoding="utf-8"))
        if toc.name not in record["files"] or generations.words(name) != fingerprint:
            return None
        if not set(FILTERS) <= set(record["facets"]):
            return None
        if not all(_is_whole(generation / file, sums) for file, sums in record["files"].items()):
            return None
        return IndexStatus(
            generation=name,
            position=commit_positions.read(generation, commit),
            documents=record["documents"],
            built_at=datetime.fromtimestamp(toc.stat().st_mtime, UTC),
        )
    except (IndexUnavailable, OSError, ValueError, LookupError, TypeError):
        return None


def _is_whole(path: Path, sums: Sequence[int | None]) -> bool:
    return list(_sums(path, None if sums[2] is None else _crc(path))) == list(sums)


def _sums(path: Path, others: int | None) -> Sums:
    with path.open("rb") as file:
        return path.stat().st_size, zlib.crc32(file.read(FIRST)), others


def _crc(path: Path) -> int:
    """The CRC-32 of what comes after the first bytes."""
    crc = 0
    with path.open("rb") as file:
        file.seek(FIRST)
        while data := file.read(READ):
            crc = zlib.crc32(data, crc)
    return crc
