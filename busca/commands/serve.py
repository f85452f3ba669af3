"""`busca serve`: the page and the API."""

from __future__ import annotations

import threading
from typing import Any

import click

from busca import logs
from busca.services import Parts
from indexes import open_index
from search.analysis import analyzer
from search.config import settings as config
from search.store.store import open_store
from web.app import create_app
from web.gunicorn_server import Server


@click.command("serve")
@click.option("--host", help="Address to listen on [web.host].")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on [web.port].")
@click.pass_obj
def command(parts: Parts, host: str | None, port: int | None) -> None:
    """Serve the portal page and the API with gunicorn."""
    logs.configure(parts.config.log)
    changes = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = parts.config.web.model_copy(update=changes)
    parts.store.close()  # the schema is in place; each worker opens its own
    click.echo(f"Busca Unificada: http://{settings.host}:{settings.port}", err=True)
    Server(settings, lambda: _app(parts.config)).run()


def _app(settings: config.Config) -> Any:
    served = open_index(settings.index_dir, settings.index, analyzer.read(settings.words_folder))
    threading.Thread(target=served.warm, daemon=True).start()
    return create_app(settings, served, open_store(settings.store_url))
