"""Results become the answer that the API gives and the page is painted from; ranges become escaped marks here alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from hashlib import blake2b

from markupsafe import Markup, escape

from search.facets import BY_NAME
from search.identifiers import versions
from search.identifiers.recognizer import typed
from search.model import Clause, ClauseKind, Completion, Document, Facet, Hit, Query, Range
from search.service import Answer
from web.i18n import Translation
from web.parameters import SearchParameters
from web.schemas import (
    CodeAnswer,
    DocumentAnswer,
    ExplanationAnswer,
    FacetAnswer,
    FacetValueAnswer,
    IdentifierAnswer,
    IndexAnswer,
    Interpreted,
    Links,
    MemberAnswer,
    QueryAnswer,
    ResultAnswer,
    SearchAnswer,
    SnippetAnswer,
    SourceAnswer,
    SuggestionAnswer,
    Total,
)
from web.source_status import SourceState


def search_answer(
    answer: Answer,
    parameters: SearchParameters,
    translation: Translation,
    states: Sequence[SourceState],
    *,
    path: str,
    warnings: Iterable[str] = (),
) -> SearchAnswer:
    """The answer to a search; `path` is where its links lead, `warnings` come before those of query and index."""
    results, meant = answer.results, [correction.text for correction in answer.corrections]
    query, pages, page = results.query, results.pages, results.query.page
    searched = parameters.model_copy(update={"q": query.text})
    name = f"q_{digest((results.generation + searched.href(path)).encode('utf-8', 'replace'))}"
    leading = query.pinned if query.sort == "relevance" else ()
    notices = dict.fromkeys((*warnings, *query.warnings, *results.warnings))
    return SearchAnswer(
        query=QueryAnswer(text=query.text, id=name, interpreted=interpreted(query)),
        total=Total(value=results.total),
        page=page,
        per_page=query.per_page,
        pages=pages,
        took_ms=round(results.took_ms, 1),
        partial=any(not source.complete for source in states),
        relaxed=results.relaxed,
        warnings=tuple(notices),
        index=IndexAnswer(generation=results.generation),
        sources=tuple(source_answer(source) for source in states),
        facets=facet_answers(results.facets, translation, states),
        results=tuple(result_answer(hit, pinned=hit.document.id in leading) for hit in results.hits),
        did_you_mean=meant[0] if meant else None,
        alternatives=tuple(meant[1:]),
        corrected_from=answer.typed or None,
        links=links(searched, path, page, pages),
    )


def links(parameters: SearchParameters, path: str, page: int, pages: int) -> Links:
    """Where a page of so many leads; there is no page before or after it where nothing would stand."""
    return Links(
        self=parameters.href(path),
        next=parameters.href(path, page=page + 1) if page < pages else None,
        prev=parameters.href(path, page=min(page - 1, pages)) if page > 1 and pages else None,
    )


def interpreted(query: Query) -> Interpreted:
    positive = [clause for clause in query.clauses if clause.occur != "not"]
    clauses = [clause.typed for clause in positive]

    def texts(kind: ClauseKind) -> tuple[str, ...]:
        return tuple(clause.text for clause in clauses if clause.kind == kind)

    return Interpreted(
        terms=texts("word"),
        phrases=texts("phrase"),
        prefixes=texts("prefix"),
        codes=tuple(code_answer(clause.text) for clause in clauses if clause.kind == "code"),
        either=tuple(tuple(choice.text for choice in clause.either) for clause in clauses if clause.kind == "either"),
        synonyms={clause.text: _widening(clause) for clause in positive if clause.typed is not clause},
        narrowed=tuple(narrowing.text for narrowing in query.narrowings),
        excluded=tuple(clause.text for clause in query.clauses if clause.occur == "not"),
    )


def _widening(clause: Clause) -> tuple[str, ...]:
    return tuple(choice.text for choice in clause.either if choice.weight < 1)


def code_answer(text: str) -> CodeAnswer:
    """A typed code under its kind and canonical spelling."""
    for code in typed(text):
        return CodeAnswer(kind=code.identifier.kind, value=code.identifier.value)
    return CodeAnswer(value=text)


def source_answer(source: SourceState) -> SourceAnswer:
    return SourceAnswer(
        id=source.id,
        label=source.label,
        state=source.state,
        last_success=source.last_success,
        documents=source.documents,
    )


def facet_answers(
    facets: Iterable[Facet], translation: Translation, states: Iterable[SourceState]
) -> tuple[FacetAnswer, ...]:
    """Facets with labels, the source's first."""
    labels = {source.id: source.label for source in states}
    return tuple(
        FacetAnswer(
            name=facet.name,
            label=facet_label(facet.name, translation),
            values=tuple(
                FacetValueAnswer(
                    value=row.value,
                    label=value_label(facet.name, row.value, translation, labels),
                    count=row.count,
                    selected=row.selected,
                    parent=row.parent,
                )
                for row in facet.values
            ),
            other=facet.other,
        )
        for facet in sorted(facets, key=lambda facet: BY_NAME[facet.name].place)
    )


