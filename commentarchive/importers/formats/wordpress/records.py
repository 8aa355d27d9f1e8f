"""Articles and comments of a WordPress export, made of their fields."""

import re
from collections.abc import Mapping
from html import unescape

from commentarchive.importers.dates import local_and_utc
from commentarchive.importers.formats.wordpress.fields import (
    INTERNAL,
    KINDS,
    POST_KINDS,
    STATES,
    STATUSES,
    CommentFields,
    displayed_title,
)
from commentarchive.importers.parsed import (
    UNKNOWN_STATUS,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
)
from commentarchive.text.clean_html import clean

SCHEME = "wordpress"
_cross_post = re.compile(
    r"(?:cross[- ]?post|originally (?:posted|published|appeared)|also (?:posted|"
    r"published|appears))[^\n]{0,200}?href\s*=\s*[\"'](https?://[^\"'\s<>]+)",
    re.IGNORECASE,
)


def post_of(reading: Reading, values: Mapping[str, str], byte: int) -> ParsedPost:
    """Return an article made of its fields; the caller adds its comments."""
    kind, status = values.get("post_type", ""), values.get("status", "")
    if kind in STATUSES:
        kind, status = "post", kind
    if values.get("post_password"):
        status = "password"
    if not status:
        reading.problem(
            byte, "an article without a status; kept for staff only", loss=False
        )
    parent = values.get("post_parent", "0")
    raw = values.get("encoded", "")
    kind = POST_KINDS.get(kind or "post", "other")
    return ParsedPost(
        scheme=SCHEME,
        source_id=values.get("post_id", ""),
        kind=kind,
        status=status[:20] or UNKNOWN_STATUS,
        is_live=status in {"publish", "inherit"} and kind != "contact",
        live_with=parent if status == "inherit" and parent != "0" else "",
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
        cross_posts=_cross_posts(raw),
        when=local_and_utc(
            values.get("post_date", ""), values.get("post_date_gmt", "")
        ),
        byte=byte,
    )


def _cross_posts(raw: str) -> tuple[str, ...]:
    """Find the addresses of articles that a text says it is a cross-post of."""
    if "href" not in raw.lower():
        return ()
    return tuple(dict.fromkeys(_cross_post.findall(raw)))


def comment_of(
    reading: Reading, fields: CommentFields, post: ParsedPost, byte: int
) -> ParsedComment:
    """Return a comment made of its fields."""
    source_id, name, email, link, ip, local, utc, raw, approved, kind, parent = fields
    kind = KINDS.get(kind, "other")
    if post.kind == "contact":
        kind = "contact"
    state: SourceState = STATES.get(approved, "unknown")
    if kind in INTERNAL:
        state = "internal"
    elif state == "unknown":
        reason = f"comment {source_id}: its status is none that WordPress has"
        reading.problem(byte, reason, loss=False)
    cleaned = clean(raw, "wp-autop")
    return ParsedComment(
        source_id[:200],
        "" if parent == "0" else parent[:200],
        kind,
        state,
        unescape(name),
        link,
        email,
        ip,
        local_and_utc(local, utc),
        raw,
        "wp-autop",
        cleaned.html,
        cleaned.plain,
        byte,
    )
