"""Manifests of update packages: four formats and many spellings become rows with the same field names. Pure.

    bytes ──▶ JSON array | JSON object | JSON Lines | XML | CSV ──▶ rows ──FIELDS──▶ Manifest(items)

The format is told by the content first: a manifest is often saved under a wrong name.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree

from crawlers.downloads.package_fields import CANONICAL, fold
from search.analysis.markup import decode
from search.analysis.plain_text import clean
from search.errors import SourceError

LISTS = frozenset({"items", "itens", "pacotes", "paquetes", "packages"})
DATED = frozenset({"generatedat", "geradoem", "generadoen", "datageracao"})
SECRET = re.compile(r"token|secret|senha|password|contrasena|signature|assinatura|credential|^url|url$")
CUT_ID = re.compile(r'"(?:id|e|c[oó]digo|code|package_?id)"\s*:\s*"?([A-Za-z0-9:_-]+)', re.IGNORECASE)
MAX_DEPTH = 4
MAX_TEXT = 1_000
"""Characters kept of a field that nobody knows: enough to read, too few to bloat the store."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row. `fields` has canonical names and foreign values, `unknown` holds other fields as text.

    `position` is where it stands ("line 12", "item 3"). `error` completes a sentence that begins with it.
    """

    position: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """At least one item, in order. `cut` says how one sees that the end is missing; "" when the manifest is whole."""

    format: str
    items: tuple[Item, ...]
    generated_at: str = ""
    cut: str = ""


def parse_manifest(name: str, data: bytes) -> Manifest:
    """Read a manifest; `name` (a file name or an address) only settles what the content leaves open.

    Raise SourceError when it is none of the four formats, is damaged or names no package.
    """
    text = decode(data, None).lstrip("\ufeff")
    start = text.lstrip()[:1]
    if not start:
        raise SourceError(
            "the manifest is empty: export it again; an empty file never means that there are no packages"
        )
    if "\0" in text:
        raise SourceError("the manifest holds NUL bytes: it is no text, or was damaged on the way; export it again")
    if start == "<":
        manifest = _xml(text)
    elif start in "[{":
        manifest = _json_lines(text) if _is_json_lines(name, text) else _json(text)
    else:
        manifest = _csv(text)
    if not manifest.items:
        raise SourceError(
            f"the manifest ({manifest.format}) lists no package: export it again, or take it off `manifests`"
        )
    return manifest


def _item(position: str, row: Any) -> Item:
    if not isinstance(row, Mapping):
        return Item(position, error="is not a record with fields: correct it")
    if None in row:
        return Item(position, _known(row), error="has more columns than the first line: put texts in quotes")
    unknown = {
        clean(str(key)): _as_text(value)
        for key, value in row.items()
        if not _is_blank(value) and fold(str(key)) not in CANONICAL and not _is_secret(str(key), value)
    }
    return Item(position, _known(row), unknown)


def _known(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The fields with a canonical name; of two spellings of one field the first that says something counts."""
    fields: dict[str, Any] = {}
    for key, value in row.items():
        name = CANONICAL.get(fold(str(key)))
        if name is not None and not _is_blank(value):
            fields.setdefault(name, value)
    return fields


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


def _is_secret(key: str, value: object) -> bool:
    """Download addresses carry tokens; neither belongs into a store that everyone may read."""
    return bool(SECRET.search(fold(key))) or (isinstance(value, str) and "://" in value and "?" in value)


def _as_text(value: object) -> str:
    return clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:MAX_TEXT]


# -- JSON --------------------------------------------------------------------------------------------------------------


def _load(text: str) -> Any:
    """Raise ValueError for anything that is not one JSON value of sensible depth and size of numbers."""
    try:
        return json.loads(text, strict=False)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _json(text: str) -> Manifest:
    try:
        data = _load(text)
    except ValueError as error:
        raise SourceError(
            f"the manifest is not whole JSON ({error}): it was cut or damaged; export it again"
        ) from error
    rows = data if isinstance(data, list) else _list_in(data)
    if rows is None:
        raise SourceError("the manifest is a JSON object without a list `items`: put the packages there")
    items = tuple(_item(f"item {number}", row) for number, row in enumerate(rows, 1))
    return Manifest("JSON", items, "" if isinstance(data, list) else _generated_at(data))


def _list_in(data: Any) -> list[Any] | None:
    """The list of packages in an object around it."""
    pairs = data.items() if isinstance(data, dict) else ()
    return next((value for key, value in pairs if fold(key) in LISTS and isinstance(value, list)), None)


def _generated_at(head: Mapping[str, Any]) -> str:
    return next((str(value) for key, value in head.items() if fold(key) in DATED and value), "")


