"""Processes that help to index."""

from __future__ import annotations

from pathlib import Path

from indexes import open_index
from indexes.whoosh_index import FEW
from search.config import settings
from search.curation import lexicon
from search.model import Change
from search.query.parser import parse
from tests.documents import document


def test_processes_that_help_to_index_use_the_same_words(tmp_path: Path, mine: Path) -> None:
    words = lexicon.load(mine)
    index = open_index(tmp_path / "index", settings.LocalIndex(processes=2), words.analyzer)
    documents = (document(str(n), title=f"Xilofone {n}" if n % 2 else "Nota") for n in range(2 * FEW))
    index.rebuild(Change(number=n, id=page.id, document=page) for n, page in enumerate(documents, 1))
    assert index.search(parse("boleto", words=words)).total == FEW
    index.close()
