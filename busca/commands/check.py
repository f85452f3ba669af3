"""`busca check`: is everything as it should be."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from busca import jobs
from busca.findings import finding, generations, index_sentence, tell_findings, words_sentence
from busca.services import Parts


@click.command("check")
@click.option("--offline", is_flag=True, help="Look at the settings, the store and the index only.")
@click.option("--index", "whole", is_flag=True, help="Read every file of every generation and compare checksums.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(parts: Parts, offline: bool, whole: bool, as_json: bool) -> None:
    """Validate the settings, reach each source and say what it found."""
    findings = [finding("settings", lambda: f"{parts.path.name} is valid")]
    findings.append(finding("words", lambda: words_sentence(parts.config.words_folder, datetime.now(UTC).date())))
    findings.append(finding("store", lambda: f"{parts.store.count()} documents, change {parts.store.position()}"))
    findings.append(finding("index", lambda: index_sentence(parts.store, parts.index)))
    if whole:
        findings += generations(parts.index)
    if not offline:
        findings += [finding(name, jobs.source(parts, name).probe) for name in parts.config.enabled_sources]
    tell_findings(findings, as_json=as_json)
    if not all(row["ok"] for row in findings):
        sys.exit(1)
