"""What importers return: articles with their comments, and notes on the reading."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from commentarchive.importers.characters import Fault
from commentarchive.text.clean_html import Form

# What a source says of a comment. Nothing but "live" is ever shown by an import.
type SourceState = Literal[
    "live", "pending", "spam", "trashed", "deleted", "internal", "unknown"
]
SOURCE_STATES: tuple[SourceState, ...] = (
    "live",
    "pending",
    "spam",
    "trashed",
    "deleted",
    "internal",
    "unknown",
)

# The status of an article whose source does not give one.
UNKNOWN_STATUS = "unknown"
# What the systems call an article that readers see.
LIVE_STATUSES = frozenset({"publish", "live"})


def is_for_readers(scheme: str, kind: str, status: str) -> bool:
    """Return whether an article of a kind and status is one that its blog shows.

    Each system has one word for that, and another system's word is none of its own.
    """
    word = "live" if scheme == "blogger" else "publish"
    return status == word and kind not in {OTHER_KIND, "contact"}


# How sources say that a comment answers none; so does any number of zeros, such as the
# empty UUID, and a comment's own id.
_NO_PARENT = frozenset({"", "root", "null", "nil", "none", "undefined", "-1"})
_zeros = re.compile(r"[0-]+")


def parent_of(told: str, own_id: str) -> str:
    """Return the id of the comment that is answered; "" where it answers none."""
    if not told or told == "0":
        return ""
    told = told.strip()[:200]
    if told == own_id or told.lower() in _NO_PARENT or _zeros.fullmatch(told):
        return ""
    return told


# The kinds of comments that readers see; whatever is of no kind that is known here is
# "other", with its own word beside it, and internal.
PUBLIC_KINDS = frozenset({"comment", "pingback", "trackback"})
# Never for readers, and by their nature: editors' notes, what came by a contact form.
PRIVATE_KINDS = frozenset({"note", "contact"})
OTHER_KIND = "other"
_no_word = re.compile(r"[^\w.:-]+")


def type_word(word: str) -> str:
    """Return a source's word for a type as it is kept, compared and printed here."""
    return _no_word.sub("_", word.strip())[:60] or "_"


# Where the parents of comments come from: the blog's own data ("told"), the nesting
# on a page, which themes limit ("shown"), or nowhere ("untold").
type Parents = Literal["told", "shown", "untold"]


class Unreadable(ValueError):
    """The importer cannot read this file; nothing was taken from it.

    `place` is "line N, byte M" where one can be named.
    """

    def __init__(self, reason: str, *, place: str = "") -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place
        self.path: Path | None = None


class Remark(NamedTuple):
    """A repair or a problem, and the place in the file that it concerns."""

    place: str
    reason: str


class When(NamedTuple):
    """A time as printed and as understood: UTC, and minutes east of it."""

    printed: str = ""
    utc: datetime | None = None
    offset: int | None = None
    # Whether only the day is told: `utc` is its beginning then, a time nobody told.
    day_only: bool = False


class ParsedComment(NamedTuple):
    """One comment element of a source; a tuple, since millions of them are made.

    `source_id` is empty where the source gives no id, `parent_id` for a top-level
    comment. `byte` is where the element begins. `person` distinguishes people of the
    same name where there is no e-mail: never shown, stored as a keyed digest.
    """

    source_id: str
    parent_id: str
    kind: str
    state: SourceState
    name: str
    link: str
    email: str
    ip: str
    when: When
    raw: str
    form: Form
    html: str
    plain: str
    byte: int
    person: str = ""
    # Who deleted it, where a field of the source or words that it prints itself say so.
    is_by_author: bool = False
    is_by_blog: bool = False
    # The source's own word for it, where it is no kind of comment that is known here;
    # and what the source says of it, where that word alone keeps it internal.
    source_type: str = ""
    told: SourceState | None = None
    # Whether readers reported it there.
    is_reported: bool = False
    # Its id space where that is not its article's; and the id spaces and ids it has in
    # other systems, where the source's own fields say so.
    scheme: str = ""
    same_as: tuple[tuple[str, str], ...] = ()

    @property
    def source_state(self) -> SourceState:
        """What the source says of it, whatever its type makes of that here."""
        return self.told or self.state


