"""gunicorn, started from our settings: some processes with some threads each, every one with its own open index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from search.config.settings import Web

MAX_REQUESTS = 100_000
"""Requests after which a worker is replaced, so that a slow leak in any library stays a slow leak."""


class Server(BaseApplication):  # type: ignore[misc]
    """`run()` serves until the process is told to stop. `make_app` is called in each worker, after the fork."""

    def __init__(self, settings: Web, make_app: Callable[[], Flask]) -> None:
        self._settings = settings
        self._make_app = make_app
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.workers,
            "worker_class": "gthread",
            "threads": self._settings.threads,
            "timeout": self._settings.timeout_s,
            "max_requests": MAX_REQUESTS,
            "max_requests_jitter": MAX_REQUESTS // 10,
            "limit_request_line": 8190,
            "loglevel": "warning",
            "control_socket_disable": True,
            "worker_exit": _ended,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._make_app()


def _ended(_arbiter: object, worker: Any) -> None:
    """A worker that ends in order writes what it has counted: nothing where it never served, or its app counts none."""
    app: Flask | None = getattr(worker, "wsgi", None)
    if app is not None and (counting := app.extensions.get("query_log")) is not None:
        counting.close()
