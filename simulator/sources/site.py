"""The pages that people see: what a click on a search result opens."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from urllib.parse import unquote_plus

from simulator.catalog.catalog import Catalog
from simulator.catalog.paragraphs import as_markup
from simulator.catalog.values import LOCALES, Page, text_of
from simulator.messages import Refused, Request, Response, Router, as_html
from simulator.sources.confluence_json import Renderer, tiny_id
from simulator.sources.downloads import FORMATS, brazilian_size, file_url
from simulator.sources.zendesk_json import article_body

_STYLE = """body{font:16px/1.6 system-ui,sans-serif;color:#1c2330;background:#f5f7fa;margin:0}
header{background:#0b3a5b;color:#fff;padding:.8rem 1.2rem}header a{color:#fff;text-decoration:none;font-weight:600}
main{max-width:60rem;margin:1.5rem auto;padding:1.5rem 2rem;background:#fff;border:1px solid #dde3ea;border-radius:6px;
overflow-wrap:anywhere}
.trail,.facts{color:#5a6675;font-size:.9rem}pre{background:#f0f3f7;padding:.8rem;overflow:auto}
table{border-collapse:collapse}td,th{border:1px solid #dde3ea;padding:.3rem .6rem;text-align:left;vertical-align:top}
.panel,.confluence-information-macro,.expand-container,.tabs-pane{border-left:4px solid #0b3a5b;padding:.3rem 1rem;
margin:1rem 0;background:#f7f9fc}"""


class Site:
    """Answers with HTML, one route a kind of document, and an index at /."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        locale = "|".join(LOCALES)
        portal = r"/downloads/portal/p/10098/download"
        self.answer = Router(
            {
                r"/": self._index,
                r"/robots\.txt": self._robots,
                r"/tdn/pages/viewpage\.action": self._page_by_query,
                r"/tdn/display/(?P<space>[^/]+)": self._space,
                r"/tdn/display/(?P<space>[^/]+)/(?P<title>.+)": self._page_by_title,
                r"/tdn/x/(?P<code>[A-Za-z0-9_-]+)": self._page_by_code,
                rf"/kb/hc/(?P<locale>{locale})/articles/(?P<key>\d+)(?:-.*)?": self._article,
                r"/youtube/watch": self._video,
                r"/youtube/vi/[^/]*/\w+\.jpg": self._thumbnail,
                r"(?:/kb)?/hc/article_attachments/.+": self._attachment,
                r"/youtube/channel/[^/]+": self._channel,
                portal: self._package,
                portal + r"/.+": self._login,
                r"/legislacao/?": self._entries,
                r"/legislacao/(?P<key>[^/]+)": self._entry,
            }
        )

    def error(self, request: Request, refused: Refused) -> Response:
        body = f"<p>{escape(str(refused))}</p>"
        return as_html(_document("Não encontrado", body, "Erro"), status=refused.status)

    def _index(self, request: Request) -> Response:
        catalog = self._catalog
        manifests = [f"/downloads/{name}.{extension}" for name, extension in FORMATS.items()]
        rows = [
            ("TDN (Confluence)", len(catalog.pages), ["/tdn/rest/api/content?limit=5"]),
            ("Base de Conhecimento (Zendesk)", len(catalog.articles),
             [f"/kb/api/v2/help_center/{locale}/articles.json" for locale in LOCALES]),
            ("Canal (YouTube)", len(catalog.videos), [f"/youtube/feeds/videos.xml?channel_id={catalog.channel.id}"]),
            ("Central de Download", len(catalog.packages), manifests),
            ("Legislação (RSS)", len(catalog.entries), ["/legislacao/feed.xml"]),
        ]  # fmt: skip
        table = "".join(
            f"<tr><td>{name}</td><td>{count}</td><td>"
            + "<br>".join(f'<a href="{escape(path)}">{escape(path)}</a>' for path in paths)
            + "</td></tr>"
            for name, count, paths in rows
        )
        text = (
            "<p>The sources of the search in miniature, on this machine, in their own wire formats. Nothing here is "
            "a real document of the vendor.</p><table><tr><th>Source</th><th>Documents</th><th>Listing</th></tr>"
            f'{table}</table><p>Faults and edits: <a href="/_control/faults">/_control/faults</a>, '
            '<a href="/_control/requests">/_control/requests</a>.</p>'
        )
        return as_html(_document("Simulator", text, "Simulator"))

    def _robots(self, request: Request) -> Response:
        return Response(body=b"User-agent: *\nDisallow: /_control/\n", type="text/plain; charset=utf-8")

    def _page_by_query(self, request: Request) -> Response:
        return self._page(request, self._catalog.pages.get(request.first("pageId")))

    def _page_by_title(self, request: Request, space: str, title: str) -> Response:
        return self._page(request, self._catalog.page_titled(space, unquote_plus(title)))

    def _page_by_code(self, request: Request, code: str) -> Response:
        try:
            return self._page(request, self._catalog.pages.get(str(tiny_id(code))))
        except ValueError:
            raise Refused(404, "Página não encontrada") from None

    def _page(self, request: Request, page: Page | None) -> Response:
        if page is None:
            raise Refused(404, "Página não encontrada")
        url = self._catalog.url
        trail = [f'<a href="{url("tdn", p.id, "")}">{escape(p.title)}</a>' for p in self._catalog.ancestors(page)]
        labels = ", ".join(map(escape, page.labels))
        facts = f"Versão {page.version}, {_day(page.updated)}" + (f" · {labels}" if labels else "")
        body = Renderer(self._catalog, request.origin, frozenset()).body(page, "view")
        head = f'<meta name="ajs-page-id" content="{page.id}">'
        markup = _document(page.title, body, "TDN", trail=[escape(page.space), *trail], facts=facts, head=head)
        return as_html(markup, modified=page.updated)

    def _space(self, request: Request, space: str) -> Response:
        wiki_space = self._catalog.spaces.get(space)
        if wiki_space is None:
            raise Refused(404, "Espaço não encontrado")
        home = self._catalog.pages.get(wiki_space.homepage)
        return self._page(request, home) if home else as_html(_document(wiki_space.name, "", "TDN"))

    def _article(self, request: Request, locale: str, key: str) -> Response:
        article = self._catalog.articles.get(key)
        if article is None or locale not in article.translations:
            raise Refused(404, "Artigo não encontrado")
        translation = article.translations[locale]
        trail = [
            escape(section.name.get(locale, next(iter(section.name.values()))))
            for section in self._catalog.section_path(article.section)
        ]
        body = article_body(self._catalog, translation, locale, request.origin)
        facts = f"Editado em {_day(article.edited)}"
        name = "Base de Conhecimento"
        markup = _document(translation.title, body, name, trail=trail[::-1], facts=facts, language=locale)
        return as_html(markup, modified=article.updated)

    def _video(self, request: Request) -> Response:
        video = self._catalog.videos.get(request.first("v"))
        if video is None or video.status == "private":
            raise Refused(404, "Vídeo indisponível")
        facts = f"{video.duration} · {_day(video.published)} · {video.views} visualizações"
        body = as_markup(self._catalog.linked(text_of(video.description), request.origin))
        body = re.sub(r"(https?://[^\s<]+)", r'<a href="\1">\1</a>', body)
        return as_html(_document(video.title, body, "Canal", facts=facts), modified=video.updated)

    def _thumbnail(self, request: Request) -> Response:
        picture = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="360" viewBox="0 0 480 360">'
            '<rect width="480" height="360" fill="#0b3a5b"/><path d="M200 130v100l90-50z" fill="#fff"/></svg>'
        )
        return Response(body=picture.encode(), type="image/svg+xml")

    def _attachment(self, request: Request) -> Response:
        picture = '<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18"><circle cx="9" cy="9" r="8"/></svg>'
        return Response(body=picture.encode(), type="image/svg+xml")

    def _channel(self, request: Request) -> Response:
        rows = "".join(
            f'<li><a href="/youtube/watch?v={video.id}">{escape(video.title)}</a></li>'
            for video in self._catalog.public_videos()[:100]
        )
        return as_html(_document(self._catalog.channel.title, f"<ul>{rows}</ul>", "Canal"))

    def _package(self, request: Request) -> Response:
        package = self._catalog.packages.get(request.first("e"))
        if package is None:
            raise Refused(404, "Pacote não encontrado")
        facts = {
            "Linha": package.line_name,
            "Produto": package.product,
            "Módulo": package.module,
            "Ambiente": package.environment,
            "Versão": package.version,
            "Tipo": package.type,
            "País": package.country,
            "Liberação": _day(package.released),
            "Issues": ", ".join(package.issues),
            "Requisitos": ", ".join(package.requires),
        }
        table = "".join(f"<tr><th>{name}</th><td>{escape(text)}</td></tr>" for name, text in facts.items() if text)
        files = "".join(
            f'<li><a href="{escape(file_url(package, f.name, ""))}">{escape(f.name)}</a>, {brazilian_size(f.size)}, '
            f"{escape(f.os)} {escape(f.arch)}<br><code>{f.sha256}</code></li>"
            for f in package.files
        )
        text = as_markup(self._catalog.linked(text_of(package.description), request.origin))
        kind, _, key = package.doc.partition(":")
        doc = f'<p><a href="{self._catalog.url(kind, key, "")}">Documentação</a></p>' if key else ""
        body = f"{text}<table>{table}</table>{doc}<h2>Arquivos</h2><ul>{files}</ul>"
        return as_html(_document(package.name, body, "Central de Download"), modified=package.updated)

    def _login(self, request: Request) -> Response:
        body = "<p>O arquivo só é entregue a clientes identificados. Entre no portal para baixar.</p>"
        return as_html(_document("Acesso restrito", body, "Central de Download"), status=401)

    def _entries(self, request: Request) -> Response:
        rows = "".join(
            f'<li><a href="/legislacao/{escape(entry.id)}">{escape(entry.title)}</a>, {_day(entry.published)}</li>'
            for entry in self._catalog.entries.all()
        )
        return as_html(_document(self._catalog.feed_title, f"<ul>{rows}</ul>", "Legislação"))

    def _entry(self, request: Request, key: str) -> Response:
        entry = self._catalog.entries.get(key)
        if entry is None:
            raise Refused(404, "Notícia não encontrada")
        body = self._catalog.linked(entry.summary, request.origin)
        markup = _document(entry.title, body, "Legislação", facts=_day(entry.published))
        return as_html(markup, modified=entry.updated)


def _day(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y}"


def _document(
    title: str,
    body: str,
    source: str,
    *,
    trail: list[str] | None = None,
    facts: str = "",
    language: str = "pt-br",
    head: str = "",
) -> str:
    crumbs = f'<p class="trail">{" › ".join(trail)}</p>' if trail else ""
    details = f'<p class="facts">{facts}</p>' if facts else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f'<body><header><a href="/">{escape(source)}</a></header><main>{crumbs}<h1>{escape(title)}</h1>{details}\n'
        f"{body}\n</main></body></html>\n"
    )
