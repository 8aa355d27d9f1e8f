"""What the fields of a WordPress export mean, and how they are read."""

from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

from commentarchive.importers.parsed import SourceState
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
    "order_note": "note",
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
# Comments of these kinds were never meant for readers.
INTERNAL = frozenset({"note", "contact"})


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
# Any other type is taken only if it has comments.
POST_KINDS = {"post": "post", "page": "page", "feedback": "contact"}


class _LocalNames(dict[str, str]):
    """Names without their namespace, worked out once for each that occurs."""

    def __missing__(self, tag: str) -> str:
        namespace, _brace, name = tag.rpartition("}")
        if name == "encoded" and "excerpt" in namespace:
            name = "excerpt"
        self[tag] = name
        return name


local_name = _LocalNames()
# Fields whose markup may stand unescaped in hand-made files.
_TEXTS = frozenset({"comment_content", "encoded", "title"})


def values_of(element: etree._Element) -> dict[str, str]:
    """Return the texts of an element's children by local name; the first one counts.

    Categories and tags are joined, one a line.
    """
    values: dict[str, str] = {}
    for child in element:
        name = local_name[child.tag]
        text = child.text or ""
        if name in _TEXTS and len(child):
            text += "".join(etree.tostring(part, encoding="unicode") for part in child)
        if name == "category" and name in values:
            values[name] += f"\n{text.strip()}"
        values.setdefault(name, text.strip())
    return values


def comment_fields(element: etree._Element) -> CommentFields:
    """Return the fields of a comment element."""
    values = values_of(element)
    return CommentFields._make([values.get(name, "") for name in COMMENT_FIELDS])


def displayed_title(title: str) -> str:
    """Return a title as its blog showed it: WordPress stores titles as HTML."""
    return clean(title, "html").plain if "&" in title or "<" in title else title
