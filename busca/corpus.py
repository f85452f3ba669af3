"""Documents as files: the store's, written and read whole, and plain pages that are dealt out over four sources."""

from __future__ import annotations

import gzip
import json
import lzma
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from search.errors import BuscaError
from search.model import LANGS, Document
from search.store.store import Store

SOURCES = ("tdn", "kb", "youtube", "downloads")
START = datetime(2020, 1, 1, tzinfo=UTC)


def stored(store: Store) -> Iterator[Document]:
    """The documents of a store."""
    return (change.document for change in store.changes(0, store.position()) if change.document is not None)


def write(path: Path, documents: Iterable[Document]) -> int:
    """Write documents whole, one a line; return how many. Who knows plain collections only can read them too."""
    rows = ({"id": page.id, "title": page.title, "text": page.body} | page.dump() for page in documents)
    with path.open("w", encoding="utf-8") as file:
        return sum(file.write(json.dumps(row, ensure_ascii=False) + "\n") > 0 for row in rows)


def pages(path: Path) -> Iterator[Document]:
    """The pages of a JSON Lines file (`title, text`, and `lang, product` where known), dealt out over four sources.

    The file may be packed (.xz, .gz). Raise BuscaError, with file and line, for what cannot be read.
    """
    for number, (where, row) in enumerate(json_lines(path)):
        if not isinstance(row.get("text"), str):
            raise BuscaError(f'{where}: a page needs a "text", which is a string')
        lang = str(row.get("lang") or "")[:2]
        yield page(
            number,
            str(row.get("title") or ""),
            row["text"],
            product=str(row.get("product") or ""),
            lang=lang if lang in LANGS else "pt",
        )


def page(number: int, title: str, text: str, *, product: str, lang: str = "pt") -> Document:
    """The page of that number, in the source that its number says."""
    source = SOURCES[number % 20 // 9] if number % 20 < 18 else SOURCES[number % 2 + 2]
    return Document(
        source=source,
        key=str(number),
        url=f"https://portal.example/{source}/{number}",
        title=title,
        body=text,
        kind="page",
        lang=lang,
        product=product,
        updated=START + timedelta(hours=number % 50_000),
    )


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file, one a line, and where each stands. Raise BuscaError for a line that is none."""
    for where, line in lines(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BuscaError(f"{where}: {error}") from error
        if not isinstance(row, dict):
            raise BuscaError(f"{where}: a document is a JSON object")
        yield where, row


def lines(path: Path) -> Iterator[tuple[str, str]]:
    """The lines of a file that hold something, and where each stands; the file may be packed (.xz, .gz)."""
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}:{number}", line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BuscaError(f"{path}: not UTF-8 ({error})") from error
    except (EOFError, lzma.LZMAError, gzip.BadGzipFile, zlib.error) as error:
        raise BuscaError(f"{path} cannot be unpacked ({error})") from error


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")
