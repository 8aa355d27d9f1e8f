"""WordPress's export, WXR 1.0 to 1.2 (`wp-admin/includes/export.php`).

One `<item>` an article with its `<wp:comment>` elements inside. Items are parsed
one by one; a broken one is repaired, and where that fails its comments are read one
by one, so that what is whole is kept and the rest named by its byte.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from lxml import etree

from commentarchive.importers.beginnings import has_stray_bytes, root_start
from commentarchive.importers.contract import XML_MARKER, Cutting, Importer
from commentarchive.importers.dates import rfc822
from commentarchive.importers.formats.wordpress import spans
from commentarchive.importers.formats.wordpress.comment_meta import (
    OF_IT,
    article_with_parsed_meta,
    article_with_written_meta,
    parsed_meta,
    with_parsed_meta,
    with_written_meta,
    written_meta,
)
from commentarchive.importers.formats.wordpress.fields import (
    KNOWN_OF_ARTICLES,
    KNOWN_OF_COMMENTS,
    comment_fields,
    displayed_title,
    local_name,
    values_of,
)
from commentarchive.importers.formats.wordpress.plain_items import (
    PlainItem,
    is_plain_root,
    read_plain_item,
)
from commentarchive.importers.formats.wordpress.records import comment_of, post_of
from commentarchive.importers.formats.wordpress.spans import (
    COMMENT_END,
    comment_spans,
    comment_start,
)
from commentarchive.importers.hosts import in_words
from commentarchive.importers.origins import origins_in_item
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedPost,
    Reading,
    Unreadable,
    held_back,
    post_held_back,
)
from commentarchive.importers.safe_xml import (
    Frame,
    charset_of,
    declared_prefixes,
    refuse_doctype,
    root_tag,
)
from commentarchive.importers.unread import Unread
from commentarchive.importers.xml_items import TOO_LONG, XmlItem, XmlItems
from commentarchive.threads.evidence import Rank

VERSION = 2
CANNOT_TELL = (
    "Spam is left out: WordPress does not export comments marked as spam.",
    "Comments deleted for good, by hand or with the emptied trash, are not in it.",
    "It does not say who moderated a comment, when, or why.",
    "It holds the last text of each comment; earlier texts are not kept.",
)

_EXPORT = re.compile(r"https?://wordpress\.org/export/[0-9.]+/?\Z")
_root = re.compile(rb"<rss\b[^>]*>", re.IGNORECASE)
_id_start = re.compile(rb"<wp:comment_id(?=[\s>])")
# A field of an article; HTML in a field's text has no such names.
_field = re.compile(
    rb"<((?:wp|dc|content|excerpt):[\w.-]+|title|link|pubDate|guid|description|category)"
    rb"(?:\s[^<>]*)?(?<!/)>"
)
# Without all of these, a broken article may be one that its blog keeps private.
_TELL_WHO_MAY_SEE = frozenset({"status", "post_type", "post_password"})
# What is wrong, not in the parser's words, which may quote the text.
_BROKEN = "its XML is broken beyond repair"
# Taken even without comments: neither menus nor attached files.
_ARTICLES = frozenset({"post", "page", "contact"})
# How many fields without an end are looked for, each through the whole head.
MAX_UNENDED = 20


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a WordPress export."""
    root = _root.match(root_tag(head))
    return root is not None and _export_prefix(root[0]) != ""


def _export_prefix(root_tag: bytes) -> str:
    for prefix, address in declared_prefixes(root_tag).items():
        if _EXPORT.match(address):
            return prefix
    return ""


