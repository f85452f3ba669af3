"""The one way to a source: patient, bounded and polite. Nothing else imports requests.

    call ─▶ rate limit (per host) ─▶ request ─▶ 429, 502, 503, 504, broken connection: wait, again (urllib3's Retry)
                                        ├─▶ 500, silence: once more, since asking for less is the caller's remedy
                                        ├─▶ redirect: followed on the same host only
                                        └─▶ body: read in pieces, up to a size and a time

An answer's address is told as host and path: a query may hold a secret.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests_ratelimiter import LimiterAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from crawlers.http.retry import HEAVY, Bounds, RetryPolicy, retry_after_s
from search.analysis import markup
from search.config.settings import Http
from search.errors import SourceError

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 5
BODY_TRIES = 2
"""A body that breaks off is asked for once more: urllib3 retries only up to an answer's head."""

CHUNK_BYTES = 1 << 16
LOGGERS = ("urllib3.connectionpool", "urllib3.util.retry", "requests_ratelimiter.requests_ratelimiter")
"""Those of our libraries that log whole addresses."""

SECRET = re.compile(r"(?<=[?&]key=)[^&\s'\"]+")

Params = Mapping[str, str | int]


class HttpError(SourceError):
    """A call failed. `status` is the answer's, or None when there was none that could be read.

    `heavy` is true where asking for less may help: the server broke, fell silent, or the body was cut or too big.
    """

    def __init__(self, message: str, *, status: int | None = None, heavy: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.heavy = heavy


@dataclass(frozen=True, slots=True)
class Response:
    """An answer with status 2xx or 304; `url` is the address that answered in the end."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes


class Client:
    """Calls sources. `counts` has the answers by kind, those that were retried included.

    Safe to share between threads; `clock` and `sleep` are seams for tests.
    """

    def __init__(
        self,
        settings: Http,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._settings = settings
        self._clock = clock
        self._max_bytes = settings.max_body_mib << 20
        # The worst honest case: each try falls silent and one wait is as long as allowed.
        tries_s = (settings.retries + 1) * (settings.connect_timeout_s + settings.read_timeout_s)
        self._deadline_s = settings.retry_after_max_s + tries_s
        retry = RetryPolicy(Bounds(settings, self._deadline_s, clock, sleep))
        adapter = LimiterAdapter(per_second=settings.requests_per_second, max_retries=retry)
        self._session = _Session()
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        self._session.headers["User-Agent"] = settings.user_agent
        self._session.auth = _anonymous
        for name in LOGGERS:
            logging.getLogger(name).addFilter(_without_secrets)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()

    def get(self, url: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None) -> Response:
        """Get an address. Raise HttpError for every answer but 2xx and 304, and where there is none."""
        deadline = self._clock() + self._deadline_s
        for _ in range(MAX_REDIRECTS + 1):
            answer, content = self._exchange(url, params, headers, deadline)
            if answer.status_code not in REDIRECTS:
                return self._checked(answer, content)
            url, params = _followed(answer), None
        raise HttpError(f"{_place(url)} redirects in circles: check the address in the settings")

    def json(self, url: str, *, params: Params | None = None) -> Any:
        """Get JSON. Raise HttpError for an answer of another type too: a page is a block or a log-in, never "empty"."""
        response = self.get(url, params=params, headers={"Accept": "application/json"})
        type, _, rest = response.headers.get("Content-Type", "").partition(";")
        if not type.strip().lower().endswith(("/json", "+json")):
            content_type = type.strip() or "something without a type"
            raise HttpError(
                f"{_place(response.url)} answered {content_type} instead of JSON: a log-in page or a firewall stands"
                " before it; check the address in the settings, and ask its operators to let our User-Agent pass"
            )
        try:
            return json.loads(_json_text(response.content, rest))
        except (ValueError, RecursionError):
            raise HttpError(
                f"{_place(response.url)} answered JSON that is broken or cut: try again later, then tell its operators",
                heavy=True,
            ) from None

    def _exchange(
        self, url: str, params: Params | None, headers: Mapping[str, str] | None, deadline: float
    ) -> tuple[requests.Response, bytes]:
        """One request and its whole body. Errors are not chained: their texts hold the address with its query."""
        timeout = (self._settings.connect_timeout_s, self._settings.read_timeout_s)
        tries = 0
        while True:
            tries += 1
            try:
                answer = self._session.get(
                    url, params=params, headers=headers, timeout=timeout, stream=True, allow_redirects=False
                )
            except requests.RequestException as error:
                self.counts["error"] += 1
                raise _unreachable(url, error) from None
            self._count(answer)
            with answer:
                try:
                    return answer, self._body(answer, deadline)
                except (requests.RequestException, HTTPError) as error:
                    self.counts["error"] += 1
                    if tries == BODY_TRIES or self._clock() > deadline:
                        raise _broken_body(url, error) from None

    def _body(self, answer: requests.Response, deadline: float) -> bytes:
        """Read piece by piece with read1, which gives what has come: a dripping body meets the deadline."""
        body = bytearray()
        while piece := answer.raw.read1(CHUNK_BYTES, decode_content=True):
            body += piece
            if len(body) > self._max_bytes:
                raise HttpError(
                    f"{_place(answer.url)} answered more than {self._settings.max_body_mib} MiB:"
                    " raise http.max_body_mib if that is right",
                    heavy=True,
                )
            if self._clock() > deadline:
                raise HttpError(
                    f"{_place(answer.url)} took more than {self._deadline_s:.0f} s to answer: try again later",
                    heavy=True,
                )
        return bytes(body)

    def _checked(self, answer: requests.Response, content: bytes) -> Response:
        status = answer.status_code
        if status == 304 or 200 <= status < 300:
            return Response(answer.url, status, answer.headers, content)
        advice = _advice(answer, self._settings.retry_after_max_s)
        raise HttpError(f"{_place(answer.url)} answered {status}: {advice}", status=status, heavy=status in HEAVY)

    def _count(self, answer: requests.Response) -> None:
        retries = answer.raw.retries
        for past in retries.history if retries else ():
            self.counts[_kind(past.status)] += 1
        self.counts[_kind(answer.status_code)] += 1


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: requests would read a redirect's body without a cap, and raise where its address makes no sense."""


def _followed(answer: requests.Response) -> str:
    try:
        target = urljoin(answer.url, answer.headers.get("Location", ""))
        if _same_site(urlsplit(answer.url), urlsplit(target)):
            return target
    except ValueError:  # no address at all
        target = ""
    raise HttpError(
        f"{_place(answer.url)} redirects to another host, {urlsplit(target).hostname or 'without a name'}:"
        " write its new address into base_url if it has moved",
        status=answer.status_code,
    )


def _same_site(old: SplitResult, new: SplitResult) -> bool:
    """Whether a redirect stays: the same host and port, or the step from http to https on their own ports."""
    if old.hostname != new.hostname or new.scheme not in ("http", "https"):
        return False
    return (old.scheme, old.port) == (new.scheme, new.port) or (new.scheme == "https" and old.port is new.port is None)


def _place(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address"
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"


def _kind(status: int | None) -> str:
    if status is None:
        return "error"
    return str(status) if status in (304, 403, 404, 429) else f"{status // 100}xx"


def _advice(answer: requests.Response, longest_s: float) -> str:
    wait_s = retry_after_s(answer.headers.get("Retry-After"))
    if wait_s is not None and wait_s > longest_s:
        return (
            f"it asks to wait {wait_s:.0f} s, longer than http.retry_after_max_s ({longest_s:.0f});"
            " it blocks us: ask its operators, or raise that setting"
        )
    advice = {
        401: "it wants a log-in; check the address in the settings: sources are read anonymously",
        403: "it refuses us; check the address in the settings, and ask its operators to let our User-Agent pass",
        404: "there is no such page; check the source's settings",
        429: "too many requests, after all retries; lower http.requests_per_second",
    }
    if answer.status_code >= 500:
        return "it is out of order; try again later, then tell its operators"
    return advice.get(answer.status_code, "it did not understand the request; check the source's settings")


def _unreachable(url: str, error: requests.RequestException) -> HttpError:
    if isinstance(error, requests.ConnectTimeout):
        return HttpError(
            f"{_place(url)} could not be reached in time: check the address in the settings, and the network"
        )
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.Timeout) or isinstance(reason, ReadTimeoutError):
        return HttpError(f"{_place(url)} did not answer in time: try later, or raise http.read_timeout_s", heavy=True)
    if isinstance(error, requests.exceptions.SSLError):
        return HttpError(
            f"{_place(url)} has no valid certificate: check the address in the settings and the machine's certificates"
        )
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)):
        return HttpError(f"{_place(url)} is no address that can be called: check the source's settings")
    return HttpError(f"{_place(url)} could not be reached: check the address in the settings, and the network")


def _broken_body(url: str, error: Exception) -> HttpError:
    if isinstance(error, ReadTimeoutError):
        return HttpError(f"{_place(url)} fell silent in the middle of its answer: try again later", heavy=True)
    return HttpError(f"{_place(url)} broke off its answer or garbled it: try again later", heavy=True)


def _json_text(content: bytes, parameters: str) -> str:
    """JSON is UTF-8 whatever the header says (RFC 8259); only what is not is read as declared."""
    charset = re.search(r"charset\s*=\s*\"?([\w.:-]+)", parameters, re.IGNORECASE)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return markup.decode(content, charset[1] if charset else None)


def _anonymous(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request as it is: without this, requests would add a password from the operator's ~/.netrc."""
    return request


def _without_secrets(record: logging.LogRecord) -> bool:
    """Blank keys in the addresses that libraries log."""
    record.msg = SECRET.sub("…", record.msg) if isinstance(record.msg, str) else record.msg
    if isinstance(record.args, tuple):
        record.args = tuple(
            SECRET.sub("…", argument) if isinstance(argument, str) else argument for argument in record.args
        )
    return True
