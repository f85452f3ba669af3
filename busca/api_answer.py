"""An answer as the API gives it, for `busca search --json`."""

from __future__ import annotations

import json

from busca.services import Parts
from search.service import Answer
from web.i18n import load
from web.parameters import SearchParameters
from web.presenter import search_answer
from web.source_status import states

PATH = "/api/v1/search"


def as_json(parts: Parts, answer: Answer, parameters: SearchParameters) -> str:
    translation = load(parts.config.web.default_lang)
    sources = states(parts.config.enabled_sources, lambda: parts.summary().sources)
    shape = search_answer(answer, parameters, translation, sources, path=PATH)
    return json.dumps(shape.model_dump(mode="json"), ensure_ascii=False)