class WordPressExport:
    """One WXR file: `blog` first, then its articles, with notes in `reading`."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        """Read the head. Raise Unreadable for a DOCTYPE or an unknown charset."""
        self._items = XmlItems(stream, b"item")
        self._reading, self._unread = reading, Unread(reading)
        head = self._items.head
        refuse_doctype(head)
        root = _root.match(head, max(0, root_start(head)))
        if root is None:
            reason = "there is no <rss> element before the first article"
            raise Unreadable(reason)
        if _export_prefix(root[0]) != "wp":
            reason = "the export's elements are not called wp:, as WordPress calls them"
            raise Unreadable(reason)
        if has_stray_bytes(head, root.start()):
            reading.repair(0, "text before the first element; left out")
        self._frame = Frame(root[0], b"rss", charset_of(head[: root.start()]))
        self._is_plain = is_plain_root(self._frame)
        # How many items of each type are not kept: without comments, no articles.
        self._not_kept: Counter[str] = Counter()
        self.blog = self._read_blog(head[root.end() :], root.end())

    def _read_blog(self, channel: bytes, offset: int) -> ParsedBlog:
        closed = channel + (b"</channel>" if b"<channel" in channel else b"")
        try:
            values = values_of(self._parse(closed, offset)[0])
        except (etree.XMLSyntaxError, IndexError):
            self._reading.problem(offset, "the blog's own data could not be read")
            return ParsedBlog()
        return ParsedBlog(
            title=displayed_title(values.get("title", "")),
            address=values.get("base_blog_url") or values.get("link", ""),
            language=values.get("language", ""),
            written_at=rfc822(values.get("pubDate", "")),
        )

    def posts(self) -> Iterator[ParsedPost]:
        """Yield each article in the file's order; the notes are complete afterwards."""
        for item in self._items:
            counted = _count_ids(item.data)
            self._reading.raw_comments += counted
            post = self._read_item(item, counted)
            if post is not None:
                self._reading.parsed_comments += len(post.comments)
                if found := origins_in_item(item.data):
                    post = replace(post, origins=found)
                # A hundred megabytes, maybe, of which nothing more is asked.
                del item
                if post.comments or post.kind in _ARTICLES:
                    yield post
                else:
                    self._not_kept[post.source_type or post.kind] += 1
        self._check_end()

    def _parse(self, data: bytes, offset: int) -> etree._Element:
        """Parse, with repairs where they are needed."""
        return self._frame.read(data, offset, self._reading)

    def _read_item(self, item: XmlItem, counted: int) -> ParsedPost | None:
        """Read an item the quickest way that takes it; None where nothing does."""
        if item.is_too_long:
            self._reading.problem(item.offset, TOO_LONG)
        if not item.is_whole:
            return self._broken_item(item)
        plain = read_plain_item(item.data, counted) if self._is_plain else None
        if plain is not None:
            return self._plain_item(plain, item.offset)
        return self._whole_item(item) or self._broken_item(item)

    def _plain_item(self, plain: PlainItem, offset: int) -> ParsedPost:
        post = self._post(plain.values, offset)
        post = article_with_written_meta(post, plain.meta)
        post.comments.extend(
            comment_of(self._reading, fields, post, offset + start)
            for fields, start in zip(plain.comments, plain.starts, strict=True)
        )
        for place, meta in enumerate(plain.metas):
            if meta:
                byte = offset + plain.starts[place]
                if self._unread.fields(written_meta(meta), (), OF_IT, byte):
                    post.comments[place] = held_back(post.comments[place])
                post.comments[place] = with_written_meta(post.comments[place], meta)
        return post

    def _whole_item(self, item: XmlItem) -> ParsedPost | None:
        try:
            root = self._parse(item.data, item.offset)
        except etree.XMLSyntaxError:
            return None
        if len(root) != 1:
            return None
        element = root[0]
        comments = [child for child in element if local_name[child.tag] == "comment"]
        starts = [found.start() for found in comment_start.finditer(item.data)]
        if len(starts) != len(comments):
            # A text about exports quotes such elements.
            starts = [start for start, _end in comment_spans(item.data)]
        if len(starts) != len(comments):
            starts = [0] * len(comments)
        self._explain_raw(item, element, len(comments))
        values, byte = values_of(element), item.offset
        post = post_of(self._reading, values, byte)
        post = article_with_parsed_meta(post, element)
        if self._unread.elements(element, KNOWN_OF_ARTICLES, "an article", byte):
            post = post_held_back(post)
        for comment, start in zip(comments, starts, strict=True):
            self._add(comment, post, item.offset + start)
        return post

    def _post(self, values: dict[str, str], byte: int) -> ParsedPost:
        post = post_of(self._reading, values, byte)
        is_hidden = self._unread.fields(values, KNOWN_OF_ARTICLES, "an article", byte)
        return post_held_back(post) if is_hidden else post

    def _explain_raw(self, item: XmlItem, element: etree._Element, parsed: int) -> None:
        """Take back the count of elements that are quoted in a text about exports."""
        if _count_ids(item.data) == parsed:
            return
        for text in element.itertext():
            self._reading.raw_comments -= _count_ids(str(text).encode())

    def _broken_item(self, item: XmlItem) -> ParsedPost | None:
        """Read an item's head and each of its comments by itself."""
        starts = [found.start() for found in comment_start.finditer(item.data)]
        if not starts and not item.is_whole:
            # The file breaks off inside the article itself.
            return None
        ends = [*starts[1:], len(item.data)] if starts else []
        head_end = starts[0] if starts else len(item.data)
        head = item.data[:head_end]
        if starts or not head.rstrip().endswith(b"</item>"):
            head += b"</item>"
        try:
            values = values_of(self._parse(head, item.offset)[0])
        except etree.XMLSyntaxError:
            values = self._fields_alone(head, item.offset, _BROKEN)
            if not values.keys() >= _TELL_WHO_MAY_SEE:
                values["status"] = ""
            if not starts and not values.get("post_id"):
                reason = f"an article cannot be read: {_BROKEN}"
                self._reading.problem(item.offset, reason)
                return None
        post = self._post(values, item.offset)
        for start, end in zip(starts, ends, strict=True):
            stop = item.data.rfind(COMMENT_END, start, end)
            if stop < 0:
                if item.is_whole:
                    reason = "a comment has no end; it was left out"
                    self._reading.problem(item.offset + start, reason)
                continue
            self._broken_comment(item, start, stop, post)
        return post

    def _fields_alone(self, head: bytes, offset: int, why: str) -> dict[str, str]:
        """Read a broken head field by field, and note the fields that are lost."""
        values: dict[str, str] = {}
        unended: set[bytes] = set()
        faults = len(self._reading.problems)
        place = 0
        while len(unended) < MAX_UNENDED and (start := _field.search(head, place)):
            byte, name = offset + start.start(), start[1].decode("ascii", "replace")
            place = start.end()
            if start[1] in unended:
                continue
            closing = b"</" + start[1] + b">"
            end = head.find(closing, place)
            if end < 0:
                reason = f"the field {name} of an article has no end; it was left out"
                self._reading.problem(byte, reason)
                unended.add(start[1])
                continue
            place = end + len(closing)
            try:
                read = values_of(self._parse(head[start.start() : place], byte))
            except etree.XMLSyntaxError:
                reason = f"the field {name} of an article was left out: {_BROKEN}"
                self._reading.problem(byte, reason)
                continue
            for local, text in read.items():
                values.setdefault(local, text)
        if len(self._reading.problems) == faults or len(unended) == MAX_UNENDED:
            reason = f"an article could be read in part only: {why}"
            self._reading.problem(offset, reason)
        return values

    def _broken_comment(
        self, item: XmlItem, start: int, stop: int, post: ParsedPost
    ) -> None:
        """Read a comment up to the last end tag before the next, else to the first.

        What follows the first had a beginning that is broken.
        """
        reason = f"a comment cannot be read and was left out: {_BROKEN}"
        byte = item.offset + start
        for end in dict.fromkeys((stop, item.data.find(COMMENT_END, start))):
            data = item.data[start : end + len(COMMENT_END)]
            if self._read_alone(data, byte, post):
                if end < stop:
                    lost = item.offset + end + len(COMMENT_END)
                    self._reading.problem(lost, reason)
                return
        self._reading.problem(byte, reason)

    def _read_alone(self, data: bytes, byte: int, post: ParsedPost) -> bool:
        """Add a comment; return False where its bytes cannot be read."""
        try:
            comment = self._parse(data, byte)[0]
        except etree.XMLSyntaxError:
            return False
        self._add(comment, post, byte)
        return True

    def _add(self, element: etree._Element, post: ParsedPost, byte: int) -> None:
        fields = comment_fields(values_of(element))
        comment = comment_of(self._reading, fields, post, byte)
        is_hidden = self._unread.fields(parsed_meta(element), (), OF_IT, byte)
        if self._unread.elements(element, KNOWN_OF_COMMENTS, "a comment", byte):
            is_hidden = True
        if is_hidden:
            comment = held_back(comment)
        post.comments.append(with_parsed_meta(comment, element))

    def _check_end(self) -> None:
        """Note where the file breaks off, and any difference of the two counts."""
        reading, tail = self._reading, self._items.tail
        self._unread.strays(self._items)
        self._unread.report()
        if self._not_kept:
            types = self._not_kept.most_common()
            named = in_words(f"{word}: {number}" for word, number in types)
            reading.how.append(
                "items that are no articles and have no comments are not kept "
                f"({named})"
            )
        # Comments outside of all articles.
        for data in (self._items.head, *(data for _byte, data in self._items.strays)):
            reading.raw_comments += _count_ids(data)
        reading.raw_comments += _count_ids(tail.data) if tail.is_whole else 0
        if not tail.is_whole or b"</rss>" not in tail.data:
            reading.problem(
                tail.offset + len(tail.data),
                "the file is cut here; every whole comment before it was read",
            )
        if reading.raw_comments != reading.parsed_comments:
            reading.problem(
                tail.offset + len(tail.data),
                f"{reading.raw_comments} comments begin in the file and "
                f"{reading.parsed_comments} could be read",
            )


def _count_ids(data: bytes) -> int:
    """Count the elements that begin a comment by the bytes alone."""
    number = data.count(b"<wp:comment_id>")
    if number == data.count(b"<wp:comment_id"):
        return number
    return len(_id_start.findall(data))


IMPORTER = Importer(
    name="wordpress",
    label="WordPress export (WXR)",
    version=VERSION,
    origin="blog",
    rank=Rank.EXPORT,
    extent="chosen",
    unstated="hidden",
    leaves_out_spam=True,
    numbers_articles=True,
    tells_kinds=True,
    recognises=recognises,
    open=WordPressExport,
    cutting=Cutting(
        comment_end=spans.comment_end,
        fragments=spans.fragments,
        article_end=b"</item>",
        marker=XML_MARKER,
    ),
    cannot_tell=CANNOT_TELL,
    numbers_in_turn=True,
)