def _is_json_lines(name: str, text: str) -> bool:
    """Whether the first line is a record by itself; a file that is named so is believed unless it is whole JSON."""
    first = _loaded(text.lstrip().partition("\n")[0])
    if isinstance(first, dict):
        return _list_in(first) is None
    return name.partition("?")[0].lower().endswith((".jsonl", ".ndjson")) and _loaded(text) is None


def _loaded(text: str) -> Any:
    """The JSON value, or None where the text is none."""
    try:
        return _load(text)
    except ValueError:
        return None


def _json_lines(text: str) -> Manifest:
    items: list[Item] = []
    lines = text.split("\n")
    cut = ""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            items.append(_item(f"line {number}", _load(line)))
        except ValueError:
            items.append(_unreadable(f"line {number}", line))
            if number == len(lines):
                cut = f"line {number}, the last one, breaks off: export the manifest again"
    return Manifest("JSON Lines", tuple(items), cut=cut)


def _unreadable(position: str, line: str) -> Item:
    """A broken line keeps the id that it still shows, its own and not that of a thing in it: the package is there."""
    ids = (m for m in CUT_ID.finditer(line) if line.count("{", 0, m.start()) - line.count("}", 0, m.start()) == 1)
    match = next(ids, None)
    return Item(position, {"id": match[1]} if match else {}, error="is not JSON: correct it, or export it again")


# -- XML ---------------------------------------------------------------------------------------------------------------


def _xml(text: str) -> Manifest:
    if re.search(r"<!doctype\s+html|<html[\s>]", text[:2_000], re.IGNORECASE):
        raise SourceError(
            "got a web page (a login?) in place of a manifest: give an address that serves the file itself"
        )
    try:
        root = ElementTree.fromstring(text, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:
        reason = str(error) or "a document type or entities, which are refused"
        raise SourceError(
            f"the manifest is not whole XML ({reason}): it was cut or damaged; export it again"
        ) from error
    wrapper = next((child for child in root if fold(_name(child)) in LISTS), root)
    head = {**root.attrib, **{_name(child): child.text or "" for child in root}}
    kinds = {child.tag for child in wrapper if len(child) or child.attrib}
    packages = [_fields(child) for child in wrapper if child.tag in kinds]
    items = tuple(_item(f"item {number}", fields) for number, fields in enumerate(packages, 1))
    return Manifest("XML", items, _generated_at(head))


def _name(element: Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _fields(element: Element, depth: int = 0) -> dict[str, Any]:
    """Attributes and child elements alike; a child that comes again makes a list."""
    fields: dict[str, Any] = dict(element.attrib)
    for child in element:
        name, value = _name(child), _value(child, depth + 1)
        former = fields.get(name)
        if former is None:
            fields[name] = value
        else:
            fields[name] = [*(former if isinstance(former, list) else [former]), value]
    return fields


def _value(element: Element, depth: int) -> Any:
    """Text, a mapping, or a list where a plural holds its singulars: <arquivos><arquivo/></arquivos>."""
    if depth >= MAX_DEPTH:
        return clean("".join(element.itertext()))
    text = (element.text or "").strip()
    if len(element):
        tags = {_name(child) for child in element}
        plural = len(tags) == 1 and (len(element) > 1 or _name(element).startswith(next(iter(tags))))
        return [_value(child, depth + 1) for child in element] if plural else _fields(element, depth)
    if element.attrib:
        return {**({"name": text} if text else {}), **element.attrib}
    return text


# -- CSV ---------------------------------------------------------------------------------------------------------------


def _csv(text: str) -> Manifest:
    head = text.lstrip().partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    columns = {CANONICAL.get(fold(name)) for name in head.split(delimiter)}
    if columns.isdisjoint({"id", "name", "title"}):
        raise SourceError(
            "the manifest is neither JSON nor XML, and as CSV its first line names no column such as id or nome: "
            "export it again in one of these formats"
        )
    blank_lines = text[: len(text) - len(text.lstrip())].count("\n")
    table = csv.DictReader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter, strict=True)
    items: list[Item] = []
    row: Mapping[str, Any] = {}
    try:
        for row in table:
            items.append(_item(f"line {table.line_num + blank_lines}", row))
    except csv.Error as error:
        line = table.line_num + blank_lines
        raise SourceError(f"the manifest's CSV breaks off at line {line} ({error}): export it again") from error
    short = None in row.values() and not text.endswith(("\n", "\r"))
    cut = f"{items[-1].position}, the last one, lacks columns: export the manifest again" if short else ""
    return Manifest("CSV", tuple(items), cut=cut)
