"""The first places are shared by sources with hits about as good; nothing is lost, or put before what is better."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from search.query.parser import parse
from search.ranking import FIRST_PLACES
from tests.documents import document
from tests.engines import Library, ids

TEXT = "nota fiscal"


def filled(library: Library, weak: str = "nota fiscal") -> None:
    pages = [document(f"p{number:02}", body=f"nota fiscal {'x ' * (100 + number)}") for number in range(25)]
    video = document("v", source="youtube", kind="video", body=f"{weak} {'x ' * 126}")
    library.put(*pages, video, document("other", body="pedido"))


def test_a_source_that_is_about_as_good_is_on_the_first_page(library: Library) -> None:
    filled(library)
    plain, balanced = (library.ask(TEXT, balanced=choice, per_page=30) for choice in (False, True))
    shown = ids([plain])
    place = shown.index("youtube:v")
    assert place >= FIRST_PLACES
    assert ids([balanced]) == [
        *shown[: FIRST_PLACES - 1],
        "youtube:v",
        *shown[FIRST_PLACES - 1 : place],
        *shown[place + 1 :],
    ]
    assert [hit.lifted_from for hit in balanced.hits if hit.lifted_from] == [place + 1]
    assert balanced.hits[FIRST_PLACES - 1].lifted_from == place + 1
    assert (balanced.total, balanced.facets) == (plain.total, plain.facets)


@pytest.mark.parametrize("per_page", [1, 3, 7, 10, 14, 40])
def test_pages_part_what_is_found(library: Library, per_page: int) -> None:
    filled(library)
    query = parse(TEXT, balanced=True, per_page=50)
    whole = ids([library.index.search(query)])
    paged = list(library.pages(replace(query, per_page=per_page)))
    assert ids(paged) == whole
    assert len(set(whole)) == 26
    assert [hit.lifted_from for page in paged for hit in page.hits if hit.lifted_from] == [26]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (TEXT, {"filters": {"source": ("tdn", "youtube")}}),
        (TEXT, {"filters": {"kind": ("page", "video")}}),
        (TEXT, {"sort": "newest"}),
        (f"{TEXT} fonte:tdn", {}),
        (f"{TEXT} -tipo:artigo", {}),
        (f"{TEXT} OR MATA410", {}),
        ("", {}),
    ],
)
def test_where_a_source_is_meant_nothing_moves(library: Library, text: str, options: dict[str, Any]) -> None:
    filled(library)
    assert ids([library.ask(text, balanced=True, **options)]) == ids([library.ask(text, **options)])


def test_a_clearly_worse_hit_stays_where_it_is(library: Library) -> None:
    filled(library, weak="nota " + "x " * 400 + "fiscal")
    assert ids([library.ask(TEXT, balanced=True)]) == ids([library.ask(TEXT)])


def test_balance_and_families_go_together(library: Library) -> None:
    filled(library)
    library.put(document("w", source="youtube", kind="video", body="nota fiscal " + "x " * 127, links=("p24",)))
    pages = list(library.pages(parse(TEXT, balanced=True, grouped=True)))
    hits = [hit for page in pages for hit in page.hits]
    assert pages[0].total == len({hit.document.id for hit in hits}) == len(hits) == 26
    assert any(hit.lifted_from for hit in pages[0].hits)
