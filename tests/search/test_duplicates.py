"""Links and titles tell what is about one subject; an address that says nothing, or is none, tells nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.markup import plain
from search.duplicates import LINKS, bare_title, linked, target


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://tdn.totvs.com/pages/viewpage.action?pageId=700100101", "700100101"),
        ("https://tdn.totvs.com.br/pages/viewpage.action?spaceKey=PROT&pageId=7&src=x#fim", "7"),
        ("https://tdn.totvs.com/spaces/PROT/pages/700100101/Guia+de+rateio", "700100101"),
        ("https://tdn.totvs.com/x/AwAG", "393219"),
        ("https://tdn.totvs.com/x/e0c6K", "674908027"),
        ("/pages/viewpage.action?pageId=700100101", "700100101"),
        ("https://x.example/hc/pt-br/articles/360020000041-Como-o-parametro", "360020000041"),
        ("https://x.example/hc/es/articles/360020000041", "360020000041"),
        ("https://www.youtube.com/watch?v=rj528NFe0a1&t=12s", "rj528NFe0a1"),
        ("https://youtu.be/rj528NFe0a1?si=x", "rj528NFe0a1"),
        ("https://www.youtube.com/embed/rj528NFe0a1", "rj528NFe0a1"),
        ("https://suporte.example/portal/p/10098/download?e=1100101", "1100101"),
        ("https://tdn.totvs.com/pages/viewpage.action?pageId=abc", ""),
        ("https://tdn.totvs.com/display/PROT/Guia", ""),
        ("https://tdn.totvs.com/x/!", ""),
        ("https://www.example.com/watch", ""),
        ("https://[x/hc/pt-br/articles/1", ""),
        ("mailto:quem@example.com", ""),
        ("#topo", ""),
        ("", ""),
    ],
)
def test_an_address_says_the_key_of_what_it_shows(address: str, key: str) -> None:
    assert target(address) == key


@given(st.text(max_size=60) | st.from_regex(r"(https?://)?[a-z./]{0,12}/(x|watch|hc)[ -~]{0,30}", fullmatch=True))
def test_no_address_raises(address: str) -> None:
    assert target(address) in ("", *linked([address]))
    assert bare_title(bare_title(address)) in ("", bare_title(address))


def test_links_come_from_markup_and_from_text_each_once() -> None:
    read = plain('<p><a href="https://youtu.be/rj528NFe0a1">Vídeo</a> e <a>nada</a> <a href="#a">aqui</a></p>')
    text = "Veja (https://tdn.totvs.com/x/AwAG), https://youtu.be/rj528NFe0a1."
    assert linked(read.links, text) == ("rj528NFe0a1", "393219")


def test_a_list_of_links_links_to_nothing() -> None:
    addresses = [f"/pages/viewpage.action?pageId={number}" for number in range(LINKS + 1)]
    assert len(linked(addresses[:-1])) == LINKS
    assert linked(addresses) == ()


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("10848508 DRHGCH-23726 DT DIRF Rendimento [BRA]", "dirf rendimento [bra]"),
        ("DSERFIS1-20528_DT_Rejeição_da_Nota_ECU", "rejeicao da nota ecu"),
        ("DT - Guia de rateio", "guia de rateio"),
        ("Cópia de Guia de rateio", "guia de rateio"),
        ("Copy of DT Rate guide", "rate guide"),
        ("Guia de rateio", ""),
        ("DTC em disco", ""),
        ("2024 foi assim", ""),
        ("", ""),
    ],
)
def test_a_title_without_what_stands_before_its_subject(title: str, bare: str) -> None:
    assert bare_title(title) == bare
