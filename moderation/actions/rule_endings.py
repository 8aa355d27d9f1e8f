"""The end of a blog's own house rules: the archive's are in force there again."""

from datetime import datetime

from django.utils import timezone

from commentarchive.ledger.append import By, Statement, append, minute, next_index
from commentarchive.models import Blog
from commentarchive.storage.write_locks import short_write
from commentarchive.threads.notice_words import day
from moderation.models import PolicyEnd, PolicyVersion


class CannotEnd(ValueError):
    """A blog's own rules cannot end so; the message says why."""


class RulesMoved(ValueError):
    """Another version was published since somebody looked; the message says which."""


def end_own_rules(
    blog: Blog, *, by: By, seen: int, ends_at: datetime | None = None
) -> PolicyEnd:
    """Put on record that a blog's own rules end, at a time still to come or now.

    Decisions keep the rule that they name. `seen` is the number of the blog's version
    that was looked at. The same again returns the end that is on record. Raise
    RulesMoved where that is not the last one; CannotEnd where there is none, where
    its end is on record for another time, where the archive has no rules to go back
    to, and for a time that is over or before the last version is in force.
    """
    with short_write():
        index, now = next_index(), timezone.now()
        last = PolicyVersion.objects.filter(blog=blog).newest_first().first()
        if last is None:
            message = "This blog has no rules of its own on record."
            raise CannotEnd(message)
        if last.number != seen:
            message = f"Version {last.number} was published since you looked."
            raise RulesMoved(message)
        known = PolicyEnd.objects.filter(policy=last).first()
        if known is not None:
            is_same = known.ends_at == ends_at if ends_at else known.ends_at <= now
            if is_same and known.published_by == by.actor:
                return known
            message = (
                f"That these rules end on {day(timezone.localtime(known.ends_at))} is "
                "on record already; only another version of them changes that."
            )
            raise CannotEnd(message)
        end = PolicyEnd.objects.create(
            policy=last,
            ends_at=_checked(ends_at or max(now, last.in_force_at), last, now),
            published_at=now,
            published_by=by.actor,
            entry_index=index,
        )
        append(
            Statement(
                event="policy.end",
                subject=last.ref,
                by=by,
                public={"blog": blog.ref, "ends": minute(end.ends_at)},
            )
        )
    return end


def _checked(moment: datetime, last: PolicyVersion, now: datetime) -> datetime:
    """Return a time at which rules may end. Raise CannotEnd."""
    if moment < now:
        message = (
            "That is over: what was decided meanwhile was decided under these rules. "
            "Choose a time still to come, or none for now."
        )
        raise CannotEnd(message)
    if moment < last.in_force_at:
        begins = day(timezone.localtime(last.in_force_at))
        message = (
            f"Version {last.number} is in force from {begins}; it ends after that."
        )
        raise CannotEnd(message)
    if PolicyVersion.objects.in_force_at(moment, None) is None:
        message = "This archive has no rules in force then that the blog could go by."
        raise CannotEnd(message)
    return moment
