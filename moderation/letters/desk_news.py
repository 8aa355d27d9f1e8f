"""What is new at the desk, as counts, for those of the staff who asked for a mail."""

from datetime import datetime, time, timedelta

from django.contrib.auth.models import User
from django.db.models import Max, Q
from django.utils import timezone

from commentarchive.models import Comment
from moderation.actions.flags import number_reported
from moderation.actions.letter_switch import mail_is_set_up
from moderation.actions.letters import can_be_written_to, has_come_back
from moderation.actions.news import tell_news
from moderation.models import Complaint, Flag, NewsChoice, QueueItem

# Between two mails to whoever wants one an event.
EVERY = timedelta(minutes=15)
# From when on in the day whoever wants one a day gets it.
MORNING = time(7)
# The queue's events, as one row of counts each.
WAITING = "Waiting to be looked at"
DUE = "On hold, and due"
REPORTED = "Reported by readers"
COMPLAINTS = "Complaints that are due"


def news_lines() -> list[tuple[str, int]]:
    """Count what waits at the desk now."""
    now = timezone.now()
    queue = QueueItem.objects.order_by()
    return [
        (WAITING, queue.filter(tab="waiting").count()),
        (DUE, queue.filter(tab="on-hold", due_at__lte=now).count()),
        (REPORTED, number_reported()),
        (COMPLAINTS, Complaint.objects.due(now).count()),
    ]


def queue_news(now: datetime) -> None:
    """Queue a mail for each of the staff who is to have one now."""
    if not mail_is_set_up():
        return
    newest = Comment.objects.aggregate(newest=Max("pk"))["newest"] or 0
    for choice in NewsChoice.objects.select_related("actor__link__user"):
        if not _is_time(choice, now):
            continue
        link = getattr(choice.actor, "link", None)
        user = link.user if link else None
        if user is None or not _can_be_told(user) or not has_news(choice, now):
            continue
        tell_news(choice, email=user.email, until=now, comment=newest)


def _can_be_told(user: User) -> bool:
    """Return whether a mail may go to somebody: of the staff, with an address."""
    return (
        user.is_active
        and user.has_perm("moderation.view_decision")
        and can_be_written_to(user.email)
        and not has_come_back(user.email)
    )


def _is_time(choice: NewsChoice, now: datetime) -> bool:
    if choice.how == NewsChoice.How.EACH:
        return choice.told_until <= now - EVERY
    here = timezone.localtime(now)
    told = timezone.localdate(choice.told_until)
    return told < here.date() and here.time() >= MORNING


def has_news(choice: NewsChoice, now: datetime) -> bool:
    """Return whether anything came, or became due, since somebody was last told."""
    due = Q(tab="on-hold", due_at__gt=choice.told_until, due_at__lte=now)
    came = Q(tab="waiting", comment_id__gt=choice.told_comment)
    if QueueItem.objects.filter(due | came).exists():
        return True
    since = choice.told_until
    complaints = Complaint.objects.is_open().filter(
        Q(recorded_at__gt=since) | Q(due_at__gt=since, due_at__lte=now)
    )
    return complaints.exists() or Flag.objects.filter(received_at__gt=since).exists()
