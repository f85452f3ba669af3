"""What every index promises about codes: found in any spelling, and not their neighbours."""

from __future__ import annotations

import pytest

from tests.documents import document
from tests.engines import Library


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("A rotina MATA410 falha.", "mata 410"),
        ("A rotina MATA410 falha.", "MATA-410"),
        ("A rotina MATA410 falha.", "mata410"),
        ("Confira o parâmetro MV_ESTADO.", "mv_estado"),
        ("Confira o parâmetro MV_ESTADO.", "mv estado"),
        ("Erro na NF-e.", "nfe"),
        ("Erro na NFe.", "nf-e"),
        ("Rejeição 528: valor do ICMS", "rejeicao 528"),
        ("Disponível na 12.1.2310.", "12.1.2310"),
    ],
)
def test_a_code_is_found_in_any_spelling(library: Library, written: str, typed: str) -> None:
    library.put(document("1", body=written), document("2", body="Nada disso, 410 estados e 52 rejeições."))
    assert library.keys(typed) == ["1"]


@pytest.mark.parametrize(
    ("written", "others", "typed"),
    [
        ("Use a rotina MATA410.", "Use a rotina MATA460.", ["mata 410", "MATA410", "mata-410", '"mata410"']),
        ("Veja o MV_ESTADO.", "Veja o MV_ESTADO2 e o estado.", ["MV_ESTADO", "mv_estado", "mv estado", "MV ESTADO"]),
        ("Para a versão 12.1.2310.", "Para a versão 12.1.2410.", ["12.1.2310", "p12.1.2310", "release 2310"]),
        ("Rejeição 528 da SEFAZ", "Rejeição 529 da SEFAZ, item 528", ["rejeição 528", "Rejeicao 528", "cstat 528"]),
        ("Campo E1_VENCREA do título", "Campo E1_VENCTO do título", ["E1_VENCREA", "e1_vencrea"]),
        ("Emitir NF-e 4.00", "Emitir NFC-e 4.00", ["nf-e", "NFe", "nfe"]),
    ],
)
def test_a_code_finds_the_document_that_writes_it_and_not_its_neighbour(
    library: Library, written: str, others: str, typed: list[str]
) -> None:
    library.put(document("1", body=written), document("2", body=others))
    assert [library.keys(text) for text in typed] == [["1"]] * len(typed)


def test_a_part_of_a_file_name_finds_the_file(library: Library) -> None:
    library.put(document("a", body="Arquivo: 25-10-22-BRA-MENUS_12_1_2510.ZIP (2 MB)"), document("b", body="Menus, 12"))
    assert library.keys("bra-menus_12_1_2510") == ["a"]
    assert library.keys("25-10-22-bra-menus_12_1_2510") == ["a"]
