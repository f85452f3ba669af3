"""The portal page: every state of it, without JavaScript.

Long because every state of the page is looked at on one small site.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from search.store.store import State
from tests.web.conftest import MANY, Site, document


def page(client: FlaskClient, address: str = "/", **query: Any) -> BeautifulSoup:
    response = client.get(address, query_string=query or None)
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    return BeautifulSoup(response.text, "lxml")


def one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    tag = soup.select_one(selector)
    assert tag is not None, selector
    return tag


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ", strip=True).split())


def link(soup: BeautifulSoup, text: str) -> str:
    """The address of the only link that says `text`."""
    (anchor,) = (tag for tag in soup.select("a[href]") if words(tag) == text)
    return str(anchor["href"])


def titles(soup: BeautifulSoup) -> list[str]:
    return [words(heading) for heading in soup.select(".hit h2")]


# -- idle --------------------------------------------------------------------------------------------------------------


def test_the_idle_page_is_the_box_the_sources_and_examples(client: FlaskClient) -> None:
    idle = page(client)
    form = one(idle, "form[role=search]")
    assert (form["action"], form["method"]) == ("/", "get")
    assert one(form, "input[name=q]")["maxlength"] == "2000"
    assert [words(card) for card in idle.select(".source-card a")] == [
        "TDN",
        "Base de Conhecimento",
        "Canal TOTVS",
        "Central de Download",
        "Espaço Legislação",
    ]
    assert f"{MANY + 1} documentos" in words(one(idle, ".source-card"))
    examples = [str(anchor["href"]) for anchor in idle.select(".examples a")]
    assert len(examples) > 3
    assert all(client.get(example).status_code == 200 for example in examples)
    assert not idle.select(".hit")


# -- results -----------------------------------------------------------------------------------------------------------


def test_a_result_says_what_where_and_when(client: FlaskClient) -> None:
    hit = one(page(client, q="rejeição 528", source="tdn"), ".hit")
    assert one(hit, "h2 a")["href"] == "https://tdn.example/700100101"
    assert " ".join(words(mark) for mark in hit.select("h2 mark")) == "Rejeição 528"
    facts = words(one(hit, ".facts"))
    assert facts.startswith("TDN Protheus › Faturamento › SIGAFAT")
    assert "12.1.2310, 12.1.33" in facts
    assert facts.endswith("NF-e"), "the innermost section of the source"
    time = one(hit, "time")
    assert (time["datetime"], words(time)) == ("2026-03-14T00:00:00+00:00", "14 de mar. de 2026")
    assert hit.select(".passage mark")


@pytest.mark.parametrize(
    ("line", "product", "module", "place"),
    [
        ("RM", "TOTVS RH (Linha RM)", "Folha (Labore)", "TOTVS RH (Linha RM) › Folha (Labore)"),
        ("RM", "RM", "", "RM"),
        ("RM", "Formação", "", "RM › Formação"),
        ("Datasul", "", "ACR (C++)", "Datasul › ACR (C++)"),
        ("", "", "", ""),
    ],
)
def test_a_part_of_the_place_that_the_next_one_names_is_left_out(
    site: Site, line: str, product: str, module: str, place: str
) -> None:
    site.publish(document("kb", "place", "Lugar qualquer", "texto", line=line, product=product, module=module))
    facts = one(page(site.client(), q="lugar qualquer"), ".hit .facts")
    assert words(facts) == " ".join(filter(None, ("Base", place, "Atualizado em 14 de mar. de 2026")))


def test_a_breadcrumb_that_only_repeats_the_source_is_left_out(site: Site) -> None:
    site.publish(document("legislacao", "1", "Norma qualquer", "texto", breadcrumb=("Espaço Legislação",)))
    facts = words(one(page(site.client(), q="norma qualquer"), ".hit .facts"))
    assert facts == "Espaço Legislação Atualizado em 14 de mar. de 2026"


def test_a_video_shows_its_thumbnail_and_length(client: FlaskClient) -> None:
    hit = one(page(client, q="528", source="youtube"), ".hit")
    image = one(hit, "img")
    assert image["src"] == "https://i.ytimg.com/vi/rj528NFe0a1/mqdefault.jpg"
    assert (image["width"], image["height"], image["loading"], image["alt"]) == ("160", "90", "lazy", "")
    assert words(one(hit, ".duration")) == "3:12"


def test_a_thumbnail_that_the_policy_would_refuse_is_not_asked_for(site: Site) -> None:
    extra = {"thumbnail": "http://elsewhere.example/x.jpg"}
    site.publish(document("youtube", "plain", "Vídeo sem cifra", "texto", extra=extra))
    hit = one(page(site.client(), q="sem cifra"), ".hit")
    assert not hit.select("img")
    assert hit.select(".thumbnail .icon")


def test_a_package_shows_its_size_and_what_it_needs_first(client: FlaskClient) -> None:
    facts = one(page(client, q="528", source="downloads"), ".hit").select(".facts")
    assert "12,4 MB" in words(facts[0])
    assert words(facts[1]) == "Exige antes: LIB 20250630"


def test_a_result_in_another_language_says_so(client: FlaskClient) -> None:
    hit = one(page(client, q="528", lang="es"), ".hit")
    assert words(one(hit, ".facts")).endswith("Espanhol")
    assert one(hit, "h2")["lang"] == "es"


def test_words_that_a_result_lacks_are_named(client: FlaskClient) -> None:
    soup = page(client, q="pedido zebra")
    assert "Nenhum documento tem todas as palavras" in words(one(soup, ".head"))
    assert words(one(soup, ".hit .missing")) == "Sem: zebra"


def test_a_warning_is_shown_as_a_sentence(client: FlaskClient) -> None:
    cut = page(client, q="528 " * 300)
    assert "A busca leu só os primeiros 512 caracteres." in [words(note) for note in cut.select(".note")]
    unknown = page(client, q="528", product="Lua")
    assert "Nenhum documento tem este valor — Produto: Lua" in [words(note) for note in unknown.select(".note")]


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/", "Busca Unificada"),
        ("/?source=tdn", "Busca Unificada"),
        ("/?q=528", "528 – Busca Unificada"),
        ("/?q=xyzzy", "xyzzy – Busca Unificada"),
        ("/?q=528&ui=en", "528 – Unified Search"),
    ],
)
def test_the_title_says_what_was_searched(client: FlaskClient, address: str, title: str) -> None:
    assert words(one(page(client, address), "title")) == title


def test_every_link_keeps_the_rest_of_the_search(client: FlaskClient) -> None:
    kept = {"q": ["pedido"], "line": ["RM"], "updated_after": ["2020-01-01T00:00:00+00:00"], "sort": ["newest"]}
    soup = page(client, "/?q=pedido&line=RM&updated_after=2020-01-01&sort=newest&per_page=5")
    links = [str(anchor["href"]) for anchor in soup.select(".value:not([aria-current]), .pager a, .languages a")]
    assert len(links) > 6
    for address in links:
        asked = parse_qs(urlsplit(address).query)
        assert {name: asked[name][:1] for name in kept} == kept, address
        assert asked["per_page"] == ["5"], address


def test_the_form_keeps_filters_and_order_but_not_the_page(client: FlaskClient) -> None:
    soup = page(client, "/?q=pedido&source=tdn&line=RM&sort=newest&page=2")
    hidden = [(field["name"], field["value"]) for field in soup.select("form[role=search] input[type=hidden]")]
    assert hidden == [("source", "tdn"), ("line", "RM"), ("sort", "newest")]
    assert one(soup, "#q")["value"] == "pedido"


# -- facets, chips, order, pages ---------------------------------------------------------------------------------------


def test_facets_are_links_that_add_and_take_away(client: FlaskClient) -> None:
    soup = page(client, q="528")
    assert words(one(soup, ".filters h2")) == "Origem"
    narrowed = page(client, link(soup, "Canal TOTVS 1"))
    assert titles(narrowed) == ["Rejeição 528 passo a passo"]
    chosen = one(narrowed, "a.value[aria-current]")
    assert words(chosen) == "Canal TOTVS 1"
    assert "Base de Conhecimento 2" in [words(tag) for tag in narrowed.select("a.value")], "alternatives keep counts"
    both = page(client, link(narrowed, "Base de Conhecimento 2"))
    assert len(titles(both)) == 3
    back = page(client, str(one(narrowed, "a.value[aria-current]")["href"]))
    assert len(titles(back)) == 5


def test_a_facet_that_cannot_change_the_result_is_not_shown(client: FlaskClient) -> None:
    soup = page(client, q="528", source="youtube")
    assert [words(heading) for heading in soup.select(".filters h2")] == ["Origem"]


def test_filters_in_force_are_chips_that_remove_them(client: FlaskClient) -> None:
    soup = page(client, "/?q=pedido&source=tdn&line=RM&updated_after=2021-01-01&page=2")
    chips = {words(chip): str(chip["href"]) for chip in soup.select(".chip")}
    assert list(chips) == [
        "Remover o filtro Origem: TDN",
        "Remover o filtro Linha: RM",
        "Remover o filtro Alterado desde: 1 de jan. de 2021",
    ]
    without = page(client, chips["Remover o filtro Linha: RM"])
    assert [words(chip) for chip in without.select(".chip")] == [
        "Remover o filtro Origem: TDN",
        "Remover o filtro Alterado desde: 1 de jan. de 2021",
    ]
    assert link(soup, "Limpar filtros") == "/?q=pedido"


def test_pages_have_numbers_and_neighbours(client: FlaskClient) -> None:
    second = page(client, q="pedido", page=2)
    pager = one(second, ".pager")
    assert [words(anchor) for anchor in pager.select("li a")] == ["Página 1", "Página 2", "Página 3"]
    assert words(one(pager, "[aria-current=page]")) == "Página 2"
    assert one(second, "ol.hits")["start"] == "11"
    first, last = (
        page(client, str(one(pager, "a[rel=prev]")["href"])),
        page(client, str(one(pager, "a[rel=next]")["href"])),
    )
    assert len(titles(first)) == 10
    assert len(titles(last)) == MANY - 20
    assert not set(titles(first)) & set(titles(last))
    assert not last.select("a[rel=next]")
    assert not first.select("a[rel=prev]")


def test_many_pages_are_folded(client: FlaskClient) -> None:
    soup = page(client, q="pedido", per_page=1, page=12)
    numbers = [words(item) for item in soup.select(".pager li")]
    assert [number.removeprefix("Página ") for number in numbers] == [
        "1",
        "…",
        "10",
        "11",
        "12",
        "13",
        "14",
        "…",
        str(MANY),
    ]


def test_a_page_beyond_the_end_leads_to_the_first(client: FlaskClient) -> None:
    soup = page(client, q="pedido", page=99)
    assert len(titles(page(client, link(soup, "Voltar à primeira página")))) == 10


def test_the_order_is_a_link(client: FlaskClient) -> None:
    newest = page(client, link(page(client, q="pedido", page=2), "Mais recentes"))
    dates = [str(tag["datetime"]) for tag in newest.select("time")]
    assert dates == sorted(dates, reverse=True)
    assert words(one(newest, ".sorts [aria-current]")) == "Mais recentes"


# -- nothing, incomplete -----------------------------------------------------------------------------------------------


def test_where_nothing_is_found_each_filter_can_go(client: FlaskClient) -> None:
    soup = page(client, q="pedido", source="kb", line="RM")
    assert words(one(soup, "h1")) == "Nada encontrado para “pedido”"
    assert "Procuramos em Base de Conhecimento." in words(one(soup, ".nothing"))
    instead = [words(item) for item in soup.select(".nothing .plain li")]
    assert instead[:2] == [
        "Remover o filtro Origem: Base de Conhecimento 11 resultados",
        f"Buscar “pedido” sem filtros {MANY} resultados",
    ]
    assert len(titles(page(client, str(one(soup, ".nothing .chip")["href"])))) == 10


def test_where_no_filter_is_to_blame_the_page_says_so(client: FlaskClient) -> None:
    assert "Sem os filtros também não há nada." in words(one(page(client, q="xyzzy", source="kb"), ".nothing"))
    assert "Sem os filtros" not in words(one(page(client, q="xyzzy"), ".nothing"))


def test_where_nothing_is_found_the_sources_can_be_searched(client: FlaskClient) -> None:
    soup = page(client, q="xyzzy")
    assert "https://tdn.totvs.com/dosearchsite.action?queryString=xyzzy" in {tag["href"] for tag in soup.select("a")}
    assert not soup.select(".filters")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("partial", "Canal TOTVS: a última leitura não foi completa; pode faltar o que mudou desde"),
        ("failed", "Canal TOTVS: a última leitura falhou; mostramos o que havia em"),
    ],
)
@pytest.mark.parametrize("address", ["/", "/?q=528", "/?q=xyzzy"])
def test_an_incomplete_source_is_named_with_its_last_good_reading(
    site: Site, state: State, sentence: str, address: str
) -> None:
    site.read("youtube", state)
    strip = words(one(page(site.client(), address), ".strip"))
    assert strip.startswith(sentence)


def test_sources_that_were_never_read_are_named(bare: Site) -> None:
    bare.publish(document("tdn", "1", "Título", "texto"))
    bare.read("tdn")
    bare.read("kb", "failed")
    bare.store.start_run("youtube", "full")
    assert [words(paragraph) for paragraph in page(bare.client()).select(".strip p")] == [
        "Base de Conhecimento: a leitura falhou e nenhuma foi completa até agora; podem faltar documentos.",
        "Canal TOTVS: está sendo lida pela primeira vez; podem faltar documentos.",
        "Central de Download: ainda não foi lida; seus documentos não aparecem aqui.",
        "Espaço Legislação: ainda não foi lida; seus documentos não aparecem aqui.",
    ]


def test_nothing_is_said_while_all_sources_are_whole(client: FlaskClient) -> None:
    assert not page(client, q="528").select(".strip")


# -- languages, caching ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "lang"),
    [
        ({}, "pt-BR"),
        ({"Accept-Language": "es-AR,es;q=0.9"}, "es"),
        ({"Accept-Language": "fr, en-GB;q=0.8, pt;q=0.3"}, "en"),
    ],
)
def test_the_browsers_language_is_spoken(client: FlaskClient, headers: dict[str, str], lang: str) -> None:
    assert one(BeautifulSoup(client.get("/", headers=headers).text, "lxml"), "html")["lang"] == lang


def test_a_chosen_language_is_remembered(client: FlaskClient) -> None:
    chosen = client.get(link(page(client, q="528"), "ES Español"))
    cookie = chosen.headers["Set-Cookie"]
    assert "ui=es" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    later = page(client, q="528")
    assert one(later, "html")["lang"] == "es"
    assert words(one(later, "h1")) == "5 resultados para “528”"
    assert words(one(later, ".button")) == "Buscar"
    assert words(one(later, ".filters h2")) == "Origen"


def test_dates_follow_the_language(client: FlaskClient) -> None:
    hit = one(page(client, q="528", source="tdn", ui="en"), ".hit")
    assert words(one(hit, "time")) == "Mar 14, 2026"


def test_an_unchanged_page_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/?q=528")
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/?q=528", headers=known).status_code == 304
    assert client.get("/?q=528", headers={**known, "Accept-Language": "en"}).status_code == 200
    assert client.get("/?q=528&page=2", headers=known).status_code == 200
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in first.headers["Vary"].split(",")}
