"""Markup becomes plain text: what is read, what is left out, and that nothing raises."""

from __future__ import annotations

import unicodedata
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.markup import Text, decode, plain
from search.analysis.plain_text import CONTROLS, clean, lines

PIECES = [
    *("<", ">", "</", "&", ";", '"', "'", "=", "\0", "\ud800", "\ufeff", "&#0;", "&#xd800;", "&nbsp;", "<!--", "-->"),
    *("<![CDATA[", "]]>", "<?xml version='1.0'?>", "<!DOCTYPE html>", "<p>", "<br/>", "<td>", "</tr>", "<h2>", "<pre>"),
    *("<script>", "</script>", "<svg>", "<p class", "<ac:structured-macro ac:name='toc'>", "</ac:parameter>"),
    *("<ac:parameter ac:name='title'>", "<ac:plain-text-body>", "<img alt='x'>", "rejeição 528", "\r\n", "\u2028", " "),
]
CONTROL_CATEGORIES = ("Cc", "Cs")
odd_markup = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=25).map("".join)


# -- what is read ------------------------------------------------------------------------------------------------------


def test_blocks_are_lines_and_inline_markup_joins() -> None:
    read = plain("<h2>Causa</h2><p>O campo <b>C5</b>_NUM está<br/>vazio.</p><ul><li>um</li><li>dois</li></ul>")
    assert read.body == "Causa\nO campo C5_NUM está\nvazio.\num\ndois"


def test_headings_are_kept_in_order_each_once() -> None:
    read = plain("<h1>Causa</h1><p>x</p><h3>Solução &amp; teste</h3><h2>Causa</h2><h4> </h4>")
    assert read.headings == ("Causa", "Solução & teste")
    assert set(read.headings) <= set(read.body.split("\n"))


def test_a_table_row_is_one_line_with_its_cells_apart() -> None:
    read = plain("<table><tr><th>Campo</th><th>Tipo</th></tr><tr><td><p>A1_COD</p><p>x</p></td><td>C</td></tr></table>")
    assert read.body == "Campo | Tipo\nA1_COD x | C"


def test_preformatted_lines_stay_lines() -> None:
    assert plain("<pre>um\n  dois\n\ntrês</pre>").body == "um\ndois\ntrês"


def test_code_in_storage_markup_is_read() -> None:
    markup = (
        '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">sql</ac:parameter><ac:plain-text-body>'
        "<![CDATA[SELECT * FROM SA1\nWHERE A1_COD < 'x' AND b > 1]]></ac:plain-text-body></ac:structured-macro>"
    )
    assert plain(markup).body == "SELECT * FROM SA1\nWHERE A1_COD < 'x' AND b > 1"


@pytest.mark.parametrize("name", ["title", "label"])
def test_the_title_of_a_tab_or_an_expand_is_a_heading(name: str) -> None:
    markup = (
        f'<ac:structured-macro ac:name="expand"><ac:parameter ac:name="{name}">Passo a passo</ac:parameter>'
        "<ac:rich-text-body><p>Abra a rotina.</p></ac:rich-text-body></ac:structured-macro>"
    )
    read = plain(markup)
    assert (read.body, read.headings) == ("Passo a passo\nAbra a rotina.", ("Passo a passo",))


def macro(name: str, title: str, body: str) -> str:
    return (
        f'<ac:structured-macro ac:name="{name}"><ac:parameter ac:name="title">{title}</ac:parameter>'
        '<ac:parameter ac:name="icon">x</ac:parameter>'
        f"<ac:rich-text-body>{body}</ac:rich-text-body></ac:structured-macro>"
    )


def test_tabs_are_read_one_after_the_other_each_under_its_title() -> None:
    tabs = macro("ui-tab", "Causa", "<p>Um</p>") + macro(
        "ui-tab", "Solu&ccedil;&atilde;o", macro("expand", "Mais", "Dois")
    )
    read = plain(macro("ui-tabs", "", tabs) + "<p>fim</p>")
    assert read.body == "Causa\nUm\nSolução\nMais\nDois\nfim"
    assert read.headings == ("Causa", "Solução", "Mais")


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5, 6])
def test_every_level_of_heading_is_one(level: int) -> None:
    assert plain(f"<p>a</p><h{level}>A <b>causa</b></h{level}>b") == Text("a\nA causa\nb", ("A causa",))


