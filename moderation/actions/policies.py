"""House rules: the starter set, and the publication of a version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from commentarchive.ledger.append import (
    SYSTEM,
    By,
    Statement,
    append,
    minute,
    next_index,
    read_leaf,
)
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Entry
from commentarchive.storage.write_locks import short_write
from commentarchive.threads.notice_words import day
from moderation.models import Clause, ClauseDraft, PolicyVersion


class CannotPublish(ValueError):
    """The draft cannot be published as it stands; the message says why."""


class SaysNothingNew(CannotPublish):
    """The draft says what the last version says."""

    def __init__(self, last: PolicyVersion) -> None:
        super().__init__(f"The draft says what version {last.number} says.")
        self.last = last


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule before it is stored."""

    number: int
    title: str
    text: str
    sentences: tuple[str, ...] = ()
    is_spam: bool = False
    is_legal: bool = False


STARTER_RULES = (
    Rule(
        number=1,
        title="Spam",
        text="No advertising, no links left for search engines, no bulk messages.",
        sentences=(
            "It advertises something that has nothing to do with the article.",
            "The same message was left under many articles.",
        ),
        is_spam=True,
    ),
    Rule(
        number=2,
        title="Abuse",
        text=(
            "Argue about what people say and do. No insults, threats or slurs, and no "
            "remarks about anybody's looks, family, health, faith or origin."
        ),
        sentences=(
            "It insults another commenter and adds nothing to the argument.",
            "It contains a threat.",
            "It attacks somebody for what they are and not for what they did.",
        ),
    ),
    Rule(
        number=3,
        title="Personal details",
        text=(
            "No home addresses, telephone numbers, e-mail addresses, number plates or "
            "medical facts of anybody, your own included."
        ),
        sentences=(
            "It gives personal details of somebody who had not published them.",
        ),
    ),
    Rule(
        number=4,
        title="Legal risk",
        text=(
            "No statement that a named person did something shameful or criminal, "
            "unless it can be shown to be true. Such comments are withheld while it is "
            "looked into; no view is taken on who is right."
        ),
        sentences=(
            "It makes a claim about a named person that could not be checked.",
            "A complaint was received about it and is being looked into.",
        ),
        is_legal=True,
    ),
    Rule(
        number=5,
        title="Off topic",
        text="Keep to the article and to what others said about it.",
        sentences=("It has nothing to do with the article or the discussion.",),
    ),
    Rule(
        number=6,
        title="Duplicate",
        text="Say it once. Repeated comments are left out.",
        sentences=("The same comment stands in this discussion already.",),
    ),
    Rule(
        number=7,
        title="Impersonation",
        text="Use any name you like, but not one by which somebody else is known.",
        sentences=("It was written under the name of another person.",),
    ),
    Rule(
        number=8,
        title="Other",
        text="Anything else that stops others from talking, with the reason given.",
    ),
)


def start_draft(rules: Sequence[Rule] = STARTER_RULES) -> None:
    """Replace the draft by a set of rules."""
    with short_write():
        ClauseDraft.objects.all().delete()
        ClauseDraft.objects.bulk_create(
            [
                ClauseDraft(
                    number=rule.number,
                    title=rule.title,
                    text=rule.text,
                    is_spam=rule.is_spam,
                    is_legal=rule.is_legal,
                    ready_sentences="\n".join(rule.sentences),
                )
                for rule in rules
            ]
        )


def save_draft(rule: ClauseDraft) -> None:
    """Keep a draft rule that was made or changed in the back office."""
    with short_write():
        rule.save()


def delete_drafts(rules: QuerySet[ClauseDraft]) -> None:
    """Take rules out of the draft."""
    with short_write():
        rules.delete()


def publish_policy(
    *, by: By = SYSTEM, in_force_at: datetime | None = None, as_told: bool = False
) -> PolicyVersion:
    """Publish the draft as the next version, in force from a date; today's if none.

    The draft stays, as the beginning of the version after it. `as_told` marks rules
    as a blog says they read then. Raise CannotPublish when the draft is empty, says
    what the last version says, or gives a number another meaning; and when the date
    lies before the record's first entry without that mark, or after it with the mark.
    """
    with short_write():
        drafts = list(ClauseDraft.objects.order_by("number"))
        last = PolicyVersion.objects.newest_first().first()
        _check(drafts, last)
        now = timezone.now()
        in_force = in_force_at or now
        index = next_index()
        _check_date(in_force, as_told=as_told)
        version = PolicyVersion.objects.create(
            ref=new_ref("r"),
            number=last.number + 1 if last else 1,
            in_force_at=in_force,
            as_told=as_told,
            published_at=now,
            published_by=by.actor,
            entry_index=index,
        )
        Clause.objects.bulk_create(
            [Clause(policy=version, **draft.words) for draft in drafts]
        )
        append(
            Statement(
                event="policy.publish",
                subject=version.ref,
                by=by,
                public={
                    "clauses": len(drafts),
                    "in_force": minute(in_force),
                    "number": version.number,
                    **({"as_told": True} if as_told else {}),
                },
                committed={"text": [draft.words for draft in drafts]},
            )
        )
    return version


def _check_date(in_force: datetime, *, as_told: bool) -> None:
    """Refuse a date at which this archive could not have had any rules."""
    first = datetime.fromisoformat(
        str(read_leaf(bytes(Entry.objects.get(pk=0).leaf))["ts"])
    )
    if in_force < first and not as_told:
        message = (
            f"This archive’s record begins on {day(first)}; rules of an earlier date "
            "have to be marked as what the blog says they read then."
        )
        raise CannotPublish(message)
    if as_told and in_force >= first:
        message = (
            f"Only rules of a time before {day(first)}, when this archive’s record "
            "begins, are put down as what the blog says they read then."
        )
        raise CannotPublish(message)


def _check(drafts: Sequence[ClauseDraft], last: PolicyVersion | None) -> None:
    if not drafts:
        message = "There are no rules in the draft."
        raise CannotPublish(message)
    if last and [rule.words for rule in last.clauses.order_by("number")] == [
        draft.words for draft in drafts
    ]:
        raise SaysNothingNew(last)
    meant = dict(
        Clause.objects.order_by("policy__number").values_list("number", "title")
    )
    for draft in drafts:
        used = meant.get(draft.number)
        if used and used.casefold() != draft.title.casefold():
            message = (
                f"Rule {draft.number} has always been “{used}”; a number keeps its "
                f"meaning. Give “{draft.title}” a number that was never used."
            )
            raise CannotPublish(message)
