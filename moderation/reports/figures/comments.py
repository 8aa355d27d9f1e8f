"""Comments made in a period, and where they stood at a state of the record."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import models
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from commentarchive.ledger.models import Entry
from commentarchive.models import (
    Capture,
    Comment,
    Grade,
    Post,
    Tombstone,
    Visibility,
)
from commentarchive.models.post import is_led_out_of_sight
from commentarchive.storage.prepared import Prepared
from moderation.reports.figures.declared import WHOLE, Count
from moderation.reports.reach import AskedWithin, Reach
from moderation.reports.scope import Scope

# What is hidden by a decision, here or at the blog: "taken down" where readers had
# seen it, else "not published".
HIDDEN = (
    *(Visibility.BLOCKED, Visibility.SPAM, Visibility.TRASHED),
    *(Visibility.REMOVED, Visibility.WITHHELD),
)
# How many articles have a line of their own.
MOST_ARTICLES = 20
# The key of the line of all other articles.
OTHER = "other"
UNNAMED = "An article that its blog does not show"
SEEN, UNSEEN = "seen", "unseen"
_SEEN_WORDS = {SEEN: "readers had seen it", UNSEEN: "no reader had seen it"}


class Cell(NamedTuple):
    """What comments have in common that are counted together."""

    blog: int
    state: str
    # Whether readers had seen it before it was hidden; False of what is shown.
    was_seen: bool


def received(scope: Scope | Reach) -> QuerySet[Any]:
    """Select the comments of a period that were on record, with their state by then.

    Adds `state` and `was_seen`. Comments of an unfinished import are not on record.
    """
    read = Capture.objects.filter(entry_index__lt=scope.until)
    released = Entry.objects.filter(index__gte=scope.until, event="comment.release")
    made = Comment.objects.in_thread().filter(
        scope.on_days("posted_at"), capture__in=read.values("pk")
    )
    return (
        made.exclude(is_led_out_of_sight("post__leader"))
        .exclude(ref__in=released.values("subject"))
        .annotate(state=_state(scope.until))
        .annotate(was_seen=_was_seen(scope.until))
    )


def was_opened(until: int) -> Q:
    """Return the condition that a notice was opened before an entry."""
    by_copy = Q(opened_entry=None, opened_capture__entry_index__lt=until)
    by_nothing = Q(opened_entry=None, opened_capture=None)
    return Q(opened_entry__lt=until) | by_copy | by_nothing


def _closed(until: int) -> Q:
    by_copy = Q(closed_entry=None, closed_capture__entry_index__lt=until)
    by_nothing = Q(closed_entry=None, closed_capture=None)
    return Q(is_open=False) & (Q(closed_entry__lt=until) | by_copy | by_nothing)


def standing(until: int) -> QuerySet[Tombstone]:
    """Select the notices that stood at a state of the record."""
    was_there = Tombstone.objects.filter(was_opened(until))
    return was_there.exclude(pk__in=Tombstone.objects.filter(_closed(until)))


def _changed_since(until: int) -> QuerySet[Any]:
    """Select the comments of which a notice was opened or closed since."""
    unread = Q(opened_capture__entry_index=None, opened_capture__isnull=False)
    opened = Q(opened_entry__gte=until) | (
        Q(opened_entry=None) & (Q(opened_capture__entry_index__gte=until) | unread)
    )
    unread = Q(closed_capture__entry_index=None, closed_capture__isnull=False)
    closed = Q(closed_entry__gte=until) | (
        Q(closed_entry=None) & (Q(closed_capture__entry_index__gte=until) | unread)
    )
    return Tombstone.objects.filter(opened | closed).values("comment")


def _state(until: int) -> Case:
    """Return what readers saw in a comment's place by then.

    As it is today, but where a notice was opened or closed since: then as the notice
    says that stood by then. Looked up for these alone.
    """
    stood = standing(until).filter(comment=OuterRef("pk")).order_by("-pk")
    still_shown = Q(grade=Grade.OBSERVED, comment__post__blog__show_gone_text=True)
    kind = stood.annotate(
        state=Case(
            When(still_shown, then=Value(Visibility.PUBLISHED.value)),
            default=F("kind"),
            output_field=CharField(),
        )
    )
    then = Case(
        When(Exists(stood), then=Subquery(kind.values("state")[:1])),
        default=Value(Visibility.PUBLISHED.value),
    )
    return Case(
        When(pk__in=_changed_since(until), then=then),
        default=F("visibility"),
        output_field=CharField(),
    )


def _was_seen(until: int) -> Case:
    """Return whether readers had seen what is hidden; looked up for that alone."""
    seen = standing(until).filter(comment=OuterRef("pk"), was_public=True)
    return Case(When(state__in=HIDDEN, then=Exists(seen)), default=Value(value=False))


@AskedWithin
def _numbered(reach: Reach) -> QuerySet[Any, Any]:
    facts = "post", "post__blog", "state", "was_seen"
    rows = received(reach).order_by().values_list(*facts)
    found: QuerySet[Any, Any] = rows.annotate(n=models.Count("pk"))
    return found


def _cells(scope: Scope) -> Counter[Any]:
    """Count the comments of a part of the period, by cell and by article; one query."""
    counted: Counter[Any] = Counter()
    for post, blog, state, was_seen, n in _numbered.stream(scope.reach):
        counted[Cell(blog, state, bool(was_seen))] += n
        counted[post] += n
    return counted


def cells(scope: Scope) -> Iterator[tuple[Cell, int]]:
    """Yield what comments of a period have in common, and how many have it."""
    counted = scope.summed("comments", _cells)
    return ((key, n) for key, n in counted.items() if isinstance(key, Cell))


def by_article(scope: Scope) -> Counter[int]:
    """Count the comments of a period by article."""
    counted = scope.summed("comments", _cells)
    return Counter({key: n for key, n in counted.items() if isinstance(key, int)})


def count_received(scope: Scope) -> Iterator[Count]:
    """Count all comments."""
    yield Count(WHOLE, "Comments", sum(n for _cell, n in cells(scope)))


def rows_received(scope: Scope, _key: str) -> QuerySet[Comment]:
    """Return the comments themselves."""
    return received(scope)


def count_by_state(scope: Scope) -> Iterator[Count]:
    """Count comments by what readers saw in their place."""
    counted: Counter[str] = Counter()
    for cell, n in cells(scope):
        counted[cell.state] += n
    for state in Visibility:
        if counted[state.value]:
            label = str(state.label)
            yield Count(state.value, label.capitalize(), counted[state.value])


def rows_by_state(scope: Scope, key: str) -> QuerySet[Comment]:
    """Return the comments of one state."""
    return received(scope).filter(state=key)


def count_taken_down(scope: Scope) -> Iterator[Count]:
    """Count hidden comments, by whether readers had seen them."""
    return _count_seen(scope, HIDDEN, {SEEN: "Taken down", UNSEEN: "Not published"})


def rows_taken_down(scope: Scope, key: str) -> QuerySet[Comment]:
    """Return the hidden comments that readers had seen, or had not."""
    return received(scope).filter(state__in=HIDDEN, was_seen=key == SEEN)


def count_withheld(scope: Scope) -> Iterator[Count]:
    """Count comments withheld on legal grounds, by whether readers had seen them."""
    return _count_seen(scope, (Visibility.WITHHELD,), _SEEN_WORDS)


def rows_withheld(scope: Scope, key: str) -> QuerySet[Comment]:
    """Return the withheld comments that readers had seen, or had not."""
    return received(scope).filter(state=Visibility.WITHHELD, was_seen=key == SEEN)


def _count_seen(
    scope: Scope, states: tuple[Visibility, ...], words: dict[str, str]
) -> Iterator[Count]:
    counted: Counter[str] = Counter()
    for cell, n in cells(scope):
        if cell.state in states:
            counted[SEEN if cell.was_seen else UNSEEN] += n
    for key, label in words.items():
        yield Count(key, label[0].upper() + label[1:], counted[key])


def count_by_blog(scope: Scope) -> Iterator[Count]:
    """Count comments by blog."""
    counted: Counter[int] = Counter()
    for cell, n in cells(scope):
        counted[cell.blog] += n
    return of_blogs(scope, counted)


def of_blogs(scope: Scope, counted: Counter[int]) -> Iterator[Count]:
    """Return a line a blog that has something."""
    for blog in scope.blogs:
        if counted[blog.pk]:
            yield Count(blog.ref, blog.label, counted[blog.pk])


def rows_by_blog(scope: Scope, key: str) -> QuerySet[Comment]:
    """Return the comments of one blog."""
    return received(scope).filter(post__blog__ref=key)


def count_by_thread(scope: Scope) -> Iterator[Count]:
    """Count the comments of the articles that had most, and of all others."""
    return of_articles(by_article(scope))


def of_articles(counted: Counter[int]) -> Iterator[Count]:
    """Return a line for each of the articles that have most, and one for the others."""
    most = _most(counted)
    posts = titled(most)
    for pk in most:
        post = posts[pk]
        # Pages name no article that its blog does not show.
        yield Count(post.ref, post.title if post.is_public else UNNAMED, counted[pk])
    others = counted.total() - sum(counted[pk] for pk in most)
    if others:
        yield Count(OTHER, "All other articles", others)


def titled(pks: Sequence[int]) -> dict[int, Post]:
    """Return articles with their titles, by their keys; one query."""
    return {post.pk: post for post in _titled(tuple(pks))} if pks else {}


@Prepared
def _titled(pks: tuple[int, ...]) -> QuerySet[Post]:
    return Post.objects.titled().filter(pk__in=pks)


def _most(counted: Counter[int]) -> list[int]:
    """Return the articles that have most, of equal ones the older first."""
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [pk for pk, _number in ordered[:MOST_ARTICLES]]


def of_article(key: str, counted: Counter[int], column: str = "post") -> Q:
    """Return the condition that a row is of the article of a line, or of no line."""
    if key == OTHER:
        return ~Q((f"{column}__in", _most(counted)))
    return Q((f"{column}__ref", key))


def rows_by_thread(scope: Scope, key: str) -> QuerySet[Comment]:
    """Return the comments below one article."""
    return received(scope).filter(of_article(key, by_article(scope)))


def count_by_month(scope: Scope) -> Iterator[Count]:
    """Count comments by month."""
    for month in scope.period.months():
        of_month = sum(n for _cell, n in cells(scope.at(month)))
        yield Count(month.name, month.title, of_month)


def rows_by_month(scope: Scope, key: str) -> QuerySet[Comment]:
    """Return the comments of one month."""
    return received(in_month(scope, key))


def in_month(scope: Scope, key: str) -> Scope:
    """Return the scope of that part of a period that lies in a month."""
    [month] = [each for each in scope.period.months() if each.name == key]
    return scope.at(month)
