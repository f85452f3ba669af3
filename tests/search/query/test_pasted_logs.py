"""A pasted error is searched by its codes and its message, and by nothing that says who, where or when."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.query.expansion import MAX_CLAUSES
from search.query.parser import MAX_TEXT, parse
from search.query.pasted_logs import MAX_CODES, MAX_WORDS

PROTHEUS = r"""THREAD ERROR ([8123], maria.silva, PC-FIN01)   01/02/2024 10:11:12
type mismatch on + on A410TUDOK(MATA410.PRX) 05/12/2023 21:30:00 line : 1234
[TOTVS build: 7.00.210324P-20220101]
Called from FWFORMVIEW(FWFORMVIEW.PRW) 12/01/2024 10:00:00 line : 4321
Called from C:\totvs\protheus\bin\appserver.exe
"""
JAVA = """2024-05-01T10:11:12.123Z [http-8080-exec-7] user: joao.souza@cliente.com.br host: SRV-RM-01 ip=192.168.10.21
com.totvs.rm.RejeicaoException: Rejeição 528: valor do ICMS difere do calculado
    at com.totvs.rm.fiscal.NotaFiscal.envia(/opt/totvs/rm/src/NotaFiscal.java:88)
    at java.lang.Thread.run(0x00007f3a1c2b4d50)
CPF: 123.456.789-09 CNPJ 12.345.678/0001-95 id 3fa85f64-5717-4562-b3fc-2c963f66afa6
"""
DATABASE = r"""10:00:01 INFO  start
10:00:02 ERROR ORA-00942: table or view does not exist SC5010 (from 10.0.0.12:1521 user=protheus)
10:00:03 INFO  end"""
SOAP = """<?xml version="1.0" encoding="UTF-8"?>
<retEnviNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><protNFe versao="4.00"><infProt>
<chNFe>35240312345678000195550010000012341000012345</chNFe><dhRecbto>2024-03-14T08:12:55-03:00</dhRecbto>
<digVal>abcDEF123+/=</digVal><cStat>778</cStat><xMotivo>Rejeicao: Informado NCM inexistente [nItem:3]</xMotivo>
</infProt></protNFe><dest><CNPJ>12345678000195</CNPJ><xNome>MARIA SILVA LTDA</xNome></dest></retEnviNFe>
"""
FAULT = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>'
    "soap:Server</faultcode><faultstring>Server was unable to process request</faultstring></soap:Fault>"
    "</soap:Body></soap:Envelope>"
)
JSON = (
    '{"code":500,"detailedMessage":"Não foi possível localizar o registro na tabela SA1","user":"joao.souza@x.com",'
    '"path":"/api/crm/v1/customers","timestamp":"2024-03-14T08:12:55.123Z"}'
)
DOTNET = r"""RM.Exceptions.RMException: Não é permitido alterar o lançamento 998877 pois o mesmo está baixado.
   em RM.Fin.Lan.FinLanBaixaData.Validar(DataRow row) na C:\Agent\FinLanBaixaData.cs:linha 220
