"""The JSON answers as pydantic models: what the views return, what OpenAPI describes, what the page is painted from."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from search.model import Lane

CharacterRange = tuple[int, int]
"""Half-open range of characters in the plain text that it stands beside."""


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class CodeAnswer(Answer):
    kind: str = ""
    value: str


class Interpreted(Answer):
    """What was understood: words, "exact phrases", beginnings*, codes such as MATA410, and what was excluded."""

    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    prefixes: tuple[str, ...]
    codes: tuple[CodeAnswer, ...]
    either: tuple[tuple[str, ...], ...] = Field(description="Alternatives that were typed with OR")
    synonyms: dict[str, tuple[str, ...]] = Field(description="Typed word → what means about the same and counts less")
    narrowed: tuple[str, ...] = Field(description="Filters that were typed, such as versao:>=12.1.2310")
    excluded: tuple[str, ...]


class QueryAnswer(Answer):
    text: str
    id: str = Field(description="Names this search of this generation of the index")
    interpreted: Interpreted


class Total(Answer):
    value: int = Field(
        description="How many results there are; facets count documents, and a result may stand for several"
    )
    relation: Literal["eq"] = "eq"


class IndexAnswer(Answer):
    generation: str


class SourceAnswer(Answer):
    id: str
    label: str
    state: Literal["ok", "partial", "failed", "running", "never", "unknown"]
    last_success: datetime | None
    documents: int | None


class FacetValueAnswer(Answer):
    value: str
    label: str
    count: int
    selected: bool
    parent: str = Field(
        default="",
        description="The value of the facet above that it belongs to: a product's line, a module's product",
    )


class FacetAnswer(Answer):
    name: str
    label: str
    values: tuple[FacetValueAnswer, ...]
    other: int = Field(description="How many further values are not listed")


class SnippetAnswer(Answer):
    text: str
    ranges: tuple[CharacterRange, ...]


class PartAnswer(Answer):
    """A number and what it is made of: the sum, or the product, of its parts."""

    name: str
    value: float
    rule: Literal["sum", "product", ""]
    parts: tuple[PartAnswer, ...] = ()


class ExplanationAnswer(PartAnswer):
    """How a score came about: words by field, what the second look added, the signals that multiply it."""

    lane: Lane = Field(description="What the document was found by, the strongest that holds")
    lifted_from: int = Field(
        default=0, description="The place that the score alone gives it, where it was lifted for its source; else 0"
    )


class MemberAnswer(Answer):
    """A document on the same subject as a result: in another language, a video about it, the package that mends it."""

    id: str
    source: str
    kind: Literal["page", "article", "video", "package"]
    title: str
    url: str = Field(description="http or https; empty where the source gave no address that is safe to follow")
    lang: str
    updated: datetime


class ResultAnswer(Answer):
    id: str
    source: str
    kind: Literal["page", "article", "video", "package"]
    title: str
    title_ranges: tuple[CharacterRange, ...]
    url: str = Field(description="http or https; empty where the source gave no address that is safe to follow")
    breadcrumb: tuple[str, ...]
    line: str
    product: str
    module: str
    lang: str
    updated: datetime
    version: str | None = Field(description="The newest of `versions`")
    versions: tuple[str, ...]
    applies_from: str | None = Field(description="The first release for which it says that it holds")
    pinned: bool = Field(description="Whether an operator put it first for this query")
    snippet: SnippetAnswer
    members: tuple[MemberAnswer, ...] = Field(
        default=(), description="Further documents on the same subject, at most three, those of other sources first"
    )
    more_members: int = Field(default=0, description="How many documents on the same subject are not listed")
    missing_terms: tuple[str, ...]
    extra: dict[str, str | int]
    explanation: ExplanationAnswer | None = Field(
        default=None, description="With `explain`, where words were asked for: what the score is made of"
    )


class Links(Answer):
    self: str
    next: str | None
    prev: str | None


class SearchAnswer(Answer):
    query: QueryAnswer
    total: Total
    page: int
    per_page: int
    pages: int
    took_ms: float
    partial: bool = Field(description="Whether a source could not be read whole, so that documents may be missing")
    relaxed: bool = Field(description="Whether no document has all words, and those with some of them are given")
    warnings: tuple[str, ...] = Field(
        description="`parameter:NAME` is not known, `unknown:FILTER=VALUE` no document has, `value:NAME=VALUE`"
        " cannot be one, `pasted:TEXT` is what was searched of a long text, `cut:N` and `clauses:N` are"
        " the numbers of characters and of words after which the query was cut"
    )
    index: IndexAnswer
    sources: tuple[SourceAnswer, ...]
    facets: tuple[FacetAnswer, ...]
    results: tuple[ResultAnswer, ...]
    did_you_mean: str | None = Field(description="A text that finds more or better, where a word or a code is misspelt")
    alternatives: tuple[str, ...] = Field(description="Further such texts, of other codes that are as near")
    corrected_from: str | None = Field(
        description="What was typed, where that finds nothing and `query.text` was searched for instead; see `exact`"
    )
    links: Links


class SuggestionAnswer(Answer):
    text: str
    kind: Literal["title", "identifier", "query"] = Field(
        description="A title leads to its document; a code and a frequent search are searched for"
    )
    identifier: str = Field(description="The kind of a code")
    label: str = Field(description="The kind of a code, or that the search is frequent, in the reader's language")
    url: str
    source: str
    id: str
    ranges: tuple[CharacterRange, ...]


class SuggestAnswer(Answer):
    query: str
    suggestions: tuple[SuggestionAnswer, ...]


class IdentifierAnswer(Answer):
    kind: str
    value: str


class DocumentAnswer(Answer):
    id: str
    source: str
    key: str
    kind: Literal["page", "article", "video", "package"]
    title: str
    url: str
    body: str
    headings: tuple[str, ...]
    lang: str
    line: str
    product: str
    module: str
    breadcrumb: tuple[str, ...]
    labels: tuple[str, ...]
    identifiers: tuple[IdentifierAnswer, ...]
    versions: tuple[str, ...]
    created: datetime | None
    updated: datetime
    group: str
    popularity: float
    extra: dict[str, str | int]


class Alive(Answer):
    status: Literal["ok"] = "ok"


class Ready(Answer):
    status: Literal["ok"] = "ok"
    generation: str
    position: int
    documents: int
    built_at: datetime
