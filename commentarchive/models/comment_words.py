"""What a source calls a comment, and what the public sees in its place."""

from django.db import models


class CommentKind(models.TextChoices):
    """What the source calls it."""

    COMMENT = "comment", "comment"
    PINGBACK = "pingback", "pingback"
    TRACKBACK = "trackback", "trackback"
    NOTE = "note", "note"
    CONTACT = "contact", "contact"
    OTHER = "other", "other"


class Visibility(models.TextChoices):
    """What the public sees in a comment's place."""

    PUBLISHED = "published", "published"
    HELD = "held", "waiting"
    BLOCKED = "blocked", "not published"
    REMOVED = "removed", "taken down"
    SPAM = "spam", "spam"
    TRASHED = "trashed", "in the trash"
    DELETED_BY_AUTHOR = "deleted_by_author", "deleted by its author"
    GONE_AT_SOURCE = "gone_at_source", "gone at its blog"
    WITHHELD = "withheld", "withheld on legal grounds"
    ERASED = "erased", "erased"
    # Not a comment for readers at all: an editor's note, a contact form.
    INTERNAL = "internal", "internal"
    # Known from its replies only.
    UNKNOWN = "unknown", "never seen here"
