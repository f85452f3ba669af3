"""What `busca check` finds: one sentence for each part, and whether it is as it should be."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from search.curation import examples, lexicon
from search.errors import BuscaError, IndexUnavailable
from search.index import Index
from search.store.store import Store

TRIED = "try a change with `busca eval FOLDER --save before.json` and, after it, `--compare before.json`"


def tell_findings(findings: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print what `busca check` found."""
    if as_json:
        click.echo(json.dumps({"ok": all(row["ok"] for row in findings), "findings": findings}, ensure_ascii=False))
        return
    for row in findings:
        click.echo(f"{'ok     ' if row['ok'] else 'PROBLEM'}  {row['name']}: {row['found']}")


def finding(name: str, look: Callable[[], str]) -> dict[str, Any]:
    """What a look found, or why it could not."""
    try:
        return {"name": name, "ok": True, "found": look()}
    except BuscaError as error:
        return {"name": name, "ok": False, "found": str(error)}


def generations(index: Index) -> list[dict[str, Any]]:
    """A finding for each generation, the served one first; of another one damage only says that it is no way back."""
    try:
        damages = index.verify()
    except IndexUnavailable:  # which the finding on the index says already
        return []
    served = next(iter(damages))
    return [
        {
            "name": name,
            "ok": not wrong or name != served,
            "found": f"{'' if name == served else 'no way back to it: '}{wrong}" if wrong else "all files are whole",
        }
        for name, wrong in damages.items()
    ]


def words_sentence(folder: Path | None, day: date) -> str:
    """What the word lists hold, which pins ended, how to try a change. Raise ConfigError where something is wrong.

    The examples of the patterns of codes are tried as well.
    """
    words, examples_count = lexicon.load(folder), examples.check()
    counts = ", ".join(f"{count} {name}" for name, count in words.counts().items())
    tried = f"{examples_count} examples of patterns are read as they say"
    return "; ".join((f"{counts} ({folder or 'packaged'})", tried, *words.expired(day), TRIED))


def index_sentence(store: Store, index: Index) -> str:
    """What is served. Raise IndexUnavailable where that is not what it should be."""
    if store.position() == 0:
        return "nothing to index yet: run `busca crawl`"
    status = index.status()
    if status.problem:
        answers = "it" if status.generation in status.problem else f"generation {status.generation}"
        raise IndexUnavailable(f"{status.problem}; until then {answers} answers")
    behind = store.position() - status.position
    return f"generation {status.generation}, {status.documents} documents, {behind} changes behind the store"
