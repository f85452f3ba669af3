"""The Central de Download on the wire: one manifest a product line, each in a format and spelling of its own.

protheus.json   one JSON object, English names       datasul.xml   <pacotes><pacote …/></pacotes>
rm.jsonl        JSON Lines, Portuguese names         logix.csv     `;`, cp1252, dd/MM/yyyy, "1,2 GB"
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from simulator.catalog.catalog import Catalog
from simulator.catalog.values import Package, text_of
from simulator.messages import Refused, Request, Response, iso
from simulator.sources.feeds import not_found, xml_attribute, xml_text

FORMATS = {"protheus": "json", "rm": "jsonl", "datasul": "xml", "logix": "csv"}
_TYPES = {
    "json": "application/json;charset=UTF-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "csv": "text/csv; charset=windows-1252",
}
_COLUMNS = (
    "código título descrição linha_id linha produto módulo ambiente versão tipo país data atualização arquivos tamanho"
    " sha256 so arquitetura issue chamado documento prerequisitos substitui"
).split()


class Downloads:
    """Answers /downloads/{manifest}.{format}."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def answer(self, request: Request) -> Response:
        name, _, extension = request.path.removeprefix("/downloads/").partition(".")
        if FORMATS.get(name) != extension:
            raise Refused(404, "The requested URL was not found on this server.")
        packages = self._catalog.packages.view(
            ("manifest", name), lambda rows: [package for package in rows if package.manifest == name]
        )
        modified = self._catalog.packages.modified()
        write: dict[str, Callable[[list[Package], str, str], bytes]] = {
            "json": self._json,
            "jsonl": self._jsonl,
            "xml": self._xml,
            "csv": self._csv,
        }
        generated = iso(modified or datetime(2024, 1, 1, tzinfo=UTC))
        return Response(
            body=write[extension](packages, generated, request.origin),
            type=_TYPES[extension],
            modified=modified,
            listed=tuple(package.id for package in packages),
        )

    def error(self, request: Request, refused: Refused) -> Response:
        return not_found(refused)

    def _description(self, package: Package, origin: str) -> str:
        return self._catalog.linked(text_of(package.description), origin).strip()

    def _doc(self, package: Package, origin: str) -> str:
        kind, _, key = package.doc.partition(":")
        return self._catalog.url(kind, key, origin) if key else ""

    def _json(self, packages: list[Package], generated: str, origin: str) -> bytes:
        items = [self._english(package, origin) for package in packages]
        manifest = {"schema": 1, "generated_at": generated, "items": items}
        return json.dumps(manifest, ensure_ascii=False, indent=1).encode("utf-8", "replace")

    def _english(self, package: Package, origin: str) -> dict[str, Any]:
        row = {
            "id": int(package.id),
            "name": package.name,
            "description": self._description(package, origin),
            "productLine": {"id": package.line_id, "name": package.line_name},
            "product": package.product,
            "module": package.module,
            "environment": package.environment,
            "version": package.version,
            "type": package.type,
            "country": package.country,
            "releaseDate": iso(package.released),
            "updatedAt": iso(package.updated),
            "files": [
                {"name": f.name, "size": f.size, "sha256": f.sha256, "os": f.os, "arch": f.arch,
                 "url": file_url(package, f.name, origin)}
                for f in package.files
            ],
            "issues": list(package.issues),
            "tickets": list(package.tickets),
            "releaseNotes": self._doc(package, origin),
            "requires": list(package.requires),
            "supersedes": list(package.supersedes),
        }  # fmt: skip
        return {name: value for name, value in row.items() if value not in ("", []) or name == "name"}

    def _jsonl(self, packages: list[Package], generated: str, origin: str) -> bytes:
        rows = (json.dumps(self._portuguese(package, origin), ensure_ascii=False) for package in packages)
        return "".join(row + "\n" for row in rows).encode("utf-8", "replace")

    def _portuguese(self, package: Package, origin: str) -> dict[str, Any]:
        row = {
            "codigo": package.id,
            "titulo": package.name,
            "descricao": self._description(package, origin),
            "linha": {"id": package.line_id, "nome": package.line_name},
            "produto": package.product,
            "modulo": package.module,
            "ambiente": package.environment,
            "release": package.version,
            "tipoPacote": package.type,
            "pais": package.country,
            "dataPublicacao": _written(package.released, "%Y-%m-%d"),
            "dataAtualizacao": iso(package.updated),
            "arquivos": [
                {"nome": f.name, "tamanho": f.size, "sha256": f.sha256, "so": f.os, "arquitetura": f.arch,
                 "url": file_url(package, f.name, origin)}
                for f in package.files
            ],
            "issue": list(package.issues),
            "chamado": list(package.tickets),
            "documentacao": self._doc(package, origin),
            "prerequisitos": list(package.requires),
            "substitui": list(package.supersedes),
        }  # fmt: skip
        return {name: value for name, value in row.items() if value not in ("", []) or name == "titulo"}

    def _xml(self, packages: list[Package], generated: str, origin: str) -> bytes:
        rows = "".join(self._pacote(package, origin) for package in packages)
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<pacotes schema="1" geradoEm="{generated}">\n{rows}</pacotes>\n'
        )
        return text.encode("utf-8", "replace")

    def _pacote(self, package: Package, origin: str) -> str:
        texts = {
            "nome": package.name,
            "descricao": self._description(package, origin),
            "produto": package.product,
            "modulo": package.module,
            "ambiente": package.environment,
            "versao": package.version,
            "categoria": package.type,
            "localizacao": package.country,
            "liberacao": _written(package.released, "%d/%m/%Y %H:%M"),
            "atualizacao": _written(package.updated, "%d/%m/%Y %H:%M:%S"),
            "boletim": self._doc(package, origin),
        }
        lists = {
            "requisito": package.issues,
            "chamado": package.tickets,
            "depende": package.requires,
            "substitui": package.supersedes,
        }
        lines = [f"  <{name}>{xml_text(text)}</{name}>" for name, text in texts.items() if text]
        lines.append(f'  <linhaProduto id="{package.line_id}">{xml_text(package.line_name)}</linhaProduto>')
        lines += [f"  <{name}>{xml_text(text)}</{name}>" for name, values in lists.items() for text in values]
        lines.append("  <arquivos>")
        lines += [
            f'   <arquivo nome={xml_attribute(f.name)} tamanho="{f.size}" sha256="{f.sha256}" '
            f"so={xml_attribute(f.os)} arquitetura={xml_attribute(f.arch)} "
            f"url={xml_attribute(file_url(package, f.name, origin))}/>"
            for f in package.files
        ]
        lines.append("  </arquivos>")
        return f' <pacote id="{package.id}">\n' + "\n".join(lines) + "\n </pacote>\n"

    def _csv(self, packages: list[Package], generated: str, origin: str) -> bytes:
        out = io.StringIO()
        table = csv.writer(out, delimiter=";", lineterminator="\r\n")
        table.writerow(_COLUMNS)
        table.writerows(self._columns(package, origin) for package in packages)
        return out.getvalue().encode("cp1252", "replace")

    def _columns(self, package: Package, origin: str) -> list[str]:
        files = package.files
        return [
            package.id,
            package.name,
            self._description(package, origin),
            package.line_id,
            package.line_name,
            package.product,
            package.module,
            package.environment,
            package.version,
            package.type,
            package.country,
            _written(package.released, "%d/%m/%Y"),
            _written(package.updated, "%d/%m/%Y %H:%M"),
            "|".join(f.name for f in files),
            "|".join(brazilian_size(f.size) for f in files),
            "|".join(f.sha256 for f in files),
            "|".join(f.os for f in files),
            "|".join(f.arch for f in files),
            "|".join(package.issues),
            "|".join(package.tickets),
            self._doc(package, origin),
            "|".join(package.requires),
            "|".join(package.supersedes),
        ]


def file_url(package: Package, name: str, origin: str) -> str:
    return f"{origin}/downloads/portal/p/10098/download/{package.id}/{name.replace(' ', '%20')}"


def brazilian_size(size: int) -> str:
    """A size as people write it: "1,2 GB", "340 MB", "12 KB"."""
    for unit, factor in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}".replace(".", ",").replace(",0 ", " ")
    return f"{size} bytes"


def _written(moment: datetime, pattern: str) -> str:
    """A date without a zone, as the formats have it: the day in UTC, so that it is the day in the file's name."""
    return moment.strftime(pattern)
