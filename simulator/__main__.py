"""`python -m simulator`: serve until SIGTERM or SIGINT; with a command, talk to a simulator that runs."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from simulator.catalog.loading import ContentError
from simulator.catalog.values import LOCALES, SOURCES
from simulator.faults import KINDS
from simulator.server import CONTENT, Simulator

_EXAMPLES = """examples:
  python -m simulator --port 8100
  python -m simulator --pages pages.jsonl.xz --with-content
  python -m simulator edit   http://127.0.0.1:8100 tdn 700100101 title="Outro título" text="Novo texto"
  python -m simulator delete http://127.0.0.1:8100 kb 360010000101 --locale es
  python -m simulator fault  http://127.0.0.1:8100 kb 429 --times 3 --retry-after 2
  python -m simulator fault  http://127.0.0.1:8100 tdn cut --at 40 --path content/scan
  python -m simulator clear  http://127.0.0.1:8100
"""


def main(arguments: list[str] | None = None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    parser = _parser()
    options = parser.parse_args(words if words[:1] and words[0] in _COMMANDS else ["serve", *_without_help(words)])
    command: str = options.command
    return _serve(options) if command == "serve" else _control(options)


_STOP = (signal.SIGTERM, signal.SIGINT)
_COMMANDS = ("serve", "edit", "delete", "fault", "clear", "-h", "--help")


def _without_help(words: list[str]) -> list[str]:
    return words[1:] if words[:1] == ["serve"] else words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the sources (the default command)")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    serve.add_argument("--content", type=Path, help="folder of YAML files instead of the authored content")
    serve.add_argument("--pages", type=Path, help="JSON Lines, plain, .xz or .gz, one page a line")
    serve.add_argument("--with-content", action="store_true", help="with --pages, serve the authored content too")
    serve.add_argument("--verbose", action="store_true", help="log every request to stderr")
    edit = commands.add_parser("edit", help="change a document, or create one")
    edit.add_argument("url", help="address that the simulator printed")
    edit.add_argument("source", choices=SOURCES)
    edit.add_argument("id")
    edit.add_argument("fields", nargs="*", metavar="NAME=VALUE", help="VALUE is JSON, or else a text")
    edit.add_argument("--locale", choices=LOCALES, help="translation of an article")
    delete = commands.add_parser("delete", help="take a document away")
    delete.add_argument("url")
    delete.add_argument("source", choices=SOURCES)
    delete.add_argument("id")
    delete.add_argument("--locale", choices=LOCALES, help="only this translation of an article")
    fault = commands.add_parser("fault", help="spoil answers")
    fault.add_argument("url")
    fault.add_argument("source", choices=SOURCES)
    fault.add_argument("kind", help=f"{', '.join(KINDS)}, or another status")
    fault.add_argument("--at", type=int, help="place (from 0) of a document: listings that hold it fail")
    fault.add_argument("--path", help="only addresses that contain this")
    fault.add_argument("--times", type=int, help="how many answers (default: all)")
    fault.add_argument("--retry-after", help="sent as it is")
    fault.add_argument("--delay-s", type=float, help="how long a timeout holds the line")
    fault.add_argument("--location", help="where a redirect leads")
    clear = commands.add_parser("clear", help="clear all faults")
    clear.add_argument("url")
    return parser


def _serve(options: argparse.Namespace) -> int:
    content = options.content or (CONTENT if options.with_content else None)
    try:
        simulator = Simulator(content, options.pages, options.host, options.port, verbose=options.verbose)
    except ContentError as error:
        print(f"simulator: the content cannot be served: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"simulator: cannot start: {error}", file=sys.stderr)
        return 2
    # Blocked and waited for, in all threads: of handlers that raise, two signals at once can lose both.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)
    with simulator:
        print(f"simulator: {simulator.url}", flush=True)
        signal.sigwait(_STOP)
    return 0


def _control(options: argparse.Namespace) -> int:
    base = options.url.rstrip("/") + "/_control"
    if options.command in ("edit", "delete"):
        address = f"{base}/documents/{options.source}/{quote(options.id)}"
        address += f"?locale={options.locale}" if options.locale else ""
        if options.command == "delete":
            return _send("DELETE", address, None)
        return _send("PUT", address, dict(_field(word) for word in options.fields))
    if options.command == "clear":
        return _send("DELETE", f"{base}/faults", None)
    names = ("source", "kind", "at", "path", "times", "retry_after", "delay_s", "location")
    return _send("POST", f"{base}/faults", {name: getattr(options, name) for name in names})


def _field(word: str) -> tuple[str, object]:
    name, _, value = word.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _send(method: str, address: str, body: dict[str, object] | None) -> int:
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(address, data=data, method=method)) as answer:
            print(answer.read().decode())
    except HTTPError as error:
        print(f"simulator: {error.code}: {error.read().decode()}", file=sys.stderr)
        error.close()
        return 1
    except (URLError, ValueError) as error:
        print(f"simulator: {address}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    for stop in _STOP:  # while it loads there is nothing to put away; a shell's background job ignores SIGINT
        signal.signal(stop, signal.SIG_DFL)
    sys.exit(main())
