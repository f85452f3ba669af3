"""`busca search` and `busca queries`: the API's answer for operators, and what visitors look for."""

from __future__ import annotations

import pytest

from tests.workplace import Workplace, answers, shown_sources


def test_search_says_what_was_searched_instead_and_what_may_be_meant(indexed: Workplace) -> None:
    answer = indexed.done("search", "rejeisao")
    assert "nothing found for 'rejeisao'; searched instead: rejeição" in answer.err
    assert answer.out
    code = indexed.done("search", "mata4l0")
    assert "did you mean: MATA410" in code.err
    assert indexed.done("queries", "--json").json == [], "an operator's searches are not counted"


def test_queries_lists_what_visitors_ask_and_forgets(indexed: Workplace) -> None:
    with indexed.served() as address:
        for text in ("boleto", "BOLETO", "xyzzyx", "maria%40cliente.com"):
            assert answers(f"{address}/api/v1/search?q={text}")
    listed = indexed.done("queries", "--json").json  # a worker that is told to stop writes what it has counted
    assert {query["query"].lower(): query["count"] for query in listed} == {"boleto": 2, "xyzzyx": 1}
    assert [result["query"] for result in indexed.done("queries", "--without-results", "--json").json] == ["xyzzyx"]
    told = indexed.done("queries", "--limit", "1")
    assert told.out.split()[:2] == ["2", "1"]
    indexed.done("queries", "--forget", "Boleto")
    assert [query["query"] for query in indexed.done("queries", "--json").json] == ["xyzzyx"]
    ended = indexed("queries", "--forget", "Boleto")
    assert (ended.code, "'Boleto' is not among" in ended.err) == (1, True)


def test_search_before_anything_was_indexed_is_an_error_that_says_what_to_do(busca: Workplace) -> None:
    ended = busca("search", "boleto", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert "busca sync" in ended.err


@pytest.mark.parametrize("text", ["rejeição 528", "rejeicao 528", "mata 410", "boleto", "12.1.2310", "MV_ESTADO"])
def test_search_prints_the_answer_of_the_api(ready: Workplace, text: str) -> None:
    answer = ready.done("search", text, "--json").json
    assert answer["query"]["text"] == text
    assert answer["total"]["value"] > 0
    assert answer["results"][0]["url"].startswith("http")


def test_one_first_page_shows_all_four_sources(ready: Workplace) -> None:
    answer = ready.done("search", "rejeição 528", "--json").json
    assert {"tdn", "kb", "youtube", "downloads"} <= shown_sources(answer)


@pytest.mark.parametrize(
    "text", ['<script>alert(1)</script> "aberto AND ((', "\udcff\x01", "*", "-", '"', "a" * 5000, ""]
)
def test_no_text_breaks_a_search(ready: Workplace, text: str) -> None:
    answer = ready.done("search", "--json", "--", text).json
    assert answer["total"]["value"] >= 0


def test_search_says_what_a_score_is_made_of(ready: Workplace) -> None:
    told = ready.done("search", "rejeição 528", "--explain", "--per-page", "1").out.splitlines()
    assert "     found by: code in title" in told
    assert any(line.split()[1:] == ["score", "(product", "of)"] for line in told)
    answer = ready.done("search", "rejeição 528", "--explain", "--json").json
    assert all(result["explanation"]["lane"] for result in answer["results"])


def test_search_is_narrowed_like_the_api(ready: Workplace) -> None:
    words = ("--kind", "article", "--kind", "video", "--updated-after", "2020-01-01", "--sort", "newest", "--json")
    answer = ready.done("search", "rejeição", *words).json["results"]
    assert {result["kind"] for result in answer} == {"article", "video"}
    days = [result["updated"] for result in answer]
    assert days == sorted(days, reverse=True)
    assert ready("search", "rejeição", "--updated-after", "ontem").code == 2


def test_search_for_people_has_places_titles_and_addresses(ready: Workplace) -> None:
    lines = ready.done("search", "rejeição 528", "--per-page", "3", "--source", "kb").out.splitlines()
    assert lines[0].startswith("  1. ")
    assert " kb · " in lines[1]
