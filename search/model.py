"""The values that every part speaks in: what is indexed, what is asked, what is answered. All are frozen.

Document ──▶ store ──Change──▶ index          text ──▶ Query ──▶ index ──▶ Results ⊃ Hit ⊃ Snippet

Long because each value is made of those before it, and a reader needs them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, Self

Kind = Literal["page", "article", "video", "package"]
KINDS: tuple[Kind, ...] = ("page", "article", "video", "package")
LANGS = ("pt", "es", "en")
Range = tuple[int, int]
"""Half-open range of characters, [start, end), in the text that it stands beside."""


class Identifier(NamedTuple):
    """A code that people search by: `kind` is one of `recognizer.kinds()`, `value` its canonical spelling."""

    kind: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a source says, in one shape for all sources.

    `key` is the source's own identity of the document, never its address. `body` is plain text, one block a line.
    `headings` are the section titles inside `body`, in order. `audience` names the groups that may see the document;
    empty means everyone. Documents of one `group` are the same subject (an article in two languages). `links` are the
    keys of pages, articles, videos and packages that it links to, where they are few (`crawlers.links`).
    """

    source: str
    key: str
    url: str
    title: str
    body: str
    headings: tuple[str, ...] = ()
    kind: Kind
    lang: str
    line: str = ""
    product: str = ""
    module: str = ""
    breadcrumb: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    versions: tuple[str, ...] = ()
    created: datetime | None = None
    updated: datetime
    audience: tuple[str, ...] = ()
    group: str = ""
    links: tuple[str, ...] = ()
    popularity: float = 0.0
    extra: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.source}:{self.key}"

    def excerpt(self, first: int, end: int) -> str:
        """Characters [first, end) of the body; fewer where it ends before."""
        return self.body[first:end]

    def dump(self) -> dict[str, Any]:
        """Every field but the body, as JSON takes it."""
        data: dict[str, Any] = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "body"}
        data["created"] = self.created.isoformat() if self.created else None
        data["updated"] = self.updated.isoformat()
        data["extra"] = dict(self.extra)
        return data

    @classmethod
    def load(cls, data: dict[str, Any], body: str | Body) -> Document:
        """The document of which `dump` gave `data`; one with a Body is Excerpted."""
        fields: dict[str, Any] = {name: tuple(value) if type(value) is list else value for name, value in data.items()}
        fields.setdefault("links", ())  # older stores know none
        if fields["identifiers"]:
            fields["identifiers"] = tuple(Identifier(*pair) for pair in fields["identifiers"])
        if fields["created"]:
            fields["created"] = datetime.fromisoformat(fields["created"])
        fields["updated"] = datetime.fromisoformat(fields["updated"])
        return cls.of(fields | {"body": body}) if isinstance(body, str) else Excerpted.of(fields | {"text": body})

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """A document of all its values: the constructor, which sets one field at a time, takes three times as long."""
        instance = object.__new__(cls)
        instance.__dict__.update(values)
        return instance


class Body(Protocol):
    """A long text that is read when it is asked for."""

    def excerpt(self, first: int, end: int) -> str: ...

    def whole(self) -> str: ...


class Excerpted(Document):
    """The document of a hit whose body is long: that is `text`, of which no more is read than is asked for."""

    text: Body

    @property
    def body(self) -> str:
        return self.text.whole()

    def excerpt(self, first: int, end: int) -> str:
        return self.text.excerpt(first, end)

    def whole(self) -> Document:
        """The same with its body in memory, so that no later look at it can fail."""
        return Document.of({name: getattr(self, name) for name in self.__dataclass_fields__})


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One numbered step of the store: `document` as it is now, or None where it was removed."""

    number: int
    id: str
    document: Document | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Who asks: `groups` open restricted documents, `releases` are the product versions that the customer runs."""

    groups: frozenset[str] = frozenset()
    releases: tuple[str, ...] = ()


ANYONE = Viewer()

