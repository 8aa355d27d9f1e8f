"""Something that may be missing: recorded as what it is, never as a decision."""

from django.utils import timezone

from commentarchive.discussion.stored_pages import rewrite_places
from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Comment, Gap, GapKind, Grade, Post
from commentarchive.storage.write_locks import short_write


def claim_gap(post: Post, *, number: int, said_in: Comment, by: By) -> Gap:
    """Record that somebody says so many comments of an article were blocked.

    Saying the same again changes nothing. Raise ValueError for no comments at all,
    and for another number than the one that is on record.
    """
    if number < 1:
        message = "Say how many comments are missing; at least one."
        raise ValueError(message)
    with short_write():
        Post.objects.select_for_update().get(pk=post.pk)
        known = Gap.objects.filter(post=post, said_in=said_in).first()
        if known is not None and known.at_least != number:
            message = (
                f"It is on record already that it says {known.at_least} there; "
                "what is on record is not edited."
            )
            raise ValueError(message)
        if known is not None:
            return known
        before = Comment.objects.filter(post=post).exclude(visibility="internal")
        if said_in.posted_at:
            before = before.filter(posted_at__lte=said_in.posted_at)
        gap = Gap.objects.create(
            ref=new_ref("g"),
            post=post,
            after=before.order_by("-position").first(),
            at_least=number,
            at_most=number,
            grade=Grade.CLAIMED,
            kind=GapKind.SAID,
            said_in=said_in,
            recorded_at=timezone.now(),
            entry_index=next_index(),
        )
        if gap.after is not None:
            rewrite_places(post.pk, [gap.after.position])
        append(
            Statement(
                event="gap.claimed",
                subject=gap.ref,
                by=by,
                thread=post.ref,
                public={
                    "at_least": number,
                    "at_most": number,
                    "grade": gap.grade,
                    "kind": gap.kind,
                },
                committed={"evidence": said_in.ref},
            )
        )
    return gap
