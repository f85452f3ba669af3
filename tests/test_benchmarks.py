"""The engines that benchmarks compare are asked the same question: they find the same documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import answers, commands, corpus, growth, http, indexing, latency, soak, suggest
from benchmarks.engines import ENGINES, Engine
from busca.corpus import SOURCES, pages
from search.query.parser import parse

PEERS = ("busca", "whoosh", "fts5")  # what installs without the extra `bench`


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Engine]:
    built = {}
    for name in PEERS:
        built[name] = ENGINES[name](tmp_path_factory.mktemp(name) / "index")
        built[name].build(corpus.made(150, words=60))
    return built


def test_engines_find_as_many_documents(engines: dict[str, Engine]) -> None:
    successes = 0
    for text in corpus.made_queries(60):
        totals = {name: engine.ask(engine.prepare(parse(text))) for name, engine in engines.items()}
        assert len(set(totals.values())) == 1, (text, totals)
        successes += totals["busca"] > 0
    assert successes >= 10


def test_latency_ends_with_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--made", "40", "--limit", "5", "--rounds", "1", "--folder", str(tmp_path), "--json"]
    assert latency.main([*words, "--engines", *PEERS]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["documents"], list(told["engines"])) == (40, list(PEERS))
    assert set(told["engines"]["busca"]) == {"min_ms", "p50_ms", "p95_ms", "p99_ms"}
    assert latency.main([*words, "--engines", "busca", "fts5", "--phrases"]) == 0  # on the same indexes


def test_suggestions_are_timed_by_lane(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert suggest.main(["--made", "200", "--limit", "5", "--rounds", "1", "--folder", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(told["lanes"]) == {"complete", "misspelt", "correct", "known"}, "made text holds no codes"
    assert set(told["lanes"]["correct"]) == {"min_ms", "p50_ms", "p95_ms", "p99_ms"}
    assert {"open_ms", "first_completion_ms", "first_correction_ms", "anon_mib", "restored"} < set(told)


def test_answers_measure_passages_of_short_and_long_bodies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--made", "40", "--limit", "5", "--rounds", "1", "--folder", str(tmp_path), "--json"]
    assert answers.main([*words, "--long-words", "300"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(told["figures"]) == ["answer", "passages", "long", "read"]


def test_indexing_measures_an_engine() -> None:
    figures = indexing.build("busca", None, 30)
    assert set(figures) == {"documents", "docs_per_s", "bytes_per_doc", "peak_rss_mib"}
    assert min(figures.values()) > 0


def test_indexing_runs_each_engine_in_a_process_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert indexing.main(["--made", "30", "--engines", "busca", "busca_all_cores", "fts5", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["documents"], list(told["engines"])) == (30, ["busca", "busca_all_cores", "fts5"])


def test_http_asks_servers_which_end_in_order(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["--made", "40", "--limit", "5", "--rounds", "1", "--folder", str(tmp_path), "--json"]
    assert http.main([*words, "--engines", "busca", "fts5"]) == 0
    out, err = capfd.readouterr()  # what the servers say comes along
    assert "Traceback" not in err
    told = json.loads(out.splitlines()[-1])
    assert list(told["engines"]) == ["busca", "fts5"]
    assert set(told["engines"]["busca"]) == {"min_ms", "p50_ms", "p95_ms", "p99_ms", "requests_per_s"}


def test_commands_are_measured_beside_a_peer(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["--made", "30", "--rounds", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(told) == [commands.PEER, "busca --help", "busca status", "busca search TEXT"]
    assert told[commands.PEER]["times"] == 1


def test_growth_measures_each_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--sizes", "30", "60", "--folder", str(tmp_path), "--engines", "busca", "--limit", "4", "--json"]
    assert growth.main([*words, "--plot", str(tmp_path / "growth.svg")]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [size["documents"] for size in told["sizes"]] == [30, 60]
    assert {"p95_ms", "open_ms", "anon_mib"} <= set(told["sizes"][0]["engines"]["busca"])
    assert (tmp_path / "growth.svg").read_text().startswith("<svg")


def test_the_soak_finds_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["--seconds", "2", "--readers", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["errors"] == 0
    assert told["answers"] > 0
    assert told["commits"] > 0


def test_a_file_of_pages_becomes_documents_of_four_sources(tmp_path: Path) -> None:
    file = tmp_path / "pages.jsonl"
    file.write_text("".join(json.dumps({"id": str(n), "title": f"t{n}", "text": "x"}) + "\n" for n in range(40)))
    documents = list(pages(file))
    assert [document.title for document in documents] == [f"t{n}" for n in range(40)]
    assert {document.source for document in documents} == set(SOURCES)
