"""What every index promises about warming: it is harmless whenever it comes, and changes no answer."""

from __future__ import annotations

from search.model import ANYONE
from tests.documents import document
from tests.engines import Library


def test_an_index_that_serves_nothing_may_be_warmed(library: Library) -> None:
    library.index.warm()
    assert library.index.position() == 0


def test_a_warm_index_answers_as_a_cold_one(library: Library) -> None:
    library.put(*(document(str(number), title=f"Nota {number}", body="nota fiscal") for number in range(9)))
    cold = library.keys("nota"), library.index.complete("not", 5, ANYONE)
    library.index.close()
    library.index.warm()
    assert (library.keys("nota"), library.index.complete("not", 5, ANYONE)) == cold
    assert all(cold)
