"""What a file is that no importer reads, and what to give instead."""

import re

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.plain_text import is_text
from commentarchive.importers.safe_xml import refuse_doctype, root_tag

_utf16 = re.compile(rb"(?:\0[\t\n\r -~]){4}|(?:[\t\n\r -~]\0){4}")
_ghost = re.compile(
    rb"\s*\{\s*\"db\"\s*:\s*\[|\s*\{\s*\"meta\"\s*:\s*\{\s*\"exported_on"
)
# With its heading, as lines of an address turned round and a time, or as JSON.
_cdx = re.compile(
    rb"\s?CDX(?: [A-Za-z])+\s|!(?:OpenWayback-CDXJ|meta\b)|[^\s()]+\)\S* \d{14}\s"
    rb"|\s*\[\s*\[\s*\"urlkey\""
)
_feed = re.compile(rb"<(?:rss|feed|rdf:RDF)\b")


def known_otherwise(head: bytes) -> str:
    """Return what a file is by its first bytes, in a sentence; "" if not known.

    Raise Unreadable for XML with a DOCTYPE.
    """
    # Every other byte of ASCII is zero in it.
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _utf16.match(head):
        return "it is written in UTF-16: save it as UTF-8 first"
    if _ghost.match(head, own_start(head)):
        return (
            "it is Ghost's export, which holds no comments: Ghost leaves comments and "
            "members out of it; save the pages instead, or read the blog's database"
        )
    if _cdx.match(head):
        return "it is an index of a web archive (CDX): give the WARC file itself"
    root = root_tag(head)
    if root:
        refuse_doctype(head[: len(head) - len(root)])
    return "it is a feed without comments" if _feed.match(root) else ""


def is_plain_text(head: bytes) -> bool:
    """Return whether it may be the words of a page: readable, and without markup."""
    return is_text(head) and not head.lstrip().startswith((b"<", b"{", b"["))
