"""The tables that an import fills, with their columns, in the order of insertion."""

from commentarchive.models import (
    Comment,
    Commenter,
    CommenterName,
    Manifest,
    Post,
    PostAddress,
    PrivateAddress,
    Revision,
    RevisionText,
    Segment,
    Testimony,
    Tombstone,
)
from commentarchive.storage.bulk_insert import Tables

# Tables that others refer to come first.
TABLES: Tables = {
    Commenter: (*("id", "ref", "blog_id", "fingerprint", "capture_id", "hidden_name"),),
    CommenterName: (*("commenter_id", "name", "link", "person", "looks", "is_odd"),),
    Post: (
        *("id", "ref", "blog_id", "scheme", "source_id", "kind", "source_type"),
        *("published_at", "printed_at", "utc_offset", "day_only"),
        *("capture_id", "status", "live_with", "is_public", "current_revision_id"),
        *("copies", "stored_places", "stored_key", "stored_shown"),
        *("stored_hidden", "stored_notices", "stored_bytes"),
    ),
    PostAddress: ("post_id", "address", "normal_address"),
    Comment: (
        *("id", "ref", "post_id", "scheme", "source_id", "twin", "kind"),
        "source_type",
        *("commenter_id", "posted_at", "printed_at", "utc_offset", "day_only"),
        *(
            "capture_id",
            "parent_id",
            "position",
            "depth",
            "visibility",
            "current_revision_id",
        ),
        *("source_state", "source_parent"),
    ),
    Revision: (
        *("id", "comment_id", "post_id", "number", "origin", "commitment"),
        *("fingerprint", "capture_id", "same_as_id"),
    ),
    RevisionText: (
        *("revision_id", "salt", "title", "byline", "raw", "form", "html", "plain"),
        "cleaner",
    ),
    PrivateAddress: ("comment_id", "email", "ip"),
    Tombstone: (
        *("id", "comment_id", "kind", "grade", "since_not_before"),
        *("since_not_after", "actor_label", "clause_label", "statement_path"),
        *("was_public", "shows_name", "opened_capture_id", "seen_capture_id"),
        *("closing_path", "is_open"),
    ),
    Manifest: (
        *("capture_id", "post_id", "ordinal", "part", "post_status"),
        *("post_revision_id", "packed", "leaf"),
        *("scheme", "is_whole", "tells_parents", "seen_at", "newest_at"),
        *("printed_count", "keeps_facts", "times"),
    ),
    Testimony: (
        *("comment_id", "post_id", "capture_id", "ordinal", "kind", "name", "link"),
        *("person", "posted_at", "printed_at", "utc_offset", "day_only"),
        *("parent", "title"),
    ),
    Segment: (
        *("post_id", "number", "first_level", "last_level", "packed", "crc"),
        *("size", "shown", "hidden", "notices"),
    ),
}
