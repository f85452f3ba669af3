"""`busca search`: its options, and what it prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import click
from werkzeug.datastructures import MultiDict

from busca.services import Parts
from search.config.settings import Config
from search.errors import QueryError
from search.facets import FILTERS
from search.index import Index
from search.model import SORTS
from search.service import configured
from search.store.store import Store
from web.i18n import load
from web.parameters import SearchParameters
from web.presenter import search_answer
from web.source_status import Standings, source_names

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


def answer_of(config: Config, index: Index, store: Store, text: str, options: dict[str, Any]) -> dict[str, Any]:
    """What the API answers. Raise IndexUnavailable, or UsageError for a parameter that it does not take."""
    words = load(config.web.default_lang)
    values = MultiDict[str, str]({"q": text.encode("utf-8", "replace").decode()})
    for name, value in options.items():
        several = value if isinstance(value, tuple) else () if value is None else (value,)
        values.setlist(name, [str(each) for each in several])
    try:
        parameters = SearchParameters.read(values, words)
    except QueryError as error:
        raise click.UsageError(str(error)) from error
    service = configured(config, index, source_names(config.enabled_sources))
    answer = service.search(parameters.query(words.code))
    standings = Standings(config.enabled_sources, store).now()
    return search_answer(answer, parameters, words, standings, path="/api/v1/search").model_dump(mode="json")


def tell_answer(found: dict[str, Any]) -> None:
    """Print an answer of the API: what was meant, each hit, and with `explain` what its score is made of."""
    for warning in found["warnings"]:
        click.echo(warning, err=True)
    if found["corrected_from"]:
        text = found["query"]["text"]
        click.echo(f"nothing found for {found['corrected_from']!r}; searched instead: {text}", err=True)
    elif found["did_you_mean"]:
        click.echo(f"did you mean: {', '.join([found['did_you_mean'], *found['alternatives']])}?", err=True)
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


@click.command("search")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print the answer of the API.")
@asking
@click.pass_obj
def command(parts: Parts, /, text: str, as_json: bool, **options: Any) -> None:
    """Search as the API does, with its filters."""
    parts.index.status()  # an operator is told why nothing can be searched, not what a visitor would be told
    answer = answer_of(parts.config, parts.index, parts.store, text, options)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        tell_answer(answer)
