"""What staff do with a card besides deciding: open it, leave it, add a note."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from commentarchive.ledger.append import By
from commentarchive.models import Comment
from commentarchive.storage.write_locks import short_write
from moderation.models import DeskNote, OpenCard

# For how long others leave an open card to whoever opened it.
OPEN_FOR = timedelta(minutes=10)


def open_card(comment: Comment, *, by: By) -> OpenCard | None:
    """Note that somebody looks at a comment; return whoever else does so already.

    Readers see nothing of it, so that it counts as no change of the archive.
    """
    now = timezone.now()
    with transaction.atomic():
        Comment.objects.select_for_update(no_key=True).filter(pk=comment.pk).first()
        OpenCard.objects.filter(until__lte=now).delete()
        cards = OpenCard.objects.select_related("actor").filter(comment=comment)
        other = cards.exclude(actor=by.actor).first()
        if other is None and by.actor is not None:
            OpenCard.objects.update_or_create(
                comment=comment,
                defaults={"actor": by.actor, "until": now + OPEN_FOR},
            )
    return other


def leave_card(comment: Comment, *, by: By) -> None:
    """Let others have a comment that somebody had open."""
    OpenCard.objects.filter(comment=comment, actor=by.actor).delete()


def add_note(comment: Comment, words: str, *, by: By) -> None:
    """Add to the notes that staff read beside a comment; nobody changes one."""
    with short_write():
        DeskNote.objects.create(
            comment=comment,
            actor=by.actor,
            role=by.role,
            words=words.strip(),
            written_at=timezone.now(),
        )


def erase_notes(subject: str) -> None:
    """Delete the notes on a comment that is erased: they may repeat it."""
    DeskNote.objects.filter(comment__ref=subject).delete()
