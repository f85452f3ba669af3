"""When a failed call is tried again, and after what wait: urllib3's Retry within our bounds.

The waits are ours: urllib3 does not wait before the first retry, cuts a longer Retry-After down to its cap and waits
for it, and has no clock of the whole call.

429, 502, 503, 504, broken connection   `retries` times, after Retry-After or a growing wait with jitter
500, silence                            once: asking for less is the caller's remedy
Retry-After beyond the allowed wait     never: the answer itself goes back to the caller
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from urllib3.exceptions import InvalidHeader, MaxRetryError, ReadTimeoutError, ResponseError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from search.config.settings import Http

HEAVY = frozenset({500, 502, 503, 504})
MAX_BACKOFF_S = 120.0
UNCAPPED = Retry(retry_after_max=sys.maxsize)
"""Reads the header as it stands: urllib3 would wait the longest time allowed where more is asked, and be blocked."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long one call may last with its retries, by which clock, and how it waits."""

    settings: Http
    deadline_s: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]


class RetryPolicy(Retry):
    """The state of one call's retries; urllib3 makes a new one after each failure."""

    def __init__(self, bounds: Bounds, *, deadline: float | None = None, **options: Any) -> None:
        self.bounds = bounds
        self.deadline = deadline
        defaults: dict[str, Any] = {
            "total": bounds.settings.retries,
            "redirect": 0,
            "raise_on_status": False,
            "status_forcelist": HEAVY | {429},
            "backoff_factor": bounds.settings.backoff_s,
            "backoff_max": MAX_BACKOFF_S,
        }
        super().__init__(**(defaults | options))

    def new(self, **options: Any) -> Self:
        names = ("total", "connect", "read", "redirect", "status", "other", "history")
        state: dict[str, Any] = {name: getattr(self, name) for name in names}
        deadline = self.deadline or self.bounds.clock() + self.bounds.deadline_s
        return type(self)(self.bounds, deadline=deadline, **(state | options))

    def increment(self, *args: Any, **options: Any) -> Self:
        """Count a failure. Raise MaxRetryError when there is no sense in another try."""
        error, response = options.get("error"), options.get("response")
        if self._hopeless(error, response):
            reason = error or ResponseError("no further try")
            raise MaxRetryError(options["_pool"], "", reason) from reason
        return super().increment(*args, **options)

    def _hopeless(self, error: Exception | None, response: BaseHTTPResponse | None) -> bool:
        if self.deadline is not None and self.bounds.clock() > self.deadline:
            return True
        if response is not None:
            if response.status == 500:
                return any(past.status == 500 for past in self.history)
            wait_s = retry_after_s(response.headers.get("Retry-After"))
            return wait_s is not None and wait_s > self.bounds.settings.retry_after_max_s
        return isinstance(error, ReadTimeoutError) and any(isinstance(p.error, ReadTimeoutError) for p in self.history)

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        asked_s = retry_after_s(response.headers.get("Retry-After")) if response is not None else None
        wait_s = self.get_backoff_time() if asked_s is None else asked_s
        if wait_s > 0:
            self.bounds.sleep(wait_s)

    def get_backoff_time(self) -> float:
        """Seconds, doubling, with jitter: clients that failed together do not come back together."""
        full_s = min(self.backoff_max, self.backoff_factor * 2.0 ** (len(self.history) - 1))
        return full_s * random.uniform(0.5, 1.0)  # noqa: S311  jitter is no secret


def retry_after_s(value: str | None) -> float | None:
    """Seconds to wait, from a number or a date of HTTP; None when the header is absent or makes no sense."""
    try:
        return None if value is None else float(UNCAPPED.parse_retry_after(value))
    except (InvalidHeader, ValueError, OverflowError):
        return None
