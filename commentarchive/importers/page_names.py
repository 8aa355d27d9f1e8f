"""The name of a comment's author on a page.

A name is what an element of its author's holds. Where such an element holds more than
one thing, the link for replies often spells the name; else it is not known.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from commentarchive.importers.page_parts import Comment, Part
from commentarchive.importers.page_roles import Role, words_in
from commentarchive.importers.page_times import printed

# What themes print after a name: "Ada, " or "Ada:".
_marks = re.compile(r"\A(?:[\s,:;|·•]|[–—-]\s)+|(?:[\s,:;|·•]|\s[–—-]+)+\Z")
_LONGEST = 120
# What WordPress makes of quotes and dashes when it shows a name.
_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-"})
# Elements that are tried before a name is not known.
_TRIED = 12
# How far around a name its link may be.
_NEAR = 3
# Wrappers around a name that are looked into.
_LEVELS = 8
_BADGES = frozenset(
    {
        *("badge", "badges", "label", "tag", "role", "rank", "level", "status"),
        *("moderator", "admin", "staff", "op", "bypostauthor", "verified"),
    }
)
# A picture of the author, or a button beside the name, is not the name.
_AUTHORS: frozenset[Role] = frozenset({"author", "structure"})
# RDFa; "author" alone is where a link leads.
_AUTHORS_BY_RELATION = frozenset({"schema:author", "sioc:has_creator", "dc:creator"})
_EMPHASIS = frozenset({"a", "b", "strong", "cite", "h3", "h4", "h5", "h6"})


class Author(NamedTuple):
    """Who wrote a comment as the page shows it, and where."""

    part: Part | None = None
    name: str = ""
    link: str = ""


def author_of(comment: Comment, language: str) -> Author:
    """Find the name of a comment; it is empty where none is surely one."""
    labels = _reply_labels(comment)
    first: Part | None = None
    for part in islice(_authors(comment, labels), _TRIED):
        name = _name_in(comment, part, labels)
        if name and not printed(name, language).utc:
            return Author(part, name, _link_of(comment, part))
        first = first or part
    return Author(first)


def _authors(comment: Comment, labels: list[str]) -> Iterator[Part]:
    """Yield the parts that may hold the name, the surest first."""
    inner = [each for each in comment.inner() if not each.is_hidden]
    by_role = [each for each in inner if each.roles & _AUTHORS == {"author"}]
    yield from (each for each in inner if _is_named(each))
    # The innermost of several around each other; a part of one name by itself.
    yield from (
        each
        for number, each in enumerate(by_role)
        if not (number + 1 < len(by_role) and each.holds(by_role[number + 1]))
    )
    lines = _lines_about(comment)
    outside = [
        each for each in inner if not each.is_in_block or _block_around(each) in lines
    ]
    yield from (
        each for each in outside if each.tag == "cite" and not _is_in_words(each)
    )
    yield from (
        each for each in outside if _leads_to_author(each) and not _is_in_text(each)
    )
    if labels:
        yield from (each for each in outside if _is_spelled(comment, each, labels))


def _is_spelled(comment: Comment, part: Part, labels: list[str]) -> bool:
    """Return whether a part holds nothing but what the link for replies ends in."""
    if part.tag not in _EMPHASIS | {"span", "div"} or part.is_structure():
        return False
    if (
        part.around is not None
        and part.around.tag == "a"
        and part.around.is_structure()
    ):
        return False
    words = comment.words(part)
    return bool(words) and any(_spelling(label, words) for label in labels)


def _is_in_text(part: Part) -> bool:
    """Return whether a part stands in an element for texts."""
    return any("text" in each.roles for each in _outer(part))


def _is_in_words(part: Part) -> bool:
    """Return whether a part stands in an element for texts, among bare words."""
    return any("text" in each.roles and _has_bare_words(each) for each in _outer(part))


def _has_bare_words(part: Part) -> bool:
    texts = (each for each in part.node.iter(include_text=True) if each.tag == "-text")
    return any(each.text().strip() for each in texts)


def _outer(part: Part) -> Iterator[Part]:
    """Yield the parts around one, up to the comment itself."""
    around = part.around
    while around is not None and not around.is_root:
        yield around
        around = around.around


def _lines_about(comment: Comment) -> set[int]:
    """Return the paragraphs that lead to the comment itself: a line about it."""
    links = [each for each in comment.inner() if comment.is_permalink(each)]
    return {_block_around(each) for each in links[:_TRIED] if each.is_in_block}


def _block_around(part: Part) -> int:
    """Return the number of the paragraph that a part stands in; -1 for none."""
    around = part.around
    while around is not None and not around.is_block():
        around = around.around
    return -1 if around is None else around.start


def _is_named(part: Part) -> bool:
    """Return whether a part is somebody's name by microformats or schema.org."""
    if part.has("fn", "p-name", "wp-block-comment-author-name", "comment-author-name"):
        return not part.has("p-name") or _is_within_author(part)
    return "name" in part.properties() and _is_within_author(part)


