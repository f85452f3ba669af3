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

from search.analysis.analyzer import WORD, Analyzer, fold
from search.identifiers import recognizer

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
NEAR_NAME = 4
"""Words after "nome" among which a name begins."""
LOGIN = re.compile(r"\w+[.\d]\w+")
CAPITALS = re.compile(r"[A-ZÀ-Þ]{2,}")
LONG_NUMBER = 5
"""Digits from which on a number in a message is that of a thing, which no page is about."""
"""Words that a name of a person or a machine has at most."""

SIGN = re.compile(
    r"erro|exce[pc]|falh|fail|fatal|rejei|rechaz|invalid|mismatch|not found"
    r"|nao (?:encontrad|existe|foi|pode|localizad|e |esta|corresp|confer|permit|autoriz|possui)"
    r"|does not|denied|negad|out of|time.?out|cannot|could not|unable|duplic|overflow|ora-|cstat|violat|deadlock"
    r"|bloquead|locked|inconsisten|divergen|incorret|obrigatori|no se |(?:ja|ya|already) exist|inexist|indisponiv"
    r"|refused|recusad"
)
"""How a folded segment says what went wrong."""
CALLER = re.compile(r"\s*(?:called from|chamado por|at |(?:em|en) [\w.]{1,200} ?\(|stack|traceback)")
"""How lines begin, folded, that only tell the way there."""
TAG = re.compile(r"<([/?!]?)(?:[\w-]{1,40}:)?([\w-]{1,40})(?![\w-])[^<>]{0,400}>", re.ASCII)
MEMBER = re.compile(r'"(?:\s?([,:])\s?|(?=[}\]]))')
"""The end of a name or of a text in JSON, and what follows it."""

DATE = re.compile(r"(?:\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}|\d{8})(?:t[\d:.,z+-]*)?", re.ASCII)
TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:z|[+-]\d{2}:?\d{2})?", re.ASCII)
HEX = re.compile(r"(?:0x)?[0-9a-f]{8,}(?:-[0-9a-f]{2,})*|0x[0-9a-f]+|[0-9a-f]{2,}(?:-[0-9a-f]{2,}){2,}", re.ASCII)
ADDRESS = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}(?::\d{1,5})?", re.ASCII)
PERSON = re.compile(
    r"\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}|\d{1,2}\.\d{3}\.\d{3}-[\dx]|\d{2}-\d{8}-\d"
    r"|\d{4,5}-\d{4}|\d{5}-\d{3}",
    re.ASCII,
)
"""CPF, CNPJ, RG, CUIT, telephones and CEP as they are written."""
DRIVE = re.compile(r"[a-z]:[\\/]", re.ASCII)
SOURCE_FILE = re.compile(r"([a-z][a-z0-9_]{2,15})\.(?:pr[wgx]|tlpp|apw|ppx)", re.ASCII)
NUMBERED = frozenset("line linha linea thread threadid pid port porta tid".split())
"""Words whose number says nothing."""
LOGINS = frozenset("user usuario username login operador operator".split())
"""Words after which somebody is named where one word more ends the line."""
CALLED = frozenset("nome name nombre".split())
"""Words after which capitals are somebody's name."""
NAMED = (
    LOGINS
    | CALLED
    | frozenset(
        "computer computador maquina machine host hostname servidor server ip email e-mail cpf cnpj estacao"
        " workstation cliente client remote equipo destinatario emitente remetente trabalhador funcionario"
        " empregado colaborador empleado trabajador proveedor fornecedor paciente aluno contato contacto telefone"
        " telefono celular fone phone rg cuit cuil rut ruc nit matricula razao empresa"
        " filial empresa/filial recibo chave chnfe xnome xfant xlgr xmun xbairro xcpl nro cep ie correo mail path"
        " timestamp build environment ambiente thread dbthread rpodb localfiles remark obj data hora fecha date"
        " time".split()
    )
)
"""Words after which, with a colon or as a tag, somebody or something is named, or somewhere and some time is."""
ADDRESSES = frozenset("endereco direccion domicilio address rua calle".split())
"""Words after which, with a colon, the rest of the line is where somebody lives."""
NAMING = re.compile(rf"(?:{'|'.join(sorted(NAMED))})[:=]")
EDGES = "[](){}<>,;'\"|"
APART = str.maketrans({"(": " (", ")": ") "})
"""What stands in brackets right after a word is a word of its own."""


