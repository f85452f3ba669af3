"""The portal in a real browser: the journey of a person, the keys, hostile text, and axe in both colour schemes.

`portal` (from conftest.py) is the address of the whole service over the simulator's content. Nothing else is reached:
pictures and the sources' own pages are answered here.

Long because all of it is the journey through one portal, which takes seconds to start.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests.machine import lacking

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="9"/>'
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
ODD = '<script>alert(1)</script> "aberto AND (('
SHIFTS = """() => new Promise(done => {
    const shifts = [];
    const moved = entry => entry.sources.map(source => source.node?.outerHTML?.slice(0, 80));
    const observer = new PerformanceObserver(list => shifts.push(...list.getEntries().map(moved)));
    observer.observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(shifts))));
})"""
"""Every layout shift since the page began: the elements that moved."""
LENGTHEN = """() => {
    const texts = ".hit .facts > :not(.source), .hit a, .passage, .value .word, .chip";
    for (const element of document.querySelectorAll(texts))
        element.append(" muitas palavras".repeat(20), "UmaPalavraSó".repeat(20));
}"""
"""Puts more into every text that comes from a source than the simulator's documents hold."""
STATES = ["/", "/?q=rejei%C3%A7%C3%A3o+528", "/?q=xyzzyx&source=kb&line=RM", "/?q=protheus&page=2&source=tdn&source=kb"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        lacking("Chromium is not installed (Debian's package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


def opened(browser: Browser, portal: str, **options: object) -> BrowserContext:
    """A fresh context in Brazil; whatever is not the portal is answered without a network."""
    context = browser.new_context(base_url=portal, locale="pt-BR", **options)  # type: ignore[arg-type]

    def elsewhere(route: Route) -> None:
        if route.request.resource_type == "image":
            route.fulfill(body=PICTURE, content_type="image/svg+xml")
        else:
            route.fulfill(body="<!doctype html><title>the source</title>", content_type="text/html")

    context.route(lambda url: not url.startswith(portal), elsewhere)
    return context


@pytest.fixture
def page(browser: Browser, portal: str) -> Iterator[Page]:
    """A page on which no dialog may open, no script may fail and nothing may be said on the console."""
    context = opened(browser, portal)
    page = context.new_page()
    faults: list[str] = []
    page.on("dialog", lambda dialog: (faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: faults.append(f"script {error}"))
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    yield page
    context.close()
    assert faults == []


def asked(page: Page) -> dict[str, list[str]]:
    """The parameters of the address that is shown."""
    return parse_qs(urlsplit(page.url).query)


def own_sources(page: Page) -> list[str]:
    """The sources of the hits, not of those that are named with them."""
    return page.locator(".hit .source:not(.members .source)").all_inner_texts()


def total(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("h1").inner_text().split()[0]))


def test_a_person_searches_filters_pages_goes_back_and_opens_a_result(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    box.fill("protheus")
    box.press("Enter")
    expect(page.locator("h1")).to_contain_text("para “protheus”")
    everything = total(page)
    assert everything > 10

    page.locator("[aria-labelledby=facet-source]").get_by_role("link", name=re.compile("^TDN")).click()
    expect(page.get_by_role("link", name="Remover o filtro Origem: TDN")).to_be_visible()
    assert asked(page) == {"q": ["protheus"], "source": ["tdn"]}
    assert 0 < total(page) < everything
    assert set(own_sources(page)) == {"TDN"}

    page.get_by_role("link", name="Remover o filtro Origem: TDN").click()
    page.get_by_role("link", name="Próxima").click()
    assert asked(page)["page"] == ["2"]
    expect(page.get_by_role("navigation", name="Páginas").locator("[aria-current=page]")).to_have_text(re.compile("2"))

    page.go_back()
    assert asked(page) == {"q": ["protheus"]}
    expect(page.get_by_role("combobox")).to_have_value("protheus")
    assert total(page) == everything

    first = page.locator(".hit h2 a").first
    address = first.get_attribute("href")
    first.click()
    page.wait_for_url(address or "")
    assert page.title() == "the source"


def test_a_suggestion_is_chosen_by_keyboard(page: Page) -> None:
    page.goto("/")
    box, options = page.get_by_role("combobox"), page.get_by_role("option")
    box.press_sequentially("proth")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_contain_text("suge")
    assert box.get_attribute("aria-activedescendant") is None

    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None, "the arrows pass through the typed text"
    box.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")

    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("proth")
    box.press("Escape")
    expect(box).to_have_value("")

    box.press_sequentially("proth")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_function("document.title === 'the source'")


def test_a_code_is_completed_with_its_kind_and_searched_for_with_the_filters(page: Page) -> None:
    page.goto("/?q=protheus&source=tdn&page=2")
    box, options = page.get_by_role("combobox"), page.get_by_role("option")
    box.fill("mata 41")
    expect(options.first).to_contain_text("MATA410")
    expect(options.first.locator(".source")).to_have_text("Rotina")
    expect(options.first.locator(".typed")).to_have_text("MATA41")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.locator("h1")).to_contain_text("para “MATA410”")
    assert asked(page) == {"q": ["MATA410"], "source": ["tdn"]}


def test_the_release_is_set_by_keyboard_goes_along_and_is_remembered(page: Page) -> None:
    page.goto("/?q=protheus&source=tdn")
    control = page.get_by_role("textbox", name="Minha release")
    page.get_by_role("combobox").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(control).to_be_focused()
    page.keyboard.type("12.1.2410")
    page.keyboard.press("Enter")
    page.wait_for_url("**release=12.1.2410**")
    assert asked(page) == {"q": ["protheus"], "source": ["tdn"], "release": ["12.1.2410"]}
    assert Axe().run(page).violations_count == 0

    page.goto("/")
    expect(control).to_have_value("12.1.2410")
    page.get_by_role("combobox").fill("mata 41")
    expect(page.get_by_role("option").first).to_contain_text("MATA410")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=MATA410**")
    assert asked(page) == {"q": ["MATA410"], "release": ["12.1.2410"]}

    control.fill("")
    control.press("Enter")
    page.wait_for_function("!document.getElementById('release').defaultValue")
    page.goto("/?q=protheus")
    expect(control).to_have_value("")


def test_a_frequent_search_has_a_look_of_its_own_and_is_searched_for(page: Page) -> None:
    offered = {"text": "protheus release", "kind": "query", "label": "Busca frequente", "ranges": [[0, 5]]}
    answer = {"query": "proth", "suggestions": [offered | dict.fromkeys(("identifier", "url", "source", "id"), "")]}
    page.route("**/api/v1/suggest?**", lambda route: route.fulfill(json=answer))
    page.goto("/?q=boleto&source=tdn")
    page.get_by_role("combobox").fill("proth")
    option = page.get_by_role("option")
    expect(option.locator(".frequent")).to_have_text("Busca frequente")
    expect(option.locator(".typed")).to_have_text("proth")
    expect(option.locator("use")).to_have_attribute("href", "#icon-search")
    assert Axe().run(page).violations_count == 0
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=protheus+release**")
    assert asked(page) == {"q": ["protheus release"], "source": ["tdn"]}


def test_words_of_a_title_are_completed_though_misspelt(page: Page) -> None:
    page.goto("/")
    options = page.get_by_role("option")
    page.get_by_role("combobox").fill("rejeisao")
    expect(options.first).to_contain_text("Rejeição")
    expect(options.first.locator(".typed").first).to_have_text(re.compile("rejeição", re.IGNORECASE))


def test_a_misspelt_word_is_corrected_and_may_be_insisted_on_by_keyboard(page: Page) -> None:
    page.goto("/?q=rejeisao")
    note = page.get_by_role("status").filter(has_text="Mostrando resultados para rejeição")
    expect(note).to_be_visible()
    assert total(page) > 0
    assert Axe().run(page).violations_count == 0
    insist = note.get_by_role("link", name="Pesquisar por “rejeisao” mesmo assim")
    insist.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Nada encontrado para “rejeisao”")
    assert asked(page) == {"q": ["rejeisao"], "exact": ["1"]}
    page.get_by_role("status").filter(has_text="Você quis dizer").get_by_role("link", name="rejeição").click()
    assert asked(page) == {"q": ["rejeição"]}
    assert total(page) > 0


def test_an_answer_that_comes_too_late_is_dropped(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route) if parse_qs(urlsplit(route.request.url).query)["q"] == ["mata"] else route.continue_()

    page.route("**/api/v1/suggest*", hold)
    page.goto("/")
    box, options = page.get_by_role("combobox"), page.get_by_role("option")
    with page.expect_request("**/suggest?q=mata&*"):
        box.fill("mata")
    box.fill("proth")
    expect(options.first).to_contain_text(re.compile("proth", re.IGNORECASE))
    before = options.all_inner_texts()
    late = {
        "query": "mata",
        "suggestions": [{"text": "too late", "url": "https://x.example", "source": "", "ranges": []}],
    }
    for route in held:
        route.fulfill(json=late)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert options.all_inner_texts() == before


def test_keys_reach_the_box_and_the_sheet(page: Page) -> None:
    page.goto("/?q=rejei%C3%A7%C3%A3o+528")
    box, sheet = page.get_by_role("combobox"), page.get_by_role("dialog")
    for key in ("/", "Control+k"):
        page.locator("h1").click()
        page.keyboard.press(key)
        expect(box).to_be_focused()
        expect(box).to_have_value("rejeição 528")
    box.press("End")
    page.keyboard.type("/?")
    expect(box).to_have_value("rejeição 528/?")
    expect(sheet).not_to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    opener = page.get_by_role("button", name="Atalhos")
    opener.click()
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="Fechar").click()
    expect(opener).to_be_focused()


def test_hostile_markup_is_text(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox").fill(HOSTILE)
    page.get_by_role("combobox").press("Enter")
    expect(page.get_by_role("combobox")).to_have_value(HOSTILE)
    expect(page.locator("h1")).to_contain_text("onerror=alert(1)")
    assert page.locator("script:not([src]), img[onerror]").count() == 0
    page.get_by_role("combobox").fill(ODD)
    page.get_by_role("combobox").press("Enter")
    expect(page.get_by_role("combobox")).to_have_value(ODD)
    page.goto("/?q=script+alert&source=%3Cimg+src%3Dx+onerror%3Dalert(3)%3E")
    assert page.locator("script:not([src]), img[onerror]").count() == 0


def test_a_document_that_holds_markup_is_shown_as_it_was_written(page: Page) -> None:
    for source, label in (("tdn", "TDN"), ("kb", "Base"), ("youtube", "Vídeo"), ("downloads", "Download")):
        page.goto(f"/?q=xyzzyx&source={source}")  # which leads; the others are named with it
        hit = page.locator(".hit")
        expect(hit).to_have_count(1)
        assert own_sources(page) == [label]
        expect(hit.locator("h2")).to_contain_text("<script>alert(10)</script><b>xyzzyx</b>")
        expect(hit).to_contain_text("<script>alert(12)</script> xyzzyx <img src=x onerror=alert(13)>")
        expect(hit.locator("h2 mark")).to_have_text(["xyzzyx"])
        expect(hit.locator(".members")).to_contain_text("<script>alert(10)</script><b>xyzzyx</b>")
        assert page.locator("script:not([src]), [onerror], [onload], h2 b, .members b").count() == 0
    page.get_by_role("combobox").fill("<script>al")
    expect(page.get_by_role("option").first).to_contain_text("<script>alert(10)</script>")
    assert page.locator("script:not([src]), [onerror], [onload]").count() == 0


def test_everything_works_without_javascript(browser: Browser, portal: str) -> None:
    context = opened(browser, portal, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Buscar em todas as fontes").fill("protheus")
    page.get_by_role("button", name="Buscar").click()
    expect(page.locator(".hit")).to_have_count(10)
    page.get_by_role("link", name="Próxima").click()
    assert asked(page)["page"] == ["2"]
    page.locator("[aria-labelledby=facet-source] a").first.click()
    assert list(asked(page)) == ["q", "source"]
    expect(page.locator("#open-keys")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 768, 1024])
def test_nothing_is_wider_than_the_screen(browser: Browser, portal: str, width: int) -> None:
    context = opened(browser, portal, viewport={"width": width, "height": 800}, has_touch=width < 1024)
    page = context.new_page()
    for state in STATES:
        page.goto(state)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, state
        page.evaluate(LENGTHEN)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{state} with long texts"
    sheet = page.locator(".filters > nav")
    if width < 1024:
        expect(sheet).to_be_hidden()
        page.locator(".filters > summary").click()
    expect(sheet).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_a_page_loads_or_suggestions_open(browser: Browser, portal: str, width: int) -> None:
    context = opened(browser, portal, viewport={"width": width, "height": 800})
    page = context.new_page()
    for state in STATES:
        page.goto(state, wait_until="load")
        page.get_by_role("combobox").fill("proth")
        expect(page.get_by_role("option").first).to_be_visible()
        assert page.evaluate(SHIFTS) == [], state
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(browser: Browser, portal: str, scheme: str, state: str) -> None:
    context = opened(browser, portal, color_scheme=scheme)
    page = context.new_page()
    page.goto(state)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    box = page.get_by_role("combobox")
    box.fill("proth")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    context.close()
