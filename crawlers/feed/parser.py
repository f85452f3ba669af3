"""A feed's bytes, read by feedparser as far as they can be believed."""

from __future__ import annotations

import calendar
import io
from datetime import UTC, datetime
from typing import Any

import feedparser

from search.errors import SourceError

HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
"""What feedparser complains about and yet reads rightly."""


def parse_feed(data: bytes) -> Any:
    """Read a feed's bytes; its texts come as they were sent. Raise SourceError when it is none, is cut or is empty.

    feedparser takes text for an address or a file name and would open it: a stream keeps it from that.
    """
    try:
        feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError) as error:
        raise SourceError("the feed's encoding makes no sense: tell whoever publishes it") from error
    if not feed.get("version"):
        raise SourceError("got something else than a feed (a web page?): check the feed's address in the settings")
    if feed.get("bozo") and not isinstance(feed.get("bozo_exception"), HARMLESS):
        raise SourceError(f"the feed is cut or damaged ({feed.get('bozo_exception')}): tell whoever publishes it")
    if not feed.entries:
        raise SourceError("the feed has no entry, which is taken for a fault: check the feed's address, or try later")
    return feed


def moment_of(entry: Any, name: str) -> str:
    """feedparser's time of that name, a tuple in UTC, in ISO 8601; "" where there is none."""
    try:
        return datetime.fromtimestamp(calendar.timegm(entry[name]), UTC).isoformat() if name in entry else ""
    except (TypeError, ValueError, OverflowError, OSError):
        return ""
