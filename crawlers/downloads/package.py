"""One package of a manifest as a document. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

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
from crawlers.json_fields import line, mapping, string
from crawlers.links import addresses
from crawlers.source import Record
from crawlers.taxonomy import line_of, module_of, product_of
from search.analysis.analyzer import detect_language
from search.analysis.plain_text import clean, lines
from search.errors import RecordError
from search.identifiers.recognizer import in_text
from search.model import Document, Identifier

LINE_IDS = {"000006": "Protheus"}
"""The line that the portal's own deep links from Protheus name by id only."""

SPANISH = frozenset("ARG BOL CHI COL COS DOM ECU EQU GUA MEX PAN PAR PER SAL URU VEN".split())
"""Countries of the Mercado Internacional where Spanish is spoken, as the vendor abbreviates them."""

TYPES = {"binario": "Binário", "dicionario": "Dicionário", "expedicao_continua": "Expedição contínua", "lib": "LIB"}
"""Types of packages whose names are more than their codes with a capital."""


def document(source: str, portal_url: str, record: Record) -> Document | None:
    """Turn a record into a document; None for a package that was cancelled or recalled. Raise RecordError."""
    fields: Mapping[str, Any] = record.data["fields"]
    where = f"{record.data['manifest']} {record.data['position']}"
    if record.data["error"]:
        raise RecordError(f"{where} {record.data['error']}")
    if not any(line(fields.get(name)) for name in ("id", "name", "title")):
        raise RecordError(f"{where} has neither an id nor a name: give it one of them")
    if is_gone(fields):
        return None
    return _document(source, portal_url, record, where)


def _document(source: str, portal_url: str, record: Record, where: str) -> Document:
    fields: Mapping[str, Any] = record.data["fields"]
    file_list = files(fields)
    title = title_of(fields)
    names = (title, *(file.name for file in file_list))
    released = moment(fields.get("released_at"))
    updated = moment(fields.get("updated_at")) or released
    releases = versions(texts(fields.get("version")) + texts(fields.get("release")), names)
    product_line = _line(fields)
    product = _product(label(fields.get("product")), product_line)
    module, country, body = label(fields.get("module")), _country(fields), _body(fields, file_list)
    return Document(
        source=source,
        key=record.key,
        url=_url(portal_url, fields, title),
        title=title,
        body=body,
        kind="package",
        lang=_lang(country, f"{title}\n{body}"),
        line=product_line,
        product=product,
        module=module_of(module) or module,
        breadcrumb=tuple(filter(None, (product_line, product, releases[0] if releases else ""))),
        labels=tuple(filter(None, (_type(fields), country))),
        identifiers=_identifiers(fields, names),
        versions=releases,
        created=released,
        updated=updated or _fallback_date(names, record.data["generated_at"], where),
        links=addresses([string(fields.get("doc"))], body),
        extra=_extra(fields, file_list, record.data["unknown"]),
    )


def _url(portal_url: str, fields: Mapping[str, Any], title: str) -> str:
    """The portal's page of the package, or its search for the name where the package has no id."""
    key = slot(fields)
    if key:
        return f"{portal_url}?e={quote(key, safe='')}"
    return f"{portal_url}#all/all/all/search/{quote(title, safe='')}"


def _fallback_date(names: tuple[str, ...], generated_at: str, where: str) -> datetime:
    for date in (*map(date_in_name, names), moment(generated_at)):
        if date is not None:
            return date
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


def _body(fields: Mapping[str, Any], file_list: tuple[File, ...]) -> str:
    """The description, then what else a reader looks for, one thing a line."""
    kind = _type(fields)
    description = fields.get("description")
    facts = {
        "Tipo": TYPES.get(kind, kind.replace("_", " ").capitalize()),
        "Ambiente": label(fields.get("environment")),
        "Pré-requisitos": ", ".join(texts(fields.get("requires"))),
        "Substitui": ", ".join(texts(fields.get("supersedes"))),
        "Substituído por": ", ".join(texts(fields.get("superseded_by"))),
        "Validade": line(fields.get("expires_at")),
    }
    rows = [lines(description) if isinstance(description, str) else "", *map(_file_line, file_list)]
    return "\n".join(filter(None, [*rows, *(f"{name}: {value}" for name, value in facts.items() if value)]))


def _file_line(file: File) -> str:
    facts = ", ".join(filter(None, (human_size(file.size) if file.size else "", file.platform)))
    return f"Arquivo: {file.name} ({facts})" if facts else f"Arquivo: {file.name}"


def _identifiers(fields: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Identifier, ...]:
    issues = [issue.upper() for issue in texts(fields.get("issues"), r"[;,|\s]+")]
    codes = (code.identifier for name in names for code in in_text(name.upper()))
    issues += [identifier.value for identifier in codes if identifier.kind == "issue"]
    tickets = texts(fields.get("tickets"), r"[;,|\s]+")
    own = [slot(fields)] if slot(fields) else []
    pairs = [("issue", issues), ("ticket", tickets), ("package", own)]
    return tuple(dict.fromkeys(Identifier(kind, value) for kind, values in pairs for value in values))


def _extra(fields: Mapping[str, Any], file_list: tuple[File, ...], unknown: Any) -> dict[str, str | int]:
    """What a result shows beside its text; fields that nobody knows are kept as text."""
    facts: dict[str, str | int] = {
        "type": _type(fields),
        "environment": label(fields.get("environment")),
        "country": _country(fields),
        "files": len(file_list),
        "size_bytes": sum(file.size for file in file_list) or size_bytes(fields.get("size")),
        "sha256": file_list[0].sha256 if file_list else line(fields.get("sha256")).lower(),
        "file": file_list[0].name if file_list else "",
        "doc": _web_address(string(fields.get("doc")).strip()),
        "requires": ", ".join(texts(fields.get("requires"))),
        "status": line(fields.get("status")),
    }
    others = {clean(str(key)): clean(str(value)) for key, value in mapping(unknown).items()}
    return {**others, **{name: value for name, value in facts.items() if value not in ("", 0)}}


def _web_address(text: str) -> str:
    return text if text.startswith(("https://", "http://")) else ""
