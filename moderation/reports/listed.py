"""The rows of a report's lists as plain values: when, what, where, and an address."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.urls import reverse

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry
from commentarchive.models import (
    Blog,
    Capture,
    Comment,
    Gap,
    Post,
    Tombstone,
    Visibility,
)
from commentarchive.models.times import PrintedTime, printed_time
from moderation.models import Action, Decision, DecisionWords, Flag


class ListRow(NamedTuple):
    """One row of a list."""

    when: PrintedTime | None
    what: str
    # The article or blog; "" where readers can open none.
    where: str
    address: str


# The clock of what is of no blog.
_UTC = "UTC"


def _time(moment: datetime | None, blog: Blog | None) -> PrintedTime | None:
    return printed_time(moment, None, blog.time_zone if blog else _UTC)


def _title(post: Post | None) -> str:
    return post.title if post and post.is_public else ""


def _comment(row: Any) -> ListRow:
    state = str(Visibility(row.state).label)
    return ListRow(
        row.local_time, f"Comment: {state}", _title(row.post), row.get_absolute_url()
    )


def _decision(row: Decision) -> ListRow:
    moment = row.decided_at or row.recorded_at
    return ListRow(
        _time(moment, row.post.blog),
        f"{row.sentence} (record no. {row.entry_index})",
        _title(row.post),
        row.get_absolute_url(),
    )


def _wording(row: DecisionWords) -> ListRow:
    made = row.decision
    return ListRow(
        _time(row.written_at, made.post.blog),
        f"Wording {row.number} of: {made.sentence}",
        _title(made.post),
        made.get_absolute_url(),
    )


def _notice(row: Tombstone) -> ListRow:
    post = row.comment.post
    return ListRow(
        _time(row.since_not_after, post.blog),
        "Comment seen to vanish",
        _title(post),
        row.comment.get_absolute_url(),
    )


def _gap(row: Any) -> ListRow:
    address = f"{reverse('moderation:log-missing')}?known={row.grade}"
    what = f"{row.get_kind_display()}: at least {row.at_least}"
    where = _title(row.post) or row.its_blog.title
    return ListRow(_time(row.recorded_at, row.its_blog), what, where, address)


def _capture(row: Capture) -> ListRow:
    return ListRow(
        _time(row.taken_at, row.blog),
        f"Copy, {row.get_state_display()}",
        row.blog.title,
        row.get_absolute_url(),
    )


def _flag(row: Any) -> ListRow:
    """Return a report; not of which comment, unless a decision answered it."""
    blog = row.comment.post.blog
    answered = row.outcome in Action.values
    what = f"Report: {Action(row.outcome).label}" if answered else "Report: no decision"
    address = (
        reverse("moderation:decision-detail", args=[row.answered_by])
        if answered
        else ""
    )
    return ListRow(_time(row.received_at, blog), what, blog.title, address)


def _entry(row: Entry) -> ListRow:
    said: Any = read_leaf(bytes(row.leaf))["ts"]
    return ListRow(
        _time(datetime.fromisoformat(said), None),
        f"Record no. {row.index}: {row.event}",
        "",
        reverse("ledger:entry", args=[row.index]),
    )


_POST = ("blog", "current_revision__text", "put_right")


def _below(name: str) -> tuple[str, ...]:
    return tuple(f"{name}__{each}" for each in _POST)


# How a row of each table is shown, and what is fetched with it.
_KINDS: Mapping[type[Model], tuple[Callable[[Any], ListRow], tuple[str, ...]]] = {
    Comment: (_comment, _below("post")),
    Decision: (
        _decision,
        (*_below("post"), "clause__policy__blog", "clause_since__policy__blog"),
    ),
    DecisionWords: (
        _wording,
        (
            *_below("decision__post"),
            *("decision__clause__policy", "decision__clause_since__policy"),
        ),
    ),
    Tombstone: (_notice, _below("comment__post")),
    Gap: (_gap, ("blog", *_below("post"))),
    Capture: (_capture, ("blog",)),
    Flag: (_flag, ("comment__post__blog",)),
    Entry: (_entry, ()),
}


def fetched(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Fetch with each row what its line shows; one query for all."""
    also = _KINDS[rows.model][1]
    return rows.select_related(*also) if also else rows


def list_row(row: Model) -> ListRow:
    """Return how a row is shown."""
    return _KINDS[type(row)][0](row)
