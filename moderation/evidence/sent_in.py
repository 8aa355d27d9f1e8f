"""What somebody sent in from an e-mail address: reports, claims, complaints, wishes."""

import re
from collections.abc import Iterator
from typing import Any

from moderation.models import (
    Claim,
    Complaint,
    ComplaintWords,
    Flag,
    ReportSubscription,
)

# What stands around an e-mail address.
_between = re.compile(r"[\s,;<>()]+")

type Row = dict[str, Any]


def sent_in(email: str) -> dict[str, list[Row]]:
    """Return all that came from an address, by kind; nothing for ""."""
    return {
        "own_reports": list(_reports(email)) if email else [],
        "own_claims": list(_claims(email)) if email else [],
        "own_complaints": list(_complaints(email)) if email else [],
        "own_subscriptions": list(_subscriptions(email)) if email else [],
    }


def _reports(email: str) -> Iterator[Row]:
    flags = Flag.objects.filter(words__email__iexact=email)
    for each in flags.select_related("comment", "words").order_by("pk"):
        yield {
            "about": each.comment.ref,
            "when": each.received_at.isoformat(),
            "words": each.words.text,
        }


def _claims(email: str) -> Iterator[Row]:
    claims = Claim.objects.filter(words__email__iexact=email)
    for each in claims.select_related("words").order_by("pk"):
        yield {
            "when": each.received_at.isoformat(),
            "number": each.number,
            "words": each.words.text,
        }


def _complaints(email: str) -> Iterator[Row]:
    perhaps = Complaint.objects.filter(words__from_address__icontains=email)
    for each in perhaps.distinct().prefetch_related("words", "answers").order_by("pk"):
        # An address may be the end of somebody else's.
        own = [words for words in each.words.all() if _is_from(words, email)]
        if own:
            yield {
                "ref": each.ref,
                "outcome": each.get_outcome_display() or "open",
                "words": [words.text for words in own],
                "answers": [answer.words for answer in each.answers.all()],
            }


def _is_from(words: ComplaintWords, email: str) -> bool:
    return email.casefold() in _between.split(words.from_address.casefold())


def _subscriptions(email: str) -> Iterator[Row]:
    """Return which audit reports the address asked to have by mail."""
    asked = ReportSubscription.objects.filter(email__iexact=email)
    for each in asked.select_related("blog").order_by("pk"):
        confirmed = each.confirmed_at
        yield {
            "about": each.blog.title if each.blog else "all blogs",
            "when": each.asked_at.isoformat(),
            "email": each.email,
            "state": f"confirmed {confirmed.isoformat()}"
            if confirmed
            else "not confirmed",
        }
