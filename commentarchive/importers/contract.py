"""What an importer is: the contract between the registry and each module."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

from commentarchive.importers.parsed import ParsedBlog, ParsedPost, Reading
from commentarchive.threads.evidence import Rank

# Whose words a source holds: a blog's; a comment service's, which has discussions and
# no articles of its own; what a program of either answers; a page's; a person's here.
type Origin = Literal["blog", "service", "interface", "page", "person", "unknown"]
# How much of its blog a file holds that its system wrote: all that there is, what
# somebody chose, or a part, which proves nothing of what it lacks.
type Extent = Literal["all", "chosen", "part"]
# Whether readers saw an article whose status the source does not give.
type Unstated = Literal[
    "shown", "shown with comments", "shown without comments", "either", "hidden"
]
# Where a comment is missing that was seen to vanish.
type MissingFrom = Literal["page", "export", "export without spam", ""]


class Export(Protocol):
    """A source that is being read: first its blog, then its articles."""

    blog: ParsedBlog

    def posts(self) -> Iterator[ParsedPost]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutting:
    """How comments of a format are cut out of a stored file, for an erasure."""

    # Where the comment at the start of some bytes ends; -1 if its end is not in them.
    comment_end: Callable[[bytes], int]
    # Everything that begins as a comment with one of these ids, even if unfinished.
    fragments: Callable[[bytes, set[str]], Iterator[tuple[int, int]]]
    article_end: bytes
    # What is written in the place of a comment.
    marker: bytes
    # Whether a comment's end can be relied on even where the file is broken.
    is_sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What a kind of source can prove. No defaults: a wrong one accuses, or hides."""

    origin: Origin
    # How good it is as evidence where several copies differ.
    rank: Rank
    # With "all" and "chosen", an article that a later file lacks was gone at its blog.
    extent: Extent
    # What readers saw of articles that it returns with the status "unknown".
    unstated: Unstated
    # Whether its system leaves out what it took for spam: then what is missing may be.
    leaves_out_spam: bool
    # Whether articles have ids of their own; False where they go by their addresses.
    numbers_articles: bool
    # Whether it says what is a trackback, and what link a writer has. If not, neither
    # "comment" nor a missing link tells anything.
    tells_kinds: bool

    @property
    def may_hide_replies(self) -> bool:
        """Whether replies to a hidden comment are left out though they are there."""
        return self.origin in {"page", "unknown"}

    @property
    def missing_from(self) -> MissingFrom:
        """Where a comment is missing that such a copy lacks."""
        if self.origin in {"page", "unknown"}:
            return "page" if self.origin == "page" else ""
        return "export without spam" if self.leaves_out_spam else "export"


# Copies name their importers for as long as they are kept. What is known of one that is
# not here any more proves nothing.
NOT_KNOWN = SourceFacts(
    origin="unknown",
    rank=Rank.PRINTED,
    extent="part",
    unstated="hidden",
    leaves_out_spam=True,
    numbers_articles=False,
    tells_kinds=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer(SourceFacts):
    """One kind of source: how it is recognised and read, and what it does not say."""

    name: str
    label: str
    version: int
    recognises: Callable[[bytes], bool]
    open: Callable[[BinaryIO, Reading], Export]
    # None where comments have no bytes of their own: then the whole file is deleted.
    cutting: Cutting | None
    cannot_tell: tuple[str, ...]
    # Whether the articles of one file may be of several blogs, each at its own host.
    is_of_many_blogs: bool = False
    # Whether the source numbers a blog's comments in turn, so that a number that is
    # left out was some comment's.
    numbers_in_turn: bool = False
    # What a record ends with where nothing tells that more should follow: a file that
    # was cut there is read as whole, and `cannot_tell` has to say `NO_END`.
    may_end_after: bytes = b""


NO_END = "Whether records are missing at its end: nothing marks the end of such a file."
# What is left in the place of an XML element, and of a JSON object.
XML_MARKER = b"<!-- a comment was erased here -->"
JSON_MARKER = b"null"
