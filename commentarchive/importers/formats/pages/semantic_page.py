"""Comments that a page marks up for machines: schema.org and microformats.

schema.org as microdata (`Comment`, `UserComments`) and as JSON-LD; microformats 2
(`h-cite` in a `p-comment` or `u-comment`) and hAtom (`hentry` in a list of comments).
"""

import html
from collections.abc import Iterator, Mapping
from typing import Any

from selectolax.lexbor import LexborNode

from commentarchive.importers.page_comments import (
    PageComments,
    shown_comment,
    shown_time,
)
from commentarchive.importers.page_source import Page, ancestors, markup_of, words_of
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
    for read in (_microdata, _microformats, _json_ld):
        comments = list(read(page))
        if comments:
            count = page.meta("commentCount")
            number = int(count) if count.isdecimal() else None
            found = PageComments(scheme=SCHEME, comments=comments, printed_count=number)
            # Such markup may leave some out; a count tells whether it does.
            found.is_whole = number is not None
            return found
    return None


def _microdata(page: Page) -> Iterator[ParsedComment]:
    ids = _comment_nodes(page, _MICRODATA)
    for node in ids.values():
        author = _own(node, ids, '[itemprop="author"]', '[itemprop="creator"]')
        name = author
        if author is not None:
            name = author.css_first('[itemprop="name"]') or author
        time = _own(
            *(node, ids, '[itemprop="datePublished"]', '[itemprop="dateCreated"]'),
            '[itemprop="commentTime"]',
        )
        body = _own(node, ids, '[itemprop="text"]', '[itemprop="commentText"]')
        if name is None and body is None:
            # Wrapped around the comment itself.
            continue
        yield _made(page, node, ids, name=name, time=time, body=body)


def _microformats(page: Page) -> Iterator[ParsedComment]:
    ids = _comment_nodes(page, _MICROFORMATS)
    for node in ids.values():
        name = _own(node, ids, ".p-author .p-name", ".p-author", ".author .fn", ".fn")
        time = _own(node, ids, ".dt-published", "time[datetime]", ".published")
        body = _own(
            node, ids, ".e-content", ".p-content", ".entry-content", ".p-summary"
        )
        yield _made(page, node, ids, name=name, time=time, body=body)


def _comment_nodes(page: Page, selector: str) -> dict[int, LexborNode]:
    """Find the elements that are comments, each once, in the page's order."""
    return {node.mem_id: node for node in page.tree.css(selector)}


def _holder(node: LexborNode, ids: Mapping[int, LexborNode]) -> LexborNode | None:
    return next(
        (ids[each.mem_id] for each in ancestors(node) if each.mem_id in ids), None
    )


def _own(
    node: LexborNode, ids: Mapping[int, LexborNode], *selectors: str
) -> LexborNode | None:
    """Find a part of a comment, but not of a comment nested in it."""
    for selector in selectors:
        for part in node.css(selector):
            holder = _holder(part, ids)
            if holder is not None and holder.mem_id == node.mem_id:
                return part
    return None


def _made(
    page: Page,
    node: LexborNode,
    ids: Mapping[int, LexborNode],
    *,
    name: LexborNode | None,
    time: LexborNode | None,
    body: LexborNode | None,
) -> ParsedComment:
    parent = _holder(node, ids)
    link = None
    if name is not None:
        link = name if name.tag == "a" else name.css_first("a[href]")
    exact = ""
    if time is not None:
        exact = time.attributes.get("datetime") or time.attributes.get("content") or ""
    return shown_comment(
        _id_of(node),
        raw="" if body is None else markup_of(body.clone()),
        when=shown_time(exact, words_of(time), page),
        parent_id="" if parent is None else _id_of(parent),
        name=words_of(name),
        link=page.absolute((link.attributes.get("href") or "") if link else ""),
    )


def _id_of(node: LexborNode) -> str:
    """Return the id of a comment: its element's, else the end of its address."""
    if found := node.attributes.get("id"):
        return found
    own = node.css_first('a.u-url, [itemprop="url"], a[rel="bookmark"]')
    address = (own.attributes.get("href") or "") if own is not None else ""
    return address.partition("#")[2] or address


def _json_ld(page: Page) -> Iterator[ParsedComment]:
    for script in page.tree.css('script[type="application/ld+json"]'):
        try:
            value = loads(script.text().encode(), 0, Reading())
        except BadRecord:
            continue
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
                when=shown_time(when, "", page),
                parent_id=parent,
                name=text(person, "name"),
                link=page.absolute(link) if link else "",
            )


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
