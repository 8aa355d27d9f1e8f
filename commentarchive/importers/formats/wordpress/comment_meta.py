"""What plugins keep with a comment (`wp:commentmeta`), where its name is not known."""

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


_disqus_id = re.compile(r"[1-9][0-9]{0,18}")


def same_in_disqus(text: str) -> tuple[str, str] | None:
    """Return the id that a comment has at Disqus, from the elements as written."""
    if "dsq_post_id" not in text:
        return None
    return _told_by_plugin((a + b, c + d) for a, b, c, d in _pair.findall(text))


def parsed_same_in_disqus(comment: etree._Element) -> tuple[str, str] | None:
    """Return the id that a comment has at Disqus, from its parsed elements."""
    return _told_by_plugin(_pairs(comment))


def _told_by_plugin(pairs: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    told = {value.strip() for name, value in pairs if name.strip() == "dsq_post_id"}
    # Of several no one is believed.
    one = told.pop() if len(told) == 1 else ""
    return ("disqus", one) if _disqus_id.fullmatch(one) else None


def written_meta(text: str) -> Mapping[str, str]:
    """Return what is not known of the elements as WordPress writes them."""
    return _unknown((a + b, c + d) for a, b, c, d in _pair.findall(text))


def parsed_meta(comment: etree._Element) -> Mapping[str, str]:
    """Return what is not known of a comment's parsed elements."""
    return _unknown(_pairs(comment))


def _pairs(comment: etree._Element) -> Iterator[tuple[str, str]]:
    for child in comment:
        if local_name[child.tag] == "commentmeta":
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
