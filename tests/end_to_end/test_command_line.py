"""The commands themselves: their help, their list, `busca status`, and what a shell sees of them."""

from __future__ import annotations

import pytest

from tests.workplace import ROOT, SOURCES, Workplace

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


def test_status_has_each_source_and_the_index(ready: Workplace) -> None:
    told = ready.done("status", "--json").json
    assert [source["name"] for source in told["sources"]] == list(SOURCES)
    for source in told["sources"]:
        assert source["state"] == "ok"
        assert source["documents"] > 0
        assert source["last_run"]
    documents = sum(source["documents"] for source in told["sources"])
    assert (told["index"]["documents"], told["index"]["position"]) == (documents, told["store"]["position"])
    assert told["index"]["generation"]
    table = ready.done("status").out
    assert all(name in table for name in (*SOURCES, told["index"]["generation"]))


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


# -- as a process ------------------------------------------------------------------------------------------------------


def test_a_shell_is_given_results_and_all_else_apart_and_an_exit_code(ready: Workplace) -> None:
    told = ready.process("search", "boleto", "--json")
    assert (told.code, told.json["total"]["value"] > 0, told.err) == (0, True, "")
    wrong = ready.process("crawl", "tnd")
    assert (wrong.code, wrong.out, "there is no source 'tnd'" in wrong.err) == (2, "", True)


def test_a_word_that_is_no_text_to_a_shell_breaks_no_search(ready: Workplace) -> None:
    assert ready.process("search", "--json", "--", "\udcff\x01").json["total"]["value"] >= 0
