"""The JSON API under /api/v1: search, suggestions, one document."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, request
from werkzeug.exceptions import NotFound

from web.context import Serving, named, unchanged
from web.errors import Problem
from web.parameters import Parameters, SearchParameters, SuggestParameters, described
from web.presenter import document_answer, search_answer, suggestion_answer
from web.schemas import DocumentAnswer, SearchAnswer, SuggestAnswer

REFERENCE = "#/components/schemas/{model}"
Responses = dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]
PROBLEM: dict[str, dict[str, Any]] = {
    "application/problem+json": {"schema": {"$ref": REFERENCE.format(model="Problem")}}
}
UNCHANGED: Responses = {304: {"description": "The answer that If-None-Match names still holds"}}
MISSING: Responses = {404: {"description": "There is no such document", "content": PROBLEM}}
INVALID: Responses = {422: {"description": "A parameter cannot be used; `errors` names it", "content": PROBLEM}}
UNAVAILABLE: Responses = {503: {"description": "No index is served now; see Retry-After", "content": PROBLEM}}

PARAMETERS: dict[str, type[Parameters]] = {"/api/v1/search": SearchParameters, "/api/v1/suggest": SuggestParameters}


def blueprint(serving: Serving) -> APIBlueprint:
    """The routes of the API."""
    api = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="search")

    @api.get("/search")
    @api.output(SearchAnswer, description="One page of results, best first")
    @api.doc(summary="Search", responses=UNCHANGED | INVALID | UNAVAILABLE)
    def search() -> Response:
        return _search(serving)

    @api.get("/suggest")
    @api.output(SuggestAnswer, description="Titles, codes and frequent searches that may be meant, best first")
    @api.doc(summary="Suggest", responses=INVALID | UNAVAILABLE)
    def suggest() -> SuggestAnswer:
        translation = serving.translation(request)
        parameters = SuggestParameters.read(request.args.to_dict(flat=False), translation)
        completions = serving.service.suggest(parameters.q, parameters.limit) if parameters.q else []
        return SuggestAnswer(
            query=parameters.q,
            suggestions=tuple(suggestion_answer(row, translation) for row in completions),
        )

    @api.get("/documents/<path:id>")
    @api.output(DocumentAnswer, description="The whole document")
    @api.doc(summary="Document", responses=MISSING | UNAVAILABLE)
    def document(id: str) -> DocumentAnswer:
        whole = serving.service.document(id)
        if whole is None:
            raise NotFound
        return document_answer(whole)

    return api


def describe(spec: Any) -> Any:
    """Complete the OpenAPI document with what APIFlask cannot know: names of a query string that repeat, which
    `web.parameters` reads in its place, and the shape of problems, which error handlers answer."""
    problem = Problem.model_json_schema(ref_template=REFERENCE)
    spec["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    for path, model in PARAMETERS.items():
        spec["paths"][path]["get"]["parameters"] = described(model)
    return spec


def _search(serving: Serving) -> Response:
    translation = serving.translation(request)
    parameters = SearchParameters.read(request.args.to_dict(flat=False), translation)
    states = serving.states.now()
    tag = serving.tag(request, translation, states)
    if response := unchanged(request, tag):
        return response
    warnings = [f"parameter:{name}" for name in request.args if name not in SearchParameters.model_fields]
    answer = serving.service.search(parameters.query(translation.code), exact=bool(parameters.exact))
    serving.count(parameters, answer)
    answer_shape = search_answer(answer, parameters, translation, states, path=request.path, warnings=warnings)
    return named(jsonify(answer_shape.model_dump(mode="json")), tag)
