"""What tells that documents are about one subject where they share no code: links, and titles of copies.

…/viewpage.action?pageId=700100101     ──▶ "700100101"         "10848508 DRHGCH-23726 DT DIRF" ──▶ "dirf"
…/hc/pt-br/articles/360020000041-Como  ──▶ "360020000041"      "Cópia de Guia de Rateio"       ──▶ "guia de rateio"
https://youtu.be/rj528NFe0a1           ──▶ "rj528NFe0a1"
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from rapidfuzz.distance import Indel

from search.analysis.analyzer import fold
from search.model import Document

LINKS = 5
"""Links of a document to others of ours, at most: one with more is a list, which is about none of them."""
ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")
PATHS = re.compile(
    r"(?:^|/)(?:hc/[\w-]+/articles/(?P<article>\d{1,18})(?:-[^/]*)?|spaces/[^/]+/pages/(?P<page>\d{1,18})(?:/[^/]*)?"
    r"|x/(?P<tiny>[\w-]{2,6})|(?:embed|shorts|live)/(?P<video>[\w-]{11}))/?$",
    re.ASCII,
)
QUERIES = {"viewpage.action": ("pageId", r"\d{1,18}"), "watch": ("v", r"[\w-]{11}"), "download": ("e", r"[\w.-]{1,40}")}
"""How the path of an address ends → the argument that names what it shows, and how that looks."""
SHORT_HOST, VIDEO_KEY = "youtu.be", re.compile(r"[\w-]{11}")

LEADING = re.compile(
    r"(?:\d{6,8}|[a-z][a-z0-9]{1,9}-\d{2,6}|dt|documento tecnico|copia de|copy of)(?=[\s:–—-])[\s:–—-]+"
)
"""What a technical document's title, folded, says before what it is about; and how Confluence calls a copy."""

ALIKE = 0.85
"""Share of the words of two texts, those of both counted, that are the same in the same order. A page that was copied
and given a technical document's table has so many; those of two corrections, filled into one template, have not."""
COMPARED = 3_000
"""Words of a text that are compared."""


def linked(addresses: Iterable[str], text: str = "") -> tuple[str, ...]:
    """The keys that addresses, and those in a text, say of pages, articles, videos and packages; none of a list's."""
    found = dict.fromkeys(filter(None, map(target, (*addresses, *ADDRESS.findall(text)))))
    return tuple(found) if len(found) <= LINKS else ()


def target(address: str) -> str:
    """The key of what an address shows, whatever the host; "" where it says none."""
    try:
        parts = urlsplit(address.strip().rstrip(".,;:"))
        host = parts.hostname
    except ValueError:
        return ""
    last = parts.path.rpartition("/")[2]
    if host == SHORT_HOST:
        return last if VIDEO_KEY.fullmatch(last) else ""
    if last in QUERIES:
        name, pattern = QUERIES[last]
        value = parse_qs(parts.query).get(name, [""])[0]
        return value if re.fullmatch(pattern, value, re.ASCII) else ""
    if (match := PATHS.search(parts.path)) is None:
        return ""
    return match["article"] or match["page"] or match["video"] or _page_of(match["tiny"])


def bare_title(title: str) -> str:
    """What a title says behind tickets, issues and "DT", folded, where these lead it or "_" parts it; else ""."""
    whole = fold(title)
    bare = whole.replace("_", " ") if "_dt_" in whole else whole
    while match := LEADING.match(bare):
        bare = bare[match.end() :]
    return " ".join(bare.split()) if bare != whole else ""


RULES = 1
"""Which rules `alike` goes by: counted up when it says something else of any documents, for what it said is kept."""


def alike(one: Document, other: Document) -> bool:
    """Whether two documents of one title are copies: the same text, or nearly so and of the same product."""
    if one.body == other.body:
        return True
    if one.lang != other.lang or any(map(_differ, _facts(one), _facts(other))):
        return False
    texts = one.body.split()[:COMPARED], other.body.split()[:COMPARED]
    return Indel.normalized_similarity(*texts, score_cutoff=ALIKE) >= ALIKE


def _facts(document: Document) -> tuple[object, ...]:
    return document.line, document.product, document.module, document.versions


def _differ(one: object, other: object) -> bool:
    """Whether two facts contradict one another; an empty one says nothing."""
    return bool(one and other and one != other)


def _page_of(tiny: str) -> str:
    """The page that a tiny link of Confluence names: its number, little-endian, in base64 without trailing "A"s."""
    coded = tiny.replace("-", "/").replace("_", "+").ljust(6, "A")
    return str(int.from_bytes(base64.b64decode(f"{coded}=="), "little"))
