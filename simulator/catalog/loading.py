"""The authored content: five YAML files read into a catalog, with every mistake named by file and document."""

from __future__ import annotations

from pathlib import Path

import yaml

from simulator.catalog.catalog import LINK, Catalog
from simulator.catalog.readers import READERS
from simulator.catalog.record import Record
from simulator.catalog.values import text_of

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContentError(ValueError):
    """The content files have mistakes; the message lists them all, one a line."""


def load_content(folder: Path, catalog: Catalog) -> None:
    """Read the YAML files of a folder into the catalog; a file that is not there leaves its source empty.

    Raise ContentError with all mistakes: unknown keys, missing or duplicate ids, links and references to nothing.
    """
    problems: list[str] = []
    paths = [path for name in READERS if (path := folder / f"{name}.yaml").is_file()]
    if not paths:
        raise ContentError(f"{folder} holds none of {', '.join(f'{name}.yaml' for name in READERS)}")
    for path in paths:
        try:
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
        except yaml.YAMLError as error:
            problems.append(f"{path.name}: not YAML: {error}")
            continue
        record = Record(path.name, data, problems)
        READERS[path.stem](record, catalog)
        record.close()
    _check_links(catalog, problems)
    if problems:
        raise ContentError("\n".join(problems))


def _check_links(catalog: Catalog, problems: list[str]) -> None:
    texts: list[tuple[str, str]] = []
    texts += [(f"tdn.yaml: page {page.id}", text_of(page.body)) for page in catalog.pages.all()]
    for article in catalog.articles.all():
        for locale, translation in article.translations.items():
            texts.append((f"kb.yaml: article {article.id}, {locale}", text_of(translation.body)))
    texts += [(f"youtube.yaml: video {video.id}", text_of(video.description)) for video in catalog.videos.all()]
    for package in catalog.packages.all():
        doc = f" {{{package.doc}}}" if package.doc else ""
        texts.append((f"downloads.yaml: package {package.id}", text_of(package.description) + doc))
    texts += [(f"legislacao.yaml: entry {entry.id}", entry.summary) for entry in catalog.entries.all()]
    for where, text in texts:
        dead = (mark[0] for mark in LINK.finditer(text) if not catalog.has(mark[1], mark[2]))
        problems.extend(f"{where}: {link} links to nothing" for link in dead)
