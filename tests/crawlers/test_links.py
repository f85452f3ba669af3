"""An address says which document of ours it shows; one that says nothing, or is none, tells nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.links import LINKS, addresses, linked, target
from crawlers.registry import link_shapes
from search.analysis.markup import plain

SHAPES = link_shapes()


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
    assert target(address, SHAPES) == key


@given(st.text(max_size=60) | st.from_regex(r"(https?://)?[a-z./]{0,12}/(x|watch|hc)[ -~]{0,30}", fullmatch=True))
def test_no_address_raises(address: str) -> None:
    assert target(address, SHAPES) in ("", *linked([address], SHAPES))


def test_links_come_from_markup_and_from_text_each_once() -> None:
    read = plain('<p><a href="https://youtu.be/rj528NFe0a1">Vídeo</a> e <a>nada</a> <a href="#a">aqui</a></p>')
    text = "Veja (https://tdn.totvs.com/x/AwAG), https://youtu.be/rj528NFe0a1."
    assert linked(addresses(read.links, text), SHAPES) == ("rj528NFe0a1", "393219")


def test_a_list_of_links_links_to_nothing() -> None:
    many = [f"/pages/viewpage.action?pageId={number}" for number in range(LINKS + 1)]
    assert len(linked(many[:-1], SHAPES)) == LINKS
    assert linked(many, SHAPES) == ()
