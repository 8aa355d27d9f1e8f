"""Comments as a page shows them, and how many it says there are."""

import re
from dataclasses import dataclass, field

from commentarchive.importers.dates import iso, written
from commentarchive.importers.page_source import Page
from commentarchive.importers.parsed import (
    Parents,
    ParsedComment,
    SourceState,
    When,
)
from commentarchive.text.clean_html import clean

_leading_number = re.compile(r"\s*(\d{1,3}(?:[.,\s]\d{3})+|\d+)\b")
# "comments" in most languages that have the word; "responses" and "reactions" may
# count likes, shares and links from other blogs as well.
_of_comments = re.compile(r"[^\d\W]*[ck]om+ent", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class PageComments:
    """The comments of one page and what it says of the thread."""

    scheme: str
    article_id: str = ""
    comments: list[ParsedComment] = field(default_factory=list)
    parents: Parents = "shown"
    # False for one page of several, and for markup that may leave some out.
    is_whole: bool = True
    printed_count: int | None = None
    # False where the number may be of likes, shares and links as well.
    counts_comments: bool = True


def shown_comment(
    source_id: str,
    *,
    raw: str,
    when: When,
    parent_id: str = "",
    state: SourceState = "live",
    name: str = "",
    link: str = "",
) -> ParsedComment:
    """Return a comment made of what a page shows of it."""
    cleaned = clean(raw, "page")
    return ParsedComment(
        source_id=source_id[:200],
        parent_id=parent_id[:200],
        kind="comment",
        state=state,
        name=name,
        link=link,
        email="",
        ip="",
        when=when,
        raw=raw,
        form="page",
        html=cleaned.html,
        plain=cleaned.plain,
        byte=0,
    )


def shown_time(exact: str, text: str, page: Page) -> When:
    """Return a time as the page states it for machines, else as it prints it."""
    printed = written(text, page.language) if len(exact) <= len("2012-05-03") else None
    if printed is not None and printed.utc:
        # A day without an hour gives way to what is printed.
        return printed
    if exact:
        found = iso(exact)
        if found.utc:
            return found
    return written(text, page.language) if text else When(exact)


def leading_number(text: str) -> int | None:
    """Return the count that a heading begins with, such as "1,024 comments"."""
    found = _leading_number.match(text)
    return int(re.sub(r"\D", "", found[1])) if found else None


def counts_comments(text: str) -> bool:
    """Return whether a heading such as "5 comments" counts comments by name."""
    number = _leading_number.match(text)
    return number is not None and bool(_of_comments.match(text[number.end() :].strip()))
