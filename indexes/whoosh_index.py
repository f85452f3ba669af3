"""The `Index` contract on Whoosh: generations on disk, one open snapshot that follows commits, queries on arrays."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import index as whoosh
from whoosh.filedb.filestore import FileStorage

from indexes.generations import Generations, replace_file
from indexes.schema import schema, whoosh_fields
from indexes.snapshot import Snapshot, weighting
from search import config, ranking, snippets
from search.analysis import fold
from search.errors import BusyError, IndexUnavailable
from search.model import (
    Change,
    Clause,
    Completion,
    Document,
    Facet,
    FacetValue,
    Hit,
    IndexStatus,
    Query,
    Results,
    Viewer,
)
from search.query import highlighted

POSITION = "position-{commit}"
"""Written before the commit of that number: a commit that exists has its position, whatever was interrupted."""
LOOK_EVERY_S = 0.5
FACET_VALUES = 30


class WhooshIndex:
    """Share one between all threads of a process. Reading opens nothing but files; writing needs `sync`'s lock."""

    def __init__(self, folder: Path, settings: config.Index) -> None:
        self._generations = Generations(folder)
        self._settings = settings
        self._snapshot: Snapshot | None = None
        self._opening = threading.Lock()
        self._looked_at = float("-inf")

    # -- writing ------------------------------------------------------------------------------------------------------

    def position(self) -> int:
        if not self._generations.exists():
            return 0
        name = self._generations.current()
        return _read_position(self._generations.path(name), self._open(name).latest_generation())

    def apply(self, changes: Iterable[Change]) -> int:
        """See Index. Changes of one call have different ids. Raise BusyError while another process writes."""
        if self._generations.exists():
            return self._write(self._generations.current(), changes)
        name = self._begin()
        position = self._write(name, changes)
        self._generations.publish(name)
        return position

    def rebuild(self, changes: Iterable[Change]) -> int:
        """See Index: the served generation answers until the new one is whole; a failed one leaves nothing behind."""
        name = self._begin()
        try:
            position = self._write(name, changes)
        except BaseException:
            self._generations.drop(name)
            raise
        self._generations.publish(name)
        self._generations.prune(self._settings.keep)
        return position

    def _begin(self) -> str:
        name = self._generations.create()
        whoosh.create_in(self._generations.path(name), schema())
        return name

    def _write(self, name: str, changes: Iterable[Change]) -> int:
        opened, path = self._open(name), self._generations.path(name)
        try:
            writer = opened.writer(limitmb=self._settings.memory_mib, procs=1)
        except whoosh.LockError as error:
            raise BusyError(f"another process writes to {path}") from error
        position = before = _read_position(path, opened.latest_generation())
        try:
            with opened.searcher() as searcher:
                empty = searcher.doc_count_all() == 0
                for change in changes:
                    if not empty and (number := searcher.document_number(id=change.id)) is not None:
                        writer.delete_document(number)
                    if change.document is not None:
                        writer.add_document(**whoosh_fields(change.document))
                    position = max(position, change.number)
        except BaseException:
            writer.cancel()
            raise
        if position == before:
            writer.cancel()
            return position
        replace_file(path / POSITION.format(commit=writer.generation), f"{position}\n")
        writer.commit()
        _drop_old_positions(path, writer.generation)
        return position

    def _open(self, name: str) -> whoosh.FileIndex:
        path = self._generations.path(name)
        try:
            return whoosh.FileIndex(FileStorage(str(path)))
        except (whoosh.EmptyIndexError, whoosh.IndexVersionError, OSError, ValueError, EOFError) as error:
            raise IndexUnavailable(f"generation {name} cannot be opened ({error}): run `busca rebuild`") from error

    # -- reading ------------------------------------------------------------------------------------------------------

    def search(self, query: Query) -> Results:
        began = time.perf_counter()
        snapshot = self._current()
        found, scores, relaxed = _matching(snapshot, query)
        found = found & snapshot.visible(query.viewer) & _between(snapshot, query)
        masks, warnings = _filter_masks(snapshot, query)
        chosen = _all_of(masks.values(), found)
        order = _order(snapshot, query, np.flatnonzero(chosen), scores)
        start = (query.page - 1) * query.per_page
        page = order[start : start + query.per_page] if start < len(order) else order[:0]
        hits = tuple(_hit(snapshot, query, int(number), scores, relaxed=relaxed) for number in page)
        facets = tuple(_facet(snapshot, query, name, _all_of_others(masks, name, found)) for name in query.facets)
        return Results(
            query=query,
            hits=hits,
            total=len(order),
            facets=facets,
            generation=f"{snapshot.generation}.{snapshot.commit}",
            took_ms=(time.perf_counter() - began) * 1000,
            relaxed=relaxed,
            warnings=(*query.warnings, *warnings),
        )

    def complete(self, prefix: str, limit: int, viewer: Viewer) -> list[Completion]:
        snapshot = self._current()
        wanted = " ".join(fold(prefix).split())
        if not wanted or limit < 1:
            return []
        visible, titles = snapshot.visible(viewer), snapshot.titles
        completions: dict[str, Completion] = {}
        for title, number in titles[bisect_left(titles, (wanted, -1)) :]:
            if not title.startswith(wanted) or len(completions) == limit:
                break
            if visible[number] and title not in completions:
                document = snapshot.document(number)
                typed = _folded_length(document.title, len(wanted))
                completions[title] = Completion(
                    text=document.title, url=document.url, source=document.source, id=document.id, ranges=((0, typed),)
                )
        return list(completions.values())

    def document(self, id: str, viewer: Viewer) -> Document | None:
        snapshot = self._current()
        number = snapshot.number(id)
        if number is None or not snapshot.visible(viewer)[number]:
            return None
        return snapshot.document(number)

    def status(self) -> IndexStatus:
        snapshot = self._current()
        return IndexStatus(
            generation=snapshot.generation,
            position=snapshot.position,
            documents=snapshot.documents,
            built_at=snapshot.built_at,
        )

    def close(self) -> None:
        if self._snapshot is not None:
            self._snapshot.close()
            self._snapshot = None

    def _current(self) -> Snapshot:
        """The open snapshot, replaced when a newer commit or generation is there.

        Every LOOK_EVERY_S one thread looks and, if need be, opens; the others go on with what is open. Where the newer
        one cannot be opened, the open one keeps answering.
        """
        if self._snapshot is not None and time.monotonic() - self._looked_at < LOOK_EVERY_S:
            return self._snapshot
        if not self._opening.acquire(blocking=self._snapshot is None):
            return self._snapshot  # type: ignore[return-value]  # blocking only while there is none
        try:
            self._refresh()
        except IndexUnavailable:
            if self._snapshot is None:
                raise
        finally:
            self._looked_at = time.monotonic()
            self._opening.release()
        return self._snapshot  # type: ignore[return-value]  # _refresh has set it or raised

    def _refresh(self) -> None:
        name = self._generations.current()
        opened = self._open(name)
        open_now = self._snapshot
        if open_now is not None and (open_now.generation, open_now.commit) == (name, opened.latest_generation()):
            return
        path = self._generations.path(name)
        try:
            searcher = opened.searcher(weighting=weighting())
            commit = int(searcher.reader().generation())
            built_at = datetime.fromtimestamp(opened.last_modified(), UTC)
            snapshot = Snapshot(searcher, generation=name, position=_read_position(path, commit), built_at=built_at)
        except (OSError, ValueError, EOFError, KeyError) as error:
            raise IndexUnavailable(f"generation {name} cannot be read ({error}): run `busca rebuild`") from error
        self._snapshot = snapshot  # the old one closes when its last reader lets go of it


