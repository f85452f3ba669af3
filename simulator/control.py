"""The control API under /_control: faults, edits and counters, for operators and tests."""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from dataclasses import asdict
from typing import Any

from simulator.catalog.catalog import Catalog
from simulator.catalog.values import SOURCES
from simulator.edits import EditError, Editor
from simulator.faults import Fault, FaultError, Faults
from simulator.messages import Refused, Request, Response, as_json


class Tally:
    """Answers counted by path and status."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._lock = threading.Lock()

    def count(self, path: str, status: str) -> None:
        with self._lock:
            self._counts[path][status] += 1

    def counts(self) -> dict[str, dict[str, int]]:
        with self._lock:
            return {path: dict(statuses) for path, statuses in self._counts.items()}

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()


class Control:
    """Answers under /_control."""

    def __init__(self, catalog: Catalog, editor: Editor, faults: Faults, tally: Tally) -> None:
        self._catalog = catalog
        self._editor = editor
        self._faults = faults
        self._tally = tally

    def answer(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")[1:]
        if parts == ["faults"]:
            return self._on_faults(request)
        if parts == ["requests"]:
            if request.method == "DELETE":
                self._tally.clear()
            return as_json({"requests": self._tally.counts()})
        if len(parts) == 2 and parts[0] == "documents" and parts[1] in SOURCES:
            ids = [item.id for item in self._catalog.shelf(parts[1]).all()]
            return as_json({"source": parts[1], "count": len(ids), "ids": ids})
        if len(parts) == 3 and parts[0] == "documents":
            return self._on_document(request, parts[1], parts[2])
        raise Refused(404, f"nothing is served at {request.path}")

    def error(self, request: Request, refused: Refused) -> Response:
        return as_json({"error": str(refused)}, status=refused.status)

    def _on_faults(self, request: Request) -> Response:
        if request.method == "POST":
            try:
                self._faults.add(Fault.from_json(_json(request)))
            except FaultError as error:
                raise Refused(400, str(error)) from error
        elif request.method == "DELETE":
            self._faults.clear()
        rows = [{**asdict(fault), "left": left} for fault, left in self._faults.listing()]
        return as_json({"faults": rows}, status=201 if request.method == "POST" else 200)

    def _on_document(self, request: Request, source: str, key: str) -> Response:
        locale = request.first("locale")
        try:
            if request.method == "PUT":
                fields = _fields(request)
                self._editor.edit(source, key, fields, locale)
            elif request.method == "DELETE":
                if not self._editor.delete(source, key, locale):
                    raise Refused(404, f"{source} has no document {key}")
            else:
                raise Refused(405, "a document takes PUT and DELETE")
        except EditError as error:
            raise Refused(400, str(error)) from error
        return as_json({"source": source, "id": key, "there": key in self._catalog.shelf(source)})


def _fields(request: Request) -> dict[str, Any]:
    fields = _json(request)
    if not isinstance(fields, dict):
        raise Refused(400, "the fields to change are a JSON object")
    return fields


def _json(request: Request) -> Any:
    try:
        return json.loads(request.body or b"{}")
    except ValueError as error:
        raise Refused(400, f"the body is not JSON: {error}") from error
