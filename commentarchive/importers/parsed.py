"""What an importer gives: articles with their comments, and notes on the reading."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

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

# An article whose source does not tell its status.
UNKNOWN_STATUS = "unknown"

# Who answers whom: as the blog stores it, as a page shows it (which may flatten what
# is deep), or not told at all.
type Parents = Literal["told", "shown", "untold"]


class Unreadable(ValueError):
    """The file is no export that this importer reads; nothing was taken from it.

    `place` is "line N" or "byte N" where one can be named.
    """

    def __init__(self, reason: str, *, place: str = "") -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place
        self.path: Path | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about a place of the file: a repair or a problem."""

    place: str
    reason: str


class When(NamedTuple):
    """A time as printed and as understood: UTC, and minutes east of it."""

    printed: str = ""
    utc: datetime | None = None
    offset: int | None = None


class ParsedComment(NamedTuple):
    """One comment element of a source; a tuple, since millions of them are made.

    An empty `source_id` means that the source gave none; `parent_id` is empty for a
    top-level comment. `byte` is where the element begins. `person` is what tells
    people of one name apart where no e-mail does: never shown, kept as a keyed digest.
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
    # The source says that the one who wrote it deleted it.
    is_by_author: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPost:
    """One article of a source with all its comments."""

    # The id space of its own id and of its comments' ids: export, pages and feeds of
    # one blog share it.
    scheme: str
    source_id: str
    kind: str = "post"
    status: str
    is_live: bool
    # Live only if this other article is: a page attached to it.
    live_with: str = ""
    title: str = ""
    byline: str = ""
    # False where the source names the article without giving its text.
    has_text: bool = True
    raw: str = ""
    form: Form
    addresses: tuple[str, ...] = ()
    cross_posts: tuple[str, ...] = ()
    when: When = field(default_factory=When)
    comments: list[ParsedComment] = field(default_factory=list)
    parents: Parents = "told"
    # Whether a comment that is not here was not there: not so for one page of several.
    is_whole: bool = True
    # How many comments the source itself says there are; None where it does not say.
    printed_count: int | None = None
    # When this reading of the article was made, where each has a time of its own.
    seen_at: datetime | None = None
    byte: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedBlog:
    """What a source says of the blog itself."""

    title: str = ""
    address: str = ""
    language: str = ""
    written_at: datetime | None = None


@dataclass(slots=True)
class Reading:
    """Notes taken while a file is read; complete once the file has been read."""

    repairs: list[Remark] = field(default_factory=list)
    problems: list[Remark] = field(default_factory=list)
    # Comment elements counted in the raw bytes, apart from the parser.
    raw_comments: int = 0
    parsed_comments: int = 0
    is_whole: bool = True

    def repair(self, byte: int, reason: str) -> None:
        """Note something that was put right without loss."""
        self.repairs.append(Remark(f"byte {byte}", reason))

    def problem(self, byte: int, reason: str, *, loss: bool = True) -> None:
        """Note something that could not be put right; a loss makes it partial."""
        self.problems.append(Remark(f"byte {byte}", reason))
        if loss:
            self.is_whole = False
