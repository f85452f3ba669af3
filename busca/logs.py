"""Where logs go: to stderr, as lines for people or JSON. Loading what writes them takes as long as a search."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from search.config import settings as config


class ToStructlog(logging.Handler):
    """Hands on what the standard library's loggers are told, and loads structlog when there is something."""

    def __init__(self, settings: config.Log) -> None:
        super().__init__(getattr(logging, settings.level.upper()))
        self._settings = settings

    def emit(self, record: logging.LogRecord) -> None:
        configure(self._settings)
        structlog = sys.modules["structlog"]
        structlog.get_logger().log(record.levelno, record.getMessage(), logger=record.name)


@contextmanager
def handed_on(settings: config.Log) -> Iterator[None]:
    """Hand on what the standard library's loggers are told, until the block ends."""
    handler = ToStructlog(settings)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def configure(settings: config.Log) -> None:
    """Set structlog up: what commands call whose parts log through it."""
    import structlog  # noqa: PLC0415  see above

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
