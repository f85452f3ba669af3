"""Mistakes in the content files are named by file and document, all at once; storage markup is rendered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator import ContentError, Simulator

Write = Callable[[dict[str, Any]], Path]
Get = Callable[..., requests.Response]


def _set(data: dict[str, Any], path: str, value: object) -> None:
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    inner: Any = data
    for step in steps:
        inner = inner[step]
    inner[last] = value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("tdn/pages/3/colour", "red", r"tdn.yaml: pages\[3\] \(id 1003\): unknown key colour; known are body, created"),
        ("tdn/pages/3/id", None, r"tdn.yaml: pages\[3\]: id is missing"),
        ("tdn/pages/3/id", 1002, r"tdn.yaml: pages\[3\] \(id 1002\): the id 1002 is there twice"),
        ("tdn/pages/3/space", "NONE", r"pages\[3\] .*: space NONE does not exist"),
        ("tdn/pages/3/parent", 5, r"pages\[3\] .*: parent 5 does not exist"),
        ("tdn/pages/3/body", "<p>{kb:77}</p>", r"tdn.yaml: page 1003: \{kb:77\} links to nothing"),
        ("tdn/pages/3/body", "<p>open", r"pages\[3\] .*: body is not well-formed storage markup"),
        ("tdn/pages/3/updated", "soon", r"updated must be an ISO date and time, not 'soon'"),
        ("tdn/pages/3/version", 1.5, r"version must be a whole number"),
        ("tdn/pages/3/labels", "x", r"labels must be a list of strings"),
        ("tdn/pages", {}, r"tdn.yaml: pages must be a list"),
        ("tdn/spaces/0/homepage", 5, r"tdn.yaml: space PROT: homepage 5 does not exist"),
        ("kb/articles/0/section", 5, r"kb.yaml: articles\[0\] .*: section 5 does not exist"),
        ("kb/articles/0/source_locale", "en-us", r"no translation for its source_locale en-us"),
        ("kb/articles/0/translations/fr", {"title": "x", "body": "y"}, r"the locale must be one of pt-br, es, en-us"),
        ("kb/articles/0/promoted", "yes!", r"promoted must be true or false"),
        ("kb/sections/0/name", {}, r"kb.yaml: sections\[0\] .*: name needs at least one of pt-br"),
        ("youtube/channel/id", "UCshort", r"youtube.yaml, channel: id must be UC and 22 more"),
        ("youtube/videos/0/id", "short", r"id must be 11 letters"),
        ("youtube/videos/0/playlists", ["PLx"], r"playlist PLx does not exist"),
        ("youtube/videos/0/duration", "3:12", r"duration must look like PT3M12S"),
        ("downloads/packages/0/doc", "tdn:5", r"downloads.yaml: package 1100001: \{tdn:5\} links to nothing"),
        ("downloads/packages/0/doc", "http://x", r"doc must look like tdn:700100101"),
        ("downloads/packages/0/version", 12.1, r"version must be a string: put 12.1 in quotes"),
        ("downloads/packages/0/line/id", 6, r"id must be six digits in quotes"),
        ("downloads/packages/0/files/0/sha256", "x", r"sha256 must be 64 hexadecimal digits"),
        ("downloads/packages/0/manifest", "winthor", r"manifest must be one of protheus"),
        ("legislacao/entries/0/id", "n2", r"legislacao.yaml: entries\[1\] \(id n2\): the id n2 is there twice"),
        ("legislacao/feed", "x", r"legislacao.yaml, feed: must be a mapping"),
    ],
)
def test_a_mistake_is_named(
    write_content: Write, content: dict[str, Any], path: str, value: object, message: str
) -> None:
    _set(content, path, value)
    with pytest.raises(ContentError, match=message):
        Simulator(write_content(content))


def test_all_mistakes_come_at_once(write_content: Write, content: dict[str, Any]) -> None:
    content["tdn"]["pages"][3]["colour"] = "red"
    content["kb"]["articles"][0]["section"] = 5
    with pytest.raises(ContentError) as caught:
        Simulator(write_content(content))
    assert len(str(caught.value).splitlines()) == 2


def test_broken_yaml_and_an_empty_folder(write_content: Write, tmp_path: Path) -> None:
    folder = write_content({})
    with pytest.raises(ContentError, match=r"holds none of tdn.yaml"):
        Simulator(folder)
    (folder / "tdn.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ContentError, match=r"tdn.yaml: not YAML"):
        Simulator(folder)


STORAGE = """
<h2>T&iacute;tulo</h2>
<ac:structured-macro ac:name="toc"/>
<ac:structured-macro ac:name="ui-tabs"><ac:rich-text-body>
 <ac:structured-macro ac:name="ui-tab"><ac:parameter ac:name="title">Aba A</ac:parameter>
  <ac:parameter ac:name="id">segredo</ac:parameter><ac:rich-text-body><p>na aba</p></ac:rich-text-body>
 </ac:structured-macro></ac:rich-text-body></ac:structured-macro>
