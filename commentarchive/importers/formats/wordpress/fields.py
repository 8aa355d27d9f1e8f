"""What the fields of a WordPress export mean, and how they are read."""

from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

from commentarchive.importers.parsed import (
    OTHER_KIND,
    PRIVATE_KINDS,
    PUBLIC_KINDS,
    SourceState,
    type_word,
)
from commentarchive.importers.xml_text import text_of
from commentarchive.text.clean_html import clean

STATES: Mapping[str, SourceState] = {
    "1": "live",
    "approved": "live",
    "0": "pending",
    "hold": "pending",
    "spam": "spam",
    "trash": "trashed",
    "post-trashed": "trashed",
}
KINDS = {
    "": "comment",
    "comment": "comment",
    "pingback": "pingback",
    "trackback": "trackback",
    "note": "note",
    "feedback": "contact",
    "contact-form": "contact",
}
# The fields of a comment, in the order in which WordPress writes them.
COMMENT_FIELDS = (
    "comment_id",
    "comment_author",
    "comment_author_email",
    "comment_author_url",
    "comment_author_IP",
    "comment_date",
    "comment_date_gmt",
    "comment_content",
    "comment_approved",
    "comment_type",
    "comment_parent",
)


# What else may stand in a comment, and what in an article: names that are not here are
# reported.
KNOWN_OF_COMMENTS = frozenset(
    {*COMMENT_FIELDS, "comment_user_id", "comment_agent", "comment_karma", "remote"}
    | {"commentmeta"}
)
KNOWN_OF_ARTICLES = frozenset(
    {
        *("title", "link", "pubDate", "creator", "guid", "description", "encoded"),
        *("excerpt", "post_id", "post_date", "post_date_gmt", "post_modified"),
        *("post_modified_gmt", "comment_status", "ping_status", "post_name", "status"),
        *("post_parent", "menu_order", "post_type", "post_password", "is_sticky"),
        *("attachment_url", "category", "thread_identifier", "post_author"),
        *("post_mime_type", "author", "comments", "commentRss", "meta_key"),
        *("meta_value", "comment", "postmeta"),
    }
)


class CommentFields(NamedTuple):
    """The texts of COMMENT_FIELDS; empty where a comment lacks one."""

    source_id: str
    name: str
    email: str
    link: str
    ip: str
    local_time: str
    utc_time: str
    raw: str
    approved: str
    kind: str
    parent_id: str


# WordPress MU wrote an item's status where its type belongs.
STATUSES = frozenset({"publish", "draft", "private", "pending", "future", "trash"})
# What may stand in its place besides.
_HIDDEN_STATUSES = frozenset({"auto-draft", "password", "inherit"})
KNOWN_STATUSES = STATUSES | _HIDDEN_STATUSES
# Any other type is taken only if it has comments, and is internal.
POST_KINDS = {
    "post": "post",
    "page": "page",
    "attachment": "attachment",
    "feedback": "contact",
}


class Sorted(NamedTuple):
    """A comment's kind and state by its type, and what its source told beside."""

    kind: str
    source_type: str
    state: SourceState
    told: SourceState | None


def sorted_by_type(word: str, told: SourceState) -> Sorted:
    """Return what a comment of a type is here: shown, private, or not known."""
    kind = KINDS.get(word, OTHER_KIND)
    if kind in PUBLIC_KINDS:
        return Sorted(kind, "", told, None)
    if kind in PRIVATE_KINDS:
        return Sorted(kind, "", "internal", None)
    return Sorted(kind, type_word(word), "internal", told)


class _LocalNames(dict[str, str]):
    """Names without their namespace, worked out once for each that occurs."""

    def __missing__(self, tag: str) -> str:
        namespace, _brace, name = tag.rpartition("}")
        if name == "encoded" and "excerpt" in namespace:
            name = "excerpt"
        self[tag] = name
        return name


local_name = _LocalNames()
# What holds further fields, and is read by itself.
_NESTED = frozenset({"comment", "postmeta", "commentmeta"})


def values_of(element: etree._Element) -> dict[str, str]:
    """Return the texts of an element's children by local name; the first one counts.

    Categories and tags are joined, one a line.
    """
    values: dict[str, str] = {}
    for child in element:
        name = local_name[child.tag]
        if name == "category" and name in values:
            values[name] += f"\n{text_of(child)}"
        elif name not in values and name not in _NESTED:
            values[name] = text_of(child)
    return values


def comment_fields(values: Mapping[str, str]) -> CommentFields:
    """Return the fields of a comment out of its values."""
    return CommentFields._make([values.get(name, "") for name in COMMENT_FIELDS])


def displayed_title(title: str) -> str:
    """Return a title as its blog showed it: WordPress stores titles as HTML."""
    return clean(title, "html").plain if "&" in title or "<" in title else title
