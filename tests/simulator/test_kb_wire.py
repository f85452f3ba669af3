"""The Base de Conhecimento answers as Zendesk's Help Center does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from simulator import Simulator

Get = Callable[..., requests.Response]
API = "/kb/api/v2/help_center"


def all_by_cursor(get: Get, path: str, **params: Any) -> list[dict[str, Any]]:
    answer = get(path, **{"page[size]": 10, **params}).json()
    rows: list[dict[str, Any]] = answer["articles"]
    while answer["meta"]["has_more"]:
        answer = get(answer["links"]["next"]).json()
        rows += answer["articles"]
    return rows


def test_a_cursor_listing_ends_with_has_more_false(get: Get) -> None:
    rows = all_by_cursor(get, f"{API}/pt-br/articles.json")
    assert len({row["id"] for row in rows}) == len(rows) == 36
    assert get(f"{API}/pt-br/articles.json", **{"page[size]": 500}).json()["meta"]["has_more"] is False


@pytest.mark.parametrize("sort_by", ["position", "title", "created_at", "updated_at", "edited_at"])
@pytest.mark.parametrize("sort_order", ["asc", "desc"])
def test_every_order_lists_each_article_once(get: Get, sort_by: str, sort_order: str) -> None:
    rows = all_by_cursor(get, f"{API}/pt-br/articles.json", sort_by=sort_by, sort_order=sort_order)
    values = [row[sort_by] for row in rows]
    assert len({row["id"] for row in rows}) == 36
    assert values == sorted(values, reverse=sort_order == "desc")


def test_a_cursor_survives_the_deletion_of_its_row(get: Get, simulator: Simulator) -> None:
    answer = get(f"{API}/pt-br/articles.json", **{"page[size]": 10}).json()
    simulator.delete("kb", answer["articles"][-1]["id"])
    simulator.delete("kb", answer["articles"][0]["id"])
    assert get(answer["links"]["next"]).json()["articles"][0]["id"] == 360000001010


def test_offset_listing(get: Get) -> None:
    first = get(f"{API}/pt-br/articles.json").json()
    assert (first["per_page"], first["count"], first["page_count"], len(first["articles"])) == (30, 36, 2, 30)
    second = get(first["next_page"]).json()
    assert (len(second["articles"]), second["next_page"]) == (6, None)
    assert second["previous_page"] is not None


def test_offset_paging_ends_at_ten_thousand_rows(get: Get) -> None:
    assert get(f"{API}/pt-br/articles.json", page=100, per_page=100).status_code == 200
    refused = get(f"{API}/pt-br/articles.json", page=101, per_page=100)
    assert refused.status_code == 400
    assert refused.json()["error"] == "InvalidPaginationDepth"


def test_a_locale_lists_only_what_is_translated(get: Get) -> None:
    spanish = get(f"{API}/es/articles.json").json()["articles"]
    assert [(row["title"], row["locale"], row["source_locale"]) for row in spanish] == [("Rechazo 528", "es", "pt-br")]
    assert get(f"{API}/en-us/articles.json").json()["articles"] == []
    assert get(f"{API}/fr/articles.json").status_code == 404


def test_fields_of_an_article(get: Get, simulator: Simulator) -> None:
    article = get(f"{API}/pt-br/articles/360000001000.json").json()["article"]
    assert article["id"] == 360000001000
    assert article["name"] == article["title"] == "Rejeição 528"
    assert article["html_url"] == f"{simulator.url}/kb/hc/pt-br/articles/360000001000-Rejeicao-528"
    assert (article["created_at"], article["edited_at"]) == ("2023-01-01T00:00:00Z", "2023-06-01T00:00:00Z")
    assert article["user_segment_id"] is None
    assert article["user_segment_ids"] == []
    assert f"{simulator.url}/kb/hc/pt-br/articles/360000001001" in article["body"]
    assert "Rejeição 528" in get(article["html_url"]).text


def test_drafts_and_segments_are_marked(get: Get) -> None:
    rows = {row["id"]: row for row in all_by_cursor(get, f"{API}/pt-br/articles.json")}
    assert rows[360000001040]["draft"] is True
    assert rows[360000001041]["user_segment_id"] == 77
    assert rows[360000001041]["user_segment_ids"] == [77]


def test_a_missing_article_and_a_missing_translation_are_404(get: Get) -> None:
    for path in ("pt-br/articles/1.json", "en-us/articles/360000001000.json"):
        answer = get(f"{API}/{path}")
        assert answer.status_code == 404
        assert answer.json()["error"] == "RecordNotFound"


def test_sections_and_categories(get: Get) -> None:
    sections = get(f"{API}/pt-br/sections.json", **{"page[size]": 1}).json()
    assert sections["meta"]["has_more"] is True
    rest = get(sections["links"]["next"]).json()
    assert rest["sections"][0]["parent_section_id"] == 360000000020
    assert rest["meta"]["has_more"] is False
    assert get(f"{API}/es/categories.json").json()["categories"][0]["name"] == "Protheus ES"


def test_side_loads(get: Get) -> None:
    answer = get(f"{API}/es/articles.json", include="sections,categories,translations").json()
    assert {section["id"] for section in answer["sections"]} == {360000000020, 360000000021}
    assert [category["id"] for category in answer["categories"]] == [360000000010]
    assert {t["locale"] for t in answer["articles"][0]["translations"]} == {"pt-br", "es"}


def test_label_names_are_joined_by_and(get: Get) -> None:
    assert len(get(f"{API}/pt-br/articles.json", label_names="nfe").json()["articles"]) == 18
    assert get(f"{API}/pt-br/articles.json", label_names="nfe,other").json()["articles"] == []


def test_incremental_is_inclusive_and_ends_with_null(get: Get) -> None:
    everything = get(f"{API}/incremental/articles.json", start_time=0).json()
    assert everything["count"] == 36
    assert everything["next_page"] is None
    again = get(f"{API}/incremental/articles.json", start_time=everything["end_time"]).json()
    assert again["count"] >= 1
    nothing = get(f"{API}/incremental/articles.json", start_time=everything["end_time"] + 1).json()
    assert (nothing["count"], nothing["end_time"], nothing["next_page"]) == (0, None, None)


def test_incremental_advances_through_many_rows_of_one_second(get: Get, simulator: Simulator) -> None:
    for number in range(250):
        moment = "2025-01-01T00:00:00Z" if number < 220 else "2025-01-02T00:00:00Z"
        simulator.edit("kb", 9000 + number, title="x", updated=moment)
    answer = get(f"{API}/incremental/articles.json", start_time=1_735_689_600).json()
    seen = {row["id"] for row in answer["articles"]}
    calls = 1
    while answer["next_page"]:
        answer = get(answer["next_page"]).json()
        seen |= {row["id"] for row in answer["articles"]}
        calls += 1
        assert calls < 10
    assert len(seen) == 250


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("pt-br/articles.json", {"sort_by": "votes"}),
        ("pt-br/articles.json", {"page[size]": "x"}),
        ("pt-br/articles.json", {"page[size]": 5, "page[after]": "???"}),
        ("incremental/articles.json", {}),
        ("incremental/articles.json", {"start_time": "now"}),
    ],
)
def test_wrong_parameters_are_400(get: Get, path: str, params: dict[str, Any]) -> None:
    assert get(f"{API}/{path}", **params).status_code == 400


def test_a_cursor_of_another_order_is_refused(get: Get) -> None:
    by_position = get(f"{API}/pt-br/articles.json", **{"page[size]": 5}).json()["meta"]["after_cursor"]
    answer = get(f"{API}/pt-br/articles.json", sort_by="title", **{"page[size]": 5, "page[after]": by_position})
    assert answer.status_code == 400
