"""The simulator as an HTTP server: requests to sources, conditional answers, faults on the wire."""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qs, unquote, urlsplit

from simulator.catalog.catalog import Catalog
from simulator.catalog.corpus import Spool, load_pages
from simulator.catalog.loading import load_content
from simulator.control import Control, Tally
from simulator.edits import Editor
from simulator.faults import Fault, Faults, spoiled
from simulator.messages import Refused, Request, Response, Service
from simulator.sources.confluence import Confluence
from simulator.sources.downloads import FORMATS, Downloads
from simulator.sources.feeds import Legislation
from simulator.sources.site import Site
from simulator.sources.youtube import YouTube
from simulator.sources.zendesk import Zendesk

CONTENT = Path(__file__).parent / "content"
_MAX_BODY_BYTES = 20_000_000


class Simulator:
    """The sources on loopback, served from a thread.

    `content` is a folder of YAML files, `pages` a JSON Lines file; the authored content is served when neither is
    given. Raise ContentError for mistakes in the content, OSError for a file that cannot be read.
    """

    def __init__(
        self,
        content: Path | None = None,
        pages: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        verbose: bool = False,
    ) -> None:
        self.catalog = Catalog()
        if content is not None or pages is None:
            load_content(content or CONTENT, self.catalog)
        self._editor = Editor(self.catalog)
        self._tally = Tally()
        self._faults = Faults(lambda source, index: self.catalog.shelf(source).nth(index))
        services = _services(self.catalog)
        control = Control(self.catalog, self._editor, self._faults, self._tally)
        desk = Desk(services, Site(self.catalog), control, self._faults, self._tally)
        self._thread: threading.Thread | None = None
        with ExitStack() as stack:
            if pages is not None:
                spool = stack.enter_context(Spool())
                load_pages(pages, self.catalog, spool)
            self._listener = _Listener((host, port), desk, verbose=verbose)
            stack.callback(self._listener.server_close)
            self._opened = stack.pop_all()

    @property
    def url(self) -> str:
        host, port = self._listener.server_address[:2]
        return f"http://{host if isinstance(host, str) else host.decode()}:{port}"

    def start(self) -> Self:
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving, hang up on all clients, drop the spooled texts."""
        self._listener.stopping.set()
        if self._thread is not None:
            self._listener.shutdown()
            self._thread.join()
            self._thread = None
        self._listener.hang_up()
        self._opened.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def edit(self, source: str, id: str | int, *, locale: str = "", **fields: object) -> None:
        """Change or create a document; see Editor.edit."""
        self._editor.edit(source, str(id), fields, locale)

    def delete(self, source: str, id: str | int, *, locale: str = "") -> bool:
        return self._editor.delete(source, str(id), locale)

    def fault(self, source: str, kind: str | int, **options: object) -> None:
        """Spoil answers from now on; the options are the fields of Fault."""
        self._faults.add(Fault.from_json({"source": source, "kind": str(kind), **options}))

    def clear_faults(self) -> None:
        self._faults.clear()

    def requests(self) -> dict[str, dict[str, int]]:
        """How many answers each path gave, by status ("timeout" for a held line)."""
        return self._tally.counts()


def _services(catalog: Catalog) -> dict[str, tuple[str, Service]]:
    """Path prefixes of the APIs to the source's name and its service."""
    youtube, downloads = YouTube(catalog), Downloads(catalog)
    manifests = {f"/downloads/{name}.{extension}": ("downloads", downloads) for name, extension in FORMATS.items()}
    return {
        "/tdn/rest/": ("tdn", Confluence(catalog)),
        "/kb/api/": ("kb", Zendesk(catalog)),
        "/youtube/v3/": ("youtube", youtube),
        "/youtube/feeds/": ("youtube", youtube),
        "/legislacao/feed.xml": ("legislacao", Legislation(catalog)),
        **manifests,
    }


