"""What every index promises, whatever the engine."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.errors import IndexUnavailable
from search.model import FILTERS, Document, Identifier, Query, Viewer
from search.query.parser import parse
from tests.documents import MOMENT, document
from tests.engines import Library, ids

CLIENT = Viewer(groups=frozenset({"clientes"}))


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["rejeição", "REJEICAO", "rejeições", "nota", "notas fiscais", "a rejeição da nota", "emissao", '"nota fiscal"'],
)
def test_words_are_found_with_or_without_accents_case_and_plural(library: Library, text: str) -> None:
    library.put(
        document("1", title="Rejeição na emissão", body="A nota fiscal voltou."), document("2", body="Outro assunto.")
    )
    assert library.keys(text) == ["1"]


def test_a_phrase_wants_its_words_side_by_side_and_in_order(library: Library) -> None:
    library.put(
        document("1", body="O pedido de venda foi liberado."),
        document("2", body="A venda do pedido foi liberada."),
        document("3", body="O pedido, e depois a venda."),
        document("4", title="Pedido de venda"),
    )
    assert set(library.keys('"pedido de venda"')) == {"1", "4"}


def test_no_phrase_spans_two_headings(library: Library) -> None:
    library.put(document("1", headings=("Cadastro de cliente", "Bloqueio de pedido"), body="x"))
    assert library.keys('"bloqueio de pedido"') == ["1"]
    assert library.keys('"cliente bloqueio"') == []


def test_an_excluded_word_keeps_documents_out(library: Library) -> None:
    library.put(document("1", body="boleto bancário"), document("2", body="boleto registrado"))
    assert library.keys("boleto -registrado") == ["1"]
    assert library.keys("-registrado") == ["1"]


def test_a_prefix_finds_every_word_that_begins_so(library: Library) -> None:
    library.put(document("1", body="faturamento"), document("2", body="faturado"), document("3", body="fatura"))
    assert set(library.keys("fatur*")) == {"1", "2", "3"}
    assert "1" in library.keys("faturam*")


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


def test_a_document_that_names_the_code_in_its_title_leads(library: Library) -> None:
    library.put(
        document("1", title="Pedidos", body="MATA410 " * 30),
        document("2", title="MATA410 - Pedidos de venda", body="Rotina de pedidos."),
        document("3", title="Pedidos de compra", identifiers=(Identifier("routine", "MATA410"),), body="x"),
    )
    assert library.keys("mata 410")[0] == "2"
    assert set(library.keys("mata 410")) == {"1", "2", "3"}


def test_all_words_first_and_some_of_them_only_where_none_has_all(library: Library) -> None:
    library.put(document("1", body="boleto juros multa"), document("2", body="boleto"), document("3", body="juros"))
    whole = library.ask("boleto juros")
    assert ([hit.document.key for hit in whole.hits], whole.relaxed) == (["1"], False)
    relaxed = library.ask("boleto juros xyzzyx")
    assert (relaxed.relaxed, relaxed.total) == (True, 3)
    assert relaxed.hits[0].document.key == "1"
    assert {hit.document.key: hit.missing for hit in relaxed.hits} == {
        "1": ("xyzzyx",),
        "2": ("juros", "xyzzyx"),
        "3": ("boleto", "xyzzyx"),
    }


def test_the_title_counts_for_more_than_the_body(library: Library) -> None:
    library.put(document("1", body="boleto " * 3 + "outros " * 20), document("2", title="Boleto", body="Como se faz."))
    assert library.keys("boleto") == ["2", "1"]


def test_the_readers_language_comes_first_where_all_else_is_equal(library: Library) -> None:
    library.put(
        document("pt", title="Boleto"), document("es", title="Boleto", lang="es", body="Corpo do documento pt.")
    )
    assert library.keys("boleto", lang="pt")[0] == "pt"
    assert library.keys("boleto", lang="es")[0] == "es"


def test_nothing_typed_gives_everything_newest_first(library: Library) -> None:
    library.put(*(document(str(day), updated=MOMENT + timedelta(days=day)) for day in (2, 5, 1)))
    assert library.keys() == ["5", "2", "1"]


def test_snippets_and_titles_mark_what_matched(library: Library) -> None:
    library.put(document("1", title="Emissão de boletos", body="Antes. O boleto sai pela FINA150. Depois."))
    [hit] = library.ask("boleto").hits
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.ranges] == ["boleto"]
    assert [hit.document.title[start:end] for start, end in hit.title_ranges] == ["boletos"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(text=st.one_of(st.text(max_size=60), st.text('"-*()ANDOR mata410_:. ã', max_size=40)))
def test_no_text_raises(library: Library, text: str) -> None:
    if not library.index.position():
        library.put(document("1", title="MATA410 AND (OR)", body="mata 410 a b c"), document("2", body="andor ã"))
    results = library.ask(text)
    assert 0 <= len(results.hits) <= results.total <= 2
    for hit in results.hits:
        assert all(0 <= start < end <= len(hit.snippet.text) for start, end in hit.snippet.ranges)
        assert all(0 <= start < end <= len(hit.document.title) for start, end in hit.title_ranges)


# -- pages, order, dates -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("text", ["", "boleto"])
def test_pages_hold_every_document_once(library: Library, sort: Any, text: str) -> None:
    library.put(*(document(str(number), body="boleto " * (1 + number % 3)) for number in range(37)))
    query = parse(text, sort=sort, per_page=5)
    found = ids(library.pages(query))
    assert (len(found), set(found)) == (37, {f"tdn:{number}" for number in range(37)})
    assert {results.total for results in library.pages(query)} == {37}


def test_a_page_beyond_the_last_is_empty_and_keeps_the_total(library: Library) -> None:
    library.put(document("1"))
    results = library.ask("", page=10**9)
    assert (results.hits, results.total, results.pages) == ((), 1, 1)


def test_sorting_by_date_sorts_by_date(library: Library) -> None:
    library.put(*(document(str(day), body="boleto", updated=MOMENT + timedelta(days=day)) for day in (2, 5, 1)))
    assert library.keys("boleto", sort="newest") == ["5", "2", "1"]
    assert library.keys("boleto", sort="oldest") == ["1", "2", "5"]


def test_dates_bound_what_is_found(library: Library) -> None:
    library.put(*(document(str(day), updated=datetime(2026, 1, day, tzinfo=UTC)) for day in range(1, 6)))
    found = library.keys(
        "", updated_after=datetime(2026, 1, 2, tzinfo=UTC), updated_before=datetime(2026, 1, 5, tzinfo=UTC)
    )
    assert sorted(found) == ["2", "3", "4"]


# -- filters and facets ------------------------------------------------------------------------------------------------


def many(seed: int) -> list[Document]:
    """Documents whose facets are dealt at random."""
    dice = random.Random(seed)
    return [
        document(
            str(number),
            source=dice.choice(["tdn", "kb", "youtube"]),
            kind=dice.choice(["page", "article"]),
            line=dice.choice(["Protheus", "RM", ""]),
            product=dice.choice(["Financeiro", "Fiscal", "RH"]),
            module=dice.choice(["SIGAFIN", ""]),
            lang=dice.choice(["pt", "es"]),
            versions=tuple(dice.sample(["12.1.33", "12.1.2210", "12.1.2310"], dice.randrange(3))),
            updated=datetime(dice.choice([2024, 2025]), 5, 1, tzinfo=UTC),
            title="Documento",
            body=dice.choice(["boleto", "juros", "boleto juros"]),
        )
        for number in range(60)
    ]


def values(each: Document, name: str) -> tuple[str, ...]:
    if name == "year":
        return (str(each.updated.year),)
    found = each.versions if name == "version" else (getattr(each, name),)
    return tuple(value for value in found if value)


def passes(each: Document, filters: dict[str, tuple[str, ...]], but: str = "") -> bool:
    return all(set(wanted) & set(values(each, name)) for name, wanted in filters.items() if name != but)


@pytest.mark.parametrize("seed", range(6))
def test_filters_and_counts_are_those_of_a_count_by_hand(library: Library, seed: int) -> None:
    documents = many(seed)
    library.put(*documents)
    dice = random.Random(seed + 100)
    for _ in range(12):
        filters = {
            name: tuple(sorted({dice.choice(values(dice.choice(documents), name) or ("none",)) for _ in range(2)}))
            for name in dice.sample(FILTERS, dice.randrange(4))
        }
        word = dice.choice(["", "boleto", "juros"])
        results = library.ask(word, filters=filters, per_page=50)
        matching = [each for each in documents if word in each.body]
        assert results.total == sum(passes(each, filters) for each in matching)
        for facet in results.facets:
            expected = Counter(
                value
                for each in matching
                if passes(each, filters, but=facet.name)
                for value in values(each, facet.name)
            )
            assert {each.value: each.count for each in facet.values if each.count} == expected
            assert {each.value for each in facet.values if each.selected} == set(filters.get(facet.name, ()))


def test_an_unknown_value_of_a_filter_finds_nothing_and_is_told(library: Library) -> None:
    library.put(document("1"))
    results = library.ask("", filters={"source": ("nowhere",)})
    assert (results.total, results.warnings) == (0, ("unknown:source=nowhere",))


# -- who asks ----------------------------------------------------------------------------------------------------------


def test_what_the_viewer_may_not_see_is_not_found_counted_completed_or_fetched(library: Library) -> None:
    secret = document("2", title="Boleto secreto", product="Oculto", body="boleto", audience=("clientes", "equipe"))
    library.put(document("1", title="Boleto aberto", product="Financeiro", body="boleto"), secret)
    hidden = library.ask("boleto")
    assert (hidden.total, [hit.document.key for hit in hidden.hits]) == (1, ["1"])
    assert {each.value for facet in hidden.facets for each in facet.values} & {"Oculto"} == set()
    assert library.ask("", filters={"product": ("Oculto",)}).total == 0
    assert [each.id for each in library.index.complete("boleto", 10, Viewer())] == ["tdn:1"]
    assert library.index.document("tdn:2", Viewer(groups=frozenset({"outros"}))) is None

    shown = library.ask("boleto", viewer=CLIENT)
    assert shown.total == 2
    assert {each.value for facet in shown.facets for each in facet.values} >= {"Oculto"}
    assert [each.id for each in library.index.complete("boleto", 10, CLIENT)] == ["tdn:1", "tdn:2"]
    assert library.index.document("tdn:2", CLIENT) == secret


# -- completion --------------------------------------------------------------------------------------------------------


def test_titles_are_completed_whatever_accents_and_case(library: Library) -> None:
    titles = ["Emissão de boletos", "EMISSAO de NF-e", "Emissões", "Remissão"]
    library.put(*(document(str(number), title=title) for number, title in enumerate(titles)))
    found = library.index.complete("emissã", 10, Viewer())
    assert [each.text for each in found] == ["Emissão de boletos", "EMISSAO de NF-e"]
    assert [each.text[each.ranges[0][0] : each.ranges[0][1]] for each in found] == ["Emissã", "EMISSA"]
    assert len(library.index.complete("e", 2, Viewer())) == 2
    assert library.index.complete("   ", 10, Viewer()) == []


def test_a_title_that_stands_twice_is_completed_once(library: Library) -> None:
    library.put(document("1", title="Boleto"), document("2", title="BOLETO"))
    assert len(library.index.complete("bol", 10, Viewer())) == 1


# -- changes -----------------------------------------------------------------------------------------------------------


def test_an_empty_index_holds_nothing(library: Library) -> None:
    assert library.index.position() == 0
    with pytest.raises(IndexUnavailable, match="nothing has been indexed"):
        library.ask("boleto")


def test_the_position_is_the_last_change(library: Library) -> None:
    assert library.put(document("1"), document("2")) == 2
    assert library.put("tdn:1") == 3
    assert library.index.position() == 3
    assert (library.index.status().position, library.index.status().documents) == (3, 1)


def test_an_edited_document_is_found_by_its_new_words_only(library: Library) -> None:
    library.put(document("1", body="antigo"))
    library.put(document("1", body="novo"))
    assert (library.keys("antigo"), library.keys("novo"), library.keys()) == ([], ["1"], ["1"])


def test_a_removed_document_is_gone_everywhere(library: Library) -> None:
    library.put(document("1", product="Sumiu", title="Sumiu"), document("2"))
    library.put("tdn:1", "tdn:unknown")
    assert (library.keys(), library.ask("sumiu").total) == (["2"], 0)
    assert library.index.document("tdn:1", Viewer()) is None
    assert library.index.complete("sumiu", 5, Viewer()) == []
    assert all(each.value != "Sumiu" for facet in library.ask().facets for each in facet.values)


def test_applying_twice_is_harmless(library: Library) -> None:
    changes = library.changes(document("1"), document("2"), "tdn:1")
    for _ in range(2):
        library.index.apply(changes[1:])
        library.index.close()
    assert (library.keys(), library.index.position()) == (["2"], 3)


def test_a_batch_that_breaks_leaves_all_as_it_was(library: Library) -> None:
    library.put(document("1", body="antes"))

    def breaking() -> Any:
        yield from library.changes(document("1", body="depois"), document("2"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.index.apply(breaking())
    library.index.close()
    assert (library.index.position(), library.keys("antes"), library.keys()) == (1, ["1"], ["1"])
    library.put(document("3"))
    assert set(library.keys()) == {"1", "3"}


def test_a_document_comes_back_whole(library: Library) -> None:
    whole = document("a/b:c", body="Linha um\nLinha dois 𝔘", extra={"duration_s": 3}, versions=("12.1.33",), group="g")
    library.put(whole)
    assert library.index.document(whole.id, Viewer()) == whole
    assert library.index.document("tdn:none", Viewer()) is None


def test_a_document_without_text_is_listed(library: Library) -> None:
    library.put(document("1", title="", body=""))
    assert library.keys() == ["1"]


def test_a_very_long_document_is_found_by_its_last_word(library: Library) -> None:
    library.put(document("1", body="palavra " * 60_000 + "xyzzyx"))
    [hit] = library.ask("xyzzyx").hits
    assert len(hit.snippet.text) < 400


def test_facets_that_are_not_asked_for_are_not_counted(library: Library) -> None:
    library.put(document("1"))
    query = replace(parse(""), facets=("source",))
    assert [facet.name for facet in library.index.search(query).facets] == ["source"]
    assert isinstance(query, Query)
