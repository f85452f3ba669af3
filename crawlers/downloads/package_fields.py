"""What the fields of a package say, whatever their spelling: dates, sizes, files, lists, versions. Pure, never raises.

"28/03/2025 14:30", 1743183000, "25-03-28-BRA-….PTM"  ──▶  datetime      "1,2 GB", "1.288.490.188"  ──▶  bytes
"DSERFIS1-20528|DNG-14296", [{"id": …}]                ──▶  tuple         "P12_1_33", "12.1.033"     ──▶  12.1.33
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from crawlers.json_fields import line
from search.identifiers.recognizer import versions_in

FIELDS: Mapping[str, str] = {
    "id": "id e codigo code packageid idpacote codigopacote",
    "name": "nome nombre name",
    "title": "titulo title",
    "description": "descricao descripcion description resumo resumen summary",
    "line": "linha linhaproduto linea lineaproducto line productline",
    "line_id": "linhaid idlinha codigolinha lineaid lineid productlineid",
    "product": "produto producto product",
    "module": "modulo module",
    "environment": "ambiente entorno environment env",
    "version": "versao version versoes versiones versions",
    "release": "release",
    "type": "tipo categoria tipopacote tipopaquete type category",
    "country": "pais localizacao localizacion country",
    "released_at": "data datapublicacao dataliberacao liberacao fecha fechapublicacion fechaliberacion releasedat"
    " releasedate publishedat publisheddate date",
    "updated_at": "atualizacao dataatualizacao atualizadoem actualizacion fechaactualizacion updatedat updateddate"
    " updated",
    "files": "arquivos archivos files arquivo archivo file bundleelements",
    "size": "tamanho tamano size bytes",
    "sha256": "sha256",
    "md5": "md5",
    "os": "os so sistema sistemaoperacional sistemaoperativo",
    "arch": "arch arquitetura arquitectura architecture",
    "issues": "issue issues requisito story stories",
    "tickets": "chamado chamados ticket tickets",
    "doc": "doc docurl documento documentacao documentacion documentation tdn boletim releasenotes",
    "requires": "requires prerequisito prerequisitos prerrequisito prerrequisitos depende dependencias",
    "supersedes": "supersedes substitui substituye sustituye",
    "superseded_by": "supersededby substituidopor sustituidopor replacement",
    "recalled": "recalled cancelado canceled cancelled anulado",
    "status": "status situacao estado",
    "expires_at": "expiresat validade fimsuporte supportuntil eol",
}
"""Canonical name → the spellings of it in Portuguese, Spanish and English, folded."""

CANONICAL = {spelling: name for name, spellings in FIELDS.items() for spelling in spellings.split()}

ZONE = ZoneInfo("America/Sao_Paulo")
"""The zone of dates that name none: the vendor's editors write their local time."""

DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
NAME_DATE = re.compile(r"(?<!\d)(\d{2})-(\d{2})-(\d{2})(?=[-_ ])")
EPOCH_MS_FROM = 100_000_000_000
"""Seconds since 1970 stay below this until the year 5138; milliseconds have been above it since 1973."""

SIZE = re.compile(r"([\d.,]+)\s*([kmgt]?i?b|bytes?|)", re.IGNORECASE)
UNITS = {"": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4}
THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")

VERSION = re.compile(r"(?<![\d._])[PRV]?(\d{1,2}(?:[._]\d{1,4}){1,3})(?![\d])", re.IGNORECASE)
FILE_NAME = re.compile(r"\S+\.(?:tar\.gz|zip|ptm|upd|pak|rpo|exe|msi|rar|7z|iso|pdf)", re.IGNORECASE)
NO = frozenset({"", "0", "false", "nao", "no", "n", "falso"})
GONE = frozenset("recalled cancelado cancelada canceled cancelled anulado withdrawn retirado suspenso".split())


