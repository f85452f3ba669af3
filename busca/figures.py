"""What `busca eval` says of a collection, for people."""

from __future__ import annotations

import click

from busca.evaluation import Figures, Saved, moved
from busca.qrels import Collection

LISTED = 10
"""Queries that are named of a collection."""


def tell_figures(figures: Figures, collection: Collection, before: Saved | None) -> None:
    """Print a collection's line, one for each kind, then the queries that lost most.

    Lost is counted since `before`, or against a perfect answer.
    """
    click.echo(f"{figures.collection}: {_sentence(figures)}")
    for kind, share in figures.kinds.items():
        click.echo(f"  {kind}: {_sentence(share)}")
    if before is None:
        changes = [(id, score - 1) for id, score in sorted(figures.by_query.items(), key=lambda pair: pair[1])]
        lost = [change for change in changes if change[1] < 0]
    else:
        lost = moved(before.get(figures.collection, {}), figures.by_query)
        click.echo(f"    {len(lost)} of {len(figures.scores)} queries moved")
    for id, difference in [*lost[:LISTED], *([change for change in lost[LISTED:] if change[1] > 0][-LISTED:])]:
        click.echo(f"    {difference:+.3f}  {' ⏎ '.join(collection.queries[id].text.splitlines())}  ({id})")


def _sentence(figures: Figures) -> str:
    return ", ".join(f"{name} {value}" for name, value in figures.numbers().items())