class Desk:
    """From a request to the answer that goes on the wire."""

    def __init__(
        self, services: dict[str, tuple[str, Service]], site: Service, control: Service, faults: Faults, tally: Tally
    ) -> None:
        self._services = services
        self._site = site
        self._control = control
        self._faults = faults
        self._tally = tally

    def answer(self, request: Request) -> Response:
        if request.path.startswith("/_control"):
            return _asked(self._control, request)
        response = self._from_source(request)
        self._tally.count(request.path, "timeout" if response.hold_s is not None else str(response.status))
        return response

    def _from_source(self, request: Request) -> Response:
        pairs = (pair for prefix, pair in self._services.items() if request.path.startswith(prefix))
        source, service = next(pairs, ("", self._site))
        if request.method not in ("GET", "HEAD"):
            return service.error(request, Refused(405, f"{request.method} is not allowed here"))
        response = _asked(service, request)
        fault = self._faults.strike(source, request, response)
        if fault is not None:
            return spoiled(fault, request, response, service.error)
        return _conditional(request, response)


def _asked(service: Service, request: Request) -> Response:
    try:
        return service.answer(request)
    except Refused as refused:
        return service.error(request, refused)


def _conditional(request: Request, response: Response) -> Response:
    """The answer with its validators, or 304 when the client already has it."""
    if response.status != 200:
        return response
    etag = response.etag()
    headers = {**response.headers, "ETag": etag}
    if response.modified is not None:
        headers["Last-Modified"] = format_datetime(response.modified.astimezone(UTC), usegmt=True)
    etags = request.headers.get("If-None-Match")
    if etags is not None:
        marks = {mark.strip().removeprefix("W/") for mark in etags.split(",")}
        fresh = bool(marks & {etag, "*"})
    else:
        fresh = _not_since(request.headers.get("If-Modified-Since", ""), response)
    if fresh:
        return Response(body=b"", type=response.type, status=304, headers=headers)
    return replace(response, headers=headers)


def _not_since(date: str, response: Response) -> bool:
    if not date or response.modified is None:
        return False
    try:
        since = parsedate_to_datetime(date)
    except ValueError:
        return False
    return response.modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], desk: Desk, *, verbose: bool) -> None:
        self.desk = desk
        self.verbose = verbose
        self.stopping = threading.Event()
        self._clients: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without the reverse look-up of the host name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        self._clients.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._clients.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every open connection: threads that wait for a next request wake up and finish."""
        for client in list(self._clients):
            try:
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report a bug of ours; a client that went away, or our own stop, is none."""
        if isinstance(sys.exception(), ConnectionError | TimeoutError) or self.stopping.is_set():
            return
        super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Simulator"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    @property
    def _listener(self) -> _Listener:
        return cast(_Listener, self.server)

    def _serve(self) -> None:
        request = self._request()
        response = self._listener.desk.answer(request)
        if response.hold_s is not None:
            self._listener.stopping.wait(response.hold_s)
            self.close_connection = True
            return
        self.send_response(response.status)
        self.send_header("Content-Type", response.type)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 304:
            self.send_header("Content-Length", str(len(response.body)))
        if response.cut:
            self.send_header("Connection", "close")
        self.end_headers()
        if request.method != "HEAD":
            self.wfile.write(response.body[: len(response.body) // 2] if response.cut else response.body)
        self.wfile.flush()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve

    def _request(self) -> Request:
        target = urlsplit(self.path)
        length = self.headers.get("Content-Length", "0")
        size = min(int(length), _MAX_BODY_BYTES) if length.isdigit() else 0
        host = self.headers.get("Host") or "{}:{}".format(*self._listener.server_address[:2])
        return Request(
            method=self.command,
            path=unquote(target.path, errors="replace"),
            query=parse_qs(target.query, keep_blank_values=True, errors="replace"),
            target=self.path,
            origin=f"http://{host}",
            headers=cast("dict[str, str]", self.headers),
            body=self.rfile.read(size) if size else b"",
        )

    def log_message(self, format: str, *args: object) -> None:
        if self._listener.verbose:
            super().log_message(format, *args)
