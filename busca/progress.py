"""Progress of long work on stderr: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from search.index import Track

Thing = TypeVar("Thing")

LINE_EVERY_S = 5.0
"""Seconds between lines where there is no terminal."""


def tracked(label: str) -> Track:
    """Shows how many changes have passed: a bar on a terminal, a line now and then elsewhere."""
    return lambda changes, total: shown(label, changes, total)


def shown(label: str, things: Iterable[Thing], total: int | None = None) -> Iterator[Thing]:
    """Pass things through and show how many have passed, of how many where that is known."""
    with _bar(label, len(things) if total is None and isinstance(things, Sized) else total) as advance:
        for thing in things:
            yield thing
            advance(1)


@contextmanager
def counting(label: str) -> Iterator[Callable[[Mapping[str, int]], None]]:
    """Shows the counts of a run while it reads; how many there will be is not known."""
    with _bar(label, None) as advance:
        shown = 0

        def show(counts: Mapping[str, int]) -> None:
            nonlocal shown
            advance(counts["listed"] - shown)
            shown = counts["listed"]

        yield show


@contextmanager
def _bar(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        yield _lines(label, total)
        return
    shape = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*shape, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=total)
        yield lambda step: progress.update(task, advance=step)


def _lines(label: str, total: int | None) -> Callable[[int], None]:
    done, told_at = 0, time.monotonic()

    def advance(step: int) -> None:
        nonlocal done, told_at
        done += step
        if time.monotonic() - told_at >= LINE_EVERY_S:
            told_at = time.monotonic()
            click.echo(f"{label}: {done}{f' of {total}' if total is not None else ''}", err=True)

    return advance
