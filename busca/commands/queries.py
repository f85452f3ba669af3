"""`busca queries`: what is searched for most."""

from __future__ import annotations

import json

import click

from busca.services import Parts
from search.errors import BuscaError


@click.command("queries")
@click.option("--without-results", "missed", is_flag=True, help="Only those that found nothing the last time.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=1))
@click.option("--forget", metavar="TEXT", help="Forget a search, in any spelling; queries.blocked keeps it out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
@click.pass_obj
def command(parts: Parts, /, *, missed: bool, limit: int, forget: str | None, as_json: bool) -> None:
    """List what is searched for most; nobody knows by whom."""
    if forget is not None:
        if not parts.store.forget_query(forget):
            raise BuscaError(f"{forget!r} is not among the searches that were counted")
        return
    counts = parts.store.queries(limit=limit, hits=False if missed else None)
    if as_json:
        rows = [
            {
                "query": query.text,
                "count": query.count,
                "days": query.days,
                "hits": query.hits,
                "last_asked": query.last_asked.isoformat(),
            }
            for query in counts
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    click.echo("  times   days  results  last asked  search", err=True)
    for query in counts:
        click.echo(f"{query.count:7} {query.days:6} {query.hits:8}  {query.last_asked}  {query.text}")