def open_index(folder: Path, settings: config.Index) -> WhooshIndex:
    """The index kept under `folder`, which may not exist yet."""
    return WhooshIndex(folder, settings)


# -- positions ---------------------------------------------------------------------------------------------------------


def _read_position(path: Path, commit: int) -> int:
    """The last change held by a commit; a new generation's first commit is empty and holds none."""
    try:
        return int((path / POSITION.format(commit=commit)).read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        raise IndexUnavailable(f"{path.name}: its position cannot be read ({error}): run `busca rebuild`") from error


def _drop_old_positions(path: Path, commit: int) -> None:
    for each in path.glob(POSITION.format(commit="*")):
        if each.name != POSITION.format(commit=commit):
            with suppress(FileNotFoundError):
                each.unlink()


# -- evaluation --------------------------------------------------------------------------------------------------------

Mask = NDArray[np.bool_]


def _matching(snapshot: Snapshot, query: Query) -> tuple[Mask, NDArray[np.float32], bool]:
    """The documents that satisfy the clauses, all scores, and whether only some of the words had to be there."""
    scores = np.zeros(snapshot.size, dtype=np.float32)
    count = np.zeros(snapshot.size, dtype=np.int16)
    wanted = [clause for clause in query.clauses if clause.occur != "not"]
    for clause in wanted:
        docs, values = snapshot.evaluate(clause)
        scores[docs] += values
        count[docs] += 1
    found, relaxed = count == len(wanted), False
    if len(wanted) > 1 and not found.any() and count.any():
        found, relaxed = count > 0, True
        scores *= 1.0 - ranking.RELAXED_COVERAGE * (1.0 - count / np.float32(len(wanted)))
    for clause in query.clauses:
        if clause.occur == "not":
            found[snapshot.evaluate(clause)[0]] = False
    return found, scores * snapshot.signals(query.lang), relaxed


def _between(snapshot: Snapshot, query: Query) -> Mask:
    mask = np.ones(snapshot.size, dtype=np.bool_)
    if query.updated_after is not None:
        mask &= snapshot.updated >= query.updated_after.timestamp()
    if query.updated_before is not None:
        mask &= snapshot.updated < query.updated_before.timestamp()
    return mask


def _filter_masks(snapshot: Snapshot, query: Query) -> tuple[dict[str, Mask], list[str]]:
    """For each filter the documents that it lets through, and a warning for each value that no document has."""
    masks: dict[str, Mask] = {}
    warnings: list[str] = []
    for name, wanted in query.filters.items():
        column = snapshot.columns[name]
        codes = {value: code for code, value in enumerate(column.values)}
        masks[name] = column.holding({codes[value] for value in wanted if value in codes}, snapshot.size)
        warnings += [f"unknown:{name}={value}" for value in wanted if value not in codes]
    return masks, warnings


def _all_of(masks: Iterable[Mask], found: Mask) -> Mask:
    for mask in masks:
        found = found & mask
    return found


def _all_of_others(masks: dict[str, Mask], name: str, found: Mask) -> Mask:
    return _all_of((mask for other, mask in masks.items() if other != name), found)


def _order(snapshot: Snapshot, query: Query, numbers: NDArray[np.intp], scores: NDArray[np.float32]) -> NDArray[np.intp]:
    """Document numbers, best first; ties go to the newer, then to the one indexed first."""
    updated = snapshot.updated[numbers]
    if query.sort == "oldest":
        return numbers[np.lexsort((numbers, updated))]
    if query.sort == "newest" or not any(clause.occur != "not" for clause in query.clauses):
        return numbers[np.lexsort((numbers, -updated))]
    return numbers[np.lexsort((numbers, -updated, -scores[numbers]))]


def _hit(snapshot: Snapshot, query: Query, number: int, scores: NDArray[np.float32], *, relaxed: bool) -> Hit:
    document, terms = snapshot.document(number), highlighted(query)
    missing = [clause.text for clause in query.clauses if relaxed and not _holds(snapshot, clause, number)]
    return Hit(
        document=document,
        score=float(scores[number]),
        snippet=snippets.passage(document.body, document.lang, terms),
        title_ranges=snippets.ranges(document.title, document.lang, terms),
        missing=tuple(dict.fromkeys(missing)),
    )


def _holds(snapshot: Snapshot, clause: Clause, number: int) -> bool:
    docs = snapshot.evaluate(clause)[0]
    place = int(np.searchsorted(docs, number))
    return clause.occur == "not" or (place < len(docs) and int(docs[place]) == number)


def _facet(snapshot: Snapshot, query: Query, name: str, mask: Mask) -> Facet:
    column, selected = snapshot.columns[name], query.filters.get(name, ())
    counts = column.counts(mask)
    ranked = sorted(np.flatnonzero(counts), key=_newest_year(column.values) if name == "year" else _most(column.values, counts))
    shown = [FacetValue(value=column.values[code], count=int(counts[code]), selected=column.values[code] in selected) for code in ranked[:FACET_VALUES]]
    listed = {each.value for each in shown}
    shown += [_chosen(column.values, counts, value) for value in selected if value not in listed]
    return Facet(name=name, values=tuple(shown), other=max(0, len(ranked) - FACET_VALUES))


def _chosen(values: tuple[str, ...], counts: NDArray[np.int64], value: str) -> FacetValue:
    """A selected value is always listed, that it can be taken back."""
    return FacetValue(value=value, count=int(counts[values.index(value)]) if value in values else 0, selected=True)


def _most(values: tuple[str, ...], counts: NDArray[np.int64]) -> Callable[[Any], Any]:
    return lambda code: (-counts[code], values[code])


def _newest_year(values: tuple[str, ...]) -> Callable[[Any], Any]:
    return lambda code: -int(values[code])


def _folded_length(title: str, length: int) -> int:
    """How many characters of a title make `length` folded ones; blanks of the title may be wider than typed."""
    done = 0
    for place, character in enumerate(title):
        if done >= length:
            return place
        done += len(fold(character))
    return len(title)
