"""Pages mode: a corpus shared out over four sources, every line exactly once, bad lines left out."""

from __future__ import annotations

import gzip
import lzma
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from simulator import Simulator
from simulator.__main__ import main

KB = "/kb/api/v2/help_center"


@pytest.fixture(params=["jsonl", "xz", "gz"])
def corpus(request: pytest.FixtureRequest, pages_file: Path, tmp_path: Path) -> Iterator[Simulator]:
    if request.param == "xz":
        path = tmp_path / "pages.jsonl.xz"
        path.write_bytes(lzma.compress(pages_file.read_bytes()))
    elif request.param == "gz":
        path = tmp_path / "pages.jsonl.gz"
        path.write_bytes(gzip.compress(pages_file.read_bytes()))
    else:
        path = pages_file
    with Simulator(pages=path) as simulator:
        yield simulator


def ids(simulator: Simulator, source: str) -> list[str]:
    answer = requests.get(f"{simulator.url}/_control/documents/{source}", timeout=10)
    return list(answer.json()["ids"])


def test_every_good_line_is_listed_once(corpus: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    counts = {source: len(set(ids(corpus, source))) for source in ("tdn", "kb", "youtube", "downloads", "legislacao")}
    assert counts == {"tdn": 45, "kb": 45, "youtube": 5, "downloads": 5, "legislacao": 0}
    listed = 0
    for locale in ("pt-br", "es", "en-us"):
        listed += requests.get(f"{corpus.url}{KB}/{locale}/articles.json", timeout=10).json()["count"]
    assert listed == 45


def test_bad_lines_are_counted_and_not_fatal(pages_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Simulator(pages=pages_file):
        report = capsys.readouterr().err
    assert "pages.jsonl: 4 bad lines left out" in report
    assert "line 101: " in report


def test_text_becomes_paragraphs_and_lists(corpus: Simulator) -> None:
    page = requests.get(
        f"{corpus.url}/tdn/rest/api/content/800000000", params={"expand": "body.export_view,body.storage"}, timeout=10
    ).json()
    assert page["body"]["export_view"]["value"] == (
        "<p>Título 0</p>\n<p>Primeiro &lt;parágrafo&gt; &amp; mais<br/>linha dois</p>\n"
        "<ul><li>um</li><li>dois</li></ul>\n<p>fim 0</p>"
    )
    assert page["body"]["storage"]["value"] == page["body"]["export_view"]["value"]


def test_titles_may_be_empty_and_spaces_follow_products(corpus: Simulator) -> None:
    page = requests.get(f"{corpus.url}/tdn/rest/api/content/800000003", timeout=10).json()
    assert page["title"] == ""
    spaces = requests.get(f"{corpus.url}/tdn/rest/api/space", timeout=10).json()["results"]
    assert [space["key"] for space in spaces] == ["PRODUTO0", "PRODUTO1", "PRODUTO2"]


def test_locale_follows_language(corpus: Simulator) -> None:
    article = requests.get(f"{corpus.url}{KB}/articles/360900000009.json", timeout=10).json()["article"]
    assert (article["locale"], article["updated_at"]) == ("es", "2017-03-30T00:00:09Z")
    assert requests.get(f"{corpus.url}{KB}/pt-br/articles/360900000011.json", timeout=10).status_code == 200


def test_descriptions_carry_the_whole_text(corpus: Simulator) -> None:
    package = requests.get(f"{corpus.url}/downloads/protheus.json", timeout=10).json()["items"][0]
    assert package["description"].endswith("fim 19")
    feed = requests.get(f"{corpus.url}/youtube/feeds/videos.xml?playlist_id=PLProduto0", timeout=10)
    assert "fim 18" in feed.text


def test_edits_work_on_a_corpus(corpus: Simulator) -> None:
    corpus.edit("tdn", 800000000, text="Outro")
    corpus.delete("tdn", 800000001)
    answer = requests.get(
        f"{corpus.url}/tdn/rest/api/content/scan", params={"limit": "2", "expand": "body.view"}, timeout=10
    )
    rows = answer.json()["results"]
    assert [row["id"] for row in rows] == ["800000000", "800000002"]
    assert rows[0]["body"]["view"]["value"] == "<p>Outro</p>"


def test_content_and_corpus_together(
    write_content: Callable[[dict[str, object]], Path], content: dict[str, object], pages_file: Path
) -> None:
    with Simulator(write_content(content), pages_file) as simulator:
        assert len(ids(simulator, "tdn")) == 71 + 45


def test_a_file_that_cannot_be_read_stops_with_a_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.jsonl.xz"
    broken.write_bytes(b"not xz")
    for path in (broken, tmp_path / "missing.jsonl"):
        assert main(["serve", "--pages", str(path)]) == 2
        assert path.name in capsys.readouterr().err


def test_the_process_prints_one_line_and_stops_on_sigterm(pages_file: Path) -> None:
    command = [sys.executable, "-m", "simulator", "--pages", str(pages_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.removeprefix("simulator: ").strip()
        with requests.Session() as session:
            assert session.get(f"{url}/", timeout=10).status_code == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0


def test_two_signals_at_once_stop_the_process_too(pages_file: Path) -> None:
    """Ctrl+C reaches the whole demo, which then ends the simulator. Both signals were lost in half of all tries."""
    command = [sys.executable, "-m", "simulator", "--pages", str(pages_file)]
    for _ in range(8):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            for signum in (signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGCONT):
                process.send_signal(signum)
            try:
                assert process.wait(timeout=10) == 0
            finally:
                process.kill()


def test_the_authored_content_loads_with_all_its_subjects() -> None:
    with Simulator() as simulator:
        for number in range(101, 113):
            assert f"700100{number}" in ids(simulator, "tdn")
            assert f"360010000{number}" in ids(simulator, "kb")
            assert f"1100{number}" in ids(simulator, "downloads")
