"""`busca export`: the store's documents as a file."""

from __future__ import annotations

from pathlib import Path

import click

from busca import corpus
from busca.services import Parts


@click.command("export")
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def command(parts: Parts, path: Path) -> None:
    """Write the store's documents as JSON Lines, which are the docs.jsonl of a folder for `busca eval`."""
    click.echo(f"{corpus.write(path, corpus.stored(parts.store))} documents written to {path}")
