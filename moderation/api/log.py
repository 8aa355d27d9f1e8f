"""The moderation log, and each decision with its reasons."""

from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from commentarchive.api.pages import Ordered, Page, Ref, cut, only, page_at
from commentarchive.api.rows import in_utc
from commentarchive.feeds.atom import absolute
from commentarchive.models import BlogVisibility
from moderation.later_rules import LaterRules
from moderation.log.query import KNOWN, OUTCOMES, RULES_NOW, LogFilter
from moderation.log.reversals import reversal
from moderation.models import Action
from moderation.models import Decision as StoredDecision
from moderation.models.decision import DecisionQuerySet

router = Router(tags=["Moderation"])


class Decision(Schema):
    """One act of moderation, as a statement of reasons."""

    id: str
    record: int = Field(description="Number of its entry in the public record.")
    action: str
    words: str = Field(description="What was done, as pages print it.")
    decided_at: datetime | None = Field(description="In UTC; null where not known.")
    recorded_at: datetime
    known: str = Field(
        description="decided here, or imported from the blog's own records."
    )
    decided_by: str
    rules_version: int | None
    rules_of: str | None = Field(
        description="Slug of the blog whose rules these are; null for the archive's."
    )
    rules_in_force_from: datetime | None
    rules_published_at: datetime | None = Field(
        description="When that version was published here."
    )
    rule: int | None
    rule_title: str
    rule_changed_later: str | None = Field(
        description="Address of what the first later version changed in the rule; null "
        "while it reads as it did."
    )
    facts: str
    blog: str = Field(description="Slug of the blog.")
    post: str | None = Field(description="Reference of the article, while it is shown.")
    comment: str | None = Field(description="Reference of the comment, as above.")
    page: str = Field(description="Address of the statement of reasons.")


class WholeDecision(Decision):
    """A decision, what it changed, and what became of it."""

    about: str = Field(description="text, title, name, link or thread.")
    state_before: str
    state_after: str
    reverses: str | None = Field(description="Reference of the decision it reversed.")
    reversed_by: str | None = Field(description="Reference of what reversed it.")


class Decisions(Page[Decision]):
    """A page of the log."""


class LogAsked(Ordered):
    """Which decisions are asked for; days are those of each blog's own clock."""

    order: Literal["oldest", "newest"] = Field(
        "newest", description="By when a decision was recorded."
    )
    since: str | None = Field(
        None, json_schema_extra={"format": "date"}, description="The first day."
    )
    until: str | None = Field(
        None, json_schema_extra={"format": "date"}, description="The last day."
    )
    action: str | None = Field(
        None,
        json_schema_extra={"enum": list(Action.values)},
        description="What was done.",
    )
    rule: int | None = Field(
        None, ge=1, le=1_000_000, description="Number of a house rule."
    )
    blog: str | None = Field(None, max_length=100, description="Slug of a blog.")
    article: str | None = Field(
        None, max_length=500, description="Reference or address of an article."
    )
    known: str | None = Field(
        None,
        json_schema_extra={"enum": [value for value, _label in KNOWN]},
        description="How it is known.",
    )
    outcome: str | None = Field(
        None,
        json_schema_extra={"enum": [value for value, _label in OUTCOMES]},
        description="Whether readers see the comment today.",
    )
    rule_now: str | None = Field(
        None,
        json_schema_extra={"enum": [value for value, _label in RULES_NOW]},
        description="Whether its rule changed in a later version.",
    )
    words: str | None = Field(
        None, max_length=200, description="Words of the facts, every one of them."
    )


def _facts(row: StoredDecision, rules: LaterRules) -> dict[str, Any]:
    """Return what the log tells of a decision; reads rule, article, comment, words."""
    clause = row.rule
    policy = clause.policy if clause else None
    later = rules.of_decision(clause.pk if clause else None, row.post.blog_id)
    # Of a thread from several sources, what readers see.
    post = row.post.shown_as
    # No reference of what readers cannot open.
    is_staff = post.blog.visibility == BlogVisibility.STAFF
    is_shown = row.post.is_public and post.is_public and not is_staff
    comment = row.comment and row.comment.shown_as
    return {
        "id": row.ref,
        "record": row.entry_index,
        "action": row.action,
        "words": row.done_to,
        "decided_at": in_utc(row.decided_at),
        "recorded_at": row.recorded_at,
        "known": row.grade,
        "decided_by": row.decided_by,
        "rules_version": policy.number if policy else None,
        "rules_of": policy.blog.slug if policy and policy.blog else None,
        "rules_in_force_from": in_utc(policy.in_force_at) if policy else None,
        "rules_published_at": in_utc(policy.published_at) if policy else None,
        "rule": clause.number if clause else None,
        "rule_title": clause.title if clause else "",
        "rule_changed_later": absolute(later.url) if later else None,
        "facts": row.facts,
        "blog": row.post.blog.slug,
        "post": post.ref if is_shown else None,
        "comment": comment.ref if is_shown and comment else None,
        "page": page_at("moderation:decision-detail", row.ref),
    }


def _complete(rows: DecisionQuerySet) -> DecisionQuerySet:
    read = rows.with_context().select_related("post__leader__blog", "comment__leader")
    return read.prefetch_related("words")


@router.get("/log/", response=Decisions, summary="The moderation log")
def log(request: HttpRequest, asked: Query[LogAsked]) -> Any:
    """List the decisions, newest first unless the oldest are asked for."""
    form = LogFilter(request.GET)
    for name, errors in form.errors.items():
        message = f"“{name}”: {errors[0]}"
        raise BadRequest(message)
    rows, rules = form.apply(StoredDecision.objects.public()), LaterRules()
    return cut(request, _complete(rows), asked, key="entry_index").into(
        lambda row: Decision(**_facts(row, rules))
    )


@router.get("/decisions/{ref:ref}/", response=WholeDecision, summary="One decision")
def decision(request: HttpRequest, ref: Ref) -> Any:
    """Return one statement of reasons."""
    row = only(_complete(StoredDecision.objects.public()), ref=ref)
    found = reversal(row)
    return WholeDecision(
        **_facts(row, LaterRules()),
        about=row.aspect,
        state_before=row.from_visibility,
        state_after=row.to_visibility,
        reverses=found.of.ref if found.of else None,
        reversed_by=found.by.ref if found.by else None,
    )
