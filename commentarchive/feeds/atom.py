"""Write Atom (RFC 4287) with what RFC 4685 adds for discussions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, rfc3339_date

from commentarchive.text.sound_xml import sound
from commentarchive.text.unseen import marked, marked_html, marked_line

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
_THREADING = "http://purl.org/syndication/thread/1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class InReplyTo:
    """What an entry answers: its id, and its page."""

    id: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry: a comment, a notice in its place, an article or a decision."""

    id: str
    title: str
    page: str
    author: str
    html: str
    updated: datetime
    published: datetime | None = None
    author_page: str = ""
    categories: Sequence[str] = ()
    in_reply_to: InReplyTo | None = None
    # The feed of its replies, and how many there are.
    replies_feed: str = ""
    replies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A page of a feed: what it is of, its own address, and the page after it."""

    id: str
    title: str
    page: str
    address: str
    # The time of a feed without entries.
    since: datetime
    language: str = ""
    older: str = ""
    newest: str = ""
    entries: Sequence[FeedEntry] = field(default_factory=list)


def feed_id(subject: str) -> str:
    """Return an id that stays (RFC 4151), by a reference or a path.

    It is made with the host that the public record was begun under.
    """
    host = (
        settings.LEDGER_ORIGIN.partition("/")[0] or urlsplit(settings.BASE_URL).hostname
    )
    return f"tag:{host},2026:{subject}"


def absolute(path: str) -> str:
    """Return the whole address of a page of ours."""
    return settings.BASE_URL.rstrip("/") + path


def write(feed: Feed) -> bytes:
    """Write a page of a feed as UTF-8."""
    made = _Writer(
        title=sound(marked_line(feed.title)),
        link=absolute(feed.page),
        description="",
        feed_url=absolute(feed.address),
        feed_guid=feed.id,
        language=feed.language or None,
        of=feed,
    )
    for each in feed.entries:
        made.add_item(
            title=sound(marked_line(each.title)),
            link=absolute(each.page),
            # Its text is content and no summary.
            description=None,  # type: ignore[arg-type]  # as Django itself does
            author_name=_words(each.author),
            author_link=absolute(each.author_page) if each.author_page else None,
            pubdate=each.published,
            updateddate=each.updated,
            unique_id=each.id,
            categories=[_words(category) for category in each.categories],
            of=each,
        )
    out = StringIO()
    made.write(out, "utf-8")
    return out.getvalue().encode()


def _words(words: str) -> str:
    # First what nobody sees is named: some of it XML cannot hold.
    return sound(marked(words))


class _Writer(Atom1Feed):
    """Django's writer, and what it has no words for."""

    def root_attributes(self) -> dict[str, str]:
        # Links in texts begin at the root of the site.
        return super().root_attributes() | {
            "xmlns:thr": _THREADING,
            "xml:base": absolute("/"),
        }

    def latest_post_date(self) -> datetime:
        feed: Feed = self.feed["of"]
        return max([each.updated for each in feed.entries], default=feed.since)

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        feed: Feed = self.feed["of"]
        # Pages of a feed as RFC 5005, section 3, names them.
        for rel, address in (("first", feed.newest), ("next", feed.older)):
            if address:
                link = {"rel": rel, "href": absolute(address)}
                handler.addQuickElement("link", "", link)

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry: FeedEntry = item["of"]
        handler.addQuickElement(
            "content", sound(marked_html(entry.html)), {"type": "html"}
        )
        if answered := entry.in_reply_to:
            place = {"ref": answered.id, "href": absolute(answered.page)}
            handler.addQuickElement(
                "thr:in-reply-to", "", place | {"type": "text/html"}
            )
        if entry.replies_feed:
            link = {
                "rel": "replies",
                "type": "application/atom+xml",
                "href": absolute(entry.replies_feed),
                "thr:count": str(entry.replies),
                "thr:updated": rfc3339_date(self.latest_post_date()),
            }
            handler.addQuickElement("link", "", link)
            handler.addQuickElement("thr:total", str(entry.replies))
