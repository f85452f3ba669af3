"""`busca search`: the service is asked as the API asks it; the answer is printed, or as the API gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click

from busca.services import Parts
from busca.uncollected import uncollected
from indexes import once
from search.errors import QueryError
from search.facets import FILTERS
from search.model import SORTS, Explanation, Hit
from search.service import Answer, configured
from web.parameters import SearchParameters
from web.source_status import source_names

Command = Callable[..., None]
OPTIONS = (
    click.option("--page", default=1, show_default=True, type=click.IntRange(min=1)),
    click.option("--per-page", default=10, show_default=True, type=click.IntRange(1, 50)),
    click.option("--sort", default="relevance", show_default=True, type=click.Choice(SORTS)),
    click.option("--explain", is_flag=True, help="Say what each score is made of."),
)


def api_options(command: Command) -> Command:
    """Give a command the options of the API: each filter, the page, the order."""
    for option in reversed(OPTIONS):
        command = option(command)
    for name in ("updated-before", "updated-after"):
        command = click.option(f"--{name}", metavar="DAY", help="As 2024-01-31.")(command)
    for name in reversed(FILTERS):
        command = click.option(f"--{name}", multiple=True, help="May be repeated: any of the values.")(command)
    return command


@click.command("search")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print the answer of the API.")
@api_options
@click.pass_obj
def command(parts: Parts, /, text: str, as_json: bool, **options: Any) -> None:
    """Search as the API does, with its filters."""
    lang = parts.config.web.default_lang
    with uncollected():
        index = parts.index
    status = index.status()  # an operator is told why nothing can be searched, not what a visitor would be told
    parameters = _parameters(text, options, lang)
    service = configured(parts.config, index, source_names(parts.config.enabled_sources))
    with once(status):
        answer = service.search(parameters.query(lang))
    if as_json:
        from busca import api_answer  # noqa: PLC0415  the shapes of the API take long to load

        click.echo(api_answer.as_json(parts, answer, parameters))
    else:
        tell_answer(answer)


def _parameters(text: str, options: dict[str, Any], lang: str) -> SearchParameters:
    """The parameters of the API. Raise UsageError for one that it does not take."""
    values = {"q": [text.encode("utf-8", "replace").decode()]}
    for name, value in options.items():
        items = value if isinstance(value, tuple) else () if value is None else (value,)
        values[name] = [str(item) for item in items]
    try:
        return SearchParameters.read(values, lambda key, **names: _sentence(lang, key, names))
    except QueryError as error:
        raise click.UsageError(str(error)) from error


def _sentence(lang: str, key: str, values: dict[str, str]) -> str:
    from web.i18n import load  # noqa: PLC0415  only where something is wrong

    return load(lang)(key, **values)


def tell_answer(answer: Answer) -> None:
    """Print an answer: what was meant, each hit, and what its score is made of where that was asked for."""
    results, query = answer.results, answer.results.query
    for warning in dict.fromkeys((*query.warnings, *results.warnings)):
        click.echo(warning, err=True)
    if answer.typed:
        click.echo(f"nothing found for {answer.typed!r}; searched instead: {query.text}", err=True)
    elif answer.corrections:
        click.echo(f"did you mean: {', '.join(meant.text for meant in answer.corrections)}?", err=True)
    click.echo(f"{results.total} results in {results.took_ms:.0f} ms", err=True)
    for place, hit in enumerate(results.hits, start=(query.page - 1) * query.per_page + 1):
        _tell_hit(place, hit)


def _tell_hit(place: int, hit: Hit) -> None:
    document = hit.document
    click.echo(f"{place:3}. {document.title}")
    click.echo(f"     {document.source} · {document.updated:%Y-%m-%d} · {document.url}")
    click.echo(f"     {hit.snippet.text}")
    if hit.explanation:
        click.echo(f"     found by: {hit.lane}")
        click.echo("\n".join(explanation_lines(hit.explanation)))
    click.echo()


def explanation_lines(part: Explanation, depth: int = 0) -> Iterator[str]:
    """A number and its parts, one a line, each part further to the right."""
    rule = f" ({part.rule} of)" if part.parts else ""
    yield f"     {'  ' * depth}{part.value:9.4f}  {part.name}{rule}"
    for inner in part.parts:
        yield from explanation_lines(inner, depth + 1)
