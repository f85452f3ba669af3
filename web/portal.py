"""The portal page: the box alone, or results, painted by the server. The same parameters as the API, in the address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import Request, Response, make_response, render_template, request, url_for

from search.model import Results
from web.context import Serving, language_links, named, unchanged
from web.i18n import COOKIE, TAGS, Translation, code_of
from web.parameters import SearchParameters
from web.presenter import facet_label, search_answer
from web.source_status import SourceState, elsewhere, image_origins
from web.view_models import Painter

RELEASE = "release"
"""The parameter, and the cookie that remembers it."""
COOKIE_MAX_AGE_S = 31_536_000  # a year
FILTERS_TRIED = 6  # searches run to say what each filter hides, where nothing was found


def blueprint(serving: Serving) -> APIBlueprint:
    """The routes of the page."""
    portal = APIBlueprint("portal", __name__, enable_openapi=False)

    @portal.get("/")
    def page() -> Response:
        translation = serving.translation(request)
        parameters = _for_reader(SearchParameters.read(request.args.to_dict(flat=False), translation), request)
        states = serving.states.now()
        tag = serving.tag(request, translation, states, parameters.release)
        response = unchanged(request, tag) or named(_paint(serving, parameters, translation, states), tag)
        if code := code_of(parameters.ui or ""):
            _remember(response, COOKIE, TAGS[code])
        if RELEASE in request.args:
            _remember(response, RELEASE, ",".join(parameters.releases))
        return response

    return portal


def _paint(
    serving: Serving, parameters: SearchParameters, translation: Translation, states: tuple[SourceState, ...]
) -> Response:
    path = url_for("portal.page")
    values: dict[str, Any] = {
        **serving.frame(translation),
        "languages": language_links(parameters.href, path),
        "states": states,
        "notices": _notices(states, translation, serving),
        "reader_release": ", ".join(parameters.release),
    }
    if not parameters.q and not parameters.narrowed:
        return make_response(render_template("idle.html", **values, examples=translation.examples))
    answered = serving.service.search(parameters.query(translation.code), exact=bool(parameters.exact))
    serving.count(parameters, answered)
    answer = search_answer(answered, parameters, translation, states, path=path)
    painter = Painter(
        path=path,
        parameters=parameters.model_copy(update={"q": answer.query.text}),
        translation=translation,
        sources=serving.sources,
        images=image_origins(serving.sources),
    )
    values |= {"answer": answer, "painter": painter, "cards": [painter.card(result) for result in answer.results]}
    values["warnings"] = [_warning(code, translation) for code in answer.warnings]
    if not answered.results.total:
        values |= _nothing(serving, painter, answered.results)
    return make_response(render_template("results.html", **values))


def _nothing(serving: Serving, painter: Painter, results: Results) -> dict[str, Any]:
    """What helps where nothing was found: how many there are without each filter, and the sources' own searches."""
    translation, sources = painter.translation, painter.parameters.filters.get("source", ())

    def total(parameters: SearchParameters) -> int:
        return serving.service.results(replace(parameters.query(translation.code), page=1, per_page=1, facets=())).total

    chips = list(painter.chips())
    tried = [(chip, total(chip.without)) for chip in chips[:FILTERS_TRIED]]
    return {
        "instead": sorted(((chip, n) for chip, n in tried if n), key=lambda pair: -pair[1]),
        "everywhere": total(painter.without_filters()) if len(chips) > 1 else 0,
        "searched": [source.label for name, source in serving.sources.items() if name in sources or not sources],
        "elsewhere": elsewhere(serving.sources, results.query.text, translation.code),
    }


def _notices(states: tuple[SourceState, ...], translation: Translation, serving: Serving) -> list[str]:
    """What is missing of which source and since when."""
    if any(source.state == "unknown" for source in states):
        return [translation("state.unknown")]
    return [_notice(source, translation, serving) for source in states if not source.complete]


def _notice(source: SourceState, translation: Translation, serving: Serving) -> str:
    if source.state in ("never", "running"):
        return translation(f"state.{source.state}", source=source.label)
    if source.last_success is None:
        return translation(f"state.{source.state}.always", source=source.label)
    since = translation.time(source.last_success, serving.zone)
    return translation(f"state.{source.state}", source=source.label, since=since)


def _warning(code: str, translation: Translation) -> str:
    """The sentence for a warning such as `unknown:source=x` or `cut:512`."""
    kind, _, about = code.partition(":")
    name, _, value = about.partition("=")
    return translation(f"warning.{kind}", name=facet_label(name, translation), value=value or name)


def _for_reader(parameters: SearchParameters, visit: Request) -> SearchParameters:
    """The parameters with the releases that the browser remembers, unless the address says which, or none."""
    if RELEASE in visit.args:
        return parameters
    remembered = parameters.model_copy(update={"release": tuple(visit.cookies.get(RELEASE, "").split(","))})
    return parameters.model_copy(update={"release": remembered.releases})


def _remember(response: Response, name: str, value: str) -> None:
    """Keep a value in the browser; an empty one is forgotten."""
    age = COOKIE_MAX_AGE_S if value else 0
    response.set_cookie(name, value, max_age=age, httponly=True, samesite="Lax", secure=request.is_secure)
