"""Ids in which a byte broke: as the other ids of the file tell, or not known.

No system has ids beyond ASCII. A comment whose own id or parent cannot be told is kept
without it, and is nobody's orphan.
"""

import re
from collections.abc import Collection
from dataclasses import replace

from commentarchive.importers.parsed import ParsedComment, ParsedPost, Reading

_odd = re.compile(r"[^\x00-\x7f]+")
_OWN = "the id of a comment is broken; "
_PARENT = "the id of the comment that it answers is broken; "
_TOLD, _UNTOLD = "taken for the one that it must be", "kept without it"


def meant(broken: str, known: Collection[str]) -> str:
    """Return the only id that a broken one can be; "" where several or none can."""
    # A byte was put in, or took another one's place.
    parts = ".{0,2}".join(re.escape(each) for each in _odd.split(broken))
    found = [each for each in known if re.fullmatch(parts, each) and each.isascii()]
    return found[0] if len(found) == 1 else ""


def place_of(told: str, known: Collection[str]) -> str:
    """Return an id of another record; the one that is meant where it is broken."""
    return told if told.isascii() else meant(told, known) or told


def with_whole_ids(
    post: ParsedPost, reading: Reading, *, is_numbered: bool
) -> ParsedPost:
    """Return an article without broken ids; what could not be told is noted.

    `is_numbered` says whether the article has an id that is no address.
    """
    if not post.source_id.isascii() and is_numbered:
        reading.lose(post.byte, "the id of an article is broken; kept without it")
        post = replace(post, source_id="")
    broken = [each for each in post.comments if not _is_whole(each)]
    if not broken:
        return post
    ids = {each.source_id for each in post.comments if each.source_id.isascii()}
    missing = {each.parent_id for each in post.comments} - ids - {""}
    comments = [
        each if _is_whole(each) else _mended(each, ids, missing, reading)
        for each in post.comments
    ]
    return replace(post, comments=comments)


def _is_whole(comment: ParsedComment) -> bool:
    return comment.source_id.isascii() and comment.parent_id.isascii()


def _mended(
    comment: ParsedComment, ids: set[str], missing: set[str], reading: Reading
) -> ParsedComment:
    if not comment.source_id.isascii():
        own = meant(comment.source_id, missing)
        reading.lose(comment.byte, _OWN + (_TOLD if own else _UNTOLD))
        comment = comment._replace(source_id=own)
    if not comment.parent_id.isascii():
        parent = meant(comment.parent_id, ids - {comment.source_id})
        reading.lose(comment.byte, _PARENT + (_TOLD if parent else _UNTOLD))
        comment = comment._replace(parent_id=parent)
    return comment
