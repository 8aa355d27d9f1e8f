"""What of a file is not read because it is not known: named, and counted by name."""

import re
from collections.abc import Collection, Mapping

from lxml import etree

from commentarchive.importers.parsed import Reading
from commentarchive.importers.php_warnings import without_between_fields
from commentarchive.importers.state_names import hiding_names, speaks_by_itself
from commentarchive.importers.xml_items import XmlItems
from commentarchive.importers.xml_text import text_of

# As many names are told apart; a file that makes up more is no use to anybody.
_MOST_NAMES = 100
# Names as formats make them; anything else may be somebody's words.
_plain = re.compile(r"[\w.:@-]{1,60}|[A-Z][A-Z0-9_ ]{,59}")
# Attributes that say nothing of a record's state.
_ATTRIBUTES = frozenset({"id", "lang", "base", "space", "etag", "about", "type"})
_DEEPEST = 4
_aside = re.compile(rb"</(?:\w+:)?(?:channel|rss|feed|disqus)\s*>|\xef\xbb\xbf")
# What is said of the blog itself, which may stand after its records as well.
_OF_THE_BLOG = frozenset(
    {
        *("id", "title", "subtitle", "updated", "link", "author", "generator", "image"),
        *("category", "totalResults", "startIndex", "itemsPerPage", "logo", "icon"),
        *("rights", "description", "language", "pubDate", "lastBuildDate", "ttl"),
        *("copyright", "docs", "cloud", "managingEditor", "webMaster", "textInput"),
        *("updatePeriod", "updateFrequency", "site", "wxr_version", "base_site_url"),
        *("base_blog_url", "wp_author", "tag", "term"),
    }
)
_new_file = re.compile(rb"<\?xml\b|<(?:rss|feed|(?:\w+:)?disqus)\b")
_tag = re.compile(rb"<((?:[\w.-]+:)?([\w.-]+))\b[^>]*?(/?)>")


class Unread:
    """Fields and records without a meaning here; `report` says each name once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._fields: dict[tuple[str, str], list[int]] = {}
        self._hiding: dict[tuple[str, str], list[int]] = {}
        self._records: dict[str, list[int]] = {}

    def fields(
        self, values: Mapping[str, object], known: Collection[str], of: str, byte: int
    ) -> bool:
        """Note the fields of a record (`of` a comment, say) that are not known.

        Return whether one of them says that readers do not see the record.
        """
        unknown = {name: values[name] for name in values if name not in known}
        for name in unknown:
            self.field(name, of, byte)
        hiding = hiding_names(unknown) if unknown else []
        for name in hiding[:_MOST_NAMES]:
            if len(self._hiding) < _MOST_NAMES:
                self._hiding.setdefault((of, name), []).append(byte)
        return bool(hiding)

    def elements(
        self, record: etree._Element, known: Collection[str], of: str, byte: int
    ) -> bool:
        """Note the elements and attributes of an XML record, as `fields` does."""
        values = _values_of(record, {*known, *_ATTRIBUTES}, _DEEPEST)
        return self.fields(values, known, of, byte)

    def field(self, name: str, of: str, byte: int) -> None:
        """Note one field that is not known."""
        if len(self._fields) < _MOST_NAMES:
            self._fields.setdefault((of, name), []).append(byte)

    def record(self, name: str, byte: int) -> None:
        """Note one record of a kind that is not known: a loss."""
        if len(self._records) < _MOST_NAMES:
            self._records.setdefault(name, []).append(byte)

    def strays(self, items: XmlItems) -> None:
        """Note what stands between the items of an XML file, and after the last."""
        tail = items.tail
        for byte, data in [*items.strays, (tail.offset, tail.data)]:
            self.between(data, byte)

    def between(self, data: bytes, byte: int) -> None:
        """Note what stands between the records of an XML file and is read nowhere."""
        if _new_file.search(data):
            reason = "another file begins here; its records were read as of this one"
            self._reading.problem(byte, reason)
            return
        data = without_between_fields(data, byte, self._reading)
        rest = _aside.sub(b"", _without_comments(data)).strip()
        for turn in range(_MOST_NAMES + 1):
            if not rest:
                return
            found = _tag.match(rest) if turn < _MOST_NAMES else None
            if found is None:
                self._reading.problem(byte, "text between two records; not read")
                return
            name = found[2].decode("ascii", "replace")
            if name not in _OF_THE_BLOG:
                self.record(name, byte)
            closing = b"</" + found[1] + b">"
            end = -1 if found[3] else rest.find(closing)
            rest = rest[found.end() if end < 0 else end + len(closing) :].strip()

    def report(self) -> None:
        """Report what was not read, each name with its number and its first place."""
        for (of, name), places in self._fields.items():
            reason = (
                f"the field {_quoted(name)} of {of} is not known here; "
                f"not read ({len(places)})"
            )
            self._reading.problem(places[0], reason, loss=False)
        for (of, name), places in self._hiding.items():
            reason = (
                f"the field {_quoted(name)} of {of} says that readers do not see it; "
                f"kept for staff only ({len(places)})"
            )
            self._reading.problem(places[0], reason, loss=False)
        for name, places in self._records.items():
            reason = (
                f"records called {_quoted(name)} are not known here; "
                f"not read ({len(places)})"
            )
            self._reading.problem(places[0], reason)


def _values_of(
    record: etree._Element, known: Collection[str], deepest: int
) -> dict[str, object]:
    """Return what is not known of a record, by local name: texts, or more of these."""
    values: dict[str, object] = {
        local: value
        for name, value in record.attrib.items()
        if (local := str(name).rpartition("}")[2]) not in known
    }
    for child in record:
        name = str(child.tag).rpartition("}")[2]
        if name in known:
            continue
        if deepest and any(isinstance(each.tag, str) for each in child):
            values[name] = _values_of(child, (), deepest - 1)
            continue
        text = text_of(child)
        value = text or speaks_by_itself(name)
        # Of several that say different things no one is believed.
        values[name] = value if values.get(name, value) == value else f"{text} or not"
    return values


def _without_comments(data: bytes) -> bytes:
    parts, place = [], 0
    while (start := data.find(b"<!--", place)) >= 0:
        end = data.find(b"-->", start)
        if end < 0:
            break
        parts.append(data[place:start])
        place = end + len(b"-->")
    return b"".join((*parts, data[place:]))


def _quoted(name: str) -> str:
    return f"“{name}”" if _plain.fullmatch(name) else "of no plain name"
