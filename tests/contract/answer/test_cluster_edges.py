"""What makes two documents one hit: a group, a code, a link, a copy; and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from search.clusters import LINKED_BY, SHARED_BY, STATED
from search.model import Identifier, Viewer
from tests.documents import document
from tests.engines import Library

ISSUES = [Identifier("issue", f"DSERFIN1-{number}") for number in range(1000, 1006)]


INSIDE = Viewer(groups=frozenset({"clientes"}))


def test_what_many_name_or_who_names_much_joins_nothing(library: Library) -> None:
    library.put(*(document(str(number), identifiers=(ISSUES[0],)) for number in range(SHARED_BY)))
    assert library.ask(grouped=True).total == 1
    library.put(document("one more", identifiers=(ISSUES[0],)))
    assert library.ask(grouped=True).total == SHARED_BY + 1
    library.put(document("list", identifiers=tuple(ISSUES[1 : STATED + 2])), document("n", identifiers=(ISSUES[1],)))
    assert library.ask(grouped=True).total == SHARED_BY + 3


def test_what_is_cut_is_never_one_hit_though_others_join_it(library: Library) -> None:
    library.put(*(document(key, group="tdn:1") for key in "abc"), document("d", group="tdn:2"))
    assert library.ask(grouped=True).total == 2
    for cut in ((("tdn:a", "tdn:b"),), (("tdn:b", "tdn:a"), ("tdn:a", "tdn:nowhere"))):
        hits = library.ask(grouped=True, cut=cut).hits
        held = [{hit.document.key, *(member.key for member in hit.members)} for hit in hits]
        assert sorted(map(sorted, held)) == [["a", "c"], ["b"], ["d"]]


def test_what_is_hidden_joins_nothing_and_is_not_counted(library: Library) -> None:
    bridge = document("bridge", identifiers=tuple(ISSUES[:2]), audience=("clientes",))
    library.put(document("a", identifiers=(ISSUES[0],)), document("b", identifiers=(ISSUES[1],)), bridge)
    hits = library.ask(grouped=True).hits
    assert [(hit.members, hit.more_members) for hit in hits] == [((), 0), ((), 0)]
    (hit,) = library.ask(grouped=True, viewer=INSIDE).hits
    assert len(hit.members) == 2


def test_a_family_lasts_as_long_as_its_edge(library: Library) -> None:
    library.put(document("a", group="tdn:1"))
    library.put(document("b", group="tdn:1"))
    assert library.ask(grouped=True).total == 1
    library.put(document("b", group="tdn:2"))
    assert library.ask(grouped=True).total == 2
    library.put("tdn:b", document("c", source="kb", group="tdn:1"))
    assert library.ask(grouped=True).total == 1


def test_a_link_joins_documents_of_two_sources(library: Library) -> None:
    page = document("700100101", title="Guia")
    article = document("t/1/pt-br", source="kb", group="kb:t/1", links=("700100101",))
    library.put(page, article, document("t/1/es", source="kb", group="kb:t/1", links=("700100101",)))
    assert library.ask(grouped=True).total == 1
    library.put(document("rj528NFe0a1", source="youtube", links=("1",)))
    assert library.ask(grouped=True).total == 1
    library.put(document("700100102", title="Outro", links=("700100101",)))
    assert library.ask(grouped=True).total == 2


def test_what_many_subjects_link_to_joins_nothing(library: Library) -> None:
    articles = [document(str(number), source="kb", links=("page",)) for number in range(LINKED_BY + 1)]
    library.put(document("page"), *articles[:-1])
    assert library.ask(grouped=True).total == 1
    library.put(articles[-1])
    assert library.ask(grouped=True).total == len(articles) + 1


def test_who_lists_documents_of_one_source_is_joined_with_none(library: Library) -> None:
    packages = [document(f"11{number}", source="downloads", kind="package") for number in range(2)]
    library.put(*packages, document("v", source="youtube", links=("110", "111")))
    assert library.ask(grouped=True).total == 3
    library.put("downloads:111")
    assert library.ask(grouped=True).total == 1


TEXT = (
    "Para ratear a nota informe o centro de custo em cada item e confirme a gravação antes de classificar o documento."
)


@pytest.mark.parametrize(
    ("title", "changes", "total"),
    [
        ("Guia de rateio", {"body": TEXT}, 1),
        ("Guia de Rateio", {"body": TEXT.replace("centro", "Centro")}, 1),
        ("Cópia de Guia de rateio", {"body": TEXT + " Veja também."}, 1),
        ("10848508 DSERFIN1-1000 DT Guia de rateio", {"body": TEXT}, 1),
        ("Guia de rateio", {"body": "Outro texto, de outro assunto: o fechamento do caixa."}, 2),
        ("Guia de rateio", {"body": TEXT + " Fim.", "line": "RM"}, 2),
        ("Guia de rateio", {"body": TEXT + " Fim.", "versions": ("12.1.2310",)}, 2),
        ("Guia de apuração", {"body": TEXT}, 2),
    ],
)
def test_copies_of_a_page_are_one_hit(library: Library, title: str, changes: dict[str, Any], total: int) -> None:
    first = document("a", title="Guia de rateio", body=TEXT, line="Protheus", versions=("12.1.33",))
    library.put(first)
    library.put(document("b", title=title, **{"line": "Protheus"} | changes))
    assert library.ask(grouped=True).total == total
