"""What there is to know about one kind of source besides its reading; the registry has a row for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crawlers.links import LinkShape
from search.config.settings import SourceSettings

if TYPE_CHECKING:  # what calls sources takes long to import, and most commands call none
    from crawlers.http.client import Client
    from crawlers.source import Source

Colour = Literal["blue", "green", "red", "violet", "amber", "grey"]
"""A colour of the page, readable on light and dark; `web/static/portal.css` mixes them."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of source: its settings, its reading and how the page speaks of it, in pt, es and en.

    open         (name, settings, client, folder of relative file names) → the source
    own_search   (settings, text, language) → where a person can search the source itself
    links        how addresses name its documents
    short        one word for it; where it has none, the source's label stands
    words        by which people ask for what it has, besides the kind's name: none that says anything else as well
    about        one line on what it holds
    icon         lines of a picture of 20 × 20, as the `d` of an SVG path
    images       an address whose origin thumbnails come from besides https; "" where there are none
    """

    settings: type[SourceSettings]
    open: Callable[[str, Any, Client, Path], Source]
    own_search: Callable[[Any, str, str], str]
    about: Mapping[str, str]
    icon: str
    colour: Colour = "grey"
    short: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    links: tuple[LinkShape, ...] = ()
    images: Callable[[Any], str] = lambda _: ""