Occur = Literal["must", "should", "not"]
ClauseKind = Literal["word", "phrase", "prefix", "code", "either"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """One unit of a query.

    `text` is what the person typed. `terms` holds, for each position, the alternative index terms of that position: one
    position for a word, a prefix or a code, several for a phrase. Of a prefix the first is how terms begin; the others
    are terms, because a stem may be shorter than what was typed of its word. `field` is "" for all text fields.
    `words` are the terms of each position of a code that may have been meant as plain words ("lei 14133").

    "either" has no terms and holds where one of the clauses in `either` does; the best of their scores counts, each
    times its `weight`. Alternatives of weight 1 were typed, those of less mean about the same.
    """

    kind: ClauseKind
    occur: Occur
    text: str
    terms: tuple[tuple[str, ...], ...] = ()
    field: str = ""
    words: tuple[tuple[str, ...], ...] = ()
    either: tuple[Clause, ...] = ()
    weight: float = 1.0

    @property
    def typed(self) -> Clause:
        """The one alternative that was typed, of a clause that was widened; else the clause itself."""
        typed = [clause for clause in self.either if clause.weight == 1]
        return typed[0] if len(typed) == 1 else self


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Versions or years from `low` to `high`, which belong to it but for `above` and `below`; "" is no bound."""

    low: str = ""
    high: str = ""
    above: bool = False
    below: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrowing:
    """A typed `name:value`: a filter whose values are known by what they say, as `fields.holds` has it.

    A document needs one value that is among `values`, has all of one of `words`, or lies in one of `spans`.
    """

    name: str
    text: str
    occur: Occur = "must"
    values: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


Sort = Literal["relevance", "newest", "oldest"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """What is asked of an index, engine-independent.

    Of the clauses, all "must" have to hold, no "not" may, and of the "should" at least `min_should`, or one where there
    is no "must"; where fewer than `enough` documents satisfy so many, as many as it takes are asked for. Values of one
    filter are alternatives; different filters must all hold, and all `narrowings`. `page` counts from 1. No clause
    means "all documents". `facets` are those to count, all where it is None; `find` says of one what the values to list
    contain. `lang` is the reader's language ("pt", "es" or "en"). Without `highlight` hits come without the passage to
    show and the words to mark, which take longer than to find them; without `rescore` the best are not looked at a
    second time (see `search.ranking`); with `explain` hits come with how their scores came about. Of the documents that
    the viewer may see and the filters let through, `pinned` ids come first where relevance orders, whatever they hold;
    `blocked` ids are left out. With `grouped` documents on one subject are one hit, the best of those that match:
    totals and pages count hits, facets count documents; pairs of ids that are `cut` are never one hit. With `balanced`
    no source fills the first places where others have hits about as good (`search.ranking`).
    """

    text: str = ""
    clauses: tuple[Clause, ...] = ()
    min_should: int = 0
    enough: int = 0
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    narrowings: tuple[Narrowing, ...] = ()
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    pinned: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    sort: Sort = "relevance"
    page: int = 1
    per_page: int = 10
    facets: tuple[str, ...] | None = None
    find: Mapping[str, str] = field(default_factory=dict)
    lang: str = "pt"
    viewer: Viewer = ANYONE
    highlight: bool = True
    rescore: bool = True
    explain: bool = False
    grouped: bool = False
    balanced: bool = False
    cut: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Snippet:
    """Plain text and the ranges of it that match; escaping is left to whoever shows it."""

    text: str
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A number and what it is made of: the sum, or the product, of its parts."""

    name: str
    value: float
    parts: tuple[Explanation, ...] = ()
    rule: Literal["sum", "product", ""] = ""


Lane = Literal["code in title", "code", "all words", "some words", ""]
"""What a hit was found by, the strongest that holds; "" where nothing was typed."""


class Hit(NamedTuple):
    """One result, a tuple, which is made in a tenth of the time that a frozen dataclass takes.

    `missing` lists typed words that the document lacks; `document.body` is its whole text, read when it is asked for.

    `explanation` and `lane` are there where the query asks to explain. `members` are further documents on the same
    subject, whether they match or not, and `more_members` counts those that are not named. `lifted_from` is
    the place, from 1 on, that its score alone gives a hit of a source that would be missing before; 0 of all others.
    """

    document: Document
    score: float
    snippet: Snippet
    title_ranges: tuple[Range, ...] = ()
    missing: tuple[str, ...] = ()
    explanation: Explanation | None = None
    lane: Lane = ""
    members: tuple[Document, ...] = ()
    more_members: int = 0
    lifted_from: int = 0


class FacetValue(NamedTuple):
    """`parent` is the value of the facet above that most documents with this one have; "" where there is none."""

    value: str
    count: int  # type: ignore[assignment]  # a field in the place of tuple.count
    selected: bool = False
    parent: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facet:
    """Counts of one filter's values as they would be if only the other filters held; most frequent first.

    `other` counts the distinct values that are not listed, of those that the query asks to find.
    """

    name: str
    values: tuple[FacetValue, ...]
    other: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """One page of hits, best first, with the exact `total`.

    `relaxed` is true when no document holds all words and those with some of them are given instead.
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    facets: tuple[Facet, ...]
    generation: str
    took_ms: float
    relaxed: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def pages(self) -> int:
        return -(-self.total // self.query.per_page)


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """What typing may lead to: a title with its document, or a code, whose kind is `identifier`, or a frequent query.

    `ranges` mark the typed part of `text`.
    """

    text: str
    kind: Literal["title", "identifier", "query"] = "title"
    identifier: str = ""
    url: str = ""
    source: str = ""
    id: str = ""
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """A text that was meant, perhaps; `certain` enough to be searched for where the typed one finds nothing."""

    text: str
    certain: bool


class Candidate(NamedTuple):
    """A word or code of the index that may have been meant: how many letters apart from what was typed, how common."""

    text: str
    distance: int
    documents: int
