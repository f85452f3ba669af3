"""Values: what is stored comes back, and nothing can be changed."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.identifiers.recognizer import kinds
from search.model import Document, Identifier, Query, Results
from tests.documents import MOMENT, document

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
many = st.lists(texts, max_size=3).map(tuple)
moments = st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 # a bound, not a moment
documents = st.builds(
    Document,
    source=st.sampled_from(["tdn", "kb"]),
    key=texts,
    url=texts,
    title=texts,
    body=texts,
    headings=many,
    kind=st.sampled_from(["page", "article", "video", "package"]),
    lang=st.sampled_from(["pt", "es", "en"]),
    breadcrumb=many,
    labels=many,
    identifiers=st.lists(st.builds(Identifier, st.sampled_from(kinds()), texts), max_size=3).map(tuple),
    versions=many,
    created=st.none() | moments,
    updated=moments,
    audience=many,
    popularity=st.floats(0, 1),
    extra=st.dictionaries(texts, texts | st.integers(), max_size=3),
)


@given(documents)
def test_a_document_comes_back_from_json_as_it_was(one: Document) -> None:
    assert Document.load(json.loads(json.dumps(one.dump())), one.body) == one


def test_a_dump_leaves_the_body_to_itself() -> None:
    assert "body" not in document().dump()


def test_an_id_is_made_of_the_source_and_its_own_key() -> None:
    assert document("a:b", source="kb").id == "kb:a:b"


@pytest.mark.parametrize("changed", [{"title": "x"}, {"audience": ("x",)}])
def test_a_document_cannot_be_changed(changed: dict[str, Any]) -> None:
    one = document()
    for name, value in changed.items():
        with pytest.raises(FrozenInstanceError):
            setattr(one, name, value)
    assert replace(one, **changed) != one


@pytest.mark.parametrize("total, per_page, pages", [(0, 10, 0), (1, 10, 1), (10, 10, 1), (11, 10, 2), (100, 50, 2)])
def test_the_last_page_may_be_short(total: int, per_page: int, pages: int) -> None:
    results = Results(query=Query(per_page=per_page), hits=(), total=total, facets=(), generation="g", took_ms=0.0)
    assert results.pages == pages


def test_moments_keep_their_zone() -> None:
    assert Document.load(document().dump(), "").updated == MOMENT
