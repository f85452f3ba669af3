"""The query string of a search, checked, and back again: one model for the API, the page and the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import urlencode

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    create_model,
)

from search.errors import QueryError
from search.facets import BY_NAME, FACETS, FILTERS, FOUND_IN
from search.identifiers.versions import canonical
from search.model import Query, Sort, Viewer

UiTag = Literal["pt-BR", "pt", "es", "en"]

MAX_PAGE = 100_000  # ten times what a page of 50 needs for every document there is; keeps the arithmetic small
MAX_RELEASES = 10  # more than a customer runs at once
SUGGESTIONS = 8  # a list that fits above the keyboard of a phone


def _moment(value: object) -> object:
    """A day or a moment in ISO 8601, as an aware moment; a day is its first moment in UTC."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is outside of the calendar") from error


def _commas(value: object) -> object:
    """`source,product` is what `source` and `product` repeated would be."""
    if not isinstance(value, tuple):
        return value
    return tuple(part.strip() for item in value for part in item.split(",") if part.strip())


def _facet(value: str) -> str:
    if value not in BY_NAME:
        raise ValueError("is no facet")
    return value


FacetName = Annotated[str, AfterValidator(_facet), WithJsonSchema({"type": "string", "enum": list(FILTERS)})]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}),
]
Find = Annotated[str, Field(description="List only the values of this facet that contain these words")]
Values = Annotated[tuple[str, ...], Field(description="Repeat the name for alternatives")]


class Parameters(BaseModel):
    model_config = ConfigDict(frozen=True)

    @classmethod
    def read(cls, args: Mapping[str, Sequence[str]], sentence: Callable[..., str]) -> Self:
        """Check a query string, name → values; empty ones count as absent.

        Raise QueryError, with the sentence of a key, at the first parameter at fault.
        """
        data: dict[str, Any] = {}
        for name, info in cls.model_fields.items():
            if values := tuple(value for value in args.get(name, ()) if value.strip()):
                data[name] = values if isinstance(info.get_default(), tuple) else values[0]
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            raise QueryError(
                name, sentence(f"invalid.{name}", names=", ".join(FILTERS[:-1]), last=FILTERS[-1])
            ) from error

    def pairs(self) -> list[tuple[str, str]]:
        """The query string's names and values that differ from the defaults, in the model's order."""
        return [
            (name, item.isoformat() if isinstance(item, date) else str(item))
            for name, info in type(self).model_fields.items()
            if (value := getattr(self, name)) != info.get_default()
            for item in (value if isinstance(value, tuple) else (value,))
        ]

    def href(self, path: str, **changes: object) -> str:
        """The address of the same search with some parameters changed."""
        query = urlencode(self.model_copy(update=changes).pairs())
        return f"{path}?{query}" if query else path


class _Beginning(Parameters):
    q: str = Field(
        default="",
        description="What to search for; of a pasted log its codes and message count, of a longer text 512 characters",
    )
    page: int = Field(
        default=1, ge=1, le=MAX_PAGE, description="Counts from 1; beyond the last page there are no results"
    )
    per_page: int = Field(default=10, ge=1, le=50)


if TYPE_CHECKING:  # the fields of facets are read by name
    _Filtered = _Beginning
else:
    _Filtered = create_model("_Filtered", __base__=_Beginning, **dict.fromkeys(FILTERS, (Values, ())))


class _Narrowed(_Filtered):
    release: Annotated[tuple[str, ...], BeforeValidator(_commas)] = Field(
        default=(),
        description="Releases that the reader runs, such as 12.1.2310, repeated or with commas: what applies leads",
    )
    updated_after: Moment | None = Field(default=None, description="Changed on or after this day or moment")
    updated_before: Moment | None = Field(default=None, description="Changed before this day or moment")
    sort: Sort = "relevance"
    facets: Annotated[tuple[FacetName, ...], BeforeValidator(_commas)] = Field(
        default=FILTERS, description="Which facets to count, repeated or joined by commas"
    )
    exact: int = Field(
        default=0,
        ge=0,
        le=1,
        description="1 searches for `q` as it is, even where nothing is found for a misspelt word",
    )


if TYPE_CHECKING:
    _Finding = _Narrowed
else:
    _Finding = create_model("_Finding", __base__=_Narrowed, **{f"find_{name}": (Find, "") for name in FOUND_IN})


class SearchParameters(_Finding):
    """All of a search's: those of each facet stand where the others expect them, in the order of the table."""

    explain: bool = Field(default=False, description="Whether each result tells what its score is made of")
    ui: UiTag | None = Field(default=None, description="Language of labels and messages; else Accept-Language decides")

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The values chosen, by facet, as the index spells them."""
        return {row.name: tuple(map(row.read, values)) for row in FACETS if (values := getattr(self, row.name))}

    @property
    def find(self) -> dict[str, str]:
        """What the listed values of a facet contain, by facet."""
        return {name: text for name in FOUND_IN if (text := getattr(self, f"find_{name}"))}

    @property
    def releases(self) -> tuple[str, ...]:
        """The reader's releases in their one spelling; what is none is passed over."""
        return tuple(filter(None, map(canonical, self.release[:MAX_RELEASES])))

    @property
    def narrowed(self) -> bool:
        return bool(self.filters or self.updated_after or self.updated_before)

    def query(self, lang: str) -> Query:
        """What a reader of that language asks for: a text that is not read yet, and how to answer it."""
        return Query(
            text=self.q,
            lang=lang,
            filters=self.filters,
            updated_after=self.updated_after,
            updated_before=self.updated_before,
            sort=self.sort,
            page=self.page,
            per_page=self.per_page,
            facets=self.facets,
            find=self.find,
            explain=self.explain,
            grouped=True,
            balanced=True,
            viewer=Viewer(releases=self.releases),
        )

    def toggled(self, name: str, value: str) -> dict[str, object]:
        """The changes that put a filter's value in, or take it out; the first page is shown."""
        values: tuple[str, ...] = self.filters.get(name, ())
        rest = tuple(other for other in values if other != value)
        changes = {name: rest if len(rest) < len(values) else (*values, value), "page": 1}
        return changes | ({f"find_{name}": ""} if name in FOUND_IN else {})


class SuggestParameters(Parameters):
    q: str = Field(default="", description="What has been typed so far")
    limit: int = Field(default=SUGGESTIONS, ge=1, le=20)
    ui: UiTag | None = Field(default=None, description="Language of messages; else Accept-Language decides")


def described(model: type[Parameters]) -> list[dict[str, Any]]:
    """The parameters of a model as OpenAPI writes them."""
    schemas = model.model_json_schema()["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "schema": {key: value for key, value in schema.items() if key not in ("title", "description")},
            **({"description": schema["description"]} if "description" in schema else {}),
        }
        for name, schema in schemas.items()
    ]
