"""`busca crawl`: sources are read into the store."""

from __future__ import annotations

import sys

import click

from busca import jobs
from busca.services import Parts


@click.command("crawl")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--full", is_flag=True, help="List everything: the only run that notices removals (feeds tell of none).")
@click.option("--accept-loss", is_flag=True, help="Remove what is missing, however much it is.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a source.")
@click.pass_obj
def command(parts: Parts, sources: tuple[str, ...], full: bool, accept_loss: bool, as_json: bool) -> None:
    """Read sources into the store; all enabled ones where none is named."""
    unknown = [name for name in sources if name not in parts.config.sources]
    if unknown:
        names = ", ".join(parts.config.sources)
        raise click.UsageError(f"there is no source {unknown[0]!r} in {parts.path.name}; known: {names}")
    outcomes = jobs.crawl_all(jobs.work(parts, sources), full=full or None, accept_loss=accept_loss)
    jobs.tell_outcomes(outcomes, as_json=as_json)
    if any(outcome.state != "ok" for outcome in outcomes):
        sys.exit(1)
