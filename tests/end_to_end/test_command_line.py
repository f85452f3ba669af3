"""The command line: results on stdout, all else on stderr, exit codes, a sentence for each thing that is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from search.analysis.language_data import PACKAGED
from search.store.locks import exclusive
from search.store.store import open_store
from simulator import Simulator
from tests.workplace import ROOT, Workplace, answers, shown_sources

SOURCES = ("tdn", "kb", "youtube", "downloads", "legislacao")
COMMANDS = (
    "check",
    "crawl",
    "sync",
    "rebuild",
    "rollback",
    "search",
    "queries",
    "eval",
    "export",
    "status",
    "serve",
    "work",
    "demo",
)
FIRST = {"tdn": "700100101", "kb": "360010000101", "youtube": "rj528NFe0a1", "downloads": "1100101"}
"""A document of each source that can be changed."""


def crawled(busca: Workplace, *words: str) -> dict[str, dict[str, Any]]:
    """Source → how its run ended, by `busca crawl --json`."""
    return {line["source"]: line for line in busca("crawl", *words, "--json").lines}


def commits(busca: Workplace) -> set[str]:
    """The files that make a commit of a Whoosh index."""
    return {str(path.relative_to(busca.folder)) for path in busca.config.index_dir.rglob("*.toc")}


# -- check -------------------------------------------------------------------------------------------------------------


def test_check_says_what_every_source_answers(busca: Workplace) -> None:
    findings = {each["name"]: each for each in busca.done("check", "--json").json["findings"]}
    assert list(findings) == ["settings", "words", "store", "index", *SOURCES]
    assert all(each["ok"] and each["found"] for each in findings.values())


def test_check_says_what_the_word_lists_hold_and_how_to_try_a_change(busca: Workplace, tmp_path: Path) -> None:
    assert "synonyms" in busca.done("check", "--offline").out
    assert "--compare before.json" in busca.done("check", "--offline").out
    (tmp_path / "mine").mkdir()
    found = busca("check", "--offline", "--json", BUSCA_WORDS_DIR=str(tmp_path / "mine"))
    assert found.code == 1
    told = {each["name"]: each["found"] for each in found.json["findings"]}["words"]
    assert "synonyms.yaml: there is no such file; copy the packaged one" in told


def test_check_names_the_line_of_a_language_that_is_wrong(busca: Workplace, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(PACKAGED, mine)
    (mine / "pt.txt").write_text("[stop]\nde\nsem\n", encoding="utf-8")
    found = busca("check", "--offline", BUSCA_WORDS_DIR=str(mine))
    assert (found.code, busca("work", "--once", BUSCA_WORDS_DIR=str(mine)).code) == (1, 2)
    assert "PROBLEM  words: pt.txt:3: 'sem' turns a meaning around" in found.out


def test_stems_of_ones_own_count_after_a_rebuild(busca: Workplace, tmp_path: Path) -> None:
    """Whoever types "xilofone" finds what is about a nota, once the index was made with the same list."""
    mine = tmp_path / "mine"
    shutil.copytree(PACKAGED, mine)
    text = (mine / "pt.txt").read_text(encoding="utf-8").replace("[words]\n", "[words]\nxilofone=not\n", 1)
    (mine / "pt.txt").write_text(text, encoding="utf-8")
    own = {"BUSCA_WORDS_DIR": str(mine)}
    busca.done("work", "--once")
    assert busca("search", "xilofone", "--json").json["total"]["value"] == 0
    before = busca("check", "--offline", "--json", **own)
    assert before.code == 1
    assert "was made with another pt.txt" in before.json["findings"][-1]["found"]
    assert "was made with another pt.txt" in busca("status", **own).out
    assert busca("rebuild", **own).code == 0
    assert busca("check", "--offline", **own).code == 0
    assert busca("search", "xilofone", "--json", **own).json["total"]["value"] > 0
    assert "was made with another pt.txt" in busca("status").out


def test_check_tells_apart_the_source_that_does_not_answer(busca: Workplace, simulator: Simulator) -> None:
    simulator.fault("kb", 500)
    ended = busca("check")
    problems = [line for line in ended.out.splitlines() if line.startswith("PROBLEM")]
    assert (ended.code, len(problems)) == (1, 1)
    assert "kb:" in problems[0]
    assert "500" in problems[0]


def test_offline_check_asks_no_source(busca: Workplace, simulator: Simulator) -> None:
    busca.done("check", "--offline")
    assert simulator.requests() == {}


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown key": ({"http": {"retrys": 3}}, "http.retrys", "did you mean retries?"),
    "wrong unit": ({"http": {"read_timeout_s": "45s"}}, "http.read_timeout_s", "write 45"),
    "missing secret": (
        {"sources": {"youtube": {"api_key_env": "BUSCA_TEST_NO_SUCH_KEY"}}},
        "sources.youtube.api_key_env",
        "set it",
    ),
    "bad url": ({"sources": {"tdn": {"base_url": "tdn.example"}}}, "sources.tdn.base_url", "https://host/path"),
    "wrong type": ({"web": {"port": "eighty"}}, "web.port", "whole number"),
}


def broken(place: Workplace, *names: str) -> Workplace:
    """The settings with mistakes."""
    data = yaml.safe_load(place.settings.read_text(encoding="utf-8"))
    for name in names:
        for section, values in WRONG[name][0].items():
            for key, value in values.items():
                data[section][key] = data[section][key] | value if isinstance(value, dict) else value
    path = place.folder / "broken.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return Workplace(place.folder, path)


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("command", ["check", "status"])
def test_a_wrong_setting_is_one_sentence_that_says_what_to_do(busca: Workplace, name: str, command: str) -> None:
    _, path, advice = WRONG[name]
    ended = broken(busca, name)(command)
    assert (ended.code, ended.out) == (2, "")
    [sentence] = ended.err.splitlines()
    assert sentence.startswith(f"{path}: ")
    assert advice in sentence


def test_all_wrong_settings_are_told_at_once(busca: Workplace) -> None:
    ended = broken(busca, *WRONG)("check")
    told = {line.split(": ")[0] for line in ended.err.splitlines()}
    assert (ended.code, told) == (2, {path for _, path, _ in WRONG.values()})


def test_a_file_of_settings_that_is_not_there_is_told(busca: Workplace) -> None:
    ended = Workplace(busca.folder, busca.folder / "none.yaml")("status")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no such file" in ended.err


def test_the_environment_overrides_the_file(busca: Workplace) -> None:
    ended = busca("check", "--offline", BUSCA_WEB__PORT="70000")
    assert (ended.code, ended.err.split(":")[0]) == (2, "web.port")


# -- crawl -------------------------------------------------------------------------------------------------------------


def test_crawling_twice_changes_nothing_and_commits_nothing(busca: Workplace) -> None:
    first = crawled(busca)
    assert {name: each["state"] for name, each in first.items()} == dict.fromkeys(SOURCES, "ok")
    busca.done("sync")
    before, stored = commits(busca), busca.stored()
    assert sum(each["changed"] for each in first.values()) == len(stored) >= 180
    for words in ((), ("--full",)):
        assert {each["changed"] + each["removed"] for each in crawled(busca, *words).values()} == {0}
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
    found = busca.done("search", "xyzzyx", "--json").json
    assert [each["source"] for each in found["results"]] == [source]


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
    ended = busca.done("work", "--once")
    assert "\x1b" not in ended.err + ended.out
    assert ended.out.splitlines()[-1].startswith("327 changes indexed")


# -- index and search --------------------------------------------------------------------------------------------------


def test_rebuild_serves_a_new_generation_and_rollback_the_one_before(busca: Workplace) -> None:
    busca.done("work", "--once")
    first = busca.done("status", "--json").json["index"]
    busca.done("rebuild")
    second = busca.done("status", "--json").json["index"]
    assert (second["generation"] > first["generation"], second["documents"]) == (True, first["documents"])
    busca.done("rollback")
    assert busca.done("status", "--json").json["index"] == first
    assert busca("rollback").code == 1
    busca.done("rebuild")
    kept = sorted(path.name for path in busca.config.index_dir.iterdir() if path.is_dir())
    assert (kept[0], len(kept)) == (first["generation"], 2)


def test_search_says_what_was_searched_instead_and_what_may_be_meant(busca: Workplace) -> None:
    busca.done("work", "--once")
    found = busca.done("search", "rejeisao")
    assert "nothing found for 'rejeisao'; searched instead: rejeição" in found.err
    assert found.out
    code = busca.done("search", "mata4l0")
    assert "did you mean: MATA410" in code.err
    assert busca.done("queries", "--json").json == [], "an operator's searches are not counted"


def test_queries_lists_what_visitors_ask_and_forgets(busca: Workplace) -> None:
    busca.done("work", "--once")
    with busca.served() as address:
        for text in ("boleto", "BOLETO", "xyzzyx", "maria%40cliente.com"):
            assert answers(f"{address}/api/v1/search?q={text}")
    listed = busca.done("queries", "--json").json  # a worker that is told to stop writes what it has counted
    assert {each["query"].lower(): each["count"] for each in listed} == {"boleto": 2, "xyzzyx": 1}
    assert [each["query"] for each in busca.done("queries", "--without-results", "--json").json] == ["xyzzyx"]
    told = busca.done("queries", "--limit", "1")
    assert told.out.split()[:2] == ["2", "1"]
    busca.done("queries", "--forget", "Boleto")
    assert [each["query"] for each in busca.done("queries", "--json").json] == ["xyzzyx"]
    ended = busca("queries", "--forget", "Boleto")
    assert (ended.code, "'Boleto' is not among" in ended.err) == (1, True)


def test_check_reads_every_file_of_the_index_and_the_generation_before_answers(busca: Workplace) -> None:
    busca.done("work", "--once")
    older = busca.done("status", "--json").json["index"]["generation"]
    busca.done("rebuild")
    newest = busca.done("status", "--json").json["index"]["generation"]
    words = ("check", "--offline", "--index", "--json")
    found = {each["name"]: each["ok"] for each in busca.done(*words).json["findings"]}
    assert found == dict.fromkeys(("settings", "words", "store", "index", newest, older), True)
    [path] = (busca.config.index_dir / newest).glob("*.docs")
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    ended = busca(*words)
    damaged = {each["name"]: each["found"] for each in ended.json["findings"] if not each["ok"]}
    assert (ended.code, damaged.keys()) == (1, {"index", newest})
    assert all(path.name in sentence for sentence in damaged.values())
    busca.done("search", "boleto")
    told = busca.done("status", "--json").json["index"]
    assert (told["generation"], path.name in told["error"]) == (older, True)
    assert path.name in busca.done("status").out
    busca.done("rebuild")
    last = busca.done(*words).json["findings"][-1]
    assert (last["name"], last["found"].startswith("no way back to it")) == (newest, True)


@pytest.mark.parametrize("pointer", ["rubbish", "", "../../etc"])
def test_a_pointer_that_names_nothing_is_healed_by_a_rebuild(busca: Workplace, pointer: str) -> None:
    busca.done("work", "--once")
    (busca.config.index_dir / "CURRENT").write_text(pointer, encoding="ascii")
    assert "busca rebuild" in busca("search", "boleto").err
    busca.done("rebuild")
    busca.done("search", "boleto")


def test_an_index_that_was_deleted_is_made_again(busca: Workplace) -> None:
    busca.done("work", "--once")
    stored = busca.stored()
    for path in sorted(busca.config.index_dir.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert "nothing has been indexed yet" in busca("search", "boleto").err
    busca.done("sync")
    assert busca.indexed() == (len(stored), stored)


def test_search_before_anything_was_indexed_is_an_error_that_says_what_to_do(busca: Workplace) -> None:
    ended = busca("search", "boleto", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert "busca sync" in ended.err


@pytest.mark.parametrize("text", ["rejeição 528", "rejeicao 528", "mata 410", "boleto", "12.1.2310", "MV_ESTADO"])
def test_search_prints_the_answer_of_the_api(ready: Workplace, text: str) -> None:
    found = ready.done("search", text, "--json").json
    assert found["query"]["text"] == text
    assert found["total"]["value"] > 0
    assert found["results"][0]["url"].startswith("http")


def test_one_first_page_shows_all_four_sources(ready: Workplace) -> None:
    found = ready.done("search", "rejeição 528", "--json").json
    assert {"tdn", "kb", "youtube", "downloads"} <= shown_sources(found)


@pytest.mark.parametrize(
    "text", ['<script>alert(1)</script> "aberto AND ((', "\udcff\x01", "*", "-", '"', "a" * 5000, ""]
)
def test_no_text_breaks_a_search(ready: Workplace, text: str) -> None:
    found = ready.done("search", "--json", "--", text).json
    assert found["total"]["value"] >= 0


def test_search_says_what_a_score_is_made_of(ready: Workplace) -> None:
    told = ready.done("search", "rejeição 528", "--explain", "--per-page", "1").out.splitlines()
    assert "     found by: code in title" in told
    assert any(line.split()[1:] == ["score", "(product", "of)"] for line in told)
    found = ready.done("search", "rejeição 528", "--explain", "--json").json
    assert all(result["explanation"]["lane"] for result in found["results"])


def test_search_is_narrowed_like_the_api(ready: Workplace) -> None:
    words = ("--kind", "article", "--kind", "video", "--updated-after", "2020-01-01", "--sort", "newest", "--json")
    found = ready.done("search", "rejeição", *words).json["results"]
    assert {result["kind"] for result in found} == {"article", "video"}
    days = [result["updated"] for result in found]
    assert days == sorted(days, reverse=True)
    assert ready("search", "rejeição", "--updated-after", "ontem").code == 2


def test_search_for_people_has_places_titles_and_addresses(ready: Workplace) -> None:
    lines = ready.done("search", "rejeição 528", "--per-page", "3", "--source", "kb").out.splitlines()
    assert lines[0].startswith("  1. ")
    assert " kb · " in lines[1]


def test_status_has_each_source_and_the_index(ready: Workplace) -> None:
    told = ready.done("status", "--json").json
    assert [each["name"] for each in told["sources"]] == list(SOURCES)
    for each in told["sources"]:
        assert each["state"] == "ok"
        assert each["documents"] > 0
        assert each["last_run"]
    documents = sum(each["documents"] for each in told["sources"])
    assert (told["index"]["documents"], told["index"]["position"]) == (documents, told["store"]["position"])
    assert told["index"]["generation"]
    table = ready.done("status").out
    assert all(name in table for name in (*SOURCES, told["index"]["generation"]))


# -- help --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_stands_in_the_readme(busca: Workplace, command: str) -> None:
    told = busca.done(command, "--help").out
    assert told.startswith("Usage: busca")
    assert f"busca {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_list_of_commands_is_complete(busca: Workplace) -> None:
    listed = busca.done("--help").out.partition("Commands:")[2]
    assert sorted(
        line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "
    ) == sorted(COMMANDS)


def test_relative_folders_are_those_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "data_dir: data\nsources: {f: {kind: feed, label: F, url: 'http://127.0.0.1:9/x'}}\n", encoding="utf-8"
    )
    Workplace(tmp_path, tmp_path / "config.yaml").done("check", "--offline")
    assert (tmp_path / "data" / "store.sqlite").is_file()
