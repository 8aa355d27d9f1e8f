"""Comments on a page of WordPress, whatever its theme.

Both of WordPress's own walkers (`class-walker-comment.php`: html5 and xhtml), older
themes with `ol.commentlist`, and flat lists that tell nesting by `depth-N` alone. A
page flattens what is deeper than its setting: parents are lower bounds.
"""

import re

from selectolax.lexbor import LexborNode

from commentarchive.importers.page_comments import (
    PageComments,
    counts_comments,
    leading_number,
    shown_comment,
    shown_time,
)
from commentarchive.importers.page_source import (
    Page,
    ancestors,
    markup_of,
    smilies_to_text,
    words_of,
)
from commentarchive.importers.parsed import ParsedComment

SCHEME = "wordpress"
_id = re.compile(r"(?:li-|div-)?comment-(\d+)\Z")
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
_NAMES = (
    *(".comment-author .fn", ".comment-author-name", ".wp-block-comment-author-name"),
    *(".fn", ".comment-author", "cite"),
)
_TEXTS = (
    *(".comment-content", ".wp-block-comment-content", ".comment-text"),
    *(".comment-entry", ".commentcontent", ".comment_text", ".commenttext"),
)
_TIMES = (
    *(".comment-metadata", ".commentmetadata", ".comment-meta", ".comment-date"),
    *(".wp-block-comment-date", ".comment-time", ".date"),
)
_WAITS = ".comment-awaiting-moderation"
# What themes and plugins add inside a comment.
_NOT_WRITTEN = (
    *(_WAITS, ".reply", ".comment-reply-link", ".sharedaddy", ".jp-relatedposts"),
    *(".comment-likes", ".jetpack-comment-likes-widget-wrapper", ".edit-link"),
)
# What themes put beside a text that has no element of its own.
_THEME = frozenset(
    {
        *("comment-author", "vcard", "comment-meta", "commentmetadata", "reply"),
        *("comment-metadata", "comment-date", "comment-time", "says", "avatar"),
        *("children", "comment-reply-link", "sharedaddy", "comment-likes", "edit-link"),
        *("comment-awaiting-moderation", "jetpack-comment-likes-widget-wrapper"),
    }
)
_THEME_TAGS = frozenset({"cite", "small", "img", "h3", "h4", "h5", "br", "script"})
_BLOCKS = frozenset({"p", "blockquote", "ul", "ol", "pre", "table", "dl"})
_TEXT_CLASSES = frozenset(each.removeprefix(".") for each in _TEXTS)
# "Your comment is awaiting moderation.", in the languages that were seen.
_waiting = re.compile(
    r"awaiting moderation|wartet auf (?:die )?(?:moderation|freischaltung)|"
    r"attente de modération|pendiente de moderación|attesa di moderazione|"
    r"wacht op moderatie|oczekuje na moderację|aguarda(?:ndo)? moderação|"
    r"ожидает (?:проверки|модерации)",
    re.IGNORECASE,
)
LONGEST_MARK = 160
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
    heading = page.first(
        *(
            ".comments-title",
            "h3#comments",
            "#comments h2",
            "h2#comments",
            "#comments h3",
        )
    )
    found = PageComments(
        scheme=SCHEME,
        article_id=_article_id(page),
        is_whole=not page.is_part and page.tree.css_first(_MORE_PAGES) is None,
        printed_count=leading_number(words_of(heading)),
        counts_comments=counts_comments(words_of(heading)),
    )
    line: list[str] = []
    for number, node in nodes.items():
        parent = _parent(node, line)
        found.comments.append(_comment(page, number, node, parent))
    return found


def _nodes(page: Page) -> dict[str, LexborNode]:
    """Find the element of each comment: the outermost one that has its number."""
    nodes: dict[str, LexborNode] = {}
    for node in page.tree.css('[id*="comment-"]'):
        if node.tag in {"li", "div", "article", "section"} and (
            number := _number(node)
        ):
            nodes.setdefault(number, node)
    return nodes


def _number(node: LexborNode) -> str:
    found = _id.match(node.attributes.get("id") or "")
    return found[1] if found else ""


def _parent(node: LexborNode, line: list[str]) -> str:
    """Return the comment that another is nested in, or the last one less deep.

    `line` are the comments that lead to this one in a flat list; it is kept up.
    """
    own = _number(node)
    around = (_number(each) for each in ancestors(node))
    found = next((each for each in around if each and each != own), "")
    given = _depth.search(node.attributes.get("class") or "")
    depth = int(given[1]) if given and len(given[1]) <= 3 else 1
    if not found and 1 < depth <= len(line) + 1:
        found = line[depth - 2]
    del line[depth - 1 :]
    line.append(own)
    return found


