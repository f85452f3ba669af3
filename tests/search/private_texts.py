"""Spellings of what tells of somebody, and of what only looks so, by grammar: each call gives another one.

Long because it is one grammar, with a rule for each kind of private text.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from random import Random

Generator = Callable[[Random], str]

FIRST = (
    "maria joao ana carlos beatriz antonio fernanda paulo juliana marcos patricia rafael luciana pedro camila".split()
)
LAST = "silva souza oliveira santos pereira costa almeida ferreira rodrigues lima gomes ribeiro carvalho rocha".split()
HOSTS = (
    "cliente.com.br empresa.com gmail.com hotmail.com acme.ind.br grupo-alfa.net uol.com.br minhaempresa.com".split()
)


def digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def shaped(random: Random, shape: str) -> str:
    """A text with a digit for every 9."""
    return "".join(digits(random, 1) if character == "9" else character for character in shape)


def email(random: Random) -> str:
    who = random.choice(["{0}.{1}", "{0}", "{0}_{1}", "{0}{2}", "{0}-{1}"]).format(
        random.choice(FIRST), random.choice(LAST), random.randint(1, 99)
    )
    host = random.choice(HOSTS)
    spelled_dots = random.choice([".", " ponto ", "(dot)", "[dot]", " . "])
    at = random.choice(["@", "@", "@", " @ ", "(at)", " (at) ", "[at]", " arroba ", "%40", " (arroba) "])
    return f"{who}{at}{host if at.strip() in ('@', '%40') else host.replace('.', spelled_dots)}"


def cpf(random: Random) -> str:
    shapes = ["999.999.999-99", "99999999999", "999 999 999 99", "999.999.99999", "999999999-99", "999-999-999-99"]
    return random.choice(["", "cpf ", "CPF: ", "cpf n "]) + shaped(random, random.choice([*shapes, "999.999.999/99"]))


def cnpj(random: Random) -> str:
    shapes = ["99.999.999/9999-99", "99999999999999", "99 999 999 9999 99", "99999999/9999-99", "99.999.9999999-99"]
    letters = "".join(random.choice("ABCDEFGHJKLMNPRSTVWXYZ0123456789") for _ in range(12))
    mixed = f"{letters[:2]}.{letters[2:5]}.{letters[5:8]}/{letters[8:]}-{digits(random, 2)}"
    return random.choice(["", "cnpj ", "CNPJ: "]) + random.choice([shaped(random, random.choice(shapes)), mixed])


def telephone(random: Random) -> str:
    area = random.choice(["11", "21", "31", "47", "51", "62", "85"])
    number = random.choice(["99999-9999", "99999 9999", "999999999", "9 9999-9999", "9999-9999", "99999.9999"])
    number = shaped(random, "9" + number[1:]).replace(number[0], "9", 1) if len(number) > 9 else shaped(random, number)
    return random.choice(["({}) {}", "{} {}", "+55 {} {}", "+55({}){}", "0{} {}", "{}-{}", "tel {} {}"]).format(
        area, number
    )


def short_telephone(random: Random) -> str:
    return random.choice(["9{}-{}", "tel {}-{}", "fone: {} {}", "celular 9{} {}", "whatsapp 9{}{}"]).format(
        str(random.randint(3000, 9999)), digits(random, 4)
    )


def rg(random: Random) -> str:
    return random.choice(
        [
            shaped(random, "99.999.999-9"),
            shaped(random, "99.999.999-X"),
            shaped(random, "rg 999999999"),
            shaped(random, "RG: 99.999.999"),
            shaped(random, "MG-99.999.999"),
            shaped(random, "rg 9999999-9"),
        ]
    )


def invoice_key(random: Random) -> str:
    key = digits(random, 44)
    spaced = " ".join(key[at : at + 4] for at in range(0, 44, 4))
    return random.choice([key, f"NFe{key}", f"chave {key}", spaced[:55], f"CTe{key}"])


def other_number(random: Random) -> str:
    """Of a card, a voter, a worker, a bank slip, a postal code, an address of Chile or Argentina."""
    shapes = [
        "9999 9999 9999 9999",
        "9999 9999 9999",
        "999.99999.99-9",
        "99999.99999 99999.999999 99999.999999 9 99999999999999",
    ]
    shapes += ["cep 99999-999", "99999-999", "20-99999999-9", "99.999.999-9", "99999999999"]
    return shaped(random, random.choice(shapes))


def web_token(random: Random) -> str:
    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": digits(random, 8), "name": random.choice(FIRST)}]
    head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return f"{head}.{body}.{base64.urlsafe_b64encode(random.randbytes(24)).decode().rstrip('=')}"


def token(random: Random) -> str:
    return random.choice(
        [
            random.randbytes(16).hex(),
            random.randbytes(20).hex(),
            random.randbytes(32).hex().upper(),
            base64.b64encode(random.randbytes(30)).decode(),
            web_token(random),
            f"Bearer {web_token(random)}",
            f"token={random.randbytes(6).hex()}",
            f"senha: {random.choice(FIRST)}{digits(random, 3)}",
            "-".join(
                (random.randbytes(4).hex(), *(random.randbytes(2).hex() for _ in range(3)), random.randbytes(6).hex())
            ),
        ]
    )


def user(random: Random) -> str:
    first, last = random.choice(FIRST), random.choice(LAST)
    who = random.choice([f"{first}.{last}", first, f"{first[0]}{last}", f"{first} {last}", first.upper()])
    form = random.choice(
        ["user={}", "usuario: {}", "user:{}", "Usuário = {}", 'login="{}"', "userName: {}", "nome: {}"]
    )
    return random.choice([form.format(who), f"usuario {first}.{last}", f"login {first}.{last}"])


def machine(random: Random) -> str:
    low = random.randint(0, 255), random.randint(1, 254)
    ip = random.choice(["192.168.{}.{}", "10.1.{}.{}", "172.16.{}.{}", "200.150.{}.{}", "127.0.{}.{}"]).format(*low)
    mac = ":".join(random.randbytes(1).hex() for _ in range(6))
    return random.choice([ip, f"{ip}:{random.randint(80, 9999)}", f"http://{ip}/rest", mac, f"ip {ip}"])


def path(random: Random) -> str:
    who = random.choice(FIRST)
    return random.choice(
        [
            rf"C:\Users\{who}\Desktop\erro.log",
            rf"\\servidor\{who}\nfe",
            f"/home/{who}/protheus.log",
            rf"d:\totvs\{who}",
            f"c:/users/{who}/x.txt",
            rf"EMPRESA\{who}",
            f"https://{who}.empresa.com.br/portal?id=1",
            f"/opt/totvs/{who}/a",
        ]
    )


PRIVATE: dict[str, Generator] = {
    "email": email,
    "cpf": cpf,
    "cnpj": cnpj,
    "telephone": telephone,
    "short telephone": short_telephone,
    "rg": rg,
    "invoice key": invoice_key,
    "other number": other_number,
    "token": token,
    "user": user,
    "machine": machine,
    "path": path,
}

ABOUT = [
    "erro",
    "rejeição",
    "ao emitir nota",
    "pedido",
    "boleto",
    "como consultar",
    "nf-e",
    "cadastro",
    "não acessa",
    "",
]


def release(random: Random) -> str:
    last = random.choice(["33", "2210", "2310", "2410", "2510", "027", "17"])
    return random.choice(["12.1.{}", "release {}", "P12.1.{}", "protheus 12.1.{}", "12_1_{}", "r{}"]).format(last)


def releases(random: Random) -> str:
    return random.choice(["{} {}", "de {} para {}", "{} ou {}"]).format(release(random), release(random))


def build(random: Random) -> str:
    return random.choice(["appserver {}", "build {}", "dbaccess {}", "{}"]).format(
        random.choice(["20.3.1.14", "24.3.0.5", "7.00.210324P", "7.0.21.3", "22.1.1.3", "4.00", "11.80"])
    )


def day(random: Random) -> str:
    y, m, d = random.randint(2015, 2026), random.randint(1, 12), random.randint(1, 28)
    form = random.choice(
        ["{d:02}/{m:02}/{y}", "{y}-{m:02}-{d:02}", "{m:02}/{y}", "{y}{m:02}{d:02}", "{d:02}.{m:02}.{y}"]
    )
    return form.format(y=y, m=m, d=d)


def days(random: Random) -> str:
    return random.choice(["de {} a {}", "{} {}", "data:{}..{}"]).format(day(random), day(random))


def years(random: Random) -> str:
    return random.choice(["2023-2024", "2024/2025", "2022 2023 2024", "exercicio 2024 2025"])


def amount(random: Random) -> str:
    whole = f"{random.randint(1, 9_999_999):,}".replace(",", ".")
    return random.choice(["R$ {},{:02}", "valor {},{:02}", "{},{:02}", "icms {},{:02}"]).format(
        whole, random.randint(0, 99)
    )


def tax_codes(random: Random) -> str:
    cfops = [str(random.choice([5102, 6102, 5405, 1202, 7101, 5949])) for _ in range(random.randint(1, 4))]
    ncm = shaped(random, "8999.99.99")
    return random.choice(
        [f"cfop {' '.join(cfops)}", f"ncm {ncm}", f"NCM {ncm.replace('.', '')}", f"cest {shaped(random, '99.999.99')}"]
    )


def numbers(random: Random) -> str:
    return random.choice(
        [
            "cnab 240",
            "cnab 400 240",
            "porta 8080",
            "erro 500",
            "nota 123456",
            "pedido 000123",
            "ORA-00942",
            "modelo 55 65",
            "serie 1",
        ]
    )


def program(random: Random) -> str:
    return random.choice(
        [
            "MATA410",
            "mata 410",
            "FINA050.PRX",
            "A1_COD",
            "E1_VENCREA",
            "MV_ESTADO",
            "mv_ljtpsat",
            "CC0304",
            "VDP20000",
            "MT410TOK",
            "U_MT410TOK",
            "DSERFIN1-12345",
            "DSERTSS1-10185",
            "PCREQ-6132",
            "SIGAFAT",
            "S-1200",
            "R-2010",
            "NT 2024.001",
            "registro C170",
            "bloco K200",
            "rejeição 528",
            "cStat=528",
            "SE1010",
            "FWFormModelStruct",
            "25-10-22-BRA-MENUS_12_1_2510.ZIP",
            "12_1_2510_TSS_OP.ptm",
            "TTTM120_SIGAFIN_12_1_2310_PT.PTM",
            "FWMVCModel2",
            "/api/crm/v1/customers",
            "tdn.totvs.com",
            "TOTVSBackofficeProtheus12",
            "appserver.ini",
            "smartclient.exe",
        ]
    )


def field(random: Random) -> str:
    return random.choice(
        [
            "versao:12.1.2310",
            "fonte:tdn cliente",
            "produto:protheus",
            "data:>=2024-01-01",
            "versao:12.1.33..12.1.2310",
            "ano:2024",
        ]
    )


def sentence(random: Random) -> str:
    return random.choice(
        [
            "usuario sem permissao",
            "login unico",
            "bloquear usuario",
            "trocar senha do usuario",
            "cadastro de cliente",
            "token invalido",
            "envio de e-mail",
            "caractere arroba no email",
            "nome do cliente",
            "cpf obrigatorio no cupom",
            "validar cnpj alfanumerico",
            "chave de acesso da nf-e",
            "telefone do cliente",
            "usuario padrao",
            "cep invalido",
            "matricula do funcionario",
            "ip do servidor",
            "senha expirada",
            "@override advpl",
            "operador de caixa",
        ]
    )


HONEST: dict[str, Generator] = {
    "release": release,
    "releases": releases,
    "build": build,
    "day": day,
    "days": days,
    "years": years,
    "amount": amount,
    "tax codes": tax_codes,
    "numbers": numbers,
    "program": program,
    "field": field,
    "sentence": sentence,
}


def around(text: str, random: Random) -> str:
    """The text among words that any query may have."""
    return " ".join(filter(None, (random.choice(ABOUT), text, random.choice(["", "", "erro", "protheus"]))))
