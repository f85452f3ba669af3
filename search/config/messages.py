"""What is wrong with a setting, said so that an operator can act: its dotted path, what it must be, what was found."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from search.config.near_names import nearest
from search.config.strict_yaml import described

UNITS = {"_s": "seconds", "_min": "minutes", "_h": "hours", "_days": "days", "_mib": "mebibytes"}
QUANTITY = re.compile(r"\s*(\d{1,12}(?:[.,]\d{1,12})?)\s*([a-zA-Z]+)\s*")
FACTORS = {
    "_s": {"ms": 0.001, "s": 1, "sec": 1, "seconds": 1, "min": 60, "m": 60, "minutes": 60, "h": 3600, "hours": 3600},
    "_min": {"s": 1 / 60, "min": 1, "m": 1, "minutes": 1, "h": 60, "hours": 60, "d": 1440, "days": 1440},
    "_h": {"min": 1 / 60, "m": 1 / 60, "minutes": 1 / 60, "h": 1, "hours": 1, "d": 24, "days": 24},
    "_days": {
        "h": 1 / 24,
        "hours": 1 / 24,
        "d": 1,
        "day": 1,
        "days": 1,
        "w": 7,
        "weeks": 7,
        "months": 30,
        "years": 365,
    },
    "_mib": {"kb": 1 / 1024, "kib": 1 / 1024, "mb": 1, "mib": 1, "m": 1, "gb": 1024, "gib": 1024, "g": 1024},
}
EXPECTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "mapping_type": "settings of its own, indented below it",
    "dict_type": "settings of its own, indented below it",
    "model_type": "settings of its own, indented below it",
    "model_attributes_type": "settings of its own, indented below it",
    "path_type": "the path of a folder",
    "is_instance_of": "the path of a folder",
}


FIXED = {
    "too_short": ": must hold at least one entry",
    "missing": ": is missing; add it (config.yaml as shipped shows every setting)",
}
NO_KIND = {"union_tag_invalid", "union_tag_not_found"}
TAGGED: Mapping[object, int] = {"sources": 2, "index": 1}
"""Where pydantic puts the kind of a source, or the engine of an index, into the location of a setting of theirs."""


Siblings = Callable[[tuple[object, ...]], list[str]]
"""The names of the settings beside the one at a place."""


def sentences(errors: Sequence[Any], siblings: Siblings, kinds: Sequence[str]) -> list[str]:
    """One sentence for each of pydantic's errors that an operator has to hear of; `kinds` are those of sources."""
    return [_sentence(error, siblings, kinds) for error in _told(errors)]


def _told(errors: Sequence[Any]) -> Iterator[Any]:
    """Errors without the one that a list is too short because its entries are wrong: those are told themselves."""
    for error in errors:
        loc = error["loc"]
        if error["type"] != "too_short" or all(other is error or other["loc"][: len(loc)] != loc for other in errors):
            yield error


def _sentence(error: Any, siblings: Siblings, kinds: Sequence[str]) -> str:
    """One pydantic error as `dotted.path: what is wrong; what to do`.

    The operator's path has no part for what is TAGGED.
    """
    loc, kind = error["loc"], error["type"]
    path = [str(part) for place, part in enumerate(loc) if place != TAGGED.get(loc[0])]
    dotted = ".".join(path) or "config"
    if kind == "union_tag_invalid" and loc[0] == "index":
        named = _shown(error["input"]["engine"], dotted)
        return f"{dotted}.engine: must be one of {error['ctx']['expected_tags']}; found {named}"
    if kind in FIXED:
        return f"{dotted}{FIXED[kind]}"
    if kind in NO_KIND:
        return f"{dotted}.kind: must say what kind of source this is: {', '.join(kinds[:-1])} or {kinds[-1]}"
    if kind == "extra_forbidden":
        return _unknown_key(path, siblings(loc))
    actual = "" if dotted.endswith("_env") else f"; found {_shown(error.get('input'), dotted)}"
    if kind == "value_error":
        return f"{dotted}: {error['ctx']['error']}{actual}"
    hint = _unit_hint(path[-1], error.get("input"), whole=kind == "int_type") if path else ""
    expected = f"must be {EXPECTED[kind]}" if kind in EXPECTED else f"{error['msg'][0].lower()}{error['msg'][1:]}"
    return f"{dotted}: {expected}{hint}{actual}"


def _unit_hint(name: str, value: object, *, whole: bool) -> str:
    suffix = next((unit for unit in UNITS if name.endswith(unit)), None)
    if suffix is None:
        return ""
    match = QUANTITY.fullmatch(value) if isinstance(value, str) else None
    factor = FACTORS[suffix].get(match[2].lower()) if match else None
    if match is None or factor is None:
        return f" of {UNITS[suffix]}" if isinstance(value, str) else f" ({UNITS[suffix]})"
    number = float(match[1].replace(",", ".")) * factor
    return f" of {UNITS[suffix]}, without a unit: write {math.ceil(number) if whole else number:g}"


def _unknown_key(path: list[str], siblings: list[str]) -> str:
    near = nearest(path[-1], siblings)
    advice = f"did you mean {near}?" if near else f"remove it; known here: {', '.join(sorted(siblings))}"
    return f"{'.'.join(path)}: there is no such setting; {advice}"


def _shown(value: object, dotted: str) -> str:
    text = described(value)
    if "@" in text or re.search(r"password|secret|token|key", dotted):  # USER:PASSWORD@HOST, also within a list
        return "a value that is not shown here"
    return text if len(text) <= 60 else f"{text[:57]}…"
