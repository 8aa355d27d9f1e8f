"""What RFC 4287 and RFC 4685 ask of a feed, checked element by element."""

import re
from urllib.parse import urlsplit

from lxml import etree

ATOM, THREADING = (
    "http://www.w3.org/2005/Atom",
    "http://purl.org/syndication/thread/1.0",
)
A, T = f"{{{ATOM}}}", f"{{{THREADING}}}"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_ONCE = ("id", "title", "updated")
_KNOWN = {
    "feed": {*_ONCE, "link", "author", "category", "subtitle", "entry"},
    "entry": {*_ONCE, "link", "author", "category", "published", "content"},
}


def read(body):
    """Parse a feed, check it, and return its entries by their ids."""
    feed = etree.fromstring(body)
    assert feed.tag == A + "feed"
    _check(feed, "feed")
    entries = feed.findall(A + "entry")
    for entry in entries:
        _check(entry, "entry")
        # The feed has no author.
        assert entry.findtext(f"{A}author/{A}name")
        content = entry.find(A + "content")
        assert content.get("type") == "html"
        # Markup of markup: what a reader parses is a text of this element.
        assert len(content) == 0
        for answered in entry.findall(T + "in-reply-to"):
            assert urlsplit(answered.get("ref")).scheme
            assert urlsplit(answered.get("href")).scheme in {"http", "https"}
        for link in entry.findall(f"{A}link[@rel='replies']"):
            assert link.get(T + "count").isdigit()
            assert entry.findtext(T + "total") == link.get(T + "count")
    ids = [entry.findtext(A + "id") for entry in entries]
    assert len(ids) == len(set(ids))
    return dict(zip(ids, entries, strict=True))


def links(body):
    """Return the addresses that a feed points to, by their relation."""
    feed = etree.fromstring(body)
    return {each.get("rel"): each.get("href") for each in feed.findall(A + "link")}


def _check(element, kind):
    for name in _ONCE:
        assert len(element.findall(A + name)) == 1, name
        assert element.findtext(A + name), name
    for each in element:
        space, name = each.tag[1:].split("}")
        assert space in {ATOM, THREADING}
        assert space == THREADING or name in _KNOWN[kind], name
    assert urlsplit(element.findtext(A + "id")).scheme == "tag"
    rels = [each.get("rel") for each in element.findall(A + "link")]
    assert rels.count("alternate") == 1
    assert len(rels) == len(set(rels))
    for each in element.findall(A + "link"):
        assert urlsplit(each.get("href")).scheme in {"http", "https"}
    for name in ("updated", "published"):
        for each in element.findall(A + name):
            assert _DATE.fullmatch(each.text), each.text