def test_lists_within_lists_are_lines() -> None:
    assert plain("<ol><li>um<ul><li>dois</li><li><p>três</p></li></ul></li><li>quatro</li></ol>").body == (
        "um\ndois\ntrês\nquatro"
    )


def test_a_table_within_a_cell_stays_in_its_row() -> None:
    inner = "<table><tr><td>b</td></tr></table>"
    read = plain(f"<table><tr><td>a{inner}</td><td>c</td></tr><tr><td>d</td></tr></table>")
    assert [line.replace("|", " ").split() for line in read.body.split("\n")] == [["a", "b", "c"], ["d"]]


@pytest.mark.parametrize(
    "entity, character",
    [
        ("&ccedil;", "ç"),
        ("&#231;", "ç"),
        ("&#xE7;", "ç"),
        ("&amp;", "&"),
        ("&lt;b&gt;", "<b>"),
        ("&amp;lt;", "&lt;"),
        ("a&nbsp;b", "a b"),
        ("a\u00a0\u2003b", "a b"),
        ("a&shy;b", "ab"),
        ("a&#8203;b", "ab"),
        ("a&#1;b", "ab"),
        ("a&#133;b", "a…b"),
        ("&nada;", "&nada;"),
        ("&", "&"),
    ],
)
def test_an_entity_is_its_character_once_with_and_without_markup(entity: str, character: str) -> None:
    assert plain(f"<p>{entity}</p>").body == plain(entity).body == clean(entity) == character


def test_a_word_that_may_be_parted_at_the_end_of_a_line_is_one_word() -> None:
    assert plain("<p>rejei&shy;ção e confi\u00adguração</p>").body == "rejeição e configuração"


def test_an_image_says_its_alternative_text() -> None:
    assert plain('<p>veja<img src="x.png" alt="tela do pedido"/>agora</p>').body == "veja tela do pedido agora"


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<svg><text>x</text></svg>",
        "<template><p>x</p></template>",
        "<noscript>x</noscript>",
        "<!-- x -->",
        '<div class="toc-macro"><ul><li>x</li></ul></div>',
        '<p class="a hidden b">x</p>',
        '<ac:structured-macro ac:name="toc"><ac:parameter ac:name="title">x</ac:parameter></ac:structured-macro>',
        '<ac:structured-macro ac:name="info"><ac:parameter ac:name="icon">x</ac:parameter></ac:structured-macro>',
    ],
)
def test_what_nobody_reads_is_left_out(markup: str) -> None:
    assert plain(f"<p>antes</p>{markup}<p>depois</p>").body == "antes\ndepois"


def test_text_without_markup_is_taken_as_it_is() -> None:
    assert plain("Rejeição&nbsp;528 &amp; outras\r\n\r\n  Causa").body == "Rejeição 528 & outras\nCausa"


@pytest.mark.parametrize(
    "markup, body",
    [
        ("<p>aberto", "aberto"),
        ("<b><p>a</b>b</p>", "ab"),
        ("</p></div>x", "x"),
        ("5 < 6", "5 < 6"),
        ("<?xml version='1.0' encoding='utf-8'?><p>x</p>", "x"),
        ("\ufeff<p>x</p>", "x"),
        ("<p>a\0b</p>", "ab"),
        ("<p>\ud800x</p>", "\N{REPLACEMENT CHARACTER}x"),
    ],
)
def test_broken_markup_is_read_as_a_browser_would(markup: str, body: str) -> None:
    assert plain(markup).body == body


@pytest.mark.parametrize(
    "opening", ["<div>", "<td>", "<b>", "<h2>", "<pre>", "<ul><li>", "<table><tr><td>", "<ac:structured-macro>"]
)
def test_markup_nested_ten_thousand_deep_is_read(opening: str) -> None:
    assert "fundo" in plain(opening * 10_000 + "fundo").body


@pytest.mark.parametrize("part", ["<![CDATA[", "]]>", "<!--", "<?xml ", "&#", "<p class='", "<script>"])
def test_a_hundred_thousand_parts_that_never_end_take_a_moment(part: str) -> None:
    begin = process_time()
    plain(f"<p>antes</p>{part * 100_000}")
    assert process_time() - begin < 10  # it would take twenty minutes to look for each one's end


