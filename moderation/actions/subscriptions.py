"""Who wants new reports by mail: asked, confirmed from the address, ended by a click.

Nobody learns from the form whether an address is subscribed. An address is kept from
the question until it is confirmed or a week is over, and then until its reader ends it.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Blog, PrivateAddress
from commentarchive.storage.write_locks import short_write
from moderation.actions.letter_switch import mail_is_set_up
from moderation.actions.letters import can_be_written_to, had_enough, queue_letter
from moderation.actions.receipts import digest_of, opens, secret_of
from moderation.models import (
    IssuedReport,
    Letter,
    LetterAddress,
    LetterKind,
    LetterText,
    ReportSubscription,
)

_SALT = "moderation.subscriptions"
# How long a question may be answered.
OPEN_FOR = timedelta(days=7)
# A report that was issued longer ago is news to nobody.
NEWS_FOR = timedelta(days=14)
_OURS = (LetterKind.SUBSCRIPTION, LetterKind.REPORT)


def secret_for(subscription: ReportSubscription) -> str:
    """Return what confirms and ends a subscription: 128 bits that no row holds."""
    return secret_of(_SALT, subscription.ref)


def ask_for_reports(email: str, blog: Blog | None) -> None:
    """Ask an address whether it wants reports; nothing where it has them already.

    None is sent to an address that cannot be written to or had enough letters today.
    """
    email = email.strip()
    if not mail_is_set_up() or not can_be_written_to(email) or had_enough(email):
        return
    with short_write():
        same = ReportSubscription.objects.filter(email__iexact=email, blog=blog)
        asked = same.order_by("pk").first()
        if asked is not None and asked.confirmed_at is not None:
            return
        if asked is None:
            ref = new_ref("e")
            asked = ReportSubscription.objects.create(
                ref=ref,
                blog=blog,
                email=email,
                secret_digest=digest_of(secret_of(_SALT, ref)),
                asked_at=timezone.now(),
            )
        number = Letter.objects.filter(case=asked.ref).count()
        queue_letter(
            LetterKind.SUBSCRIPTION,
            case=asked.ref,
            about=f"{asked.ref}/{number}",
            email=email,
            blog=None,
        )


def find_subscription(ref: str, secret: str) -> ReportSubscription | None:
    """Find a subscription by its reference and secret, compared in constant time."""
    found = ReportSubscription.objects.select_related("blog").filter(ref=ref).first()
    return found if opens(found.secret_digest if found else None, secret) else None


def confirm(subscription: ReportSubscription) -> None:
    """Note that an address wants what was asked for; again changes nothing."""
    if subscription.confirmed_at is None:
        _replace(subscription, confirmed_at=timezone.now())


def leave(subscription: ReportSubscription) -> None:
    """End a subscription: its address is deleted, here and in its letters."""
    with short_write():
        _forget([subscription])


def forget_unanswered(now: datetime) -> None:
    """Delete the addresses that did not answer within a week."""
    unanswered = ReportSubscription.objects.filter(
        confirmed_at=None, asked_at__lt=now - OPEN_FOR
    )
    # A look costs no transaction.
    if found := list(unanswered):
        with short_write():
            _forget(found)


def forget_subscriptions(subject: str) -> None:
    """Delete the subscriptions of addresses that a comment or a name was left with.

    Called before those are deleted, inside the transaction of an erasure.
    """
    left = PrivateAddress.objects.exclude(email="")
    by = {"c": "comment__ref", "n": "comment__commenter__ref"}.get(subject[0])
    if by is None:
        return
    addresses = {
        each.casefold()
        for each in left.filter(**{by: subject}).values_list("email", flat=True)
    }
    if addresses:
        _forget(
            [
                each
                for each in ReportSubscription.objects.all()
                if each.email.casefold() in addresses
            ]
        )


def tell_subscribers(now: datetime) -> int:
    """Queue a letter for everybody who is not told of a new report yet; count them.

    One short transaction a letter, so that no decision waits; whatever is cut short is
    done by the next call.
    """
    if not mail_is_set_up():
        return 0
    told = 0
    news = IssuedReport.objects.public().filter(issued_at__gt=now - NEWS_FOR)
    for report in news.order_by("entry_index"):
        wanted = ReportSubscription.objects.filter(
            blog=report.blog, confirmed_at__lt=report.issued_at
        )
        has_it = set(Letter.objects.filter(about=report.ref).values_list("case"))
        for subscription in wanted.order_by("pk"):
            if (subscription.ref,) not in has_it:
                told += _tell(subscription, report)
    return told


def _tell(subscription: ReportSubscription, report: IssuedReport) -> bool:
    with short_write():
        if not ReportSubscription.objects.filter(pk=subscription.pk).exists():
            return False
        if not opens(subscription.secret_digest, secret_for(subscription)):
            # The installation's key is another one since.
            subscription = _replace(subscription)
        letter = queue_letter(
            LetterKind.REPORT,
            case=subscription.ref,
            about=report.ref,
            email=subscription.email,
            blog=None,
        )
    return letter is not None


def _replace(
    subscription: ReportSubscription, *, confirmed_at: datetime | None = None
) -> ReportSubscription:
    """Put another row in a subscription's place; rows of addresses never change."""
    with short_write():
        ReportSubscription.objects.filter(pk=subscription.pk).delete()
        return ReportSubscription.objects.create(
            ref=subscription.ref,
            blog=subscription.blog,
            email=subscription.email,
            secret_digest=digest_of(secret_for(subscription)),
            asked_at=subscription.asked_at,
            confirmed_at=confirmed_at or subscription.confirmed_at,
        )


def _forget(subscriptions: list[ReportSubscription]) -> None:
    letters = Letter.objects.filter(
        kind__in=_OURS, case__in=[each.ref for each in subscriptions]
    )
    for side in (LetterAddress, LetterText):
        side.objects.filter(letter__in=letters.values("pk")).delete()
    pks = [each.pk for each in subscriptions]
    ReportSubscription.objects.filter(pk__in=pks).delete()
