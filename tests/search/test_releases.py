"""What a reader's releases say of a document."""

from __future__ import annotations

import pytest

from search.ranking import RELEASE_APPLIES, RELEASE_ENDED
from search.releases import factor


@pytest.mark.parametrize(
    ("kind", "named", "run", "expected"),
    [
        ("page", "12.1.2210", "12.1.2310", RELEASE_APPLIES),
        ("page", "12.1.2210 12.1.2410", "12.1.2310", RELEASE_APPLIES),
        ("page", "12.1.2410", "12.1.2310", 1.0),
        ("article", "12.1.2410", "12.1.33 12.1.2410", RELEASE_APPLIES),
        ("page", "", "12.1.2310", 1.0),
        ("page", "11.80", "12.1.2310", 1.0),
        ("package", "12.1.2310", "12.1.2310", RELEASE_APPLIES),
        ("package", "12.1.2210", "12.1.2310", RELEASE_ENDED),
        ("package", "12.1.2210 12.1.2410", "12.1.2310", 1.0),
        ("package", "12.1.2410", "12.1.2310", 1.0),
        ("package", "12.1.33", "12.1.27 12.1.2310", 1.0),
        ("package", "", "12.1.2310", 1.0),
        ("package", "12.1.2210", "", 1.0),
        ("package", "12.1.2210", "11.80 12", 1.0),
    ],
)
def test_what_applies_counts_more_and_a_package_that_ended_less(
    kind: str, named: str, run: str, expected: float
) -> None:
    assert factor(kind, named.split(), run.split()) == expected
