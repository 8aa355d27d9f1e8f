"""The private journal: each look at what readers may not see is noted before it is."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commentarchive.models import AccessKind, AccessNote
from commentarchive.storage.prepared import Prepared

# Looks of one person at the same thing within so long are one.
TOGETHER = timedelta(minutes=10)


def note_look(
    user: User,
    kind: AccessKind,
    *,
    page: str,
    subject: str = "",
) -> None:
    """Note that somebody is about to look; what is too old goes with it.

    One insert, and none where the same was noted a moment ago. Where it cannot be
    written nothing is shown: the error reaches whoever asked.
    """
    now, page = timezone.now(), page[:200]
    if _noted(user.pk, subject, str(kind), page, now - TOGETHER):
        return
    # Without the count of writes, by which readers' pages would be made anew each time.
    with transaction.atomic():
        kept_for = timedelta(days=settings.ACCESS_JOURNAL_DAYS)
        AccessNote.objects.filter(noted_at__lt=now - kept_for).delete()
        AccessNote.objects.create(
            user_id=user.pk, kind=kind, subject=subject, page=page, noted_at=now
        )


@Prepared
def _noted(
    user_pk: int, subject: str, kind: str, page: str, after: datetime
) -> QuerySet[AccessNote, int]:
    noted = AccessNote.objects.filter(
        user=user_pk, subject=subject, kind=kind, page=page, noted_at__gt=after
    )
    return noted.order_by().values_list("pk", flat=True)[:1]
