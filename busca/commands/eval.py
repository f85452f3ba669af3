"""`busca eval`: how good the ranking is."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import click

from busca import corpus, evaluation, qrels
from busca.figures import tell_figures
from busca.progress import shown
from busca.services import Parts

FILE = click.Path(dir_okay=False, path_type=Path)
PAGES = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("eval")
@click.argument("folders", nargs=-1, required=True, type=FOLDER)
@click.option("--noise", type=PAGES, help="JSON Lines of pages to index around each folder, plain, .gz or .xz.")
@click.option("--run", type=FILE, help="Write what was found, as a TREC run.")
@click.option("--save", type=FILE, help="Keep the score of each query.")
@click.option("--compare", type=FILE, help="Say which queries moved since --save.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
@click.pass_obj
def command(parts: Parts, /, folders: tuple[Path, ...], as_json: bool, **paths: Path | None) -> None:
    """Measure the ranking on judged queries.

    Each folder holds queries.tsv, qrels.tsv and docs.jsonl; without docs.jsonl, it is about the documents in the store.
    The index is a temporary one. Try a change of a weight or a word list with --save before and --compare after it.
    """
    before = evaluation.saved(paths["compare"]) if paths["compare"] else None
    collections = [qrels.read(folder, lambda: corpus.stored(parts.store)) for folder in folders]
    evaluations = []
    for collection in collections:
        noise = shown("noise", corpus.pages(paths["noise"])) if paths["noise"] else ()
        with evaluation.indexed(collection, parts.config, noise) as ask:
            evaluations.append(evaluation.evaluate(collection, ask, track=partial(shown, collection.name)))
        if not as_json:
            tell_figures(evaluations[-1], collection, before)
    if paths["run"]:
        evaluation.write_run(paths["run"], evaluations)
    if paths["save"]:
        evaluation.save(paths["save"], evaluations)
    if as_json:
        click.echo(json.dumps([figures.row() for figures in evaluations], ensure_ascii=False))
