"""How each kind of code is written in documents and typed in queries, and the one value of all its spellings.

Evidence: 2,583 real titles and articles, and what people type who know the code but not how it is written. A spelling
that ordinary words have too ("lei 14133", "nota 404") is `loose`: whether a code was meant, what is indexed decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from search.model import Identifier

Spelling = re.Match[str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to write a kind of code. `written` holds in documents, `typed` in queries (folded, lower case).

    A text that has none of the strings in `needs` cannot match `written`, which is quicker to see than a search is to
    fail. `also` gives further codes that the same characters may stand for.
    """

    kind: str
    written: re.Pattern[str] | None
    typed: re.Pattern[str] | None
    canonical: Callable[[Spelling], str]
    needs: tuple[str, ...]
    loose: bool
    also: Callable[[Spelling], Iterable[Identifier]] | None


def _joined(match: Spelling) -> str:
    """All groups, upper case, without what stands between them."""
    return "".join(group for group in match.groups() if group).upper()


def _with(separator: str) -> Callable[[Spelling], str]:
    """All groups, upper case, with the same separator between them whatever was written."""
    return lambda match: separator.join(group for group in match.groups() if group).upper()


def _before(beginning: str) -> Callable[[Spelling], str]:
    """All groups, upper case, after a beginning that is the same for all codes of the kind."""
    return lambda match: beginning + _joined(match)


def _note(match: Spelling) -> str:
    """Year and number: "NT 1/2024" is 2024.001."""
    number, year = sorted(filter(None, match.groups()), key=len)
    return f"{year}.{int(number):03}"


def _event(match: Spelling) -> str:
    return f"{match[1]}-{match[2]}".upper()


def _event_number(match: Spelling) -> str:
    """The events of the Reinf that no event of the eSocial shares its number with; else it is the eSocial's."""
    return f"{'R' if match[1].startswith(('20', '4', '9')) else 'S'}-{match[1]}"


def _oracle(match: Spelling) -> str:
    return f"ORA-{int(_joined(match)):05}"


def _fiscal(match: Spelling) -> str:
    kind, digits = filter(None, match.groups())
    return f"{kind.upper()} {digits.replace('.', '').replace(' ', '')}"


def _version(match: Spelling) -> str:
    return version(match[1] or match[2])


def version(number: str) -> str:
    """The canonical spelling of a Protheus release by its last part: "033" and "33" are 12.1.33."""
    return f"12.1.{int(number):02}"


def _split_issue(match: Spelling) -> Iterable[Identifier]:
    """A key without its hyphen: nobody can tell whether "dserfin11234" is DSERFIN1-1234 or DSERFIN-11234."""
    if found := JOINED_ISSUE.fullmatch(match[0]):
        key, digits = found[1].upper(), found[2]
        for cut in range(min(len(digits) - 1, 5)):
            if len(digits) - cut <= 6:
                yield Identifier("issue", f"{key}{digits[:cut]}-{digits[cut:]}")


def _program(match: Spelling) -> Iterable[Identifier]:
    """Logs write a table with its company: SE2010 is SE2 of company 01, unless it is a program or an issue."""
    yield from _split_issue(match)
    if len(code := _joined(match)) == 6 and code[2:].isdigit() and code[3:5] != "00" and code[5] == "0":
        yield Identifier("table", code[:3])


def _joined_issue(match: Spelling) -> str:
    return next(iter(_split_issue(match))).value


def _user_function(match: Spelling) -> Iterable[Identifier]:
    """An entry point is a user function without the "U_" in its name."""
    yield Identifier("entry_point", _joined(match))


def _package(match: Spelling) -> Iterable[Identifier]:
    """A number alone may be a ticket's or a package's."""
    yield Identifier("package", _joined(match))


def _pattern(
    kind: str,
    written: str | None,
    typed: str | None,
    canonical: Callable[[Spelling], str] = _joined,
    *,
    needs: tuple[str, ...] = ("",),
    loose: bool = False,
    also: Callable[[Spelling], Iterable[Identifier]] | None = None,
) -> Pattern:
    in_documents, in_queries = (re.compile(each, re.ASCII) if each else None for each in (written, typed))
    return Pattern(kind, in_documents, in_queries, canonical, needs, loose, also)


VERSION = re.compile(
    r"(?i)(?<![\d.])(?:p|r|v)?12[._]1[._](\d{4}|\d{2,3})(?![\d]|\.\d)|\b(?:release|protheus|p12|vers[aã]o)\s+(?:12\s+)?(2[2-9]\d\d|1[3-9]|[2-9]\d)\b(?![./]\d)",
    re.ASCII,
)
"""After a word, 10 to 12 are the product itself: no release of Protheus 12 is meant by "Protheus 11"."""

