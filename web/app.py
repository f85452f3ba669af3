"""The application factory: routes, error answers and response headers, put together around one index and one store."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from apiflask import APIFlask
from flask import Response
from flask.json.provider import DefaultJSONProvider

from crawlers.registry import KINDS
from search.analysis.analyzer import read as read_analyzer
from search.config.settings import Config
from search.index import Index
from search.service import configured
from search.store.store import Store
from web import api, errors, health, portal
from web.context import Serving, release_of
from web.presenter import marked
from web.query_log import QueryLog
from web.source_status import SourceStates, image_origins, source_names

STATIC_MAX_AGE_S = 31_536_000  # a year: the address of a static file carries its release


class Json(DefaultJSONProvider):
    sort_keys = False  # answers read in the order in which the models are written


def create_app(config: Config, index: Index, store: Store) -> APIFlask:
    """Build the WSGI application. It reads index and store, and closes neither.

    Its extension `query_log`, which counts what is asked, is to be closed before the store.
    """
    app = APIFlask(__name__, title="Busca Unificada", version="1", docs_path=None, json_errors=False)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_MAX_AGE_S
    app.config["AUTO_SERVERS"] = False  # the document would keep the Host header of whoever asked first
    app.json = Json(app)
    app.url_map.merge_slashes = False  # ids of documents may hold //
    app.jinja_env.filters["marked"] = marked
    app.jinja_env.globals["kinds"] = KINDS
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.servers = [{"url": "/"}]
    app.spec_processor(api.describe)
    analyzer = read_analyzer(config.words_folder)
    query_log = QueryLog(config.queries, store, ZoneInfo(config.schedule.timezone), analyzer)
    serving = Serving(
        app=app,
        config=config,
        service=configured(config, index, source_names(config.enabled_sources), query_log.begun),
        states=SourceStates(config.enabled_sources, store),
        release=release_of(),
        query_log=query_log,
    )
    app.extensions["query_log"] = query_log
    errors.register(serving)
    for part in (api, health, portal):
        app.register_blueprint(part.blueprint(serving))
    _protect(app, image_origins(config.enabled_sources))
    return app


def _protect(app: APIFlask, images: tuple[str, ...]) -> None:
    """Put the security headers on every response: nothing runs, loads or frames but what is ours, and thumbnails."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": " ".join(("'self'", "https:", *images)),
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(headers)
        return response
