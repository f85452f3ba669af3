"""Errors as answers: RFC 9457 problem documents for programs, pages for people; one shape each.

QueryError 422 · IndexUnavailable 503 with Retry-After · every other HTTP error as it is · a bug 500
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, render_template, request
from flask.globals import request_ctx
from pydantic import BaseModel, ConfigDict
from werkzeug.exceptions import HTTPException

from search.errors import IndexUnavailable, QueryError
from web.i18n import Translation
from web.source_status import elsewhere

if TYPE_CHECKING:
    from web.context import Serving

MACHINE_PATHS = ("/api/", "/health/", "/openapi.json")
MAX_TEXT = 512
RETRY_AFTER_S = 30  # a rebuild or a restart takes about that long; asking again sooner helps nobody


class ParameterProblem(BaseModel):
    """One parameter that cannot be used, and why."""

    model_config = ConfigDict(frozen=True)

    parameter: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. `errors` names the parameters at fault and is empty when none is."""

    model_config = ConfigDict(frozen=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    errors: tuple[ParameterProblem, ...] = ()


def register(serving: Serving) -> None:
    """Answer every error of the application, each to its kind of reader."""
    app = serving.app

    @app.errorhandler(QueryError)
    def invalid(error: QueryError) -> Response:
        return _answer(serving, 422, str(error), errors=(ParameterProblem(parameter=error.name, detail=str(error)),))

    @app.errorhandler(IndexUnavailable)
    def unavailable(error: IndexUnavailable) -> Response:
        app.logger.warning("no answer to %s: %s", request.path, error)
        return _answer(serving, 503, "", headers={"Retry-After": str(RETRY_AFTER_S)})

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        headers = {name: value for name, value in error.get_headers(request.environ) if name == "Allow"}
        return _answer(serving, error.code or 500, "", headers=headers)


def problem(status: int, detail: str, errors: tuple[ParameterProblem, ...] = ()) -> Response:
    """The problem document of the present request."""
    body = Problem(
        title=HTTPStatus(status).phrase, status=status, detail=detail, instance=request.path, errors=errors
    ).model_dump_json()
    return Response(body, status, mimetype="application/problem+json")


def _answer(
    serving: Serving,
    status: int,
    detail: str,
    *,
    errors: tuple[ParameterProblem, ...] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    translation = serving.translation(request)
    if request_ctx.url_adapter is None:  # a Host that is none: no address can be made, so no page
        return problem(400, explain(translation, 400))
    if request.path.startswith(MACHINE_PATHS):
        response = problem(status, detail or explain(translation, status), errors)
    else:
        text = request.args.get("q", "")[:MAX_TEXT]
        places = elsewhere(serving.sources, text, translation.code) if status >= 500 else []
        values = {"status": status, "detail": detail, "text": text, "elsewhere": places}
        page = render_template("error.html", **serving.frame(translation), **values, kind=_known(status))
        response = Response(page, status, mimetype="text/html")
    response.headers.update(headers or {})
    return response


def explain(translation: Translation, status: int) -> str:
    """What happened and what to do, in the reader's language."""
    return translation(f"error.{_known(status)}")


def _known(status: int) -> int:
    """The status by which an error is explained."""
    return status if status in (404, 405, 422, 503) else 500 if status >= 500 else 400
