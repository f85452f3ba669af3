"""What the service settles before the index is asked."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from crawlers.registry import KINDS
from search.curation import lexicon
from search.model import Query, Viewer
from search.ranking import FIRST_PLACES
from search.service import SearchService
from tests.documents import document
from tests.engines import Library
from web.source_status import source_names


@pytest.fixture
def service(library: Library) -> SearchService:
    """A service over a feed and a wiki, with more pages about "icms" than the first places are, and one entry."""
    settings = {
        "manuais": KINDS["confluence"].settings(kind="confluence", label="Manuais", base_url="https://b.example"),
        "normas": KINDS["feed"].settings(kind="feed", label="Normas fiscais", url="https://a.example/feed"),
    }
    texts = "legislacao icms nota normas fiscais regras baixar tdn"
    pages = [document(f"p{n:02}", source="manuais", body=f"{texts} {'x ' * (100 + n)}") for n in range(20)]
    library.put(*pages, document("entry", source="normas", body=f"{texts} {'x ' * 121}"), document("o", body="pedido"))
    return SearchService(
        index=library.index,
        lexicon=lexicon.load(),
        zone=ZoneInfo("UTC"),
        source_names=source_names(settings),
    )


def is_shared(service: SearchService, text: str) -> bool:
    hits = service.search(Query(text=text, balanced=True)).results.hits
    assert len(hits) == FIRST_PLACES
    return any(hit.document.source == "normas" for hit in hits)


@pytest.mark.parametrize("text", ["legislacao icms", "icms nota", "tdn nota", "baixar icms", "regras fiscais"])
def test_words_that_mean_no_configured_source_leave_the_first_places_to_all(service: SearchService, text: str) -> None:
    assert is_shared(service, text)


@pytest.mark.parametrize("text", ["manuais icms", "Normas icms", "icms normas fiscais", "feed icms"])
def test_a_source_that_is_called_by_name_label_or_kind_is_meant(service: SearchService, text: str) -> None:
    assert not is_shared(service, text)


# -- what is searched instead ------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(library: Library) -> SearchService:
    """A service over documents that know "fiscal" well, and the routine MATA410."""
    library.put(*(document(str(n), title=f"Nota fiscal {n}", body="A rotina MATA410.") for n in range(3)))
    return library.service()


def test_where_nothing_is_found_a_certain_correction_is_searched_for(shelf: SearchService) -> None:
    answer = shelf.search(Query(text="fsical", per_page=2, filters={"kind": ("page",)}))
    assert (answer.typed, answer.results.query.text, answer.corrections) == ("fsical", "fiscal", ())
    assert (answer.results.total, len(answer.results.hits)) == (3, 2), "with all options of what was asked"


def test_who_insists_is_told_what_else_may_be_meant(shelf: SearchService) -> None:
    answer = shelf.search(Query(text="fsical"), exact=True)
    assert (answer.typed, answer.results.total) == ("", 0)
    assert [correction.text for correction in answer.corrections] == ["fiscal"]


@pytest.mark.parametrize(("text", "total"), [("MATA411", 0), ("nota fsical", 3)])
def test_codes_and_what_finds_something_are_left_as_typed(shelf: SearchService, text: str, total: int) -> None:
    answer = shelf.search(Query(text=text))
    assert (answer.typed, answer.results.query.text, answer.results.total) == ("", text, total)
    assert answer.corrections


def test_a_document_and_completions_are_what_the_viewer_may_see(library: Library) -> None:
    library.put(document("open", title="Nota aberta"), document("closed", title="Nota interna", audience=("staff",)))
    service, staff = library.service(), Viewer(groups=frozenset({"staff"}))
    assert service.document("tdn:closed") is None
    assert service.document("tdn:closed", staff) is not None
    assert [completion.text for completion in service.suggest("nota", 5)] == ["Nota aberta"]
    assert len(service.suggest("nota", 5, staff)) == 2
