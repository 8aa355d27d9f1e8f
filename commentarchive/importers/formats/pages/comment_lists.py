"""Comments in a list of elements that are alike, whatever system made the page.

An element is a comment where a class of it says so and its own parts have the roles of
one: a text, and a name or a time. Either most elements of a class are comments by this
rule, or none is: a page is refused rather than read by halves.
"""

import re
from collections import Counter
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from commentarchive.importers.page_comments import (
    Anatomy,
    PageComments,
    anatomies,
    comments_of,
    of_this_article,
)
from commentarchive.importers.page_parts import Place
from commentarchive.importers.page_roles import words_in
from commentarchive.importers.page_source import Page, ancestors, following

SCHEME = "page"
# What such classes end in, in the languages that themes were seen to be written in.
_NOUNS = frozenset(
    {
        *("comment", "kommentar", "commentaire", "comentario", "commento", "reaction"),
        *("note", "commentbox", "reply", "post", "item", "fil", "card", "component"),
        *("answer", "response", "reponse", "antwort", "respuesta", "child"),
    }
)
_SURE = frozenset(
    {"comment", "kommentar", "commentaire", "comentario", "commento", "comments"}
)
_CANDIDATES = "li[class], div[class], article, section[class], dt, tr"
# By what a system is known that has rules of its own in the report.
_SYSTEMS = (
    (
        "Drupal",
        '[typeof~="sioct:Comment"], [data-comment-user-id], article.js-comment',
    ),
    ("Drupal", ".comment .submitted .username"),
    ("Serendipity", ".serendipity_comment"),
    ("Isso", ".isso-comment, #isso-thread"),
    ("Commento", ".commento-card"),
    ("Remark42", '[id^="remark42__comment"]'),
    ("Disqus", '[id^="dsq-comment-"], #disqus_thread'),
    ("Ghost", '[data-testid="comment-component"]'),
    ("TypePad or Movable Type", '.comment[id^="comment-6a"], .comment .byline .vcard'),
    ("TYPO3", '[class^="tx-comments"], [class*=" tx-comments"]'),
    ("SPIP", ".forum-fil"),
    ("XenForo", ".xenforo-comment"),
)
_number = re.compile(
    r"(?:^|[-_:])(?:c|comments?|kommentar|isso|card|post|reply|message)[-_]*"
    r"(\d+|[0-9a-f]{6,}[0-9a-f-]*)\Z",
    re.IGNORECASE,
)
_FEW = 0.8


def find(page: Page) -> PageComments | None:
    """Return the comments of a page; None unless some elements surely are some."""
    lists = [(nodes, found) for nodes in _groups(page) if (found := _sure(nodes, page))]
    if not lists:
        return None
    best = max((found for _nodes, found in lists), key=len)
    # Answers may have a class of their own.
    together = {node.mem_id: node for nodes, _found in lists for node in nodes}
    ordered = [node for node in page.tree.css(_CANDIDATES) if node.mem_id in together]
    every = _sure(ordered, page)
    if len(every) > len(best):
        best = every
    return PageComments(
        scheme=SCHEME,
        rules=_rules(page),
        unread=_texts_like_those_of(best, page) - len(best),
        comments=comments_of(best, page),
        # Nothing tells whether such a page shows them all.
        is_whole=False,
    )


def _texts_like_those_of(found: list[Anatomy], page: Page) -> int:
    """Count the elements of the page that are for a text as those in its comments."""
    classes = Counter(
        each.text.value("class")
        for each in found
        if each.text and any(_SURE & set(words_in(name)) for name in each.text.tokens)
    )
    if not classes:
        return 0
    [(name, _number)] = classes.most_common(1)
    alike = page.tree.css("[class]")
    return sum(
        each.attributes.get("class") == name and bool(each.text(deep=True).strip())
        for each in alike
    )


def _sure(nodes: list[LexborNode], page: Page) -> list[Anatomy]:
    """Return the comments that some elements are; none unless most of them are.

    What has nothing of a comment, such as a button of that class, does not count.
    """
    found = of_this_article(anatomies(_places(nodes), page), page)
    found = [each for each in found if each.text or each.is_signed()]
    sure = [each for each in found if each.is_sure()]
    return sure if len(sure) >= _FEW * len(found) else []


def _rules(page: Page) -> str:
    for name, sign in _SYSTEMS:
        if page.tree.css_first(sign) is not None:
            return f"{name}, by the roles of its parts"
    return "no system that is known: by the roles of the parts alone"


def _groups(page: Page) -> Iterator[list[LexborNode]]:
    """Yield the elements that share a class for comments, the surest class first."""
    groups: dict[str, list[LexborNode]] = {}
    for node in page.tree.css(_CANDIDATES):
        attributes = node.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('data-testid') or ''}"
        for token in set(names.split()):
            if _is_for_comments(token):
                groups.setdefault(token, []).append(node)
    yield from sorted(groups.values(), key=len, reverse=True)[:_TRIED]


_TRIED = 12


def _is_for_comments(token: str) -> bool:
    """Return whether a class is for one comment, not for their list or a part."""
    words = words_in(token)
    if not words or words[-1] not in _NOUNS:
        return False
    return bool(set(words) & _SURE) or words in {("isso", "comment"), ("forum", "fil")}


def _places(nodes: list[LexborNode]) -> list[Place]:
    ids = {node.mem_id: _id_of(node) for node in nodes}
    places = []
    for node in nodes:
        around = (ids[each.mem_id] for each in ancestors(node) if each.mem_id in ids)
        whole = (node, *following(node, "dd")) if node.tag == "dt" else (node,)
        places.append(Place(ids[node.mem_id], whole, next(around, "")))
    return places


def _id_of(node: LexborNode) -> str:
    """Return the number that an element or its own anchor has as a comment's."""
    anchor = node.css_first("a[id], a[name]")
    before = node.prev
    while before is not None and before.tag == "-text":
        before = before.prev
    for each in (node, anchor, before):
        if each is None or (each is before and each.tag not in {"a", "span"}):
            continue
        attributes = each.attributes
        for name in ("data-comment-id", "id", "name", "about", "data-id"):
            value = attributes.get(name) or ""
            found = _number.search(value.rpartition("/")[2])
            if found or (name in {"data-comment-id", "data-id"} and value):
                return found[1] if found else value
            if each is not node and value.isdecimal():
                return value
    return ""
