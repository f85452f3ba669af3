"""Plain text to simple HTML: blank lines part paragraphs, lines that begin with "- " make lists."""

from __future__ import annotations

import re
from html import escape

_BLANK = re.compile(r"\n[ \t]*\n\s*")


def as_markup(text: str) -> str:
    blocks = (block.strip() for block in _BLANK.split(escape(text, quote=False)))
    return "\n".join(_block(block) for block in blocks if block)


def _block(block: str) -> str:
    if not (block.startswith("- ") or "\n- " in block):
        return "<p>" + block.replace("\n", "<br/>") + "</p>"
    parts: list[str] = []
    lines: list[str] = []
    listing = False
    for line in block.split("\n"):
        item = line.startswith("- ")
        if item != listing and lines:
            parts.append(_group(lines, listing))
            lines = []
        listing = item
        lines.append(line[2:] if item else line)
    parts.append(_group(lines, listing))
    return "".join(parts)


def _group(lines: list[str], listing: bool) -> str:
    if listing:
        return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
    return "<p>" + "<br/>".join(lines) + "</p>"
