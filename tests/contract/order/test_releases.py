"""What every index promises about a reader's releases: they reorder, and hide nothing."""

from __future__ import annotations

from search.model import Viewer
from tests.documents import document
from tests.engines import Library


def test_what_applies_to_the_readers_release_leads_and_nothing_is_hidden(library: Library) -> None:
    library.put(
        document("old", body="nota", versions=("12.1.2410",)),
        document("new", body="nota", versions=("12.1.2210",)),
        document("none", body="nota"),
    )
    assert library.keys("nota", viewer=Viewer(releases=("12.1.2310",)))[0] == "new"
    assert library.keys("nota", viewer=Viewer(releases=("12.1.2410",)))[2] == "none"
    assert len(library.keys("nota", viewer=Viewer(releases=("12.1.33",)))) == 3


def test_a_package_is_for_its_releases_only(library: Library) -> None:
    library.put(
        document("past", body="nota", kind="package", versions=("12.1.33",)),
        document("mine", body="nota", kind="package", versions=("12.1.2310", "12.1.2410")),
        document("none", body="nota", kind="package"),
    )
    assert library.keys("nota", viewer=Viewer(releases=("12.1.2310",))) == ["mine", "none", "past"]
    assert library.keys("nota", viewer=Viewer(releases=("12.1.33",)))[0] == "past"
    assert library.keys("nota", viewer=Viewer(releases=("12.1.2310", "12.1.33")))[-1] == "none"
