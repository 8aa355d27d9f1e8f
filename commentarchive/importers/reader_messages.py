"""What a reader sends to the archive: tuples, texts, numbers and times, nothing else.

Comments travel by columns, many articles to a message: that costs 4 µs a comment on
both sides together, where an object for each article and comment costs 6 to 11.
"""

import io
import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from itertools import batched
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
# Of a longer thread the first comments are sent ahead, so many at once: as one message
# all of them would stand in memory a second and a third time.
AHEAD = 5000

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


class Ahead(NamedTuple):
    """Comments of a long thread: the first of the last article in the next list."""

    comments: list[ParsedComment]


type Message = SourceFound | Refused | Reading | Ahead | list[ParsedPost]


class _PlainUnpickler(pickle.Unpickler):
    """Makes plain values and times, and nothing that a hostile file may ask for."""

    def find_class(self, module: str, name: str) -> Any:
        if module != "datetime" or name not in _TIMES:
            message = f"the reader sent a {module}.{name}"
            raise pickle.UnpicklingError(message)
        return _TIMES[name]


def blocks(posts: Iterable[ParsedPost]) -> Iterator[list[ParsedPost] | Ahead]:
    """Gather articles into lists, each enough for a message.

    What a long thread has beyond that goes ahead of it. Where the reading ends with an
    error, what came before is handed out first.
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
                yield from _in_parts(block)
                block, comments, characters = [], 0, 0
    except Exception:
        if block:
            yield block
        raise
    if block:
        yield block


def _in_parts(block: list[ParsedPost]) -> Iterator[list[ParsedPost] | Ahead]:
    """Yield a list of articles, after what is sent ahead of the last one's comments."""
    *others, last = block
    parts = [list(part) for part in batched(last.comments, AHEAD, strict=False)] or [[]]
    yield from map(Ahead, parts[:-1])
    yield [*others, replace(last, comments=parts[-1])]


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
        case Ahead(comments):
            packed = ("ahead", _columns(comments))
        case posts:
            among = [comment for post in posts for comment in post.comments]
            packed = ("posts", [_post_row(post) for post in posts], _columns(among))
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
    if kind == "ahead":
        return Ahead(list(_comments(*packed)))
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


def _columns(comments: Sequence[ParsedComment]) -> list[object]:
    """Return the comments' fields, each as one column; a time is three."""
    columns: list[Any] = list(zip(*comments, strict=True))
    if columns:
        columns[_WHEN] = tuple(zip(*columns[_WHEN], strict=True))
    return columns


def _comments(columns: list[Any]) -> Iterator[ParsedComment]:
    if not columns:
        return iter(())
    columns[_WHEN] = map(When._make, zip(*columns[_WHEN], strict=True))
    return map(ParsedComment._make, zip(*columns, strict=True))
