"""The portal page: the box alone, or results, painted by the server. The same parameters as the API, in the address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import Request, Response, make_response, render_template, request, url_for

from search.model import Results
from web.context import Serving, language_links, named, unchanged
from web.i18n import COOKIE, TAGS, Words, code_of
from web.parameters import SearchParameters
from web.presenter import facet_label, search_answer
from web.source_status import Standing, elsewhere, image_origins
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
        words = serving.words(request)
        parameters = _for_reader(SearchParameters.read(request.args.to_dict(flat=False), words), request)
        standings = serving.standings.now()
        tag = serving.tag(request, words, standings, parameters.release)
        response = unchanged(request, tag) or named(_paint(serving, parameters, words, standings), tag)
        if code := code_of(parameters.ui or ""):
            _remember(response, COOKIE, TAGS[code])
        if RELEASE in request.args:
            _remember(response, RELEASE, ",".join(parameters.releases))
        return response

    return portal


def _paint(serving: Serving, parameters: SearchParameters, words: Words, standings: tuple[Standing, ...]) -> Response:
    path = url_for("portal.page")
    values: dict[str, Any] = {
        **serving.frame(words),
        "languages": language_links(parameters.href, path),
        "standings": standings,
        "notices": _notices(standings, words, serving),
        "reader_release": ", ".join(parameters.release),
    }
    if not parameters.q and not parameters.narrowed:
        return make_response(render_template("idle.html", **values, examples=words.examples))
    answered = serving.service.search(parameters.query(words.code), exact=bool(parameters.exact))
    serving.count(parameters, answered)
    answer = search_answer(answered, parameters, words, standings, path=path)
    painter = Painter(
        path=path,
        parameters=parameters.model_copy(update={"q": answer.query.text}),
        words=words,
        sources=serving.sources,
        images=image_origins(serving.sources),
    )
    values |= {"answer": answer, "painter": painter, "cards": [painter.card(result) for result in answer.results]}
    values["warnings"] = [_warning(code, words) for code in answer.warnings]
    if not answered.results.total:
        values |= _nothing(serving, painter, answered.results)
    return make_response(render_template("results.html", **values))


def _nothing(serving: Serving, painter: Painter, results: Results) -> dict[str, Any]:
    """What helps where nothing was found: how many there are without each filter, and the sources' own searches."""
    words, chosen = painter.words, painter.parameters.filters.get("source", ())

    def total(parameters: SearchParameters) -> int:
        return serving.service.results(replace(parameters.query(words.code), page=1, per_page=1, facets=())).total

    chips = list(painter.chips())
    tried = [(chip, total(chip.without)) for chip in chips[:FILTERS_TRIED]]
    return {
        "instead": sorted(((chip, n) for chip, n in tried if n), key=lambda each: -each[1]),
        "everywhere": total(painter.without_filters()) if len(chips) > 1 else 0,
        "searched": [source.label for name, source in serving.sources.items() if name in chosen or not chosen],
        "elsewhere": elsewhere(serving.sources, results.query.text, words.code),
    }


def _notices(standings: tuple[Standing, ...], words: Words, serving: Serving) -> list[str]:
    """What is missing of which source and since when."""
    if any(each.state == "unknown" for each in standings):
        return [words("state.unknown")]
    return [_notice(each, words, serving) for each in standings if not each.complete]


def _notice(standing: Standing, words: Words, serving: Serving) -> str:
    if standing.state in ("never", "running"):
        return words(f"state.{standing.state}", source=standing.label)
    if standing.last_success is None:
        return words(f"state.{standing.state}.always", source=standing.label)
    since = words.time(standing.last_success, serving.zone)
    return words(f"state.{standing.state}", source=standing.label, since=since)


def _warning(code: str, words: Words) -> str:
    """The sentence for a warning such as `unknown:source=x` or `cut:512`."""
    kind, _, about = code.partition(":")
    name, _, value = about.partition("=")
    return words(f"warning.{kind}", name=facet_label(name, words), value=value or name)


def _for_reader(parameters: SearchParameters, asked: Request) -> SearchParameters:
    """The parameters with the releases that the browser remembers, unless the address says which, or none."""
    if RELEASE in asked.args:
        return parameters
    remembered = parameters.model_copy(update={"release": tuple(asked.cookies.get(RELEASE, "").split(","))})
    return parameters.model_copy(update={"release": remembered.releases})


def _remember(response: Response, name: str, value: str) -> None:
    """Keep a value in the browser; an empty one is forgotten."""
    age = COOKIE_MAX_AGE_S if value else 0
    response.set_cookie(name, value, max_age=age, httponly=True, samesite="Lax", secure=request.is_secure)