def held_back(comment: ParsedComment) -> ParsedComment:
    """Return a comment as one of which it is not known whether readers see it."""
    if comment.source_state != "live":
        return comment
    if comment.told:
        return comment._replace(told="unknown")
    return comment._replace(state="unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPost:
    """One article of a source with all its comments."""

    # The system that its id and its comments' ids are from: a blog's export, pages
    # and feeds share them.
    scheme: str
    source_id: str
    # Its reference in this archive, where whoever entered the record chose it here.
    here: str = ""
    kind: str = "post"
    # The source's own word, where it is no kind of article that is known here; and
    # whether the article is live, were it not for that word.
    source_type: str = ""
    told_live: bool = False
    status: str
    is_live: bool
    # Live only while this other article is, which it is attached to.
    live_with: str = ""
    title: str = ""
    byline: str = ""
    # False where the source names the article without giving its text.
    has_text: bool = True
    raw: str = ""
    form: Form
    # The text as it is shown, and its words; `cleaned.py` fills them in.
    html: str = ""
    plain: str = ""
    addresses: tuple[str, ...] = ()
    # The categories and tags that it stands under.
    topics: tuple[str, ...] = ()
    # Where it stands too, as people found; and where the source hints at that, each
    # with the kind of its hint (`origins.py`): for somebody to confirm.
    cross_posts: tuple[str, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()
    when: When = field(default_factory=When)
    comments: list[ParsedComment] = field(default_factory=list)
    parents: Parents = "told"
    # Whether this is all of the thread: not so for one page of several. What a later
    # whole copy lacks was gone at the blog, so there is no default.
    is_whole: bool
    # How many comments the source itself says there are; None where it does not say.
    printed_count: int | None = None
    # False where that number may be of likes, shares and links as well.
    counts_comments: bool = True
    # When the page was saved, where each article has a time of its own.
    seen_at: datetime | None = None
    byte: int = 0
    # The ids of comments that announce a quotation which the source lacks, each with
    # the line after which it does; "" for the article.
    lost_quotations: tuple[tuple[str, int], ...] = ()


def post_held_back(post: ParsedPost) -> ParsedPost:
    """Return an article as one of which it is not known whether readers see it."""
    if not post.is_live and not post.told_live:
        return post
    return replace(post, status=UNKNOWN_STATUS, is_live=False, told_live=False)


def thread_at(
    scheme: str,
    address: str,
    comments: list[ParsedComment],
    *,
    is_whole: bool,
    **facts: Any,
) -> ParsedPost:
    """Return a thread that a comment service keeps under the address of its page.

    Such a service has comments that readers saw at that address, and no article.
    """
    return ParsedPost(
        scheme=scheme,
        source_id=address[:200],
        status=UNKNOWN_STATUS,
        is_live=True,
        has_text=False,
        form="html",
        comments=comments,
        is_whole=is_whole,
        **facts,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedBlog:
    """What a source says of the blog itself."""

    title: str = ""
    address: str = ""
    language: str = ""
    written_at: datetime | None = None
    # The end of the day that begins then, where only the day is known.
    written_until: datetime | None = None


@dataclass(slots=True)
class Reading:
    """Notes on a file, complete once it has been read to its end."""

    repairs: list[Remark] = field(default_factory=list)
    problems: list[Remark] = field(default_factory=list)
    # Comment elements counted in the raw bytes, independently of the parser.
    raw_comments: int = 0
    parsed_comments: int = 0
    is_whole: bool = True

    # Whether every record was read, be it with characters lost.
    has_all_records: bool = True
    # By which rules it was read, and what of it is none of its business: sentences.
    how: list[str] = field(default_factory=list)

    # What people decided about a text, as JSON (`transcripts/marks_json.py`).
    marks: str = ""

    def repair(self, byte: int, reason: str) -> None:
        """Note something that was put right without loss."""
        self.repairs.append(Remark(f"byte {byte}", reason))

    def problem(self, byte: int, reason: str, *, loss: bool = True) -> None:
        """Note something that could not be put right; a loss makes it partial."""
        self.problems.append(Remark(f"byte {byte}", reason))
        if loss:
            self.is_whole = self.has_all_records = False

    def lose(self, byte: int, reason: str) -> None:
        """Note that a record was read, but not every character of it."""
        self.problems.append(Remark(f"byte {byte}", reason))
        self.is_whole = False

    def note(self, faults: Iterable[Fault]) -> None:
        """Note what was put right in bytes, each as what it is."""
        for fault in faults:
            (self.lose if fault.is_loss else self.repair)(fault.byte, fault.reason)
