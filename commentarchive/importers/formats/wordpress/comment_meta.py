"""What plugins keep with a comment or an article (`wp:commentmeta`, `wp:postmeta`)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lxml import etree

from commentarchive.importers.dates import iso
from commentarchive.importers.formats.wordpress.fields import local_name
from commentarchive.importers.parsed import ParsedComment, ParsedPost, When
from commentarchive.importers.xml_text import text_of

OF_IT = "what plugins keep with a comment"
# Keys of WordPress, Akismet, Disqus and importers: they say nothing of a state that the
# comment's own status leaves open.
_KNOWN = (
    "commentarchive_",
    "_wp_trash_meta_",
    "akismet_",
    "dsq_",
    "blogger_",
    "_blogger_",
)
_pair = re.compile(
    r"<wp:meta_key>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</wp:meta_key>\s*"
    r"<wp:meta_value>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</wp:meta_value>",
    re.DOTALL,
)


# Where a plugin keeps the id that a comment has in another system: that of Disqus, and
# WordPress's importer of Blogger (`add_comment_meta` in its comment-entry.php), which
# keeps the path of the comment's feed. The importer of IntenseDebate keeps one as
# `id_comment_guid`; exports of that system are not read here.
_NUMBERS = {
    "dsq_post_id": ("disqus", re.compile(r"([1-9][0-9]{0,18})")),
    "blogger_internal": (
        "blogger",
        re.compile(r"/feeds/\d+/(?:\d+/)?comments/default/(\d{1,25})"),
    ),
}
# Under which address an article stood at Blogger, by the same importer.
_HOST, _PATH = "blogger_blog", "blogger_permalink"
_host = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_path = re.compile(r"/[^\s?#]{1,300}")


# That a time is a day without an hour, in exports of an archive such as this one:
# WordPress has no such times.
PRECISION, DAY = "commentarchive_time", "day"


def with_written_meta(comment: ParsedComment, text: str) -> ParsedComment:
    """Return a comment with what is kept beside it, from the elements as written."""
    if PRECISION in text or any(name in text for name in _NUMBERS):
        return _with_meta(comment, list(_written(text)))
    return comment


def with_parsed_meta(comment: ParsedComment, element: etree._Element) -> ParsedComment:
    """Return a comment with what is kept beside it, from its parsed elements."""
    return _with_meta(comment, list(_pairs(element, "commentmeta")))


def _with_meta(
    comment: ParsedComment, pairs: Sequence[tuple[str, str]]
) -> ParsedComment:
    """Return a comment with its ids in other systems; its time a day if it is one."""
    if same := _told_by_plugins(pairs):
        comment = comment._replace(same_as=same)
    if (PRECISION, DAY) in pairs:
        comment = comment._replace(when=_day_of(comment.when))
    return comment


def article_with_written_meta(post: ParsedPost, text: str) -> ParsedPost:
    """Return an article with what is kept beside it, from the elements as written."""
    is_told = PRECISION in text or _PATH in text
    return _article_with(post, list(_written(text))) if is_told else post


def article_with_parsed_meta(post: ParsedPost, element: etree._Element) -> ParsedPost:
    """Return an article with what is kept beside it, from its parsed elements."""
    return _article_with(post, list(_pairs(element, "postmeta")))


def _article_with(post: ParsedPost, pairs: Sequence[tuple[str, str]]) -> ParsedPost:
    """Return an article also at its old address; its time a day if it is one."""
    if addresses := _address(pairs):
        post = replace(post, addresses=(*post.addresses, *addresses))
    if (PRECISION, DAY) in pairs:
        post = replace(post, when=_day_of(post.when))
    return post


def _day_of(when: When) -> When:
    """Return the day that stands in a local time as WordPress writes it."""
    return iso(when.printed[: len("2012-05-03")])


def _told_by_plugins(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    told: dict[str, set[str]] = {}
    for name, value in pairs:
        told.setdefault(name.strip(), set()).add(value.strip())
    found = []
    for name, (system, number) in _NUMBERS.items():
        values = told.get(name, set())
        # Of several no one is believed.
        one = number.fullmatch(values.pop()) if len(values) == 1 else None
        if one:
            found.append((system, one[1]))
    return tuple(found)


def _address(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    told = [(name.strip(), value.strip()) for name, value in pairs]
    hosts, paths = ({v for n, v in told if n == name} for name in (_HOST, _PATH))
    if len(hosts) != 1 or len(paths) != 1:
        return ()
    host, path = hosts.pop(), paths.pop()
    is_one = _host.fullmatch(host) and _path.fullmatch(path)
    return (f"http://{host}{path}",) if is_one else ()


def written_meta(text: str) -> Mapping[str, str]:
    """Return what is not known of the elements as WordPress writes them."""
    return _unknown(_written(text))


def parsed_meta(comment: etree._Element) -> Mapping[str, str]:
    """Return what is not known of a comment's parsed elements."""
    return _unknown(_pairs(comment, "commentmeta"))


def _written(text: str) -> Iterator[tuple[str, str]]:
    return ((a + b, c + d) for a, b, c, d in _pair.findall(text))


def _pairs(of: etree._Element, kind: str) -> Iterator[tuple[str, str]]:
    for child in of:
        if local_name[child.tag] == kind:
            told = {local_name[each.tag]: text_of(each) for each in child}
            yield told.get("meta_key", ""), told.get("meta_value", "")


def _unknown(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        key = name.strip()
        if key and not key.startswith(_KNOWN):
            # Of several that say different things no one is believed.
            is_same = found.get(key, value) == value
            found[key] = value if is_same else f"{value} or not"
    return found
