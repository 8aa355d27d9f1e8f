"""Automatic rules: the draft of a set, and the publication of its versions."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db.models import Max, QuerySet
from django.utils import timezone

from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Blog
from commentarchive.storage.write_locks import short_write
from moderation.models import (
    AutomaticDraft,
    AutomaticRule,
    AutomaticVersion,
)

MOST_RULES = 200


class CannotPublish(ValueError):
    """The draft cannot be published as it stands; the message says why."""


class DraftChanged(ValueError):
    """Somebody changed the draft since it was looked at."""

    def __init__(self) -> None:
        super().__init__("Somebody changed these rules since this page was made.")


def drafts_of(blog: Blog | None) -> QuerySet[AutomaticDraft]:
    """Return the draft rules of a blog's own set, or of the common one."""
    return AutomaticDraft.objects.filter(blog=blog).order_by("number")


def mark_of(rules: Sequence[AutomaticDraft | AutomaticRule]) -> str:
    """Return a mark by which a change of some rules is noticed."""
    words = json.dumps([rule.words for rule in rules])
    return sha256(words.encode()).hexdigest()[:16]


def save_draft(rule: AutomaticDraft, *, seen: str) -> None:
    """Keep a draft rule; a new one gets a number that no rule ever had.

    `seen` is the mark of the rule as it was looked at, "" for a new one. Raise
    DraftChanged, or CannotPublish where a set has as many rules as it may have.
    """
    with short_write():
        _lock()
        if rule.pk:
            now = AutomaticDraft.objects.filter(pk=rule.pk).first()
            if now is None or mark_of([now]) != seen:
                raise DraftChanged
        elif drafts_of(rule.blog).count() >= MOST_RULES:
            message = f"A set has {MOST_RULES} rules at most."
            raise CannotPublish(message)
        else:
            rule.number = _next_number()
        rule.save()


def delete_draft(rule: AutomaticDraft) -> None:
    """Take a rule out of the draft."""
    with short_write():
        AutomaticDraft.objects.filter(pk=rule.pk).delete()


def _lock() -> None:
    """Let nobody else number draft rules until the transaction ends."""
    list(AutomaticDraft.objects.select_for_update(no_key=True).order_by("pk"))


def _next_number() -> int:
    """Return the next number; one that was taken out of a draft is not used again."""
    found = [
        model.objects.aggregate(last=Max("number"))["last"] or 0
        for model in (AutomaticDraft, AutomaticRule)
    ]
    return max(found) + 1


def publish_rules(
    blog: Blog | None, *, takes_common: bool = False, seen: str, by: By
) -> AutomaticVersion:
    """Publish the draft of a set as its next version, which acts from now on.

    The draft stays, as the beginning of the version after it; an empty one ends all
    rules of the set. `seen` is the mark of the draft as it was tested. Raise
    DraftChanged, or CannotPublish where the version would say nothing new.
    """
    with short_write():
        drafts = list(drafts_of(blog).select_for_update(no_key=True))
        if mark_of(drafts) != seen:
            raise DraftChanged
        last = AutomaticVersion.objects.in_force(blog)
        now, index = timezone.now(), next_index()
        common_from = _common_from(last, now) if takes_common and blog else None
        before = (
            {rule.number: rule for rule in last.automatic_rules.all()} if last else {}
        )
        _check(drafts, last, before, takes_common=common_from is not None)
        newest = AutomaticVersion.objects.newest_first().first()
        version = AutomaticVersion.objects.create(
            ref=new_ref("r"),
            number=newest.number + 1 if newest else 1,
            blog=blog,
            common_from=common_from,
            published_at=now,
            published_by=by.actor,
            entry_index=index,
        )
        AutomaticRule.objects.bulk_create(
            [
                AutomaticRule(
                    version=version,
                    acts_from=_acts_from(draft, before.get(draft.number), now),
                    **draft.words,
                )
                for draft in drafts
            ]
        )
        append(_statement(version, drafts, by))
    return version


def _statement(
    version: AutomaticVersion, drafts: Sequence[AutomaticDraft], by: By
) -> Statement:
    blog = {"blog": version.blog.ref} if version.blog else {}
    return Statement(
        event="automation.publish",
        subject=version.ref,
        by=by,
        public={"number": version.number, "rules": len(drafts), **blog},
        committed={
            "text": {
                "takes_common": version.common_from is not None,
                "rules": [draft.words for draft in drafts],
            }
        },
    )


def _common_from(last: AutomaticVersion | None, now: datetime) -> datetime:
    return (last and last.common_from) or now


def _acts_from(
    draft: AutomaticDraft, before: AutomaticRule | None, now: datetime
) -> datetime:
    """Return since when a rule looks for what it looks for, and does what it does."""
    if before and (before.what, before.action) == (draft.what, draft.action):
        return before.acts_from
    return now


def _check(
    drafts: Sequence[AutomaticDraft],
    last: AutomaticVersion | None,
    before: dict[int, AutomaticRule],
    *,
    takes_common: bool,
) -> None:
    took_common = last is not None and last.common_from is not None
    words = [before[number].words for number in sorted(before)]
    if words == [draft.words for draft in drafts] and took_common == takes_common:
        message = (
            f"That is what version {last.number} says."
            if last
            else "There are no rules in the draft."
        )
        raise CannotPublish(message)
    for draft in drafts:
        used = AutomaticRule.objects.filter(number=draft.number).exclude(
            kind=draft.kind, version__blog=draft.blog
        )
        if used.exists():
            message = (
                f"Rule {draft.number} has looked for something else; a number keeps "
                "its meaning. Make a new rule."
            )
            raise CannotPublish(message)
