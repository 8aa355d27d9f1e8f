"""How staff choose to hear of what is new at the desk, and that they are told once."""

from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from commentarchive.ledger.models import Actor
from commentarchive.models import Comment
from commentarchive.storage.write_locks import short_write
from moderation.actions.outbox import to_staff
from moderation.models import LetterKind, NewsChoice


def choose_news(actor: Actor, how: str) -> None:
    """Keep how one of the staff wants to hear of news; "" for not at all.

    What was there before is no news.
    """
    with short_write():
        chosen = NewsChoice.objects.filter(actor=actor)
        if not how:
            chosen.delete()
        elif not chosen.update(how=how):
            newest = Comment.objects.aggregate(newest=Max("pk"))["newest"] or 0
            NewsChoice.objects.create(
                actor=actor,
                how=how,
                told_until=timezone.now(),
                told_comment=newest,
            )


def tell_news(choice: NewsChoice, *, email: str, until: datetime, comment: int) -> None:
    """Queue a mail of news, unless another process did so meanwhile."""
    with short_write():
        same = NewsChoice.objects.filter(pk=choice.pk, told_until=choice.told_until)
        if same.update(told_until=until, told_comment=comment):
            to_staff(LetterKind.NEWS, email, choice.actor.ref)
