"""The Central de Download: manifests that describe update packages, from addresses and from files.

    manifests (addresses, files, *) ──▶ bytes ──manifests──▶ records ──package_fields──▶ documents

A manifest is a full statement: what it no longer names is withdrawn. So whatever was not read whole is a Failure, and a
run with a Failure removes nothing. The files themselves need a log-in and are not read; their addresses are not kept.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from crawlers.downloads.manifests import Item, Manifest, parse_manifest
from crawlers.downloads.package_fields import (
    File,
    date_in_name,
    files,
    human_size,
    is_gone,
    label,
    moment,
    size_bytes,
    slot,
    slug,
    texts,
    title_of,
    versions,
)
from crawlers.downloads.settings import DownloadsSource
from crawlers.http.client import Client
from crawlers.json_fields import line, mapping, string
from crawlers.links import addresses
from crawlers.source import Checkpoint, Failure, Record
from crawlers.taxonomy import line_of, module_of, product_of
from search.analysis.analyzer import detect_language
from search.analysis.markup import clean, lines
from search.errors import RecordError, SourceError
from search.identifiers.recognizer import in_text
from search.model import Document, Identifier

MAX_FILE_BYTES = 64 << 20
"""A manifest of the whole Central has some MB; a file beyond this is something else."""

LINE_IDS = {"000006": "Protheus"}
"""The line that the portal's own deep links from Protheus name by id only."""

SPANISH = frozenset("ARG BOL CHI COL COS DOM ECU EQU GUA MEX PAN PAR PER SAL URU VEN".split())
"""Countries of the Mercado Internacional where Spanish is spoken, as the vendor abbreviates them."""

TYPES = {"binario": "Binário", "dicionario": "Dicionário", "expedicao_continua": "Expedição contínua", "lib": "LIB"}
"""Types of packages whose names are more than their codes with a capital."""


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
        """Turn a record into a document; None for a package that was cancelled or recalled."""
        fields: Mapping[str, Any] = record.data["fields"]
        where = f"{record.data['manifest']} {record.data['position']}"
        if record.data["error"]:
            raise RecordError(f"{where} {record.data['error']}")
        if not any(line(fields.get(name)) for name in ("id", "name", "title")):
            raise RecordError(f"{where} has neither an id nor a name: give it one of them")
        if is_gone(fields):
            return None
        return self._document(record, fields, where)

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
            found = [entry] if "://" in entry else self._files(entry)
            if not found:
                advice = "put the exported manifests there, or correct `manifests`"
                yield Failure(entry, f"no file matches {entry} in {self._root}: {advice}")
            yield from (place for place in found if place not in seen)
            seen.update(found)

    def _files(self, pattern: str) -> list[str]:
        # Path.glob refuses absolute patterns, and an operator may well give one.
        names = glob.glob(pattern, root_dir=self._root, recursive=True)  # noqa: PTH207
        return sorted(name for name in names if (self._root / name).is_file())

    def _read(self, where: str) -> Manifest:
        data = self._http.get(where).content if "://" in where else _bytes(self._root / where)
        return parse_manifest(_unit(where), data)

    # -- a record as a document ----------------------------------------------------------------------------------------

    def _document(self, record: Record, fields: Mapping[str, Any], where: str) -> Document:
        listed = files(fields)
        title = title_of(fields)
        names = (title, *(file.name for file in listed))
        released = moment(fields.get("released_at"))
        updated = moment(fields.get("updated_at")) or released
        found = versions(texts(fields.get("version")) + texts(fields.get("release")), names)
        product_line = _line(fields)
        product = _product(label(fields.get("product")), product_line)
        module, country, body = label(fields.get("module")), _country(fields), _body(fields, listed)
        return Document(
            source=self.name,
            key=record.key,
            url=self._url(fields, title),
            title=title,
            body=body,
            kind="package",
            lang=_lang(country, f"{title}\n{body}"),
            line=product_line,
            product=product,
            module=module_of(module) or module,
            breadcrumb=tuple(filter(None, (product_line, product, found[0] if found else ""))),
            labels=tuple(filter(None, (_type(fields), country))),
            identifiers=_identifiers(fields, names),
            versions=found,
            created=released,
            updated=updated or _fallback_date(names, record.data["generated_at"], where),
            links=addresses([string(fields.get("doc"))], body),
            extra=_extra(fields, listed, record.data["unknown"]),
        )

    def _url(self, fields: Mapping[str, Any], title: str) -> str:
        """The portal's page of the package, or its search for the name where the package has no id."""
        key = slot(fields)
        if key:
            return f"{self._settings.portal_url}?e={quote(key, safe='')}"
        return f"{self._settings.portal_url}#all/all/all/search/{quote(title, safe='')}"


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


