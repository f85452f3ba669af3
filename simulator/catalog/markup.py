"""Confluence's storage markup to the HTML that its server renders: macros become blocks, parameters disappear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from html.entities import name2codepoint
from xml.etree.ElementTree import Element, ParseError, fromstring

from simulator.catalog.values import Page

_AC, _RI = "{urn:ac}", "{urn:ri}"
_XML = {"amp", "lt", "gt", "quot", "apos"}
_ENTITIES = "".join(f'<!ENTITY {name} "&#{code};">' for name, code in name2codepoint.items() if name not in _XML)
_PROLOGUE = f'<!DOCTYPE b [{_ENTITIES}]><b xmlns:ac="urn:ac" xmlns:ri="urn:ri">'
_VOID = {"br", "hr", "img", "col", "input"}
_SILENT = {"parameter", "placeholder", "task-id", "task-status", "emoticon"}
_BOXES = {"info": "information", "note": "note", "tip": "tip", "warning": "warning"}
_PLAIN_BLOCKS = {"section": "sectionMacro", "column": "columnMacro", "details": "plugin-tabmetadata-details"}
_TAB_GROUPS = {"ui-tabs", "deck", "localtabgroup", "tabs-group"}
_TABS = {"ui-tab", "card", "localtab", "tab-pane"}
_INCLUDE_DEPTH = 4


class Malformed(ValueError):
    """The storage markup is not well-formed XML."""


def parse(storage: str) -> Element:
    try:
        return fromstring(f"{_PROLOGUE}{storage}</b>")
    except ParseError as error:
        raise Malformed(str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a page needs from the others to be rendered."""

    find: Callable[[str, str], Page | None]
    storage: Callable[[Page], str]
    children: Callable[[Page], list[Page]]
    url: Callable[[str], str]


def render(page: Page, around: Surroundings) -> str:
    """The page's body as HTML; markup that is not well-formed comes back as it is, as an author's raw HTML would."""
    storage = around.storage(page)
    try:
        return _Rendering(page, around, (page.id,)).inside(parse(storage))
    except Malformed:
        return storage


