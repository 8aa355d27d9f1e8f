"""A saved web page with its article and its comments.

The ways in which pages show comments are tried in turn. What none of them knows is
refused with a sentence: a guess could make somebody say what others wrote.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO

from commentarchive.importers.contract import Importer
from commentarchive.importers.formats.blogger import page as blogger_page
from commentarchive.importers.formats.pages import semantic_page
from commentarchive.importers.formats.wordpress import page as wordpress_page
from commentarchive.importers.page_comments import PageComments
from commentarchive.importers.page_source import (
    Page,
    host_root,
    markup_of,
    read_page,
    words_of,
)
from commentarchive.importers.parsed import (
    UNKNOWN_STATUS,
    ParsedBlog,
    ParsedPost,
    Reading,
    Unreadable,
)
from commentarchive.importers.safe_json import read_whole

VERSION = 1
CANNOT_TELL = (
    "Comments that waited, were spam or were removed before: no page shows them.",
    "Who answers whom below the depth that the page shows; e-mail addresses.",
    "How the texts are stored: it holds them as its theme showed them.",
)
READERS: tuple[Callable[[Page], PageComments | None], ...] = (
    wordpress_page.find,
    blogger_page.find,
    semantic_page.find,
)
_html = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_ELSEWHERE = (
    ("#disqus_thread", "Disqus"),
    ("#remark42", "Remark42"),
    ("#commento", "Commento"),
    ("#isso-thread", "Isso"),
    (".fb-comments", "Facebook"),
    (".utterances, .giscus", "GitHub"),
)
_TITLES = (
    ".entry-title",
    "h1.post-title",
    ".post-title",
    "article h1",
    ".p-name",
    "h1",
)
_BODIES = (
    *(".entry-content", ".post-body", ".post-content", '[itemprop="articleBody"]'),
    ".e-content",
)
_NOT_WRITTEN = (".sharedaddy", ".jp-relatedposts", ".post-navigation", ".wpcnt", "form")


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a web page."""
    return _html.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


class WebPage:
    """One saved page: one article with the comments that it shows."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._reading = reading
        self._page = read_page(read_whole(stream), reading)
        self.blog = blog_of(self._page)

    def posts(self) -> Iterator[ParsedPost]:
        """Yield the article. Raise Unreadable if no comments are found."""
        post = article_of(self._page)
        if post is None:
            raise Unreadable(_why_not(self._page))
        self._reading.raw_comments += len(post.comments)
        self._reading.parsed_comments += len(post.comments)
        yield post


def blog_of(page: Page) -> ParsedBlog:
    """Return what a page says of its blog."""
    title = page.meta("og:site_name") or words_of(page.first(".site-title"))
    return ParsedBlog(
        title=title,
        address=host_root(page.address),
        language=page.language,
        written_at=page.seen_at,
    )


def article_of(page: Page, seen_at: datetime | None = None) -> ParsedPost | None:
    """Return a page's article and comments; None if no reader finds comments."""
    found = next((each for read in READERS if (each := read(page))), None)
    if found is None:
        return None
    if not page.is_ended:
        # Nobody can tell whether that one is whole.
        del found.comments[-1:]
    title = words_of(page.first(*_TITLES)) or page.meta("og:title")
    raw = _text(page)
    return ParsedPost(
        scheme=found.scheme,
        source_id=found.article_id[:200],
        status=UNKNOWN_STATUS,
        is_live=True,
        title=title,
        has_text=bool(raw),
        raw=raw,
        form="page",
        addresses=(page.address,) if page.address else (),
        comments=found.comments,
        parents=found.parents,
        is_whole=found.is_whole and page.is_ended,
        printed_count=found.printed_count,
        counts_comments=found.counts_comments,
        seen_at=seen_at,
    )


def _text(page: Page) -> str:
    """Return the article's text; "" where there are several, as on a front page."""
    for selector in _BODIES:
        found = page.tree.css(selector)
        if found:
            return markup_of(found[0], *_NOT_WRITTEN) if len(found) == 1 else ""
    return ""


def _why_not(page: Page) -> str:
    for selector, system in _ELSEWHERE:
        if page.tree.css_first(selector) is not None:
            return (
                f"its comments come from {system} and are not in the page: "
                f"export them from {system}, or save the page after it has loaded"
            )
    return (
        "no comments are found in the page: it shows none, or in none of the ways that "
        "are known here (WordPress, Blogger, schema.org, microformats)"
    )


IMPORTER = Importer(
    name="web_page",
    label="saved web page (HTML)",
    version=VERSION,
    recognises=recognises,
    open=WebPage,
    cutting=None,
    cannot_tell=CANNOT_TELL,
)
