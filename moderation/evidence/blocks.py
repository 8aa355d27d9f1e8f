"""What an exhibit is made of: plain values that pages, PDF and JSON show alike."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple

# What stands where words are kept from the other side.
BLACKED_OUT = "[blacked out]"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within an exhibit."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    kind: ClassVar[str] = "words"
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one thing: names of facts, and the facts."""

    kind: ClassVar[str] = "facts"
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are heads."""

    kind: ClassVar[str] = "table"
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words as they were, line by line, and what is said above them."""

    kind: ClassVar[str] = "quote"
    above: str
    text: str


@dataclass(frozen=True, slots=True)
class Blacked:
    """Words that the other side does not see, and why."""

    kind: ClassVar[str] = "blacked"
    above: str
    why: str


class Place(NamedTuple):
    """One place of a thread: who and when, what is said there, what is known of it.

    `text` is empty where a notice stands; `is_asked` says that the case is about it.
    """

    depth: int
    ref: str
    above: str
    text: str
    known: str
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """Places of a thread in reading order."""

    kind: ClassVar[str] = "thread"
    places: Sequence[Place]


type Block = Heading | Words | Facts | Table | Quote | Blacked | Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One exhibit: its title, how it was made, what it holds.

    `page` is HTML that takes the place of the blocks on its page: a thread as the site
    shows it. `about` is the reference or the day by which its file is named.
    """

    title: str
    how: str
    about: str
    blocks: Sequence[Block]
    page: str = ""


def as_data(block: Block) -> dict[str, Any]:
    """Return a block for JSON: its kind and its members."""
    values = {each.name: getattr(block, each.name) for each in fields(block)}
    if isinstance(block, Thread):
        values = {"places": [place._asdict() for place in block.places]}
    return {"kind": block.kind, **values}
