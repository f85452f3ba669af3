"""`busca rebuild`: a new generation of the index."""

from __future__ import annotations

import click

from busca import jobs
from busca.services import Parts


@click.command("rebuild")
@click.pass_obj
def command(parts: Parts) -> None:
    """Index everything anew beside what is served, then serve that."""
    documents = jobs.rebuild(parts)
    click.echo(f"{documents} documents indexed, generation {parts.index.status().generation} is served")
