"""Lists of one's own: the index is made with them, and says when it was made with others."""

from __future__ import annotations

from pathlib import Path

from search.analysis.analyzer import using
from tests.documents import document
from tests.engines import Library


def test_an_index_says_that_it_was_made_with_other_words(library: Library, mine: Path) -> None:
    library.put(document("1", title="Emissão de boletos"))
    assert not library.index.status().problem
    with using(mine):
        assert library.index.status().problem.endswith(
            "made with another pt.txt, es.txt or en.txt: run `busca rebuild`"
        )
        library.index.rebuild(library.changes(document("1", title="Emissão de boletos")))
        library.index.close()
        assert not library.index.status().problem
        assert library.keys("xilofone") == ["1"]
    assert library.index.status().problem
    library.index.roll_back()
    library.index.close()
    assert not library.index.status().problem
