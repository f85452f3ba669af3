"""A pasted error or log is reduced to what can be searched: its codes and its message.

    THREAD ERROR ([8123], maria.silva, PC-FIN01)  01/02/2024 10:11:12
    type mismatch on + on A410TUDOK(MATA410.PRX) 05/12/2023 21:30:00 line : 1234     ──▶  MATA410 type mismatch on
    Called from C:\\totvs\\bin\\appserver.exe

A text is read as words between blanks, each looked at once and by itself, so that reading takes time in proportion to
the text. Words that name a place, a moment, a person or a machine end a segment; of the segments, the first that says
what went wrong is the message. Names of people and machines are left out wherever a log says that they are such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from search import identifiers
from search.analysis import WORD, fold, is_stop_word

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

SIGN = re.compile(
    r"erro|exce[pc]|falh|fail|fatal|rejei|rechaz|invalid|mismatch|not found|nao (?:encontrad|existe|foi|pode|localizad)"
    r"|does not|denied|negad|out of|time.?out|cannot|could not|unable|duplic|overflow|ora-|cstat|violat|deadlock"
    r"|bloquead|locked|inconsisten|divergen|incorret|obrigatori|no se |inexist|indisponiv|refused|recusad"
)
"""How a folded segment says what went wrong."""
CALLER = re.compile(r"called from|chamado por|\s*at |stack|traceback")
"""How lines begin that only tell the way there."""

DATE = re.compile(r"(?:\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}|\d{8})(?:t[\d:.,z+-]*)?", re.ASCII)
TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:z|[+-]\d{2}:?\d{2})?", re.ASCII)
HEX = re.compile(r"(?:0x)?[0-9a-f]{8,}(?:-[0-9a-f]{2,})*|0x[0-9a-f]+|[0-9a-f]{2,}(?:-[0-9a-f]{2,}){2,}", re.ASCII)
ADDRESS = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}(?::\d{1,5})?", re.ASCII)
PERSON = re.compile(r"\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}", re.ASCII)
"""CPF and CNPJ as they are written."""
DRIVE = re.compile(r"[a-z]:[\\/]", re.ASCII)
SOURCE_FILE = re.compile(r"([a-z][a-z0-9_]{2,15})\.(?:pr[wgx]|tlpp|apw|ppx)", re.ASCII)
NUMBERED = frozenset("line linha linea thread threadid pid port porta tid".split())
"""Words whose number says nothing."""
NAMED = frozenset(
    "user usuario username login computer computador maquina machine host hostname servidor server ip email e-mail cpf"
    " cnpj nome name nombre operador operator estacao workstation cliente client remote".split()
)
"""Words after which, with a colon, somebody or something is named."""
NAMING = re.compile(rf"(?:{'|'.join(sorted(NAMED))})[:=]")
EDGES = "[](){}<>,;'\"|"
APART = str.maketrans({"(": " (", ")": ") "})
"""What stands in brackets right after a word is a word of its own."""


def looks_pasted(text: str) -> bool:
    """Whether a text of lines was not typed: it has several, or what only logs have."""
    if text.count("\n") >= MIN_LINES - 1:
        return True
    words = text.split()
    return len(text) >= MIN_LENGTH and sum(_is_noise(word) for word in words) >= MIN_NOISE


def tells_data(word: str) -> bool:
    """Whether a word is somebody's number or address, a place or a moment, or says that a name follows."""
    return _is_noise(word) or NAMING.match(fold(word.strip(EDGES))) is not None


def reduced(text: str) -> str:
    """Codes and message of a pasted text, in words without operators; "" where nothing is left."""
    every = (segment for line in text.split("\n") for segment in _segments(line))
    segments = list(islice(every, MAX_SEGMENTS))
    message = list(_message(segments))
    shown = " ".join(message)
    held = {found.identifier for found in identifiers.typed(shown)}
    codes: dict[str, None] = {}
    for found in identifiers.in_text("\n".join(segments)):
        if found.identifier not in held:
            codes[found.identifier.value] = None
    return " ".join([*list(codes)[:MAX_CODES], *message])


def _segments(line: str) -> Iterator[str]:
    """The runs of words of a line that lie between noise and brackets."""
    run: list[str] = []
    for word in _told(line.translate(APART).split()):
        bare = word.strip(EDGES)
        if not bare:
            continue
        if run and (word[0] in EDGES or word == "|"):
            yield " ".join(run)
            run = []
        run.append(bare)
        if word[-1] in EDGES:
            yield " ".join(run)
            run = []
    if run:
        yield " ".join(run)


def _told(words: list[str]) -> Iterator[str]:
    """The words without noise, in whose place a bracket stands; without what is named after `user:` and the like."""
    skipped, after = 0, ""
    for word in words:
        key = fold(word.strip(EDGES)).rstrip(":=.")
        colon = word.rstrip(EDGES).endswith((":", "="))
        if key in NAMED and colon:
            skipped, after = MAX_NAME, ""
        elif key in NUMBERED:
            after, skipped = key, 0
        elif after and word.strip(EDGES + ":=").isdigit():
            after = ""
        elif word in (":", "="):
            continue
        elif skipped and not colon:
            skipped = 0 if word[-1] in EDGES else skipped - 1
        else:
            skipped, after = 0, ""
            yield from _kept(word)
            continue
        yield "|"


def _kept(word: str) -> Iterator[str]:
    """A word, the sources that it names, or a bracket in the place of noise."""
    if not _is_noise(word):
        yield word
        return
    yield from (f"|{match[1].upper()}|" for match in SOURCE_FILE.finditer(fold(word[:MAX_WORD])))
    yield "|"


def _is_noise(word: str) -> bool:
    """Whether a word is a place, a moment, a number of somebody, or data."""
    if len(word) > MAX_WORD:
        return True
    bare = fold(word.strip(EDGES))
    if bare.startswith("u_") or not bare:
        return False
    address = ADDRESS.fullmatch(bare)
    return (
        ("@" in bare and "." in bare)
        or "://" in bare
        or "\\" in bare
        or bare.count("/") > 2
        or bare.startswith(("/", "user:", "usuario:", "host:", "ip:"))
        or DRIVE.match(bare) is not None
        or DATE.fullmatch(bare) is not None
        or TIME.fullmatch(bare) is not None
        or PERSON.fullmatch(bare) is not None
        or (HEX.fullmatch(bare) is not None and any(map(str.isdigit, bare)))
        or (address is not None and _is_machine(*map(int, address.groups())))
    )


def _is_machine(first: int, second: int, third: int) -> bool:
    """Whether four numbers are an address rather than a build: 10.1.2.3, 192.168.0.1, not 24.3.0.5."""
    return first in (10, 127) or max(first, second, third) > 99


def _message(segments: Iterable[str]) -> Iterator[str]:
    """The words of the first segment that says what went wrong and of the one after it, else of the first ones."""
    telling = [segment for segment in segments if not CALLER.match(fold(segment)) and _says(segment)]
    first = next((place for place, segment in enumerate(telling) if SIGN.search(fold(segment))), 0)
    words = [word for segment in telling[first : first + 2] for word in WORD.findall(segment)]
    for word in words[:MAX_WORDS]:
        yield word.lower() if word in ("OR", "OU", "O") else word


def _says(segment: str) -> bool:
    """Whether a segment has two words or more that say something."""
    return sum(not is_stop_word(word) and not word.isdigit() for word in WORD.findall(segment)) > 1
