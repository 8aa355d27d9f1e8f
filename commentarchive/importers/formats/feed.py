"""Comment feeds: RSS 2.0 as WordPress writes it, and Atom with RFC 4685.

A feed holds the last few comments of a blog or of one article.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple, cast

from lxml import etree

from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import iso, mail
from commentarchive.importers.formats.atom import FIELDS, THREAD, Entry, children
from commentarchive.importers.formats.blogger.backup import (
    name_of,
    properties_of,
    told_parent,
    was_removed_by_blog,
)
from commentarchive.importers.parsed import (
    UNKNOWN_STATUS,
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    Unreadable,
    parent_of,
)
from commentarchive.importers.record_spans import RecordSpans
from commentarchive.importers.safe_xml import root_tag
from commentarchive.importers.second_count import CountedStream, compare_counts
from commentarchive.importers.xml_records import XmlRecords
from commentarchive.importers.xml_text import text_of
from commentarchive.text.addresses import normalise
from commentarchive.text.clean_html import clean
from commentarchive.threads.evidence import Rank

VERSION = 2
CANNOT_TELL = (
    "Older comments: a feed holds the last few only.",
    "Comments that wait, are spam or were removed.",
    "Who answers whom, where the feed does not name the comment that is answered.",
)
SPANS = RecordSpans(
    "item|entry",
    re.compile(
        rb"<id>\s*(?:[^<]*(?:#comment-|\.post-))?([^<]+?)\s*</id>|"
        rb"<(?:link|guid)[^>]*>[^<]*#comment-(\d+)\s*</"
    ),
)
_begun = re.compile(rb"<(?:\w+:)?(?:item|entry)(?=[\s>/])")
_FIELDS = FIELDS | {
    *("guid", "pubDate", "creator", "description", "encoded", "comments", "commentRss"),
    *("enclosure", "origLink", "extendedProperty", "image", "thumbnail"),
}
_root = re.compile(rb"<(?:\w+:)?(rss|feed)\b[^>]*>")
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_SEARCH = "{http://a9.com/-/spec/opensearchrss/1.0/}"
_wordpress_id = re.compile(r"#comment-(\d+)\Z")
_blogger_id = re.compile(r"tag:blogger\.com,1999:blog-\d+\.post-(\d+)\Z")
# WordPress puts this line before an answer: "In reply to <a href=…>Name</a>."
_answer = re.compile(
    r"\s*<p>[^<]{0,80}<a href=\"[^\"#]*#comment-(\d+)\"[^>]*>.{0,500}?</a>\.?</p>\s*"
)
_of_article = re.compile(r"(?:Comments? on:?|By:)\s+", re.IGNORECASE)


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a feed."""
    return _root.match(root_tag(head)) is not None


class _Item(NamedTuple):
    """One comment of a feed, however the feed writes it."""

    scheme: str
    source_id: str
    parent_id: str
    article_id: str
    address: str
    title: str
    name: str
    link: str
    printed: str
    raw: str
    # The ids that it replies to (RFC 4685 allows several).
    refs: tuple[str, ...] = ()
    is_removed: bool = False
    # Whether a field that is not known says that readers do not see it.
    is_hidden: bool = False


@dataclass(slots=True)
class _Article:
    address: str
    source_id: str
    scheme: str
    title: str
    items: list[tuple[_Item, int]] = field(default_factory=list)
    byte: int = 0


