"""The two kinds of feed: YouTube's Atom for a channel or playlist, and RSS 2.0 for the tax legislation portal."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from simulator.catalog.catalog import Catalog
from simulator.catalog.values import Entry, Video, text_of
from simulator.messages import Refused, Request, Response, as_html

NEWEST = 15
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def xml_text(text: str) -> str:
    """Text escaped for XML, without the characters that XML 1.0 cannot hold."""
    return escape(_FORBIDDEN.sub("", text))


def xml_attribute(text: str) -> str:
    """Text as a quoted attribute value."""
    return quoteattr(_FORBIDDEN.sub("", text))


def not_found(refused: Refused) -> Response:
    title = "Error 404 (Not Found)!!1" if refused.status == 404 else f"Error {refused.status}"
    return as_html(
        f"<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>{title}</title>\n"
        f"  <p><b>{refused.status}.</b> {escape(str(refused))}</p>\n</html>\n",
        status=refused.status,
    )


def video_feed(catalog: Catalog, request: Request) -> Response:
    """The newest public videos. Raise Refused(404) for an unknown channel or playlist."""
    channel = catalog.channel
    channel_id, playlist_id = request.first("channel_id"), request.first("playlist_id")
    if channel_id:
        videos = catalog.public_videos() if channel_id == channel.id else None
    else:
        videos = catalog.playlist_videos(playlist_id)
    if videos is None:
        raise Refused(404, "The requested URL was not found on this server.")
    public = [video for video in videos if video.status == "public"]
    newest = sorted(public, key=lambda video: video.published, reverse=True)[:NEWEST]
    playlist = catalog.playlists.get(playlist_id)
    title = playlist.title if playlist else channel.title
    key = f"channel:{channel.id[2:]}" if channel_id else f"playlist:{playlist_id}"
    name = "channelId" if channel_id else "playlistId"
    shown_id = channel.id[2:] if channel_id else playlist_id
    published = min((video.published for video in public), default=None)
    page = f"{request.origin}/youtube/channel/{channel.id}"
    head = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/" \
xmlns="http://www.w3.org/2005/Atom">
 <link rel="self" href={xml_attribute(request.origin + request.target)}/>
 <id>yt:{key}</id>
 <yt:{name}>{shown_id}</yt:{name}>
 <title>{xml_text(title)}</title>
 <link rel="alternate" href="{page}"/>
{_author(channel.title, page)}"""
    if published:
        head += f" <published>{published.isoformat()}</published>\n"
    body = head + "".join(_video_entry(catalog, request, video) for video in newest) + "</feed>\n"
    return Response(
        body=body.encode("utf-8", "replace"),
        type="text/xml; charset=UTF-8",
        modified=catalog.videos.modified(),
        listed=tuple(video.id for video in newest),
    )


def _author(name: str, page: str, indent: str = " ") -> str:
    return f"{indent}<author>\n{indent} <name>{xml_text(name)}</name>\n{indent} <uri>{page}</uri>\n{indent}</author>\n"


def _video_entry(catalog: Catalog, request: Request, video: Video) -> str:
    origin, channel = request.origin, catalog.channel
    title = xml_text(video.title)
    description = xml_text(catalog.linked(text_of(video.description), origin))
    return f""" <entry>
  <id>yt:video:{video.id}</id>
  <yt:videoId>{video.id}</yt:videoId>
  <yt:channelId>{channel.id}</yt:channelId>
  <title>{title}</title>
  <link rel="alternate" href="{origin}/youtube/watch?v={video.id}"/>
{_author(channel.title, f"{origin}/youtube/channel/{channel.id}", "  ")}\
  <published>{video.published.isoformat()}</published>
  <updated>{video.updated.isoformat()}</updated>
  <media:group>
   <media:title>{title}</media:title>
   <media:content url="{origin}/youtube/v/{video.id}?version=3" type="application/x-shockwave-flash" \
width="640" height="390"/>
   <media:thumbnail url="{origin}/youtube/vi/{video.id}/hqdefault.jpg" width="480" height="360"/>
   <media:description>{description}</media:description>
   <media:community>
    <media:starRating count="{video.likes}" average="5.00" min="1" max="5"/>
    <media:statistics views="{video.views}"/>
   </media:community>
  </media:group>
 </entry>
"""


class Legislation:
    """Answers /legislacao/feed.xml."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def answer(self, request: Request) -> Response:
        if request.path != "/legislacao/feed.xml":
            raise Refused(404, "The requested URL was not found on this server.")
        catalog, origin = self._catalog, request.origin
        entries = sorted(catalog.entries.all(), key=lambda entry: entry.published, reverse=True)
        modified = catalog.entries.modified()
        built = f"  <lastBuildDate>{_rfc(modified)}</lastBuildDate>\n" if modified else ""
        body = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
 <channel>
  <title>{xml_text(catalog.feed_title)}</title>
  <link>{origin}/legislacao</link>
  <description>{xml_text(catalog.feed_description)}</description>
  <language>pt-br</language>
{built}  <atom:link rel="self" type="application/rss+xml" href={xml_attribute(origin + request.target)}/>
{"".join(self._item(entry, origin) for entry in entries)} </channel>
</rss>
"""
        return Response(
            body=body.encode("utf-8", "replace"),
            type="application/rss+xml; charset=utf-8",
            modified=modified,
            listed=tuple(entry.id for entry in entries),
        )

    def error(self, request: Request, refused: Refused) -> Response:
        return not_found(refused)

    def _item(self, entry: Entry, origin: str) -> str:
        return f"""  <item>
   <title>{xml_text(entry.title)}</title>
   <link>{xml_text(f"{origin}/legislacao/{entry.id}")}</link>
   <guid isPermaLink="false">{xml_text(f"legislacao:{entry.id}")}</guid>
   <pubDate>{_rfc(entry.published)}</pubDate>
   <description>{xml_text(self._catalog.linked(entry.summary, origin))}</description>
  </item>
"""


def _rfc(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
