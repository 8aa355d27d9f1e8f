"""Comments on a page of WordPress, whatever its theme.

Both of WordPress's own walkers (`class-walker-comment.php`: html5 and xhtml), older
themes with `ol.commentlist`, and flat lists that tell nesting by `depth-N` alone. A
page flattens what is deeper than its setting: parents are lower bounds.
"""

import re

from selectolax.lexbor import LexborNode

from commentarchive.importers.formats.wordpress.page_clock import (
    on_own_clock,
    tells_offsets,
)
from commentarchive.importers.page_comments import (
    Anatomy,
    PageComments,
    anatomies,
    counts_comments,
    leading_number,
    of_this_article,
    shown_comment,
)
from commentarchive.importers.page_parts import Comment, Part, Place
from commentarchive.importers.page_roles import words_in
from commentarchive.importers.page_source import (
    Page,
    ancestors,
    following,
    number_in_id,
    words_of,
)
from commentarchive.importers.parsed import ParsedComment, SourceState

SCHEME = "wordpress"
_id = re.compile(r"(?:li-|div-)?comment-(\d+)\Z")
# wpDiscuz: the comment's number and the one it answers.
_answers = re.compile(r"(?:wc|wpd)-comm-(\d+)_(\d+)\Z")
_depth = re.compile(r"(?:^|\s)depth-(\d+)(?:\s|$)")
_post_id = re.compile(r"(?:^|\s)(?:postid|page-id)-(\d+)(?:\s|$)")
_short_link = re.compile(r"[?&]p=(\d+)\b")
# Other systems use such ids too, so two independent signs are needed.
_SIGNS = (
    'meta[name="generator"][content^="WordPress"]',
    'link[rel="https://api.w.org/"], link[href*="wp-content"]',
    'link[href*="wp-includes"]',
    'script[src*="wp-content"], script[src*="wp-includes"], img[src*="wp-content"]',
    '[class*="depth-1"]',
    ".comment-author.vcard, .comment-meta.commentmetadata, .comment-metadata",
    "ol.commentlist, ol.comment-list, ul.commentlist, ol.wp-block-comment-template",
    "#commentform, form[action*='wp-comments-post.php']",
    "body[class*='postid-'], body[class*='single-post']",
)
_ENOUGH = 2
_PINGS = ("pingback", "trackback")
_FAMILIES = (
    ("wpDiscuz", '[id^="wc-comm-"], [id^="wpd-comm-"]'),
    ("a block theme", ".wp-block-comment-content, .wp-block-post-comments"),
    ("a theme of Genesis", "a.comment-time-link, .genesis-nav"),
    ("Thesis", "dl#comment_list"),
    ("Jetpack's comments (highlander)", ".highlander-comment"),
    ("AMP", "html[amp], amp-img"),
    ("a theme of Divi", ".et-pb-non-builder-comment, #et_comments"),
    ("the html5 list", 'article.comment-body[id^="div-comment-"]'),
    ("the xhtml list", 'div.comment-body[id^="div-comment-"]'),
    ("a classic list", "ol.commentlist, ul.commentlist"),
)
_WAITS = "comment-awaiting-moderation"
# "Your comment is awaiting moderation.", in the languages that were seen.
_waiting = re.compile(
    r"awaiting moderation|wartet auf (?:die )?(?:moderation|freischaltung)|"
    r"attente de modération|pendiente de moderación|attesa di moderazione|"
    r"wacht op moderatie|oczekuje na moderację|aguarda(?:ndo)? moderação|"
    r"ожидает (?:проверки|модерации)",
    re.IGNORECASE,
)
LONGEST_MARK = 160
# Elements that such a mark is made of.
_FEW = 4
_HEADINGS = (
    *(".comments-title", "h3#comments", "#comments h2", "h2#comments"),
    *("#comments h3", "#comments-title"),
)
_MORE_PAGES = (
    'a.page-numbers[href*="comment-page-"], '
    'a[href*="comment-page-"][href$="#comments"], '
    '.nav-previous a[href*="comment-page-"], .nav-next a[href*="comment-page-"], '
    'a[href*="cpage="][href$="#comments"], '
    '[class*="load-more"], [class*="loadmore"], [class*="more-comments"]'
)


def find(page: Page) -> PageComments | None:
    """Return the comments of a page; None unless it is one of WordPress."""
    nodes = _nodes(page)
    signs = sum(page.tree.css_first(each) is not None for each in _SIGNS)
    if not nodes or signs < _ENOUGH:
        return None
    heading = page.first(*_HEADINGS)
    line: list[str] = []
    places = [
        Place(number, each, _parent(each[0], number, line))
        for number, each in nodes.items()
    ]
    shown = anatomies(places, page)
    found = of_this_article(shown, page)
    if not tells_offsets(page):
        for each in found:
            each.moment = on_own_clock(each.moment, page.spoken_in)
    return PageComments(
        scheme=SCHEME,
        rules=f"WordPress, {_family(page)}",
        article_id=_article_id(page),
        is_whole=not page.is_part and page.tree.css_first(_MORE_PAGES) is None,
        printed_count=leading_number(words_of(heading)),
        comments=[_comment(page, each) for each in found if not _is_cut(each)],
        left_out=sum(map(_is_cut, found)),
        has_others=len(found) < len(shown),
        counts_comments=counts_comments(words_of(heading)),
    )