class CommentFeed:
    """One feed: its comments, grouped by article."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        """Read the head. Raise Unreadable for a DOCTYPE or an unknown charset."""
        self._stream = CountedStream(stream, _begun)
        start = self._stream.read(1 << 16)
        root = _root.match(root_tag(start))
        if root is None:
            reason = "there is neither <rss> nor <feed> at its beginning"
            raise Unreadable(reason)
        self._is_atom = root[1] == b"feed"
        self._records = XmlRecords(
            cast("BinaryIO", self._stream),
            reading,
            root=root[1].decode(),
            records=("entry",) if self._is_atom else ("item",),
            start=start,
        )
        self._reading = reading
        self._head = self._records.head()
        self.blog = ParsedBlog()

    def posts(self) -> Iterator[ParsedPost]:
        """Yield the articles that its comments are on. Raise Unreadable without any."""
        articles: dict[str, _Article] = {}
        others: list[int] = []
        for record in self._records:
            item = self._item(record.element)
            if item is None:
                others.append(record.byte)
                continue
            is_hidden = self._records.unread.elements(
                record.element, _FIELDS, "a comment", record.byte
            )
            self._reading.parsed_comments += 1
            key = normalise(item.address) or item.article_id
            article = articles.setdefault(
                key,
                _Article(
                    *(item.address, item.article_id, item.scheme, item.title),
                    byte=record.byte,
                ),
            )
            article.items.append((item._replace(is_hidden=is_hidden), record.byte))
        if not articles:
            reason = "it is a feed without comments: a feed of articles holds none"
            raise Unreadable(reason)
        if others:
            reason = f"{len(others)} records are no comments of an article; not read"
            self._reading.problem(others[0], reason, loss=False)
        self._records.unread.report()
        begun = self._stream.number - len(others)
        compare_counts(self._reading, begun, self._records.end)
        total = ""
        if self._head is not None:
            total = Entry(self._head).text("totalResults", _SEARCH)
        for article in articles.values():
            ids = {item.source_id for item, _byte in article.items}
            comments = [
                _comment(item, byte, ids, is_atom=self._is_atom)
                for item, byte in article.items
            ]
            number = int(total) if total.isdecimal() and len(articles) == 1 else None
            yield ParsedPost(
                scheme=article.scheme,
                source_id=article.source_id,
                status=UNKNOWN_STATUS,
                is_live=True,
                title=article.title,
                has_text=False,
                form="page",
                addresses=(article.address,) if article.address else (),
                comments=comments,
                parents="told" if self._is_atom else "shown",
                is_whole=number is not None and number <= len(comments),
                printed_count=number,
                byte=article.byte,
            )

    def _item(self, element: etree._Element) -> _Item | None:
        return _of_atom(element) if self._is_atom else _of_rss(element)


def _of_rss(element: etree._Element) -> _Item | None:
    values = {child.tag: text_of(child) for child in element}
    link = values.get("link", "") or values.get("guid", "")
    number = _wordpress_id.search(link) or _wordpress_id.search(values.get("guid", ""))
    if number is None:
        return None
    raw = values.get(_CONTENT) or values.get("description", "")
    name = values.get(_CREATOR, "")
    answered = _answer.match(raw)
    return _Item(
        scheme="wordpress",
        source_id=number[1],
        parent_id=answered[1] if answered else "",
        article_id="",
        address=link.partition("#")[0],
        title=_title(values.get("title", ""), name),
        name=name,
        link="",
        printed=values.get("pubDate", ""),
        raw=_unlocked(raw[answered.end() :] if answered else raw),
    )


def _of_atom(element: etree._Element) -> _Item | None:
    entry = Entry(element)
    tag, link = entry.text("id"), entry.link("alternate")
    replies = [
        (each.get("ref", ""), each.get("href", ""))
        for each in children(element, f"{THREAD}in-reply-to")
    ]
    wordpress, blogger = _wordpress_id.search(tag), _blogger_id.search(tag)
    if not replies and wordpress is None:
        return None
    parents = [_wordpress_id.search(ref) for ref, _href in replies]
    parent = next((each[1] for each in parents if each), "")
    raw = entry.text("content") or entry.text("summary")
    answered = _answer.match(raw)
    if answered and answered[1] == parent:
        raw = raw[answered.end() :]
    pages = [_blogger_id.search(ref) for ref, _href in replies]
    address = link or next((href for _ref, href in replies if href), "")
    found = wordpress or blogger
    return _Item(
        scheme="wordpress" if wordpress else "blogger" if blogger else "feed",
        source_id=found[1] if found else tag[:200],
        parent_id=told_parent(entry) if blogger else parent,
        article_id=next((each[1] for each in pages if each), ""),
        address=address.partition("#")[0].partition("?showComment")[0],
        title=_title(entry.text("title"), entry.author("name")) if wordpress else "",
        name=name_of(entry) if blogger else entry.author("name"),
        link=entry.author("uri"),
        printed=entry.text("published") or entry.text("updated"),
        raw=_unlocked(raw),
        is_removed=properties_of(entry).get("blogger.contentRemoved") == "true",
        refs=tuple(ref for ref, _href in replies),
    )


def _unlocked(raw: str) -> str:
    """Return the text; "" where the feed asks for the article's password instead."""
    return "" if 'name="post_password"' in raw else raw


def _title(said: str, name: str) -> str:
    """Return TITLE of "Comment on TITLE by NAME"; "" for any other title."""
    begun = _of_article.match(said)
    if begun is None or not said.endswith(f" by {name}"):
        return ""
    return clean(said[begun.end() :].removesuffix(f" by {name}"), "html").plain


def _comment(
    item: _Item, byte: int, ids: Collection[str], *, is_atom: bool
) -> ParsedComment:
    cleaned = clean(item.raw, "page")
    parent = item.parent_id or next((ref for ref in item.refs if ref in ids), "")
    return ParsedComment(
        source_id=item.source_id,
        parent_id=parent_of(parent, item.source_id),
        kind="comment",
        state=_state(item),
        name=item.name,
        link=item.link,
        email="",
        ip="",
        when=iso(item.printed) if is_atom else mail(item.printed),
        raw=item.raw,
        form="page",
        html=cleaned.html,
        plain=cleaned.plain,
        byte=byte,
        is_by_blog=item.is_removed and was_removed_by_blog(item.raw),
    )


def _state(item: _Item) -> SourceState:
    if item.is_removed:
        return "deleted"
    return "unknown" if item.is_hidden else "live"


IMPORTER = Importer(
    name="feed",
    label="comment feed (RSS or Atom)",
    version=VERSION,
    origin="interface",
    rank=Rank.INTERFACE,
    extent="part",
    unstated="shown",
    leaves_out_spam=True,
    numbers_articles=False,
    # Every comment of a feed is called one, and without a link none is told.
    tells_kinds=False,
    recognises=recognises,
    open=CommentFeed,
    cutting=SPANS.cutting(article_end=b"</channel>"),
    cannot_tell=CANNOT_TELL,
)
