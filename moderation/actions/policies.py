"""House rules: the starter set, and the publication of a version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
from commentarchive.models import Blog
from commentarchive.storage.write_locks import short_write
from commentarchive.threads.notice_words import day
from moderation.actions.rule_drafts import check_seen, lock_draft
from moderation.models import Clause, ClauseDraft, PolicyEnd, PolicyVersion
from moderation.models.policy import RuleText


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
    against: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    is_spam: bool = False
    is_legal: bool = False


STARTER_RULES = (
    Rule(
        number=1,
        title="Spam",
        text="No advertising, no links left for search engines, no bulk messages.",
        against=("A link to a shop under an article about the council.",),
        allowed=("A link to a source of what the comment says.",),
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
        against=("“You are too stupid to vote.”",),
        allowed=("“This plan is stupid, and here is why.”",),
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
        against=("“He lives at number 9; tell him yourself.”",),
        allowed=("The office address of a councillor, as the council prints it.",),
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
        against=("“The treasurer pockets the fees.”",),
        allowed=("“The accounts do not say where the fees went.”",),
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
        against=("The football results under an article about the bus timetable.",),
        allowed=("An answer to what another comment says about the fares.",),
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


def start_draft(
    rules: Sequence[Rule] = STARTER_RULES, *, blog: Blog | None = None
) -> None:
    """Replace the draft of the archive, or of a blog's own rules, by a set of rules."""
    _replace_draft(
        [
            ClauseDraft(
                number=rule.number,
                title=rule.title,
                text=rule.text,
                is_spam=rule.is_spam,
                is_legal=rule.is_legal,
                ready_sentences="\n".join(rule.sentences),
                against="\n".join(rule.against),
                allowed="\n".join(rule.allowed),
            )
            for rule in rules
        ],
        blog,
    )


def copy_to_draft(version: PolicyVersion, *, blog: Blog | None) -> None:
    """Replace the draft of a set by the rules of a version, of that set or another."""
    clauses = version.clauses.order_by("place", "number")
    _replace_draft([ClauseDraft(**clause.words) for clause in clauses], blog)


def _replace_draft(drafts: Sequence[ClauseDraft], blog: Blog | None) -> None:
    for place, draft in enumerate(drafts, 1):
        draft.blog, draft.place = blog, place
    with short_write():
        ClauseDraft.objects.filter(blog=blog).delete()
        ClauseDraft.objects.bulk_create(drafts)


def publish_policy(
    *,
    by: By = SYSTEM,
    blog: Blog | None = None,
    in_force_at: datetime | None = None,
    as_told: bool = False,
    seen: str | None = None,
) -> PolicyVersion:
    """Publish a draft as the next version of its set, in force from a date or today.

    The draft stays, as the beginning of the version after it. `as_told` marks rules
    as a blog says they read then; `seen` is the mark of the draft that was looked at.
    Raise CannotPublish when the draft is empty, says what the last version says, or
    gives a number another meaning; and when the date lies before the record's first
    entry without that mark, or after it with the mark. Raise DraftChanged when the
    draft is no longer what was looked at.
    """
    with short_write():
        drafts = lock_draft(blog)
        if seen is not None:
            check_seen(seen, drafts)
        drafts = [draft for draft in drafts if not draft.is_out]
        # What is published elsewhere meanwhile waits from here on.
        index = next_index()
        last = PolicyVersion.objects.filter(blog=blog).newest_first().first()
        _check(drafts, last)
        now = timezone.now()
        in_force = in_force_at or now
        _check_date(in_force, as_told=as_told)
        version = PolicyVersion.objects.create(
            ref=new_ref("r"),
            blog=blog,
            number=last.number + 1 if last else 1,
            in_force_at=in_force,
            as_told=as_told,
            published_at=now,
            published_by=by.actor,
            entry_index=index,
        )
        Clause.objects.bulk_create(
            [
                Clause(policy=version, place=place, **draft.words)
                for place, draft in enumerate(drafts, 1)
            ]
        )
        append(_published(version, drafts, by))
    return version


def _published(
    version: PolicyVersion, drafts: Sequence[ClauseDraft], by: By
) -> Statement:
    """Return what the record says of a version."""
    return Statement(
        event="policy.publish",
        subject=version.ref,
        by=by,
        public={
            "clauses": len(drafts),
            "in_force": minute(version.in_force_at),
            "number": version.number,
            **({"as_told": True} if version.as_told else {}),
            **({"blog": version.blog.ref} if version.blog else {}),
        },
        committed={"text": [draft.words for draft in drafts]},
    )


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
    if last and _says(last, drafts):
        raise SaysNothingNew(last)
    meant = meanings()
    for draft in drafts:
        check_meaning(draft, meant)


def _says(last: PolicyVersion, drafts: Sequence[ClauseDraft]) -> bool:
    """Return whether a version goes on in the words of a draft.

    One that has ended, or is to end, begins anew in the same words.
    """
    if PolicyEnd.objects.filter(policy=last).exists():
        return False
    rules = last.clauses.order_by("place", "number")
    return [rule.words for rule in rules] == [draft.words for draft in drafts]


def meanings() -> dict[int, Clause]:
    """Return what each number means, in whichever set: the rule published last by it.

    Sets share their numbers, for a rule is named by its number alone wherever readers
    meet it: in the log and its filters, in reports, on notices.
    """
    published = Clause.objects.select_related("policy__blog")
    return {
        clause.number: clause for clause in published.order_by("policy__entry_index")
    }


def next_number(meant: Mapping[int, Clause]) -> int:
    """Return a number that no rule has or had, in a draft or a version of any set."""
    drafted = ClauseDraft.objects.values_list("number", flat=True)
    return max([*meant, *drafted], default=0) + 1


def check_meaning(rule: RuleText, meant: Mapping[int, Clause]) -> None:
    """Raise CannotPublish for a rule whose number means another one already."""
    used = meant.get(rule.number)
    if used is None or used.meaning == rule.meaning:
        return
    if used.meaning[0] != rule.meaning[0]:
        message = (
            f"Rule {rule.number} has always been “{used.title}”; a number keeps its "
            f"meaning. Give “{rule.title}” a number that was never used"
        )
    else:
        was, now = (" and ".join(each.marks) or "none" for each in (used, rule))
        message = (
            f"Rule {rule.number} was published with other marks: {was}, not {now}. A "
            "number keeps its meaning; give the rule a number that was never used"
        )
    message += f", such as {next_number(meant)}."
    raise CannotPublish(message)
