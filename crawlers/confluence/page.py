"""A page of Confluence becomes a document: which body to trust, and what a technical document's first table says.

page JSON ─▶ body: export_view, unless it hides what storage holds
          ─▶ header table: Produto | Linha de Produto | Módulo | Versões | Função | Ticket | Issue
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crawlers import json_fields, taxonomy
from crawlers.links import addresses
from search.analysis import markup as text
from search.analysis.analyzer import detect_language, fold
from search.analysis.markup import Text
from search.errors import RecordError
from search.identifiers import recognizer as identifiers
from search.model import Document, Identifier

SHORT = 0.3
"""Rendered text below this share of the stored text has lost something: macros of apps, tabs, broken includes."""

TAG = re.compile(r"<ac:parameter\b.*?</ac:parameter>|<!\[CDATA\[|\]\]>|<[^>]*>|\s+", re.DOTALL)
OLD_VERSION = re.compile(
    r"você está vendo a versão antiga da página|you are viewing an old version of this page"
    r"|está viendo una versión antigua de esta página",
    re.IGNORECASE,
)
BANNER_CHARS = 400
SAMPLE_CHARS = 2_000

SPACE_LINES = {
    "PROT": "Protheus",
    "framework": "Protheus",
    "tec": "",
    "tecen": "",
    "LRM": "RM",
    "LDT": "Datasul",
    "LLG": "Logix",
    "fluig": "Fluig",
}
"""The line of a space whose pages do not say it; spaces that serve several lines, or that we do not know, have none."""

SPACE_PRODUCTS = {"TAF": taxonomy.STANDALONE["TAF"]}
SPACE_LANGS = {"tecen": "en"}

HEADER_LINES = 30
LABELS = {
    "line": "linha de produto|linea de producto|product line|linha",
    "product": "produto|producto|product",
    "module": "modulo|modulos|module|modules",
    "versions": "versao|versoes|version|versiones|versions|release|releases|versao/release",
    "functions": "funcao|funcoes|funcion|function|rotina|rotinas|rutina|rutinas|routine|routines",
    "tickets": "ticket|tickets|chamado|chamados",
    "issues": "requisito/story/issue|requirement/story/issue|issue|issues|requisito|story",
}
FIELD_OF = {label: field for field, labels in LABELS.items() for label in labels.split("|")}
CODED = re.compile(r"^([A-Z]{3}) - (.+)$")
"""Modules of Datasul and Logix: "MRE - Recebimento"."""

TICKET = re.compile(r"(?<!\d)\d{6,8}(?!\d)")


@dataclass(frozen=True, slots=True)
class Header:
    """What a technical document's first table says; all empty where there is none."""

    line: str = ""
    product: str = ""
    module: str = ""
    versions: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()


def document(source: str, base_url: str, page: Mapping[str, Any]) -> Document | None:
    """Turn a page into a document; None when it is not current. Raise RecordError when it lacks what it must have."""
    key = json_fields.string(page.get("id"))
    if not (key.isascii() and key.isdigit()):
        raise RecordError(f"a page has no numeric id but {key!r}: tell the operators of {base_url}")
    if json_fields.string(page.get("status")) not in ("current", ""):
        return None
    body, representation = _body(json_fields.mapping(page.get("body")))
    if OLD_VERSION.search(body.body[:BANNER_CHARS]):
        return None
    title = json_fields.line(page.get("title")) or json_fields.opening(body.body)
    version, history = json_fields.mapping(page.get("version")), json_fields.mapping(page.get("history"))
    created = json_fields.moment(history.get("createdDate"))
    updated = json_fields.moment(version.get("when")) or created
    if not title or updated is None:
        lack = "title and text" if not title else "date"
        raise RecordError(f"page {key} has no {lack}: open {base_url}/pages/viewpage.action?pageId={key}")
    space = json_fields.string(json_fields.mapping(page.get("space")).get("key"))
    header, labels = read_header(body.body, space), _labels(page)
    return Document(
        source=source,
        key=key,
        url=f"{base_url}/pages/viewpage.action?pageId={key}",
        title=title,
        body=body.body,
        headings=body.headings,
        kind="page",
        lang=detect_language(f"{title}\n{body.body[:SAMPLE_CHARS]}", SPACE_LANGS.get(space, "pt")),
        line=header.line,
        product=header.product,
        module=header.module or taxonomy.module_of(*labels),
        breadcrumb=_titles(json_fields.items(page.get("ancestors"))[1:]),
        labels=labels,
        identifiers=header.identifiers,
        versions=header.versions,
        created=created,
        updated=updated,
        links=addresses(body.links),
        extra={"space": space, "version": json_fields.number(version.get("number")), "representation": representation},
    )


