"""What an importer is: the contract between the registry and each module."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from commentarchive.importers.parsed import ParsedBlog, ParsedPost, Reading


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
class Importer:
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


# What is left in the place of an XML element, and of a JSON object.
XML_MARKER = b"<!-- a comment was erased here -->"
JSON_MARKER = b"null"
