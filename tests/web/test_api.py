"""The JSON API: what it answers, in one shape, and what it refuses.

Long because each field of the answer and each refusal is a promise of its own on one small site.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
from flask.testing import FlaskClient

from search.store.store import State
from tests.web.conftest import MANY, Site, document

SEARCH = "/api/v1/search"


def ids(answer: Any) -> list[str]:
    return [result["id"] for result in answer["results"]]


def test_a_search_answers_in_one_shape(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "rejeição 528 icms", "per_page": 1}).json
    assert list(answer) == [
        "query", "total", "page", "per_page", "pages", "took_ms", "partial", "relaxed", "warnings", "index", "sources",
        "facets", "results", "did_you_mean", "alternatives", "corrected_from", "links",
    ]  # fmt: skip
    assert list(answer["query"]) == ["text", "id", "interpreted"]
    assert answer["total"] == {"value": 4, "relation": "eq"}
    assert answer["did_you_mean"] is None
    result = answer["results"][0]
    assert list(result) == [
        "id", "source", "kind", "title", "title_ranges", "url", "breadcrumb", "line", "product", "module", "lang",
        "updated", "version", "versions", "applies_from", "pinned", "snippet", "members", "more_members",
        "missing_terms", "extra", "explanation",
    ]  # fmt: skip
    assert result["updated"] == "2026-03-14T00:00:00Z"


def test_what_was_understood_is_told(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": 'mata 410 "pedido de venda" nota* -orçamento caso'}).json
    understood = answer["query"]["interpreted"]
    assert understood["codes"] == [{"kind": "routine", "value": "MATA410"}]
    assert understood["phrases"] == ["pedido de venda"]
    assert understood["prefixes"] == ["nota*"]
    assert understood["excluded"] == ["orçamento"]
    assert "caso" in understood["terms"]


def test_a_score_is_explained_on_request(client: FlaskClient) -> None:
    plain = client.get(SEARCH, query_string={"q": "rejeição 528 icms"}).json["results"]
    told = client.get(SEARCH, query_string={"q": "rejeição 528 icms", "explain": "1"}).json["results"]
    assert ids({"results": told}) == ids({"results": plain})
    assert {result["explanation"] for result in plain} == {None}
    assert {result["explanation"]["lane"] for result in told} == {"code in title"}
    for result in told:
        assert names(result["explanation"]) >= {"code: rejeição 528", "title_codes", "freshness", "language"}
        assert adds_up(result["explanation"])


def test_an_explanation_names_the_lane(client: FlaskClient) -> None:
    def lanes(text: str) -> list[str]:
        answer = client.get(SEARCH, query_string={"q": text, "explain": "1"}).json
        return [result["explanation"]["lane"] for result in answer["results"]]

    assert set(lanes("mv_estado")) == {"code"}
    assert set(lanes("pedido venda")) == {"all words"}
    assert set(lanes("valor icms sefaz conferido palavrainexistente")) == {"some words"}


def test_nothing_is_explained_where_nothing_is_typed(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"source": "kb", "explain": "1"}).json
    assert {result["explanation"] for result in answer["results"]} == {None}


def names(part: Any) -> set[str]:
    return {part["name"]}.union(*map(names, part["parts"]))


def adds_up(part: Any) -> bool:
    """Whether a number is the sum or the product of its parts, and so are they."""
    if not part["parts"]:
        return part["rule"] == ""
    values = [child["value"] for child in part["parts"]]
    made = sum(values) if part["rule"] == "sum" else math.prod(values)
    return math.isclose(made, part["value"], rel_tol=1e-6) and all(map(adds_up, part["parts"]))


def test_ranges_are_of_characters_in_plain_text(client: FlaskClient) -> None:
    result = client.get(SEARCH, query_string={"q": "icms", "source": "tdn"}).json["results"][0]
    marked = [result["title"][start:end] for start, end in result["title_ranges"]]
    assert marked == ["ICMS"]
    snippet = result["snippet"]
    assert {snippet["text"][start:end] for start, end in snippet["ranges"]} == {"ICMS"}


def test_the_version_is_the_newest_by_number_not_by_letter(client: FlaskClient) -> None:
    result = client.get(SEARCH, query_string={"q": "rejeição 528", "source": "tdn"}).json["results"][0]
    assert result["version"] == "12.1.2310"


def test_values_of_one_filter_are_alternatives_and_filters_hold_together(client: FlaskClient) -> None:
    def found(**filters: Any) -> int:
        return int(client.get(SEARCH, query_string={"q": "528", **filters}).json["total"]["value"])

    assert found(source=["kb", "youtube"]) == found(source="kb") + found(source="youtube")
    assert found(source=["kb", "youtube"], line="Protheus") == 1


def test_a_facet_counts_its_values_as_if_it_were_not_set(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "528", "source": "kb"}).json
    source = answer["facets"][0]
    assert (source["name"], source["label"]) == ("source", "Origem")
    counts = {value["value"]: (value["count"], value["selected"]) for value in source["values"]}
    assert counts == {"kb": (2, True), "tdn": (1, False), "youtube": (1, False), "downloads": (1, False)}
    line = next(facet for facet in answer["facets"] if facet["name"] == "line")
    assert [(value["value"], value["count"]) for value in line["values"]] == [("Protheus", 1)]


def test_only_the_facets_asked_for_are_counted(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "528", "facets": ["kind,lang", "source"]}).json
    assert [facet["name"] for facet in answer["facets"]] == ["source", "kind", "lang"]


def test_labels_follow_the_readers_language(client: FlaskClient) -> None:
    english = client.get(SEARCH, query_string={"q": "528"}, headers={"Accept-Language": "en-GB, pt;q=0.5"}).json
    assert english["facets"][0]["label"] == "Source"
    spanish = client.get(SEARCH, query_string={"q": "528", "ui": "es"}, headers={"Accept-Language": "en"}).json
    assert spanish["facets"][0]["label"] == "Origen"


def test_a_language_may_be_named_by_its_tag(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "528", "lang": "pt-BR"}).json
    assert {result["lang"] for result in answer["results"]} == {"pt"}


def test_paging_links_lead_through_all_results_once(client: FlaskClient) -> None:
    seen: list[str] = []
    address = f"{SEARCH}?q=pedido&sort=newest"
    while address:
        answer = client.get(address).json
        seen += ids(answer)
        address = answer["links"]["next"]
    assert len(seen) == len(set(seen)) == MANY
    assert answer["page"] == answer["pages"] == 3
    assert client.get(answer["links"]["prev"]).json["page"] == 2
    assert client.get(answer["links"]["self"]).json["results"] == answer["results"]


def test_a_page_beyond_the_end_is_empty_and_leads_back(client: FlaskClient) -> None:
    response = client.get(SEARCH, query_string={"q": "pedido", "page": 99})
    assert response.status_code == 200
    assert response.json["results"] == []
    assert response.json["total"]["value"] == MANY
    assert client.get(response.json["links"]["prev"]).json["page"] == 3


def test_dates_bound_the_search_the_first_included_and_the_last_not(client: FlaskClient) -> None:
    def updated(**bounds: str) -> set[str]:
        answer = client.get(SEARCH, query_string={"q": "pedido", "per_page": 50, **bounds}).json
        return {result["updated"][:10] for result in answer["results"]}

    days = sorted(updated())
    assert min(updated(updated_after=days[3])) == days[3]
    assert max(updated(updated_before=days[3])) == days[2]
    assert updated(updated_after=f"{days[3]}T00:00:00-03:00") == updated(updated_after=f"{days[3]}T03:00:00Z")


def test_the_order_can_be_asked_for(client: FlaskClient) -> None:
    def dates(sort: str) -> list[str]:
        answer = client.get(SEARCH, query_string={"q": "pedido", "per_page": 50, "sort": sort}).json
        return [result["updated"] for result in answer["results"]]

    assert dates("newest") == sorted(dates("newest"), reverse=True)
    assert dates("oldest") == sorted(dates("oldest"))


def test_no_words_mean_every_document(client: FlaskClient) -> None:
    assert client.get(SEARCH).json["total"]["value"] == MANY + 5


def test_what_is_passed_over_is_told(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "x" * 2000, "sabor": "doce", "source": "lua"}).json
    assert answer["warnings"] == ["parameter:sabor", "cut:512", "unknown:source=lua"]
    assert len(answer["query"]["text"]) == 512
    assert len(answer["links"]["self"]) < 600


def test_words_that_a_relaxed_hit_lacks_are_named(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "pedido zebra"}).json
    assert answer["relaxed"] is True
    assert answer["results"][0]["missing_terms"] == ["zebra"]


def test_an_answer_says_which_sources_are_whole(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "528"}).json
    assert answer["partial"] is False
    assert [source["id"] for source in answer["sources"]] == ["tdn", "kb", "youtube", "downloads", "legislacao"]
    assert answer["sources"][0]["label"] == "TDN"
    assert answer["sources"][0]["documents"] == MANY + 1
    assert answer["sources"][0]["last_success"].endswith("Z")


@pytest.mark.parametrize("state", ["partial", "failed"])
def test_an_answer_is_partial_while_a_source_is_not_whole(site: Site, state: State) -> None:
    site.read("youtube", state)
    answer = site.client().get(SEARCH, query_string={"q": "528"}).json
    assert answer["partial"] is True
    assert {source["id"]: source["state"] for source in answer["sources"]}["youtube"] == state


def test_a_source_that_was_never_read_makes_the_answer_partial(bare: Site) -> None:
    bare.publish(document("tdn", "1", "Título", "texto"))
    answer = bare.client().get(SEARCH).json
    assert answer["partial"] is True
    assert {source["state"] for source in answer["sources"]} == {"never"}


def test_a_search_outlives_the_store(site: Site) -> None:
    site.store.close()
    for file in site.config.data_dir.glob("store.sqlite*"):
        file.write_bytes(b"no database at all" * 100)
    answer = site.client().get(SEARCH, query_string={"q": "528"}).json
    assert answer["total"]["value"] == 5
    assert answer["partial"] is True
    assert {source["state"] for source in answer["sources"]} == {"unknown"}


def test_an_unchanged_answer_is_not_sent_twice(client: FlaskClient) -> None:
    address = f"{SEARCH}?q=528"
    first = client.get(address)
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    assert client.get(address, headers=known).headers["ETag"] == first.headers["ETag"]
    assert client.get(f"{SEARCH}?q=529", headers=known).status_code == 200
    assert client.get(address, headers={**known, "Accept-Language": "es"}).status_code == 200


def test_a_new_commit_makes_the_answer_new(site: Site) -> None:
    address = f"{SEARCH}?q=528"
    known = {"If-None-Match": site.client().get(address).headers["ETag"]}
    site.publish(document("tdn", "new", "Outra rejeição 528", "texto"))
    response = site.client().get(address, headers=known)
    assert response.status_code == 200
    assert response.json["total"]["value"] == 6


def test_suggestions_complete_titles(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest", query_string={"q": "rejeicao", "limit": 1}).json
    assert answer == {
        "query": "rejeicao",
        "suggestions": [
            {
                "text": "Rejeição 528 passo a passo",
                "kind": "title",
                "identifier": "",
                "label": "",
                "url": "https://youtube.example/rj528NFe0a1",
                "source": "youtube",
                "id": "youtube:rj528NFe0a1",
                "ranges": [[0, 8]],
            }
        ],
    }


def test_suggestions_name_the_kind_of_a_code_in_the_readers_language(client: FlaskClient) -> None:
    def first(**options: Any) -> Any:
        return client.get("/api/v1/suggest", query_string={"q": "mata 41", **options}).json["suggestions"][0]

    assert first() == {
        "text": "MATA410",
        "kind": "identifier",
        "identifier": "routine",
        "label": "Rotina",
        "url": "",
        "source": "",
        "id": "",
        "ranges": [[0, 6]],
    }
    assert (first(ui="es")["label"], first(ui="en")["label"]) == ("Rutina", "Routine")


def test_a_correction_is_offered_where_something_is_found(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "pedido vneda"}).json
    assert (answer["query"]["text"], answer["did_you_mean"], answer["corrected_from"]) == (
        "pedido vneda", "pedido venda", None,
    )  # fmt: skip
    assert answer["total"]["value"] > 0


def test_where_nothing_is_found_the_corrected_text_is_searched_and_that_is_said(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "peddido", "line": "RM"}).json
    assert (answer["query"]["text"], answer["did_you_mean"], answer["corrected_from"]) == ("pedido", None, "peddido")
    assert ids(answer) == ids(client.get(SEARCH, query_string={"q": "pedido", "line": "RM"}).json)
    assert client.get(answer["links"]["next"]).json["query"]["text"] == "pedido"


def test_who_insists_gets_what_was_typed(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "peddido", "exact": 1}).json
    assert (answer["query"]["text"], answer["total"]["value"], answer["did_you_mean"]) == ("peddido", 0, "pedido")
    assert "exact=1" in answer["links"]["self"]


def test_a_misspelt_code_is_offered_others_and_finds_nothing(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "MATA411"}).json
    assert (answer["total"]["value"], answer["did_you_mean"], answer["alternatives"]) == (0, "MATA410", [])
    assert answer["corrected_from"] is None


def test_hidden_documents_correct_and_complete_nothing(site: Site) -> None:
    site.publish(document("kb", "secret", "Auditoria MATA999", "sigiloso MV_SECRET", audience=("agents",)))
    client = site.client()
    assert client.get(SEARCH, query_string={"q": "auditorai"}).json["did_you_mean"] is None
    assert client.get("/api/v1/suggest?q=audit").json["suggestions"] == []
    assert client.get("/api/v1/suggest?q=mv+sec").json["suggestions"] == []


def test_nothing_typed_suggests_nothing(client: FlaskClient) -> None:
    assert client.get("/api/v1/suggest").json == {"query": "", "suggestions": []}


def test_a_document_is_given_whole_by_an_id_with_slashes(client: FlaskClient) -> None:
    answer = client.get("/api/v1/documents/kb:inst/360010000101").json
    assert answer["id"] == "kb:inst/360010000101"
    assert answer["body"] == "Recalcule a base do ICMS."
    assert client.get("/api/v1/documents/kb%3Ainst%2F360010000101").json == answer


def test_an_id_may_hold_two_slashes(site: Site) -> None:
    site.publish(document("legislacao", "https://feed.example/a?b=1", "Nota", "texto"))
    response = site.client().get("/api/v1/documents/legislacao:https://feed.example/a%3Fb=1")
    assert response.json["key"] == "https://feed.example/a?b=1"


def test_a_restricted_document_does_not_exist_for_a_stranger(site: Site) -> None:
    site.publish(document("kb", "secret", "Rejeição 528 interna", "reservado", audience=("agents",)))
    assert site.client().get("/api/v1/documents/kb:secret").status_code == 404
    assert site.client().get(SEARCH, query_string={"q": "reservado"}).json["total"]["value"] == 0


def test_an_address_that_is_no_web_address_is_not_given(site: Site) -> None:
    site.publish(document("kb", "evil", "Rejeição perigosa", "texto", url="javascript:alert(1)"))
    assert site.client().get(SEARCH, query_string={"q": "perigosa"}).json["results"][0]["url"] == ""
    assert site.client().get("/api/v1/documents/kb:evil").json["url"] == ""
    assert site.client().get("/api/v1/suggest?q=rejei%C3%A7%C3%A3o+perigosa").json["suggestions"][0]["url"] == ""


@pytest.mark.parametrize("path", [SEARCH, "/api/v1/suggest", "/api/v1/documents/kb:inst/360010000101", "/", "/?q=528"])
def test_head_says_what_get_would(client: FlaskClient, path: str) -> None:
    response = client.head(path)
    assert response.status_code == 200
    assert response.data == b""
    assert response.content_type == client.get(path).content_type
