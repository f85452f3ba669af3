"""The Central de Download: manifests that describe update packages, from addresses and from files.

    manifests (addresses, files, *) ──▶ bytes ──manifests──▶ records ──package──▶ documents

A manifest is a full statement: what it no longer names is withdrawn. So whatever was not read whole is a Failure, and a
run with a Failure removes nothing. The files themselves need a log-in and are not read; their addresses are not kept.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawlers.downloads import package
from crawlers.downloads.manifests import Item, Manifest, parse_manifest
from crawlers.downloads.package_fields import slot, slug, title_of
from crawlers.downloads.settings import DownloadsSource
from crawlers.http.client import Client
from crawlers.source import Checkpoint, Failure, Record
from search.errors import SourceError
from search.model import Document

MAX_FILE_BYTES = 64 << 20
"""A manifest of the whole Central has some MB; a file beyond this is something else."""


class Downloads:
    """Reads every manifest at every run: there are few, and only all of them say what is gone."""

    complete = True

    def __init__(self, name: str, settings: DownloadsSource, http: Client, root: Path) -> None:
        self.name = name
        self._settings = settings
        self._http = http
        self._root = root

    def records(self, since: datetime | None, resume: Checkpoint | None) -> Iterator[Record | Failure | Checkpoint]:
        """Yield every package, once: of two with one id the first counts and the other is a Failure."""
        owners: dict[str, str] = {}
        for where in self._places():
            if isinstance(where, Failure):
                yield where
                continue
            unit = _unit(where)
            try:
                manifest = self._read(where)
            except SourceError as error:
                yield Failure(unit, str(error))
                continue
            yield from _records(unit, manifest, owners)

    def document(self, record: Record) -> Document | None:
        return package.document(self.name, self._settings.portal_url, record)

    def probe(self) -> str:
        places = list(self._places())
        first = places[0]
        if isinstance(first, Failure):
            raise SourceError(f"{first.unit}: {first.error}")
        try:
            manifest = self._read(first)
        except SourceError as error:
            raise SourceError(f"{_unit(first)}: {error}") from error
        count = len(manifest.items)
        return f"{_unit(first)}, the first of {len(places)} manifests, is {manifest.format} with {count} packages"

    # -- where manifests come from -------------------------------------------------------------------------------------

    def _places(self) -> Iterator[str | Failure]:
        """Addresses and files, in the order of the settings; never nothing."""
        seen: set[str] = set()
        for entry in self._settings.manifests:
            places = [entry] if "://" in entry else self._files(entry)
            if not places:
                advice = "put the exported manifests there, or correct `manifests`"
                yield Failure(entry, f"no file matches {entry} in {self._root}: {advice}")
            yield from (place for place in places if place not in seen)
            seen.update(places)

    def _files(self, pattern: str) -> list[str]:
        # Path.glob refuses absolute patterns, and an operator may well give one.
        names = glob.glob(pattern, root_dir=self._root, recursive=True)  # noqa: PTH207
        return sorted(name for name in names if (self._root / name).is_file())

    def _read(self, where: str) -> Manifest:
        data = self._http.get(where).content if "://" in where else _bytes(self._root / where)
        return parse_manifest(_unit(where), data)


def _unit(where: str) -> str:
    """A manifest's name in messages: an address without its query, which may hold a token."""
    parts = urlsplit(where)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if "://" in where else where


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SourceError(f"the file has more than {MAX_FILE_BYTES >> 20} MiB: is it a manifest? take it away")
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"the file cannot be read ({error.strerror}): let this user read it") from error


def _records(unit: str, manifest: Manifest, owners: dict[str, str]) -> Iterator[Record | Failure]:
    """Yield the packages that no earlier row has named, noted in `owners`; a Failure for what cannot be told apart."""
    if manifest.cut:
        yield Failure(unit, manifest.cut)
    for item in manifest.items:
        record = _record(unit, item, manifest.generated_at)
        if record.key in owners:
            error = f"{item.position} has the id {record.key} of {owners[record.key]}: take one of them out"
            yield Failure(unit, error)
            continue
        owners[record.key] = f"{unit} {item.position}"
        if item.error and not slot(item.fields):
            yield Failure(unit, f"{item.position} may stand for any package, which stays: it {item.error}")
        yield record


def _record(unit: str, item: Item, generated_at: str) -> Record:
    """The key is the slot's id, or the name where there is none; a row without both is told by its place."""
    data = {
        "manifest": unit,
        "position": item.position,
        "generated_at": generated_at,
        "fields": item.fields,
        "unknown": item.unknown,
        "error": item.error,
    }
    key = slot(item.fields) or slug(title_of(item.fields)) or f"{unit} {item.position}"
    return Record(key, data)
