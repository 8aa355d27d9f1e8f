"""The article of a page: its title, which is never the blog's, and its text."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from commentarchive.importers.formats.pages.semantic_page import described
from commentarchive.importers.page_source import Page, ancestors, markup_of
from commentarchive.importers.safe_json import text
from commentarchive.text.addresses import host_of

# Elements that are the article's own title, the surest first.
_OWN = (
    *(".wp-block-post-title", '[itemprop="headline"]', "h1.entry-title"),
    *(".entry-title", "h1.post-title", ".post-title", ".p-name", ".posttitle"),
)
_HEADINGS = ("article h1", "main h1", "h1", "article h2", "h2", "h3")
_BLOGS = (
    *(".site-title", "#site-title", ".wp-block-site-title", ".blog-title"),
    *("#blog-title", "#header h1", "#header-inner .title", ".header-title"),
    *('a[rel="home"]', "#logo", ".logo"),
)
_BODIES = (
    *(".entry-content", ".post-body", ".post-content", '[itemprop="articleBody"]'),
    ".e-content",
)
_NOT_WRITTEN = (".sharedaddy", ".jp-relatedposts", ".post-navigation", ".wpcnt", "form")
# Headings that are looked at for a title.
_TRIED = 20
_separators = re.compile(r"\s+[|–—:«»·•/~-]+\s+|\s*[|«»]\s*")
_signs = re.compile(r"[\W_]+")


def blog_title(page: Page) -> str:
    """Return the blog's name as its page has it."""
    stated = page.meta("og:site_name")
    return stated or next((words for words in _texts(page, _BLOGS[:6])), "")


def title_of(page: Page) -> str:
    """Return the article's title; "" rather than the blog's name."""
    names = _names_of_blog(page)
    stated = [each for each in _stated(page, names) if _key(each) not in names]
    keys = [_key(each) for each in stated]
    # What is marked as the title may be the host's name too: "Salt" at salt.example.
    own = list(_own_titles(page, _OWN, names - _names_of_host(page)))
    # The only heading of its rank is the article's.
    first = list(dict.fromkeys(_own_titles(page, ("h1",), names)))
    own += first if len(first) == 1 else []
    others = list(_own_titles(page, _HEADINGS, names))
    for words in (*own, *others):
        # What the page calls itself elsewhere confirms it.
        if any(_is_same(_key(words), key) for key in keys):
            return words
    return next(iter((*own, *stated, *others)), "")


def _is_same(heading: str, stated: str) -> bool:
    """Return whether a heading is what the page states, or nearly all of it."""
    if stated and stated in heading:
        return True
    # At its end stands the blog's name rather than a short title.
    is_most = stated.startswith(heading) or len(heading) >= len(stated) / 2
    return heading in stated and is_most


def _key(words: str) -> str:
    return _signs.sub(" ", words.casefold()).strip()


def _names_of_blog(page: Page) -> set[str]:
    names = {_key(words) for words in _texts(page, _BLOGS)}
    names |= _names_of_host(page)
    names.add(_key(page.meta("og:site_name")))
    names.add(_key(page.meta("application-name")))
    for each in _things(page):
        if str(each.get("@type")) in {"WebSite", "Blog"}:
            names.add(_key(text(each, "name")))
    for heading in page.tree.css("h1")[:_TRIED]:
        if _leads_home(heading, page):
            names.add(_key(_words(heading)))
    return names - {""}


def _names_of_host(page: Page) -> set[str]:
    host = host_of(page.address)
    return {_key(host), _key(host.partition(".")[0])}


def _things(page: Page) -> Iterator[dict[str, Any]]:
    """Yield what the page describes of itself as JSON-LD, one thing at a time."""
    for value in described(page):
        graph = value.get("@graph", [value]) if isinstance(value, dict) else value
        for each in graph if isinstance(graph, list) else ():
            if isinstance(each, dict):
                yield each


def _stated(page: Page, names: set[str]) -> Iterator[str]:
    """Yield the titles that a page states in its head, without the blog's name."""
    title = page.tree.css_first("title")
    for words in (
        page.meta("og:title"),
        *_headlines(page),
        _words(title) if title is not None else "",
    ):
        pieces = [each for each in _separators.split(words) if each.strip()]
        if len(pieces) > 1:
            left = [each for each in pieces if _key(each) not in names]
            if len(left) < len(pieces):
                yield max(left, key=len, default="").strip()
        whole = _without(words, names)
        if whole:
            yield whole


def _without(words: str, names: set[str]) -> str:
    """Return a title without the blog's name at its start or end."""
    for match in _separators.finditer(words):
        if _key(words[match.end() :]) in names:
            return words[: match.start()].strip()
        if _key(words[: match.start()]) in names:
            return words[match.end() :].strip()
    return words.strip()


def _headlines(page: Page) -> Iterator[str]:
    for each in _things(page):
        if words := text(each, "headline"):
            yield words


def _own_titles(
    page: Page, selectors: tuple[str, ...], names: set[str]
) -> Iterator[str]:
    for selector in selectors:
        for node in page.tree.css(selector)[:_TRIED]:
            words = _words(node)
            if words and _key(words) not in names and not _leads_home(node, page):
                yield words


def _leads_home(node: LexborNode, page: Page) -> bool:
    """Return whether a heading is a link to the blog's first page."""
    link = node.css_first("a[href]")
    if link is None:
        link = next((each for each in ancestors(node) if each.tag == "a"), None)
    if link is None:
        return False
    address = page.absolute(link.attributes.get("href") or "")
    here, there = host_of(page.address), host_of(address)
    if not there or (here and here != there):
        return False
    parts = urlsplit(address)
    return parts.path in {"", "/"} and not parts.query


def _texts(page: Page, selectors: tuple[str, ...]) -> Iterator[str]:
    for selector in selectors:
        node = page.tree.css_first(selector)
        if node is not None and (words := _words(node)):
            yield words


def _words(node: LexborNode) -> str:
    """Return a heading's words, without scripts and what is only read out."""
    made = []
    skipped: set[int] = set()
    for each in node.traverse(include_text=True):
        parent = each.parent
        if each.tag in {"style", "script", "svg"} or (
            parent is not None and parent.mem_id in skipped
        ):
            skipped.add(each.mem_id)
        elif each.tag == "-text":
            made.append(each.text())
    return " ".join(" ".join(made).split())


def text_of(page: Page) -> str:
    """Return the article's text; "" where there are several, as on a front page."""
    for selector in _BODIES:
        found = page.tree.css(selector)
        if found:
            return markup_of(found[0], *_NOT_WRITTEN) if len(found) == 1 else ""
    return ""