def _is_within_author(part: Part) -> bool:
    around: Part | None = part
    while around is not None:
        if around.properties() & {"author", "creator", "has_creator"}:
            return True
        if around.has("p-author", "author", "comment-author"):
            return True
        if _AUTHORS_BY_RELATION & set(around.value("rel").split()):
            return True
        around = around.around
    return False


def _leads_to_author(part: Part) -> bool:
    relations = part.value("rel").split()
    return part.tag == "a" and (
        part.has("url") or {"external", "nofollow"} <= set(relations)
    )


def _reply_labels(comment: Comment) -> list[str]:
    """Return what the theme says of its link for replies: it spells the name."""
    for part in comment.parts:
        if part.tag == "a" and part.has("comment-reply-link"):
            labels = (part.value("data-replyto"), part.value("aria-label"))
            return [each for each in labels if each]
    return [
        part.value("data-comment-author")
        for part in comment.parts
        if part.value("data-comment-author")
    ][:1]


def _spelling(label: str, name: str) -> str:
    """Return a name as a label ends in it; "" if the label ends otherwise.

    What a page shows has typographic quotes and dashes, a label has not.
    """
    words, named = label.split(), name.split()
    end = " ".join(words[-len(named) :])
    return end if end.translate(_PLAIN) == " ".join(named).translate(_PLAIN) else ""


def _name_in(comment: Comment, part: Part, labels: list[str]) -> str:
    """Return the name that a part holds; "" where its words may be the theme's."""
    pieces = _pieces(comment, part)
    whole = _bare(" ".join(words for _inner, words in pieces))
    if not whole or len(whole) > _LONGEST:
        return ""
    if labels:
        return _spelled(labels, whole, [_bare(words) for _inner, words in pieces])
    if len(pieces) == 1:
        # "Ada writes:" is more than a name.
        is_clause = pieces[0][1].endswith((":", "…", "...")) and " " in whole
        return "" if is_clause and not _is_named(part) else whole
    return _one_of(comment, pieces, whole, part)


def _one_of(
    comment: Comment, pieces: list[tuple[Part | None, str]], whole: str, part: Part
) -> str:
    """Return the one piece of several that is the name; "" where none surely is."""
    links = [
        words
        for inner, words in pieces
        if inner and inner.tag == "a" and not comment.is_permalink(inner)
    ]
    if len(links) == 1:
        return _bare(links[0])
    first, words = pieces[0]
    if first is not None and first.tag in _EMPHASIS and not links:
        return "" if comment.is_permalink(first) else _bare(words)
    if all(inner is None or not inner.tokens for inner, _words in pieces):
        return whole if _is_named(part) else ""
    is_badge = all(inner and _is_badge(inner) for inner, _words in pieces[1:])
    return _bare(words) if first is None and is_badge else ""


def _is_badge(part: Part) -> bool:
    return any(_BADGES & set(words_in(each)) for each in part.tokens)


def _spelled(labels: list[str], whole: str, pieces: list[str]) -> str:
    """Return the name as the link for replies spells it; "" if it names another."""
    for label in labels:
        for piece in (whole, *pieces):
            if piece and (spelled := _spelling(label, piece)):
                return spelled
        place = label.find(whole)
        if place > 0 and label[place + len(whole) :].strip().startswith("<"):
            # The page took a part of it for markup.
            return label[place:].strip()
        if len(pieces) == 1 and whole in label:
            # In languages whose names come first.
            return whole
    if not any(set(label.split()) & set(whole.split()) for label in labels):
        # Labels that name nobody, such as "Reply to this comment".
        return whole if len(pieces) == 1 else ""
    return ""


def _pieces(comment: Comment, part: Part) -> list[tuple[Part | None, str]]:
    """Return the visible pieces of a part: its elements and the words between them."""
    made: list[tuple[Part | None, str]] = []
    for _level in range(_LEVELS):
        made = []
        for node in part.node.iter(include_text=True):
            inner = comment.part_of(node)
            if node.tag == "-text":
                words = " ".join(node.text().split())
            elif inner is None or inner.is_structure():
                continue
            else:
                words = comment.words(inner)
            if _bare(words):
                made.append((inner, words))
        only = made[0][0] if len(made) == 1 else None
        if only is None:
            break
        part = only
    return made


def _bare(words: str) -> str:
    """Return a name without what themes put between it and other words."""
    return _marks.sub("", words)


def _link_of(comment: Comment, part: Part) -> str:
    """Return where a name leads; "" if nowhere else than here."""
    for each in (part, *comment.inside(part), *_around(part)):
        address = each.value("href")
        is_link = each.tag == "a" and address and not each.is_structure()
        if is_link and not comment.is_permalink(each):
            return address
    return ""


def _around(part: Part) -> Iterator[Part]:
    """Yield the links around a name, and what is in the element of its author."""
    around = part.around
    for _step in range(_NEAR):
        if around is None:
            return
        if around.tag == "a":
            yield around
        around = around.around
