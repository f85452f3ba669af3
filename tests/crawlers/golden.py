"""Golden files: a record as its source gave it, and the document that it becomes.

tests/crawlers/golden/SOURCE/NAME.json holds {"record": {"key", "data"}, "document": {…} or null, or "error": "…"}. A
field of `document` that is left out has the default of Document; its links are those that a run keeps.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.links import linked
from crawlers.registry import link_shapes
from crawlers.source import Record, Source
from search.errors import RecordError
from search.model import Document

FOLDER = Path(__file__).parent / "golden"


def documents_of(source: Source, folder: str) -> pytest.MarkDecorator:
    """Parametrise a test by `made` and `expected`, one pair for each file of a folder."""
    files = sorted((FOLDER / folder).glob("*.json"))
    if not files:
        raise FileNotFoundError(f"no golden files in {FOLDER / folder}")
    return pytest.mark.parametrize("made, expected", [_case(source, file) for file in files])


def as_json(document: Document | None) -> Any:
    """A document as JSON, without the fields that have their default."""
    if document is None:
        return None
    values = {field.name: getattr(document, field.name) for field in fields(document)}
    values["links"] = linked(document.links, link_shapes())
    empty: tuple[object, ...] = ("", (), None, 0.0, {})
    return json.loads(json.dumps({name: v for name, v in values.items() if v not in empty}, default=_text))


def outcome(source: Source, record: Record) -> dict[str, Any]:
    try:
        return {"document": as_json(source.document(record))}
    except RecordError as error:
        return {"error": str(error)}


def _case(source: Source, file: Path) -> Any:
    golden = json.loads(file.read_text(encoding="utf-8"))
    record = Record(golden["record"]["key"], golden["record"]["data"])
    expected = {name: value for name, value in golden.items() if name in ("document", "error")}
    return pytest.param(lambda: outcome(source, record), expected, id=file.stem)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a golden file")
