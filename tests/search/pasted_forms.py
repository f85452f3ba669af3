"""Pasted texts and typed queries, written by hand: what each must lose, and what must stay of it."""

from __future__ import annotations

PASTED: tuple[tuple[str, str, str], ...] = (
    ('{"customerName":"John Doe","errorMessage":"Timeout while calling WSFE"}', "John Doe", "Timeout WSFE"),
    ('[{"loginRede":"jsilva","mensagem":"Falha na rotina MATA410"}]', "jsilva", "Falha MATA410"),
    ('{"pessoa":"Joao Silva","erro":"Falha 404"}', "Joao Silva", "Falha 404"),
    ('{"nomeFantasia":"Padaria Estrela"}', "Padaria Estrela", ""),
    ("{'comprador': 'Ana Lima', 'erro': 'Falha ao gravar pedido'}", "Ana Lima", "Falha gravar pedido"),
    ("{'aprovador': 'Ana Lima', 'ok': False}", "Ana Lima", ""),
    (r"{\"comprador\":\"Ana Lima\",\"msg\":\"Erro ao calcular imposto\"}", "Ana Lima", "calcular imposto"),
    (r'"{\"comprador\":\"Ana Lima\",\"msg\":\"Erro ao calcular imposto\"}"', "Ana Lima", "calcular imposto"),
    (
        r'{"status":500,"body":"{\"comprador\":\"Ana Lima\",\"msg\":\"Erro ao calcular imposto\"}"}',
        "Ana Lima",
        "calcular imposto",
    ),
    ('Erro: {"aprovador":"Ana Lima","detalhe":"Falha ao integrar pedido"}', "Ana Lima", "integrar pedido"),
    ('retorno 422 {"vendedor": "Ana Lima", "message": "Invalid tax code"}', "Ana Lima", "Invalid tax code"),
    ('{comprador: "Ana Lima", erro: "Falha ao gravar pedido"}', "Ana Lima", "Falha gravar pedido"),
    ("{comprador=Ana Lima, erro=Falha ao gravar pedido}", "Ana Lima", "Falha gravar pedido"),
    ("Pedido(comprador='Ana Lima', erro='Falha ao gravar pedido')", "Ana Lima", "Falha gravar pedido"),
    ("?user=jsilva&msg=Falha+ao+gravar+pedido", "jsilva", "Falha gravar pedido"),
    ("/portal/erro?comprador=Ana%20Lima&mensagem=Falha%20ao%20gravar%20pedido", "Ana Lima", "Falha gravar pedido"),
    ("comprador=jsilva msg=Falha ao gravar pedido", "jsilva", "Falha gravar pedido"),
    ('comprador="Ana Lima" nivel=ERROR msg="Falha ao gravar pedido"', "Ana Lima", "Falha gravar pedido"),
    ("Ana Lima;Recife;Falha ao gravar pedido", "Ana Lima Recife", "Falha gravar pedido"),
    ('"Ana Lima","Recife","Falha ao gravar pedido"', "Ana Lima Recife", "Falha gravar pedido"),
    ("Ana Lima,Recife,Falha ao gravar pedido", "Ana Lima Recife", "Falha gravar pedido"),
    ("Ana Lima|Recife|Falha ao gravar pedido", "Ana Lima Recife", "Falha gravar pedido"),
    ('<pedido comprador="Ana Lima" motivo="Falha ao gravar pedido"/>', "Ana Lima", "Falha gravar pedido"),
    ("<comprador>Ana Lima</comprador>", "Ana Lima", ""),
    (
        "&lt;pedido comprador=&quot;Ana Lima&quot; erro=&quot;Falha ao gravar pedido&quot;/&gt;",
        "Ana Lima",
        "gravar pedido",
    ),
    (
        "Error: no se pudo conectar\ncliente Juan Perez Garcia SA de CV\nRFC XAXX010101000",
        "Juan Perez Garcia CV",
        "pudo conectar",
    ),
    ("Falha ao conectar no banco\nservidor SRV-PROD01 usuario app\nfim", "SRV PROD01", "Falha conectar banco"),
    ("Falha ao conectar no banco\nServidor SRV-BANCO02 porta 1433\nfim", "SRV BANCO02", "Falha conectar banco"),
    (
        "a\nError: customer John Fitzgerald Doe of ACME not found in ledger\nb",
        "John Fitzgerald Doe ACME",
        "customer not found ledger",
    ),
    (
        "a\nError: el contribuyente PEREZ LOPEZ JUAN no se encuentra en el padron\nb",
        "PEREZ LOPEZ JUAN",
        "contribuyente padron",
    ),
    ("a\nErro: o certificado de Ana Paula Souza esta vencido\nb", "Ana Paula Souza", "certificado vencido"),
    (
        "x\nErro: FORNECEDOR TRANSPORTES ALFA LTDA NAO ENCONTRADO NA SA2\nz",
        "TRANSPORTES ALFA LTDA",
        "FORNECEDOR ENCONTRADO SA2",
    ),
    ("x\nLogin failed for user 'jsilva' on database erp\nz", "jsilva", "Login failed database"),
    ("x\nFalha: host DB-ERP-02 não responde na porta do banco\nz", "DB ERP 02", "host responde"),
    (
        "x\nErro ao enviar e-mail para o destinatário Carlos Eduardo Prado no TSS\nz",
        "Carlos Eduardo Prado",
        "enviar destinatário",
    ),
)
"""(text, words that must go, words that must stay)."""

HONEST_PASTED: tuple[tuple[str, str], ...] = (
    ("a\nErro: usuario sem permissao para incluir pedido\nb", "usuario sem permissao incluir pedido"),
    ("a\nErro: servidor de licenças não encontrado\nb", "servidor licenças não encontrado"),
    ("a\nErro: cliente bloqueado por limite de crédito\nb", "cliente bloqueado limite crédito"),
    ("a\nERRO: CLIENTE BLOQUEADO POR LIMITE DE CREDITO\nb", "CLIENTE BLOQUEADO LIMITE CREDITO"),
    ("a\nERRO: USUARIO SEM PERMISSAO PARA INCLUIR PEDIDO\nb", "USUARIO SEM PERMISSAO INCLUIR PEDIDO"),
    ("a\nError: Internal Server Error in REST API\nb", "Internal Server Error REST"),
    ("a\nFalha: servidor REST não iniciado no AppServer\nb", "servidor REST iniciado"),
    ("a\nErro: certificado digital A1 vencido no TSS\nb", "certificado digital A1 vencido TSS"),
    ("a\nErro: fornecedor não cadastrado na tabela SA2\nb", "fornecedor cadastrado SA2"),
    ("a\nError: el cliente no existe en la tabla SA1\nb", "cliente existe SA1"),
)

HONEST_TYPED: tuple[str, ...] = (
    '"pedido bloqueado"',
    "{{protheus}}",
    "produto:protheus versao:>=12.1.2310",
    'titulo:"pedido bloqueado" produto:rm',
    '"nota fiscal" "pedido de venda"',
    "erro {0} no campo [A1_COD]",
    "cStat=528",
    "mata410, mata461, fina050",
    "mv_par01=1 mv_par02=2",
    "a1_cod = b1_cod and a1_loja = b1_loja",
    "icms, ipi, pis; cofins e iss",
    "tag <xMotivo> obrigatoria",
    "erro: nao foi possivel conectar",
    "fonte:tdn, produto:protheus",
    "como usar ?: no advpl",
)
