"""Comments on a page of Blogger: the threaded list, and the older flat one."""

import re

from selectolax.lexbor import LexborNode

from commentarchive.importers.dates import epoch
from commentarchive.importers.formats.blogger.backup import was_removed_by_blog
from commentarchive.importers.nameless import is_nameless
from commentarchive.importers.page_comments import (
    PageComments,
    leading_number,
    shown_comment,
)
from commentarchive.importers.page_parts import Comment, Part, Place, comments_at
from commentarchive.importers.page_source import (
    Page,
    ancestors,
    markup_of,
    number_in_id,
    words_of,
)
from commentarchive.importers.page_times import printed as printed_time
from commentarchive.importers.parsed import ParsedComment, SourceState, When

SCHEME = "blogger"
_id = re.compile(r"c(\d{6,})\Z")
_show = re.compile(r"[?&]showComment=(\d{10,14})")
_post = re.compile(r"[?&]postID=(\d+)")
# "Anonymous said...", in the blog's language.
_said = re.compile(
    r"\s+(?:said|hat gesagt|a dit|ha detto|dijo|disse|zei|sa|sagde|skrev|napisał\(a\)|"
    r"комментирует)\s*(?:…|\.\.\.)\Z"
)
# A page that was saved by a browser has the number on the block alone.
_THREADED = "li.comment[id], div.comment[id], div.comment-block[id]"
_MORE_PAGES = 'a[href*="commentPage="], .comments .loadmore a, .paging-control a'


def find(page: Page) -> PageComments | None:
    """Return the comments of a page; None unless it is one of Blogger."""
    threaded = {
        number: node
        for node in page.tree.css(_THREADED)
        if (number := number_in_id(node, _id))
    }
    flat = {
        number: node
        for node in page.tree.css("dt[id], .comment-author[id]")
        if (number := number_in_id(node, _id))
    }
    if not threaded and not flat:
        return None
    heading = page.first("#comments h4", "#comments h3", ".comments h4")
    found = PageComments(
        scheme=SCHEME,
        rules="Blogger, " + ("the threaded list" if threaded else "the flat list"),
        article_id=_article_id(page),
        is_whole=page.tree.css_first(_MORE_PAGES) is None,
        printed_count=leading_number(words_of(heading)),
    )
    if threaded:
        places = [
            Place(number, (node,), _parent(node)) for number, node in threaded.items()
        ]
        found.comments = [_threaded(page, each) for each in comments_at(places)]
    else:
        found.comments = [_flat(page, *each) for each in flat.items()]
    return found


def _parent(node: LexborNode) -> str:
    """Return the comment that another is inside of, or of whose list item it is."""
    for around in ancestors(node):
        number = number_in_id(around, _id)
        if not number and around.tag == "li":
            beside = (number_in_id(each, _id) for each in around.iter())
            number = next((each for each in beside if each), "")
        if number and number != number_in_id(node, _id):
            return number
    return ""


def _threaded(page: Page, comment: Comment) -> ParsedComment:
    """Return a comment of the list, of parts that are in no answer to it."""
    text = _own(comment, "comment-content") or _own(comment, "comment-body")
    time = _own(comment, "datetime") or _own(comment, "comment-timestamp")
    in_time = comment.inside(time) if time else []
    link = next((each for each in in_time if each.tag == "a"), None)
    named = next(
        (each for each in comment.inner() if each.has("user") and comment.words(each)),
        None,
    )
    return _made(
        page,
        comment.place.source_id,
        parent_id=comment.place.parent_id,
        named=named.node if named else None,
        time=link.node if link else None,
        text=text.node if text else None,
    )


def _own(comment: Comment, name: str) -> Part | None:
    return next((each for each in comment.inner() if each.has(name)), None)


def _flat(page: Page, number: str, node: LexborNode) -> ParsedComment:
    """Return the comment of a `<dt>` (its name) and the `<dd>`s after it."""
    text = time = None
    links = node.css("a[href]")
    to_others = [each for each in links if not _leads_to(each, number)]
    to_itself = [each for each in links if _leads_to(each, number)]
    following = node.next
    while (
        following is not None
        and following.tag != "dt"
        and not number_in_id(following, _id)
    ):
        classes = following.attributes.get("class") or ""
        if "comment-body" in classes and text is None:
            text = following
        elif "comment-footer" in classes or "comment-timestamp" in classes:
            time = time or following.css_first("a")
        following = following.next
    return _made(
        *(page, number),
        parent_id="",
        named=to_others[0] if to_others else node,
        time=time or next(iter(to_itself), None),
        text=text,
        is_followed=True,
    )


def _leads_to(link: LexborNode, number: str) -> bool:
    """Return whether a link is the comment's own."""
    address = link.attributes.get("href") or ""
    return address.rpartition("#")[2] in {f"c{number}", number}


def _made(
    page: Page,
    number: str,
    *,
    parent_id: str,
    named: LexborNode | None,
    time: LexborNode | None,
    text: LexborNode | None,
    is_followed: bool = False,
) -> ParsedComment:
    raw = "" if text is None else markup_of(text, ".comment-actions")
    removed = text is not None and text.css_first(".deleted-comment") is not None
    state: SourceState = "deleted" if removed else "live"
    anchor = None
    if named is not None:
        anchor = named if named.tag == "a" else named.css_first("a[href]")
    link = (anchor.attributes.get("href") or "") if anchor is not None else ""
    name = words_of(named)
    if is_followed and not link:
        # Without a link only the blog's own word for "said" tells where a name ends.
        found = _said.search(name)
        name = name[: found.start()] if found else ""
    return shown_comment(
        number,
        raw=raw,
        when=_when(time, page),
        parent_id=parent_id,
        state=state,
        name="" if not link and is_nameless(name) else name,
        link=link,
    )._replace(is_by_blog=removed and was_removed_by_blog(raw))


def _when(time: LexborNode | None, page: Page) -> When:
    """Return the time: from the comment's own address, else as printed."""
    if time is None:
        return When()
    printed = words_of(time)
    if found := _show.search(time.attributes.get("href") or ""):
        return epoch(int(found[1]) / 1000)._replace(printed=printed)
    return printed_time(printed, page.spoken_in)


def _article_id(page: Page) -> str:
    article_id = page.meta("postId")
    if article_id.isdecimal():
        return article_id
    for node in page.tree.css('[href*="postID="], [src*="postID="]'):
        address = node.attributes.get("href") or node.attributes.get("src") or ""
        if found := _post.search(address):
            return found[1]
    return ""
