"""The three languages say the same things, and nothing that is never said."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from string import Formatter

import pytest

from crawlers.registry import KINDS as SOURCES
from search.facets import FACETS, FacetRow
from search.identifiers import recognizer
from search.model import KINDS, LANGS, SORTS
from tests.web.conftest import ROOT
from web.i18n import TAGS, Translation, load
from web.presenter import facet_label

PLACES = [*(ROOT / "web").glob("*.py"), *(ROOT / "web" / "templates").glob("*.html")]
TRANSLATED = tuple(row.name for row in FACETS if any(row.label_key in load(code).sentences for code in TAGS))
"""The facets that have a sentence in some language; the others are labelled as people type them."""
DYNAMIC = {
    "facet": (*TRANSLATED, "updated_after", "updated_before", "title", "date"),
    "kind": KINDS,
    "lang": LANGS,
    "sort": SORTS,
    "state": ("never", "running", "failed", "failed.always", "partial", "partial.always"),
    "error": ("400", "404", "405", "422", "500", "503"),
    "error.title": ("400", "404", "405", "422", "500", "503"),
    "warning": ("cut", "clauses", "unknown", "value", "pasted"),
    "invalid": (
        *("page", "per_page", "updated_after", "updated_before", "sort", "facets", "explain", "limit", "exact", "ui"),
    ),
    "identifier": recognizer.kinds(),
}
"""Families of keys whose last part is put in at run time, and all that may stand there."""


def used() -> set[str]:
    """Every key that code or templates name: whole, counted, or by family."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in PLACES)
    whole = set(re.findall(r"""\b(?:t|translation|self\.translation)\(["']([a-z_.]+[a-z_])["']""", text))
    counted = set(re.findall(r"""\.count\(["']([a-z_.]+)["']""", text))
    families = {family for family in DYNAMIC if re.search(rf"""["']{re.escape(family)}(?:\.["{{]|["'],)""", text)}
    assert families == set(DYNAMIC)
    keys = whole | {f"{key}.{form}" for key in counted for form in ("one", "other")}
    return keys | {f"{family}.{value}" for family in families for value in DYNAMIC[family]}


@pytest.mark.parametrize("code", TAGS)
def test_every_language_has_every_sentence_that_is_used_and_no_other(code: str) -> None:
    assert set(load(code).sentences) == used()


@pytest.mark.parametrize("row", FACETS, ids=lambda row: row.name)
def test_a_facet_has_a_label_in_every_language(row: FacetRow) -> None:
    for code in TAGS:
        assert facet_label(row.name, load(code)).strip()


@pytest.mark.parametrize("name", SOURCES)
def test_a_kind_of_source_is_spoken_of_in_every_language(name: str) -> None:
    assert SOURCES[name].about.keys() == set(TAGS)
    assert SOURCES[name].short.keys() in (set(TAGS), set())


@pytest.mark.parametrize("code", TAGS)
def test_a_sentence_fills_in_the_same_values_in_every_language(code: str) -> None:
    def slots(words: Translation) -> dict[str, set[str | None]]:
        return {
            key: {name for _, name, _, _ in Formatter().parse(text) if name} for key, text in words.sentences.items()
        }

    ours, portuguese = slots(load(code)), slots(load("pt"))
    assert {key: names for key, names in ours.items() if not key.endswith(".one")} == {
        key: names for key, names in portuguese.items() if not key.endswith(".one")
    }


@pytest.mark.parametrize("code", TAGS)
def test_sentences_are_calm(code: str) -> None:
    words = load(code)
    assert all(isinstance(text, str) and text.strip() == text for text in words.sentences.values())
    assert not [text for text in words.sentences.values() if "!" in text or "¡" in text]
    assert len(words.examples) >= 4


def test_numbers_dates_and_sizes_follow_the_language() -> None:
    moment = datetime(2026, 11, 3, tzinfo=UTC)
    assert [load(code).number(48211) for code in TAGS] == ["48.211", "48.211", "48,211"]
    assert [load(code).date(moment) for code in TAGS] == ["3 de nov. de 2026", "3 nov 2026", "Nov 3, 2026"]
    assert load("pt").count("results.count", 1) == "1 resultado"
    assert load("pt").count("results.count", 1234) == "1.234 resultados"
    assert [load("pt").size(octets) for octets in (12, 480_000, 12_400_000, 2 * 10**9)] == [
        "12 B", "480 KB", "12,4 MB", "2 GB",
    ]  # fmt: skip
    assert [Translation.duration(seconds) for seconds in (7, 192, 3725)] == ["0:07", "3:12", "1:02:05"]
