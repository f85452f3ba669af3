"""The facets: by what results are narrowed and counted. Each is one row of FACETS, and nothing else names them all.

    FACETS ──▶ columns of the index (`values`) · typed name:value (`called`, `span`, `known`) · parameters, find_NAME
           └─▶ counts, and which stands below which (`above`) · order, labels and values on the page

A further facet is one row; what is served lacks it until `busca rebuild` has run. A row that cannot be one is refused
by a sentence when this module is loaded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from search.identifiers import recognizer, versions
from search.model import LANGS, Document

NAME = re.compile(r"(?!find_|model_)[a-z][a-z0-9_]*")
TAKEN = frozenset(
    "q page per_page release updated_after updated_before sort facets exact explain ui "  # parameters
    "filters find releases narrowed query toggled read pairs href "  # what parameters can be asked
    "text json as_json help title date audience".split()  # words of the command, of typed filters, of the index
)
"""Names that mean something else where a facet's name is a parameter, an option or a field."""
TYPED: Mapping[str, tuple[str, ...]] = {"title": ("titulo", "título", "title"), "date": ("data", "fecha", "date")}
"""What else people type before a colon, and how they call it."""

YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetRow:
    """What there is to know of a facet.

    `values` gives a document's values, none where it has none. `called` are the names by which people type it
    (`produto:rm`), by language; the first is its label where the translations have none for `label`. A typed value is
    one of `known` (value → how people call it, folded), or a bound or range that `span` reads, else words of the value.
    `above` is the facet whose values hold this one's. `found_in` says that there may be so many values that they are
    looked through; `named` that translations name the values; `newest_first` that the greatest value leads, not the
    most frequent. `read` turns a value in an address into one of ours. `place` orders the facets of a page.
    """

    name: str
    values: Callable[[Document], tuple[str, ...]]
    called: Mapping[str, tuple[str, ...]]
    place: int
    label: str = ""
    above: str = ""
    found_in: bool = False
    named: bool = False
    newest_first: bool = False
    known: Mapping[str, str] = field(default_factory=dict)
    span: Callable[[str], str | None] | None = None
    read: Callable[[str], str] = str

    @property
    def label_key(self) -> str:
        return self.label or f"facet.{self.name}"


def checked(rows: Sequence[FacetRow]) -> dict[str, FacetRow]:
    """The rows by their names. Raise ValueError, with a sentence per problem, where one cannot be a facet."""
    if problems := [*_names(rows), *_calls(rows), *_levels(rows)]:
        raise ValueError(f"FACETS in search/facets.py: {'; '.join(problems)}")
    return {row.name: row for row in rows}


def _names(rows: Sequence[FacetRow]) -> Iterator[str]:
    for name, count in Counter(row.name for row in rows).items():
        if count > 1:
            yield f"{count} rows are named {name}: a facet is one row"
        if not NAME.fullmatch(name):
            yield f"{name!r} is no name: write lower-case letters, digits and _, and neither find_ nor model_ first"
        elif name in TAKEN:
            yield f"{name} is the name of something else (a parameter, an option or a field): choose another"


def _calls(rows: Sequence[FacetRow]) -> Iterator[str]:
    meanings = {call: name for name, calls in TYPED.items() for call in calls}
    for row in rows:
        if missing := [lang for lang in LANGS if not row.called.get(lang)]:
            yield f"{row.name} has no name to type in {', '.join(missing)}: add it to `called`"
        for call in dict.fromkeys(call for calls in row.called.values() for call in calls):
            if call != call.lower():
                yield f"{row.name} is called {call!r}: write it in lower case, whatever people type"
            if (other := meanings.setdefault(call, row.name)) != row.name:
                yield f"{row.name} is called {call!r} as {other} is: one of them needs another name"


def _levels(rows: Sequence[FacetRow]) -> Iterator[str]:
    above = {row.name: row.above for row in rows if row.above}
    for name, upper in above.items():
        if upper not in (row.name for row in rows):
            yield f"{name} stands below {upper}, which is no facet: `above` names another row"
    try:
        TopologicalSorter({name: (upper,) for name, upper in above.items()}).prepare()
    except CycleError as error:
        yield f"{' above '.join(error.args[1])}: `above` goes in a circle"


def _one(name: str) -> Callable[[Document], tuple[str, ...]]:
    """A field of one value; "" is none."""

    def values(document: Document) -> tuple[str, ...]:
        value: str = getattr(document, name)
        return (value,) if value else ()

    return values


def _versions(document: Document) -> tuple[str, ...]:
    """Those that a document states or is titled with."""
    return tuple(dict.fromkeys((*document.versions, *recognizer.versions_in(document.title))))


def _year(text: str) -> str | None:
    return text if YEAR.fullmatch(text) else None


FACETS: tuple[FacetRow, ...] = (
    FacetRow(
        name="source",
        values=_one("source"),
        called={"pt": ("fonte", "origem"), "es": ("fuente", "origen"), "en": ("source",)},
        place=1,
    ),
    FacetRow(
        name="kind",
        values=_one("kind"),
        called={"pt": ("tipo",), "es": ("tipo",), "en": ("kind", "type")},
        place=6,
        named=True,
        known={
            "page": "pagina paginas page pages",
            "article": "artigo artigos articulo articulos article articles",
            "video": "video videos",
            "package": "pacote pacotes paquete paquetes package packages patch download",
        },
    ),
    FacetRow(
        name="line",
        values=_one("line"),
        called={"pt": ("linha",), "es": ("línea", "linea"), "en": ("line",)},
        place=2,
    ),
    FacetRow(
        name="product",
        values=_one("product"),
        called={"pt": ("produto",), "es": ("producto",), "en": ("product",)},
        place=3,
        above="line",
        found_in=True,
    ),
    FacetRow(
        name="module",
        values=_one("module"),
        called={"pt": ("módulo", "modulo"), "es": ("módulo",), "en": ("module",)},
        place=4,
        above="product",
        found_in=True,
    ),
    FacetRow(
        name="version",
        values=_versions,
        called={"pt": ("versão", "versao"), "es": ("versión", "version"), "en": ("version", "release")},
        place=5,
        found_in=True,
        span=versions.canonical,
    ),
    FacetRow(
        name="lang",
        values=_one("lang"),
        called={"pt": ("idioma", "língua", "lingua"), "es": ("idioma",), "en": ("language", "lang")},
        place=7,
        named=True,
        known={
            "pt": "pt pt-br portugues portuguese",
            "es": "es espanhol espanol spanish castellano",
            "en": "en en-us ingles english",
        },
        read=lambda value: value.partition("-")[0].lower(),  # pt-BR is understood as pt
    ),
    FacetRow(
        name="year",
        values=lambda document: (str(document.updated.year),),
        called={"pt": ("ano",), "es": ("año",), "en": ("year",)},
        place=8,
        newest_first=True,
        span=_year,
    ),
)

BY_NAME = checked(FACETS)
FILTERS = tuple(BY_NAME)
"""The names by which results can be narrowed."""
ABOVE = {row.name: row.above for row in FACETS if row.above}
"""Facet → the one whose values hold its own: a line has products, a product has modules."""
FOUND_IN = tuple(row.name for row in FACETS if row.found_in)


def values_of(document: Document) -> dict[str, tuple[str, ...]]:
    """Facet → the values by which a document is filtered and counted."""
    return {row.name: row.values(document) for row in FACETS}
