"""What every index promises about corrections: what was meant, only where that finds more or better."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.curation import lexicon
from search.model import ANYONE, Document, Viewer
from tests.documents import document
from tests.engines import Engine, Library

INSIDE = Viewer(groups=frozenset({"clientes"}))


def pages() -> list[Document]:
    return [
        document("1", title="Emissão de nota fiscal", body="A rotina MATA410 usa o parâmetro MV_ESTADO."),
        document("2", title="Nota de débito", body="A rotina MATA460. O servidor não responde ao inventário."),
        document("3", title="Conciliação bancária", body="Importação de extratos. Rejeição 528. Campo E1_VENCREA."),
        document("4", title="Pagamento de boletos", body="Veja os pagamentos e as parcelas. DSERFIN1-1234"),
        document("5", title="Configuración de impuestos", lang="es", body="La instalación de la factura electrónica."),
        document("6", title="Withholding settings", lang="en", body="How to schedule the settlement report."),
        *(document(f"7{n}", title=f"Fiscal {n}", body="A emissão fiscal do servidor.") for n in range(4)),
    ]


@pytest.fixture(scope="module")
def shelf(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(engine(tmp_path_factory.mktemp("shelf")))
    library.put(*pages()[:3])
    library.put(*pages()[3:])  # another segment
    yield library
    library.index.close()


def corrected(library: Library, text: str, **options: Any) -> list[str]:
    return [correction.text for correction in library.corrections(text, **options)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nota fsical", "nota fiscal"),  # two letters changed places
        ("nota ficsal", "nota fiscal"),
        ("bolettos", "boletos"),  # one too many
        ("boltos", "boletos"),  # one missing
        ("emisao de nota", "emissão de nota"),
        ("EMISAO", "emissão"),
        ("conciliasao", "conciliação"),
        ("consiliasao bancaria", "conciliação bancaria"),  # two wrong of eleven
        ("invetario", "inventário"),  # stands in no title
        ("sevridor", "servidor"),
        ("pgamento", "pagamento"),
        ("nota fsical -debito", "nota fiscal -debito"),
        ('"nota fsical"', '"nota fiscal"'),
        ("fsical servdor", "fiscal servidor"),
        ("configuracoin", "configuración"),
        ("impeustos", "impuestos"),
        ("electonica", "electrónica"),
        ("setings", "settings"),
        ("witholding", "withholding"),
        ("shedule", "schedule"),
    ],
)
def test_a_misspelt_word_is_corrected_and_all_else_left_as_typed(shelf: Library, typed: str, meant: str) -> None:
    [correction] = shelf.corrections(typed)
    assert (correction.text, correction.certain) == (meant, True)
    assert shelf.ask(correction.text).total > 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nota fiscal",
        "NOTAS fiscais",  # known by their stems
        "emissao",  # accents are free
        "impuesto",
        "xyzzyx plugh",  # near to nothing
        "nof",  # three letters
        "1234567",
        "-fsical",
        "fsic*",
        "para que onde",
        "mata 41",
    ],
)
def test_what_is_known_short_a_number_or_near_to_nothing_is_left_alone(shelf: Library, text: str) -> None:
    assert corrected(shelf, text) == []


def test_a_word_that_no_document_has_is_corrected_though_others_are_found(shelf: Library) -> None:
    assert shelf.ask("nota fsical").relaxed
    assert corrected(shelf, "como fazer a emissão fsical no servidor") == ["como fazer a emissão fiscal no servidor"]


def test_nothing_is_offered_that_finds_nothing(shelf: Library) -> None:
    assert corrected(shelf, "nota fsical") == ["nota fiscal"]
    assert corrected(shelf, "nota fsical", filters={"source": ("kb",)}) == []
    assert corrected(shelf, "fsical -fiscal") == []


def test_of_several_words_the_one_that_fits_the_others_is_offered(library: Library) -> None:
    library.put(
        document("1", title="Hino", body="o canto do hino"),
        *(document(f"2{n}", title="Manto", body="manto") for n in range(9)),
    )
    assert corrected(library, "panto hino") == ["canto hino"]


def test_the_word_of_more_documents_is_offered(library: Library) -> None:
    library.put(
        document("1", title="Canto", body="canto"),
        *(document(f"2{n}", title="Manto", body="manto") for n in range(9)),
    )
    assert corrected(library, "panto") == ["manto"]


def test_a_rare_word_is_corrected_only_where_another_is_far_more_common(library: Library) -> None:
    typo = document("1", title="Sevidor", body="sevidor")
    library.put(typo, *(document(f"2{n}", title="Servidor", body="servidor") for n in range(15)))
    assert corrected(library, "sevidor") == []
    library.put(*(document(f"3{n}", title="Servidor", body="servidor") for n in range(15)))
    assert corrected(library, "sevidor") == ["servidor"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("MATA411", ["MATA410"]),
        ("mata 466", ["MATA460"]),
        ("mv_estdao", ["MV_ESTADO"]),
        ("mv estado1", ["MV_ESTADO"]),
        ("e1_vencra", ["E1_VENCREA"]),
        ("dserfin1-1243", ["DSERFIN1-1234"]),
        ("erro na mata411", ["erro na MATA410"]),
        ("mata440", ["MATA410", "MATA460"]),
        ("mata41o", ["MATA410"]),
        ("mata4l0", ["MATA410", "MATA460"]),
        ("MATAA410", ["MATA410"]),
    ],
)
def test_a_misspelt_code_is_offered_the_nearest_of_its_kind(shelf: Library, typed: str, meant: list[str]) -> None:
    corrections = shelf.corrections(typed)
    assert [correction.text for correction in corrections] == meant
    assert not any(correction.certain for correction in corrections), (
        "a code is never taken for another without being asked"
    )


@pytest.mark.parametrize("code", ["MATA410", "mata 410", "rejeição 529", "12.1.2310", "chamado 1234567", "XYZW999"])
def test_a_code_that_is_known_a_number_or_near_to_none_is_left_alone(shelf: Library, code: str) -> None:
    assert corrected(shelf, code) == []


def test_a_misspelt_code_finds_nothing_by_itself(shelf: Library) -> None:
    assert shelf.ask("MATA411").total == 0


@pytest.fixture(scope="module")
def both(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Library]]:
    """The same documents with restricted ones, and as if those had never been written."""
    secret = [
        document("8", title="Auditoria fisical", body="auditoria sigilosa FINA050 MATA411", audience=("clientes",)),
        document("9", title="Bolero", body="bolero MV_ESTUDO inventario", audience=("clientes",)),
    ]
    libraries = tuple(Library(engine(tmp_path_factory.mktemp(name))) for name in ("all", "open"))
    libraries[0].put(*pages(), *secret)
    libraries[1].put(*pages())
    yield libraries[0], libraries[1]
    for library in libraries:
        library.index.close()


TYPED = ["auditorai", "sigiloza", "fsical", "fisical", "bolerro", "boletto", "FINA051", "MATA411", "MATA412"]


TYPED += ["mv_estudo", "invetario", "nota", "servdor"]


@settings(max_examples=100, deadline=None)
@given(words=st.lists(st.sampled_from(TYPED), min_size=1, max_size=3))
def test_what_only_hidden_documents_have_is_never_offered(both: tuple[Library, Library], words: list[str]) -> None:
    text = " ".join(words)
    for viewer in (ANYONE, Viewer(groups=frozenset({"outros"}))):
        assert both[0].corrections(text, viewer=viewer) == both[1].corrections(text, viewer=viewer)


def test_who_may_see_them_is_offered_them(both: tuple[Library, Library]) -> None:
    assert corrected(both[0], "auditorai", viewer=INSIDE) == ["auditoria"]
    assert corrected(both[0], "FINA051", viewer=INSIDE) == ["FINA050"]


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=60) | st.text(st.sampled_from('fiscalnotmemç410_ -"*.\ud800'), max_size=120))
def test_no_text_raises_and_the_same_is_offered_each_time(shelf: Library, text: str) -> None:
    corrections = shelf.corrections(text)
    assert corrections == shelf.corrections(text)
    assert all(shelf.ask(correction.text).total for correction in corrections)


def test_a_corrected_text_is_widened_by_the_lists_of_the_query(library: Library, mine: Path) -> None:
    """What "servdor" finds with them is more than what "servidor" finds: nothing better is to be offered."""
    texts = ["Servdor"] + ["Servidor"] * 30 + ["Máquina"] * 40
    library.put(*(document(str(n), title=text, body=f"Texto {n}") for n, text in enumerate(texts)))
    (mine / "synonyms.yaml").write_text("groups: [{forms: [servdor, máquina]}]", "utf-8")
    lists = lexicon.load(mine)
    assert corrected(library, "servdor") == ["servidor"]
    assert library.corrections("servdor", words=lists) == ()
