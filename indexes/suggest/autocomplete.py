"""Titles and codes that what was typed may be the beginning of.

A beginning is a range of terms, whose documents stand side by side: however many they are, they are one slice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from indexes.arrays import Ints, Mask
from indexes.retrieval.searcher import Searcher
from indexes.segment.commit import Part
from indexes.segment.segment_reader import FieldPostings
from search.analysis.analyzer import fold
from search.identifiers.recognizer import kinds
from search.model import Completion, Document, Identifier, Range, Viewer
from search.suggest import autocomplete
from search.suggest.spelling import wrong_letters

FEW = 3
"""Titles that are few: where no more begin as typed, misspelt beginnings are looked for."""
READ = 4
"""Documents that are read for each title wanted, at most: of equal titles only one is shown."""
MAX_CODES = 2_000
"""Codes of one kind that are counted, in alphabetical order."""


def complete(searcher: Searcher, prefix: str, limit: int, viewer: Viewer) -> list[Completion]:
    """The best first: `search.suggest.autocomplete.mixed` orders codes and titles, `_best` titles among each other."""
    if limit < 1 or not prefix.strip():
        return []
    searcher.check()
    visible = searcher.visible(viewer)
    titles, codes = _titles(searcher, prefix, limit, visible), _codes(searcher, prefix, visible)
    return autocomplete.mixed(titles, [_code(identifier, prefix) for identifier in codes[:limit]], limit, prefix)


# -- titles ------------------------------------------------------------------------------------------------------------


def _titles(searcher: Searcher, prefix: str, limit: int, visible: Mask | None) -> list[Completion]:
    """Titles, each once: those that begin as typed, those with words that do, and where these are few, nearly do."""
    beginning = " ".join(fold(prefix[: autocomplete.MAX_TYPED]).split())
    words = autocomplete.typed_words(prefix, searcher.analyzer)
    completions: dict[str, Completion] = {}
    for mask, nearly in _tiers(searcher, beginning, words, visible):
        if nearly and len(completions) >= min(limit, FEW):
            break
        for number in _best(searcher, np.flatnonzero(mask), limit * READ).tolist():
            document = searcher.document(number)
            completions.setdefault(fold(document.title), _title(document, beginning, words, nearly=nearly))
            if len(completions) == limit:
                return list(completions.values())
    return list(completions.values())


def _tiers(
    searcher: Searcher, beginning: str, words: Sequence[str], visible: Mask | None
) -> Iterator[tuple[Mask, bool]]:
    """The documents of titles, those that fit best first, and whether only nearly."""
    exact = _only(_begun(searcher, "whole_title", beginning), visible)
    yield exact, False
    masks = [_only(_begun(searcher, "title_words", word), visible) for word in words]
    if masks:
        yield np.logical_and.reduce(masks) & ~exact, False
    wrong = [place for place, mask in enumerate(masks) if not mask.any()]
    for place in wrong:
        masks[place] = _nearly(searcher, words[place], visible)
    if wrong:
        yield np.logical_and.reduce(masks) & ~exact, True


def _begun(searcher: Searcher, name: str, prefix: str) -> Mask:
    """Which documents have a term that begins so."""
    mask = np.zeros(searcher.size, dtype=np.bool_)
    for field, part in fields(searcher, name):
        terms = field.prefixed(prefix.encode("utf-8", "replace"), len(field.terms))
        mask[field.documents(terms) + np.int64(part.first)] = True
    return mask


def _nearly(searcher: Searcher, word: str, visible: Mask | None) -> Mask:
    """The documents of the titles with a word that begins nearly so, of the words that are nearest."""
    masks: dict[int, Mask] = {}
    for field, part in fields(searcher, "title_words") if wrong_letters(word) else ():
        for _, term, apart in field.spelling.beginning(word, wrong_letters(word)):
            mask = masks.setdefault(apart, np.zeros(searcher.size, dtype=np.bool_))
            mask[field.documents(range(term, term + 1)) + np.int64(part.first)] = True
    tiers = (_only(masks[apart], visible) for apart in sorted(masks))
    return next((mask for mask in tiers if mask.any()), np.zeros(searcher.size, dtype=np.bool_))


def _best(searcher: Searcher, documents: Ints, count: int) -> Ints:
    """The most popular, then those with the shortest titles, then the newest, then those that were indexed first."""
    keys = searcher.title_order(documents)
    if len(documents) > count:
        near = np.flatnonzero(keys <= np.partition(keys, count - 1)[count - 1])
        documents, keys = documents[near], keys[near]
    return documents[np.argsort(keys, kind="stable")][:count]


def _title(document: Document, beginning: str, words: Sequence[str], *, nearly: bool) -> Completion:
    title = document.title
    if fold(title).startswith(beginning):
        ranges: tuple[Range, ...] = ((0, autocomplete.folded_length(title, len(beginning))),)
    else:
        ranges = autocomplete.marked(title, words, nearly=nearly)
    return Completion(text=title, url=document.url, source=document.source, id=document.id, ranges=ranges)


def _only(mask: Mask, visible: Mask | None) -> Mask:
    return mask if visible is None else mask & visible


def fields(searcher: Searcher, name: str) -> Iterator[tuple[FieldPostings, Part]]:
    """A field in every segment that has it."""
    for part in searcher.files.parts:
        if (field := part.segment.fields.get(name)) is not None:
            yield field, part


# -- codes -------------------------------------------------------------------------------------------------------------


def _codes(searcher: Searcher, prefix: str, visible: Mask | None) -> list[Identifier]:
    """Codes that begin so: a code that is typed whole, then those of most documents, then in alphabetical order."""
    counts: Counter[bytes] = Counter()
    whole = set()
    for kind, value in autocomplete.code_beginnings(prefix):
        for name in (kind,) if kind else kinds():
            begins = f"{name}:{value}".encode("utf-8", "replace")
            whole.add(begins)
            for field, part in fields(searcher, "codes"):
                counts.update(_counted(field, part, begins, visible))
    ranked = sorted(counts, key=lambda term: (term not in whole, -counts[term], term))
    return [Identifier(kind, value.upper()) for kind, _, value in (term.decode().partition(":") for term in ranked)]


def _counted(field: FieldPostings, part: Part, prefix: bytes, visible: Mask | None) -> dict[bytes, int]:
    """The terms that begin so, with how many documents each has; none where that is none."""
    terms = field.prefixed(prefix, MAX_CODES)
    if not terms:
        return {}
    documents = field.documents(terms)
    mask = np.ones(len(documents), np.bool_) if visible is None else visible[documents + np.int64(part.first)]
    sums = np.append(0, np.cumsum(mask))
    starts = field.starts[terms.start : terms.stop + 1] - field.starts[terms.start]
    counts = np.diff(sums[starts]).tolist()
    return {field.terms[term]: count for term, count in zip(terms, counts, strict=True) if count}


def _code(identifier: Identifier, typed: str) -> Completion:
    text = autocomplete.spelled(identifier)
    ranges = autocomplete.marked_code(text, identifier.value, typed)
    return Completion(text=text, kind="identifier", identifier=identifier.kind, ranges=ranges)
