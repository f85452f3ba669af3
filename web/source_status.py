"""What the page and the API say about the sources: names, states, and where each can be searched itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from crawlers.links import origin
from crawlers.registry import KINDS
from search.config.settings import SourceSettings
from search.errors import StoreError
from search.model import LANGS
from search.query.intent import SourceNames
from search.store.summary import SourceStatus

if TYPE_CHECKING:  # the command line asks for the states without opening the store
    from search.store.store import Store

log = logging.getLogger(__name__)

State = Literal["ok", "partial", "failed", "running", "never", "unknown"]
"""How a source's last reading ended; "unknown" while the store cannot be asked."""

TTL_S = 5.0  # counting a store of 100,000 documents takes longer than a search; nobody needs it fresher


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """One source as it stands: `kind` is the settings' kind, `last_success` the end of its last complete reading."""

    id: str
    kind: str
    label: str
    state: State
    last_success: datetime | None
    documents: int | None

    @property
    def complete(self) -> bool:
        """Whether what is shown is all that the source has, as far as its last reading tells."""
        return self.state in ("ok", "running") and self.last_success is not None


class SourceStates:
    """Every source as it stands, in the settings' order, at most TTL_S old. Safe to share between threads."""

    def __init__(self, sources: Mapping[str, SourceSettings], store: Store) -> None:
        self._sources = sources
        self._store = store
        self._until = 0.0
        self._known: tuple[SourceState, ...] = ()

    def now(self) -> tuple[SourceState, ...]:
        if time.monotonic() >= self._until:
            self._known = states(self._sources, self._store.sources)
            self._until = time.monotonic() + TTL_S
        return self._known


def states(
    sources: Mapping[str, SourceSettings], read: Callable[[], Iterable[SourceStatus]]
) -> tuple[SourceState, ...]:
    """Every source as it stands, in the settings' order; `read` asks the store.

    A search can be answered without the store, so its failure only makes the states unknown.
    """
    try:
        statuses = {status.name: status for status in read()}
    except StoreError as error:
        log.warning("the sources' states are unknown: %s", error)
        return tuple(_state(name, source, None, "unknown") for name, source in sources.items())
    return tuple(_state(name, source, statuses.get(name)) for name, source in sources.items())


def _state(name: str, source: SourceSettings, status: SourceStatus | None, otherwise: State = "never") -> SourceState:
    """A source that the store does not know was never read."""
    return SourceState(
        id=name,
        kind=source.kind,
        label=source.label,
        state=status.state if status else otherwise,
        last_success=status.last_success if status else None,
        documents=status.documents if status else None if otherwise == "unknown" else 0,
    )


def short_label(source: SourceSettings, sources: Mapping[str, SourceSettings], lang: str) -> str:
    """One word for a source: its kind's, unless two sources share the kind or the kind has none."""
    alone = sum(other.kind == source.kind for other in sources.values()) == 1
    return KINDS[source.kind].short.get(lang, source.label) if alone else source.label


def source_names(sources: Mapping[str, SourceSettings]) -> dict[str, SourceNames]:
    """How people call each source: its label, its kind, and in each language the word for the kind, if it is alone.

    That word may say something else within a text ("Base"): there the name in the settings and the kind's words count.
    """
    return {
        name: SourceNames(
            calls=(source.label, source.kind, *(short_label(source, sources, code) for code in LANGS)),
            words=(name, source.label, source.kind, *KINDS[source.kind].words),
        )
        for name, source in sources.items()
    }


def elsewhere(sources: Mapping[str, SourceSettings], text: str, lang: str) -> list[tuple[str, str]]:
    """Label and address of each source's own search."""
    return [(source.label, KINDS[source.kind].own_search(source, text, lang)) for source in sources.values()]


def image_origins(sources: Mapping[str, SourceSettings]) -> tuple[str, ...]:
    """Where thumbnails may come from besides https: the plain-http origin of a source's, as in a demonstration."""
    addresses = (KINDS[source.kind].images(source) for source in sources.values())
    return tuple(sorted({origin(address) for address in addresses if address.startswith("http://")}))
