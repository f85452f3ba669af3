"""What commands say: the state of sources, store and index, and how runs ended."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from crawlers.run import Outcome
from search.config.settings import Config
from search.errors import IndexUnavailable
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