def facet_label(name: str, translation: Translation) -> str:
    """How a facet is called: by its sentence, or as people of that language type it."""
    row = BY_NAME.get(name)
    if row is None:  # what can be typed and is no facet: title, date
        return translation.named("facet", name)
    return translation.sentences.get(row.label_key) or row.called[translation.code][0].capitalize()


def value_label(name: str, value: str, translation: Translation, sources: dict[str, str]) -> str:
    """How a facet's value is called: sources by their setting, what translations name by a word, all else by itself."""
    if name == "source":
        return sources.get(value, value)
    return translation.named(name, value) if BY_NAME[name].named else value


def result_answer(hit: Hit, *, pinned: bool = False) -> ResultAnswer:
    document = hit.document
    return ResultAnswer(
        id=document.id,
        source=document.source,
        kind=document.kind,
        title=document.title,
        title_ranges=hit.title_ranges,
        url=web_address(document.url),
        breadcrumb=document.breadcrumb,
        line=document.line,
        product=document.product,
        module=document.module,
        lang=document.lang,
        updated=document.updated,
        version=max(document.versions, key=versions.order, default=None),
        versions=document.versions,
        applies_from=versions.applies_from(document) or None,
        pinned=pinned,
        snippet=SnippetAnswer(text=hit.snippet.text, ranges=hit.snippet.ranges),
        members=tuple(member_answer(member) for member in hit.members),
        more_members=hit.more_members,
        missing_terms=hit.missing,
        extra=dict(document.extra),
        explanation=ExplanationAnswer(**asdict(hit.explanation), lane=hit.lane, lifted_from=hit.lifted_from)
        if hit.explanation
        else None,
    )


def member_answer(document: Document) -> MemberAnswer:
    return MemberAnswer(
        id=document.id,
        source=document.source,
        kind=document.kind,
        title=document.title,
        url=web_address(document.url),
        lang=document.lang,
        updated=document.updated,
    )


def suggestion_answer(completion: Completion, translation: Translation) -> SuggestionAnswer:
    return SuggestionAnswer(
        text=completion.text,
        kind=completion.kind,
        identifier=completion.identifier,
        label=translation("box.frequent")
        if completion.kind == "query"
        else translation.named("identifier", completion.identifier),
        url=web_address(completion.url),
        source=completion.source,
        id=completion.id,
        ranges=completion.ranges,
    )


def document_answer(document: Document) -> DocumentAnswer:
    return DocumentAnswer(
        id=document.id,
        source=document.source,
        key=document.key,
        kind=document.kind,
        title=document.title,
        url=web_address(document.url),
        body=document.body,
        headings=document.headings,
        lang=document.lang,
        line=document.line,
        product=document.product,
        module=document.module,
        breadcrumb=document.breadcrumb,
        labels=document.labels,
        identifiers=tuple(IdentifierAnswer(kind=code.kind, value=code.value) for code in document.identifiers),
        versions=document.versions,
        created=document.created,
        updated=document.updated,
        group=document.group,
        popularity=document.popularity,
        extra=dict(document.extra),
    )


def web_address(url: str) -> str:
    """The address if a browser may be sent there, else nothing: `javascript:` has no place in a link."""
    return url if url.startswith(("https://", "http://")) else ""


def marked(text: str, ranges: Iterable[Range]) -> Markup:
    """Plain text with its ranges in <mark>, all of it escaped. Ranges that overlap or leave the text are cut to fit."""
    parts, at = [], 0
    for start, end in sorted(ranges):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            parts += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
            at = end
    return Markup("").join([*parts, escape(text[at:])])


def digest(data: bytes) -> str:
    return blake2b(data, digest_size=8).hexdigest()
