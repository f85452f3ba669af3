"""A pasted error or log is reduced to what can be searched: its codes and its message.

    THREAD ERROR ([8123], maria.silva, PC-FIN01)  01/02/2024 10:11:12
    type mismatch on + on A410TUDOK(MATA410.PRX) 05/12/2023 21:30:00 line : 1234     ──▶  MATA410 type mismatch on
    Called from C:\\totvs\\bin\\appserver.exe

Data of any form is spelt one way (`pasted_data`). What elements and members hold goes unless it is a message
(`pasted_markup`), what tells of somebody goes by its shape (`search.redaction`), and so does who follows a word such as
"customer", and what follows a label unless the label tells. The rest is read as words between blanks, each looked at
once and by itself, so that reading takes time in proportion to the text. Words that name a place or a moment end a
segment; of the segments, the first that says what went wrong is the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from search import redaction
from search.analysis.analyzer import WORD, Analyzer, fold
from search.identifiers import recognizer
from search.query import pasted_data
from search.query.pasted_markup import SIGN, TAG, says, unmarked

MIN_LINES = 3
"""Lines from which on a text was pasted."""
MIN_LENGTH = 60
MIN_NOISE = 2
"""In so long a text, so many words of a log tell that one line is a log as well: a box makes one line of many."""
MAX_WORD = 80
"""Characters of a word; longer ones are data."""
MAX_WORDS = 16
MAX_CODES = 3
MAX_SEGMENTS = 300
MAX_NAME = 4
"""Words that a name of a person or a machine has at most."""
MAX_VALUE = 40
"""Words after a label that are looked at."""
MAX_LABEL = 3
"""Words of a label; more are a sentence."""
LONG_NUMBER = 5
"""Digits from which on a number in a message is that of a thing, which no page is about."""

CALLER = re.compile(r"\s*(?:called from|chamado por|at |(?:em|en) [\w.]{1,200} ?\(|stack|traceback)")
"""How lines begin, folded, that only tell the way there."""

DATE = re.compile(r"(?:\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}|\d{8})(?:t[\d:.,z+-]*)?", re.ASCII)
TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:z|[+-]\d{2}:?\d{2})?", re.ASCII)
HEX = re.compile(r"(?:0x)?[0-9a-f]{8,}(?:-[0-9a-f]{2,})*|0x[0-9a-f]+|[0-9a-f]{2,}(?:-[0-9a-f]{2,}){2,}", re.ASCII)
SOURCE_FILE = re.compile(r"([a-z][a-z0-9_]{2,15})\.(?:pr[wgx]|tlpp|apw|ppx)", re.ASCII)
LABEL = re.compile(r"(\b[^\W\d]{2,40}[\"']?[:=])(?=[^\s:=/\\])")
"""A label that its value follows without a blank."""
EDGES = "[](){}<>,;'\"|"
APART = str.maketrans({"(": " (", ")": ") "})
"""What stands in brackets right after a word is a word of its own."""


def looks_pasted(text: str) -> bool:
    """Whether a text of lines was not typed: it has several, or what only logs and markup have."""
    if text.count("\n") >= MIN_LINES - 1 or len(TAG.findall(text)) > MIN_NOISE or pasted_data.is_data(text):
        return True
    if len(text) < MIN_LENGTH:
        return False
    parts = redaction.rest(text)
    noise = len(parts) - 1 + sum(_is_noise(word) for part in parts for word in part.split())
    return noise >= MIN_NOISE


def reduced(text: str, analyzer: Analyzer) -> str:
    """Codes and message of a pasted text, in words without operators; "" where nothing is left.

    Of data that says nothing, what its values are called is left.
    """
    bare = redaction.unnamed(unmarked(pasted_data.plain(_unsigned(text)), analyzer))
    lines = redaction.redacted(bare).split("\n")
    segments = list(islice((segment for line in lines for segment in _line_segments(line)), MAX_SEGMENTS))
    message = list(_message((segment for segment, telling in segments if telling), analyzer))
    named = {code.identifier for code in recognizer.typed(" ".join(message), analyzer.stop_words)}
    codes = recognizer.in_text("\n".join(segment for segment, _ in segments))
    others = dict.fromkeys(recognizer.spelled(code.identifier) for code in codes if code.identifier not in named)
    words = [*list(others)[:MAX_CODES], *message]
    return " ".join(words or islice(WORD.findall(" ".join(pasted_data.names(text))), MAX_WORDS))


def _unsigned(text: str) -> str:
    """A text without what stands below "Atenciosamente" and the like."""
    closing = redaction.shapes().labels.closing
    return "\n".join(takewhile(lambda line: fold(line.strip(EDGES + " .!")) not in closing, text.split("\n")))


def _line_segments(line: str) -> Iterator[tuple[str, bool]]:
    """The segments of a line, each with whether it may be the message."""
    telling = CALLER.match(fold(line)) is None
    return ((segment, telling) for segment in _segments(line))


def _segments(line: str) -> Iterator[str]:
    """The runs of words of a line that lie between noise and brackets."""
    run: list[str] = []
    for word in _telling_words(LABEL.sub(r"\1 ", line.translate(APART)).split()):
        bare = word.strip(EDGES)
        if run and word[0] in EDGES:
            yield " ".join(run)
            run = []
        if not bare:
            continue
        run.append(bare)
        if word[-1] in EDGES:
            yield " ".join(run)
            run = []
    if run:
        yield " ".join(run)


def _telling_words(words: list[str]) -> Iterator[str]:
    """The words without noise, in whose place a bracket stands; without what follows a label that does not tell."""
    labels = redaction.shapes().labels
    skipped, after, coded = 0, "", False
    label: list[str] = []
    for place, word in enumerate(words):
        key, colon = fold(word.strip(EDGES + ":=.")), _is_label(word)
        label = [*label[-MAX_LABEL:], key] if word[0] not in EDGES else [key]
        silent = colon and _is_silent(label, words[place + 1 : place + 1 + MAX_VALUE])
        if key in labels.address and colon:
            return
        if colon and (silent or key in labels.named):
            skipped, after, coded = MAX_NAME, "", not labels.names(key)
        elif key in labels.number:
            after, skipped = key, 0
        elif after and word.strip(EDGES + ":=").isdigit():
            after = ""
        elif word in (":", "="):
            continue
        elif skipped and not colon:
            skipped = 0 if word[-1] in EDGES else skipped - (len(word) > len("da"))
            yield from _codes(word) if coded else ()
        else:
            skipped, after = 0, ""
            yield from _without_noise(word)
            label = label if word[-1] not in EDGES else []
            continue
        label = []
        yield "|"


def _is_label(word: str) -> bool:
    return word.rstrip(EDGES).endswith((":", "="))


def _is_silent(label: list[str], words: list[str]) -> bool:
    """Whether what follows a label may be anything: it does not tell, and nothing says that something went wrong."""
    labels = redaction.shapes().labels
    if len(label) > MAX_LABEL or label[-1] in labels.telling or any(map(str.isdigit, label[-1])):
        return False
    value: list[str] = []
    for word in words:
        if _is_label(word):
            break
        value.append(word)
    return SIGN.search(fold(" ".join([*label, *value]))) is None


def _codes(word: str) -> Iterator[str]:
    return (f"|{code.value}|" for code in recognizer.in_word(word.strip(EDGES)))


def _without_noise(word: str) -> Iterator[str]:
    """A word, the sources that it names, or a bracket in the place of noise."""
    if not _is_noise(word):
        yield word
        return
    yield from (f"|{match[1].upper()}|" for match in SOURCE_FILE.finditer(fold(word[:MAX_WORD])))
    yield "|"


def _is_noise(word: str) -> bool:
    """Whether a word is a place, a moment, or data."""
    if len(word) > MAX_WORD:
        return True
    bare = fold(word.strip(EDGES))
    if bare.startswith("u_") or not bare:
        return False
    return (
        bare.count("/") > MIN_NOISE
        or bare.startswith("/")
        or DATE.fullmatch(bare) is not None
        or TIME.fullmatch(bare) is not None
        or (HEX.fullmatch(bare) is not None and any(map(str.isdigit, bare)))
    )


def _message(segments: Iterable[str], analyzer: Analyzer) -> Iterator[str]:
    """The words of the first segment that says what went wrong, and of the one after it if that does or has a code.

    Where nothing went wrong they are those of the first segment that cannot be somebody's name.
    """
    several = list(segments)
    telling = [segment for segment in several if says(segment, analyzer)]
    first = next((place for place, segment in enumerate(telling) if _has_sign(segment)), None)
    if first is None:
        short = [segment for segment in several if _has_sign(segment) and WORD.search(segment)]
        telling = short or [segment for segment in telling if not _may_be_name(segment, analyzer)]
        first = 0
    after = (segment for segment in telling[first + 1 : first + 2] if _goes_on(segment, analyzer))
    every = (word for segment in (*telling[first : first + 1], *after) for word in WORD.findall(segment))
    words = [word for word in every if not (word.isdigit() and len(word) >= LONG_NUMBER)]
    for word in words[:MAX_WORDS]:
        yield word.lower() if word in ("OR", "OU", "O") else word


def _has_sign(segment: str) -> bool:
    return SIGN.search(fold(segment)) is not None


def _goes_on(segment: str, analyzer: Analyzer) -> bool:
    """Whether what follows a message is about what went wrong as well."""
    coded = next(recognizer.in_text(segment), None) is not None
    return (_has_sign(segment) or coded) and not _may_be_name(segment, analyzer)


def _may_be_name(segment: str, analyzer: Analyzer) -> bool:
    """Whether all words of a segment have a capital and none a digit, as names have."""
    words = [word for word in WORD.findall(segment) if not analyzer.is_stop_word(word)]
    return all(word[0].isupper() for word in words) and not recognizer.has_code_sign(segment)
