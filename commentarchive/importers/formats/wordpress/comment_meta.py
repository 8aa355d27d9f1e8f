"""What plugins keep with a comment or an article (`wp:commentmeta`, `wp:postmeta`)."""

import re
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from commentarchive.importers.formats.wordpress.fields import local_name
from commentarchive.importers.xml_text import text_of

OF_IT = "what plugins keep with a comment"
# Keys of WordPress, Akismet, Disqus and importers: they say nothing of a state that the
# comment's own status leaves open.
_KNOWN = ("_wp_trash_meta_", "akismet_", "dsq_", "blogger_", "_blogger_")
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


def same_elsewhere(text: str) -> tuple[tuple[str, str], ...]:
    """Return a comment's ids in other systems, from the elements as written."""
    if not any(name in text for name in _NUMBERS):
        return ()
    return _told_by_plugins(_written(text))


def parsed_same_elsewhere(comment: etree._Element) -> tuple[tuple[str, str], ...]:
    """Return a comment's ids in other systems, from its parsed elements."""
    return _told_by_plugins(_pairs(comment, "commentmeta"))


def old_address(text: str) -> tuple[str, ...]:
    """Return where an article stood at Blogger, from the elements as written."""
    return _address(_written(text)) if _PATH in text else ()


def parsed_old_address(article: etree._Element) -> tuple[str, ...]:
    """Return where an article stood at Blogger, from its parsed elements."""
    return _address(_pairs(article, "postmeta"))


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
