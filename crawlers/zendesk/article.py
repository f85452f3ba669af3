"""An article of Zendesk Guide becomes a document: its title's prefix is taken apart, its template's noise taken out.

Cross Segmentos - TOTVS Backoffice (Linha Protheus) - SIGAFAT - MATA410 - Pedido não grava
└─ segment ───┘   └─ product and line ───────────┘   └ module┘  └─ title ────────────────┘

The prefix, which thousands of articles share, is said by line, product and module; `extra["title_whole"]` keeps it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawlers import json_fields, taxonomy
from crawlers.links import addresses
from search.analysis import markup
from search.analysis.analyzer import fold
from search.analysis.markup import Text
from search.errors import RecordError
from search.identifiers import recognizer
from search.model import Document

LANGS = {"pt-br": "pt", "pt": "pt", "es": "es", "en-us": "en"}

DASH = re.compile(r"\s+[-–—]\s+")
SEGMENTS = re.compile(
    r"cross segment(?:o?s|o)|agro(?:negocio)?|construcao|distribuicao|educacional|financial services|framework"
    r"|hotelaria|juridico|logistica|manufatura|prestadores de servicos|saude|servicos|varejo|mi|mercado internacional"
)
"""As folded: without accents, in lower case."""

CODE = re.compile(r"(?:[^()]*\()?SIGA[A-Z]{2,5}\)?(?:/SIGA[A-Z]{2,5})*", re.IGNORECASE)
AREA = re.compile(rf"(?:{'|'.join(taxonomy.RM_NAMES)})(?:/[A-Z]{{2,6}})*", re.IGNORECASE)
SHORT_CODE = re.compile(r"[A-Z]{3}")
BRACKETED_CODE = re.compile(r".+ \([A-Z]{3}\)")
"""Modules of Datasul and Logix have three letters: MFT, VDP."""

READING_TIME = re.compile(
    r"\W*(?:time\.png)?\W*(?:tempo aproximado (?:para|de) (?:a )?leitura|tiempo aproximado (?:de|para)(?: la)? lectura"
    r"|(?:approximate|estimated) reading time).{0,60}",
    re.IGNORECASE,
)
PICTURE = re.compile(r"[\w .()-]{1,80}\.(?:png|jpe?g|gif|bmp)", re.IGNORECASE)
ATTACHMENT = re.compile(r"(?:https?://[^\s/]+)?/(?:attachments/token|hc/(?:[\w-]+/)?article_attachments)/\S*")
ADDRESS = re.compile(r"(?:/[\w-]+)*/hc/[\w-]+/articles/(\d+)(?:-[^/]*)?")
ENVIRONMENT = frozenset({"ambiente", "entorno", "environment"})
TEMPLATE = ENVIRONMENT | {
    *("duvida", "ocorrencia", "causa", "solucao", "observacao", "observacoes", "saiba mais"),
    *("duda", "ocurrencia", "solucion", "observacion", "observaciones", "conozca mas"),
    *("question", "occurrence", "cause", "solution", "note", "notes", "learn more"),
}
"""The headings of the vendor's template, folded."""


@dataclass(frozen=True, slots=True)
class Title:
    """What a title's prefix says; `short` is the rest and never empty unless the title is."""

    short: str
    line: str = ""
    product: str = ""
    modules: tuple[str, ...] = ()


def document(source: str, data: Mapping[str, Any]) -> Document | None:
    """Turn an article in one locale into a document; None when it is not public. Raise RecordError on nonsense."""
    article = json_fields.mapping(data.get("article"))
    if data.get("gone") or article.get("draft") or _is_restricted(article):
        return None
    number = json_fields.string(article.get("id"))
    if not (number.isascii() and number.isdigit()):
        lack = f"an article of {data.get('instance')} has no numeric id but {number!r}"
        raise RecordError(f"{lack}: tell the operators of {data.get('base_url')}")
    return _document(source, data, article, number)


def _document(source: str, data: Mapping[str, Any], article: Mapping[str, Any], number: str) -> Document:
    instance, base_url, locale = (json_fields.string(data.get(name)) for name in ("instance", "base_url", "locale"))
    body = cleaned(markup.plain(json_fields.string(article.get("body"))))
    names = (json_fields.line(article.get(name)) for name in ("title", "name"))
    title = next(filter(None, names), "") or json_fields.opening(body.body)
    created, edited, updated = map(json_fields.moment, map(article.get, ("created_at", "edited_at", "updated_at")))
    updated = edited or updated or created
    address = f"{base_url}/hc/{locale}/articles/{number}"
    if not title or updated is None:
        lack = "date" if title else "title and text"
        raise RecordError(f"article {number} of {instance} has no {lack}: open {address}")
    breadcrumb, labels = json_fields.lines(data.get("breadcrumb")), json_fields.lines(article.get("label_names"))
    parts = read_title(title)
    line = parts.line or taxonomy.line_of(*breadcrumb) or taxonomy.line_of(*labels)
    return Document(
        source=source,
        key=f"{instance}/{number}/{locale}",
        url=_public(json_fields.string(article.get("html_url")), number) or address,
        title=parts.short,
        body=body.body,
        headings=body.headings,
        kind="article",
        lang=LANGS.get(locale, "pt"),
        line=line,
        product=taxonomy.product_of(parts.product, line) or _product(breadcrumb, line),
        module=_module(parts, breadcrumb),
        breadcrumb=breadcrumb,
        labels=labels,
        versions=_environment(body),
        created=created,
        updated=updated,
        group=f"{source}:{instance}/{number}",
        links=addresses(body.links, body.body),
        popularity=wilson(json_fields.number(article.get("vote_sum")), json_fields.number(article.get("vote_count"))),
        extra={} if parts.short == title else {"title_whole": title},
    )


