"""Where in this archive a reader finds one removal of each grade."""

from django.db.models import Exists, OuterRef, Q

from commentarchive.models import Comment, Gap, Grade, Tombstone, TombstoneKind

# A claim that a copy proves is one that was seen.
_OF_COMMENTS = (Grade.DECIDED, Grade.IMPORTED, Grade.OBSERVED)
_WITHOUT_COMMENTS = (Grade.OBSERVED, Grade.INFERRED, Grade.CLAIMED)


def examples_of_grades() -> dict[str, str]:
    """Return the address of the newest public example of each grade; six queries.

    A grade of which the archive has none is left out.
    """
    found = {grade: _notice(grade) for grade in _OF_COMMENTS}
    for grade in _WITHOUT_COMMENTS:
        found[grade] = found.get(grade) or _gap(grade)
    return {grade.value: address for grade, address in found.items() if address}


def _notice(grade: Grade) -> str:
    """Find a comment in whose place a notice of that grade stands."""
    open_ones = Tombstone.objects.public().filter(grade=grade, is_open=True)
    # An erasure is no moderation.
    moderated = open_ones.exclude(kind=TombstoneKind.ERASED)
    notice = moderated.select_related("comment").order_by("-pk").first()
    return notice.comment.get_absolute_url() if notice else ""


def _gap(grade: Grade) -> str:
    """Find a place where something of that grade may be missing, or is said to be."""
    said = Comment.objects.public().filter(pk=OuterRef("said_in"))
    gaps = Gap.objects.public().filter(Q(said_in=None) | Exists(said), grade=grade)
    gap = gaps.with_context().order_by("-entry_index").first()
    if gap is None:
        return ""
    if gap.after:
        return gap.after.in_thread_url
    if gap.said_in:
        return gap.said_in.get_absolute_url()
    if gap.post:
        return gap.post.get_absolute_url()
    return f"{gap.its_blog.get_absolute_url()}#claims"