<ac:structured-macro ac:name="deck"><ac:rich-text-body><ac:structured-macro ac:name="card">
 <ac:parameter ac:name="label">Cartão</ac:parameter><ac:rich-text-body><p>no cartão</p></ac:rich-text-body>
 </ac:structured-macro></ac:rich-text-body></ac:structured-macro>
<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">Ver mais</ac:parameter>
 <ac:rich-text-body><p>escondido</p></ac:rich-text-body></ac:structured-macro>
<ac:structured-macro ac:name="info"><ac:parameter ac:name="title">Aviso</ac:parameter>
 <ac:rich-text-body><p>cuidado</p></ac:rich-text-body></ac:structured-macro>
<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">java</ac:parameter>
 <ac:plain-text-body><![CDATA[If nX < 10 && lOk]]></ac:plain-text-body></ac:structured-macro>
<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link>
 <ri:page ri:content-title="Rotina 2"/></ac:link></ac:parameter></ac:structured-macro>
<p><ac:link><ri:page ri:content-title="Rotina 5"/><ac:plain-text-link-body><![CDATA[veja]]></ac:plain-text-link-body>
</ac:link> <a href="{tdn:1004}">outra</a></p>
<ac:structured-macro ac:name="report-table"><ac:parameter ac:name="x">nada</ac:parameter></ac:structured-macro>
"""


@pytest.fixture
def rendered(simulator: Simulator, get: Get) -> dict[str, str]:
    simulator.edit("tdn", 1001, body=STORAGE)
    answer = get("/tdn/rest/api/content/1001", expand="body.storage,body.view,body.export_view").json()
    return {name: body["value"] for name, body in answer["body"].items() if name != "_expandable"}


@pytest.mark.parametrize(
    "text", ["Título", "Aba A", "na aba", "Cartão", "no cartão", "Ver mais", "escondido", "Aviso", "cuidado",
             "If nX &lt; 10 &amp;&amp; lOk", "Texto 2 da página", "veja"],
)  # fmt: skip
def test_macros_show_their_titles_and_bodies(rendered: dict[str, str], text: str) -> None:
    assert text in rendered["export_view"]
    assert text in rendered["view"]


def test_macros_lose_their_parameters_and_names(rendered: dict[str, str]) -> None:
    for text in ("ac:", "ri:", "segredo", "nada", "java"):
        assert text not in rendered["export_view"]
    assert '<div class="ap-container" data-macro-name="report-table"></div>' in rendered["export_view"]


def test_view_has_relative_addresses_and_export_view_absolute(rendered: dict[str, str], simulator: Simulator) -> None:
    path = "/tdn/pages/viewpage.action?pageId="
    for key in ("1004", "1005"):
        assert f'href="{path}{key}"' in rendered["view"]
        assert f'href="{simulator.url}{path}{key}"' in rendered["export_view"]
    assert f'href="{simulator.url}{path}1004"' in rendered["storage"]
    assert "<ac:structured-macro" in rendered["storage"]


def test_pages_that_include_each_other_end(simulator: Simulator, get: Get) -> None:
    include = (
        '<p>corpo {0}</p><ac:structured-macro ac:name="include"><ac:parameter ac:name="">'
        '<ac:link><ri:page ri:content-title="Rotina {1}"/></ac:link></ac:parameter></ac:structured-macro>'
    )
    simulator.edit("tdn", 1001, body=include.format(1, 2))
    simulator.edit("tdn", 1002, body=include.format(2, 1))
    answer = get("/tdn/rest/api/content/1001", expand="body.view").json()
    assert answer["body"]["view"]["value"] == "<p>corpo 1</p><p>corpo 2</p>"


def test_markup_that_is_not_well_formed_is_served_as_it_is(simulator: Simulator, get: Get) -> None:
    simulator.edit("tdn", 1001, body="<p>a & b")
    answer = get("/tdn/rest/api/content/1001", expand="body.view").json()
    assert answer["body"]["view"]["value"] == "<p>a & b"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "in miniature"),
        ("/tdn/pages/viewpage.action?pageId=1001", "Texto 1 da página"),
        ("/tdn/display/PROT", "Texto 0"),
        ("/kb/hc/es/articles/360000001000-any-slug", "Hola"),
        ("/youtube/watch?v=video000001", "Linha dois"),
        ("/downloads/portal/p/10098/download?e=1100001", "a b.zip"),
        ("/legislacao", "NT 2024.001"),
        ("/legislacao/n1", "a & b"),
        ("/robots.txt", "Disallow: /_control/"),
    ],
)
def test_a_click_opens_a_page(get: Get, path: str, text: str) -> None:
    answer = get(path)
    assert answer.status_code == 200
    assert text in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/tdn/pages/viewpage.action?pageId=9",
        "/tdn/display/X",
        "/tdn/x/__",
        "/kb/hc/en-us/articles/360000001000",
        "/youtube/watch?v=video000030",
        "/downloads/portal/p/10098/download?e=9",
        "/legislacao/none",
    ],
)
def test_what_is_not_there_is_404(get: Get, path: str) -> None:
    assert get(path).status_code == 404
