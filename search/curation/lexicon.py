"""The word lists that operators edit: synonyms, abbreviations, pinned and blocked results, edges that are cut.

    words_dir/  synonyms.yaml  abbreviations.yaml  pins.yaml  cut_edges.yaml     ──load──▶  Lexicon, or every problem
                pt.txt  es.txt  en.txt                                       (checked; `language_data` reads them)

A folder holds all four; without `words_dir` the packaged ones count. What an entry may hold stands at the top of its
file. What the same folder says of languages, if anything, makes the analyzer that lists and queries are read with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from search.analysis import analyzer as analysis
from search.analysis.analyzer import Analyzer
from search.analysis.language_data import PACKAGED
from search.config.near_names import nearest
from search.config.strict_yaml import described, read_yaml, tuples
from search.curation.entries import Abbreviations, CutEdges, Entry, Pins, Synonyms, query_key, words_of
from search.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lexicon:
    """All word lists, and the analyzer of the same folder; `digest` names what all of it says."""

    analyzer: Analyzer

    synonyms: Synonyms
    abbreviations: Abbreviations
    pins: Pins
    cut_edges: CutEdges
    digest: str

    def counts(self) -> dict[str, int]:
        """How many entries each list has."""
        return {
            "synonyms": len(self.synonyms.groups) + len(self.synonyms.one_way),
            "abbreviations": len(self.abbreviations.abbreviations),
            "pins": len(self.pins.pins),
            "cut_edges": len(self.cut_edges.cut_edges),
        }

    def expired(self, day: date) -> tuple[str, ...]:
        """A sentence for each pin that holds no more: nobody took it out."""
        return tuple(
            f"pins.yaml: pins[{place}] ({pin.queries[0]}) ended on {pin.until}: take it out, or ask {pin.owner}"
            for place, pin in enumerate(self.pins.pins, 1)
            if pin.until is not None and pin.until < day
        )


def load(folder: Path | None = None) -> Lexicon:
    """The word lists of a folder, the packaged ones where it is None.

    Raise ConfigError with one sentence for each problem of all files.
    """
    return _packaged() if folder is None else _load(folder)


@cache
def _packaged() -> Lexicon:
    return _load(PACKAGED)


def _load(folder: Path) -> Lexicon:
    problems: list[str] = []
    analyzer = _analyzer(folder, problems)
    synonyms = _file(folder, Synonyms, "synonyms", analyzer, problems)
    abbreviations = _file(folder, Abbreviations, "abbreviations", analyzer, problems)
    pins = _file(folder, Pins, "pins", analyzer, problems)
    cuts = _file(folder, CutEdges, "cut_edges", analyzer, problems)
    problems += (f"synonyms.yaml: {problem}" for problem in _synonym_problems(synonyms, analyzer))
    problems += (
        f"abbreviations.yaml: {problem}" for problem in _abbreviation_problems(abbreviations, synonyms, analyzer)
    )
    problems += (f"pins.yaml: {problem}" for problem in _pin_problems(pins, analyzer))
    problems += (f"cut_edges.yaml: {problem}" for problem in _cut_problems(cuts))
    if problems:
        raise ConfigError(problems)
    content = repr((synonyms, abbreviations, pins, cuts, analyzer.fingerprint))
    return Lexicon(
        analyzer=analyzer,
        synonyms=synonyms,
        abbreviations=abbreviations,
        pins=pins,
        cut_edges=cuts,
        digest=blake2b(content.encode(), digest_size=8).hexdigest(),
    )


def _analyzer(folder: Path, problems: list[str]) -> Analyzer:
    """The folder's, or the packaged one where files of languages are wrong, which goes among the problems."""
    try:
        return analysis.packaged() if folder == PACKAGED else analysis.read(folder)
    except ConfigError as error:
        problems += error.problems
        return analysis.packaged()


List = TypeVar("List", bound=Entry)


def _file(folder: Path, model: type[List], name: str, analyzer: Analyzer, problems: list[str]) -> List:
    """One file; an empty list where it cannot be read, with what is wrong among the problems."""
    path = folder / f"{name}.yaml"
    try:
        data = tuples(read_yaml(path, missing="there is no such file; copy the packaged one (search/lists) here"))
        return model.model_validate({} if data is None else data, context=analyzer)
    except ConfigError as error:
        problems += error.problems
    except ValidationError as error:
        problems += (f"{path.name}: {_problem(mistake, data, model)}" for mistake in error.errors())
    return model()


# -- what is wrong, said so that whoever edits the files can act -------------------------------------------------------

MAX_SEEN = 80
"""Characters of what was found instead."""
EXPECTED = {
    "string_type": "must be text: put it in quotes",
    "tuple_type": "must be a list: write it in [ ], or one a line after -",
    "float_type": "must be a number",
    "date_type": "must be a day such as 2026-01-31",
    "missing": "is missing: add it",
    "model_type": "must hold names and values such as the examples at the top of the file",
}


def _problem(error: Any, data: object, model: type[Entry]) -> str:
    """One pydantic error as `place (the entry's first words): what is wrong; what to do`."""
    loc, kind = error["loc"], error["type"]
    if kind == "extra_forbidden":
        names = _names(model, loc)
        near = nearest(str(loc[-1]), names)
        return f"{_place(loc, data)}: there is no such name; " + (
            f"did you mean {near}?" if near else f"remove it; known here: {', '.join(names)}"
        )
    if kind == "value_error":
        return f"{_place(loc, data)}: {error['ctx']['error']}; found {error['input']!r}"
    if kind == "too_short":
        least, count = error["ctx"]["min_length"], error["ctx"]["actual_length"]
        return f"{_place(loc, data)}: must hold at least {least}; found {count}"
    sentence = EXPECTED.get(kind) or f"{error['msg'][0].lower()}{error['msg'][1:]}"
    return f"{_place(loc, data)}: {sentence}" + ("" if kind == "missing" else f"; found {_seen(error['input'])}")


