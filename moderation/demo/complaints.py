"""The demo's complaint book: one complaint that is open, and one that is closed."""

from datetime import timedelta

from django.utils import timezone

from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Comment
from moderation.actions.complaints import (
    Answered,
    Told,
    add_complaint_note,
    close_complaint,
    record_complaint,
)
from moderation.models import Channel, Complaint, Ground, Outcome


def load(by: By) -> None:
    """Write both down, about two comments that readers see; again changes nothing."""
    if Complaint.objects.exists():
        return
    one, two = Comment.objects.shown().select_related("post__blog").order_by("pk")[:2]
    zone, now = one.post.blog.time_zone, timezone.now()
    still_open = record_complaint(
        Told(
            channel=Channel.LETTER,
            ground=Ground.OTHER,
            places=[one, one.post],
            time_zone=zone,
            came_at=now - timedelta(days=2),
            day_only=True,
            due_at=now + timedelta(days=12),
            from_name="Hortensia Blythe-Pell",
            from_address="7 Ropewalk, Tarnwick",
            text="My late husband is mocked there, and I ask you to look into it.",
        ),
        ref=new_ref("e"),
        by=by,
    )
    add_complaint_note(still_open, "She rang as well; call back after Friday.", by=by)
    closed = record_complaint(
        Told(
            channel=Channel.EMAIL,
            ground=Ground.HOUSE_RULES,
            places=[two],
            time_zone=two.post.blog.time_zone,
            came_at=now - timedelta(days=9),
            from_name="Cuthbert Onslow-Grebe",
            from_address="cuthbert@grebe.example",
            text="That remark is off the subject. Please take it down.",
        ),
        ref=new_ref("e"),
        by=by,
    )
    reply = Answered(
        words="We have looked at it: it keeps to the article, and it stays.",
        way=Channel.EMAIL,
        sent_at=now - timedelta(days=8),
    )
    close_complaint(closed, Outcome.REJECTED, reply, seen=1, by=by)
