"""`busca rollback`: the generation before."""

from __future__ import annotations

import click

from busca import jobs
from busca.services import Parts


@click.command("rollback")
@click.pass_obj
def command(parts: Parts) -> None:
    """Serve the generation before the served one again, brought up to date."""
    click.echo(f"generation {jobs.roll_back(parts)} is served")
