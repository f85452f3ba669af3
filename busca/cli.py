"""The command line: puts the parts together, prints results to stdout and all else to stderr.

Exit codes: 0 good, 1 failed, 2 wrong usage or configuration.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import click
import structlog

from busca import evaluation, qrels
from busca.demo import DEMO_KEY, DEMO_NOTE, DEMO_SETTINGS, run_demo
from busca.found import answer_of, asking, tell_answer, tell_queries
from busca.progress import counting, shown, tracked
from busca.report import (
    finding,
    generations,
    index_sentence,
    state_of,
    tell_figures,
    tell_findings,
    tell_outcomes,
    tell_state,
    words_sentence,
)
from crawlers.http.client import Client
from crawlers.registry import load_settings, open_source
from crawlers.run import Outcome
from crawlers.schedule import Work, scheduler
from crawlers.source import Source
from indexes import open_index
from search import index
from search.analysis import analyzer
from search.config import settings as config
from search.curation import lexicon
from search.errors import BuscaError, ConfigError
from search.index import Index
from search.store.locks import exclusive
from search.store.store import Store, open_store
from web.app import create_app
from web.gunicorn_server import Server

FILE = click.Path(dir_okay=False, path_type=Path)
PAGES = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@dataclass(frozen=True)
class Parts:
    """The parts of one configuration, opened when first needed."""

    config: config.Config
    path: Path

    @cached_property
    def store(self) -> Store:
        return open_store(self.config.store_url)

    @cached_property
    def index(self) -> Index:
        return open_index(self.config.index_dir, self.config.index, analyzer.read(self.config.words_folder))

    def source(self, name: str) -> Source:
        return open_source(name, self.config.sources[name], Client(self.config.http), self.path.parent)

    def work(self, names: Iterable[str] = ()) -> Work:
        """What crawls the named sources. Raise BuscaError when real sources would be mixed with a demo's documents."""
        demo = self.config.data_dir / DEMO_SETTINGS
        if self.store.note(DEMO_NOTE) and self.path != demo:
            raise BuscaError(
                f"{self.config.data_dir} holds a demo's documents: crawl the simulated sources with --config {demo},"
                " or give the real ones another folder (data_dir, BUSCA_DATA_DIR)"
            )
        chosen = list(names) or list(self.config.enabled_sources)
        return Work(self.config, self.store, {name: self.source(name) for name in chosen}, self.sync)

    def sync(self) -> int:
        """Bring the index to the store; return how many changes that took."""
        with exclusive(self.store, self.config.data_dir, "index"):
            return index.sync(self.store, self.index, batch=self.config.index.batch, track=tracked("index"))

    def rebuild(self) -> int:
        """Build a new generation and serve it; return its documents."""
        with exclusive(self.store, self.config.data_dir, "index"):
            documents = index.rebuild(self.store, self.index, track=tracked("rebuild"))
            index.sync(self.store, self.index, batch=self.config.index.batch)
            return documents


