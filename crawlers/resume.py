"""Failures outlive an interruption: a run that is taken up again is as partial as the one that was interrupted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawlers import json_fields
from crawlers.source import Checkpoint, Failure, Record


def carrying_failures(
    found: Iterable[Record | Failure | Checkpoint], resume: Checkpoint | None
) -> Iterator[Record | Failure | Checkpoint]:
    """Yield what is found; first the failures that `resume` carries, and let each checkpoint carry all until then."""
    carried = json_fields.items(resume.data.get("failures")) if resume else []
    failures = [Failure(str(unit), str(error)) for unit, error in carried]
    yield from failures
    for each in found:
        if isinstance(each, Failure):
            failures.append(each)
        elif isinstance(each, Checkpoint) and failures:
            each = Checkpoint({**each.data, "failures": [[failure.unit, failure.error] for failure in failures]})
        yield each