SHORT_VERSION = (
    r"(?<![\w.])(?:(?:protheus|p)\s?12[ .]{1,2}|12[._]1[ ._])?"
    r"(?:r|v(?=2\d{3})|rel\.?[ :]?|release[ ._:-]{0,2}(?:12\.1 )?0?)(2[2-9](?:0[1-9]|1[0-2])|[23]\d|1[3-9])\b(?![./]\d)"
)
"""As people type a release, and hardly any document writes it: "r33", "rel. 33", "P12 R33", "12.1.R33"."""

JOINED_ISSUE = re.compile(r"(d[a-z]{2,9})(\d{3,10})", re.ASCII)
MODULES = (
    "atf|com|est|fat|fin|gpe|fis|pcp|ctb|pon|loja|frt|tmk|tms|oms|wms|gfe|acd|pms|gct|gcp|pco|crm|tec|mnt|mdt|rsp|trm|"
    "csa|apd|org|qie|qip|qmt|qdo|qnc|qad|eic|eec|eff|edc|ess|eco|vei|ofi|pec|agr|uba|pls|jur|pfs|taf|sga|cfg|crd|esp"
)
FINANCIALS = "acr|apb|apl|bgc|btb|cfl|cmg|fas|fgl|men|utb|utn"
"""What programs of Datasul begin with that have three digits."""
INVOICES = r"(?:nf-?e|nfc-?e|ct-?e|mdf-?e|sefaz)"
AFTER_INVOICE = "|".join(rf"(?<=\b{name} )" for name in ("nfe", "nf-e", "nfce", "cte", "ct-e", "mdfe", "sefaz"))
SPOKEN = r"(?:n[o.°]?|num(?:ero|\.)?|cod(?:igo|\.)?|id)?[:.°#=>-]{0,3}"
"""What may stand between the word for a code and its number: "nº", "código", ":"."""
REJECTED = r"(?:\s(?:d[aeo]s?|n[ao]s?|sefaz|nf-?e|nfc-?e|ct-?e|mdf-?e)){0,3}"
NO_YEAR = r"(?!19\d\d|20(?:0|[1-9][1-9]))"
"""Events of the Reinf have numbers of years: R-2010, R-2020 and so on, but no others."""
BLANKS = r"\s{0,50}"
NUMBER = rf"(?:-|\s{{0,9}}{SPOKEN}\s{{0,9}})"
BUILD = r"\b((?!10\.|127\.)\d{1,2}\.\d{1,2}\.\d{1,2}\.\d{1,3}|7\.00\.\d{6}[a-z])\b"
"""Numbers of a private network are none."""
FILE = (
    r"(?<![\w.-])(?!mv_|u_|d[a-z]{2,9}[a-z0-9]{0,4}-\d{2,6}_)(?=\d\d-\d\d-\d\d[_-]|[a-z0-9.-]{1,60}_)(?=[\w.-]{0,60}[a-z])"
    r"(?=[\w.-]{0,60}\d)([a-z0-9]+(?:[._-][a-z0-9]+){3,30}?)"
    r"(?:\.(?:tar\.gz|zip|ptm|upd|pak|rpo|exe|msi|rar|7z|iso|pdf))?(?![\w-]|\.\w)"
)
"""A package's file: its date leads, or it has four parts, with a digit, a letter and a "_" among them. A title as
Confluence writes it into addresses begins with its issue, "DMINA-3611_DT_…", and is none."""
FILE_NAME = re.compile(f"(?i){FILE}", re.ASCII)