@dataclass(frozen=True, slots=True)
class _Rendering:
    page: Page
    around: Surroundings
    path: tuple[str, ...]

    def inside(self, element: Element) -> str:
        parts = [escape(element.text or "", quote=False)]
        for child in element:
            parts += [self.element(child), escape(child.tail or "", quote=False)]
        return "".join(parts)

    def element(self, element: Element) -> str:
        if element.tag.startswith(_AC):
            return self._extension(element.tag.removeprefix(_AC), element)
        if element.tag.startswith(_RI):
            return ""
        if element.tag == "time":
            return escape(element.get("datetime", ""))
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attrib.items() if name[0] != "{")
        if element.tag in _VOID:
            return f"<{element.tag}{attributes}/>"
        return f"<{element.tag}{attributes}>{self.inside(element)}</{element.tag}>"

    def _extension(self, name: str, element: Element) -> str:
        if name in ("structured-macro", "macro"):
            return self._macro(element)
        if name == "link":
            return self._link(element)
        if name == "image":
            source = element.find(f"{_RI}url")
            return f'<img src="{escape(source.get(f"{_RI}value", ""))}"/>' if source is not None else ""
        if name in _SILENT:
            return ""
        if name == "task-list":
            return f'<ul class="inline-task-list">{self.inside(element)}</ul>'
        if name == "task":
            return f"<li>{self.inside(element)}</li>"
        if name.startswith("layout"):
            return f'<div class="{name}">{self.inside(element)}</div>'
        return self.inside(element)

    def _link(self, element: Element) -> str:
        target = element.find(f"{_RI}page")
        body = next((child for child in element if child.tag.startswith(_AC)), None)
        text = self.inside(body) if body is not None else ""
        if target is None:
            attachment = element.find(f"{_RI}attachment")
            return text or (escape(attachment.get(f"{_RI}filename", "")) if attachment is not None else "")
        title = target.get(f"{_RI}content-title", "")
        page = self.around.find(target.get(f"{_RI}space-key", self.page.space), title)
        text = text or escape(title)
        return f'<a href="{escape(self.around.url(page.id))}">{text}</a>' if page else text

    def _macro(self, macro: Element) -> str:
        name = macro.get(f"{_AC}name", "")
        title = escape(_parameter(macro, "title") or _parameter(macro, "label"))
        if name in _TAB_GROUPS:
            return f'<div class="aui-tabs horizontal-tabs">{self._rich(macro)}</div>'
        if name in _TABS:
            return f'<div class="tabs-pane"><h3 class="tabs-pane-title">{title}</h3>{self._rich(macro)}</div>'
        if name in ("expand", "ui-expand"):
            label = f'<div class="expand-control"><span class="expand-control-text">{title}</span></div>'
            return f'<div class="expand-container">{label}<div class="expand-content">{self._rich(macro)}</div></div>'
        if name in _BOXES:
            head = f'<p class="title">{title}</p>' if title else ""
            inner = f'<div class="confluence-information-macro-body">{self._rich(macro)}</div>'
            kind = f"confluence-information-macro-{_BOXES[name]}"
            return f'<div class="confluence-information-macro {kind}">{head}{inner}</div>'
        if name == "panel":
            head = f'<div class="panelHeader"><b>{title}</b></div>' if title else ""
            return f'<div class="panel">{head}<div class="panelContent">{self._rich(macro)}</div></div>'
        if name in ("code", "noformat"):
            head = f'<div class="codeHeader panelHeader"><b>{title}</b></div>' if title else ""
            code = f"<pre>{escape(_plain(macro), quote=False)}</pre>"
            return f'<div class="code panel">{head}<div class="codeContent panelContent">{code}</div></div>'
        return self._other_macro(name, title, macro)

    def _other_macro(self, name: str, title: str, macro: Element) -> str:
        if name == "html":
            return _plain(macro)
        if name in ("include", "excerpt-include"):
            return self._include(macro, excerpt_only=name == "excerpt-include")
        if name == "excerpt":
            return "" if _parameter(macro, "hidden") == "true" else self._rich(macro)
        if name in _PLAIN_BLOCKS:
            return f'<div class="{_PLAIN_BLOCKS[name]}">{self._rich(macro)}</div>'
        if name == "status":
            return f'<span class="status-macro aui-lozenge">{title}</span>'
        if name == "jira":
            return f'<span class="jira-issue">{escape(_parameter(macro, "key"))}</span>'
        if name == "children":
            rows = (
                f'<li><a href="{escape(self.around.url(child.id))}">{escape(child.title)}</a></li>'
                for child in self.around.children(self.page)
            )
            return f'<ul class="childpages-macro">{"".join(rows)}</ul>'
        if name == "toc":
            return '<div class="toc-macro"></div>'
        return f'<div class="ap-container" data-macro-name="{escape(name)}">{self._rich(macro)}</div>'

    def _rich(self, macro: Element) -> str:
        body = macro.find(f"{_AC}rich-text-body")
        return self.inside(body) if body is not None else ""

    def _include(self, macro: Element, *, excerpt_only: bool) -> str:
        target = macro.find(f".//{_RI}page")
        if target is None:
            return ""
        page = self.around.find(target.get(f"{_RI}space-key", self.page.space), target.get(f"{_RI}content-title", ""))
        if page is None or page.id in self.path or len(self.path) > _INCLUDE_DEPTH:
            return ""
        try:
            root = parse(self.around.storage(page))
        except Malformed:
            return ""
        inner = _Rendering(page, self.around, (*self.path, page.id))
        if not excerpt_only:
            return inner.inside(root)
        macros = root.iter(f"{_AC}structured-macro")
        excerpt = next((macro for macro in macros if macro.get(f"{_AC}name") == "excerpt"), None)
        return inner._rich(excerpt) if excerpt is not None else ""


def _parameter(macro: Element, name: str) -> str:
    for parameter in macro.findall(f"{_AC}parameter"):
        if parameter.get(f"{_AC}name") == name:
            return "".join(parameter.itertext()).strip()
    return ""


def _plain(macro: Element) -> str:
    body = macro.find(f"{_AC}plain-text-body")
    return "".join(body.itertext()) if body is not None else ""
