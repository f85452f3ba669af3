"""What every index promises about filters: several at once, in any mixture, and values that nothing has."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from search.facets import BY_NAME
from search.model import Document, Query
from search.query.parser import parse
from tests.documents import document
from tests.engines import Library

BY_HAND = ("source", "kind", "line", "product", "module", "version", "lang", "year")


def many(seed: int) -> list[Document]:
    """Documents whose facets are dealt at random."""
    dice = random.Random(seed)
    return [
        document(
            str(number),
            source=dice.choice(["tdn", "kb", "youtube"]),
            kind=dice.choice(["page", "article"]),
            line=dice.choice(["Protheus", "RM", ""]),
            product=dice.choice(["Financeiro", "Fiscal", "RH"]),
            module=dice.choice(["SIGAFIN", ""]),
            lang=dice.choice(["pt", "es"]),
            versions=tuple(dice.sample(["12.1.33", "12.1.2210", "12.1.2310"], dice.randrange(3))),
            updated=datetime(dice.choice([2024, 2025]), 5, 1, tzinfo=UTC),
            title="Documento",
            body=dice.choice(["boleto", "juros", "boleto juros"]),
        )
        for number in range(60)
    ]


def values(page: Document, name: str) -> tuple[str, ...]:
    if name == "year":
        return (str(page.updated.year),)
    if name not in BY_HAND:  # a further facet, whose values its row alone knows
        return BY_NAME[name].values(page)
    entries = page.versions if name == "version" else (getattr(page, name),)
    return tuple(value for value in entries if value)


def passes(page: Document, filters: dict[str, tuple[str, ...]], but: str = "") -> bool:
    return all(set(wanted) & set(values(page, name)) for name, wanted in filters.items() if name != but)


@pytest.mark.parametrize("seed", range(6))
def test_filters_and_counts_are_those_of_a_count_by_hand(library: Library, seed: int) -> None:
    documents = many(seed)
    library.put(*documents)
    dice = random.Random(seed + 100)
    for _ in range(12):
        filters = {
            name: tuple(sorted({dice.choice(values(dice.choice(documents), name) or ("none",)) for _ in range(2)}))
            for name in dice.sample(BY_HAND, dice.randrange(4))
        }
        word = dice.choice(["", "boleto", "juros"])
        results = library.ask(word, filters=filters, per_page=50)
        matching = [page for page in documents if word in page.body]
        assert results.total == sum(passes(page, filters) for page in matching)
        for facet in results.facets:
            expected = Counter(
                value
                for page in matching
                if passes(page, filters, but=facet.name)
                for value in values(page, facet.name)
            )
            listed = {bucket.value: bucket.count for bucket in facet.values if bucket.count}
            assert listed == expected if facet.name in BY_HAND else listed.items() <= expected.items()
            assert {bucket.value for bucket in facet.values if bucket.selected} == set(filters.get(facet.name, ()))


def test_an_unknown_value_of_a_filter_finds_nothing_and_is_told(library: Library) -> None:
    library.put(document("1"))
    results = library.ask("", filters={"source": ("nowhere",)})
    assert (results.total, results.warnings) == (0, ("unknown:source=nowhere",))


def test_facets_that_are_not_asked_for_are_not_counted(library: Library) -> None:
    library.put(document("1"))
    query = replace(parse(""), facets=("source",))
    assert [facet.name for facet in library.index.search(query).facets] == ["source"]
    assert isinstance(query, Query)
