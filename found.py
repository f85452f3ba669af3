"""`busca search`: its options, and what it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click

from search.model import FILTERS, SORTS

Command = Callable[..., None]
OPTIONS = (
    click.option("--page", default=1, show_default=True, type=click.IntRange(min=1)),
    click.option("--per-page", default=10, show_default=True, type=click.IntRange(1, 50)),
    click.option("--sort", default="relevance", show_default=True, type=click.Choice(SORTS)),
    click.option("--explain", is_flag=True, help="Say what each score is made of."),
)


def asking(command: Command) -> Command:
    """Give a command the options of the API: each filter, the page, the order."""
    for option in reversed(OPTIONS):
        command = option(command)
    for name in ("updated-before", "updated-after"):
        command = click.option(f"--{name}", metavar="DAY", help="As 2024-01-31.")(command)
    for name in reversed(FILTERS):
        command = click.option(f"--{name}", multiple=True, help="May be repeated: any of the values.")(command)
    return command


def tell_answer(found: dict[str, Any]) -> None:
    """Print an answer of the API: each hit, and with `explain` what its score is made of."""
    for warning in found["warnings"]:
        click.echo(warning, err=True)
    click.echo(f"{found['total']['value']} results in {found['took_ms']:.0f} ms", err=True)
    for place, hit in enumerate(found["results"], start=(found["page"] - 1) * found["per_page"] + 1):
        click.echo(f"{place:3}. {hit['title']}\n     {hit['source']} · {hit['updated'][:10]} · {hit['url']}")
        click.echo(f"     {hit['snippet']['text']}")
        if hit["explanation"]:
            click.echo(f"     found by: {hit['explanation']['lane']}")
            click.echo("\n".join(explanation_lines(hit["explanation"])))
        click.echo()


def explanation_lines(part: dict[str, Any], depth: int = 0) -> Iterator[str]:
    """A number and its parts, one a line, each part further to the right."""
    made = f" ({part['rule']} of)" if part["parts"] else ""
    yield f"     {'  ' * depth}{part['value']:9.4f}  {part['name']}{made}"
    for each in part["parts"]:
        yield from explanation_lines(each, depth + 1)
