"""Every error that this project raises on purpose, grouped by who must act.

    BuscaError
    ├── ConfigError        the operator: a setting is wrong; nothing has started
    ├── StoreError         the operator: the database cannot be reached, read or written; nothing is half done
    ├── SourceError        the source: this run failed; what was read is kept, nothing is removed, no cursor moves
    ├── RecordError        the source's editors: one record is skipped and listed among the failures of its run
    ├── BusyError          nobody yet: another process does this work now
    ├── QueryError         the person who asked: HTTP 422
    └── IndexUnavailable   the operator: no generation can be served; HTTP 503

A bug is not wrapped: it surfaces as what it is.
"""

from __future__ import annotations

from collections.abc import Sequence


class BuscaError(Exception):
    """The root: its text is a sentence for a person."""


class ConfigError(BuscaError):
    """One or more settings are wrong.

    `problems` holds one sentence for each, led by the setting's dotted path.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class StoreError(BuscaError):
    """The store cannot be opened, read or written."""


class SourceError(BuscaError):
    """A source could not be read any further in this run."""


class RecordError(BuscaError):
    """One record of a source cannot become a document."""


class BusyError(BuscaError):
    """Another process holds the lock of this piece of work."""


class QueryError(BuscaError):
    """A parameter of a search is outside what can be answered.

    `name` is the parameter's name.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class IndexUnavailable(BuscaError):
    """No generation of the index can be opened."""
