"""The command line: prints results to stdout and all else to stderr.

    busca NAME …  ──▶  busca/commands/NAME.py, the only one imported  ──▶  busca/services.py: settings, store, index

A command imports what it needs when it runs: `busca --help` is read before a library is loaded.
Exit codes: 0 good, 1 failed, 2 wrong usage or configuration.
"""

from __future__ import annotations

import importlib
import select
from pathlib import Path
from typing import Any

import click

from busca.uncollected import uncollected
from search.errors import BuscaError, ConfigError

COMMANDS = {
    "check": "Validate the settings, reach each source and say what it found.",
    "crawl": "Read sources into the store; all enabled ones where none is named.",
    "demo": "Simulate the four sources, crawl them, index, and serve the page.",
    "eval": "Measure the ranking on judged queries.",
    "export": "Write the store's documents as JSON Lines, which are the docs.jsonl of a folder for `busca eval`.",
    "queries": "List what is searched for most; nobody knows by whom.",
    "rebuild": "Index everything anew beside what is served, then serve that.",
    "rollback": "Serve the generation before the served one again, brought up to date.",
    "search": "Search as the API does, with its filters.",
    "serve": "Serve the portal page and the API with gunicorn.",
    "status": "Say what store and index hold, and how each source's last run ended.",
    "sync": "Bring the index to what the store holds.",
    "work": "Crawl and index on the schedule: the one process that writes.",
}
"""Command → the first sentence of its help, told without importing it; a test holds the two together."""


class Commands(click.Group):
    """Imports the one command that is run, and turns errors that an operator can act on into sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        with uncollected():
            command: click.Command = importlib.import_module(f"busca.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        rows = [(name, click.Command(name, help=text).get_short_help_str(limit)) for name, text in COMMANDS.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(2)
        except (BuscaError, OSError) as error:  # of the system: a full disk, a folder of somebody else's
            if isinstance(error, BrokenPipeError) and _unread():
                raise  # click ends without a word, for nobody would read it
            click.echo(f"busca: {error}", err=True)
            ctx.exit(1)


def _unread() -> bool:
    """Whether who read what we print has gone, as `head` does."""
    poll = select.poll()
    for descriptor in (1, 2):
        poll.register(descriptor, 0)  # errors are told unasked
    return any(event & select.POLLERR for _, event in poll.poll(0))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config", "path", type=click.Path(path_type=Path), envvar="BUSCA_CONFIG", help="Settings [config.yaml]."
)
@click.version_option(package_name="busca-unificada")
@click.pass_context
def main(ctx: click.Context, path: Path | None) -> None:
    """One search over TDN, the Base de Conhecimento, the Canal TOTVS and the Central de Download."""
    with uncollected():
        services = importlib.import_module("busca.services")
    ctx.obj = services.parts((path or Path("config.yaml")).resolve(), ctx)
