"""`busca sync`: the index follows the store."""

from __future__ import annotations

import click

from busca import jobs
from busca.services import Parts


@click.command("sync")
@click.pass_obj
def command(parts: Parts) -> None:
    """Bring the index to what the store holds."""
    click.echo(f"{jobs.sync(parts)} changes indexed, position {parts.index.position()}")
