"""Lists of one's own: the index is made with them, in every process, and says when it was made with others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indexes import open_index
from indexes.whoosh_index import FEW
from search.analysis.analyzer import using
from search.analysis.language_data import PACKAGED
from search.config import settings
from search.curation import lexicon
from search.model import Change
from search.query.parser import parse
from tests.documents import document
from tests.engines import Library


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Lists in which a xilofone is a boleto."""
    shutil.copytree(PACKAGED, tmp_path / "mine")
    path = tmp_path / "mine" / "pt.txt"
    path.write_text(path.read_text("utf-8").replace("[words]\n", "[words]\nxilofone=bolet boleto=bolet\n", 1), "utf-8")
    return tmp_path / "mine"


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


def test_processes_that_help_to_index_use_the_same_words(tmp_path: Path, mine: Path) -> None:
    index = open_index(tmp_path / "index", settings.LocalIndex(processes=2))
    documents = (document(str(n), title=f"Xilofone {n}" if n % 2 else "Nota") for n in range(2 * FEW))
    with using(mine):
        index.rebuild(Change(number=n, id=each.id, document=each) for n, each in enumerate(documents, 1))
        assert index.search(parse("boleto")).total == FEW
    index.close()


def test_a_corrected_text_is_widened_by_the_lists_of_the_query(library: Library, mine: Path) -> None:
    """What "servdor" finds with them is more than what "servidor" finds: nothing better is to be offered."""
    texts = ["Servdor"] + ["Servidor"] * 30 + ["Máquina"] * 40
    library.put(*(document(str(n), title=text, body=f"Texto {n}") for n, text in enumerate(texts)))
    (mine / "synonyms.yaml").write_text("groups: [{forms: [servdor, máquina]}]", "utf-8")
    lists = lexicon.load(mine)
    assert [each.text for each in library.index.correct(parse("servdor"))] == ["servidor"]
    assert library.index.correct(parse("servdor", words=lists), lists) == ()
