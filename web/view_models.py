"""What the portal page is painted from: the API's answer, plus an address for everything that can be pressed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from search.config.settings import SourceSettings
from search.facets import ABOVE, FOUND_IN
from search.identifiers.versions import order
from web.i18n import Translation
from web.parameters import SearchParameters
from web.presenter import facet_label, value_label
from web.schemas import FacetAnswer, FacetValueAnswer, MemberAnswer, ResultAnswer, SearchAnswer
from web.source_status import short_label

NEIGHBOURS = 2  # numbers shown on either side of the present page
FACET_VALUES = 5  # shown at once; the others unfold
VERSIONS = 3
FINDS = tuple(f"find_{name}" for name in FOUND_IN)
OWN = ("q", "release", "page", "exact", *FINDS)
"""What the form of the box asks itself, or leaves out."""
ARROW = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Something to press; `changes` are the parameters that it changes."""

    label: str
    href: str
    current: bool = False
    count: str = ""
    below: Branch | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """Values of one facet: those shown at once, the others, and what looks through them where there are many."""

    shown: tuple[Link, ...]
    folded: tuple[Link, ...]
    other: str
    find: str = ""
    typed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """A filter that is in force, and the search without it."""

    name: str
    label: str
    href: str
    without: SearchParameters


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetBlock:
    name: str
    label: str
    branch: Branch


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A document on the same subject as a result: where it is from, and what tells it apart."""

    answer: MemberAnswer
    kind: str
    source: str
    differs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One result: what it is, where it belongs, and for videos and packages what they bring."""

    result: ResultAnswer
    kind: str
    source: str
    place: str
    section: str
    versions: str
    applies_from: str
    updated: str
    lang: str
    thumbnail: str
    duration: str
    size: str
    requires: str
    members: tuple[Member, ...]
    more: str


class Tree:
    """Facets of which one stands below another: under a value in force, or above one, its own values follow."""

    def __init__(self, facets: Iterable[FacetAnswer]) -> None:
        self._facets = {facet.name: facet for facet in facets}
        self._below = {ABOVE[name]: name for name in ABOVE if name in self._facets and ABOVE[name] in self._facets}

    def roots(self, facet: FacetAnswer) -> list[FacetValueAnswer]:
        """The values that stand in the facet itself."""
        above = self._facets.get(ABOVE.get(facet.name, ""))
        parents = {value.value for value in above.values if self._is_open(above, value)} if above else set()
        return [value for value in facet.values if value.parent not in parents]

    def below(self, facet: FacetAnswer, value: FacetValueAnswer) -> tuple[FacetAnswer, list[FacetValueAnswer]] | None:
        """The values that stand below a value; None where there are none, or they are not shown."""
        values = self._children(facet, value)
        return (self._facets[self._below[facet.name]], values) if values and self._is_open(facet, value) else None

    def _children(self, facet: FacetAnswer, value: FacetValueAnswer) -> list[FacetValueAnswer]:
        name = self._below.get(facet.name)
        return [child for child in self._facets[name].values if child.parent == value.value] if name else []

    def _is_open(self, facet: FacetAnswer, value: FacetValueAnswer) -> bool:
        if value.selected:
            return True
        children, name = self._children(facet, value), self._below.get(facet.name, "")
        return any(child.selected or self._is_open(self._facets[name], child) for child in children)