def read_header(body: str, space: str = "") -> Header:
    """Read the table at the top of a technical document; what it does not say is taken from its space.

    A row is a line "Produto | TOTVS Backoffice"; old templates write "Produto: TOTVS Backoffice", or two pairs a row.
    """
    fields: dict[str, str] = {}
    for line in body.split("\n", HEADER_LINES)[:HEADER_LINES]:
        for label, value in _pairs(line):
            fields.setdefault(label, value)
    if len(fields) < 2:
        return Header(line=SPACE_LINES.get(space, ""), product=SPACE_PRODUCTS.get(space, ""))
    product = fields.get("product", "")
    line = taxonomy.line_of(fields.get("line", ""), product) or SPACE_LINES.get(space, "")
    module = fields.get("module", "")
    codes = [
        code.identifier for code in identifiers.in_text(f"{fields.get('issues', '')}\n{fields.get('functions', '')}")
    ]
    codes += [Identifier("ticket", number) for number in TICKET.findall(fields.get("tickets", ""))]
    return Header(
        line=line,
        product=taxonomy.product_of(product, line) or SPACE_PRODUCTS.get(space, ""),
        module=taxonomy.module_of(module) or CODED.sub(r"\2 (\1)", module),
        versions=identifiers.versions_in(fields.get("versions", "")),
        identifiers=tuple(dict.fromkeys(codes)),
    )


def _pairs(line: str) -> Iterable[tuple[str, str]]:
    """The fields that one line names, with their values. A row of labels only is the head of some other table."""
    cells = [cell.strip() for cell in line.split(" | ")]
    if len(cells) == 1:
        label, _, value = line.partition(":")
        cells = [label, value.strip()]
    pairs = [(_field(label), value) for label, value in zip(cells[::2], cells[1::2], strict=False)]
    if not any(_field(value) for _, value in pairs):
        yield from (pair for pair in pairs if all(pair))


def _field(label: str) -> str:
    return FIELD_OF.get(fold(label[:40]).removesuffix("(s)").strip(" :"), "")


def _body(bodies: Mapping[str, Any]) -> tuple[Text, str]:
    """The text of the most telling representation, and its name."""

    def markup(name: str) -> str:
        return json_fields.string(json_fields.mapping(bodies.get(name)).get("value"))

    rendered = next((name for name in ("export_view", "view") if markup(name).strip()), "")
    storage = markup("storage")
    if not rendered:
        return text.plain(storage), "storage"
    view = text.plain(markup(rendered))
    if _rough_length(markup(rendered)) >= SHORT * _rough_length(storage):
        return view, rendered
    whole = text.plain(storage)
    if len(view.body) >= SHORT * len(whole.body):
        return view, rendered
    return _joined(whole, view), f"storage+{rendered}"


def _rough_length(markup: str) -> int:
    """About how much text a markup holds, without parsing it: the parse costs a hundred times more."""
    return len(TAG.sub("", markup))


def _joined(whole: Text, view: Text) -> Text:
    """The stored text, then the rendered lines that it lacks."""
    lines = set(whole.body.split("\n"))
    more = [line for line in view.body.split("\n") if line and line not in lines]
    headings = tuple(dict.fromkeys((*whole.headings, *view.headings)))
    return Text("\n".join((whole.body, *more)), headings, view.links)


def _titles(pages: Iterable[Any]) -> tuple[str, ...]:
    return json_fields.lines([json_fields.mapping(page).get("title") for page in pages])


def _labels(page: Mapping[str, Any]) -> tuple[str, ...]:
    labels = json_fields.mapping(json_fields.mapping(page.get("metadata")).get("labels"))
    return json_fields.lines(
        [json_fields.mapping(label).get("name") for label in json_fields.items(labels.get("results"))]
    )
