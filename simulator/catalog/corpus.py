"""Pages mode: a JSON Lines file of any size, shared out over the four sources.

The decompressed texts are spooled to an unnamed temporary file, which the system removes with the process; memory
holds offsets and small metadata only. A line's number alone decides where it goes:

    line modulo 20    0 … 8  TDN      9 … 17  Base de Conhecimento      18  YouTube      19  Central de Download
"""

from __future__ import annotations

import gzip
import json
import lzma
import os
import re
import sys
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, BinaryIO, Self

from simulator.catalog.catalog import Catalog
from simulator.catalog.loading import ContentError
from simulator.catalog.paragraphs import as_markup
from simulator.catalog.values import (
    LOCALES,
    MANIFESTS,
    Article,
    Category,
    File,
    Package,
    Page,
    Playlist,
    Section,
    Space,
    Translation,
    Video,
)

_LOCALE = {"pt": "pt-br", "es": "es", "en": "en-us"}
_LANGUAGE = {"pt-br": "pt-BR", "es": "es", "en-us": "en"}
_CATEGORY = "360000000900"
_FIRST_DAY = datetime(2023, 1, 1, tzinfo=UTC)
_REPORTED = 5


class BadLine(ValueError):
    """A line of the file is not a page."""


class Spool:
    """Texts one after the other in a temporary file, read by position from any thread."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="simulator-", buffering=1 << 20)  # noqa: SIM115
        self._end = 0

    def add(self, text: str) -> tuple[int, int]:
        data = text.encode("utf-8", "replace")
        self._file.write(data)
        start, self._end = self._end, self._end + len(data)
        return start, len(data)

    def flush(self) -> None:
        self._file.flush()

    def read(self, start: int, length: int) -> str:
        return os.pread(self._file.fileno(), length, start).decode()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True)
class SpooledText:
    spool: Spool
    start: int
    length: int

    def read(self) -> str:
        return self.spool.read(self.start, self.length)


@dataclass(frozen=True, slots=True)
class SpooledMarkup:
    spool: Spool
    start: int
    length: int

    def read(self) -> str:
        return as_markup(self.spool.read(self.start, self.length))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A good line of the file, its text already spooled."""

    number: int
    title: str
    locale: str
    product: str
    updated: datetime
    start: int
    length: int


def open_lines(path: Path) -> BinaryIO | lzma.LZMAFile | gzip.GzipFile:
    if path.suffix == ".xz":
        return lzma.open(path, "rb")
    if path.suffix == ".gz":
        return gzip.open(path, "rb")
    return path.open("rb")


def load_pages(path: Path, catalog: Catalog, spool: Spool) -> int:
    """Add every good line of the file to the catalog; return how many. Bad lines are counted on stderr.

    Raise ContentError when the file cannot be unpacked, or holds no page.
    """
    shelve = [_add_page] * 9 + [_add_article] * 9 + [_add_video, _add_package]
    names: dict[str, str] = {}
    count = 0
    try:
        for line in _lines(path, spool, names):
            shelve[line.number % len(shelve)](catalog, spool, line)
            count += 1
    except (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile) as error:
        raise ContentError(f"{path.name} cannot be unpacked: {error}") from error
    if count == 0:
        raise ContentError(f"{path.name} holds no page: each line is a JSON object with a title and a text")
    spool.flush()
    return count


def _lines(path: Path, spool: Spool, names: dict[str, str]) -> Iterator[Line]:
    bad: list[str] = []
    with open_lines(path) as lines:
        for number, raw in enumerate(lines):
            if not raw.strip():
                continue
            try:
                line = _line(number, json.loads(raw), spool, names)
            except (ValueError, RecursionError) as error:
                bad.append(f"line {number + 1}: {error}")
                continue
            yield line
    if bad:
        print(f"simulator: {path.name}: {len(bad)} bad lines left out", *bad[:_REPORTED], sep="\n  ", file=sys.stderr)


def _line(number: int, record: Any, spool: Spool, names: dict[str, str]) -> Line:
    if not isinstance(record, dict):
        raise BadLine("not a JSON object")
    text = record.get("text")
    if not isinstance(text, str):
        raise BadLine('"text" is missing or not a string')
    product = _string(record.get("product"))
    start, length = spool.add(text)
    return Line(
        number=number,
        title=_string(record.get("title")),
        locale=_LOCALE.get(_string(record.get("lang"))[:2].lower(), LOCALES[0]),
        product=names.setdefault(product, product),
        updated=_updated(_string(record.get("updated")), number),
        start=start,
        length=length,
    )


def _string(value: object) -> str:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _updated(raw: str, number: int) -> datetime:
    """The day that the line names, in the formats that documents have, at a second of its own; else a made-up day."""
    day = _FIRST_DAY + timedelta(days=number % 900)
    for pattern in ("%m/%d/%Y", "%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(raw[:10], pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
        break
    return day + timedelta(seconds=number % 86_400)


def _add_page(catalog: Catalog, spool: Spool, line: Line) -> None:
    key = re.sub(r"[^A-Za-z0-9]", "", line.product).upper()[:32] or "DOCS"
    catalog.spaces.setdefault(key, Space(key=key, name=line.product or "Documentação"))
    page = Page(
        id=str(800_000_000 + line.number),
        space=key,
        title=line.title,
        body=SpooledMarkup(spool, line.start, line.length),
        created=line.updated,
        updated=line.updated,
    )
    catalog.pages.add(page)


def _add_article(catalog: Catalog, spool: Spool, line: Line) -> None:
    catalog.categories.setdefault(_CATEGORY, Category(id=_CATEGORY, name={LOCALES[0]: "Documentação"}))
    name = line.product or "Documentação"
    section = str(360_000_000_000 + zlib.crc32(name.encode()) % 1_000_000_000)
    catalog.sections.setdefault(section, Section(id=section, category=_CATEGORY, name={LOCALES[0]: name}))
    article = Article(
        id=str(360_900_000_000 + line.number),
        section=section,
        source_locale=line.locale,
        translations={line.locale: Translation(line.title, SpooledMarkup(spool, line.start, line.length))},
        created=line.updated,
        updated=line.updated,
        edited=line.updated,
        position=len(catalog.articles),
    )
    catalog.articles.add(article)


def _add_video(catalog: Catalog, spool: Spool, line: Line) -> None:
    key = "PL" + re.sub(r"[^A-Za-z0-9_-]", "", line.product)[:32]
    catalog.playlists.setdefault(key, Playlist(id=key, title=line.product or "Documentação", locale=line.locale))
    video = Video(
        id=f"pg{line.number:09d}",
        title=line.title,
        description=SpooledText(spool, line.start, line.length),
        published=line.updated,
        updated=line.updated,
        duration=f"PT{1 + line.number % 30}M{line.number % 60}S",
        language=_LANGUAGE[line.locale],
        playlists=(key,),
    )
    catalog.videos.add(video)


def _add_package(catalog: Catalog, spool: Spool, line: Line) -> None:
    manifest = MANIFESTS[line.number // 20 % len(MANIFESTS)]
    name = f"{line.updated:%y-%m-%d}-PACOTE_{line.number}.ZIP"
    package = Package(
        id=str(2_000_000 + line.number),
        manifest=manifest,
        name=line.title,
        description=SpooledText(spool, line.start, line.length),
        line_id=f"{MANIFESTS.index(manifest) + 6:06d}",
        line_name=manifest.capitalize(),
        product=line.product,
        released=line.updated,
        updated=line.updated,
        files=(File(name=name, size=line.length * 100, sha256=f"{line.number:064x}"),),
    )
    catalog.packages.add(package)