@dataclass(frozen=True, kw_only=True, slots=True)
class Painter:
    """Turns the parts of an answer into what a template shows."""

    path: str
    parameters: SearchParameters
    translation: Translation
    sources: Mapping[str, SourceSettings]
    images: tuple[str, ...]

    def link(self, label: str, changes: dict[str, object], *, current: bool = False, count: str = "") -> Link:
        return Link(label=label, href=self.parameters.href(self.path, **changes), current=current, count=count)

    def facets(self, answer: SearchAnswer) -> tuple[FacetBlock, ...]:
        """The facets that can change the result: those with two values or more, or with one in force.

        Values that stand below a value of the facet above do not stand in their own facet.
        """
        tree = Tree(answer.facets)
        blocks = []
        for facet in answer.facets:
            values, is_found_in = tree.roots(facet), facet.name in self.parameters.find
            in_force = any(value.selected or tree.below(facet, value) for value in values)
            if is_found_in or in_force or (values and len(facet.values) > 1):
                blocks.append(FacetBlock(name=facet.name, label=facet.label, branch=self._branch(tree, facet, values)))
        return tuple(blocks)

    def _branch(self, tree: Tree, facet: FacetAnswer, values: Sequence[FacetValueAnswer]) -> Branch:
        links = tuple(self._value(tree, facet, value) for value in values)
        first = [link for place, link in enumerate(links) if place < FACET_VALUES or link.current or link.below]
        folded = tuple(link for link in links if link not in first)
        typed = self.parameters.find.get(facet.name, "")
        return Branch(
            shown=tuple(links if typed else first),
            folded=() if typed else folded,
            other=self.translation.count("facet.more", facet.other) if facet.other else "",
            find=f"find_{facet.name}" if facet.name in FOUND_IN and (typed or folded or facet.other) else "",
            typed=typed,
        )

    def _value(self, tree: Tree, facet: FacetAnswer, value: FacetValueAnswer) -> Link:
        below = tree.below(facet, value)
        link = self.link(
            value.label,
            self.parameters.toggled(facet.name, value.value),
            current=value.selected,
            count=self.translation.number(value.count),
        )
        return replace(link, below=self._branch(tree, *below)) if below else link

    def chips(self) -> Iterator[Chip]:
        """Every filter in force."""
        labels = {name: source.label for name, source in self.sources.items()}
        for name, values in self.parameters.filters.items():
            for value in values:
                label = value_label(name, value, self.translation, labels)
                yield self._chip(facet_label(name, self.translation), label, self.parameters.toggled(name, value))
        for name in ("updated_after", "updated_before"):
            moment: datetime | None = getattr(self.parameters, name)
            if moment:
                yield self._chip(
                    self.translation(f"facet.{name}"), self.translation.date(moment), {name: None, "page": 1}
                )

    def _chip(self, name: str, label: str, changes: dict[str, object]) -> Chip:
        without = self.parameters.model_copy(update=changes)
        return Chip(name=name, label=label, href=without.href(self.path), without=without)

    def first(self) -> str:
        return self.parameters.href(self.path, page=1)

    def without_filters(self) -> SearchParameters:
        """The same words, searched everywhere."""
        return SearchParameters(q=self.parameters.q, release=self.parameters.release, ui=self.parameters.ui)

    def everywhere(self) -> str:
        return self.without_filters().href(self.path)

    def sorts(self) -> tuple[Link, ...]:
        return tuple(
            self.link(self.translation(f"sort.{sort}"), {"sort": sort, "page": 1}, current=sort == self.parameters.sort)
            for sort in ("relevance", "newest", "oldest")
        )

    def pager(self, answer: SearchAnswer) -> tuple[Link | None, ...]:
        """The first page, the last, and those around the present one; None stands for a gap."""
        near = range(answer.page - NEIGHBOURS, answer.page + NEIGHBOURS + 1)
        pages = [n for n in range(1, answer.pages + 1) if n in (1, answer.pages) or n in near]
        numbers: list[Link | None] = []
        for before, number in zip([0, *pages], pages, strict=False):
            if number - before > 1:
                numbers.append(None)
            label = self.translation.number(number)
            numbers.append(self.link(label, {"page": number}, current=number == answer.page))
        return tuple(numbers)

    def meant(self, answer: SearchAnswer) -> tuple[Link, ...]:
        """What may have been meant instead."""
        texts = (answer.did_you_mean, *answer.alternatives) if answer.did_you_mean else ()
        return tuple(self.link(text, {"q": text, "page": 1, "exact": 0}) for text in texts)

    def insisted(self, answer: SearchAnswer) -> str:
        """The search for what was typed, as it was typed."""
        return self.parameters.href(self.path, q=answer.corrected_from, page=1, exact=1)

    def kept(self) -> list[tuple[str, str]]:
        """What the form sends along with new words: filters and order stay."""
        return [(name, value) for name, value in self.parameters.pairs() if name not in OWN]

    def kept_to_find(self) -> list[tuple[str, str]]:
        """What the form sends along that looks through the values of a facet."""
        return [(name, value) for name, value in self.parameters.pairs() if name not in ("page", *FINDS)]

    def card(self, result: ResultAnswer) -> Card:
        source = self.sources.get(result.source)
        short = short_label(source, self.sources, self.translation.code) if source else result.source
        place = unrepeated((result.line, result.product, result.module))
        labels = (short, source.label) if source else (short,)
        texts = {
            part.casefold() for part in (result.line, result.product, *place, *result.versions, result.title, *labels)
        }
        thumbnail, duration, size = (result.extra.get(name) for name in ("thumbnail", "duration_s", "size_bytes"))
        return Card(
            result=result,
            kind=source.kind if source else "",
            source=short,
            place=ARROW.join(place),
            section=next((part for part in reversed(result.breadcrumb) if part.casefold() not in texts), ""),
            versions=self._versions(result),
            applies_from=self.translation("result.applies_from", version=result.applies_from)
            if result.applies_from
            else "",
            updated=self.translation.date(result.updated),
            lang="" if result.lang == self.translation.code else self.translation.named("lang", result.lang),
            thumbnail=thumbnail if isinstance(thumbnail, str) and self._may_show(thumbnail) else "",
            duration=self.translation.duration(duration) if isinstance(duration, int) and duration > 0 else "",
            size=self.translation.size(size) if isinstance(size, int) and size > 0 else "",
            requires=str(result.extra.get("requires", "")),
            members=tuple(self._member(member, result) for member in result.members),
            more=self.translation.count("facet.more", result.more_members) if result.more_members else "",
        )

    def _member(self, member: MemberAnswer, result: ResultAnswer) -> Member:
        source = self.sources.get(member.source)
        label = short_label(source, self.sources, self.translation.code) if source else member.source
        traits = {
            self.translation.named("kind", member.kind): member.kind != result.kind,
            self.translation.named("lang", member.lang): member.lang != result.lang,
            self.translation.date(member.updated): (member.kind, member.lang) == (result.kind, result.lang),
        }
        differs = tuple(text for text, applies in traits.items() if applies and text.casefold() != label.casefold())
        return Member(answer=member, kind=source.kind if source else "", source=label, differs=differs)

    def _versions(self, result: ResultAnswer) -> str:
        """The newest versions, and how many more there are."""
        further = len(result.versions) - VERSIONS
        newest = ", ".join(sorted(result.versions, key=order, reverse=True)[:VERSIONS])
        return f"{newest} +{further}" if further > 0 else newest

    def _may_show(self, address: str) -> bool:
        """Whether the content security policy lets this image load: a refused one would stand in every console."""
        return address.startswith("https://") or any(address.startswith(f"{origin}/") for origin in self.images)


def unrepeated(parts: Iterable[str]) -> tuple[str, ...]:
    """The parts that the next one does not say already: "TOTVS RH (Linha RM)" stands for "RM" as well."""
    places: list[str] = []
    for part in filter(None, parts):
        if places and re.search(rf"(?<!\w){re.escape(places[-1])}(?!\w)", part, re.IGNORECASE):
            places.pop()
        places.append(part)
    return tuple(places)
