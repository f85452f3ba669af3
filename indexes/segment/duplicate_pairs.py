"""Which documents of a segment are copies of one another: compared when it is written, kept in a file beside it.

    SEG.alike    checksum ⏎ {"rules": …, "pairs": [[one, other, whether they are], …]}

A segment never changes, so that nothing here becomes untrue. What does not stand here is compared when it is asked for,
and so is everything where the file is not whole or was written by other rules.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path

from indexes.directory.generations import replace_file
from search.duplicates import RULES

Pair = tuple[int, int]
"""The numbers of two documents, ascending."""


def file_of(prefix: Path) -> Path:
    return prefix.with_name(f"{prefix.name}.alike")


def write(prefix: Path, compared: Mapping[Pair, bool]) -> None:
    pairs = [[one, other, same] for (one, other), same in compared.items()]
    text = json.dumps({"rules": RULES, "pairs": pairs})
    replace_file(file_of(prefix), f"{_checksum(text)}\n{text}")


def read(prefix: Path, first: int) -> dict[Pair, bool]:
    """What is known of a segment, whose first document has that number."""
    try:
        checksum, _, text = file_of(prefix).read_text(encoding="ascii").partition("\n")
    except (OSError, UnicodeDecodeError):
        return {}
    if checksum != _checksum(text) or (record := json.loads(text))["rules"] != RULES:
        return {}
    return {(first + one, first + other): same for one, other, same in record["pairs"]}


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
