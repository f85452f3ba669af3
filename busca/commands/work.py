"""`busca work`: the schedule."""

from __future__ import annotations

import sys

import click

from busca import jobs
from busca.services import Parts
from crawlers.schedule import scheduler
from search.curation import lexicon
from search.store.locks import exclusive


@click.command("work")
@click.option("--once", is_flag=True, help="List every source whole, index, and end.")
@click.pass_obj
def command(parts: Parts, once: bool) -> None:
    """Crawl and index on the schedule: the one process that writes."""
    lexicon.load(parts.config.words_folder)  # one that is wrong would stop every sync
    job = jobs.work(parts)
    if not once:
        with exclusive(parts.store, parts.config.data_dir, "work"):
            click.echo(f"working on {len(job.sources)} sources; stop with Ctrl+C", err=True)
            scheduler(job).start()
        return
    outcomes = jobs.crawl_all(job, full=True, resume=False)
    jobs.tell_outcomes(outcomes)
    click.echo(f"{jobs.sync(parts)} changes indexed, position {parts.index.position()}")
    if any(outcome.state != "ok" for outcome in outcomes):
        sys.exit(1)
