"""Titles that begin as typed."""

from __future__ import annotations

from indexes.snapshot import Snapshot
from search.analysis import fold
from search.model import Completion, Viewer


def complete(snapshot: Snapshot, prefix: str, limit: int, viewer: Viewer) -> list[Completion]:
    """Titles that begin as typed, in alphabetical order, each once."""
    wanted = " ".join(fold(prefix).split())
    if not wanted or limit < 1:
        return []
    snapshot.check()
    visible, completions = snapshot.visible(viewer), []
    for _, numbers in snapshot.titles(wanted):
        seen = [number for number in numbers if visible is None or visible[number]]
        if seen:
            document = snapshot.document(seen[0])
            typed = _folded_length(document.title, len(wanted))
            completions.append(
                Completion(
                    text=document.title, url=document.url, source=document.source, id=document.id, ranges=((0, typed),)
                )
            )
            if len(completions) == limit:
                break
    return completions


def _folded_length(title: str, length: int) -> int:
    """How many characters of a title make `length` folded ones; blanks of the title may be wider than typed."""
    done = 0
    for place, character in enumerate(title):
        if done >= length:
            return place
        done += len(fold(character))
    return len(title)
