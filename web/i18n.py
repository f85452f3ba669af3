"""The languages that people read: one reviewed YAML file of sentences each; Babel writes dates and numbers.

?ui= ──▶ cookie `ui` ──▶ Accept-Language ──▶ web.default_lang        (the first that names a known language wins)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import yaml
from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from yaml import CSafeLoader

if TYPE_CHECKING:  # the command line speaks a language, and serves nobody
    from flask import Request

FOLDER = Path(__file__).parent / "translations"
TAGS = {"pt": "pt-BR", "es": "es", "en": "en"}
"""Our code of a language and its tag in HTML and HTTP."""
NAMES = {"pt": "Português", "es": "Español", "en": "English"}
COOKIE = "ui"


class Translation:
    """One language: called with a key and values it gives a sentence, by `count` one that counts."""

    def __init__(self, code: str, sentences: Mapping[str, str], examples: tuple[str, ...]) -> None:
        self.code = code
        self.tag = TAGS[code]
        self.sentences = sentences
        self.examples = examples
        self._locale = Locale.parse(self.tag, sep="-")

    def __call__(self, key: str, **values: object) -> str:
        return self.sentences[key].format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """The sentence `key.one` or `key.other`, with `{n}` written as this language writes numbers."""
        return self(f"{key}.one" if number == 1 else f"{key}.other", n=self.number(number), **values)

    def named(self, prefix: str, value: str) -> str:
        """The name of a known value (`kind.page`), or the value itself where it has none."""
        return self.sentences.get(f"{prefix}.{value}", value)

    def number(self, value: int) -> str:
        return format_decimal(value, locale=self._locale)

    def date(self, moment: datetime) -> str:
        """The day in UTC: a day without a time is stored as its midnight, which a zone would move to the day before."""
        return format_date(moment, "medium", locale=self._locale)

    def time(self, moment: datetime, zone: ZoneInfo) -> str:
        return format_datetime(moment, "short", tzinfo=zone, locale=self._locale)

    def size(self, octets: int) -> str:
        """A file's size: 480 KB, 12,4 MB."""
        for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
            if octets >= factor:
                return f"{format_decimal(octets / factor, format='#,##0.#', locale=self._locale)} {unit}"
        return f"{octets} B"

    @staticmethod
    def duration(seconds: int) -> str:
        """A video's length as players write it: 3:12, 1:02:05."""
        minutes, rest = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@cache
def load(code: str) -> Translation:
    """The sentences of one language."""
    data = yaml.load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"), CSafeLoader)
    examples = tuple(data.pop("examples"))
    return Translation(code, data, examples)


def code_of(tag: str) -> str | None:
    """Our code of a tag such as pt-BR, or None where it is not one of ours."""
    return next((code for code, language_tag in TAGS.items() if tag.lower() in (code, language_tag.lower())), None)


def choose(request: Request, default: str) -> str:
    """The code of the language in which to answer a request; an unknown wish is passed over."""
    for wish in (request.args.get("ui", ""), request.cookies.get(COOKIE, "")):
        if code := code_of(wish):
            return code
    for tag, quality in request.accept_languages:  # best first; a region without a file of its own speaks its language
        if quality > 0 and (code := code_of(tag.partition("-")[0])):
            return code
    return default