def _is_restricted(article: Mapping[str, Any]) -> bool:
    """Whether only some people may read it."""
    return article.get("user_segment_id") is not None or bool(article.get("user_segment_ids"))


def read_title(title: str) -> Title:
    """Take leading parts off a title while they name a segment, a product, a line or a module; the last part stays."""
    parts = DASH.split(title)
    product, line, modules, place = "", "", list[str](), 0
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if last or not _is_prefix(part, line):
            break
        if _is_product(part):
            line = line or taxonomy.line_of(part)
            product = product or ("" if taxonomy.MENTION.fullmatch(part) else part)
        elif taxonomy.module_of(part) or SHORT_CODE.fullmatch(part):
            modules.append(part)
    return Title(" - ".join(parts[place:]), line, product, tuple(modules))


def wilson(votes_sum: int, votes_count: int) -> float:
    """Lower bound (95 %) of the share of readers who found an article helpful; 0 without votes, to two decimals.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212.
    `votes_sum` is helpful minus unhelpful votes.
    """
    if votes_count <= 0:
        return 0.0
    z, n = 1.96, votes_count
    share = min(1.0, max(0.0, (votes_count + votes_sum) / 2 / n))
    spread = z * math.sqrt((share * (1 - share) + z * z / (4 * n)) / n)
    return round(max(0.0, (share + z * z / (2 * n) - spread) / (1 + z * z / n)), 2)


def cleaned(body: Text) -> Text:
    """The text without the template's reading time, bare file names of pictures, and links to tickets' attachments.

    The template's headings are headings, though many editors only write them in bold.
    """
    lines = []
    for line in body.body.split("\n"):
        line = ATTACHMENT.sub("", line).strip()
        if line and not READING_TIME.fullmatch(line) and not PICTURE.fullmatch(line):
            lines.append(line)
    headings = (line for line in lines if line in body.headings or fold(line).strip(" :") in TEMPLATE)
    return Text("\n".join(lines), tuple(dict.fromkeys(headings)), body.links)


def _is_prefix(part: str, line: str) -> bool:
    if SEGMENTS.fullmatch(fold(part)) or CODE.fullmatch(part) or AREA.fullmatch(part) or _is_product(part):
        return True
    return line in ("Datasul", "Logix") and SHORT_CODE.fullmatch(part) is not None


def _is_product(part: str) -> bool:
    if taxonomy.MENTION.fullmatch(part) or part.upper() in taxonomy.STANDALONE:
        return True
    if not fold(part).startswith(("totvs", "backoffice")):
        return False
    words = len(part.split())
    return words <= 2 or (words <= 8 and bool(taxonomy.line_of(part) or taxonomy.NICKNAMES.search(part)))


def _product(breadcrumb: Sequence[str], line: str) -> str:
    return next((taxonomy.product_of(name, line) for name in breadcrumb if _is_product(name)), "")


def _module(title: Title, breadcrumb: Sequence[str]) -> str:
    named = taxonomy.module_of(*title.modules, *reversed(breadcrumb))
    coded = (name for name in reversed(breadcrumb) if BRACKETED_CODE.fullmatch(name))
    return named or next(coded, "") or next(iter(title.modules), "")


def _environment(body: Text) -> tuple[str, ...]:
    """The versions named under the heading "Ambiente"."""
    lines = body.body.split("\n")
    start = next((place for place, line in enumerate(lines) if fold(line).strip(" :") in ENVIRONMENT), None)
    if start is None:
        return ()
    section = []
    for line in lines[start + 1 :]:
        if line in body.headings:
            break
        section.append(line)
    return recognizer.versions_in("\n".join(section)) if len(section) <= 6 else ()


def _public(url: str, number: str) -> str:
    """An article's own address without query and fragment, or "" when it is none: some are joined from two."""
    try:
        parts = urlsplit(url.strip())
        whole = parts.scheme in ("http", "https") and parts.hostname and not parts.netloc.endswith(":")
    except ValueError:
        return ""
    match = ADDRESS.fullmatch(parts.path)
    if not whole or not match or match[1] != number:
        return ""
    return parts._replace(query="", fragment="").geturl()
