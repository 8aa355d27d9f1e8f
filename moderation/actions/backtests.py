"""Automatic rules tried on the comments of an archive, before they are published.

Comments are streamed in the order of their times. A test runs within a request: `MOST`
comments take some seconds, it writes nothing, and nobody waits for it.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import batched

from commentarchive.models import Blog, Comment, Visibility
from commentarchive.models.comment import CommentQuerySet
from moderation.actions.remarks import sought
from moderation.models import AutomaticRuleText, Decision, Kind
from moderation.rules.backtest import BackTest, Fate, OfRule, Past
from moderation.rules.lately import Lately
from moderation.rules.matchers import Matcher, Remark

# So many comments, the newest, are looked at, in blocks.
MOST, BLOCK = 100_000, 1000
_NO_COMMENT = (Visibility.INTERNAL, Visibility.UNKNOWN, Visibility.ERASED)
_COLUMNS = (
    *("pk", "posted_at", "visibility", "commenter"),
    *("commenter__name__name", "commenter__name__link"),
    *("current_revision__text__plain", "current_revision__text__html"),
    "post__blog__title",
)


def back_test(blog: Blog | None, rules: Sequence[AutomaticRuleText]) -> BackTest:
    """Count what rules would have stopped of a blog's comments, or of all blogs'."""
    matcher = Matcher(map(sought, rules))
    kinds = {Kind(rule.kind) for rule in rules}
    test = BackTest(
        {rule.number: OfRule(rule.number, rule.house_rule) for rule in rules}
    )
    comments = _comments(blog)
    first = _first_of(comments)
    known = _shown_before(comments, first) if Kind.FIRST in kinds else set[int]()
    lately = Lately() if Kind.REPEATED in kinds else None
    rows = _since(comments, first).values_list(*_COLUMNS).iterator(chunk_size=BLOCK)
    for block in batched(rows, BLOCK):
        decided = _decided([row[0] for row in block])
        for row in block:
            pk, at, visibility, commenter, name, link, plain, html, title = row
            remark = Remark(
                name=name or "",
                link=link or "",
                plain=plain or "",
                html=html or "",
                is_first=commenter is not None and commenter not in known,
                times=lately.times(plain or "", at) if lately else 1,
            )
            if commenter is not None and visibility == Visibility.PUBLISHED:
                known.add(commenter)
            fate, rule = decided.get(pk) or (_undecided(visibility), 0)
            past = Past(pk, title, name or "", fate, rule)
            test.count(past, matcher.matched(remark))
    return test


def _comments(blog: Blog | None) -> CommentQuerySet:
    dated = Comment.objects.filter(posted_at__isnull=False)
    dated = dated.exclude(visibility__in=_NO_COMMENT)
    return dated if blog is None else dated.filter(post__blog=blog)


def _first_of(comments: CommentQuerySet) -> datetime | None:
    """Return the time of the oldest comment that is looked at; None for all."""
    beyond = comments.order_by("-posted_at", "-pk").values_list("posted_at", flat=True)
    return beyond[MOST - 1 : MOST].first()


def _since(comments: CommentQuerySet, first: datetime | None) -> CommentQuerySet:
    newest = comments.filter(posted_at__gte=first) if first else comments
    return newest.order_by("posted_at", "pk")


def _shown_before(comments: CommentQuerySet, first: datetime | None) -> set[int]:
    """Return the names that had a published comment before those looked at."""
    if first is None:
        return set()
    before = comments.filter(
        posted_at__lt=first,
        visibility=Visibility.PUBLISHED,
        commenter__isnull=False,
    )
    return set(before.order_by().values_list("commenter", flat=True).distinct())


def _decided(pks: Sequence[int]) -> dict[int, tuple[Fate, int]]:
    """Return what people decided last on some comments, and under which house rule."""
    by_people = Decision.objects.filter(comment__in=pks, automatic_rules="")
    columns = ("comment", "to_visibility", "clause__number")
    found = {}
    for pk, after, rule in by_people.order_by("entry_index").values_list(*columns):
        fate = Fate.HIDDEN
        if after in {Visibility.PUBLISHED, Visibility.HELD}:
            fate = _undecided(after)
        if fate is Fate.UNJUDGED:
            fate = Fate.SHOWN
        found[pk] = fate, rule or 0
    return found


def _undecided(visibility: str) -> Fate:
    if visibility == Visibility.PUBLISHED:
        return Fate.UNJUDGED
    return Fate.WAITING if visibility == Visibility.HELD else Fate.AT_BLOG
