"""What crawls and what writes the index, each under its lock and with progress."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial

import click

from busca import logs
from busca.progress import counting, tracked
from busca.services import DEMO_NOTE, DEMO_SETTINGS, Parts
from crawlers.http.client import Client
from crawlers.registry import open_source
from crawlers.run import Outcome
from crawlers.schedule import Work
from crawlers.source import Source
from search import index
from search.errors import BuscaError
from search.store.locks import exclusive


def source(parts: Parts, name: str) -> Source:
    return open_source(name, parts.config.sources[name], Client(parts.config.http), parts.path.parent)


def work(parts: Parts, names: Iterable[str] = ()) -> Work:
    """What crawls the named sources. Raise BuscaError when real sources would be mixed with a demo's documents."""
    logs.configure(parts.config.log)
    demo = parts.config.data_dir / DEMO_SETTINGS
    if parts.store.note(DEMO_NOTE) and parts.path != demo:
        raise BuscaError(
            f"{parts.config.data_dir} holds a demo's documents: crawl the simulated sources with --config {demo},"
            " or give the real ones another folder (data_dir, BUSCA_DATA_DIR)"
        )
    sources = list(names) or list(parts.config.enabled_sources)
    return Work(parts.config, parts.store, {name: source(parts, name) for name in sources}, partial(sync, parts))


def crawl_all(job: Work, *, full: bool | None, resume: bool = True, accept_loss: bool = False) -> list[Outcome]:
    """Run every source of a job, one after another, with progress."""
    outcomes = []
    for name in job.sources:
        with counting(f"crawl {name}") as show:
            outcomes.append(job.crawl(name, full=full, resume=resume, accept_loss=accept_loss, progress=show))
    return outcomes


def sync(parts: Parts) -> int:
    """Bring the index to the store; return how many changes that took."""
    with exclusive(parts.store, parts.config.data_dir, "index"):
        return index.sync(parts.store, parts.index, batch=parts.config.index.batch, track=tracked("index"))


def rebuild(parts: Parts) -> int:
    """Build a new generation and serve it; return its documents."""
    with exclusive(parts.store, parts.config.data_dir, "index"):
        documents = index.rebuild(parts.store, parts.index, track=tracked("rebuild"))
        index.sync(parts.store, parts.index, batch=parts.config.index.batch)
        return documents


def roll_back(parts: Parts) -> str:
    """Serve the generation before, brought up to date; return its name."""
    with exclusive(parts.store, parts.config.data_dir, "index"):
        name = parts.index.roll_back()
        index.sync(parts.store, parts.index, batch=parts.config.index.batch, track=tracked("index"))
        return name


def tell_outcomes(outcomes: Iterable[Outcome], *, as_json: bool = False, err: bool = False) -> None:
    """Print one line, or one JSON object, for each run."""
    for outcome in outcomes:
        if as_json:
            line = {
                "source": outcome.source,
                "mode": outcome.mode,
                "state": outcome.state,
                **outcome.counts,
                "error": outcome.error,
                "failures": outcome.failures,
            }
            click.echo(json.dumps(line, ensure_ascii=False), err=err)
        else:
            counts = ", ".join(f"{count} {name}" for name, count in outcome.counts.items())
            error = f" — {outcome.error}" if outcome.error else ""
            click.echo(f"{outcome.source}: {outcome.state} ({outcome.mode}): {counts}{error}", err=err)
            for unit, reason in outcome.failures:
                click.echo(f"    {unit}: {reason}", err=err)
