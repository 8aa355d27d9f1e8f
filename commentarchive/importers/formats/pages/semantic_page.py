"""Comments that a page marks up for machines: schema.org and microformats.

schema.org as microdata (`Comment`, `UserComments`) and as JSON-LD; microformats 2
(`h-cite` in a `p-comment` or `u-comment`) and hAtom (`hentry` in a list of comments).
"""

import html
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborNode

from commentarchive.importers.page_comments import (
    PageComments,
    anatomies,
    comments_of,
    shown_comment,
)
from commentarchive.importers.page_parts import Place
from commentarchive.importers.page_source import Page, ancestors
from commentarchive.importers.page_times import stated_or_printed
from commentarchive.importers.parsed import ParsedComment, Reading
from commentarchive.importers.safe_json import BadRecord, loads, text

SCHEME = "page"
_MICRODATA = '[itemtype$="/Comment"], [itemtype$="/UserComments"], [itemprop="comment"]'
_MICROFORMATS = (
    ".p-comment.h-cite, .u-comment.h-cite, .p-comment.h-entry, .comment.hentry"
)
_DEEPEST = 50
_KINDS = frozenset({"Comment", "Answer", "UserComments"})


def find(page: Page) -> PageComments | None:
    """Return the comments of a page; None if none are marked up."""
    for rules, comments in (
        ("schema.org in the page's markup", _marked_up(page, _MICRODATA)),
        ("microformats", _marked_up(page, _MICROFORMATS)),
        ("schema.org as JSON-LD", list(_json_ld(page))),
    ):
        if comments:
            count = page.meta("commentCount")
            number = int(count) if count.isdecimal() else None
            return PageComments(
                scheme=SCHEME,
                rules=rules,
                comments=comments,
                printed_count=number,
                # Such markup may leave some out; a count tells whether it does.
                is_whole=number is not None,
            )
    return None


def _marked_up(page: Page, selector: str) -> list[ParsedComment]:
    ids = {node.mem_id: _id_of(node) for node in page.tree.css(selector)}
    places = []
    seen: set[int] = set()
    for node in page.tree.css(selector):
        if node.mem_id not in seen:
            seen.add(node.mem_id)
            around = (
                ids[each.mem_id] for each in ancestors(node) if each.mem_id in ids
            )
            places.append(Place(ids[node.mem_id], (node,), next(around, "")))
    # Without either it is wrapped around the comment itself.
    found = [each for each in anatomies(places, page) if each.author.part or each.text]
    sure = sum(each.is_sure() for each in found)
    return comments_of(found, page) if sure > len(found) / 2 else []


def _id_of(node: LexborNode) -> str:
    """Return the id of a comment: its element's, else the end of its address."""
    if found := node.attributes.get("id"):
        return found
    own = node.css_first('a.u-url, [itemprop="url"], a[rel="bookmark"]')
    address = (own.attributes.get("href") or "") if own is not None else ""
    return address.partition("#")[2] or address


def _json_ld(page: Page) -> Iterator[ParsedComment]:
    for value in described(page):
        for comment, parent in _comments_in(value, "", 0):
            author = comment.get("author")
            if isinstance(author, list):
                author = next(iter(author), None)
            person = author if isinstance(author, dict) else {"name": author}
            link = text(person, "url")
            when = text(comment, "datePublished") or text(comment, "dateCreated")
            yield shown_comment(
                _json_id(comment),
                raw=_marked(text(comment, "text")),
                when=stated_or_printed(when, "", page.spoken_in),
                parent_id=parent,
                name=text(person, "name"),
                link=page.absolute(link) if link else "",
            )


def described(page: Page) -> Iterator[object]:
    """Yield what a page describes of itself as JSON-LD."""
    for script in page.tree.css('script[type="application/ld+json"]'):
        try:
            yield loads(script.text().encode(), 0, Reading())
        except BadRecord:
            continue


def _marked(words: str) -> str:
    """Return a text as HTML: unchanged if it has end tags, else escaped."""
    return words if "</" in words else html.escape(words, quote=False)


def _json_id(comment: dict[str, Any]) -> str:
    return text(comment, "@id") or text(comment, "url")


def _comments_in(
    value: object, parent: str, depth: int
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the comments in a description, each with its parent."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _comments_in(each, parent, depth + 1)
    elif isinstance(value, dict):
        inner = parent
        kinds = value.get("@type")
        if _KINDS & {
            each
            for each in (kinds if isinstance(kinds, list) else [kinds])
            if isinstance(each, str)
        }:
            yield value, text(value, "parentItem", "@id") or parent
            inner = _json_id(value)
        for name in ("comment", "@graph", "mainEntity"):
            yield from _comments_in(value.get(name), inner, depth + 1)
