"""What `busca status` says: the state of sources, store and index."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from busca.services import Parts
from search.errors import IndexUnavailable
from search.store.summary import SourceStatus


def state_of(parts: Parts) -> dict[str, Any]:
    """What store and index hold, and how each source's last run ended, JSON-able."""
    summary = parts.summary()
    statuses = {status.name: status for status in summary.sources}
    names = dict.fromkeys((*parts.config.enabled_sources, *statuses))
    never = {name: SourceStatus(name=name, documents=0, state="never") for name in names}
    return {
        "sources": [_source_state(parts, status) for status in (never | statuses).values()],
        "store": {"position": summary.position, "documents": summary.documents},
        "index": _index_state(parts),
    }


def _source_state(parts: Parts, status: SourceStatus) -> dict[str, Any]:
    sources = parts.config.sources
    return {
        "name": status.name,
        "label": sources[status.name].label if status.name in sources else status.name,
        "documents": status.documents,
        "state": status.state,
        "last_run": status.last_run.isoformat() if status.last_run else None,
        "last_success": status.last_success.isoformat() if status.last_success else None,
        "error": status.error,
        "counts": dict(status.counts),
    }


def _index_state(parts: Parts) -> dict[str, Any]:
    try:
        status = parts.index_status()
    except IndexUnavailable as error:
        return {"generation": None, "position": 0, "documents": 0, "built_at": None, "error": str(error)}
    return {
        "generation": status.generation,
        "position": status.position,
        "documents": status.documents,
        "built_at": status.built_at.isoformat(),
        "error": status.problem,
    }


def tell_state(report: dict[str, Any], *, as_json: bool) -> None:
    """Print what `state_of` gave."""
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    from rich.console import Console  # noqa: PLC0415  a program that reads JSON waits for no table
    from rich.table import Table  # noqa: PLC0415

    table = Table("source", "documents", "state", "last run (UTC)", "last success (UTC)", "error")
    for row in report["sources"]:
        times = [(row[name] or "never")[:19].replace("T", " ") for name in ("last_run", "last_success")]
        table.add_row(row["name"], str(row["documents"]), row["state"], *times, row["error"])
    console = Console(soft_wrap=not sys.stdout.isatty())
    console.print(table)
    console.print(f"store: change {report['store']['position']}, {report['store']['documents']} documents")
    index = report["index"]
    described = f"generation {index['generation']}, position {index['position']}, {index['documents']} documents"
    described += ": " if index["error"] else ""
    console.print(f"index: {described if index['generation'] else ''}{index['error']}")
