"""What a release means for all documents at once is what it means for each."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexes.retrieval.signals import Releases
from indexes.segment.facet_column import FacetColumn
from search.releases import factor

VERSIONS = ("11.80", "12", "12.1.2210", "12.1.2310", "12.1.2410", "12.1.33")
KINDS = ("article", "package", "page")
documents = st.lists(st.tuples(st.sampled_from(KINDS), st.lists(st.sampled_from(VERSIONS), unique=True)), max_size=30)


def column(values: tuple[str, ...], rows: list[list[str]]) -> FacetColumn:
    """As `facet_column` makes it: without starts where no document has several values."""
    if all(len(row) < 2 for row in rows):
        codes = [values.index(row[0]) if row else len(values) for row in rows]
        return FacetColumn(values, None, np.array(codes, dtype=np.uint8))
    starts = np.append(0, np.cumsum([len(row) for row in rows]))
    return FacetColumn(values, starts, np.array([values.index(value) for row in rows for value in row], dtype=np.uint8))


@given(documents, st.lists(st.sampled_from(VERSIONS), max_size=3), st.booleans())
def test_every_document_gets_the_factor_of_its_kind_and_versions(
    rows: list[tuple[str, list[str]]], run: list[str], single: bool
) -> None:
    rows = [(kind, versions[:1] if single else versions) for kind, versions in rows]
    version, kind = column(VERSIONS, [versions for _, versions in rows]), column(KINDS, [[kind] for kind, _ in rows])
    factors = Releases(version, kind, len(rows)).factor(tuple(run), np.arange(len(rows)))
    assert factors.tolist() == [factor(kind, versions, run) for kind, versions in rows]