def looks_pasted(text: str) -> bool:
    """Whether a text of lines was not typed: it has several, or what only logs and markup have."""
    if text.count("\n") >= MIN_LINES - 1 or len(TAG.findall(text)) > MIN_NOISE:
        return True
    words = _unmarked(text).split()
    return len(text) >= MIN_LENGTH and sum(_is_noise(word) for word in words) >= MIN_NOISE


def tells_data(word: str) -> bool:
    """Whether a word is somebody's number or address, a place or a moment, or says that a name follows."""
    return _is_noise(word) or NAMING.match(fold(word.strip(EDGES))) is not None


def reduced(text: str, analyzer: Analyzer) -> str:
    """Codes and message of a pasted text, in words without operators; "" where nothing is left."""
    lines = _unmarked(text).split("\n")
    segments = list(islice((each for line in lines for each in _told_in(line)), MAX_SEGMENTS))
    message = list(_message((segment for segment, telling in segments if telling), analyzer))
    held = {found.identifier for found in recognizer.typed(" ".join(message), analyzer.stop_words)}
    codes = recognizer.in_text("\n".join(segment for segment, _ in segments))
    others = dict.fromkeys(recognizer.spelled(found.identifier) for found in codes if found.identifier not in held)
    return " ".join([*list(others)[:MAX_CODES], *message])


def _unmarked(text: str) -> str:
    """A text without its markup: tags end segments, or say what stands in them, as names in JSON do."""
    text = TAG.sub(_tag, text)
    return MEMBER.sub(lambda match: '": ' if match[1] == ":" else '" | ', text) if text.lstrip()[:1] in "{[" else text


def _tag(match: re.Match[str]) -> str:
    name = match[2].lower()
    if match[1] or name not in NAMED | {"cstat"}:
        return " | "
    return f" | {name}: "


def _told_in(line: str) -> Iterator[tuple[str, bool]]:
    """The segments of a line, each with whether it may be the message."""
    telling = CALLER.match(fold(line)) is None
    return ((segment, telling) for segment in _segments(line))


def _segments(line: str) -> Iterator[str]:
    """The runs of words of a line that lie between noise and brackets."""
    run: list[str] = []
    for word in _told(list(_unnamed(line.translate(APART).split()))):
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


def _unnamed(words: list[str]) -> Iterator[str]:
    """The words without logins ("usuario maria.silva") and without capitals after "nome", which are somebody's name."""
    before, named = "", 0
    for place, word in enumerate(words):
        bare = word.strip(EDGES + ":=.")
        last = place == len(words) - 1
        if before in LOGINS and (last or LOGIN.fullmatch(bare)):
            continue
        if named and CAPITALS.fullmatch(bare):
            continue
        before = fold(bare) if word[-1] not in EDGES + ":=" else ""
        named = NEAR_NAME if before in CALLED else max(named - 1, 0)
        yield word


def _told(words: list[str]) -> Iterator[str]:
    """The words without noise, in whose place a bracket stands; without what is named after `user:` and the like."""
    skipped, after = 0, ""
    for word in words:
        key, colon = fold(word.strip(EDGES + ":=.")), word.rstrip(EDGES).endswith((":", "="))
        if key in ADDRESSES and colon:
            return
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


def _message(segments: Iterable[str], analyzer: Analyzer) -> Iterator[str]:
    """The words of the first segment that says what went wrong and of the one after it, else of the first ones."""
    telling = [segment for segment in segments if _says(segment, analyzer)]
    first = next((place for place, segment in enumerate(telling) if SIGN.search(fold(segment))), 0)
    every = (word for segment in telling[first : first + 2] for word in WORD.findall(segment))
    words = [word for word in every if not (word.isdigit() and len(word) >= LONG_NUMBER)]
    for word in words[:MAX_WORDS]:
        yield word.lower() if word in ("OR", "OU", "O") else word


def _says(segment: str, analyzer: Analyzer) -> bool:
    """Whether a segment has two words or more that say something."""
    return sum(not analyzer.is_stop_word(word) and not word.isdigit() for word in WORD.findall(segment)) > 1
