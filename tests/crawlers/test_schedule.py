"""The schedule: which jobs there are, when a listing has to be complete, and what no job may do to the others."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from apscheduler.schedulers.base import BaseScheduler
from structlog.testing import capture_logs

from crawlers.registry import load_settings
from crawlers.schedule import Work, scheduler
from crawlers.source import Checkpoint, Record
from search.config import settings as config
from search.errors import SourceError
from search.model import Document
from search.store.locks import exclusive
from search.store.store import Store, open_store
from tests.documents import document

DEADLINE_S = 30.0
SOURCE = {"kind": "feed", "label": "Um", "url": "http://127.0.0.1:9/feed.xml"}
SETTINGS: dict[str, Any] = {
    "sources": {
        "tdn": SOURCE | {"every_min": 60, "full_every_h": 24},
        "kb": SOURCE | {"every_min": 30, "full_every_h": 1},
    },
    "schedule": {"timezone": "America/Sao_Paulo", "misfire_grace_h": 1.5, "sync_every_s": 1},
}


@dataclass
class OneDocument:
    """A source with one document, or one that breaks off."""

    name: str
    problem: Exception | None = None
    asked: list[datetime | None] = field(default_factory=list)
    complete: bool = True

    def records(self, since: datetime | None, resume: Checkpoint | None) -> Iterator[Record]:
        self.asked.append(since)
        yield Record("1", {})
        if self.problem is not None:
            raise self.problem

    def document(self, record: Record) -> Document:
        return document(record.key, source=self.name)

    def probe(self) -> str:
        return "one document"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def settings(tmp_path: Path) -> config.Config:
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(SETTINGS | {"data_dir": str(tmp_path)}), encoding="utf-8")
    return load_settings(path, {})


@pytest.fixture
def sources() -> dict[str, OneDocument]:
    return {name: OneDocument(name) for name in ("tdn", "kb")}


@pytest.fixture
def work(settings: config.Config, store: Store, sources: dict[str, OneDocument]) -> Work:
    return Work(settings, store, dict(sources), lambda: None)


@contextmanager
def running(plan: BaseScheduler, *, paused: bool = False) -> Iterator[None]:
    """Run a schedule in a thread until the block ends."""
    thread = threading.Thread(target=plan.start, kwargs={"paused": paused})
    thread.start()
    try:
        until(lambda: plan.running)
        yield
    finally:
        plan.shutdown()
        thread.join(DEADLINE_S)


def until(true: Callable[[], object]) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def grown_older(folder: Path, by: timedelta) -> None:
    """Let every run have begun that much earlier."""
    connection = sqlite3.connect(folder / "store.sqlite")
    with connection:
        for id, began in connection.execute("SELECT id, started_at FROM runs").fetchall():
            earlier = (datetime.fromisoformat(began) - by).isoformat()
            connection.execute("UPDATE runs SET started_at = ? WHERE id = ?", (earlier, id))
    connection.close()


# -- which jobs there are ----------------------------------------------------------------------------------------------


def test_every_source_and_the_index_have_a_job_of_the_settings_interval(work: Work) -> None:
    plan = scheduler(work)
    with running(plan, paused=True):
        intervals = {job.id: job.trigger.interval for job in plan.get_jobs()}
    assert intervals == {
        "crawl:tdn": timedelta(minutes=60),
        "crawl:kb": timedelta(minutes=30),
        "sync": timedelta(seconds=1),
    }


def test_jobs_are_late_rather_than_lost_and_never_run_twice_at_once(work: Work) -> None:
    plan = scheduler(work)
    with running(plan, paused=True):
        for job in plan.get_jobs():
            assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (5400, True, 1)


def test_crawls_are_spread_by_a_tenth_of_their_interval(work: Work) -> None:
    plan = scheduler(work)
    with running(plan, paused=True):
        spread = {job.id: job.trigger.jitter for job in plan.get_jobs()}
    assert spread == {"crawl:tdn": 360, "crawl:kb": 180, "sync": None}


def test_everything_is_due_at_the_start_in_the_time_zone_of_the_settings(work: Work) -> None:
    before = datetime.now(UTC)
    plan = scheduler(work)
    with running(plan, paused=True):
        due = [job.next_run_time for job in plan.get_jobs()]
    assert all(before <= moment <= datetime.now(UTC) for moment in due)
    assert str(plan.timezone) == "America/Sao_Paulo"


def test_a_started_schedule_crawls_every_source_and_brings_it_to_the_index(
    settings: config.Config, store: Store, sources: dict[str, OneDocument]
) -> None:
    indexed: list[int] = []
    with running(scheduler(Work(settings, store, dict(sources), lambda: indexed.append(store.count())))):
        until(lambda: 2 in indexed)
    assert [len(source.asked) for source in sources.values()] == [1, 1]


# -- what a job may not do to the others -------------------------------------------------------------------------------


def job(work: Work, id: str) -> Callable[[], object]:
    """What the schedule calls for a job."""
    function: Callable[[], object] = scheduler(work).get_job(id).func
    return function


@pytest.mark.parametrize("id", ["crawl:tdn", "crawl:kb"])
def test_a_crawl_that_somebody_else_does_is_left_to_them_quietly(
    work: Work, sources: dict[str, OneDocument], id: str
) -> None:
    name = id.partition(":")[2]
    with exclusive(work.store, work.config.data_dir, id), capture_logs() as logged:
        job(work, id)()
    assert sources[name].asked == []
    [line] = logged
    assert (line["log_level"], line["event"], line["job"]) == ("info", "not now", f"crawl {name}")
    assert "another process" in line["reason"]
    job(work, id)()
    assert len(sources[name].asked) == 1


def test_crawls_of_different_sources_do_not_wait_for_each_other(work: Work, sources: dict[str, OneDocument]) -> None:
    with exclusive(work.store, work.config.data_dir, "crawl:tdn"):
        job(work, "crawl:kb")()
    assert len(sources["kb"].asked) == 1


def test_a_source_that_breaks_off_is_told_and_raises_nothing(work: Work, sources: dict[str, OneDocument]) -> None:
    sources["tdn"].problem = SourceError("tdn answered 503")
    with capture_logs() as logged:
        job(work, "crawl:tdn")()
    assert [(line["log_level"], line["error"]) for line in logged] == [("warning", "tdn answered 503")]


def test_a_bug_in_one_job_is_logged_and_stops_neither_it_nor_the_others(
    settings: config.Config, store: Store, sources: dict[str, OneDocument]
) -> None:
    sources["tdn"].problem = ZeroDivisionError("a bug in the crawler")
    calls: list[int] = []

    def sync() -> None:
        calls.append(1)
        raise ValueError("a bug in the index")

    with capture_logs() as logged, running(scheduler(Work(settings, store, dict(sources), sync))):
        until(lambda: len(calls) >= 2 and store.count("kb") == 1)
    failed = {(line["job"], line["error"]) for line in logged if line["event"] == "job failed"}
    assert failed == {("crawl:tdn", "a bug in the crawler"), ("sync", "a bug in the index")}
    assert all(line["log_level"] == "warning" for line in logged if line["event"] == "job failed")


def test_a_job_that_takes_longer_than_its_interval_is_told_and_not_started_again(
    settings: config.Config, store: Store, sources: dict[str, OneDocument]
) -> None:
    over = threading.Event()
    calls: list[int] = []

    def sync() -> None:
        calls.append(1)
        over.wait(DEADLINE_S)

    with capture_logs() as logged, running(scheduler(Work(settings, store, dict(sources), sync))):
        until(lambda: any(line["event"].startswith("job still running") for line in logged))
        assert len(calls) == 1
        over.set()


# -- when a listing has to be complete ---------------------------------------------------------------------------------


def test_the_first_crawl_of_a_source_is_full_and_the_next_is_not(work: Work) -> None:
    assert [work.crawl("tdn").mode for _ in range(3)] == ["full", "incremental", "incremental"]


@pytest.mark.parametrize(
    ("name", "hours", "mode"),
    [("tdn", 23.9, "incremental"), ("tdn", 24, "full"), ("kb", 0.9, "incremental"), ("kb", 1, "full")],
)
def test_a_crawl_is_full_when_the_last_complete_listing_is_as_old_as_the_settings_say(
    work: Work, tmp_path: Path, name: str, hours: float, mode: str
) -> None:
    work.crawl(name)
    grown_older(tmp_path, timedelta(hours=hours))
    assert work.crawl(name).mode == mode


def test_a_later_incremental_run_does_not_put_the_complete_listing_off(work: Work, tmp_path: Path) -> None:
    work.crawl("tdn")
    grown_older(tmp_path, timedelta(hours=20))
    assert work.crawl("tdn").mode == "incremental"
    grown_older(tmp_path, timedelta(hours=5))
    assert work.crawl("tdn").mode == "full"


def test_a_listing_that_failed_is_still_due(work: Work, tmp_path: Path, sources: dict[str, OneDocument]) -> None:
    work.crawl("tdn")
    grown_older(tmp_path, timedelta(hours=30))
    sources["tdn"].problem = SourceError("tdn answered 503")
    assert (work.crawl("tdn").mode, work.crawl("tdn").mode) == ("full", "full")
    sources["tdn"].problem = None
    assert (work.crawl("tdn").mode, work.crawl("tdn").mode) == ("full", "incremental")


@pytest.mark.parametrize(("full", "mode"), [(True, "full"), (False, "incremental")])
def test_who_asks_for_a_kind_of_run_gets_it(work: Work, tmp_path: Path, full: bool, mode: str) -> None:
    work.crawl("tdn")
    grown_older(tmp_path, timedelta(hours=0 if full else 30))
    assert work.crawl("tdn", full=full).mode == mode
