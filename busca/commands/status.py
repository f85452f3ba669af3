"""`busca status`: what there is."""

from __future__ import annotations

import click

from busca.report import state_of, tell_state
from busca.services import Parts


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(parts: Parts, as_json: bool) -> None:
    """Say what store and index hold, and how each source's last run ended."""
    tell_state(state_of(parts), as_json=as_json)
