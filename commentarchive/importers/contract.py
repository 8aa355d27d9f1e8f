"""What an importer is: the contract between the registry and each module."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from commentarchive.importers.parsed import ParsedBlog, ParsedPost, Reading


class Export(Protocol):
    """A source that is being read: its blog, then its articles."""

    blog: ParsedBlog

    def posts(self) -> Iterator[ParsedPost]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutting:
    """What an erasure needs to cut comments out of a kept file."""

    # Where a comment ends that some bytes begin with; -1 where no end is among them.
    comment_end: Callable[[bytes], int]
    # Stretches that begin as comments of some ids, whole or not, read or not.
    fragments: Callable[[bytes, set[str]], Iterator[tuple[int, int]]]
    # What an article ends with.
    article_end: bytes
    # What stands in the place of a comment that was erased.
    marker: bytes
    # Whether the end of a comment is sure even where something else is broken.
    is_sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """One kind of source: how it is recognised, read, and what it cannot tell."""

    name: str
    label: str
    version: int
    recognises: Callable[[bytes], bool]
    open: Callable[[BinaryIO, Reading], Export]
    # None where no comment can be told by its bytes: then the file goes as a whole.
    cutting: Cutting | None
    cannot_tell: tuple[str, ...]


# What is left in the place of an XML element, and of a JSON object.
XML_MARKER = b"<!-- a comment was erased here -->"
JSON_MARKER = b"null"