def test_code_that_never_ends_takes_no_other_code_with_it() -> None:
    assert plain("<pre><![CDATA[a < b]]></pre><p>c</p><pre><![CDATA[d").body.startswith("a < b\nc")


@given(odd_markup | st.text(st.characters(categories=["Cc", "Cs", "Cf", "Zs", "Mn", "L", "P", "S"])))
@example("<?xml")
@example("<?xml version='1.0'?><?xml version='1.0'?><p>x")
@example("http://tdn.example/<")
def test_odd_markup_never_raises_and_becomes_clean_text(markup: str) -> None:
    read = plain(markup)
    read.body.encode()
    assert unicodedata.is_normalized("NFC", read.body)
    assert CONTROLS.search(read.body) is None
    assert not [
        character
        for character in read.body
        if character != "\n" and unicodedata.category(character) in CONTROL_CATEGORIES
    ]
    assert all(line == " ".join(line.split()) != "" for line in read.body.split("\n") if read.body)
    assert all(heading and "\n" not in heading for heading in read.headings)
    assert len(set(read.headings)) == len(read.headings)


# -- cleaning ----------------------------------------------------------------------------------------------------------


def test_lines_are_composed_trimmed_and_never_empty() -> None:
    assert lines("Rejeic\u0327a\u0303o \t 528 \r\n\n \r Causa\u200b\x07\u2028fim") == "Rejeição 528\nCausa\nfim"


def test_a_title_is_one_line_without_entities() -> None:
    assert clean(" NF-e&nbsp;&#8211;\n Rejei&ccedil;&atilde;o ") == "NF-e – Rejeição"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert lines(lines(text)) == lines(text)


@pytest.mark.parametrize("text", ["", " ", "\0", "\xa0\xad", "\u200b\ufeff", "\r\n\u2028\u2029\x85"])
def test_what_holds_no_character_to_see_is_empty(text: str) -> None:
    assert (lines(text), clean(text), plain(text)) == ("", "", Text("", ()))


@given(st.text(max_size=40) | odd_markup)
def test_a_title_never_holds_what_is_no_text(text: str) -> None:
    title = clean(text)
    title.encode()
    assert title == " ".join(title.split())
    assert not [character for character in title if unicodedata.category(character) in CONTROL_CATEGORIES]


def test_no_control_character_and_no_half_of_one_is_kept() -> None:
    every = [
        character for character in map(chr, range(0x110000)) if unicodedata.category(character) in CONTROL_CATEGORIES
    ]
    assert len(every) > 2000
    assert set(lines("".join(f"a{character}" for character in every))) == {"a", " ", "\n", "\N{REPLACEMENT CHARACTER}"}


# -- bytes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data, charset, text",
    [
        ("ção".encode(), None, "ção"),
        ("ção".encode("cp1252"), None, "ção"),
        ("ção".encode("latin-1"), "iso-8859-1", "ção"),
        (b"\xef\xbb\xbf" + "ção".encode(), "iso-8859-1", "ção"),
        (b"\xff\xfe" + "ção".encode("utf-16-le"), "utf-8", "ção"),
        (b"\xfe\xff" + "ção".encode("utf-16-be"), None, "ção"),
        ("ção".encode(), "no-such-charset", "ção"),
        ("ção".encode("cp1252"), "utf-8", "ção"),
    ],
)
def test_bytes_are_read_by_their_mark_then_their_charset_then_what_fits(
    data: bytes, charset: str | None, text: str
) -> None:
    assert decode(data, charset) == text


def test_the_first_mark_of_a_text_is_no_part_of_it() -> None:
    assert decode("\ufeffx".encode(), None) == decode("\ufeffx".encode("utf-16-be"), None) == "x"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_what_was_written_in_a_charset_is_read_back(text: str, charset: str) -> None:
    assert decode(text.encode(charset), charset) == text.removeprefix("\ufeff")


@given(st.binary(), st.sampled_from([None, "utf-8", "ascii", "cp1252", "utf-16", "base64", "idna", "nada", ""]))
def test_no_bytes_are_unreadable(data: bytes, charset: str | None) -> None:
    assert isinstance(decode(data, charset), str)
