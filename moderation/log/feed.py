"""Decisions as entries of a feed: a new wording, or an undoing, updates the entry."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from commentarchive.feeds.atom import FeedEntry, absolute, feed_id
from commentarchive.text.unseen import isolated
from moderation.cuts import Cut, older_than
from moderation.models import Aspect, Decision, DecisionWords
from moderation.models.decision import DecisionQuerySet

PAGE = 50


def newest(
    decisions: DecisionQuerySet, cut: Cut | None
) -> tuple[list[Decision], Cut | None]:
    """Return a page of decisions, the last changed first, and where the next begins.

    Three queries.
    """
    # One row a decision: most have no other words.
    words = DecisionWords.objects.filter(decision=OuterRef("pk")).order_by()
    last = words.values("decision").annotate(at=Max("written_at")).values("at")
    found = decisions.annotate(
        changed_at=Greatest(
            F("recorded_at"),
            Coalesce(Subquery(last), F("recorded_at")),
            Coalesce("undone_by__recorded_at", F("recorded_at")),
        )
    )
    if cut:
        found = found.filter(older_than(cut, "changed_at"))
    # By their keys: to sort all that is shown beside them takes four times as long.
    order = ("-changed_at", "-entry_index")
    keys = list(found.order_by(*order).values_list("pk", flat=True)[: PAGE + 1])
    ready = found.filter(pk__in=keys).with_context().select_related("undone_by")
    rows: list[Decision] = list(ready.prefetch_related("words").order_by(*order))
    page = rows[:PAGE]
    if len(rows) <= PAGE:
        return page, None
    return page, Cut(_changed_at(page[-1]), page[-1].entry_index)


def log_entries(page: Sequence[Decision]) -> list[FeedEntry]:
    """Return the entries of some decisions, in their order."""
    return [
        FeedEntry(
            id=feed_id(each.ref),
            title=f"{each.done_to}: {_subject(each)}",
            page=each.get_absolute_url(),
            author=each.decided_by,
            html=_html(each),
            published=each.recorded_at,
            updated=_changed_at(each),
            categories=[each.action],
        )
        for each in page
    ]


def _changed_at(decision: Decision) -> datetime:
    at: datetime = decision.changed_at  # type: ignore[attr-defined]  # annotated
    return at


def _subject(decision: Decision) -> str:
    """Return what it is about; of an article that its blog does not show, no more."""
    post = decision.post
    where = "an article that its blog does not show"
    if post.is_public:
        where = isolated(post.title)
    if decision.comment_id is not None:
        return f"a comment on {where}"
    if decision.aspect == Aspect.TEXT:
        return where
    return f"{decision.get_aspect_display()} at {where}"


def _html(decision: Decision) -> str:
    clause = decision.rule
    page = escape(absolute(decision.get_absolute_url()))
    where = f'<a href="{page}">Statement of reasons</a>'
    known, number = decision.get_grade_display(), f"record no. {decision.entry_index}"
    said = [
        f"Rule {clause.number}: {escape(clause.title)}." if clause else "",
        escape(decision.facts),
        f"By {escape(decision.decided_by)}; {known}. {where}, {number}.",
    ]
    undone_by = getattr(decision, "undone_by", None)
    if undone_by is not None:
        page = escape(absolute(undone_by.get_absolute_url()))
        said.insert(0, f'No longer in force: <a href="{page}">undone</a>.')
    return "".join(f"<p>{each}</p>" for each in said if each)
