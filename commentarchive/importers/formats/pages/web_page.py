"""A saved web page with its article and its comments.

The ways in which pages show comments are tried in turn. What none of them knows is
refused with a sentence: a guess could make somebody say what others wrote.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO, NamedTuple

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.contract import Importer
from commentarchive.importers.formats.blogger import page as blogger_page
from commentarchive.importers.formats.pages import comment_lists, semantic_page
from commentarchive.importers.formats.pages.article import (
    blog_title,
    text_of,
    title_of,
)
from commentarchive.importers.formats.pages.plausible import check
from commentarchive.importers.formats.wordpress import page as wordpress_page
from commentarchive.importers.origins import CANONICAL
from commentarchive.importers.page_comments import PageComments
from commentarchive.importers.page_source import Page, host_root, read_page
from commentarchive.importers.page_times import days_alone
from commentarchive.importers.parsed import (
    UNKNOWN_STATUS,
    ParsedBlog,
    ParsedPost,
    Reading,
    Unreadable,
)
from commentarchive.importers.safe_json import read_whole
from commentarchive.threads.evidence import Rank

VERSION = 1
CANNOT_TELL = (
    "Comments that waited, were spam or were removed before: no page shows them.",
    "Who answers whom below the depth that the page shows; e-mail addresses.",
    "How the texts are stored: it holds them as its theme showed them.",
    "Names and times where the page does not mark which words they are.",
)
READERS: tuple[Callable[[Page], PageComments | None], ...] = (
    wordpress_page.find,
    blogger_page.find,
    semantic_page.find,
    comment_lists.find,
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
    ("#ghost-comments-root, [data-ghost-comments]", "Ghost"),
)


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a web page."""
    return _html.match(head, own_start(head)) is not None


class WebPage:
    """One saved page: one article with the comments that it shows."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._reading = reading
        self._page = read_page(read_whole(stream), reading)
        self.blog = blog_of(self._page)

    def posts(self) -> Iterator[ParsedPost]:
        """Yield the article. Raise Unreadable if no comments are found."""
        found = article_of(self._page, self._reading)
        if found is None:
            raise Unreadable(_why_not(self._page))
        post = found.post
        self._reading.how.append(f"by the rules of {found.rules}")
        self._reading.raw_comments += len(post.comments)
        self._reading.parsed_comments += len(post.comments)
        yield post


def blog_of(page: Page) -> ParsedBlog:
    """Return what a page says of its blog."""
    return ParsedBlog(
        title=blog_title(page),
        address=host_root(page.address),
        language=page.language,
        written_at=page.seen_at,
    )


class Article(NamedTuple):
    """The article of a page, and by which rules its comments were read."""

    post: ParsedPost
    rules: str


def article_of(
    page: Page, reading: Reading, seen_at: datetime | None = None, byte: int = 0
) -> Article | None:
    """Return a page's article and comments; None if no reader finds comments.

    Raise Unreadable for a page whose comments cannot be right.
    """
    found = next((each for read in READERS if (each := read(page))), None)
    if found is None:
        return None
    if not page.is_ended:
        # Nobody can tell whether that one is whole.
        del found.comments[-1:]
    times = days_alone([each.when for each in found.comments])
    found.comments = [
        each._replace(when=when)
        for each, when in zip(found.comments, times, strict=True)
    ]
    doubts = check(found)
    for doubt in doubts:
        reading.problem(byte, doubt.reason, loss=doubt.is_loss)
    if found.has_others:
        reading.how.append("without comments of other articles that it shows as well")
    raw = text_of(page)
    post = ParsedPost(
        scheme=found.scheme,
        source_id=found.article_id[:200],
        status=UNKNOWN_STATUS,
        is_live=True,
        title=title_of(page),
        has_text=bool(raw),
        raw=raw,
        form="page",
        addresses=(page.address,) if page.address else (),
        origins=((CANONICAL, page.original),) if page.original else (),
        comments=found.comments,
        parents=found.parents,
        is_whole=found.is_whole and page.is_ended,
        printed_count=found.printed_count,
        counts_comments=found.counts_comments,
        seen_at=seen_at,
    )
    return Article(post, found.rules)


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
    origin="page",
    rank=Rank.PRINTED,
    extent="part",
    unstated="shown",
    leaves_out_spam=True,
    numbers_articles=False,
    tells_kinds=True,
    recognises=recognises,
    open=WebPage,
    is_of_many_blogs=True,
    cutting=None,
    cannot_tell=CANNOT_TELL,
)
