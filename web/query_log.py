"""What visitors ask, counted in memory and written now and then; and what is asked frequently, to be offered.

    search ──count──▶ buffer ──every flush_s, one transaction──▶ store ──▶ the frequent ones ──▶ completion

No request waits for the store: a thread of its own writes and reads. What a process has counted since it last wrote is
lost when it is killed.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from search.analysis.analyzer import Analyzer
from search.config.settings import Queries
from search.errors import StoreError
from search.model import Completion
from search.query_log import Asked, may_be_kept
from search.store.store import Store
from search.suggest.frequent import Frequent

log = logging.getLogger(__name__)

MAX_COUNTED = 5_000
"""Different queries counted between two writings; further ones are not counted."""


class QueryLog:
    """Share one between all threads of a process; the thread begins with the first use, and ends with `close`."""

    def __init__(self, settings: Queries, store: Store, zone: ZoneInfo, analyzer: Analyzer) -> None:
        self._settings, self._store, self._zone, self._analyzer = settings, store, zone, analyzer
        self._counted: dict[str, Asked] = {}
        self._frequent = Frequent(analyzer)
        self._guard, self._refreshing = threading.Lock(), threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._failing = False

    def count(self, text: str, hits: int) -> None:
        """Count a query, unless it may not be kept."""
        if not self._settings.enabled or not may_be_kept(text, self._settings.blocked):
            return
        entry = Asked(text=" ".join(text.split()), count=1, hits=hits, last_asked=datetime.now(self._zone).date())
        with self._guard:
            before = self._counted.get(entry.key)
            if before is not None or len(self._counted) < MAX_COUNTED:
                self._counted[entry.key] = replace(entry, count=entry.count + (before.count if before else 0))
        self._begin()

    def begun(self, typed: str, limit: int) -> list[Completion]:
        """The frequent queries that what is typed may be the beginning of, as they were read last."""
        if not self._settings.enabled:
            return []
        self._begin()
        return self._frequent.begun(typed, limit)

    def refresh(self) -> None:
        """Write what was counted and read what is frequent; where the store fails, keep the first for the next time."""
        with self._refreshing:
            self._refresh()

    def _refresh(self) -> None:
        with self._guard:
            counted, self._counted = self._counted, {}
        try:
            if counted:
                self._store.add_queries(list(counted.values()), keep_days=self._settings.keep_days)
                counted = {}
            offered = self._store.queries(limit=self._settings.offered, min_days=self._settings.min_days, hits=True)
            self._frequent = Frequent(self._analyzer, offered, self._settings.blocked)
            self._failing = False
        except StoreError as error:
            self._keep(counted)
            if not self._failing:
                log.warning("what is asked is neither written nor read until the store answers: %s", error)
            self._failing = True

    def close(self) -> None:
        """End the thread and write what is left."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self.refresh()

    def _keep(self, counted: dict[str, Asked]) -> None:
        with self._guard:
            for key, query in counted.items():
                if later := self._counted.get(key):
                    self._counted[key] = replace(later, count=later.count + query.count)
                elif len(self._counted) < MAX_COUNTED:
                    self._counted[key] = query

    def _begin(self) -> None:
        if self._thread is None and not self._ended.is_set():
            with self._guard:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, daemon=True, name="asked")
                    self._thread.start()

    def _run(self) -> None:
        self.refresh()
        while not self._ended.wait(self._settings.flush_s):
            self.refresh()
