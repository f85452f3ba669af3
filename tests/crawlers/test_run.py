"""What a run keeps, what it removes and how it ends, for every way in which a source can behave.

Long because every way in which a run can end is tried with the same few records.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.run import Outcome, crawl
from crawlers.source import Checkpoint, Failure, Record
from search.config.settings import Crawl
from search.errors import RecordError, SourceError
from search.model import Document
from search.store.store import Store, open_store
from tests.documents import document

ROOT = Path(__file__).parents[2]

KILL = "kill"
Item = Record | Failure | Checkpoint | BaseException | str


def record(key: str, **data: Any) -> Record:
    """A record that becomes a document; `hidden` makes it one that may not be indexed, `nonsense` one without sense."""
    return Record(key, data)


def records(*keys: str) -> list[Item]:
    return [record(key) for key in keys]


@dataclass
class Listing:
    """A source that says what it was told to say; an exception among it is raised, and KILL ends the process."""

    items: Sequence[Item] = ()
    name: str = "tdn"
    complete: bool = True
    asked: list[tuple[datetime | None, Mapping[str, Any] | None]] = field(default_factory=list)

    def records(self, since: datetime | None, resume: Checkpoint | None) -> Iterator[Record | Failure | Checkpoint]:
        self.asked.append((since, resume.data if resume else None))
        start = resume.data["items"] if resume else 0
        for item in self.items[start:]:
            if isinstance(item, str):
                os._exit(9)
            if isinstance(item, BaseException):
                raise item
            yield item

    def document(self, record: Record) -> Document | None:
        if record.data.get("nonsense"):
            raise RecordError("it has no title")
        if record.data.get("hidden"):
            return None
        body = record.data.get("body", f"Corpo {record.key}")
        return document(record.key, source=self.name, body=body)

    def probe(self) -> str:
        return "told what to say"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(url_in(tmp_path))
    yield opened
    opened.close()


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'store.sqlite'}"


def run(store: Store, *items: Item, full: bool = True, settings: Crawl | None = None, **options: Any) -> Outcome:
    """Crawl a source that says just this."""
    return crawl(store, Listing(items), settings or Crawl(), full=full, **options)


def kept(store: Store) -> dict[str, str]:
    """Key → body of all documents."""
    changes = store.changes(0, store.position())
    return {change.document.key: change.document.body for change in changes if change.document is not None}


def counts(outcome: Outcome, *names: str) -> tuple[int, ...]:
    return tuple(outcome.counts[name] for name in names)


# -- what a run counts -------------------------------------------------------------------------------------------------


def test_a_run_counts_each_record_once(store: Store) -> None:
    run(store, *records("same", "edited", "hidden", "gone"))
    outcome = run(
        store,
        *(record("same"), record("edited", body="Outro corpo"), record("new")),
        *(record("odd", nonsense=True), record("hidden", hidden=True)),
    )
    assert outcome.state == "ok"
    assert outcome.counts == {"listed": 5, "changed": 2, "unchanged": 1, "skipped": 1, "failed": 1, "removed": 2}
    assert kept(store).keys() == {"same", "edited", "new"}


def test_what_is_told_of_a_run_is_also_kept(store: Store) -> None:
    outcome = run(store, *records("1", "2"), Failure("page 3", "answered 500"))
    last = store.last_run("tdn")
    assert last is not None
    assert (last.state, last.mode, last.error, last.counts) == (
        outcome.state,
        outcome.mode,
        outcome.error,
        outcome.counts,
    )
    assert last.ended_at is not None


@pytest.mark.parametrize("full", [True, False])
def test_a_second_run_changes_nothing(store: Store, full: bool) -> None:
    run(store, *records("1", "2", "3"))
    before = store.position()
    outcome = run(store, *records("1", "2", "3"), full=full)
    assert counts(outcome, "listed", "changed", "unchanged", "removed") == (3, 0, 3, 0)
    assert store.position() == before


@pytest.mark.parametrize("batch", [1, 100])
def test_a_record_that_comes_twice_is_one_change(store: Store, batch: int) -> None:
    outcome = run(store, *records("1", "2", "1"), settings=Crawl(batch=batch))
    assert counts(outcome, "listed", "changed", "unchanged") == (3, 2, 1)
    assert (store.count(), store.position()) == (2, 2)


@pytest.mark.parametrize("batch", [1, 100])
@pytest.mark.parametrize("hidden", [True, False])
def test_the_last_word_on_a_key_holds(store: Store, batch: int, hidden: bool) -> None:
    run(store, *records("1", "2"))
    outcome = run(store, record("1", hidden=not hidden), record("1", hidden=hidden), settings=Crawl(batch=batch))
    assert ("1" in kept(store)) is not hidden
    assert outcome.counts["listed"] == sum(counts(outcome, "changed", "unchanged", "skipped", "failed"))


def test_progress_is_told_after_every_transaction(store: Store) -> None:
    told: list[tuple[int, int]] = []

    def progress(so_far: Mapping[str, int]) -> None:
        told.append((so_far["listed"], store.count()))

    run(store, *records("1", "2", "3", "4", "5"), settings=Crawl(batch=2), progress=progress)
    assert told == [(2, 2), (4, 4), (5, 5)]


# -- all of it, or what changed ----------------------------------------------------------------------------------------


def test_the_first_run_lists_everything_though_nobody_asked_for_that(store: Store) -> None:
    source = Listing(records("1"))
    outcome = crawl(store, source, Crawl(), full=False)
    assert (outcome.mode, source.asked) == ("full", [(None, None)])


def test_a_later_run_asks_for_what_changed_since_the_last_complete_one_began(store: Store) -> None:
    source = Listing(records("1"))
    crawl(store, source, Crawl(), full=True)
    complete = store.last_run("tdn", state="ok")
    outcome = crawl(store, source, Crawl(), full=False)
    assert complete is not None
    assert (outcome.mode, source.asked[1:]) == ("incremental", [(complete.started_at, None)])
    later = store.last_run("tdn", state="ok")
    crawl(store, source, Crawl(), full=False)
    assert later is not None
    assert source.asked[2:] == [(later.started_at, None)]


def test_a_full_run_asks_for_everything(store: Store) -> None:
    source = Listing(records("1"))
    for _ in range(2):
        assert crawl(store, source, Crawl(), full=True).mode == "full"
    assert source.asked == [(None, None)] * 2


# -- removal -----------------------------------------------------------------------------------------------------------


def test_a_complete_listing_removes_what_the_source_dropped(store: Store) -> None:
    run(store, *records("1", "2", "3"))
    outcome = run(store, *records("1", "3"))
    assert (outcome.state, outcome.counts["removed"]) == ("ok", 1)
    assert kept(store).keys() == {"1", "3"}


def test_an_incremental_run_removes_nothing_that_it_does_not_name(store: Store) -> None:
    run(store, *records("1", "2"))
    assert run(store, full=False).counts["removed"] == 0
    assert kept(store).keys() == {"1", "2"}


def test_a_source_that_cannot_list_everything_loses_nothing(store: Store) -> None:
    run(store, *records("1", "2"))
    outcome = crawl(store, Listing(records("1"), complete=False), Crawl(), full=True)
    assert (outcome.state, outcome.counts["removed"]) == ("ok", 0)
    assert kept(store).keys() == {"1", "2"}


def test_documents_of_other_sources_are_left_alone(store: Store) -> None:
    crawl(store, Listing(records("a", "b"), name="kb"), Crawl(), full=True)
    run(store, *records("1", "2"))
    run(store, *records("1"))
    assert (store.count("kb"), store.count("tdn")) == (2, 1)


@pytest.mark.parametrize("full", [True, False])
def test_a_document_that_may_no_longer_be_shown_is_removed_by_any_run(store: Store, full: bool) -> None:
    run(store, *records("1", "2"))
    outcome = run(store, record("1", hidden=True), record("2"), full=full)
    assert counts(outcome, "skipped", "removed") == (1, 1)
    assert kept(store).keys() == {"2"}
    assert run(store, record("1", hidden=True), record("2"), full=full).counts["removed"] == 0


@pytest.mark.parametrize(
    ("percent", "stored", "gone", "removed"),
    [(20, 10, 2, 2), (20, 10, 3, 0), (20, 4, 1, 1), (0, 10, 1, 1), (0, 10, 2, 0), (100, 10, 9, 9), (100, 10, 10, 0)],
)
def test_a_listing_may_lack_one_document_or_the_allowed_share_but_never_all(
    store: Store, percent: int, stored: int, gone: int, removed: int
) -> None:
    keys = [str(number) for number in range(stored)]
    run(store, *records(*keys))
    outcome = run(store, *records(*keys[gone:]), settings=Crawl(max_loss_percent=percent))
    assert (outcome.counts["removed"], store.count()) == (removed, stored - removed)
    assert outcome.state == ("ok" if removed else "partial")


def test_too_great_a_loss_is_told_with_numbers_and_moves_no_watermark(store: Store) -> None:
    run(store, *records("1", "2", "3", "4", "5"))
    complete = store.last_run("tdn", state="ok")
    outcome = run(store, *records("1"))
    assert "lacks 4 of 5 documents" in outcome.error
    assert "busca crawl tdn --full --accept-loss" in outcome.error
    assert store.last_run("tdn", state="ok") == complete


@pytest.mark.parametrize("left", [("1",), ()])
def test_an_operator_may_accept_any_loss(store: Store, left: tuple[str, ...]) -> None:
    run(store, *records("1", "2", "3", "4", "5"))
    outcome = run(store, *records(*left), accept_loss=True)
    assert (outcome.state, outcome.counts["removed"]) == ("ok", 5 - len(left))
    assert kept(store).keys() == set(left)


@pytest.mark.parametrize("stored", [1, 2, 50])
def test_a_source_that_answers_empty_cannot_empty_the_store(store: Store, stored: int) -> None:
    run(store, *records(*map(str, range(stored))))
    for settings in (Crawl(), Crawl(max_loss_percent=100)):
        outcome = run(store, settings=settings)
        assert (outcome.state, outcome.counts["removed"], store.count()) == ("partial", 0, stored)


def test_a_source_that_has_nothing_yet_is_fine(store: Store) -> None:
    assert (run(store).state, store.position()) == ("ok", 0)


# -- what goes wrong on the way ----------------------------------------------------------------------------------------


def test_a_part_that_could_not_be_read_keeps_its_documents_and_makes_the_run_partial(store: Store) -> None:
    run(store, *records("1", "2", "3"))
    complete = store.last_run("tdn", state="ok")
    outcome = run(store, record("1", body="Novo"), Failure("space DOC", "answered 500"), record("4"))
    assert (outcome.state, outcome.counts["removed"]) == ("partial", 0)
    assert outcome.error == "a part could not be read: space DOC: answered 500"
    assert (kept(store).keys(), kept(store)["1"]) == ({"1", "2", "3", "4"}, "Novo")
    assert store.last_run("tdn", state="ok") == complete


def test_a_partial_run_names_the_first_part_and_not_a_bad_record(store: Store) -> None:
    outcome = run(store, record("0", nonsense=True), Failure("space A", "no answer"), Failure("space B", "no answer"))
    assert outcome.error == "2 parts could not be read; the first: space A: no answer"


def test_each_thing_that_is_wrong_with_a_part_is_listed(store: Store) -> None:
    told = [("protheus.json", "item 3 has no id"), ("protheus.json", "item 9 has no id")]
    run(store, *(Failure(*failure) for failure in told))
    last = store.last_run("tdn")
    assert last is not None
    assert store.failures(last) == told


def test_operators_can_accept_a_loss_but_not_an_unread_part(store: Store) -> None:
    run(store, *records("1", "2"))
    outcome = run(store, record("1"), Failure("space DOC", "answered 500"), accept_loss=True)
    assert (outcome.state, store.count()) == ("partial", 2)


def test_a_source_that_breaks_off_keeps_what_was_read_and_removes_nothing(store: Store) -> None:
    run(store, *records("1", "2", "3"))
    complete = store.last_run("tdn", state="ok")
    outcome = run(store, record("1", body="Novo"), record("4"), SourceError("tdn answered 503"), record("5"))
    assert (outcome.state, outcome.error) == ("failed", "tdn answered 503")
    assert counts(outcome, "listed", "changed", "removed") == (2, 2, 0)
    assert (kept(store).keys(), kept(store)["1"]) == ({"1", "2", "3", "4"}, "Novo")
    assert store.last_run("tdn", state="ok") == complete


def test_after_a_failed_run_the_next_one_reads_the_same_span(store: Store) -> None:
    run(store, *records("1"))
    complete = store.last_run("tdn", state="ok")
    run(store, SourceError("tdn answered 503"), full=False)
    source = Listing(records("1"))
    crawl(store, source, Crawl(), full=False)
    assert complete is not None
    assert [since for since, _ in source.asked] == [complete.started_at]


def test_a_first_run_that_failed_is_followed_by_a_full_one(store: Store) -> None:
    run(store, record("1"), SourceError("tdn answered 503"))
    assert run(store, *records("1", "2"), full=False).mode == "full"


@pytest.mark.parametrize("batch", [1, 100])
def test_a_bad_record_is_skipped_and_listed_with_its_reason(store: Store, batch: int) -> None:
    outcome = run(store, record("1"), record("2", nonsense=True), record("3"), settings=Crawl(batch=batch))
    last = store.last_run("tdn")
    assert last is not None
    assert (outcome.state, outcome.counts["failed"], kept(store).keys()) == ("ok", 1, {"1", "3"})
    assert store.failures(last) == [("record 2", "it has no title")]


def test_a_record_that_became_bad_keeps_what_was_stored(store: Store) -> None:
    run(store, *records("1", "2"))
    outcome = run(store, record("1"), record("2", nonsense=True))
    assert (outcome.state, outcome.counts["removed"], kept(store)["2"]) == ("ok", 0, "Corpo 2")


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), ValueError("a bug")])
def test_an_interruption_or_a_bug_is_raised_and_the_run_closed_as_failed(store: Store, problem: BaseException) -> None:
    run(store, *records("1", "2", "3", "4"))
    complete = store.last_run("tdn", state="ok")
    with pytest.raises(type(problem)):
        run(store, record("1", body="Novo"), record("2"), problem, settings=Crawl(batch=1))
    last = store.last_run("tdn")
    assert last is not None
    assert last.state == "failed"
    assert last.error.startswith(f"interrupted by {type(problem).__name__}")
    assert (last.counts["listed"], last.counts["changed"], last.counts["removed"]) == (2, 1, 0)
    assert (store.count(), kept(store)["1"]) == (4, "Novo")
    assert store.last_run("tdn", state="ok") == complete
    assert run(store, *records("1", "2", "3", "4")).state == "ok"


# -- killed, and taken up again ----------------------------------------------------------------------------------------


LISTED = [record(str(number)) for number in range(8)]
KILLED: dict[str, list[Item]] = {
    "good": [*LISTED[:4], Checkpoint({"items": 5}), *LISTED[4:7], KILL, LISTED[7]],
    "unread part": [*LISTED[:4], Failure("space DOC", "500"), Checkpoint({"items": 6}), *LISTED[4:7], KILL, LISTED[7]],
    "bad record": [
        *(*LISTED[:4], record("bad", nonsense=True), Checkpoint({"items": 6})),
        *(*LISTED[4:7], KILL, LISTED[7]),
    ],
    "no checkpoint": [*LISTED[:7], KILL, LISTED[7]],
}
"""What a source says to a process that is killed at KILL; transactions are of two documents."""


def killed(folder: Path, what: str) -> None:
    """Crawl in a process of its own that ends at KILL without a word, as with SIGKILL."""
    code = f"from tests.crawlers import test_run; test_run.crawl_until_killed({url_in(folder)!r}, {what!r})"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert ended.returncode == 9, ended.stderr


def crawl_until_killed(url: str, what: str) -> None:
    crawl(open_store(url), Listing(KILLED[what]), Crawl(batch=2), full=True)


def taken_up(store: Store, what: str, **options: Any) -> tuple[Outcome, list[Mapping[str, Any] | None]]:
    """Crawl the same again to its end; return where the source was asked to go on, too."""
    source = Listing([item for item in KILLED[what] if item != KILL])
    outcome = crawl(store, source, Crawl(), full=True, **options)
    return outcome, [resume for _, resume in source.asked]


def test_a_killed_run_is_taken_up_at_its_checkpoint_and_counts_all_that_it_saw_as_seen(
    store: Store, tmp_path: Path
) -> None:
    run(store, *LISTED, record("gone"))
    killed(tmp_path, "good")
    outcome, resumed = taken_up(store, "good")
    assert resumed == [{"items": 5}]
    assert (outcome.state, *counts(outcome, "listed", "removed")) == ("ok", 4, 1)
    assert kept(store).keys() == {item.key for item in LISTED}


def test_what_stands_before_a_checkpoint_is_kept_when_the_process_is_killed(store: Store, tmp_path: Path) -> None:
    killed(tmp_path, "good")
    assert {item.key for item in LISTED[:4]} <= kept(store).keys()
    taken_up(store, "good")
    assert kept(store) == {item.key: f"Corpo {item.key}" for item in LISTED}


def test_a_killed_run_moves_no_watermark(store: Store, tmp_path: Path) -> None:
    killed(tmp_path, "good")
    assert store.last_run("tdn", state="ok") is None
    assert store.sources()[0].state == "running"


@pytest.mark.parametrize(
    ("what", "options"), [("no checkpoint", {}), ("good", {"resume": False})], ids=["no checkpoint", "not wanted"]
)
def test_a_killed_run_that_is_not_taken_up_is_closed_as_failed(
    store: Store, tmp_path: Path, what: str, options: dict[str, Any]
) -> None:
    killed(tmp_path, what)
    first = store.last_run("tdn")
    outcome, resumed = taken_up(store, what, **options)
    assert (resumed, outcome.state, outcome.counts["listed"]) == ([None], "ok", 8)
    last, closed = store.last_run("tdn"), store.last_run("tdn", state="failed")
    assert None not in (first, last, closed)
    assert (closed.id, last.id > first.id) == (first.id, True)  # type: ignore[union-attr]


def test_a_killed_full_run_is_closed_when_the_next_one_is_incremental(store: Store, tmp_path: Path) -> None:
    run(store, *LISTED)
    killed(tmp_path, "good")
    source = Listing(LISTED)
    outcome = crawl(store, source, Crawl(), full=False)
    assert (outcome.mode, outcome.state, source.asked[0][1]) == ("incremental", "ok", None)
    assert store.last_run("tdn", mode="full").state == "failed"  # type: ignore[union-attr]


def test_a_part_that_was_unread_before_the_kill_keeps_its_documents_after_it(store: Store, tmp_path: Path) -> None:
    run(store, *LISTED, record("of space DOC"))
    killed(tmp_path, "unread part")
    outcome, _ = taken_up(store, "unread part")
    assert (outcome.state, outcome.counts["removed"]) == ("partial", 0)
    assert outcome.error == "a part could not be read: space DOC: 500"
    assert "of space DOC" in kept(store)


def test_a_part_that_the_source_tells_again_after_the_kill_is_one_part(store: Store, tmp_path: Path) -> None:
    killed(tmp_path, "unread part")
    outcome = run(store, *[LISTED[0]] * 6, Failure("space DOC", "500"), *LISTED[4:])
    assert outcome.error == "a part could not be read: space DOC: 500"
    last = store.last_run("tdn")
    assert last is not None
    assert store.failures(last) == [("space DOC", "500")]


def test_a_bad_record_before_the_kill_leaves_the_run_as_good_as_it_would_have_been(
    store: Store, tmp_path: Path
) -> None:
    run(store, *LISTED, record("gone"))
    killed(tmp_path, "bad record")
    outcome, resumed = taken_up(store, "bad record")
    assert resumed == [{"items": 6}]
    assert (outcome.state, outcome.error, outcome.counts["removed"]) == ("ok", "", 1)
    last = store.last_run("tdn")
    assert last is not None
    assert store.failures(last) == [("record bad", "it has no title")]