ID_PREFIX = re.compile(r"^cd[:_]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class File:
    """A file of a package: nothing is known where a field is empty or the size is 0."""

    name: str
    size: int = 0
    sha256: str = ""
    platform: str = ""


def fold(name: str) -> str:
    """A field's or a column's name without accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in plain if char.isalnum())


def slot(fields: Mapping[str, Any]) -> str:
    """The id of the package's place in the Central; a newer file of the same package keeps it."""
    value = fields.get("id")
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    return ID_PREFIX.sub("", line(whole))


def slug(title: str) -> str:
    """A name in lower-case ASCII letters and digits with hyphens, at most 200 characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:200]


def title_of(fields: Mapping[str, Any]) -> str:
    """The readable one of name and title: not a mere file name where there is more."""
    names = list(filter(None, (line(fields.get(key)) for key in ("title", "name"))))
    readable = (name for name in names if not FILE_NAME.fullmatch(name))
    return next(readable, names[0] if names else line(fields.get("id")))


def moment(value: Any) -> datetime | None:
    """A date as people and programs write it, aware, in UTC; None when it is none or out of 2000 to 2099."""
    text = line(value)
    epoch = isinstance(value, float) or (text.isdecimal() and len(text) > len("20250328"))
    date = _epoch(value) if epoch else _written(text)
    return date if date is not None and 2000 <= date.year < 2100 else None


def date_in_name(name: str) -> datetime | None:
    """The day of publication, YY-MM-DD, that file names of the Central begin with."""
    match = NAME_DATE.search(name)
    return moment(f"20{match[1]}-{match[2]}-{match[3]}") if match else None


def _epoch(value: Any) -> datetime | None:
    try:
        number = float(value)
        return datetime.fromtimestamp(number / 1000 if number >= EPOCH_MS_FROM else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _written(text: str) -> datetime | None:
    match = DAY_FIRST.fullmatch(text)
    try:
        if match:
            day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
            date = datetime(year, month, day, hour, minute, second, tzinfo=ZONE)
        else:
            date = datetime.fromisoformat(text)
        return (date if date.tzinfo else date.replace(tzinfo=ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def size_bytes(value: Any) -> int:
    """A number of bytes, or "1,2 GB" with units of 1,024; 0 when it says nothing."""
    match = SIZE.fullmatch(line(value))
    if not match:
        return int(value) if isinstance(value, float) and 0 <= value < 2**63 else 0
    digits, power = match[1], UNITS[match[2][:1].lower()]
    if THOUSANDS.fullmatch(digits) and power == 0:
        digits = digits.replace(".", "").replace(",", "")
    try:
        size = int(float(digits.replace(",", ".")) * 1024**power)
    except (ValueError, OverflowError):
        return 0
    return size if size < 2**63 else 0


def human_size(size: int) -> str:
    """A size as Brazilians read it: "1,2 GB"."""
    for power, unit in ((3, "GB"), (2, "MB"), (1, "KB")):
        if size >= 1024**power:
            return f"{size / 1024**power:.1f} {unit}".replace(".", ",")
    return f"{size} bytes"


def texts(value: Any, separators: str = r"[;,|\n]") -> tuple[str, ...]:
    """A list, a mapping or a text with separators as clean lines, each once, in order."""
    return tuple(dict.fromkeys(filter(None, _texts(value, separators))))


def _texts(value: Any, separators: str) -> Iterator[str]:
    if isinstance(value, list):
        for entry in value:
            yield label(entry) if isinstance(entry, Mapping) else line(entry)
    elif isinstance(value, Mapping):
        yield label(value)
    else:
        yield from map(line, re.split(separators, str(value)) if isinstance(value, str) else [value])


def label(value: Any) -> str:
    """What people call a thing that may come as {id, name}: the name, or else the id, or else its only text."""
    if isinstance(value, Mapping):
        named = {CANONICAL.get(fold(str(key)), "other"): line(text) for key, text in value.items()}
        return named.get("name") or named.get("title") or named.get("id") or named.get("other", "")
    return line(value)


def files(fields: Mapping[str, Any]) -> tuple[File, ...]:
    """The files, from a list of records or from columns whose values stand side by side, separated by "|"."""
    value = fields.get("files")
    rows = value if isinstance(value, list) else [value] if isinstance(value, Mapping) else []
    if not rows:
        names = [line(cell) for cell in str(value or "").split("|")]
        columns = {key: str(fields.get(key, "")).split("|") for key in ("size", "sha256", "os", "arch")}
        rows = [
            {"name": name, **{key: cells[n] for key, cells in columns.items() if n < len(cells)}}
            for n, name in enumerate(names)
        ]
    candidates = (_file(row if isinstance(row, Mapping) else {"name": row}) for row in rows)
    return tuple(file for file in candidates if file.name)


def _file(row: Mapping[str, Any]) -> File:
    fields = {CANONICAL.get(fold(str(key)), ""): value for key, value in row.items()}
    parts = (line(fields.get(key)) for key in ("os", "arch"))
    return File(
        name=line(fields.get("name") or fields.get("files")),
        size=size_bytes(fields.get("size")),
        sha256=line(fields.get("sha256")).lower(),
        platform=" ".join(part for part in parts if part and part.lower() != "any"),
    )


def versions(stated: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """The stated versions, then the releases in names, in one spelling: 12.1.33, 12.1.2310, 24.3.0.5."""
    releases = [version for text in stated for version in versions_in(text) or _dotted(text)]
    return tuple(dict.fromkeys((*releases, *(version for name in names for version in versions_in(name)))))


def _dotted(text: str) -> list[str]:
    return [match[1].replace("_", ".") for match in VERSION.finditer(text)] or [text]


def is_gone(fields: Mapping[str, Any]) -> bool:
    """Whether the package was cancelled or recalled: a flag, a date or a reason says so, or its status."""
    return fold(line(fields.get("status"))) in GONE or (
        fields.get("recalled") is True or fold(line(fields.get("recalled"))) not in NO
    )
