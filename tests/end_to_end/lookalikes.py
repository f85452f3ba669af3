"""Documents among which those that carry a code have to be found: neighbours, mentions, lists, prose."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from search.model import Document
from tests.documents import document

CARRIERS = {
    "se1": ("SE1 - Contas a Receber", "Guarda os títulos a receber, da inclusão à baixa."),
    "sc5": ("SC5 - Cabeçalho dos pedidos de venda", "Um registro por pedido; os itens ficam em outra tabela."),
    "ct2": ("CT2 - Lançamentos contábeis", "Guarda as partidas de cada lote e documento."),
    "e1-vencrea": ("E1_VENCREA - Vencimento real do título", "O vencimento, levado ao próximo dia útil."),
    "u-xyz": ("Exemplo de customização: U_XYZ no menu", "A função de usuário é chamada pelo menu do módulo."),
    "cd0402": ("CD0402 - Manutenção de bancos", "Cadastra bancos, agências e contas."),
    "sigafin": ("SIGAFIN - Financeiro", "Contas a pagar, contas a receber e tesouraria."),
    "cfop-5102": ("CFOP 5.102 - Venda de mercadoria de terceiros", "Operação dentro do estado."),
    "csosn-102": ("CSOSN 102 - Simples Nacional sem permissão de crédito", "Como cadastrar no tipo de saída."),
    "cst-060": ("CST 060 - ICMS cobrado por substituição", "Quando usar e o que vai no XML."),
    "ncm": ("NCM 8471.30.12 - Cadastro e alíquotas", "Como atualizar a tabela da Receita."),
    "lei": ("Licitações na nova lei", "A Lei 14133 mudou as modalidades; o módulo de contratos acompanha a lei."),
    "iso": ("Certificação da qualidade", "A ISO 9001 pede o controle de documentos."),
    "http": ("Proxy reverso à frente do servidor", "Um HTTP 404 diz que o caminho não existe."),
    "ano": ("Encerramento do exercício", "No ano 2023 o calendário tem um período a mais."),
    "art": ("Imunidade tributária dos livros", "O art 150 da Constituição veda o imposto."),
    "mais": ("Limite de usuários simultâneos", "Com mais 100 licenças o servidor pede outra máquina."),
}
"""Key → title and body of what the demo's sources have no document about."""

CODES = {
    "MATA410": ("MATA411", "MATA41O", "MATB410", "MATA4100", "FATA410", "MATA140"),
    "MATA103": ("MATA104", "MATA013", "MATR103"),
    "FINA050": ("FINA051", "FINA500", "FINR050"),
    "FINA473": ("FINA474", "FINA437"),
    "MATA521A": ("MATA521B", "MATA521", "MATA512A"),
    "MV_ESTADO": ("MV_ESTADOS", "MV_ESTAD", "MV_ESTADX", "MV_1ESTADO"),
    "MV_1DUPREF": ("MV_2DUPREF", "MV_DUPREF"),
    "MV_NFS_JOB": ("MV_NFX_JOB", "MV_NFE_JOB", "MV_JOB"),
    "MV_ULMES": ("MV_ULTMES", "MV_ULME"),
    "MT410TOK": ("MT411TOK", "MT410TOX", "MA410TOK"),
    "MT100LOK": ("MT100TOK", "MT103LOK"),
    "M410STTS": ("M411STTS", "M410STTX"),
    "SD1100I": ("SD1100E", "SD1200I"),
    "DSERFIN1-30150": ("DSERFIN1-30151", "DSERFIN2-30150", "DSERFIN-30150", "DSERFIN1-3015"),
    "DMINA-3611": ("DMINA-3612", "DMINB-3611", "DMINA-361"),
    "Rejeição 528": ("Rejeição 527", "Rejeição 582", "Rejeição 1528"),
    "Rejeição 539": ("Rejeição 538", "Rejeição 593"),
    "Rejeição 204": ("Rejeição 205", "Rejeição 402"),
    "S-2299": ("S-2298", "S-2399", "R-2299"),
    "R-4020": ("R-4010", "S-4020"),
    "NT 2024.001": ("NT 2024.002", "NT 2023.001", "NT 2014.001"),
    "12.1.2310": ("12.1.2311", "12.1.2309"),
    "12.1.33": ("12.1.32", "12.1.34", "12.1.330"),
    "24.3.0.5": ("24.3.0.6", "24.3.1.5"),
    "FT4003": ("FT4004", "FT0403", "FP4003"),
    "CD0704": ("CD0705", "CE0704"),
    "CD0402": ("CD0403", "CD0420"),
    "VDP20000": ("VDP20001", "VDR20000", "VDP2000"),
    "SE1": ("SE2", "SE11", "SF1"),
    "SC5": ("SC6", "SC55"),
    "E1_VENCREA": ("E2_VENCREX", "E1_VENCTO", "E1_VENCREB"),
    "U_XYZ": ("U_XYW", "U_XYZZ"),
    "SIGAFIN": ("SIGAFIS", "SIGAFINA"),
    "SIGACFG": ("SIGACFX", "SIGACF"),
    "Registro C197": ("Registro C198", "Registro D197", "Registro C191"),
    "ORA-00060": ("ORA-00600", "ORA-00061"),
    "CFOP 5.102": ("CFOP 5.101", "CFOP 6.102"),
    "CSOSN 102": ("CSOSN 103", "CSOSN 201"),
    "CST 060": ("CST 061", "CST 600"),
    "NCM 8471.30.12": ("NCM 8471.30.11", "NCM 8471.41.00"),
}
"""Code → others that look like it."""

SUBJECTS = (
    "Pedido de venda bloqueado por crédito",
    "Erro ao gravar o título",
    "Configuração do cadastro de clientes",
    "Nota fiscal não transmitida",
    "Relatório de conferência do fechamento",
)
ABOUT = (
    "Antes de conferir {}, atualize o dicionário. Quem usa {} com filiais repete o teste em cada uma.",
    "O suporte pediu {} e outra vez {}: anexe o log, a versão e a tela. Depois de {} reinicie o serviço.",
)


def lookalikes() -> Iterator[Document]:
    """Every document, the carriers first."""
    for key, (title, body) in CARRIERS.items():
        yield document(key, title=title, body=body)
    numbers = count(1)
    for code, neighbours in CODES.items():
        for neighbour in neighbours:
            subject = SUBJECTS[next(numbers) % len(SUBJECTS)]
            yield _numbered(next(numbers), f"{neighbour} - {subject}", f"{neighbour}: {subject.lower()}. {ABOUT[0]}")
        for subject in SUBJECTS:
            number = next(numbers)
            yield _numbered(number, subject, ABOUT[number % 2].replace("{}", code))
    everything = "\n".join([*CODES, *(code for several in CODES.values() for code in several)])
    for subject in SUBJECTS:
        number = next(numbers)
        yield _numbered(number, f"{subject}: índice de assuntos", f"Códigos citados neste espaço:\n{everything}\n" * 3)


def _numbered(number: int, title: str, body: str) -> Document:
    return document(f"other-{number}", title=title, body=body, popularity=(number % 7) / 7)
