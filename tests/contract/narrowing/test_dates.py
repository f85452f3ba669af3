"""What every index promises about dates: they bound what is found, to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.documents import document
from tests.engines import Library


def test_dates_bound_what_is_found(library: Library) -> None:
    library.put(*(document(str(day), updated=datetime(2026, 1, day, tzinfo=UTC)) for day in range(1, 6)))
    keys = library.keys(
        "", updated_after=datetime(2026, 1, 2, tzinfo=UTC), updated_before=datetime(2026, 1, 5, tzinfo=UTC)
    )
    assert sorted(keys) == ["2", "3", "4"]


def test_the_documents_updated_at_the_first_moment_are_in_and_those_at_the_last_are_not(library: Library) -> None:
    at = datetime(2026, 3, 14, 12, 30, tzinfo=UTC)
    library.put(document("1", updated=at), document("2", updated=at + timedelta(seconds=1)))
    assert library.keys("", updated_after=at, updated_before=at + timedelta(seconds=1)) == ["1"]
    assert library.keys("", updated_after=at + timedelta(seconds=1)) == ["2"]
    assert library.keys("", updated_before=at) == []


def test_years_are_listed_newest_first(library: Library) -> None:
    years = (2019, 2025, 2019, 2022, 2019)
    library.put(*(document(str(n), updated=datetime(year, 5, 1, tzinfo=UTC)) for n, year in enumerate(years)))
    [facet] = library.ask("", facets=("year",)).facets
    assert [(bucket.value, bucket.count) for bucket in facet.values] == [("2025", 1), ("2022", 1), ("2019", 3)]