def _seen(value: object) -> str:
    """What stands in an entry, not longer than a line: a list or a mapping in words, anything else in quotes."""
    text = described(value if isinstance(value, tuple | dict) else str(value)[:60])
    return text if len(text) <= MAX_SEEN else f"{text[: MAX_SEEN - 1]}…"


def _place(loc: tuple[int | str, ...], data: object) -> str:
    """`groups[3] (nfe).forms[2]`: entries count from 1, and the first text of an entry says which it is."""
    text, at = "", data
    for depth, part in enumerate(loc):
        at = _inside(at, part)
        text += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
        if depth == 1 and (first := next(_texts(at), "")):
            text += f" ({first})"
    return text or "the file"


def _inside(data: object, part: int | str) -> object:
    if isinstance(data, Mapping):
        return data.get(part)
    return data[part] if isinstance(data, tuple) and isinstance(part, int) and part < len(data) else None


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping | tuple):
        for value in data.values() if isinstance(data, Mapping) else data:
            yield from _texts(value)


def _names(model: type[Entry], loc: tuple[int | str, ...]) -> list[str]:
    """The names that may stand where an unknown one stands."""
    for part in loc[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            (model, *_) = model.model_fields[part].annotation.__args__  # type: ignore[union-attr] # a tuple of entries
    return [field.alias or name for name, field in model.model_fields.items()]


# -- what no single entry can know -------------------------------------------------------------------------------------


def _synonym_problems(synonyms: Synonyms, analyzer: Analyzer) -> Iterator[str]:
    stands: dict[tuple[str, ...], int] = {}
    for place, group in enumerate(synonyms.groups, 1):
        for form in group.forms:
            before = stands.setdefault(words_of(form, analyzer), place)
            if (
                before == place
                and sum(words_of(other, analyzer) == words_of(form, analyzer) for other in group.forms) > 1
            ):
                yield f"groups[{place}]: {form!r} stands there twice, accents and capitals aside: take one out"
                break
            if before != place:
                yield f"groups[{place}]: {form!r} stands in groups[{before}] already: join the two, or use one_way"
    places: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
    for place, rule in enumerate(synonyms.one_way, 1):
        for typed, also in ((typed, also) for typed in rule.typed for also in rule.also):
            pair = words_of(typed, analyzer), words_of(also, analyzer)
            if pair[0] == pair[1]:
                yield f"one_way[{place}]: {typed!r} stands on both sides: take it out of `also`"
            elif places.setdefault(pair, place) != place:
                yield f"one_way[{place}]: {typed!r} → {also!r} stands in one_way[{places[pair]}] already: take one out"


def _abbreviation_problems(abbreviations: Abbreviations, synonyms: Synonyms, analyzer: Analyzer) -> Iterator[str]:
    always = {words_of(form, analyzer) for group in synonyms.groups for form in group.forms}
    always |= {words_of(form, analyzer) for rule in synonyms.one_way for form in rule.typed}
    for place, short in _twice(words_of(entry.short, analyzer) for entry in abbreviations.abbreviations):
        yield f"abbreviations[{place}]: {' '.join(short)!r} stands there twice: put all meanings into one entry"
    for place, entry in enumerate(abbreviations.abbreviations, 1):
        where = f"abbreviations[{place}] ({entry.short})"
        if words_of(entry.short, analyzer) in always:
            yield f"{where}: is a synonym as well, which always counts: take it out of synonyms.yaml or of here"
        for meaning in entry.meanings:
            if not meaning.near and not meaning.codes:
                yield f"{where}: {meaning.long!r} has neither near nor codes: say which words have to agree"


def _pin_problems(pins: Pins, analyzer: Analyzer) -> Iterator[str]:
    for place, pin in enumerate(pins.pins, 1):
        where = f"pins[{place}] ({pin.queries[0]})"
        if not pin.pin and not pin.block:
            yield f"{where}: neither pins nor blocks anything: add an id, or take it out"
        if both := set(pin.pin) & set(pin.block):
            yield f"{where}: {min(both)} is pinned and blocked: take it out of one"
        if pin.until is not None and pin.until < pin.from_:
            yield f"{where}: ends on {pin.until}, before it begins on {pin.from_}"
        for _, id in _twice(pin.pin):
            yield f"{where}: {id} stands there twice: take one out"
    for _, text in _twice(query_key(text, analyzer) for pin in pins.pins for text in pin.queries):
        yield f"pins: the query {' '.join(text)!r} stands there twice: put all its ids into one entry"


def _cut_problems(cuts: CutEdges) -> Iterator[str]:
    for place, cut in enumerate(cuts.cut_edges, 1):
        if cut.between[0] == cut.between[1]:
            yield f"cut_edges[{place}]: both ends are {cut.between[0]}"
    for place, pair in _twice(tuple(sorted(cut.between)) for cut in cuts.cut_edges):
        yield f"cut_edges[{place}]: {' and '.join(pair)} are cut already: take one out"


Key = TypeVar("Key")


def _twice(keys: Iterable[Key]) -> Iterator[tuple[int, Key]]:
    """(place from 1, key) of each key that stood before."""
    seen: set[Key] = set()
    for place, key in enumerate(keys, 1):
        if key in seen:
            yield place, key
        seen.add(key)
