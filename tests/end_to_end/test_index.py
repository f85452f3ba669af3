"""`busca sync`, `rebuild` and `rollback`: the index is made, replaced, healed and made with an operator's words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from search.analysis.language_data import PACKAGED
from tests.workplace import Workplace


def test_stems_of_ones_own_count_after_a_rebuild(indexed: Workplace, tmp_path: Path) -> None:
    """Whoever types "xilofone" finds what is about a nota, once the index was made with the same list."""
    mine = tmp_path / "mine"
    shutil.copytree(PACKAGED, mine)
    text = (mine / "pt.txt").read_text(encoding="utf-8").replace("[words]\n", "[words]\nxilofone=not\n", 1)
    (mine / "pt.txt").write_text(text, encoding="utf-8")
    own = {"BUSCA_WORDS_DIR": str(mine)}
    assert indexed("search", "xilofone", "--json").json["total"]["value"] == 0
    before = indexed("check", "--offline", "--json", **own)
    assert before.code == 1
    assert "was made with another pt.txt" in before.json["findings"][-1]["found"]
    assert "was made with another pt.txt" in indexed("status", **own).out
    assert indexed("rebuild", **own).code == 0
    assert indexed("check", "--offline", **own).code == 0
    assert indexed("search", "xilofone", "--json", **own).json["total"]["value"] > 0
    assert "was made with another pt.txt" in indexed("status").out


def test_rebuild_serves_a_new_generation_and_rollback_the_one_before(indexed: Workplace) -> None:
    first = indexed.done("status", "--json").json["index"]
    indexed.done("rebuild")
    second = indexed.done("status", "--json").json["index"]
    assert (second["generation"] > first["generation"], second["documents"]) == (True, first["documents"])
    indexed.done("rollback")
    assert indexed.done("status", "--json").json["index"] == first
    assert indexed("rollback").code == 1
    indexed.done("rebuild")
    kept = sorted(path.name for path in indexed.config.index_dir.iterdir() if path.is_dir())
    assert (kept[0], len(kept)) == (first["generation"], 2)


@pytest.mark.parametrize("pointer", ["rubbish", "", "../../etc"])
def test_a_pointer_that_names_nothing_is_healed_by_a_rebuild(indexed: Workplace, pointer: str) -> None:
    (indexed.config.index_dir / "CURRENT").write_text(pointer, encoding="ascii")
    assert "busca rebuild" in indexed("search", "boleto").err
    indexed.done("rebuild")
    indexed.done("search", "boleto")


def test_an_index_that_was_deleted_is_made_again(indexed: Workplace) -> None:
    stored = indexed.stored()
    for path in sorted(indexed.config.index_dir.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert "nothing has been indexed yet" in indexed("search", "boleto").err
    indexed.done("sync")
    assert indexed.indexed() == (len(stored), stored)