Usuário: maria.silva   Servidor: RMAPP01 (192.168.1.50)
"""
FORM = """Ocorrencia: array out of bounds [0] of [0] on A103GRAVA(MATA103X.PRX) 30/10/2023 10:11:12 line : 5521
Usuario: 000123 - MARIA APARECIDA SILVA
Empresa/Filial: 01/0101
Estacao: PC-FIN01
"""
LETTER = """Rejeição 695: Informado indevidamente o grupo de ICMS para a UF de destino
Destinatario: MARIA SILVA RG 12.345.678-9 celular 91234-5678
Endereço: Rua das Flores, 123 - Centro CEP 01310-100
"""
SIGNED = """Bom dia,
Ao gravar o título ocorre erro de permissão no FINA050.
Atenciosamente,
Maria Aparecida
ACME Ltda
"""
ESCAPED = """retorno do TSS:
&lt;retorno&gt;&lt;titular&gt;MARIA APARECIDA&lt;/titular&gt;
&lt;xMotivo&gt;Rejeicao: Falha no schema XML&lt;/xMotivo&gt;
&lt;/retorno&gt;"""
NAMED = """O CPF 123.456.789-09 do trabalhador não corresponde ao nome informado MARIA APARECIDA SILVA
Evento: S-2200 Matrícula: 000045
falha no login do usuario joao.souza
"""
PERSONAL = (
    *("aparecida", "ltda", "0001", "998877", "flores", "01310", "91234", "12.345.678", "rmapp01", "/api", "0101"),
    *("maria.silva", "PC-FIN01", "joao", "souza", "cliente.com", "SRV-RM", "192.168", "123.456", "12.345", "3fa85f64"),
    *("01/02/2024", "2024-05-01", "10:11", "21:30", "0x0000", "totvs\\", "/opt", "appserver.exe", "10.0.0.12", "1234"),
)
LOGS = (PROTHEUS, JAVA, DATABASE, SOAP, FAULT, JSON, DOTNET, FORM, LETTER, NAMED, SIGNED, ESCAPED)


@pytest.mark.parametrize(
    "text, said",
    [
        (PROTHEUS, ["type", "mismatch", "MATA410"]),
        (JAVA, ["Rejeição", "528", "ICMS", "difere"]),
        (DATABASE, ["ORA-00942", "table", "does", "not", "exist"]),
        (SOAP, ["rejeição 778", "NCM", "inexistente"]),
        (FAULT, ["Server was unable to process request"]),
        (JSON, ["Não foi possível localizar o registro na tabela SA1"]),
        (DOTNET, ["Não é permitido alterar o lançamento", "baixado"]),
        (FORM, ["MATA103X", "array out of bounds"]),
        (LETTER, ["Rejeição 695", "grupo de ICMS"]),
        (NAMED, ["trabalhador não corresponde ao nome informado"]),
        (SIGNED, ["erro", "permissão", "FINA050"]),
        (ESCAPED, ["Falha no schema XML"]),
        ("Boa tarde\nao gravar o pedido\naparece erro de permissão", ["erro", "permissão"]),
    ],
    ids=[
        "protheus",
        "java",
        "database",
        "soap",
        "fault",
        "json",
        "dotnet",
        "form",
        "letter",
        "named",
        "signed",
        "escaped",
        "mail",
    ],
)
def test_codes_and_message_are_left(text: str, said: list[str]) -> None:
    query = parse(text)
    assert [word for word in said if word not in query.text] == []
    assert query.warnings == (f"pasted:{query.text}",)
    assert len(query.text.split()) <= MAX_WORDS + MAX_CODES


@pytest.mark.parametrize("text", [*LOGS, " ".join(JAVA.split()), " ".join(PROTHEUS.split())])
def test_nothing_personal_and_no_place_or_moment_is_left(text: str) -> None:
    assert [piece for piece in PERSONAL if piece.lower() in parse(text).text.lower()] == []


def test_a_log_that_a_box_made_one_line_of_is_known_too() -> None:
    query = parse(" ".join(PROTHEUS.split()))
    assert "mismatch" in query.text and "MATA410" in query.text
    assert query.warnings[0].startswith("pasted:")


def test_the_code_is_read_as_one() -> None:
    codes = [clause.terms[0][0] for clause in parse(JAVA).clauses if clause.kind == "code"]
    assert "rejection:528" in codes


@pytest.mark.parametrize("text", LOGS)
def test_what_is_left_is_read_the_same_way_again(text: str) -> None:
    query = parse(text)
    again = parse(query.text)
    assert (again.text, again.clauses, again.warnings) == (query.text, query.clauses, ())


@pytest.mark.parametrize(
    "text",
    [
        "como emitir nota fiscal eletrônica de devolução de compra com icms st na rotina mata103 do protheus 12.1.2310",
        "nota\nfiscal",
        "reunião 10:30 01/02/2024",
        "appserver 24.3.0.5 não inicia depois da atualização do release 12.1.2310 no servidor",
    ],
)
def test_what_was_typed_is_left_alone(text: str) -> None:
    query = parse(text)
    assert query.text == " ".join(text.split())
    assert query.warnings == ()


def test_a_text_of_nothing_but_noise_is_cut_as_any_other() -> None:
    query = parse("\n".join(["01/02/2024 10:11:12"] * 100))
    assert query.warnings[0] == f"cut:{MAX_TEXT}"


NOISE = [
    PROTHEUS,
    JAVA,
    "\n",
    "[",
    SOAP,
    JSON,
    '<a:b"',
    "](",
    "user:",
    "line :",
    "erro",
    "0x0f",
    "12.1.2310",
    "\u202e",
    "\ud800",
    "\0",
    "\r",
]


@given(st.lists(st.sampled_from(NOISE) | st.text(max_size=20), max_size=40).map("".join))
@example("a\n" * 8000)
@example("@." * 8000)
@example("(((\n" * 4000)
@example("12/12/12-12:" * 3000)
@example("0" * 20_000)
@example("user:\n" * 3000)
@example("\n".join("f" * 70 for _ in range(300)))
def test_any_log_is_read(text: str) -> None:
    query = parse(text)
    query.text.encode()
    assert len(query.text) <= max(MAX_TEXT, (MAX_WORDS + MAX_CODES) * 81)
    assert len(query.clauses) <= MAX_CLAUSES
