"""Lists of one's own: the index is made with them, says when it was made with others, and keeps them to itself."""

from __future__ import annotations

from pathlib import Path

from search.analysis import analyzer
from search.curation import lexicon
from search.index import Index
from tests.documents import document
from tests.engines import Engine, Library


def test_an_index_says_that_it_was_made_with_other_words(engine: Engine, tmp_path: Path, mine: Path) -> None:
    def reopened(words: Path | None) -> Index:
        return engine(tmp_path / "index", analyzer.read(words))

    library = Library(reopened(None))
    library.put(document("1", title="Emissão de boletos"))
    assert not library.index.status().problem
    index = reopened(mine)
    assert index.status().problem.endswith("made with another pt.txt, es.txt or en.txt: run `busca rebuild`")
    index.rebuild(library.changes(document("1", title="Emissão de boletos")))
    index.close()
    assert not index.status().problem
    assert Library(index).keys("xilofone", words=lexicon.load(mine)) == ["1"]
    index = reopened(None)
    assert index.status().problem
    index.roll_back()
    index.close()
    assert not index.status().problem


def test_two_indexes_of_one_process_keep_their_words_apart(engine: Engine, tmp_path: Path, mine: Path) -> None:
    """What is indexed, found, marked and corrected in turns follows the words of each index."""
    path = mine / "pt.txt"
    path.write_text(path.read_text("utf-8").replace("[stop]\n", "[stop]\nazul\n", 1), "utf-8")
    pairs = []
    for name, words in (("theirs", lexicon.load(None)), ("mine", lexicon.load(mine))):
        pairs.append((Library(engine(tmp_path / name, words.analyzer)), words))
    for number in range(3):
        for library, _ in pairs:
            library.put(document(str(number), title=f"Boletos {number}", body="Um azul de boletos"))
    for _ in range(2):
        answers = [library.ask("xilofone", words=words) for library, words in pairs]
        assert [results.total for results in answers] == [0, 3]
        assert [hit.title_ranges for hit in answers[1].hits] == [((0, 7),)] * 3
        assert [len(library.ask("azul boletos", words=words).query.clauses) for library, words in pairs] == [2, 1]
        for library, words in pairs:
            assert [correction.text for correction in library.corrections("bolettos", words)] == ["boletos"]
            assert not library.index.status().problem
