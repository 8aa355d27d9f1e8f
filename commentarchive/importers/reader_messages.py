"""What a reader sends to the archive: tuples, texts, numbers and times, nothing else.

Comments travel by columns, many articles to a message: that costs 4 µs a comment on
both sides together, where an object for each article and comment costs 6 to 11.
"""

import io
import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime, timedelta, timezone
from operator import attrgetter
from typing import Any, NamedTuple

from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    Remark,
    When,
)

# A message is sent when it has so many articles, comments, or characters of text.
ENOUGH_POSTS, ENOUGH_COMMENTS, ENOUGH_TEXT = 500, 500, 1 << 18

_blog_names = tuple(field.name for field in fields(ParsedBlog))
_post_names = tuple(
    field.name for field in fields(ParsedPost) if field.name not in {"when", "comments"}
)
_blog_values, _post_values = attrgetter(*_blog_names), attrgetter(*_post_names)
_WHEN = ParsedComment._fields.index("when")
_TIMES = {kind.__name__: kind for kind in (datetime, timedelta, timezone)}


class SourceFound(NamedTuple):
    """The first message: which importer reads the file, and its blog."""

    importer: str
    blog: ParsedBlog
    # The first address of the first article that has one.
    first_address: str


class Refused(NamedTuple):
    """The last message about a file that cannot be read."""

    reason: str
    place: str


type Message = SourceFound | Refused | Reading | list[ParsedPost]


class _PlainUnpickler(pickle.Unpickler):
    """Makes plain values and times, and nothing that a hostile file may ask for."""

    def find_class(self, module: str, name: str) -> Any:
        if module != "datetime" or name not in _TIMES:
            message = f"the reader sent a {module}.{name}"
            raise pickle.UnpicklingError(message)
        return _TIMES[name]


def blocks(posts: Iterable[ParsedPost]) -> Iterator[list[ParsedPost]]:
    """Gather articles into lists, each enough for a message.

    Where the reading ends with an error, what came before is handed out first.
    """
    block: list[ParsedPost] = []
    comments = characters = 0
    try:
        for post in posts:
            block.append(post)
            comments += len(post.comments)
            characters += len(post.raw) + sum(len(each.raw) for each in post.comments)
            is_enough = len(block) >= ENOUGH_POSTS or comments >= ENOUGH_COMMENTS
            if is_enough or characters >= ENOUGH_TEXT:
                yield block
                block, comments, characters = [], 0, 0
    except Exception:
        if block:
            yield block
        raise
    if block:
        yield block


def pack(message: Message) -> bytes:
    """Return the bytes of a message."""
    packed: tuple[object, ...]
    match message:
        case SourceFound(importer, blog, first_address):
            packed = ("found", importer, _blog_values(blog), first_address)
        case Refused(reason, place):
            packed = ("refused", reason, place)
        case Reading():
            packed = ("end", *_notes(message))
        case posts:
            packed = ("posts", [_post_row(post) for post in posts], _columns(posts))
    return pickle.dumps(packed, protocol=5)


def unpack(data: bytes) -> Message:
    """Return the message that some bytes are. Raise whatever wrong bytes lead to."""
    kind, *packed = _PlainUnpickler(io.BytesIO(data)).load()
    if kind == "found":
        importer, blog, first_address = packed
        named = dict(zip(_blog_names, blog, strict=True))
        return SourceFound(importer, ParsedBlog(**named), first_address)
    if kind == "refused":
        return Refused(*packed)
    if kind == "end":
        repairs, problems, *rest = packed
        return Reading(
            [Remark(*r) for r in repairs], [Remark(*p) for p in problems], *rest
        )
    rows, columns = packed
    comments = _comments(columns)
    posts = [_post(row, comments) for row in rows]
    if next(comments, None) is not None:
        message = "the reader sent comments that are on no article"
        raise ValueError(message)
    return posts


def _notes(reading: Reading) -> tuple[object, ...]:
    repairs = [(note.place, note.reason) for note in reading.repairs]
    problems = [(note.place, note.reason) for note in reading.problems]
    counts = reading.raw_comments, reading.parsed_comments
    is_whole = reading.is_whole, reading.has_all_records
    return repairs, problems, *counts, *is_whole, reading.how


def _post_row(post: ParsedPost) -> tuple[object, ...]:
    return _post_values(post), tuple(post.when), len(post.comments)


def _post(row: Sequence[Any], comments: Iterator[ParsedComment]) -> ParsedPost:
    values, when, number = row
    return ParsedPost(
        **dict(zip(_post_names, values, strict=True)),
        when=When(*when),
        comments=[next(comments) for _number in range(number)],
    )


def _columns(posts: Sequence[ParsedPost]) -> list[object]:
    """Return the comments' fields, each as one column; a time is three."""
    comments = (comment for post in posts for comment in post.comments)
    columns: list[Any] = list(zip(*comments, strict=True))
    if columns:
        columns[_WHEN] = tuple(zip(*columns[_WHEN], strict=True))
    return columns


def _comments(columns: list[Any]) -> Iterator[ParsedComment]:
    if not columns:
        return iter(())
    columns[_WHEN] = map(When._make, zip(*columns[_WHEN], strict=True))
    return map(ParsedComment._make, zip(*columns, strict=True))
