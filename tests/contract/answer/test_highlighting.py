"""What every index promises about what is marked: what was typed, in title and passage."""

from __future__ import annotations

from search.highlighting.snippets import SPAN
from tests.documents import document
from tests.engines import Library


def test_snippets_and_titles_mark_what_matched(library: Library) -> None:
    library.put(document("1", title="Emissão de boletos", body="Antes. O boleto sai pela FINA150. Depois."))
    [hit] = library.ask("boleto").hits
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.ranges] == ["boleto"]
    assert [hit.document.title[start:end] for start, end in hit.title_ranges] == ["boletos"]


def test_documents_that_were_stored_with_landmarks_and_without_are_shown_alike(library: Library) -> None:
    body = "palavra " * SPAN + "rejeição " + "palavra " * SPAN
    library.put(document("1", body=body), document("2", body="rejeição"))
    snippets = {hit.document.key: hit.snippet for hit in library.ask("rejeicao").hits}
    assert [snippets["1"].text[start:end] for start, end in snippets["1"].ranges] == ["rejeição"]
    assert snippets["2"].text == "rejeição"
    assert {hit.document.key: hit.document.body for hit in library.ask("rejeicao").hits} == {"1": body, "2": "rejeição"}
