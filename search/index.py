"""The contract of an index, and how it follows the store.

`sync` goes step by step; `rebuild` makes a new generation beside the served one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from search.errors import IndexUnavailable
from search.model import Candidate, Change, Clause, Completion, Document, Query, Results, Viewer

if TYPE_CHECKING:  # who only asks what is served loads no database
    from search.store.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexStatus:
    """What is served: the `generation`'s name, the last change that it holds, how many documents, since when.

    `problem` says why it is not the newest generation, or not as it should be.
    """

    generation: str
    position: int
    documents: int
    built_at: datetime
    problem: str = ""


class Index(Protocol):
    def position(self) -> int:
        """The last change that the index holds; 0 when it holds none. Read from the same commit as the documents."""

    def apply(self, changes: Iterable[Change]) -> int:
        """Index changes in one commit: all or nothing. Return the new position. Applying twice is harmless."""

    def rebuild(self, changes: Iterable[Change]) -> int:
        """Index changes from the first on in a new generation, then serve it; until then the old one answers.

        Return the new position. A failure leaves the old generation served and nothing else behind.
        """

    def roll_back(self) -> str:
        """Serve the generation before the served one again; return its name. The next sync brings it up to date.

        Raise IndexUnavailable when none is kept.
        """

    def search(self, query: Query) -> Results:
        """Answer a query. Raise IndexUnavailable when no generation can be opened."""

    def complete(self, prefix: str, limit: int, viewer: Viewer) -> list[Completion]:
        """Titles and codes that what was typed may be the beginning of, best first, at most `limit`.

        Accents and case are ignored. Nothing that only hidden documents hold is among them.
        """

    def plain_words(self, codes: Sequence[Clause], viewer: Viewer) -> frozenset[str]:
        """Of doubtful codes, which have `words`, the typed texts of those that are words to the documents.

        "mata 410" is a routine, "lei 14133" a law: documents that the viewer may see know.
        """

    def counts(self, clauses: Sequence[Clause], viewer: Viewer) -> list[int]:
        """In how many documents that the viewer may see each of the clauses holds."""

    def near_words(self, word: str, letters: str, viewer: Viewer) -> list[Candidate]:
        """Words that a folded one may be misspelt for, which begin with one of the letters, as texts write them.

        How far a word may be, `search.suggest.spelling.wrong_letters` says. Their order is the alphabet's.
        """

    def near_codes(self, kind: str, value: str, begins: str, viewer: Viewer) -> list[Candidate]:
        """The codes of a kind, of any kind where it is "", that begin so, the nearest to a value first."""

    def document(self, id: str, viewer: Viewer) -> Document | None:
        """The document of that id, whole, or None where there is none that the viewer may see."""

    def status(self) -> IndexStatus:
        """What is served. Raise IndexUnavailable when nothing can be."""

    def verify(self) -> dict[str, str]:
        """Read everything that is kept. Return, newest first, each generation's name and what is wrong with it, or "".

        Raise IndexUnavailable when none is served.
        """

    def warm(self) -> None:
        """Do now what the first questions would wait for; takes seconds, and does nothing where nothing is served."""

    def close(self) -> None: ...


Track = Callable[[Iterable[Change], int], Iterable[Change]]
"""Passes changes through, told how many to expect: where a progress bar hooks in."""


def sync(store: Store, index: Index, *, batch: int, track: Track = lambda changes, _: changes) -> int:
    """Bring the index to where the store is now, `batch` documents a commit. Return how many changes were applied.

    Interrupted anywhere, the next call goes on from the last commit. Without changes nothing is committed. An index
    that holds nothing yet is built as one generation, which is quicker.
    """
    after, until = index.position(), store.position()
    if after == 0 and until > 0:
        return rebuild(store, index, track=track)
    if after > until:
        raise IndexUnavailable(
            f"the index holds change {after}, the store only {until}: it belongs to another store; run `busca rebuild`"
        )
    count = store.count_changes(after, until)
    pending = iter(track(store.changes(after, until), count))
    while part := list(islice(pending, batch)):
        index.apply(part)
    return count


def rebuild(store: Store, index: Index, *, track: Track = lambda changes, _: changes) -> int:
    """Index everything anew beside the served generation, then serve it. Return how many documents were indexed.

    What changes meanwhile has a higher number, and is the next sync's.
    """
    until = store.position()
    documents = 0

    def alive(changes: Iterable[Change]) -> Iterable[Change]:
        nonlocal documents
        for change in changes:
            documents += change.document is not None
            yield change

    index.rebuild(alive(track(store.changes(0, until), store.count_changes(0, until))))
    return documents
