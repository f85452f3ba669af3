"""The one process that crawls and indexes on a schedule, and the single pass that it makes each time.

Web workers never run this. APScheduler fires the jobs; the locks of `search.store.locks` keep a job that an operator
started by hand, or another machine, out of the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.blocking import BlockingScheduler

from crawlers.run import Outcome, crawl
from crawlers.source import Source
from search.config.settings import Config
from search.errors import BusyError
from search.store.locks import exclusive
from search.store.store import Store

log = structlog.get_logger(__name__)

JITTER_SHARE = 0.1
"""Share of an interval by which a run may start early or late, so that sources are not read in step."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the schedule needs: settings, the store, the sources, and how to bring the index to the store."""

    config: Config
    store: Store
    sources: dict[str, Source]
    sync: Callable[[], object]

    def crawl(self, name: str, *, full: bool | None = None, resume: bool = True, **options: Any) -> Outcome:
        """One run of a source under its lock; `full` None means: when the last complete listing is old enough."""
        with exclusive(self.store, self.config.data_dir, f"crawl:{name}"):
            complete = self._full_is_due(name) if full is None else full
            return crawl(self.store, self.sources[name], self.config.crawl, full=complete, resume=resume, **options)

    def _full_is_due(self, name: str) -> bool:
        last = self.store.last_run(name, mode="full", state="ok")
        every = timedelta(hours=self.config.sources[name].full_every_h)
        return last is None or datetime.now(UTC) - last.started_at >= every


def scheduler(work: Work) -> BlockingScheduler:
    """The schedule of all enabled sources; `start()` runs it in this process until it is stopped."""
    settings = work.config.schedule
    defaults = {"misfire_grace_time": int(settings.misfire_grace_h * 3600), "coalesce": True, "max_instances": 1}
    plan = BlockingScheduler(timezone=settings.timezone, job_defaults=defaults)
    now = datetime.now(UTC)
    for name in work.sources:
        every_s = work.config.sources[name].every_min * 60
        job = partial(_quietly, f"crawl {name}", partial(work.crawl, name))
        plan.add_job(
            job,
            "interval",
            seconds=every_s,
            jitter=int(every_s * JITTER_SHARE),
            id=f"crawl:{name}",
            name=f"crawl {name}",
            next_run_time=now,
        )
    job = partial(_quietly, "sync", work.sync)
    plan.add_job(job, "interval", seconds=settings.sync_every_s, id="sync", next_run_time=now)
    plan.add_listener(_tell, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    return plan


def _quietly(what: str, job: Callable[[], object]) -> None:
    """Run a job unless somebody else does the same now."""
    try:
        job()
    except BusyError as error:
        log.info("not now", job=what, reason=str(error))


def _tell(event: JobEvent) -> None:
    names = {EVENT_JOB_MISSED: "job missed", EVENT_JOB_MAX_INSTANCES: "job still running, this turn is left out"}
    problem = getattr(event, "exception", None)
    log.warning(names.get(event.code, "job failed"), job=event.job_id, error=str(problem) if problem else None)