PATTERNS = (
    _pattern("file", None, FILE, _joined, loose=True),
    # An issue key leads with D; older projects are named. No \b at the end: titles continue with "_DT_".
    _pattern(
        "issue",
        r"(?<![A-Z0-9])(D[A-Z]{2,9}[A-Z0-9]{0,4}|PCREQ|MANFIN\d\d)-(\d{2,6})(?!\d)",
        r"(?<![a-z0-9])(d[a-z]{2,9}[a-z0-9]{0,4}|pcreq|manfin\d\d)-(\d{2,6})(?!\d)",
        _with("-"),
        needs=("-",),
    ),
    _pattern(
        "issue",
        None,
        r"\b(?:(d[a-z]{3,9}\d{0,4}|d[a-z]{2,9}\d{1,4}|dng)(?:[ _]| - )|(pcreq|manfin\d\d)(?:[ _]| - )?)(\d{3,6})\b",
        _with("-"),
        loose=True,
    ),
    _pattern("version", None, SHORT_VERSION, _version, loose=True),
    _pattern("version", VERSION.pattern, VERSION.pattern, _version, needs=("12", "elease", "rotheus", "ersão")),
    _pattern(
        "note",
        r"\b(?:NT|Nota T[ée]cnica|NOTA T[ÉE]CNICA)\s?(?:n[º°o.]\s?)?(?:(\d{4})[./](\d{3})|(\d{1,3})/(20\d\d))(?!\d)",
        rf"\b(?:nt|notas? tecnicas?)_?{NUMBER}"
        r"(?:(\d{4})[./ _-]?(\d{3})|(20\d\d)[./](\d{1,2})|(\d{1,3})[./-](20\d\d))(?![\d])",
        _note,
        needs=("NT", "Nota", "NOTA"),
    ),
    _pattern(
        "rejection",
        r"(?i)(?:\brejei[çc](?:[ãa]o|[õo]es)|\brechazo|\bcstat\s?[=>]?|\berro)\s{0,50}[:nº°#-]{0,9}\s{0,50}(\d{3,4})\b|"
        r"\b(\d{3,4})\s?-\s?rejei[çc][ãa]o",
        rf"(?:\brejei[cs](?:ao|oes){REJECTED}|\brechazo{REJECTED}|\brej\.?|\brejection|\bcstat\s?[=>]?){BLANKS}[:#°.-]{{0,3}}{BLANKS}{SPOKEN}{BLANKS}"
        r"(\d{3,4})\b|\b(\d{3,4})\s?-?\s?rejeicao",
        needs=("ejei", "EJEI", "echazo", "tat", "rro", "RRO"),
    ),
    _pattern(
        "rejection",
        None,
        rf"\b(?:erro|error|rejeitad[oa]s?)(?:\s+{INVOICES})?{BLANKS}{SPOKEN}{BLANKS}(\d{{3,4}})\b|"
        rf"\b([2-9]\d\d)(?=(?:\s(?:d[ae]|n[ao]))?\s{INVOICES}\b)|(?:{AFTER_INVOICE})([2-9]\d\d)\b(?![.,]\d)",
        loose=True,
    ),
    _pattern(
        "record",
        r"\b(?:[Rr]egistros?|REGISTROS?|[Bb]loco|BLOCO)\s+(?!19\d\d|20\d\d)([0-9A-Y]\d{3})\b",
        r"\b(?:registros?|reg\.?|bloco|record|sped|efd)(?:\s(?:sped|efd|fiscal))?\s?:?\s?(?!19\d\d|20\d\d)"
        r"([0-9a-y]\d{3})\b",
        needs=("egistro", "EGISTRO", "loco", "LOCO"),
    ),
    _pattern(
        "fiscal",
        r"\b(CFOP|CSOSN|CST|NCM|CEST)s?\s?[:=nº°-]{0,3}\s?(\d(?:[\d.]{0,9}\d))(?![\d])",
        rf"\b(cfop|csosn|cst|ncm|cest)s?\s?{SPOKEN}\s?(\d(?:[\d.]{{0,9}}\d))(?![\d]|\s\d\d\s\d\d\b)|"
        r"\b(ncm) (\d{4} \d\d \d\d)\b|\b(cest) (\d\d \d{3} \d\d)\b",
        _fiscal,
        needs=("CFOP", "CSOSN", "CST", "NCM", "CEST"),
    ),
    _pattern("oracle", r"\bORA-?(\d{4,5})\b", r"\bora(?:[ _-]?(\d{2,5})|-(\d))\b", _oracle, needs=("ORA",), loose=True),
    _pattern("event", r"\b([SR])-?([1-9]\d{3})\b", r"\b([sr])[ ._-]?([1-9]\d{3})\b", _event, loose=True),
    _pattern("event", None, rf"\beventos?\s+{NO_YEAR}([1-9]\d{{3}})\b", _event_number, loose=True),
    _pattern("event", None, rf"(?<=\besocial ){NO_YEAR}([1-9]\d{{3}})\b", _before("S-"), loose=True),
    _pattern("event", None, rf"(?<=\breinf ){NO_YEAR}([1-9]\d{{3}})\b", _before("R-"), loose=True),
    _pattern(
        "parameter",
        r"\bMV_(?!PAR\d)([A-Z0-9_]{1,10})\b",
        r"\bmv(?![ _-]?par\d)[ _-]?([a-z0-9_]{3,10})\b",
        _before("MV_"),
        needs=("MV_",),
        loose=True,
    ),
    _pattern(
        "function",
        r"\bU_([A-Za-z0-9_]{2,20})\b",
        r"\bu_([a-z0-9_]{2,20})\b",
        _before("U_"),
        needs=("U_",),
        also=_user_function,
    ),
    _pattern(
        "field",
        r"\b(?!MV_|[PFU]K_|IX_|NF_|COD_)([A-Z][A-Z0-9]{1,2})_([A-Z0-9]{2,7})\b",
        r"\b(?!mv_|u_|[pfu]k_|ix_|nf_|cod_)([a-z][a-z0-9]{1,2})_(?!\d+\b)([a-z0-9]{2,7})\b",
        _with("_"),
        needs=("_",),
    ),
    # Only two characters without the "_": "sc5 pedido" is a table and a word.
    _pattern(
        "field",
        None,
        r"\b([a-z]\d)(?: ([a-z]{2,7})|-([a-z][a-z0-9]{1,6})|([a-z]{2}[a-z0-9]{1,5}))\b|"
        r"\b([a-rt-z][a-z]\d)-([a-z][a-z0-9]{2,6})\b",
        _with("_"),
        loose=True,
    ),
    _pattern(
        "routine",
        r"\b([A-Z]{4,5})(\d{3}[A-Z]{0,2}\d?)(?:\.(?:PR[WX]|TLPP))?\b",
        r"\b([a-z]{4}|[a-z]{5}(?=\d))[ ._-]?(\d{3}[a-z]{0,2}\d?)(?:\.(?:pr[wx]|tlpp))?\b",
        loose=True,
        also=_split_issue,
    ),
    _pattern("module", r"\b(SIGA[A-Z]{2,5})\b", r"\b(siga[a-z]{2,5})\b", needs=("SIGA",)),
    _pattern(
        "module",
        None,
        rf"\bsiga[ ._-](?!com\b)({MODULES})\b|\bmodulos?\s+(?:d[eo]\s)?(?!com\b)({MODULES})\b",
        _before("SIGA"),
        loose=True,
    ),
    _pattern(
        "entry_point",
        r"\b([A-Z]{1,6}\d{2,4}[A-Z]{2,6})\b",
        r"\b(?![a-z]{4,5}\d{3}_)([a-z]{1,6}\d{2,4})[_-]?([a-z]{2,6})\b",
        loose=True,
    ),
    _pattern("entry_point", None, r"(?:(?<=\bpe )|(?<=\bentrada ))([a-z]{1,6}\d{2,4}) ([a-z]{2,6})\b", loose=True),
    _pattern("entry_point", None, r"\b(mta?|ma|fa|lj) ?(\d{3}) ([a-z]{2,6})\b", loose=True),
    _pattern(
        "datasul",
        rf"\b([A-Z]{{2,3}}\d{{4}}[A-Z]?|(?:{FINANCIALS.upper()})\d{{3}})\b",
        rf"\b([a-z]{{2,3}})[ ._-]?(\d{{4}}[a-z]?)\b|\b((?:{FINANCIALS})\d{{3}})\b",
        loose=True,
        also=_program,
    ),
    _pattern("logix", r"\b([A-Z]{3}\d{5})\b", r"\b([a-z]{3})[ ._-]?(\d{5})\b", loose=True, also=_split_issue),
    _pattern("issue", None, rf"\b{JOINED_ISSUE.pattern}\b", _joined_issue, loose=True, also=_split_issue),
    _pattern("table", r"\b([A-Z]{2}\d)\b", r"\b([a-z]{2}\d)\b", loose=True),
    _pattern("record", None, r"\b([a-np]\d{3})\b", loose=True),
    _pattern("build", rf"(?i){BUILD}", BUILD),
    _pattern("package", None, rf"\b(?:pacote|paquete|package|patch)s?{NUMBER}(\d{{6,8}})\b"),
    _pattern(
        "ticket",
        r"^(\d{7,8})(?=\s+D[A-Z])",
        rf"\b(?:ticket|chamado|caso)s?(?:\szendesk)?{NUMBER}(\d{{6,8}})\b|(?<!\w)#(\d{{6,8}})\b",
    ),
    _pattern("ticket", None, r"^(\d{7,8})$", also=_package),
)
"""In order of precedence: characters that one pattern took are not looked at by the next."""

NAMED = {
    "table": r"(?:tabela|tabla|table|alias)",
    "field": r"(?:campo|field)",
    "parameter": r"(?:parametro|parameter|param)",
    "routine": r"(?:rotina|rutina|routine|programa|fonte)",
    "record": r"(?:registro|reg\.?|bloco|record|sped|efd)",
    "datasul": r"(?:rotina|programa|program)",
    "logix": r"(?:rotina|programa|program)",
    "entry_point": r"(?:pe|p\.e\.|ponto de entrada|punto de entrada|entry point)",
    "function": r"(?:funcao|funcion|function|user function)",
    "event": r"(?:evento|event)",
    "module": r"(?:modulo|module)",
    "build": r"(?:build)",
    "version": r"(?:versao|version|release)",
    "issue": r"(?:issue|jira|chamado|requisito)",
    "file": r"(?:arquivo|archivo|file|pacote|paquete|patch)",
}
"""Kind → what people call it right before the code, as in "tabela SE1": no document has to hold that word, too."""
NOUNS = {kind: re.compile(rf"\b{words}s?(?:\s+|\s?:\s*)$", re.ASCII) for kind, words in NAMED.items()}
