"""`busca crawl` and `busca work`: what changed, what is gone, what broke, and who else writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from search.store.locks import exclusive
from search.store.store import open_store
from simulator import Simulator
from tests.workplace import SOURCES, Workplace

FIRST = {"tdn": "700100101", "kb": "360010000101", "youtube": "rj528NFe0a1", "downloads": "1100101"}
"""A document of each source that can be changed."""


def crawled(busca: Workplace, *words: str) -> dict[str, dict[str, Any]]:
    """Source → how its run ended, by `busca crawl --json`."""
    return {line["source"]: line for line in busca("crawl", *words, "--json").lines}


def commits(busca: Workplace) -> set[str]:
    """The files that make a commit of a Whoosh index."""
    return {str(path.relative_to(busca.folder)) for path in busca.config.index_dir.rglob("*.toc")}


def test_crawling_twice_changes_nothing_and_commits_nothing(busca: Workplace) -> None:
    first = crawled(busca)
    assert {name: run["state"] for name, run in first.items()} == dict.fromkeys(SOURCES, "ok")
    busca.done("sync")
    before, stored = commits(busca), busca.stored()
    assert sum(run["changed"] for run in first.values()) == len(stored) >= 180
    for words in ((), ("--full",)):
        assert {run["changed"] + run["removed"] for run in crawled(busca, *words).values()} == {0}
        assert busca.done("sync").out.startswith("0 changes")
    assert (commits(busca), busca.stored()) == (before, stored)


@pytest.mark.parametrize("source", FIRST)
def test_an_edited_document_is_one_change(busca: Workplace, simulator: Simulator, source: str) -> None:
    busca.done("crawl", source)
    text = {"downloads": "description", "youtube": "description", "kb": "body"}.get(source, "text")
    simulator.edit(source, FIRST[source], **{text: "Palavra nova: xyzzyx."})
    assert crawled(busca, source)[source]["changed"] == 1
    assert crawled(busca, source, "--full")[source]["changed"] == 0
    busca.done("sync")
    answer = busca.done("search", "xyzzyx", "--json").json
    assert [result["source"] for result in answer["results"]] == [source]


@pytest.mark.parametrize("source", FIRST)
def test_a_document_that_is_gone_is_removed_by_the_next_complete_listing(
    busca: Workplace, simulator: Simulator, source: str
) -> None:
    busca.done("crawl", source)
    before = len(busca.stored())
    locale = {"locale": "pt-br"} if source == "kb" else {}
    assert simulator.delete(source, FIRST[source], **locale)
    ended = crawled(busca, source, "--full")[source]
    assert (ended["state"], ended["removed"], len(busca.stored())) == ("ok", 1, before - 1)


@pytest.mark.parametrize("source", FIRST)
def test_a_listing_that_breaks_in_the_middle_removes_nothing(
    busca: Workplace, simulator: Simulator, source: str
) -> None:
    busca.done("crawl", source)
    before = busca.stored()
    simulator.delete(source, FIRST[source])
    simulator.fault(source, 500, at=5)
    ended = busca("crawl", source, "--full", "--json")
    [line] = ended.lines
    assert (ended.code, line["removed"], line["state"] in ("partial", "failed")) == (1, 0, True)
    assert "500" in line["error"]
    assert busca.stored().keys() == before.keys()
    simulator.clear_faults()
    assert crawled(busca, source, "--full")[source]["removed"] >= 1


def test_a_source_that_lost_most_of_its_documents_keeps_them_until_an_operator_agrees(
    busca: Workplace, simulator: Simulator
) -> None:
    busca.done("crawl", "tdn")
    before = len(busca.stored())
    for page in list(simulator.catalog.pages.all())[-40:]:
        simulator.delete("tdn", page.id)
    refused = crawled(busca, "tdn", "--full")["tdn"]
    assert (refused["state"], refused["removed"], len(busca.stored())) == ("partial", 0, before)
    assert "--accept-loss" in refused["error"]
    accepted = crawled(busca, "tdn", "--full", "--accept-loss")["tdn"]
    assert (accepted["state"], accepted["removed"], len(busca.stored())) == ("ok", 40, before - 40)


def test_a_page_that_gets_another_title_is_one_change(busca: Workplace, simulator: Simulator) -> None:
    busca.done("crawl", "tdn")
    simulator.edit("tdn", FIRST["tdn"], title="Outro título", text="Outro texto")
    assert [crawled(busca, "tdn", "--full")["tdn"]["changed"] for _ in range(2)] == [1, 0]


def test_a_record_that_cannot_be_read_is_named_with_its_reason(busca: Workplace, tmp_path: Path) -> None:
    manifest = tmp_path / "rm.jsonl"
    manifest.write_text('{"id": "1", "name": "Pacote sem data"}\n', encoding="utf-8")
    data = yaml.safe_load(busca.settings.read_text(encoding="utf-8"))
    data["sources"]["downloads"]["manifests"] = [str(manifest)]
    busca.settings.write_text(yaml.safe_dump(data), encoding="utf-8")
    told = busca("crawl", "downloads").out
    assert "1 failed" in told
    assert "date" in told.splitlines()[1]


def test_a_second_scheduled_worker_is_refused(busca: Workplace) -> None:
    store = open_store(busca.config.store_url)
    with exclusive(store, busca.config.data_dir, "work"):
        ended = busca("work")
    store.close()
    assert (ended.code, ended.out) == (1, "")
    assert "another process" in ended.err


def test_an_unknown_source_is_wrong_usage(busca: Workplace) -> None:
    ended = busca("crawl", "tnd")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no source 'tnd'" in ended.err


@pytest.mark.parametrize(("words", "work"), [(("crawl", "tdn"), "crawl:tdn"), (("rebuild",), "index")])
def test_a_second_writer_is_refused_with_a_sentence(busca: Workplace, words: tuple[str, ...], work: str) -> None:
    settings = busca.config
    store = open_store(settings.store_url)
    with exclusive(store, settings.data_dir, work):
        ended = busca(*words)
    store.close()
    assert (ended.code, ended.out) == (1, "")
    assert "another process" in ended.err
    busca.done(*words)


def test_progress_is_plain_lines_on_stderr_where_there_is_no_terminal(busca: Workplace) -> None:
    ended = busca.process("work", "--once")
    assert "\x1b" not in ended.err + ended.out
    assert ended.out.splitlines()[-1].startswith("327 changes indexed")
