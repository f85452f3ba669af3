"""What a source is: `records` does the I/O, `document` is pure. Each kind of source has one such class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from search.model import Document


@dataclass(frozen=True, slots=True)
class Record:
    """One item as the source gave it; `key` becomes the document's. `data` is foreign JSON: checked in `document`."""

    key: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of the listing, `unit`, that could not be read: its documents stay, and the run is partial."""

    unit: str
    error: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a listing may be taken up again: everything yielded before it has been read. JSON-able."""

    data: Mapping[str, Any]


class Source(Protocol):
    name: str

    @property
    def complete(self) -> bool:
        """Whether a listing without `since` names every document, so that absence means removal."""

    def records(self, since: datetime | None, resume: Checkpoint | None) -> Iterator[Record | Failure | Checkpoint]:
        """Yield what the source has: all of it, or what changed after `since` (aware, UTC; overlap is added here).

        A key may come twice. `resume` is the last checkpoint of an interrupted listing of the same mode: nothing before
        it needs to come again, nor its failures. Raise SourceError when the source cannot be read on.
        """

    def document(self, record: Record) -> Document | None:
        """Turn a record into a document, or into None where there is nothing that may be indexed. Pure.

        Its `links` are the addresses that it links to: the run makes of them the keys of documents of ours.
        Raise RecordError when the record makes no sense.
        """

    def probe(self) -> str:
        """Reach the source and say in one sentence what was found. Raise SourceError when it cannot be reached."""