class Commands(click.Group):
    """Turns the errors that an operator can act on into sentences and exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(2)
        except (BuscaError, OSError) as error:  # of the system: a full disk, a folder of somebody else's
            click.echo(f"busca: {error}", err=True)
            ctx.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config", "path", type=click.Path(path_type=Path), envvar="BUSCA_CONFIG", help="Settings [config.yaml]."
)
@click.version_option(package_name="busca-unificada")
@click.pass_context
def main(ctx: click.Context, path: Path | None) -> None:
    """One search over TDN, the Base de Conhecimento, the Canal TOTVS and the Central de Download."""
    os.environ.setdefault(DEMO_KEY, "demo")  # the simulator takes any key; a demo needs no secret
    chosen = (path or Path("config.yaml")).resolve()
    loaded = load_settings(chosen)
    _configure_log(loaded.log)
    ctx.obj = Parts(loaded, chosen)


@main.command()
@click.option("--offline", is_flag=True, help="Look at the settings, the store and the index only.")
@click.option("--index", "whole", is_flag=True, help="Read every file of every generation and compare checksums.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def check(parts: Parts, offline: bool, whole: bool, as_json: bool) -> None:
    """Validate the settings, reach each source and say what it found."""
    findings = [finding("settings", lambda: f"{parts.path.name} is valid")]
    findings.append(finding("words", lambda: words_sentence(parts.config.words_folder, datetime.now(UTC).date())))
    findings.append(finding("store", lambda: f"{parts.store.count()} documents, change {parts.store.position()}"))
    findings.append(finding("index", lambda: index_sentence(parts.store, parts.index)))
    if whole:
        findings += generations(parts.index)
    if not offline:
        findings += [finding(name, parts.source(name).probe) for name in parts.config.enabled_sources]
    tell_findings(findings, as_json=as_json)
    if not all(each["ok"] for each in findings):
        sys.exit(1)


@main.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--full", is_flag=True, help="List everything: the only run that notices removals (feeds tell of none).")
@click.option("--accept-loss", is_flag=True, help="Remove what is missing, however much it is.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a source.")
@click.pass_obj
def crawl(parts: Parts, sources: tuple[str, ...], full: bool, accept_loss: bool, as_json: bool) -> None:
    """Read sources into the store; all enabled ones where none is named."""
    unknown = [name for name in sources if name not in parts.config.sources]
    if unknown:
        known = ", ".join(parts.config.sources)
        raise click.UsageError(f"there is no source {unknown[0]!r} in {parts.path.name}; known: {known}")
    outcomes = crawl_all(parts.work(sources), full=full or None, accept_loss=accept_loss)
    tell_outcomes(outcomes, as_json=as_json)
    if any(outcome.state != "ok" for outcome in outcomes):
        sys.exit(1)


@main.command()
@click.pass_obj
def sync(parts: Parts) -> None:
    """Bring the index to what the store holds."""
    click.echo(f"{parts.sync()} changes indexed, position {parts.index.position()}")


@main.command()
@click.pass_obj
def rebuild(parts: Parts) -> None:
    """Index everything anew beside what is served, then serve that."""
    documents = parts.rebuild()
    click.echo(f"{documents} documents indexed, generation {parts.index.status().generation} is served")


@main.command()
@click.pass_obj
def rollback(parts: Parts) -> None:
    """Serve the generation before the served one again, brought up to date."""
    with exclusive(parts.store, parts.config.data_dir, "index"):
        name = parts.index.roll_back()
        index.sync(parts.store, parts.index, batch=parts.config.index.batch, track=tracked("index"))
    click.echo(f"generation {name} is served")


@main.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print the answer of the API.")
@asking
@click.pass_obj
def search(parts: Parts, /, text: str, as_json: bool, **parameters: Any) -> None:
    """Search as the API does, with its filters."""
    parts.index.status()  # an operator is told why nothing can be searched, not what a visitor would be told
    found = answer_of(parts.config, parts.index, parts.store, text, parameters)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        tell_answer(found)


@main.command()
@click.option("--without-results", "missed", is_flag=True, help="Only those that found nothing the last time.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=1))
@click.option("--forget", metavar="TEXT", help="Forget a search, in any spelling; queries.blocked keeps it out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
@click.pass_obj
def queries(parts: Parts, /, **options: Any) -> None:
    """List what is searched for most; nobody knows by whom."""
    tell_queries(parts.store, **options)


@main.command("eval")
@click.argument("folders", nargs=-1, required=True, type=FOLDER)
@click.option("--noise", type=PAGES, help="JSON Lines of pages to index around each folder, plain, .gz or .xz.")
@click.option("--run", type=FILE, help="Write what was found, as a TREC run.")
@click.option("--save", type=FILE, help="Keep the score of each query.")
@click.option("--compare", type=FILE, help="Say which queries moved since --save.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
@click.pass_obj
def evaluate(parts: Parts, /, folders: tuple[Path, ...], as_json: bool, **paths: Path | None) -> None:
    """Measure the ranking on judged queries.

    Each folder holds queries.tsv, qrels.tsv and docs.jsonl; without docs.jsonl, it is about the documents in the store.
    The index is a temporary one. Try a change of a weight or a word list with --save before and --compare after it.
    """
    before = evaluation.saved(paths["compare"]) if paths["compare"] else None
    collections = [qrels.read(folder, lambda: qrels.stored(parts.store)) for folder in folders]
    several = []
    for each in collections:
        noise = shown("noise", qrels.pages(paths["noise"])) if paths["noise"] else ()
        with evaluation.indexed(each, parts.config, noise) as ask:
            several.append(evaluation.evaluate(each, ask, track=partial(shown, each.name)))
        if not as_json:
            tell_figures(several[-1], each, before)
    if paths["run"]:
        evaluation.write_run(paths["run"], several)
    if paths["save"]:
        evaluation.save(paths["save"], several)
    if as_json:
        click.echo(json.dumps([each.row() for each in several], ensure_ascii=False))


@main.command()
@click.argument("path", metavar="FILE", type=FILE)
@click.pass_obj
def export(parts: Parts, path: Path) -> None:
    """Write the store's documents as JSON Lines, which are the docs.jsonl of a folder for `busca eval`."""
    click.echo(f"{qrels.write(path, qrels.stored(parts.store))} documents written to {path}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def status(parts: Parts, as_json: bool) -> None:
    """Say what store and index hold, and how each source's last run ended."""
    tell_state(state_of(parts.config, parts.store, parts.index), as_json=as_json)


@main.command()
@click.option("--host", help="Address to listen on [web.host].")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on [web.port].")
@click.pass_obj
def serve(parts: Parts, host: str | None, port: int | None) -> None:
    """Serve the portal page and the API with gunicorn."""
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = parts.config.web.model_copy(update=given)
    parts.store.close()  # the schema is in place; each worker opens its own
    click.echo(f"Busca Unificada: http://{settings.host}:{settings.port}", err=True)
    Server(settings, lambda: _app(parts.config)).run()


@main.command()
@click.option("--once", is_flag=True, help="List every source whole, index, and end.")
@click.pass_obj
def work(parts: Parts, once: bool) -> None:
    """Crawl and index on the schedule: the one process that writes."""
    lexicon.load(parts.config.words_folder)  # one that is wrong would stop every sync
    job = parts.work()
    if not once:
        with exclusive(parts.store, parts.config.data_dir, "work"):
            click.echo(f"working on {len(job.sources)} sources; stop with Ctrl+C", err=True)
            scheduler(job).start()
        return
    outcomes = crawl_all(job, full=True, resume=False)
    tell_outcomes(outcomes)
    click.echo(f"{parts.sync()} changes indexed, position {parts.index.position()}")
    if any(outcome.state != "ok" for outcome in outcomes):
        sys.exit(1)


@main.command()
@click.option("--pages", type=PAGES, help="JSON Lines of pages, plain, .gz or .xz.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to serve on [web.port, or a free one].")
@click.pass_obj
def demo(parts: Parts, pages: Path | None, port: int | None) -> None:
    """Simulate the four sources, crawl them, index, and serve the page."""
    run_demo(parts.config, pages=pages, port=port, bring_in=_bring_in)


# -- work --------------------------------------------------------------------------------------------------------------


def crawl_all(job: Work, *, full: bool | None, resume: bool = True, accept_loss: bool = False) -> list[Outcome]:
    """Run every source of a job, one after another, with progress."""
    outcomes = []
    for name in job.sources:
        with counting(f"crawl {name}") as show:
            outcomes.append(job.crawl(name, full=full, resume=resume, accept_loss=accept_loss, progress=show))
    return outcomes


def _bring_in(path: Path, settings: config.Config) -> list[Outcome]:
    """Crawl everything that a configuration names, and index it."""
    parts = Parts(settings, path)
    outcomes = crawl_all(parts.work(), full=True)
    tell_outcomes(outcomes, err=True)
    parts.sync()
    parts.store.close()
    return outcomes


def _app(settings: config.Config) -> Any:
    served = open_index(settings.index_dir, settings.index, analyzer.read(settings.words_folder))
    threading.Thread(target=served.warm, daemon=True).start()
    return create_app(settings, served, open_store(settings.store_url))


def _configure_log(settings: config.Log) -> None:
    shape: Any = (
        structlog.processors.JSONRenderer()
        if settings.format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), shape],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, settings.level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
