"""`busca demo`: the product without its sources."""

from __future__ import annotations

from pathlib import Path

import click

from busca import jobs
from busca.demo import run_demo
from busca.services import Parts
from crawlers.run import Outcome
from search.config import settings as config


@click.command("demo")
@click.option(
    "--pages",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON Lines of pages, plain, .gz or .xz.",
)
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to serve on [web.port, or a free one].")
@click.pass_obj
def command(parts: Parts, pages: Path | None, port: int | None) -> None:
    """Simulate the four sources, crawl them, index, and serve the page."""
    run_demo(parts.config, pages=pages, port=port, bring_in=_bring_in)


def _bring_in(path: Path, settings: config.Config) -> list[Outcome]:
    """Crawl everything that a configuration names, and index it."""
    parts = Parts(settings, path)
    outcomes = jobs.crawl_all(jobs.work(parts), full=True)
    jobs.tell_outcomes(outcomes, err=True)
    jobs.sync(parts)
    parts.store.close()
    return outcomes
