"""`busca check`: what settings, word lists, sources and index say, and what to do where one is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

from search.analysis.language_data import PACKAGED
from simulator import Simulator
from tests.workplace import SOURCES, Workplace


def test_check_says_what_every_source_answers(busca: Workplace) -> None:
    findings = {finding["name"]: finding for finding in busca.done("check", "--json").json["findings"]}
    assert list(findings) == ["settings", "words", "store", "index", *SOURCES]
    assert all(finding["ok"] and finding["found"] for finding in findings.values())


def test_check_says_what_the_word_lists_hold_and_how_to_try_a_change(busca: Workplace, tmp_path: Path) -> None:
    assert "synonyms" in busca.done("check", "--offline").out
    assert "--compare before.json" in busca.done("check", "--offline").out
    (tmp_path / "mine").mkdir()
    report = busca("check", "--offline", "--json", BUSCA_WORDS_DIR=str(tmp_path / "mine"))
    assert report.code == 1
    told = {finding["name"]: finding["found"] for finding in report.json["findings"]}["words"]
    assert "synonyms.yaml: there is no such file; copy the packaged one" in told


def test_check_names_the_line_of_a_language_that_is_wrong(busca: Workplace, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(PACKAGED, mine)
    (mine / "pt.txt").write_text("[stop]\nde\nsem\n", encoding="utf-8")
    report = busca("check", "--offline", BUSCA_WORDS_DIR=str(mine))
    assert (report.code, busca("work", "--once", BUSCA_WORDS_DIR=str(mine)).code) == (1, 2)
    assert "PROBLEM  words: pt.txt:3: 'sem' turns a meaning around" in report.out


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


def test_check_reads_every_file_of_the_index_and_the_generation_before_answers(indexed: Workplace) -> None:
    older = indexed.done("status", "--json").json["index"]["generation"]
    indexed.done("rebuild")
    newest = indexed.done("status", "--json").json["index"]["generation"]
    words = ("check", "--offline", "--index", "--json")
    verdicts = {finding["name"]: finding["ok"] for finding in indexed.done(*words).json["findings"]}
    assert verdicts == dict.fromkeys(("settings", "words", "store", "index", newest, older), True)
    [path] = (indexed.config.index_dir / newest).glob("*.docs")
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    ended = indexed(*words)
    damaged = {finding["name"]: finding["found"] for finding in ended.json["findings"] if not finding["ok"]}
    assert (ended.code, damaged.keys()) == (1, {"index", newest})
    assert all(path.name in sentence for sentence in damaged.values())
    indexed.done("search", "boleto")
    told = indexed.done("status", "--json").json["index"]
    assert (told["generation"], path.name in told["error"]) == (older, True)
    assert path.name in indexed.done("status").out
    indexed.done("rebuild")
    last = indexed.done(*words).json["findings"][-1]
    assert (last["name"], last["found"].startswith("no way back to it")) == (newest, True)


def test_a_generation_made_with_other_words_is_named_once(indexed: Workplace, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(PACKAGED, mine)
    (mine / "pt.txt").write_text((mine / "pt.txt").read_text("utf-8").replace("[stop]\n", "[stop]\nazul\n", 1), "utf-8")
    name = indexed.done("status", "--json").json["index"]["generation"]
    report = indexed("check", "--offline", "--json", BUSCA_WORDS_DIR=str(mine))
    sentence = {finding["name"]: finding["found"] for finding in report.json["findings"]}["index"]
    assert sentence == (
        f"generation {name} was made with another pt.txt, es.txt or en.txt: run `busca rebuild`; until then it answers"
    )
