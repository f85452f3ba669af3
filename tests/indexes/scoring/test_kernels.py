"""The compiled loops: ready before the first search, with or without a place to be kept in, right at every size."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes import warmup
from indexes.jit import COMPILED
from indexes.retrieval import passages
from indexes.scoring import kernels, top_k
from indexes.scoring.accumulators import Row, Total
from indexes.segment import facet_column, term_dictionary
from indexes.tokenizing import tokenizer
from indexes.writing import posting_lists
from search.query.parser import parse
from tests.documents import document
from tests.engines import Library

TEXTS = (
    "nota",
    "nota fiscal",
    "nota fiscal eletrônica emitida",
    '"nota fiscal"',
    '"nota fiscal" emit*',
    "nota -fiscal",
    "",
)


def compiled(module: ModuleType) -> dict[str, int]:
    """How many versions there are of each loop of a module."""
    return {name: len(getattr(module, name).signatures) for name in COMPILED[module.__name__]}


def test_after_loading_no_search_waits_for_the_compiler(library: Library) -> None:
    library.put(document("1", title="Nota fiscal", body="emitida", versions=("12.1.33", "12.1.2310")), document("2"))
    warmup.load()
    before = [compiled(module) for module in (top_k, kernels, passages)]
    for text in TEXTS:
        for options in ({}, {"sort": "newest"}, {"sort": "oldest"}, {"filters": {"version": ("12.1.33",)}}):
            library.index.search(parse(text, explain=True, **options))
    assert [compiled(module) for module in (top_k, kernels, passages)] == before


def test_after_loading_no_writer_waits_for_the_compiler(library: Library) -> None:
    warmup.load_for_writing()
    modules = (tokenizer, posting_lists, term_dictionary)
    before = [compiled(module) for module in modules]
    for number in range(3):
        library.put(document(str(number), title="Nota fiscal", body=f"emitida {number}"))
    library.put(document("1", title="Nota"), "2")
    assert [compiled(module) for module in modules] == before


def test_without_a_folder_to_be_kept_in_they_are_compiled_all_the_same() -> None:
    code = "import numpy as np; from indexes.scoring import top_k as k; print(k.greatest(np.arange(5.0), 2))"
    environ = os.environ | {"NUMBA_CACHE_LOCATOR_CLASSES": "ZipCacheLocator"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, cwd=Path(__file__).parents[3], capture_output=True, check=False
    )
    assert (done.stdout.decode().strip(), done.returncode) == ("[3 4]", 0), done.stderr.decode()[-500:]


@settings(deadline=None)
@given(keys=st.lists(st.integers(-9, 9), min_size=1, max_size=60), count=st.integers(1, 60))
def test_the_greatest_keys_are_those_of_a_sorted_list(keys: list[int], count: int) -> None:
    count = min(count, len(keys))
    places = top_k.greatest(np.array(keys, dtype=np.int64), count)
    assert places.tolist() == [place for place, key in enumerate(keys) if key >= sorted(keys)[-count]]


@settings(deadline=None)
@given(clauses=st.lists(st.tuples(st.sets(st.integers(0, 99)), st.integers(1, 3)), max_size=5))
def test_sums_give_up_their_documents_and_are_empty_then(clauses: list[tuple[set[int], int]]) -> None:
    row, total = Row(100), Total(100)
    for _ in range(2):
        for documents, times in clauses:
            row.fill(np.array(sorted(documents), dtype=np.int64), np.full(len(documents), 1.5, dtype=np.float32))
            total.add(row, times)
        counts = Counter(number for documents, times in clauses for number in sorted(documents) * times)
        documents, scores, satisfied = total.emptied(np.arange(99, dtype=np.float32))
        assert documents.tolist() == sorted(counts)
        assert satisfied.tolist() == [counts[number] for number in sorted(counts)]
        assert scores.tolist() == [1.5 * counts[number] ** 2 for number in sorted(counts)]
    assert not row.cells.values.any()


@given(codes=st.lists(st.integers(0, 6), max_size=30))
def test_codes_are_counted(codes: list[int]) -> None:
    counts = np.zeros(7, dtype=np.int64)
    facet_column.count_codes(np.array(codes, dtype=np.uint8), np.arange(len(codes)), counts)
    assert counts.tolist() == [codes.count(code) for code in range(7)]
