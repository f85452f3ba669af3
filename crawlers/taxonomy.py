"""The vendor's product lines and modules, as the editors spell them, in one spelling for all sources.

    "Totvs Backoffice Protheus", "Línea Protheus", "Microsiga"  ──▶  Protheus
    "SIGAFAT", "Facturación (SIGAFAT)", "SIGAFAT - Faturamento" ──▶  Faturamento (SIGAFAT)

Names of modules are those of the vendor's own menus; a code that is not listed stands for itself.
"""

from __future__ import annotations

import re

LINES = (
    ("Protheus", re.compile(r"\b(?:protheus|microsiga)\b", re.IGNORECASE)),
    ("Datasul", re.compile(r"\bdatasul\b", re.IGNORECASE)),
    ("Logix", re.compile(r"\blogix\b", re.IGNORECASE)),
    ("Fluig", re.compile(r"\bfluig\b", re.IGNORECASE)),
    (
        "RM",
        re.compile(
            r"\b(?:(?:linha|l[íi]nea|corpore|totvs|backoffice|framework)\s+RM|RM\s+line)\b|^RM\b", re.IGNORECASE
        ),
    ),
)
"""RM comes last and never alone in a sentence: its two letters also stand for other things."""

SIGA = re.compile(r"\bSIGA(?!(?:MAT|ADV)\b)[A-Z]{2,5}\b", re.IGNORECASE)
"""SIGAMAT is the file of companies, SIGAADV the old name of everything: no modules."""

SIGA_NAMES = {
    "SIGAACD": "Automação de Coleta de Dados",
    "SIGAAGR": "Gestão Agrícola",
    "SIGAATF": "Ativo Fixo",
    "SIGACFG": "Configurador",
    "SIGACOM": "Compras",
    "SIGACRM": "CRM",
    "SIGACTB": "Contabilidade Gerencial",
    "SIGAEIC": "Easy Import Control",
    "SIGAEEC": "Easy Export Control",
    "SIGAEST": "Estoque e Custos",
    "SIGAFAT": "Faturamento",
    "SIGAFIN": "Financeiro",
    "SIGAFIS": "Livros Fiscais",
    "SIGAGCP": "Gestão de Licitações",
    "SIGAGCT": "Gestão de Contratos",
    "SIGAGFE": "Gestão de Frete Embarcador",
    "SIGAGPE": "Gestão de Pessoal",
    "SIGAJURI": "Jurídico",
    "SIGALOJA": "Controle de Lojas",
    "SIGAMDT": "Medicina e Segurança do Trabalho",
    "SIGAMNT": "Manutenção de Ativos",
    "SIGAOMS": "Gestão de Distribuição",
    "SIGAPCO": "Planejamento e Controle Orçamentário",
    "SIGAPCP": "Planejamento e Controle da Produção",
    "SIGAPLS": "Planos de Saúde",
    "SIGAPMS": "Gestão de Projetos",
    "SIGAPON": "Ponto Eletrônico",
    "SIGAQIE": "Inspeção de Entradas",
    "SIGAQIP": "Inspeção de Processos",
    "SIGATAF": "TAF",
    "SIGATEC": "Gestão de Serviços",
    "SIGATMK": "Call Center",
    "SIGATMS": "Gestão de Transportes",
    "SIGAVEI": "Veículos",
    "SIGAWMS": "Gestão de Armazenagem",
}
RM_NAMES = {
    "Bonum": "Gestão Patrimonial",
    "Chronus": "Automação de Ponto",
    "Fluxus": "Gestão Financeira",
    "Labore": "Folha de Pagamento",
    "Liber": "Gestão Fiscal",
    "Nucleus": "Estoque, Compras e Faturamento",
    "Saldus": "Gestão Contábil",
    "Vitae": "Recursos Humanos",
}
"""The nicknames by which modules of RM are known."""

NICKNAMES = re.compile(rf"\b(?:{'|'.join(RM_NAMES)})\b", re.IGNORECASE)


MENTION = re.compile(
    r"[\s(]*(?:\b(?:linha|l[íi]nea)\s+)?\b(?:microsiga\s+)?(?:protheus|microsiga|datasul|logix|RM)\b(?:\s+line\b)?[®\s)\d]*",
    re.IGNORECASE,
)
"""How a product's name tells its line."""

STANDALONE = {"TSS": "TSS - TOTVS Service SOA", "TAF": "TAF - TOTVS Automação Fiscal"}
"""Products that serve every line."""


def product_of(name: str, line: str) -> str:
    """A product's name in one spelling, its line in brackets; "" when the name says no more than the line.

    "Totvs Backoffice Protheus" of the line Protheus is "TOTVS Backoffice (Linha Protheus)".
    """
    name = " ".join(name.partition(";")[0].split())
    for code, whole in STANDALONE.items():
        if name.upper() == code or whole.partition(" - TOTVS ")[2] in name:
            return whole
    rest = MENTION.sub(" ", name).strip(" -®") if line and line_of(name) == line else name
    rest = re.sub(
        r"^(?:totvs|backoffice\b)\s*",
        lambda match: "TOTVS " if match[0][0] in "tT" else "TOTVS Backoffice ",
        rest,
        flags=re.IGNORECASE,
    )
    rest = rest.strip()
    if rest in ("", "TOTVS"):
        return ""
    rest += ")" * (rest.count("(") - rest.count(")"))
    return f"{rest} (Linha {line})" if line and line not in rest else rest


def line_of(*texts: str) -> str:
    """The product line that the first telling text names, or ""."""
    for text in texts:
        for line, pattern in LINES:
            if pattern.search(text):
                return line
    return ""


def module_of(*texts: str) -> str:
    """The module that the first telling text names, or ""."""
    for text in texts:
        if match := SIGA.search(text):
            code = match[0].upper()
            return f"{SIGA_NAMES[code]} ({code})" if code in SIGA_NAMES else code
        if match := NICKNAMES.search(text):
            nickname = match[0].title()
            return f"{RM_NAMES[nickname]} ({nickname})"
    return ""
