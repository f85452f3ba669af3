"""Faults on demand: what goes wrong, where and how often, applied to an answer that was right."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from simulator.catalog.values import SOURCES
from simulator.messages import HTML, Refused, Request, Response

KINDS = ("429", "500", "403", "timeout", "cut", "html", "malformed", "redirect")
_CHALLENGE = b"""<!DOCTYPE html><html lang="en"><head><title>Just a moment...</title></head>
<body><h1>Checking your browser before accessing this site.</h1>
<div id="cf-browser-verification">Ray ID: 0000000000000000</div></body></html>
"""


class FaultError(ValueError):
    """A fault is asked for that there is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `at` is the place of a document in its source: a listing that holds this document fails.

    `path` is a part of the request's path and query; `times` is how many answers fail, None for all. `retry_after`
    is sent as it is; `delay_s` is how long a timeout holds the line before it hangs up; `location` is where a
    redirect leads.
    """

    source: str
    kind: str
    at: int | None = None
    path: str = ""
    times: int | None = None
    retry_after: str = ""
    delay_s: float = 60.0
    location: str = ""

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise FaultError(f"source must be one of {', '.join(SOURCES)}, not {self.source!r}")
        if self.kind not in KINDS and not (self.kind.isdigit() and 400 <= int(self.kind) <= 599):
            raise FaultError(f"kind must be a status of 400 to 599 or one of {', '.join(KINDS)}, not {self.kind!r}")

    @classmethod
    def from_json(cls, data: object) -> Fault:
        """Raise FaultError that says which field is wrong."""
        if not isinstance(data, dict):
            raise FaultError("a fault is a JSON object")
        fields: dict[str, Any] = {str(name): value for name, value in data.items() if value is not None}
        unknown = fields.keys() - cls.__dataclass_fields__.keys()
        if unknown:
            raise FaultError(f"unknown field {', '.join(sorted(unknown))}")
        for name, kind in (("at", int), ("times", int), ("delay_s", float)):
            if name in fields:
                try:
                    fields[name] = kind(fields[name])
                except (TypeError, ValueError):
                    raise FaultError(f"{name} must be a number, not {fields[name]!r}") from None
        for name in ("source", "kind", "path", "retry_after", "location"):
            if name in fields:
                fields[name] = str(fields[name])
        return cls(**{"source": "", "kind": "", **fields})


class Faults:
    """The faults in force, in the order in which they were set; the first that fits an answer is applied."""

    def __init__(self, place: Callable[[str, int], str | None]) -> None:
        self._place = place
        self._faults: list[tuple[Fault, int | None]] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append((fault, fault.times))

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def listing(self) -> list[tuple[Fault, int | None]]:
        """Each fault with the number of answers that it will still spoil, None for all."""
        with self._lock:
            return list(self._faults)

    def strike(self, source: str, request: Request, response: Response) -> Fault | None:
        """The fault that this answer shall have, counted as used."""
        with self._lock:
            for index, (fault, left) in enumerate(self._faults):
                if left != 0 and fault.source == source and self._fits(fault, request, response):
                    self._faults[index] = (fault, None if left is None else left - 1)
                    return fault
        return None

    def _fits(self, fault: Fault, request: Request, response: Response) -> bool:
        if fault.path and fault.path not in request.target:
            return False
        return fault.at is None or self._place(fault.source, fault.at) in response.listed


def spoiled(
    fault: Fault, request: Request, response: Response, error: Callable[[Request, Refused], Response]
) -> Response:
    """The answer as the fault leaves it; `error` gives a refusal the shape of the source."""
    half = len(response.body) // 2
    if fault.kind == "timeout":
        return replace(response, hold_s=fault.delay_s)
    if fault.kind == "cut":
        return replace(response, cut=True)
    if fault.kind == "html":
        return Response(body=_CHALLENGE, type=HTML)
    if fault.kind == "malformed":
        return Response(body=response.body[:half] + b'\x00{"<', type=response.type)
    if fault.kind == "redirect":
        target = fault.location or f"http://elsewhere.invalid{request.target}"
        return Response(body=b"", type=HTML, status=302, headers={"Location": target})
    status = int(fault.kind)
    messages = {429: "Too many requests", 403: "Forbidden"}
    answer = error(request, Refused(status, messages.get(status, "An error was asked for")))
    extra = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    return replace(answer, headers={**answer.headers, **extra})