def _fallback_date(names: tuple[str, ...], generated_at: str, where: str) -> datetime:
    for found in (*map(date_in_name, names), moment(generated_at)):
        if found is not None:
            return found
    raise RecordError(f"{where} has no date, nor have its files' names or the manifest: give it a date of release")


def _line(fields: Mapping[str, Any]) -> str:
    """The product line in the spelling of all sources, or as the manifest has it."""
    name = label(fields.get("line"))
    if line_of(name):
        return line_of(name)
    number = line(fields.get("line_id")) or name.partition(" ")[0]
    return LINE_IDS.get(number) or name.removeprefix("Linha ").removeprefix("Línea ")


def _product(name: str, product_line: str) -> str:
    """The product in the spelling of all sources where it names its line, or as the manifest has it."""
    named = product_of(name, product_line) if line_of(name) == product_line else ""
    return named or name


def _type(fields: Mapping[str, Any]) -> str:
    return slug(line(fields.get("type"))).replace("-", "_")


def _country(fields: Mapping[str, Any]) -> str:
    return label(fields.get("country")).upper()


def _lang(country: str, text: str) -> str:
    return "es" if country in SPANISH and detect_language(text, "pt") == "es" else "pt"


def _body(fields: Mapping[str, Any], listed: tuple[File, ...]) -> str:
    """The description, then what else a reader looks for, one thing a line."""
    kind = _type(fields)
    description = fields.get("description")
    told = {
        "Tipo": TYPES.get(kind, kind.replace("_", " ").capitalize()),
        "Ambiente": label(fields.get("environment")),
        "Pré-requisitos": ", ".join(texts(fields.get("requires"))),
        "Substitui": ", ".join(texts(fields.get("supersedes"))),
        "Substituído por": ", ".join(texts(fields.get("superseded_by"))),
        "Validade": line(fields.get("expires_at")),
    }
    rows = [lines(description) if isinstance(description, str) else "", *map(_file_line, listed)]
    return "\n".join(filter(None, [*rows, *(f"{name}: {value}" for name, value in told.items() if value)]))


def _file_line(file: File) -> str:
    facts = ", ".join(filter(None, (human_size(file.size) if file.size else "", file.platform)))
    return f"Arquivo: {file.name} ({facts})" if facts else f"Arquivo: {file.name}"


def _identifiers(fields: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Identifier, ...]:
    issues = [issue.upper() for issue in texts(fields.get("issues"), r"[;,|\s]+")]
    found = (each.identifier for name in names for each in in_text(name.upper()))
    issues += [identifier.value for identifier in found if identifier.kind == "issue"]
    tickets = texts(fields.get("tickets"), r"[;,|\s]+")
    own = [slot(fields)] if slot(fields) else []
    pairs = [("issue", issues), ("ticket", tickets), ("package", own)]
    return tuple(dict.fromkeys(Identifier(kind, value) for kind, values in pairs for value in values))


def _extra(fields: Mapping[str, Any], listed: tuple[File, ...], unknown: Any) -> dict[str, str | int]:
    """What a result shows beside its text; fields that nobody knows are kept as text."""
    known: dict[str, str | int] = {
        "type": _type(fields),
        "environment": label(fields.get("environment")),
        "country": _country(fields),
        "files": len(listed),
        "size_bytes": sum(file.size for file in listed) or size_bytes(fields.get("size")),
        "sha256": listed[0].sha256 if listed else line(fields.get("sha256")).lower(),
        "file": listed[0].name if listed else "",
        "doc": _web_address(string(fields.get("doc")).strip()),
        "requires": ", ".join(texts(fields.get("requires"))),
        "status": line(fields.get("status")),
    }
    others = {clean(str(key)): clean(str(value)) for key, value in mapping(unknown).items()}
    return {**others, **{name: value for name, value in known.items() if value not in ("", 0)}}


def _web_address(text: str) -> str:
    return text if text.startswith(("https://", "http://")) else ""
