"""Articles and comments of a WordPress export, made of their fields."""

from collections.abc import Mapping
from html import unescape

from commentarchive.importers.dates import are_out_of_step, local_and_utc
from commentarchive.importers.formats.wordpress.fields import (
    KNOWN_STATUSES,
    POST_KINDS,
    STATES,
    STATUSES,
    CommentFields,
    displayed_title,
    sorted_by_type,
)
from commentarchive.importers.parsed import (
    OTHER_KIND,
    UNKNOWN_STATUS,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    When,
    is_for_readers,
    parent_of,
    type_word,
)
from commentarchive.text.clean_html import clean

SCHEME = "wordpress"


def times_of(reading: Reading, local: str, utc: str, byte: int) -> When:
    """Return a pair of times as one; UTC alone where no time zone explains the two."""
    when = local_and_utc(local, utc)
    if when.offset is None and are_out_of_step(when, utc):
        reading.problem(
            byte,
            "its two times differ by what no time zone does; UTC stands, "
            "and the other is kept as printed",
            loss=False,
        )
    return when


def post_of(reading: Reading, values: Mapping[str, str], byte: int) -> ParsedPost:
    """Return an article made of its fields; the caller adds its comments."""
    kind, status = values.get("post_type", ""), values.get("status", "")
    if kind in STATUSES:
        kind, status = "post", kind
    if "\ufffd" in kind:
        # Nobody can tell any more whether its type is one for readers.
        status = ""
    if values.get("post_password"):
        status = "password"
    if "status" not in values and "thread_identifier" in values:
        # A file made for Disqus to import: it has no status, and holds what was live.
        status = "publish"
    if not status:
        reading.problem(
            byte, "an article without a status; kept for staff only", loss=False
        )
    source_id, parent = values.get("post_id", ""), values.get("post_parent", "")
    raw = values.get("encoded", "")
    word = kind or "post"
    kind = POST_KINDS.get(word, OTHER_KIND)
    if status not in KNOWN_STATUSES and status and kind != OTHER_KIND:
        reason = "an article's status is none that WordPress has; kept for staff only"
        reading.problem(byte, reason, loss=False)
    is_tied = (kind, status) == ("attachment", "inherit")
    return ParsedPost(
        scheme=SCHEME,
        source_id=source_id,
        kind=kind,
        status=status[:20] or UNKNOWN_STATUS,
        is_live=is_for_readers(SCHEME, kind, status) or is_tied,
        source_type=type_word(word) if kind == OTHER_KIND else "",
        told_live=kind == OTHER_KIND and is_for_readers(SCHEME, "post", status),
        live_with=parent_of(parent, source_id) if status == "inherit" else "",
        title=displayed_title(values.get("title", "")),
        byline=values.get("creator", ""),
        has_text="encoded" in values,
        raw=raw,
        form="wp-autop",
        addresses=tuple(
            dict.fromkeys(
                address
                for address in (values.get("link", ""), values.get("guid", ""))
                if address.startswith(("http://", "https://"))
            )
        ),
        topics=tuple(values.get("category", "").splitlines()),
        when=times_of(
            *(reading, values.get("post_date", ""), values.get("post_date_gmt", "")),
            byte=byte,
        ),
        is_whole=True,
        byte=byte,
    )


def comment_of(
    reading: Reading, fields: CommentFields, post: ParsedPost, byte: int
) -> ParsedComment:
    """Return a comment made of its fields."""
    source_id, name, email, link, ip, local, utc, raw, approved, kind, parent = fields
    told: SourceState = STATES.get(approved, "unknown")
    if post.kind == "contact":
        kind = "feedback"
    kind, source_type, state, told_state = sorted_by_type(kind, told)
    if state == "unknown":
        reason = f"comment {source_id}: its status is none that WordPress has"
        reading.problem(byte, reason, loss=False)
    cleaned = clean(raw, "wp-autop")
    return ParsedComment(
        source_id[:200],
        parent_of(parent, source_id),
        kind,
        state,
        unescape(name),
        link,
        email,
        ip,
        times_of(reading, local, utc, byte),
        raw,
        "wp-autop",
        cleaned.html,
        # Mostly it is the same text, which is then held and sent once.
        raw if cleaned.plain == raw else cleaned.plain,
        byte,
        source_type=source_type,
        told=told_state,
    )
