"""One run of one source: records become documents, batch by batch; what a complete listing lacks is removed.

    records ──▶ document ──▶ [ one transaction: documents · seen ids · failures · checkpoint ] ──▶ … ──▶ removals

Killed anywhere, the next run goes on from the last transaction. A run removes documents only after a listing without a
failure, and never more than a share of the source without the operator's word.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from crawlers.links import linked
from crawlers.registry import link_shapes
from crawlers.source import Checkpoint, Failure, Record, Source
from search.config import settings as config
from search.errors import RecordError, SourceError
from search.model import Document
from search.store.store import Store
from search.store.summary import State
from search.store.transaction import Mode, Run

log = structlog.get_logger(__name__)

Progress = Callable[[Mapping[str, int]], None]
"""Called with the counts so far after each transaction."""

TOLD = 20
"""Failures that an outcome names; the store has all."""

COUNTS = ("listed", "changed", "unchanged", "skipped", "failed", "removed")
RECORD = "record "
"""Begins the unit of a failure that is one record's; the others are parts of the listing, and make a run partial."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `counts` has the names of COUNTS: listed = changed + unchanged + skipped + failed records."""

    source: str
    mode: Mode
    state: State
    counts: Mapping[str, int]
    error: str = ""
    failures: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Batch:
    """What the next transaction writes: the last word on each id, None for one to remove."""

    latest: dict[str, Document | None] = field(default_factory=dict)
    accepted: int = 0
    seen: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)


def crawl(
    store: Store,
    source: Source,
    settings: config.Crawl,
    *,
    full: bool,
    resume: bool = True,
    accept_loss: bool = False,
    progress: Progress = lambda _: None,
) -> Outcome:
    """Read a source into the store: all of it, or what changed since its last complete run where there was one.

    A SourceError ends the run as failed and is told in the outcome, not raised: other sources go on.
    """
    watermark = store.last_run(source.name, state="ok")
    mode: Mode = "full" if full or watermark is None else "incremental"
    run = store.start_run(source.name, mode, resume_h=settings.resume_h if resume else 0)
    reading = _Reading(store, source, run, settings, progress)
    try:
        state, error = reading.read(None if mode == "full" or watermark is None else watermark.started_at)
        if state == "ok" and mode == "full" and source.complete:
            state, error = reading.remove_unseen(accept_loss=accept_loss)
    except BaseException as problem:
        store.finish_run(run, "failed", reading.totals(), f"interrupted by {type(problem).__name__}: {problem}")
        raise
    totals = reading.totals()
    store.finish_run(run, state, totals, error)
    level = log.info if state == "ok" else log.warning
    level("run ended", source=source.name, mode=mode, state=state, **totals, **({"error": error} if error else {}))
    return Outcome(source.name, mode, state, totals, error, tuple(store.failures(run, TOLD)))


class _Reading:
    """The state of one run while it reads."""

    def __init__(self, store: Store, source: Source, run: Run, settings: config.Crawl, progress: Progress) -> None:
        self._store, self._source, self._run = store, source, run
        self._settings, self._progress = settings, progress
        self._counts: Counter[str] = Counter()
        self._batch = _Batch()
        self._unread: list[tuple[str, str]] = []
        self._shapes = link_shapes()

    def totals(self) -> dict[str, int]:
        return {name: self._counts[name] for name in COUNTS}

    def read(self, since: Any) -> tuple[State, str]:
        """Read to the end, or to where the source fails; keep what was read."""
        resumed = self._run.resumed
        if resumed is not None:
            earlier = self._store.failures(self._run, limit=sys.maxsize)
            self._unread = [failure for failure in earlier if not failure[0].startswith(RECORD)]
        try:
            for item in self._source.records(since, Checkpoint(resumed) if resumed is not None else None):
                self._take(item)
        except SourceError as error:
            self._flush(None)
            return "failed", str(error)
        self._flush(None)
        if self._unread:
            unit, reason = self._unread[0]
            parts = len(self._unread)
            counted = f"{parts} parts" if parts > 1 else "a part"
            return "partial", f"{counted} could not be read{'; the first' if parts > 1 else ''}: {unit}: {reason}"
        return "ok", ""

    def remove_unseen(self, *, accept_loss: bool) -> tuple[State, str]:
        """Remove what a complete listing lacks, if that is a believable share of the source."""
        total, gone = self._store.count(self._source.name), self._store.unseen(self._run)
        allowed = max(1, total * self._settings.max_loss_percent // 100)
        if gone and not accept_loss and (len(gone) > allowed or len(gone) == total):
            return "partial", (
                f"the listing lacks {len(gone)} of {total} documents, more than crawl.max_loss_percent allows; nothing"
                f" was removed. If they are really gone: busca crawl {self._source.name} --full --accept-loss"
            )
        with self._store.writing() as write:
            self._counts["removed"] += write.remove_all(gone)
        return "ok", ""

    def _take(self, item: Record | Failure | Checkpoint) -> None:
        if isinstance(item, Record):
            self._take_record(item)
        elif isinstance(item, Failure):
            self._take_failure(item)
        else:
            self._flush(item)
        if len(self._batch.seen) >= self._settings.batch:
            self._flush(None)

    def _take_failure(self, failure: Failure) -> None:
        entry = (failure.unit, failure.error)
        if entry in self._unread:  # before an interruption
            return
        self._unread.append(entry)
        self._batch.failures.append(entry)
        log.warning("part not read", source=self._source.name, unit=failure.unit, error=failure.error)

    def _take_record(self, record: Record) -> None:
        id = f"{self._source.name}:{record.key}"
        self._counts["listed"] += 1
        self._batch.seen.append(id)
        try:
            document = self._source.document(record)
        except RecordError as error:
            self._counts["failed"] += 1
            self._batch.failures.append((f"{RECORD}{record.key}", str(error)))
            return
        if document is None:
            self._counts["skipped"] += 1
        else:
            document = replace(document, links=linked(document.links, self._shapes))
            self._batch.accepted += 1
        self._batch.latest[id] = document

    def _flush(self, checkpoint: Checkpoint | None) -> None:
        """Write the batch, and then the checkpoint that says that all before it is kept, in one transaction."""
        batch, self._batch = self._batch, _Batch()
        documents = [document for document in batch.latest.values() if document is not None]
        gone = [id for id, document in batch.latest.items() if document is None]
        with self._store.writing() as write:
            changed = write.put_all(documents)
            removed = write.remove_all(gone)
            if self._run.mode == "full":
                write.mark_seen(self._run, batch.seen)
            write.add_failures(self._run, batch.failures)
            if checkpoint is not None:
                write.save_checkpoint(self._run, checkpoint.data)
        self._counts["changed"] += changed
        self._counts["unchanged"] += batch.accepted - changed
        self._counts["removed"] += removed
        self._progress(self.totals())