def _family(page: Page) -> str:
    """Return the name of what made the list of comments."""
    return next(
        (name for name, sign in _FAMILIES if page.tree.css_first(sign) is not None),
        "a theme with marks of its own",
    )


def _nodes(page: Page) -> dict[str, tuple[LexborNode, ...]]:
    """Find the elements of each comment: the outermost one that has its number."""
    nodes: dict[str, tuple[LexborNode, ...]] = {}
    for node in page.tree.css('[id*="comment-"]'):
        number = number_in_id(node, _id)
        if number and number not in nodes:
            if node.tag == "dt":
                nodes[number] = (node, *following(node, "dd"))
            elif node.tag in {"li", "div", "article", "section", "dd"}:
                nodes[number] = (node,)
    return nodes


def _parent(node: LexborNode, own: str, line: list[str]) -> str:
    """Return the comment that another is nested in, or the last one less deep.

    `line` are the comments that lead to this one in a flat list; it is kept up.
    """
    found = ""
    for each in ancestors(node):
        number = number_in_id(each, _id)
        if number and number != own:
            found = number
            break
        answers = _answers.match(each.attributes.get("id") or "")
        if answers and answers[1] == own:
            # wpDiscuz says in an element's id whom it answers.
            found = answers[2].strip("0") and answers[2]
            break
    given = _depth.search(node.attributes.get("class") or "")
    depth = int(given[1]) if given and len(given[1]) <= 3 else 1
    if not found and 1 < depth <= len(line) + 1:
        found = line[depth - 2]
    del line[depth - 1 :]
    line.append(own)
    return found


def _comment(page: Page, found: Anatomy) -> ParsedComment:
    comment = found.comment
    classes = {each for root in comment.roots for each in root.tokens}
    kind = next((each for each in _PINGS if each in classes), "")
    kind = kind or ("pingback" if _is_in_pings(comment) else "comment")
    link = found.author.link
    state: SourceState = "pending" if _waits(comment) else "live"
    name = found.author.name
    if kind != "comment":
        # A ping is mostly shown as a link alone.
        author = found.author.part
        is_link = found.text is None or author is None or found.text.holds(author)
        raw = "" if is_link else found.raw()
        if not name:
            anchor = next((each for each in comment.inner() if each.tag == "a"), None)
            if anchor is not None and not comment.is_permalink(anchor):
                name, link = comment.words(anchor), anchor.value("href")
    else:
        for mark in _waiting_marks(comment):
            comment.take_out(mark)
        raw = found.raw()
    return shown_comment(
        comment.place.source_id,
        raw=raw,
        when=found.moment.when,
        parent_id=comment.place.parent_id,
        state=state,
        name=name,
        link=page.absolute(link) if link else "",
    )._replace(kind=kind)


def _is_cut(found: Anatomy) -> bool:
    """Return whether wpDiscuz would fetch the end of a text when it is clicked."""
    return any(each.has("wpdiscuz-readmore") for each in found.comment.parts)


def _is_in_pings(comment: Comment) -> bool:
    """Return whether the list that a comment is in is one of pings."""
    around = comment.place.nodes[0].parent
    classes = (around.attributes.get("class") or "") if around is not None else ""
    return any(
        word in {"ping", "pings", "pinglist", "trackback", "trackbacks", "pingbacks"}
        for token in classes.split()
        for word in words_in(token)
    )


def _waits(comment: Comment) -> bool:
    """Return whether a comment is only shown to whoever wrote it."""
    is_marked = any(each.has(_WAITS) for each in comment.parts)
    return is_marked or bool(_waiting_marks(comment))


def _waiting_marks(comment: Comment) -> list[Part]:
    """Return where a theme says, in words only, that a comment is pending."""
    return [
        each
        for each in comment.inner()
        if each.tag in {"em", "i", "p", "span", "strong"} and _is_waiting_mark(each)
    ]


def _is_waiting_mark(part: Part) -> bool:
    if part.end - part.start > _FEW or part.holds_comments:
        return False
    words = words_of(part.node)
    return len(words) <= LONGEST_MARK and _waiting.search(words) is not None


def _article_id(page: Page) -> str:
    body = page.tree.css_first("body")
    classes = (body.attributes.get("class") or "") if body is not None else ""
    if found := _post_id.search(classes):
        return found[1]
    field = page.tree.css_first('input[name="comment_post_ID"]')
    if field is not None and (value := field.attributes.get("value") or "").isdecimal():
        return value
    short = page.tree.css_first('link[rel="shortlink"]')
    address = (short.attributes.get("href") or "") if short is not None else ""
    found = _short_link.search(address)
    return found[1] if found else ""
