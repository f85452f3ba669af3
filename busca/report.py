"""What commands say: the state of sources, store and index, and how runs ended."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from busca.evaluation import Figures, Saved, moved
from busca.qrels import Collection
from crawlers.run import Outcome
from search.config.settings import Config
from search.curation import examples, lexicon
from search.errors import BuscaError, IndexUnavailable
from search.index import Index
from search.store.store import Store


def state_of(config: Config, store: Store, index: Index) -> dict[str, Any]:
    """What store and index hold, and how each source's last run ended, JSON-able."""
    kept = {each.name: each for each in store.sources()}
    sources = []
    for name in dict.fromkeys((*config.enabled_sources, *kept)):
        each = kept.get(name)
        sources.append(
            {
                "name": name,
                "label": config.sources[name].label if name in config.sources else name,
                "documents": each.documents if each else 0,
                "state": each.state if each else "never",
                "last_run": each.last_run.isoformat() if each and each.last_run else None,
                "last_success": each.last_success.isoformat() if each and each.last_success else None,
                "error": each.error if each else "",
                "counts": dict(each.counts) if each else {},
            }
        )
    held = {"position": store.position(), "documents": store.count()}
    return {"sources": sources, "store": held, "index": _index_state(index)}


def _index_state(index: Index) -> dict[str, Any]:
    try:
        found = index.status()
    except IndexUnavailable as error:
        return {"generation": None, "position": 0, "documents": 0, "built_at": None, "error": str(error)}
    return {
        "generation": found.generation,
        "position": found.position,
        "documents": found.documents,
        "built_at": found.built_at.isoformat(),
        "error": found.problem,
    }


def tell_state(report: dict[str, Any], *, as_json: bool) -> None:
    """Print what `state_of` gave."""
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    table = Table("source", "documents", "state", "last run (UTC)", "last success (UTC)", "error")
    for each in report["sources"]:
        times = [(each[name] or "never")[:19].replace("T", " ") for name in ("last_run", "last_success")]
        table.add_row(each["name"], str(each["documents"]), each["state"], *times, each["error"])
    console = Console(soft_wrap=not sys.stdout.isatty())
    console.print(table)
    console.print(f"store: change {report['store']['position']}, {report['store']['documents']} documents")
    found = report["index"]
    described = f"generation {found['generation']}, position {found['position']}, {found['documents']} documents"
    described += ": " if found["error"] else ""
    console.print(f"index: {described if found['generation'] else ''}{found['error']}")


def tell_outcomes(outcomes: Iterable[Outcome], *, as_json: bool = False, err: bool = False) -> None:
    """Print one line, or one JSON object, for each run."""
    for each in outcomes:
        if as_json:
            line = {
                "source": each.source,
                "mode": each.mode,
                "state": each.state,
                **each.counts,
                "error": each.error,
                "failures": each.failures,
            }
            click.echo(json.dumps(line, ensure_ascii=False), err=err)
        else:
            counts = ", ".join(f"{count} {name}" for name, count in each.counts.items())
            click.echo(
                f"{each.source}: {each.state} ({each.mode}): {counts}{f' — {each.error}' if each.error else ''}",
                err=err,
            )
            for unit, reason in each.failures:
                click.echo(f"    {unit}: {reason}", err=err)


LISTED = 10
"""Queries that are named of a collection."""


def tell_figures(figures: Figures, collection: Collection, before: Saved | None) -> None:
    """Print a collection's line, one for each kind, then the queries that lost most.

    Lost is counted since `before`, or against a perfect answer.
    """
    click.echo(f"{figures.collection}: {_sentence(figures)}")
    for kind, each in figures.kinds.items():
        click.echo(f"  {kind}: {_sentence(each)}")
    if before is None:
        changes = [(id, score - 1) for id, score in sorted(figures.by_query.items(), key=lambda each: each[1])]
        lost = [change for change in changes if change[1] < 0]
    else:
        lost = moved(before.get(figures.collection, {}), figures.by_query)
        click.echo(f"    {len(lost)} of {len(figures.scores)} queries moved")
    for id, difference in [*lost[:LISTED], *([each for each in lost[LISTED:] if each[1] > 0][-LISTED:])]:
        click.echo(f"    {difference:+.3f}  {' ⏎ '.join(collection.queries[id].text.splitlines())}  ({id})")


def _sentence(figures: Figures) -> str:
    return ", ".join(f"{name} {value}" for name, value in figures.numbers().items())


TRIED = "try a change with `busca eval FOLDER --save before.json` and, after it, `--compare before.json`"


def tell_findings(findings: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print what `busca check` found."""
    if as_json:
        click.echo(json.dumps({"ok": all(each["ok"] for each in findings), "findings": findings}, ensure_ascii=False))
        return
    for each in findings:
        click.echo(f"{'ok     ' if each['ok'] else 'PROBLEM'}  {each['name']}: {each['found']}")


def finding(name: str, look: Callable[[], str]) -> dict[str, Any]:
    """What a look found, or why it could not."""
    try:
        return {"name": name, "ok": True, "found": look()}
    except BuscaError as error:
        return {"name": name, "ok": False, "found": str(error)}


def generations(index: Index) -> list[dict[str, Any]]:
    """A finding for each generation, the served one first; of another one damage only says that it is no way back."""
    try:
        found = index.verify()
    except IndexUnavailable:  # which the finding on the index says already
        return []
    served = next(iter(found))
    return [
        {
            "name": name,
            "ok": not wrong or name != served,
            "found": f"{'' if name == served else 'no way back to it: '}{wrong}" if wrong else "all files are whole",
        }
        for name, wrong in found.items()
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
    found = index.status()
    if found.problem:
        raise IndexUnavailable(f"{found.problem}; until then generation {found.generation} answers")
    behind = store.position() - found.position
    return f"generation {found.generation}, {found.documents} documents, {behind} changes behind the store"
