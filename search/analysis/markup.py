"""HTML and Confluence storage markup become plain text with headings.

    <h2>Causa</h2><p>O campo <b>C5_NUM</b> …</p>   ──▶   body "Causa\\nO campo C5_NUM …", headings ("Causa",)

One block of the markup is one line of the text; the cells of a table row are joined by " | ".
"""

from __future__ import annotations

import codecs
import html
import re
import warnings
from dataclasses import dataclass

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from search.analysis.plain_text import lines, valid

DROPPED = frozenset(
    [
        "script",
        "style",
        "svg",
        "template",
        "noscript",
        "iframe",
        "object",
        "head",
        "ac:parameter",
        "ac:placeholder",
        "ri:user",
    ]
)
DROPPED_CLASSES = frozenset({"toc-macro", "childpages-macro", "page-metadata", "plugin_pagetree", "hidden"})
DROPPED_MACROS = frozenset({"toc", "children", "attachments", "pagetree", "recently-updated", "anchor"})
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "ac:structured-macro",
        "ac:rich-text-body",
        "ac:plain-text-body",
        "ac:layout",
        "ac:layout-section",
        "ac:layout-cell",
        "ac:task",
    ]
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CELLS = frozenset({"td", "th"})
PREFORMATTED = frozenset({"pre", "ac:plain-text-body"})
MACRO_TITLES = frozenset({"title", "label"})
"""The parameters of tabs (`ui-tab`), cards (`card`) and expands (`expand`) that people read and search for."""

CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text, one block a line, the headings among its lines, and the addresses of its links, in order."""

    body: str
    headings: tuple[str, ...]
    links: tuple[str, ...] = ()


def plain(markup: str) -> Text:
    """Read HTML or Confluence storage markup. Broken markup is read as a browser would; nothing raises."""
    if "<" not in markup:
        return Text(lines(html.unescape(markup)), ())
    markup = DECLARATION.sub("", valid(markup))
    end = markup.rfind("]]>") + 3  # beyond the last, CDATA would look for each opening's end in vain
    markup = CDATA.sub(lambda match: html.escape(match[1]), markup[:end]) + markup[end:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(markup, "lxml")
    writer = _Writer()
    _walk(soup, writer)
    return writer.text()


def decode(data: bytes, charset: str | None) -> str:
    """Bytes of an answer as text: its own mark first, then the declared charset, then UTF-8, then Windows-1252."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    for encoding in filter(None, (charset, "utf-8")):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", errors="replace")


class _Writer:
    """Collects inline pieces into lines, and remembers which lines are headings.

    `cells` counts the table cells around the present place: inside one, blocks are joined instead of ending the line.
    """

    def __init__(self) -> None:
        self.cells = 0
        self.preformatted = 0
        self._lines: list[str] = []
        self._headings: list[str] = []
        self._inline: list[str] = []
        self.links: list[str] = []

    def write(self, piece: str) -> None:
        if self.preformatted and not self.cells:
            first, *rest = piece.split("\n")
            self._inline.append(first)
            for line in rest:
                self.end_line()
                self._inline.append(line)
        else:
            self._inline.append(piece)

    def end_block(self, *, heading: bool = False) -> None:
        if self.cells:
            self._inline.append(" ")
        else:
            self.end_line(heading=heading)

    def end_line(self, *, heading: bool = False) -> None:
        line = " ".join("".join(self._inline).split())
        self._inline.clear()
        line = line.removesuffix(" |").removesuffix("|")
        if line:
            self._lines.append(line)
            if heading:
                self._headings.append(line)

    def text(self) -> Text:
        self.end_line()
        headings = (lines(heading) for heading in self._headings)
        return Text(lines("\n".join(self._lines)), tuple(dict.fromkeys(filter(None, headings))), tuple(self.links))


def _walk(root: Tag, writer: _Writer) -> None:
    """Visit `root` in document order without recursion: hostile pages nest thousands deep."""
    stack: list[tuple[PageElement, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        if isinstance(node, Tag):
            if leaving:
                _leave(node, writer)
            elif _enter(node, writer):
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(node.contents))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            writer.write(node)


def _enter(tag: Tag, writer: _Writer) -> bool:
    """Write what opens a tag; return whether its content is read."""
    name = tag.name
    if name in DROPPED or _hidden(tag):
        return False
    if name in BLOCKS or name in HEADINGS or name == "br":
        writer.end_block()
    if name in CELLS:
        writer.cells += 1
    elif name in PREFORMATTED:
        writer.preformatted += 1
    elif name == "ac:structured-macro":
        return _enter_macro(tag, writer)
    elif name == "a" and isinstance(address := tag.get("href"), str):
        writer.links.append(address)
    elif name == "img" and isinstance(alt := tag.get("alt"), str):
        writer.write(f" {alt} ")
    return True


def _leave(tag: Tag, writer: _Writer) -> None:
    name = tag.name
    if name in CELLS:
        writer.cells -= 1
        writer.write(" | ")
    elif name in BLOCKS or name in HEADINGS:
        writer.end_block(heading=name in HEADINGS)
    if name in PREFORMATTED:
        writer.preformatted -= 1


def _hidden(tag: Tag) -> bool:
    classes = tag.attrs.get("class")
    return bool(classes) and not DROPPED_CLASSES.isdisjoint(classes if isinstance(classes, list) else [str(classes)])


def _enter_macro(tag: Tag, writer: _Writer) -> bool:
    """A macro's title is a heading; macros that only list other pages say nothing."""
    if tag.get("ac:name") in DROPPED_MACROS:
        return False
    for parameter in tag.find_all("ac:parameter", recursive=False):
        if parameter.get("ac:name") in MACRO_TITLES:
            writer.write(parameter.get_text())
            writer.end_block(heading=True)
    return True
