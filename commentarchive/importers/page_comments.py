"""Comments as a page shows them, and how many it says there are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from commentarchive.importers.page_moments import Moment, moment_of
from commentarchive.importers.page_names import Author, author_of
from commentarchive.importers.page_parts import Comment, Part, Place, comments_at
from commentarchive.importers.page_source import Page
from commentarchive.importers.page_subjects import subject_of, with_subjects
from commentarchive.importers.page_texts import text_of, text_part
from commentarchive.importers.parsed import (
    Parents,
    ParsedComment,
    SourceState,
    When,
)
from commentarchive.text.clean_html import clean

_windows = re.compile(r"/(?:comment-page-\d+|amp|page/\d+)(?=/|\Z|\?)")
_leading_number = re.compile(r"\s*(\d{1,3}(?:[.,\s]\d{3})+|\d+)\b")
# "comments" in most languages that have the word; "responses" and "reactions" may
# count likes, shares and links from other blogs as well.
_of_comments = re.compile(r"[^\d\W]*[ck]om+ent", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class PageComments:
    """The comments of one page and what it says of the thread."""

    scheme: str
    # By which rules they were found, for the report.
    rules: str
    article_id: str = ""
    comments: list[ParsedComment] = field(default_factory=list)
    parents: Parents = "shown"
    # False for one page of several, and for markup that may leave some out.
    is_whole: bool
    printed_count: int | None = None
    # False where the number may be of likes, shares and links as well.
    counts_comments: bool = True
    # Comments of which the page holds only the beginning.
    left_out: int = 0
    # Texts in elements like those of its comments that are in none of them.
    unread: int = 0
    # Whether comments of other articles are shown beside them: those are left out.
    has_others: bool = False


@dataclass(slots=True)
class Anatomy:
    """The parts of a comment that hold its name, its time and its text."""

    comment: Comment
    author: Author
    moment: Moment
    text: Part | None

    def is_sure(self) -> bool:
        """Return whether it has what makes a comment: a text, and a name or a time."""
        has_words = self.text is not None and bool(self.comment.words(self.text))
        return has_words and self.is_signed()

    def is_signed(self) -> bool:
        """Return whether it has a name or a time."""
        return bool(self.author.name or self.moment.when.utc)

    def raw(self) -> str:
        """Return the HTML of the text. This changes the page."""
        named = _by_itself(self.comment, self.author)
        return text_of(self.comment, self.text, named, self.moment.part)


def _by_itself(comment: Comment, author: Author) -> Part | None:
    """Return the part of a name if nothing else stands in it."""
    part = author.part
    if part is None or not author.name:
        return None
    return part if len(comment.words(part)) <= len(author.name) + 2 else None


def anatomy_of(comment: Comment, page: Page) -> Anatomy:
    """Find the name, the time and the text of a comment by their roles."""
    author = author_of(comment, page.language)
    named = author.part if author.name else None
    times = [
        each
        for each in comment.inner()
        if not each.is_in_block and (each.tag == "time" or "time" in each.roles)
    ]
    alone = _by_itself(comment, author)
    text = text_part(comment, named, *times)
    moment = moment_of(comment, alone, text, page.spoken_in)
    if moment.when.utc is None and text is not None:
        inside = moment_of(comment, alone, None, page.spoken_in)
        if inside.when.utc:
            # What looks like the text holds the line about it as well.
            whole = inside.part is None or inside.part.is_root
            return Anatomy(
                comment,
                author,
                inside,
                None if whole else text_part(comment, named, inside.part),
            )
    return Anatomy(comment, author, moment, text_part(comment, named, moment.part))


def anatomies(places: Sequence[Place], page: Page) -> list[Anatomy]:
    """Find the parts of all comments of a page, before any of them is changed."""
    return [anatomy_of(comment, page) for comment in comments_at(places)]


def of_this_article(found: Sequence[Anatomy], page: Page) -> list[Anatomy]:
    """Leave out what is shown of other articles: lists of the newest comments.

    Their links lead to other pages, while those of the article's own lead here.
    """
    here = _path(page.address)
    paths = [_own_path(each.comment, page) for each in found]
    if not here or here not in paths:
        return list(found)
    return [each for each, path in zip(found, paths, strict=True) if path in {"", here}]


def _own_path(comment: Comment, page: Page) -> str:
    """Return the page that a comment's link to itself leads to; "" without one."""
    for part in comment.inner():
        address = part.value("href")
        if comment.is_permalink(part) and not address.startswith("#"):
            return _path(page.absolute(address))
    return ""


def _path(address: str) -> str:
    """Return a page's address without what tells its windows and its forms apart."""
    whole, query = _windows.sub("", address.partition("#")[0]), ""
    if "?" in whole:
        whole, _mark, query = whole.partition("?")
        query = "&".join(each for each in query.split("&") if each[:2] == "p=")
    return f"{whole.rpartition('://')[2].rstrip('/')}?{query}"


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


def comments_of(found: Sequence[Anatomy], page: Page) -> list[ParsedComment]:
    """Return the comments whose parts were found. This changes the page."""
    subjects = [subject_of(each.comment, each.author, each.text) for each in found]
    return [
        shown_comment(
            each.comment.place.source_id,
            raw=raw,
            when=each.moment.when,
            parent_id=each.comment.place.parent_id,
            name=each.author.name,
            link=page.absolute(each.author.link) if each.author.link else "",
        )
        for each, raw in zip(
            found,
            with_subjects(subjects, [each.raw() for each in found]),
            strict=True,
        )
    ]


def leading_number(text: str) -> int | None:
    """Return the count that a heading begins with, such as "1,024 comments"."""
    found = _leading_number.match(text)
    return int(re.sub(r"\D", "", found[1])) if found else None


def counts_comments(text: str) -> bool:
    """Return whether a heading such as "5 comments" counts comments by name."""
    number = _leading_number.match(text)
    return number is not None and bool(_of_comments.match(text[number.end() :].strip()))
