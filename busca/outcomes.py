"""How runs ended, for people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click

from crawlers.run import Outcome


def tell_outcomes(outcomes: Iterable[Outcome], *, as_json: bool = False, err: bool = False) -> None:
    """Print one line, or one JSON object, for each run."""
    for each in outcomes:
        if as_json:
            line = {
                "source": each.source,
                "mode": each.mode,
                "state": each.state,
                **each.counts,
                "error": each.error,
                "failures": each.failures,
            }
            click.echo(json.dumps(line, ensure_ascii=False), err=err)
        else:
            counts = ", ".join(f"{count} {name}" for name, count in each.counts.items())
            click.echo(
                f"{each.source}: {each.state} ({each.mode}): {counts}{f' — {each.error}' if each.error else ''}",
                err=err,
            )
            for unit, reason in each.failures:
                click.echo(f"    {unit}: {reason}", err=err)