def _holder_number(part: LexborNode) -> str:
    """Return the number of the comment that a node belongs to."""
    holders = (_number(each) for each in (part, *ancestors(part)))
    return next((each for each in holders if each), "")


def _own(node: LexborNode, *selectors: str) -> LexborNode | None:
    """Find a part of a comment, but not of a comment nested in it."""
    number = _number(node)
    for selector in selectors:
        for part in node.css(selector):
            if _holder_number(part) == number:
                return part
    return None


def _classes(node: LexborNode) -> set[str]:
    return set((node.attributes.get("class") or "").split())


def _named(node: LexborNode) -> LexborNode | None:
    """Find the element that holds the name, outside the comment's text."""
    number = _number(node)
    for selector in _NAMES:
        for part in node.css(selector):
            around = (
                set((each.attributes.get("class") or "").split())
                for each in ancestors(part)
            )
            in_text = any(classes & _TEXT_CLASSES for classes in around)
            if _holder_number(part) == number and not in_text:
                return part
    return None


def _comment(
    page: Page, number: str, node: LexborNode, parent_id: str
) -> ParsedComment:
    classes = (node.attributes.get("class") or "").split()
    kind = next(
        (each for each in ("pingback", "trackback") if each in classes), "comment"
    )
    named = _named(node)
    if kind != "comment" and named is None:
        named = _own(node, "a.url", 'a[rel~="external"]', "a[href]")
    anchor = None
    if named is not None:
        anchor = named if named.tag == "a" else named.css_first("a[href]")
    link = (anchor.attributes.get("href") or "") if anchor is not None else ""
    time = _own(node, "time[datetime]")
    exact = (time.attributes.get("datetime") or "") if time is not None else ""
    printed = words_of(time if time is not None else _own(node, *_TIMES))
    return shown_comment(
        number,
        raw=_text(node, kind),
        when=shown_time(exact, printed, page),
        parent_id=parent_id,
        state="pending" if _waits(node) else "live",
        name=_name(node, named),
        link="" if "#comment-" in link else link,
    )._replace(kind=kind)


def _name(node: LexborNode, named: LexborNode | None) -> str:
    """Return the name; where markup swallowed it, as the reply link spells it."""
    name = words_of(named)
    is_markup = named is not None and any(
        child.tag not in {"a", "b", "span", "cite", "-text"} for child in named.iter()
    )
    answer = _own(node, "a.comment-reply-link[data-replyto]")
    if name and is_markup and answer is not None:
        spelled = answer.attributes.get("data-replyto") or ""
        place = spelled.find(name)
        return spelled[place:].strip() if place >= 0 else name
    return name


def _text(node: LexborNode, kind: str) -> str:
    part = _own(node, *_TEXTS)
    if part is not None:
        return markup_of(part.clone(), *_NOT_WRITTEN)
    if kind != "comment":
        # A pingback is shown without its text.
        return ""
    copy = (_own(node, ".comment-body") or node).clone()
    for inner in copy.css('[id*="comment-"]'):
        if _number(inner) not in {"", _number(node)}:
            inner.decompose()
    return _written(copy)


def _written(body: LexborNode) -> str:
    """Return the text of a comment in a theme that does not mark where it is.

    Before its first block stands what the theme says, such as "Eva says:".
    """
    smilies_to_text(body)
    before: list[str] = []
    written: list[str] = []
    for child in body.iter(include_text=True):
        if _classes(child) & _THEME or _is_waiting_mark(child):
            continue
        if written or child.tag in _BLOCKS:
            written.append(child.html or "")
        elif child.tag not in _THEME_TAGS:
            before.append(child.html or "")
    return "".join(written or before).strip()


def _is_waiting_mark(node: LexborNode) -> bool:
    """Return whether a theme says here, in words only, that a comment is pending."""
    if node.tag not in {"em", "i", "p", "span", "strong"}:
        return False
    words = words_of(node)
    return len(words) <= LONGEST_MARK and _waiting.search(words) is not None


def _waits(node: LexborNode) -> bool:
    if _own(node, _WAITS) is not None:
        return True
    return any(
        _is_waiting_mark(part) and _holder_number(part) == _number(node)
        for part in node.css("em, i, p, span, strong")
    )


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
